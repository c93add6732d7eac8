"""The lexemes of a text, asked by position: what the rules of dates look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nlp.timex import Found, Node
from nlp.timex_lexer import Lexeme


class Tokens:
    """The lexemes of one text, asked by position; outside there is nothing.

    `is_counted(number, word)` tells whether the sentence counts that word,
    `is_name(word)` whether it is a name, `pos(word)` what part of speech it is; without
    a parsed text they say no.
    """

    def __init__(
        self,
        items: Sequence[Lexeme],
        *,
        inflected: bool = False,
        is_counted: Callable[[Lexeme, Lexeme], bool] | None = None,
        is_name: Callable[[Lexeme], bool] | None = None,
        pos: Callable[[Lexeme], str] | None = None,
    ) -> None:
        self.items = items
        # most lexemes mean nothing, and every rule asks for many
        self._tags = [item.tags for item in items]
        self._size = len(items)
        #: what was read at a position, so that nothing is read twice
        self.periods: dict[int, tuple[Node, int] | None] = {}
        self.expressions: dict[int, Found | None] = {}
        self.inflected = inflected
        self._is_counted = is_counted
        self._is_name = is_name
        self._pos = pos

    def get(self, i: int, tag: str) -> Any:
        """Return the value of `tag` at `i`, None where it has none."""
        return self._tags[i].get(tag) if 0 <= i < self._size else None

    def has(self, i: int, *tags: str) -> bool:
        """Tell whether the lexeme at `i` has one of `tags`."""
        if not 0 <= i < self._size:
            return False
        found = self._tags[i]
        return bool(found) and not found.keys().isdisjoint(tags)

    def text(self, i: int) -> str:
        """Return the words at `i`."""
        return self.items[i].text if 0 <= i < len(self.items) else ""

    def touches(self, i: int) -> bool:
        """Tell whether nothing stands between lexeme `i` and the one before it."""
        return 0 < i < len(self.items) and self.items[i - 1].end == self.items[i].start

    def past(self, i: int, *tags: str) -> int:
        """Return the position behind the lexeme at `i` if it has one of `tags`."""
        return i + 1 if self.has(i, *tags) else i

    def dot(self, i: int) -> int:
        """Return the position behind the dot of the abbreviation before `i`, if any."""
        is_dot = (
            self.has(i - 1, "abbreviated") and self.text(i) == "." and self.touches(i)
        )
        return i + 1 if is_dot else i

    def ends(self, i: int) -> bool:
        """Tell whether the line or text ends at `i`."""
        return i >= len(self.items) or i < 0 or self.has(i, "line")

    def counts(self, i: int) -> bool:
        """Tell whether the number at `i` counts the word behind it (2000 cars)."""
        if not (i >= 0 and i + 1 < len(self.items)):
            return False
        if self.has(i + 1, "number_after"):
            return True
        if self._is_counted is None:
            return False
        return self._is_counted(self.items[i], self.items[i + 1])

    def names(self, i: int) -> bool:
        """Tell whether the word at `i` is (part of) a name."""
        return self._is_name is not None and self._is_name(self.items[i])

    def leads(self, i: int) -> bool:
        """Tell whether the word at `i` is a preposition of what follows."""
        return self.pos(i) == "ADP"

    def pos(self, i: int) -> str:
        """Return the part of speech of the word at `i`, empty where unknown."""
        is_known = self._pos is not None and 0 <= i < len(self.items)
        return self._pos(self.items[i]) if self._pos and is_known else ""


_LINKS = (
    "prep",
    "bound",
    "part",
    "which",
    "ord",
    "article",
    "approx",
    "range_open",
    "of",
    "range_join",
    "rest",
    "back",
    "ahead",
    "anaphora",
    "range_list",
    "since_start",
    "holiday",
)


def is_sure(t: Tokens, i: int) -> bool:
    """Tell whether an ambiguous word (may, march, sun, fall) is meant as a date."""
    if t.inflected and t.has(i, "month") and t.text(i)[0].isupper() and t.names(i):
        return False
    if t.has(i - 1, "every") or t.has(i, "every_plural"):
        return False
    if not t.has(i, "weak"):
        return True
    if t.ends(i - 1) and t.ends(i + 1):
        return True
    if t.has(i, "weekday") and t.has(i, "abbreviated"):
        # sat, sun, вс: only as a label of a line or beside a date
        return t.ends(i - 1) and t.text(i)[0].isupper() and t.has(i + 1, "daypart")
    if t.has(i, "season"):
        return _is_season(t, i)
    if t.has(i, "month") and not t.inflected and not t.text(i)[0].isupper():
        return False
    if t.names(i):
        return False
    j = t.dot(i + 1)
    is_joined = t.has(j, "range_mark") and t.has(j + 1, "month")
    return t.has(i - 1, *_LINKS) or t.has(j, "year") or is_joined


def _is_season(t: Tokens, i: int) -> bool:
    """ "In the fall" and "by spring" are seasons, "a fall" and "to spring" are not."""
    k = i - 2 if t.text(i - 1) == "-" else i - 1  # mid-spring
    if t.has(k, "article"):
        if t.has(k, "num"):
            return False
        k -= 1
    is_led = t.has(k, "seasonal", "part", "bound", "which", "approx")
    if t.has(k, "range_list"):
        is_led = t.has(k - 1, "season", "month", "year", "unit")
    if t.pos(i + 1) in _VERBS and t.pos(i - 1) not in _MODIFIERS:
        is_led = t.pos(i) in ("NOUN", "PROPN")  # "spring shows signs of hope"
    return (is_led or t.has(i + 1, "year", "range_mark")) and not t.names(i)


_VERBS = ("VERB", "AUX")
_MODIFIERS = ("DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM", "PART")
