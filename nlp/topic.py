"""What reports and statements are about: the names they come back to, the things."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from molva.bodies import place_of
from molva.model import Entity, Statement
from molva.names import key
from nlp.acts import vocabulary
from nlp.extensions import starts_of

#: Names of a report that are kept.
NAMES = 6
#: What a mention of a thing counts (one of a place: 1), and what a title adds.
THING, TITLE = 1.5, 1.0
#: What each word of an authority counts.
VOICE = 0.25


def about(doc: Doc, title: str, lang: str) -> tuple[Statement, ...]:
    """Return the statements of `doc` with the topic of all and the things of each."""
    statements: list[Statement] = doc._.statements
    topic = topic_of(title, doc._.entities, statements)
    return tuple(
        replace(told, topic=topic, things=things_of(doc, told, lang))
        for told in statements
    )


def things_of(doc: Doc, statement: Statement, lang: str) -> tuple[str, ...]:
    """Return the lemmas of the nouns in what a statement says.

    Left out are names, nouns of acts and stages, and of values all but what is counted.
    """
    said = statement.asserted()
    words = vocabulary(lang)
    starts = starts_of(doc)
    inside = doc[bisect_left(starts, said.start) : bisect_left(starts, said.end)]
    counted = {f.unit for f in said.figures}
    counted |= {word for f in said.figures for word in (f.of or "").split()}
    closed = [(e.start, e.end) for e in said.entities]
    closed += [(d.start, d.end) for d in said.dates]
    valued = [(f.start, f.end) for f in said.figures]
    found: dict[str, None] = {}
    for token in inside:
        lemma = token.lemma_.lower()
        if (
            token.pos_ != "NOUN"
            or lemma in words.nouns
            or lemma in words.stage_nouns
            or any(start <= token.idx < end for start, end in closed)
        ):
            continue
        is_value = any(start <= token.idx < end for start, end in valued)
        if not is_value or lemma in counted or token.text in counted:
            found[lemma] = None
    return tuple(found)


def topic_of(
    title: str, entities: Sequence[Entity], statements: Sequence[Statement]
) -> tuple[str, ...]:
    """Return the keys of the names a report is about, the most telling first.

    `entities` are in text order. Each mention counts, more so of a thing than of a
    place. Outlets that are cited and people who only speak are left out.
    """
    told = _told(entities, statements)
    in_title = set(key(title).split())
    weights: dict[str, float] = defaultdict(float)
    for entity in entities:
        if entity.key not in told:
            weights[entity.key] += THING if entity.label in ("ORG", "PRODUCT") else 1.0
    for statement in statements:
        # who speaks of itself need not name itself; "the mayor" names no city
        if body := place_of(statement.attribution.authority or ""):
            weights[body] += VOICE
    for name in weights:
        if not in_title.isdisjoint(name.split()):
            weights[name] += TITLE
    return tuple(sorted(weights, key=lambda name: -weights[name])[:NAMES])


def _told(entities: Sequence[Entity], statements: Sequence[Statement]) -> set[str]:
    """Return the keys of cited outlets and of people who only speak."""
    told: set[str] = set()
    starts = [entity.start for entity in entities]
    for said in (statement.attribution for statement in statements):
        if said.outlet:
            told.add(key(said.outlet))
        if said.source_start is None or said.source_end is None:
            continue
        first = bisect_left(starts, said.source_start)
        last = bisect_left(starts, said.source_end)
        told |= {e.key for e in entities[first:last] if e.label == "PER"}
    return told
