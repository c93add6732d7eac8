"""Words around a number that bound it: "at least", «около», "or more", "from … to"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from molva.model import Bound
from nlp.data import load
from nlp.figures_lex import Lexeme, lex
from nlp.figures_words import numerals

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opener:
    """A word that opens a range: "from" … "to".

    `solo` is its meaning where the range stays open; `is_pair` says that its ends are
    an old and a new value («с 5 до 7»), `is_change` that a verb of change makes them
    so.
    """

    open: tuple[Phrase, ...]
    join: frozenset[Phrase]
    solo: Bound | None
    is_pair: bool
    is_change: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounding words of one language, by their last or first word."""

    before: dict[str, tuple[tuple[Phrase, Bound], ...]]
    near: frozenset[str]
    after: dict[str, tuple[tuple[Phrase, Bound], ...]]
    openers: tuple[Opener, ...]
    bare_join: frozenset[Phrase]
    joins: frozenset[Phrase]
    parts: frozenset[Phrase]
    led: frozenset[str]
    present: frozenset[str]
    twins: frozenset[str]
    between: frozenset[str]
    signed: frozenset[str]

    def left_of(self, lexemes: Sequence[Lexeme], at: int) -> tuple[Bound | None, int]:
        """Return the bound before lexeme `at` and where its words start."""
        bound: Bound | None = None
        while at:
            found = _ending(self.before, lexemes, at)
            if found is None and lexemes[at - 1].lower in self.between and at > 1:
                found = _ending(self.before, lexemes, at - 1)
            if found is None:
                break
            bound, at = stronger(bound, found[0]), found[1]
        return bound, at

    def right_of(self, lexemes: Sequence[Lexeme], at: int) -> tuple[Bound | None, int]:
        """Return the bound that starts at lexeme `at` and where its words end."""
        if at >= len(lexemes):
            return None, at
        for phrase, bound in self.after.get(lexemes[at].lower, ()):
            end = at + len(phrase)
            if tuple(x.lower for x in lexemes[at:end]) == phrase:
                ahead = lexemes[end] if end < len(lexemes) else None
                if ahead is None or not self.leads(ahead):
                    return bound, end
        return None, at

    def is_near(self, lexemes: Sequence[Lexeme], at: int) -> bool:
        """Say whether «под» before lexeme `at` means "about"."""
        return at > 0 and lexemes[at - 1].lower in self.near

    def leads(self, ahead: Lexeme) -> bool:
        """Say whether a bound is that of `ahead`: "14 towns and more than 200"."""
        return ahead.kind == "number" or ahead.lower in self.led

    def opener_left_of(
        self, lexemes: Sequence[Lexeme], at: int
    ) -> tuple[Opener, int] | None:
        """Return the opener whose words end before lexeme `at`, and its start."""
        for opener in self.openers:
            for phrase in opener.open:
                start = at - len(phrase)
                if start >= 0 and phrase == tuple(x.lower for x in lexemes[start:at]):
                    return opener, start
        if at > 1 and lexemes[at - 1].lower in self.present:
            return self.opener_left_of(lexemes, at - 1)
        return None


def stronger(one: Bound | None, other: Bound | None) -> Bound | None:
    """Return the bound that both words give: "up to about 5" is a maximum."""
    if one is None or (one == "approx" and other is not None):
        return other
    return one


def _ending(
    table: dict[str, tuple[tuple[Phrase, Bound], ...]],
    lexemes: Sequence[Lexeme],
    at: int,
) -> tuple[Bound, int] | None:
    for phrase, bound in table.get(lexemes[at - 1].lower, ()):
        start = at - len(phrase)
        if start >= 0 and phrase == tuple(x.lower for x in lexemes[start:at]):
            return bound, start
    return None


@cache
def bounds(lang: str) -> Bounds:
    """Return the bounding words of `lang` (numbers.toml)."""
    data = load(lang, "numbers")
    openers = tuple(
        Opener(
            open=tuple(sorted(map(_phrase, r["open"]), key=len, reverse=True)),
            join=frozenset(map(_phrase, r["join"])),
            solo=r.get("solo"),
            is_pair=r.get("is_pair", False),
            is_change=r.get("is_change", False),
        )
        for r in data["ranges"]
    )
    bare = frozenset().union(*(o.join for o in openers if not o.open))
    return Bounds(
        before=_indexed(data["bounds_before"], -1),
        near=frozenset(data["near"]),
        after=_indexed(data["bounds_after"], 0),
        openers=tuple(o for o in openers if o.open),
        bare_join=bare,
        joins=bare.union(*(o.join for o in openers)),
        parts=frozenset(map(_phrase, data["parts"])),
        present=frozenset(data["present"]),
        led=frozenset(data["than"]) | numerals(lang).starters,
        signed=frozenset(
            {p[-1] for r in openers for p in (*r.open, *r.join)} | {p[-1] for p in bare}
        ),
        between=frozenset(data["fillers"]) | frozenset(data["glue"]),
        twins=frozenset(o[-1] for r in openers if r.solo is None for o in r.open),
    )


def _phrase(text: str) -> Phrase:
    return tuple(x.lower for x in lex(text))


def _indexed(
    table: dict[Bound, list[str]], position: int
) -> dict[str, tuple[tuple[Phrase, Bound], ...]]:
    found: dict[str, list[tuple[Phrase, Bound]]] = {}
    for bound, phrases in table.items():
        for phrase in map(_phrase, phrases):
            found.setdefault(phrase[position], []).append((phrase, bound))
    return {
        word: tuple(sorted(pairs, key=lambda p: -len(p[0])))
        for word, pairs in found.items()
    }
