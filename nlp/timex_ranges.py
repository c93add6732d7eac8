"""Ranges of dates: 15-17 June, between January and March, late 2025 to early 2026."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from nlp.timex import (
    Approx,
    Bounded,
    Calendar,
    Duration,
    Found,
    Node,
    Part,
    Range,
    Ref,
    Repeated,
    Running,
)
from nlp.timex_compose import modified, third_of
from nlp.timex_counts import Read
from nlp.timex_days import day_number
from nlp.timex_grammar import quarter_head
from nlp.timex_tokens import Tokens, is_sure
from nlp.timex_years import is_in_name, year_number


def between(t: Tokens, i: int) -> Found | None:
    """Read "15-17 June", "between May and July", "from late 2025 to early 2026"."""
    opened = t.has(i, "range_open")
    is_between = t.has(i, "range_between")
    first = _end(t, t.past(i + opened, "article"), fragment=True)
    if not first:
        return None
    j = first.last
    if t.text(j) in (",", ".") and t.has(j + 1, "range_open", "range_join"):
        j += 1
    if not _joins(t, j, first, opened=opened, is_between=is_between):
        return None
    last = _end(t, t.past(j + 1, "article"), fragment=False)
    pair = _paired(t, first, last) if last else None
    if not last or not pair:
        return None
    return Found(
        Range(*pair),
        i if opened else first.first,
        last.last,
        halves=(replace(first, node=pair[0]), replace(last, node=pair[1])),
        splits=_splits(t, j) if opened else None,
    )


def _joins(t: Tokens, j: int, first: Found, *, opened: bool, is_between: bool) -> bool:
    """Tell whether the word behind the first end makes a range with what follows.

    Without an opening word only a dash, "to" and "through" do; "and" behind "between".
    """
    if t.has(j, "range_and"):
        return is_between
    if opened:
        return t.has(j, "range_join", "range_shift")
    if t.has(j, "range_mark"):
        return True
    return t.has(j, "range_through") and isinstance(_inside(first.node), Calendar)


def _splits(t: Tokens, j: int) -> Literal["always", "on_change"] | None:
    """Tell whether the joint may stand between an old and a new date."""
    if not t.has(j, "range_shift"):
        return None
    return "on_change" if t.has(j, "range_join") else "always"


def _end(t: Tokens, i: int, *, fragment: bool) -> Found | None:
    """Read an end of a range; `fragment` allows "15", which needs the other end."""
    whole = modified(t, i)
    if whole and not isinstance(whole.node, _NO_ENDS):
        if isinstance(whole.node, Ref) and whole.node.value != "PRESENT_REF":
            return None
        if not (fragment and _is_cut(t, i, whole)):
            return whole
    for rule in _FIRST_FRAGMENTS if fragment else _LAST_FRAGMENTS:
        found = rule(t, i)
        if found:
            return Found(found[0], i, found[1])
    return None


#: What cannot begin or end a range.
_NO_ENDS = (Range, Duration, Running, Bounded, Repeated)


def _is_cut(t: Tokens, i: int, whole: Found) -> bool:
    """Tell whether reading the first end took the dash of the range with it."""
    is_short = t.get(whole.last - 1, "digits") == 2
    return whole.last > i + 1 and t.has(i, "year") and is_short


def _quarter(t: Tokens, i: int) -> Read:
    """Read a numbered quarter or half, or only its number: «с I по III квартал»."""
    head = quarter_head(t, i)
    if head:
        return _numbered(head[0], head[1]), head[2]
    ordinal = t.get(i, "ord") or t.get(i, "roman")
    if not ordinal or not 1 <= ordinal <= 4:
        return None
    is_joined = t.has(i + 1, "range_join", "range_shift")
    behind = quarter_head(t, t.past(i + 2, "article")) if is_joined else None
    return (_numbered(behind[0], ordinal), i + 1) if behind else None


def _numbered(unit: str, number: int) -> Calendar:
    return Calendar(quarter=number) if unit == "quarter" else Calendar(half=number)


def _day(t: Tokens, i: int) -> Read:
    day = day_number(t, i)
    if not day or t.counts(i):
        return None
    is_dotted = t.text(day[1]) == "." and t.has(day[1] + 1, "range_join")
    return Calendar(day=day[0]), day[1] + is_dotted


def _year(t: Tokens, i: int) -> Read:
    year = year_number(t, i)
    is_likely = year is not None and 1500 <= year[0] <= 2150 and not is_in_name(t, i)
    return (Calendar(year=year[0]), year[1]) if year and is_likely else None


def _month(t: Tokens, i: int) -> Read:
    is_month = t.has(i, "month") and is_sure(t, i)
    return (Calendar(month=t.get(i, "month")), i + 1) if is_month else None


def _pair(t: Tokens, i: int) -> Read:
    pair = t.get(i, "pair")
    if not pair or (t.get(i, "dotted") and not _is_dated(t, i)):
        return None
    j = i + 2 if t.text(i + 1) == "." and t.has(i + 2, "range_join") else i + 1
    return Calendar(month=pair[0], day=pair[1]), j


def _is_dated(t: Tokens, i: int) -> bool:
    """ "5.4 to 5.6 billion" are no days: a language with decimal points has no such."""
    if not t.inflected or t.counts(i):
        return False
    behind = "number_after", "percent", "num"
    return not t.has(i + 1, *behind) and not t.has(i + 3, *behind)


def _third(t: Tokens, i: int) -> Read:
    if not (t.has(i, "part") and t.has(i + 1, "range_join")):
        return None
    return Part(third_of(t.get(i, "part")), Calendar()), i + 1


_FIRST_FRAGMENTS = (_quarter, _day, _year, _month, _pair, _third)
_LAST_FRAGMENTS = (_day, _pair, _year)


def _paired(t: Tokens, first: Found, last: Found) -> tuple[Node, Node] | None:
    """Let each end take from the other what it leaves out; None if they do not fit."""
    a, b = first.node, last.node
    one, other = _inside(a), _inside(b)
    if not (isinstance(one, Calendar) and isinstance(other, Calendar)):
        is_cut = any(isinstance(x, Calendar) and _is_fragment(x) for x in (one, other))
        return None if is_cut else (a, b)
    if _is_fragment(other):
        completed = _completed(one, other, is_short=t.get(last.first, "digits") == 2)
        return (a, completed) if completed else None
    if _is_year_alone(one) and not _is_year_alone(other):
        fits = other.year is not None and not isinstance(a, Calendar)
        return (a, b) if fits else None
    if _is_fragment(one):
        if other.day is None or (one.day or 0) >= other.day:
            return None
        return replace(other, day=one.day, weekday=None), b
    if isinstance(a, Part) and one == Calendar():
        return Part(a.third, other), b
    one, other = _same_years(one, other)
    return _outside(a, one), _outside(b, other)


def _completed(one: Calendar, other: Calendar, *, is_short: bool) -> Calendar | None:
    """Complete a number behind the dash: July 13-15, 2023-24."""
    assert other.day is not None
    if one.day is not None and one.month is not None:
        is_later = other.day > one.day
        return replace(one, day=other.day, weekday=None) if is_later else None
    if is_short and _is_year_alone(one) and isinstance(one.year, int):
        year = one.year // 100 * 100 + other.day
        return Calendar(year=year) if year == one.year + 1 else None
    return None


def _same_years(one: Calendar, other: Calendar) -> tuple[Calendar, Calendar]:
    """Give the year of one end to the other: "November to February 2023" is 2022-23."""
    crosses = order(one) > order(other)
    if one.year is None and isinstance(other.year, int):
        return replace(one, year=other.year - crosses), other
    if one.year is None:
        return replace(one, year=other.year), other
    if other.year is None and isinstance(one.year, int) and not _is_year_alone(one):
        return one, replace(other, year=one.year + crosses)
    return one, other


def _inside(node: Node) -> Node:
    return (
        node.of
        if isinstance(node, Part | Approx) and not isinstance(node.of, Part | Approx)
        else node
    )


def _outside(node: Node, inner: Calendar) -> Node:
    return replace(node, of=inner) if isinstance(node, Part | Approx) else inner


def _is_fragment(node: Calendar) -> bool:
    return node.day is not None and node.month is None


def _is_year_alone(node: Calendar) -> bool:
    return node.year is not None and node == Calendar(
        year=node.year, fiscal=node.fiscal
    )


def order(node: Calendar) -> tuple[int, int]:
    """Return where in its year a period lies, by month and day."""
    month = node.month if isinstance(node.month, int) else 0
    month = month or 3 * (node.quarter or 0) or 6 * (node.half or 0)
    return month or _SEASON_STARTS.get(node.season or "", 0), node.day or 0


_SEASON_STARTS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
