"""Words marked within a text: what was read in a report, hits of a search, edits."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from db.stems import stem
from molva.model import Statement

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+|\s+|[^\w\s]")
#: Words kept around an edit, so that a reader finds the place.
_AROUND = 12


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text, and what they are."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one set of marks; `kinds` are sorted."""

    text: str
    kinds: tuple[str, ...] = ()


def cut(text: str, spans: Iterable[Span], start: int = 0) -> list[Piece]:
    """Cut `text` wherever a span begins or ends; `start` is its first character.

    Spans may overlap; what lies outside the text is cut off.
    """
    inside = [
        Span(max(s.start - start, 0), min(s.end - start, len(text)), s.kind)
        for s in spans
    ]
    inside = [s for s in inside if s.start < s.end]
    edges = sorted({0, len(text), *(e for s in inside for e in (s.start, s.end))})
    opening = sorted(inside, key=lambda s: s.start)
    active: list[Span] = []
    pieces = []
    for left, right in pairwise(edges):
        while opening and opening[0].start <= left:
            active.append(opening.pop(0))
        active = [s for s in active if s.end > left]
        kinds = tuple(sorted({s.kind for s in active}))
        pieces.append(Piece(text[left:right], kinds))
    return pieces


def found_in(text: str, query: str) -> list[Piece]:
    """Mark (`hit`) the words of `text` that share a stem with a word of `query`."""
    if not query:
        return [Piece(text)]
    wanted = {stem(word) for word in _WORD.findall(query.lower())}
    begun = tuple(
        word.lower().replace("ё", "е") for word in re.findall(r"\b(\w+)\*", query)
    )
    spans = [
        Span(word.start(), word.end(), "hit")
        for word in _WORD.finditer(text)
        if _is_hit(word[0].lower(), wanted, begun)
    ]
    return cut(text, spans)


def _is_hit(word: str, wanted: set[str], begun: tuple[str, ...]) -> bool:
    if stem(word) in wanted:
        return True
    return bool(begun) and word.replace("ё", "е").startswith(begun)


def read_in(statement: Statement) -> list[Span]:
    """Return the figures, dates, speakers and cue words of a statement."""
    said = statement.attribution
    found = [Span(f.start, f.end, "figure") for f in statement.figures]
    found += [Span(d.start, d.end, "date") for d in statement.dates]
    for start, end, kind in (
        (said.source_start, said.source_end, "speaker"),
        (said.cue_start, said.cue_end, "cue"),
    ):
        if start is not None and end is not None:
            found.append(Span(start, end, kind))
    return found


def edit(before: str, after: str) -> list[Piece]:
    """Return what an edit took out (`del`) and put in (`ins`), with words around.

    Paragraphs that stayed are left out; within changed ones words are compared.
    """
    old, new = before.splitlines(), after.splitlines()
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            if pieces:
                pieces.append(Piece("\n"))
            pieces += _words("\n".join(old[a:b]), "\n".join(new[c:d]))
    return pieces


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 2000)
    steps = matcher.get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(steps):
        if tag == "equal":
            is_first, is_last = place == 0, place == len(steps) - 1
            yield Piece(_shortened(old[a:b], is_first=is_first, is_last=is_last))
            continue
        if a < b:
            yield Piece("".join(old[a:b]), ("del",))
        if c < d:
            yield Piece("".join(new[c:d]), ("ins",))


def _shortened(tokens: Sequence[str], *, is_first: bool, is_last: bool) -> str:
    """Return words that stayed, only those next to an edit."""
    head = [] if is_first else tokens[: 2 * _AROUND]
    tail = [] if is_last else tokens[-2 * _AROUND :]
    if len(tokens) <= len(head) + len(tail):
        return "".join(tokens)
    return "".join(head) + "…" + "".join(tail)
