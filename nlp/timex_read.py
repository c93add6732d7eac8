"""Read all date expressions of a text from its lexemes."""

from __future__ import annotations

from dataclasses import replace

from nlp.timex import (
    Approx,
    Bounded,
    Calendar,
    Found,
)
from nlp.timex_compose import PREFIXES, modified
from nlp.timex_days import day_number
from nlp.timex_ranges import between, order
from nlp.timex_tokens import Tokens

#: What a rule may start with; any other lexeme is passed over at once.
_STARTS = frozenset(
    [
        *PREFIXES,
        "month",
        "weekday",
        "season",
        "unit",
        "num",
        "vague",
        "ord",
        "which",
        "back",
        "ahead",
        "anaphora",
        "days",
        "ref",
        "part_fixed",
        "range_open",
        "in",
        "within",
        "fiscal",
        "int",
        "date",
        "pair",
        "year",
        "decade",
        "roman",
        "short",
        "halves",
        "new_year",
        "holiday",
        "set",
        "same",
        "same_period",
        "same_period_ago",
        "whole",
        "month_parts_firstdays",
        "month_parts_lastdays",
        "opaque",
        "decimal",
        "article",
    ]
)

#: What every expression holds, within so many lexemes of its beginning.
_CORES = frozenset(
    [
        "month",
        "weekday",
        "season",
        "unit",
        "days",
        "ref",
        "part_fixed",
        "int",
        "date",
        "pair",
        "decade",
        "thousand",
        "short",
        "halves",
        "new_year",
        "holiday",
        "set",
        "same",
        "same_period",
        "same_period_ago",
    ]
)
_CORE_REACH = 10


def read(t: Tokens) -> list[Found]:
    """Return the expressions in order, none overlapping; linear in the lexemes."""
    found: list[Found] = []
    begins = _beginnings(t)
    i = 0
    while i < len(t.items):
        # an abbreviation alone is no period: «за кв. м»
        may_begin = begins[i] and not (t.has(i, "unit") and t.has(i, "abbreviated"))
        one = expression(t, i) if may_begin else None
        if one:
            while (
                t.has(one.first, "article")
                and not t.has(one.first, "num", "anaphora")
                and one.first < one.last - 1
            ):
                one = replace(one, first=one.first + 1)
            found.extend(_listed(t, one, found[-1].last if found else 0))
            i = found[-1].last
        else:
            i += 1
    return _with_years(t, found)


def _beginnings(t: Tokens) -> list[bool]:
    """Tell of each lexeme whether an expression may begin there.

    "The", "from" and "two" stand everywhere: only with a core close behind they may.
    """
    begins = [False] * len(t.items)
    core = len(t.items) + _CORE_REACH
    for i in range(len(t.items) - 1, -1, -1):
        tags = t.items[i].tags
        if not _CORES.isdisjoint(tags):
            core = i
        begins[i] = core - i < _CORE_REACH and not _STARTS.isdisjoint(tags)
    return begins


def _listed(t: Tokens, found: Found, start: int) -> list[Found]:
    """Return the date with the days listed before or behind it: 6 and 7 July."""
    node = found.node
    if not isinstance(node, Calendar) or node.day is None or node.month is None:
        return [found]
    listed = [found]
    if day_number(t, found.first):
        i = found.first
        while (
            i - 2 >= start
            and t.has(i - 1, "range_list")
            and (day := day_number(t, i - 2))
        ):
            if day[0] >= node.day or t.has(i - 3, "month"):
                break
            listed.insert(
                0, Found(replace(node, day=day[0], weekday=None), i - 2, i - 1)
            )
            i -= 2
    elif node.year is None:
        i = found.last
        while (
            t.has(i, "range_list")
            and (day := day_number(t, i + 1))
            and not _goes_on(t, i + 1)
        ):
            listed.append(Found(replace(node, day=day[0], weekday=None), i + 1, i + 2))
            i += 2
    return listed


def _goes_on(t: Tokens, i: int) -> bool:
    """Tell whether the number counts or dates something of its own."""
    return t.counts(i) or (
        t.has(
            i + 1, "unit", "month", "num", "number_after", "percent", "of", "range_join"
        )
        and (t.text(i + 1) != ",")
    )


def _with_years(t: Tokens, found: list[Found]) -> list[Found]:
    """Give "June and July 2022" one year."""
    for k in range(len(found) - 2, -1, -1):
        one, behind = found[k], found[k + 1]
        a, b = one.node, behind.node
        if not (isinstance(a, Calendar) and isinstance(b, Calendar)):
            continue
        if (
            a.year is None
            and b.year is not None
            and _same_kind(a, b)
            and order(a) <= order(b)
        ):
            gap = behind.first - one.last
            if gap in (1, 2) and t.has(one.last, "range_list", "range_join"):
                found[k] = replace(one, node=replace(a, year=b.year))
    return found


def _same_kind(a: Calendar, b: Calendar) -> bool:
    kinds = [
        (
            n.day is None,
            n.month is None,
            n.quarter is None,
            n.half is None,
            n.season is None,
        )
        for n in (a, b)
    ]
    return kinds[0] == kinds[1]


def expression(t: Tokens, i: int) -> Found | None:
    """Read a range, or one period with its modifiers, at `i`."""
    return (
        _bounded_range(t, i)
        or _approximate_range(t, i)
        or between(t, i)
        or modified(t, i)
    )


def _approximate_range(t: Tokens, i: int) -> Found | None:
    """Read "sometime between 2027 and 2029"."""
    if not (t.has(i, "approx") and t.has(i + 1, "range_open")):
        return None
    found = between(t, i + 1)
    return Found(Approx(found.node), i, found.last) if found else None


def _bounded_range(t: Tokens, i: int) -> Found | None:
    """«К 2024–2025 годам»: a deadline for a range, joined by a dash."""
    if (
        not t.has(i, "bound")
        or not t.has(i + 1, "year")
        or not t.has(i + 2, "range_mark")
    ):
        return None
    found = between(t, i + 1)
    if found is None:
        return None
    node = Bounded(str(t.get(i, "bound")), found.node)
    return Found(node, i, found.last, is_deadline=True)
