"""Expressions made of periods: modifiers before and behind, ranges, old and new dates."""

from __future__ import annotations

from dataclasses import replace

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
    Rest,
    Running,
    Shift,
    Third,
    Weekday,
)
from nlp.timex_grammar import (
    RULES,
    Read,
    day_number,
    quarter_head,
    the_unit,
    year_number,
)
from nlp.timex_tokens import Tokens, is_sure

#: At most so many modifiers before a date.
_MAX_PREFIXES = 6
_PREFIXES = ("bound", "part", "approx", "rest", "since_start", "dayparts_of", "more")
#: What may stand between modifiers: about *the* end *of* 2022.
_BETWEEN = ("prep", "article", "genitive")
#: What a rule may start with; any other lexeme is passed over at once.
_STARTS = frozenset(
    [
        *_PREFIXES,
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
        "holiday",
        "set",
        "same",
        "same_period",
        "month_parts_firstdays",
        "month_parts_lastdays",
        "opaque",
        "decimal",
        "article",
    ]
)


def read(t: Tokens) -> list[Found]:
    """Return the expressions in order, none overlapping; linear in the lexemes."""
    found: list[Found] = []
    i = 0
    while i < len(t.items):
        if _STARTS.isdisjoint(t.items[i].tags):
            i += 1
            continue
        one = expression(t, i)
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
    return (
        t.counts(i)
        or t.has(
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
        if a.year is None and b.year is not None and _same_kind(a, b):
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
    return between(t, i) or modified(t, i)


def core(t: Tokens, i: int, *, contained: bool = False) -> Read:
    """Read one period by the first rule that fits; `contained` allows "the month"."""
    for rule in RULES:
        found = rule(t, i)
        if found:
            return found
    return the_unit(t, i) if contained else None


def modified(t: Tokens, i: int) -> Found | None:
    """Read modifiers, a period and what stands behind: "by about the end of 2022"."""
    at = i
    prefixes: list[tuple[str, object]] = []
    while len(prefixes) < _MAX_PREFIXES:
        if t.has(at, "part_fixed"):
            return _closed(t, i, at + 1, prefixes, _fixed(t, at))
        contained = any(kind in ("part", "rest", "since_start") for kind, _ in prefixes)
        found = core(t, at, contained=contained)
        if found and not (
            t.has(at, "part", "more", "bound") and _is_bare_reading(t, at, found)
        ):
            return _closed(t, i, found[1], prefixes, found[0])
        kind = next((p for p in _PREFIXES if t.has(at, p)), None)
        if kind is not None:
            prefixes.append((kind, t.get(at, kind)))
        elif not prefixes or not (t.has(at, *_BETWEEN) or t.text(at) == "-"):
            return None
        at += 1
    return None


def _is_bare_reading(t: Tokens, at: int, found: tuple[Node, int]) -> bool:
    """ "More than three years" belongs to the duration, "late" to what follows."""
    return isinstance(found[0], Ref) and t.has(at, "part")


def _fixed(t: Tokens, i: int) -> Node:
    third, unit = str(t.get(i, "part_fixed")).split("-")
    return Part(_third(third), Shift(unit, 0))


def _third(name: object) -> Third:
    return "START" if name == "START" else "MID" if name == "MID" else "END"


def _closed(
    t: Tokens, first: int, last: int, prefixes: list[tuple[str, object]], node: Node
) -> Found | None:
    """Wrap the node in its modifiers, the nearest first, and take in what follows."""
    if isinstance(node, Duration | Repeated) and prefixes:
        return _modified_duration(t, first, last, prefixes, node)
    if isinstance(node, Ref) and any(
        kind in ("part", "approx", "more") for kind, _ in prefixes
    ):
        return None
    is_deadline = False
    for kind, value in reversed(prefixes):
        if kind == "part":
            node = Part(_third(value), node)
        elif kind == "approx":
            node = Approx(node)
        elif kind == "rest":
            node = Rest(1 if value == 1 else -1, node)
        elif kind == "since_start":
            node = Rest(-1, node)
        elif kind == "more" and isinstance(node, Shift):
            node = replace(node, mod=str(value))
        elif kind == "bound":
            is_deadline = is_deadline or value == "until"
            node = Bounded(str(value), node)
    found = Found(node, first, last, is_deadline=is_deadline)
    return _behind(t, found)


def _modified_duration(
    t: Tokens, first: int, last: int, prefixes: list[tuple[str, object]], node: Node
) -> Found | None:
    """ "About three years" is one; before a length other modifiers mean something else."""
    while prefixes and prefixes[0][0] in (
        "bound",
        "part",
        "rest",
        "since_start",
        "dayparts_of",
    ):
        return None
    if any(kind in ("part", "rest", "since_start", "bound") for kind, _ in prefixes):
        return None
    if isinstance(node, Duration) and any(kind == "approx" for kind, _ in prefixes):
        node = replace(node, mod=node.mod or "APPROX")
    return Found(node, first, last)


def _behind(t: Tokens, found: Found) -> Found:
    node, j = found.node, found.last
    if isinstance(node, Duration | Ref | Repeated):
        return found
    if t.has(j, "possessive") and not t.has(j + 1, "year"):
        return found
    k = j + 1 if t.has(j, "approx_after") else j
    if k > j and (t.ends(k) or t.text(k) in ".,;)"):
        node, j = Approx(node), k
    if t.has(j, "bound_after") and not isinstance(node, Bounded):
        ahead = core(t, j + 1) if t.has(j, "bound") else None
        if not ahead:
            node, j = Bounded(str(t.get(j, "bound_after")), node), j + 1
    elif t.has(j, "bound_after_start") and (
        t.ends(j + 1) or t.text(j + 1) in ".,;" or len(t.text(j)) > 2
    ):
        j += 1
    if t.has(j, "dayparts") and isinstance(
        node, Shift | Weekday | Calendar | Bounded | Approx
    ):
        grain_day = not isinstance(node, Calendar) or node.day is not None
        if grain_day and not (isinstance(node, Shift) and node.unit != "day"):
            j += 1
    return replace(found, node=node, last=j)


def between(t: Tokens, i: int) -> Found | None:
    """Read "15-17 June", "between January and March", "from late 2025 to early 2026"."""
    opened = t.has(i, "range_open")
    at = i + 1 if opened else i
    while opened and t.has(at, "article"):
        at += 1
    is_between = opened and t.has(i, "range_between")
    first = _end(t, at, fragment=True)
    if not first:
        return None
    j = first.last
    if (
        t.text(j) in (",", ".")
        and t.has(j + 1, "range_open", "range_join")
        and not t.ends(j + 1)
    ):
        j += 1
    if not t.has(
        j, "range_join", "range_shift", *(["range_and"] if is_between else [])
    ):
        return None
    is_mark = t.has(j, "range_mark")
    if t.has(j, "range_and") and not t.has(j, "range_mark") and not is_between:
        return None
    is_shift = opened and t.has(j, "range_shift") and not t.has(j, "range_join")
    k = j + 1
    while t.has(k, "article"):
        k += 1
    if not opened and not is_mark and not _may_join(t, j, first):
        return None
    last = _end(t, k, fragment=False)
    if not last:
        return None
    pair = _paired(t, first, last)
    if not pair:
        return None
    start = i if opened else first.first
    halves = (replace(first, node=pair[0]), replace(last, node=pair[1]))
    return Found(
        Range(*pair),
        start,
        last.last,
        halves=halves,
        splits="always"
        if is_shift
        else "on_change"
        if opened and t.has(j, "range_shift")
        else None,
    )


def _may_join(t: Tokens, j: int, first: Found) -> bool:
    """Without an opening word only "July 13 through 15" and the like make a range."""
    return t.has(j, "range_through") and isinstance(_inside(first.node), Calendar)


def _end(t: Tokens, i: int, *, fragment: bool) -> Found | None:
    """Read one end of a range; `fragment` allows "15" and "first" that need the other."""
    whole = modified(t, i)
    if whole and not isinstance(
        whole.node, Range | Duration | Running | Bounded | Repeated
    ):
        if isinstance(whole.node, Ref) and whole.node.value != "PRESENT_REF":
            return None
        if not (fragment and _is_cut(t, i, whole)):
            return whole
    if not fragment:
        return _last_fragment(t, i)
    head = quarter_head(t, i)
    if head:
        unit, number, j = head
        return Found(_numbered(unit, number), i, j)
    ordinal = t.get(i, "ord") or t.get(i, "roman")
    if ordinal and 1 <= ordinal <= 4 and t.has(i + 1, "range_join", "range_shift"):
        behind = quarter_head(t, i + 2)
        if behind:
            return Found(_numbered(behind[0], ordinal), i, i + 1)
    day = day_number(t, i)
    if day:
        j = day[1]
        if t.text(j) == "." and t.has(j + 1, "range_join"):
            j += 1
        return Found(Calendar(day=day[0]), i, j)
    number_ = year_number(t, i)
    if number_ and 1500 <= number_[0] <= 2150:
        return Found(Calendar(year=number_[0]), i, number_[1])
    if t.has(i, "month") and is_sure(t, i):
        return Found(Calendar(month=t.get(i, "month")), i, i + 1)
    pair = t.get(i, "pair")
    if pair:
        j = i + 2 if t.text(i + 1) == "." else i + 1
        return Found(Calendar(month=pair[0], day=pair[1]), i, j)
    if t.has(i, "part") and t.has(i + 1, "range_join"):
        return Found(Part(_third(t.get(i, "part")), Calendar()), i, i + 1)
    return None


def _is_cut(t: Tokens, i: int, whole: Found) -> bool:
    """Tell whether reading the first end took the dash of the range with it."""
    return (
        whole.last > i + 1 and t.has(i, "year") and t.get(whole.last - 1, "digits") == 2
    )


def _numbered(unit: str, number: int) -> Calendar:
    return Calendar(quarter=number) if unit == "quarter" else Calendar(half=number)


def _last_fragment(t: Tokens, i: int) -> Found | None:
    day = day_number(t, i)
    if day and not t.counts(i):
        return Found(Calendar(day=day[0]), i, day[1])
    pair = t.get(i, "pair")
    if pair:
        return Found(Calendar(month=pair[0], day=pair[1]), i, i + 1)
    year = year_number(t, i)
    return Found(Calendar(year=year[0]), i, year[1]) if year else None


def _paired(t: Tokens, first: Found, last: Found) -> tuple[Node, Node] | None:
    """Let each end take from the other what it leaves out; None if they do not fit."""
    a, b = first.node, last.node
    inner_a, inner_b = _inside(a), _inside(b)
    if not isinstance(inner_a, Calendar) or not isinstance(inner_b, Calendar):
        if isinstance(inner_a, Calendar) and _is_fragment(inner_a):
            return None
        return (
            None if isinstance(inner_b, Calendar) and _is_fragment(inner_b) else (a, b)
        )
    if _is_fragment(inner_b):
        # July 13-15, 2023-24, January 5 to 20
        if (
            inner_b.day is not None
            and inner_a.day is not None
            and inner_a.month is not None
        ):
            if inner_b.day <= inner_a.day:
                return None
            return a, replace(inner_a, day=inner_b.day, weekday=None)
        if (
            inner_b.day is not None
            and _is_year_alone(inner_a)
            and t.get(last.first, "digits") == 2
        ):
            year = int(inner_a.year or 0) // 100 * 100 + inner_b.day  # type: ignore[arg-type]
            if year != int(inner_a.year or 0) + 1:  # type: ignore[arg-type]
                return None
            return a, Calendar(year=year)
        return None
    if _is_year_alone(inner_a) and not _is_year_alone(inner_b):
        return (
            (a, b) if inner_b.year is not None and not isinstance(a, Calendar) else None
        )
    if inner_a.day is not None and inner_a.month is None:
        if inner_b.day is None or inner_b.month is None or inner_b.day <= inner_a.day:
            return None
        inner_a = replace(inner_b, day=inner_a.day, weekday=None)
        return inner_a, b
    if isinstance(a, Part) and inner_a == Calendar():
        return Part(a.third, _inside(b)), b
    if inner_a.year is None and isinstance(inner_b.year, int):
        inner_a = replace(inner_a, year=_year_before(inner_a, inner_b))
    elif (
        inner_b.year is None
        and isinstance(inner_a.year, int)
        and not _is_year_alone(inner_a)
    ):
        inner_b = replace(inner_b, year=_year_behind(inner_a, inner_b))
    elif inner_a.year is None and inner_b.year is not None:
        inner_a = replace(inner_a, year=inner_b.year)
    return _outside(a, inner_a), _outside(b, inner_b)


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


def _order(node: Calendar) -> tuple[int, int]:
    month = node.month if isinstance(node.month, int) else 0
    starts = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
    month = (
        month
        or 3 * (node.quarter or 0)
        or 6 * (node.half or 0)
        or starts.get(node.season or "", 0)
    )
    return month, node.day or 0


def _year_before(first: Calendar, last: Calendar) -> int:
    """ "November to February 2023" starts in 2022."""
    year = last.year if isinstance(last.year, int) else 0
    return year - 1 if _order(first) > _order(last) else year


def _year_behind(first: Calendar, last: Calendar) -> int:
    year = first.year if isinstance(first.year, int) else 0
    return year + 1 if _order(first) > _order(last) else year
