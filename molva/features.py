"""What of a statement is compared: names, acts, measures, numbers and stems.

Words of different scripts meet in transliterated prefixes, so that names and
international words are shared across languages and inflected forms are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from molva.model import EventDate, Figure, Statement
from molva.names import key, transliterated

#: Letters of a word that are compared.
PREFIX = 5
#: Words shorter than this are rarely content words.
CONTENT = 4

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]?\d+)*")
_GROUPING = re.compile(r"[.,\s\u00a0\u202f]")

#: Acts that only say when or whether another act happens, or that it was told.
STAGE_ACTS = frozenset({"announced", "delayed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Features:
    """The comparable side of a statement.

    `names` maps entity keys to labels, without who says it; `capitals` are prefixes of
    words that look like names; `numbers` stand outside figures and dates.
    """

    lang: str
    report_id: str
    subject: str | None
    names: dict[str, str]
    act: str | None
    acts: frozenset[str]
    figures: tuple[Figure, ...]
    dates: tuple[EventDate, ...]
    numbers: frozenset[str]
    stems: frozenset[str]
    capitals: frozenset[str]
    size: int


@lru_cache(maxsize=16384)
def features(statement: Statement) -> Features:
    """Return what of `statement` is compared (cached)."""
    text = _without_values(statement)
    words = _WORD.findall(statement.text)
    measures = {f.measure for f in statement.figures if f.measure}
    act = statement.act if statement.act not in STAGE_ACTS else None
    return Features(
        lang=statement.lang,
        report_id=statement.report_id,
        subject=statement.subject,
        names=_names(statement),
        act=act,
        acts=frozenset(measures | ({act} if act else set())),
        figures=statement.figures,
        dates=statement.dates,
        numbers=frozenset(_GROUPING.sub("", n) for n in _NUMBER.findall(text)),
        stems=frozenset(stem(word) for word in words if len(word) >= CONTENT),
        capitals=_capitals(statement),
        size=sum(len(word) >= CONTENT for word in words),
    )


def stem(word: str) -> str:
    """Return the transliterated prefix of a word."""
    return transliterated(word)[:PREFIX]


def key_stems(name: str) -> frozenset[str]:
    """Return the prefixes of the words of an entity key."""
    return frozenset(word[:PREFIX] for word in name.split())


def _names(statement: Statement) -> dict[str, str]:
    """Return the entities a statement is about: not its speaker, not its outlet."""
    said = statement.attribution
    told = {key(name) for name in (said.source, said.outlet) if name}
    start, end = said.source_start, said.source_end
    names: dict[str, str] = {}
    for entity in statement.entities:
        is_speaker = (
            start is not None
            and end is not None
            and start < entity.end
            and entity.start < end
        )
        if entity.key == statement.subject or not (is_speaker or entity.key in told):
            names.setdefault(entity.key, entity.label)
    return names


def _without_values(statement: Statement) -> str:
    """Return the text with its figures and dates blanked out."""
    text = statement.text
    values: tuple[Figure | EventDate, ...] = (*statement.figures, *statement.dates)
    for value in values:
        start, end = value.start - statement.start, value.end - statement.start
        if 0 <= start < end <= len(text):
            text = text[:start] + " " * (end - start) + text[end:]
    return text


def _capitals(statement: Statement) -> frozenset[str]:
    """Return prefixes of words that look like names, but for a sentence's first."""
    found = set()
    for match in _WORD.finditer(statement.text):
        word = match.group()
        is_first = not statement.text[: match.start()].strip()
        if word[0].isupper() and len(word) >= CONTENT and not is_first:
            found.add(stem(word))
    return frozenset(found)
