"""What of a statement is compared: names, acts, measures, numbers and stems.

Words of different scripts meet in transliterated prefixes, so that names and
international words are shared across languages and inflected forms are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from molva.deeds import CHANGES
from molva.model import EventDate, Figure, Statement
from molva.names import key
from molva.values import COSTS, is_cost, is_counted
from molva.words import empty, is_of_cost, ordinals, sides

#: Letters of a word that are compared.
PREFIX = 5
#: Consonants of a name that are compared across scripts.
CONSONANTS = 4
#: More words than this in quotes are no name.
LONG_NAME = 4
#: Words shorter than this are rarely content words.
CONTENT = 4

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]?\d+)*")
_OPENING = ("«", "„", "“", '"')
_QUOTED = re.compile(r"[^»”\"]*")
_VOWELS = re.compile(r"[aeiou]")
_GROUPING = re.compile(r"[.,\s\u00a0\u202f]")

#: Languages whose text holds Latin letters only in names.
_CYRILLIC = frozenset({"ru", "uk", "be", "bg", "sr", "kk"})

#: The act of what tells no more than a cost, and the acts that may be in its words.
COST = "cost"
_OF_COST = COSTS | CHANGES

#: Acts that only say when or whether another act happens, or that it was told.
STAGE_ACTS = frozenset({"announced", "delayed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Features:
    """The comparable side of a statement.

    `names` maps entity keys to labels, without who says it; `marked` are prefixes of
    words that look like names, with the key of their entity ("" if none); `first` is
    that of the first word, which is capital anyway; `sounds` maps all these to their
    consonants, of which `heard` tell something, and `capitals` are the former two
    together; `counted` are prefixes of the names in figures ("600 Sloboda cars");
    `numbers` and `ordinals` stand outside figures and dates. `things` are the stems of
    what the statement is about beside names, from all its words where it `is_bare` of
    nouns. `sides` are of the world. `topic` marks the names of the whole report, each
    by prefixes and consonants of its words, `known` are all these marks, and `told`
    those words; `is_named` says whether the subject is named in the statement itself.
    `speaker` is who says it, `span` where in the report; `is_quote` is for what begins
    with a quotation mark, `is_denial` for what denies.
    """

    lang: str
    report_id: str
    subject: str | None
    names: Mapping[str, str]
    act: str | None
    acts: frozenset[str]
    figures: tuple[Figure, ...]
    dates: tuple[EventDate, ...]
    numbers: frozenset[str]
    stems: frozenset[str]
    measures: frozenset[str]
    marked: Mapping[str, str]
    first: str
    sounds: Mapping[str, str]
    heard: frozenset[str]
    capitals: frozenset[str]
    counted: frozenset[str]
    ordinals: frozenset[str]
    sides: frozenset[str]
    things: frozenset[str]
    is_bare: bool
    topic: tuple[frozenset[str], ...]
    known: frozenset[str]
    told: frozenset[str]
    is_named: bool
    size: int
    speaker: str
    span: tuple[int, int]
    is_quote: bool
    is_denial: bool


@lru_cache(maxsize=16384)
def features(statement: Statement) -> Features:
    """Return what of `statement` is compared, without who says so (cached)."""
    whole, statement = statement, statement.asserted()
    text = _without_values(statement)
    words = _WORD.findall(statement.text)
    measures = frozenset(f.measure for f in statement.figures if f.measure)
    act = statement.act if statement.act not in STAGE_ACTS else None
    is_of_a_cost = _is_of_a_cost(statement)
    if is_of_a_cost:
        act = COST
    names = _names(statement)
    marked = _marked(statement, names)
    first = words[0] if words and words[0][0].isupper() else ""
    # words of dates say when, and are compared as dates
    content = [w for w in _WORD.findall(_undated(statement)) if len(w) >= CONTENT]
    telling = [word for word in content if word.casefold() not in empty(statement.lang)]
    if is_of_a_cost:
        telling = [word for word in telling if not is_of_cost(word, statement.lang)]
        first = "" if is_of_cost(first, statement.lang) else first
    stems = frozenset([*map(stem, telling), *marked])
    sounds = _sounds(statement.text, marked, first)
    topic = tuple(map(marks, statement.topic))
    return Features(
        lang=statement.lang,
        report_id=f"{statement.report_id} {statement.edition}",
        subject=statement.subject,
        names=names,
        act=act,
        acts=measures | ({act} if act else frozenset()),
        measures=measures,
        figures=statement.figures,
        dates=statement.dates,
        numbers=frozenset(_plain(n) for n in _NUMBER.findall(text)) | _inner(statement),
        stems=stems,
        marked=marked,
        first=stem(first),
        sounds=sounds,
        heard=frozenset(sound for sound in sounds.values() if len(sound) > 2),
        capitals=frozenset({*marked, stem(first)} - {""}),
        counted=_counted(statement.figures),
        ordinals=frozenset(map(str, ordinals(text, statement.lang))),
        sides=sides(words, statement.lang),
        things=_things(statement, marked),
        is_bare=not statement.things,
        topic=topic,
        known=frozenset().union(*topic),
        told=frozenset(word for name in statement.topic for word in name.split()),
        is_named=_is_named(statement, names, stems | {stem(first)}),
        size=len(content),
        speaker=whole.attribution.source or "",
        span=(whole.start, whole.end),
        is_quote=whole.text.startswith(_OPENING),
        is_denial=statement.polarity == "denies",
    )


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the folded prefix of a word, the same in every script."""
    return key(word)[:PREFIX]


@lru_cache(maxsize=65536)
def consonants(word: str) -> str:
    """Return the first consonants of a word: «Гелиос» and "Helios" both give gls."""
    return _VOWELS.sub("", key(word)).replace("h", "g")[:CONSONANTS]


def key_stems(name: str) -> frozenset[str]:
    """Return the prefixes of the words of an entity key."""
    return frozenset(word[:PREFIX] for word in name.split())


def _things(statement: Statement, marked: Iterable[str]) -> frozenset[str]:
    """Return the stems of the things a statement is about, by the reader or its words.

    No names, no values (but what is counted), no empty words.
    """
    hollow = empty(statement.lang)
    words: Iterable[str] = statement.things
    if not statement.things:
        counted = (
            f"{f.unit} {f.of or ''}" for f in statement.figures if _is_noun(f.unit)
        )
        words = _WORD.findall(" ".join([_without_values(statement), *counted]))
    kept = [w for w in words if len(w) >= CONTENT and w.casefold() not in hollow]
    if _is_of_a_cost(statement):
        kept = [word for word in kept if not is_of_cost(word, statement.lang)]
    return frozenset(map(stem, kept)) - set(marked)


def _is_of_a_cost(statement: Statement) -> bool:
    """Say whether a statement tells what a project costs, and nothing else.

    What is spent in a year or by a day is a flow or a deed, and a clause that goes on
    ("… and put 5 billion into it") has the deed of the one before.
    """
    is_dated = any(date.earliest or date.latest for date in statement.dates)
    is_bare = statement.act is None or statement.act in _OF_COST
    costs = [is_cost(figure) for figure in statement.figures]
    is_own = not statement.text[:1].islower()
    return bool(costs) and all(costs) and is_own and is_bare and not is_dated


def _is_noun(unit: str | None) -> bool:
    return unit is not None and is_counted(unit)


@lru_cache(maxsize=65536)
def marks(name: str) -> frozenset[str]:
    """Return by what the words of a name are known in either script."""
    words = [word for word in name.split() if len(word) > 2] or [name]
    sounds = (consonants(word) for word in words)
    return frozenset(
        [*(word[:PREFIX] for word in words), *(f"~{s}" for s in sounds if len(s) > 2)]
    )


def _is_named(statement: Statement, names: Iterable[str], stems: Iterable[str]) -> bool:
    """Say whether the subject is named, here or in the clause that this one goes on."""
    if statement.subject is None:
        return False
    is_joined = statement.text[:1].islower()
    is_here = key_stems(statement.subject) <= frozenset(stems)
    return is_joined or is_here or statement.subject in names


def _names(statement: Statement) -> dict[str, str]:
    """Return the entities a statement is about: not its speaker, not its outlet."""
    told = _told(statement)
    return {
        entity.key: entity.label
        for entity in reversed(statement.entities)
        if entity.key not in told
    }


def _told(statement: Statement) -> set[str]:
    """Return the entities that only tell the news."""
    said = statement.attribution
    told = {key(name) for name in (said.source, said.outlet) if name}
    start, end = said.source_start, said.source_end
    if start is not None and end is not None:
        told |= {
            entity.key
            for entity in statement.entities
            if start < entity.end and entity.start < end
        }
    return told - {statement.subject or ""}


def _without_values(statement: Statement) -> str:
    """Return the text with its figures and dates blanked out."""
    return _blanked(statement, (*statement.figures, *statement.dates))


def _undated(statement: Statement) -> str:
    return _blanked(statement, statement.dates)


def _blanked(statement: Statement, values: Iterable[Figure | EventDate]) -> str:
    text = statement.text
    for value in values:
        start, end = value.start - statement.start, value.end - statement.start
        if 0 <= start < end <= len(text):
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def _inner(statement: Statement) -> frozenset[str]:
    """Return numbers inside figures that are not their values ("25 Falke 320 jets")."""
    found: set[str] = set()
    for figure in statement.figures:
        numbers = [_plain(number) for number in _NUMBER.findall(figure.text)]
        ends = {f"{end:g}" for end in (figure.low, figure.high) if end is not None}
        if ends & set(numbers):
            found.update(number for number in numbers if number not in ends)
    return frozenset(found)


def _counted(figures: Iterable[Figure]) -> frozenset[str]:
    words = (word for figure in figures for word in _WORD.findall(figure.text))
    return frozenset(stem(w) for w in words if len(w) >= CONTENT and w.istitle())


def _sounds(text: str, marked: Mapping[str, str], first: str) -> dict[str, str]:
    """Return the consonants of the words that look like names, by their prefixes."""
    words = [
        *_WORD.findall(text),
        *(w for name in marked.values() for w in name.split()),
    ]
    return {
        prefix: consonants(word)
        for word in words
        if (prefix := stem(word)) in marked or word == first
    }


def _opens_quote(text: str, first: re.Match[str]) -> bool:
    """Say whether a word begins what somebody says rather than a name in quotes."""
    said = _QUOTED.match(text, first.start())
    return said is not None and len(_WORD.findall(said.group())) > LONG_NAME


def _plain(number: str) -> str:
    return _GROUPING.sub("", number)


def _marked(statement: Statement, names: Iterable[str]) -> dict[str, str]:
    """Return the words that look like names: capitals, quoted, of another script.

    Who tells the news is left out here too.
    """
    text = _without_values(statement)
    found: dict[str, str] = {}
    is_latin = statement.lang not in _CYRILLIC
    for match in _WORD.finditer(text):
        word, before = match.group(), text[: match.start()].rstrip(" ")
        is_quoted = before.endswith(_OPENING) and not _opens_quote(text, match)
        is_foreign = not is_latin and word.isascii()
        is_inside = bool(before.strip("«„“\"' ")) and word[0].isupper()
        if len(word) > 1 and (is_quoted or is_foreign or is_inside):
            found[stem(word)] = ""
    told = _told(statement)
    for entity in statement.entities:
        for word in _WORD.findall(entity.text):
            if entity.key in told:
                found.pop(stem(word), None)
            elif word[0].isupper():
                found[stem(word)] = entity.key
    for name in names:
        for word in name.split():
            found[stem(word)] = name
    return found
