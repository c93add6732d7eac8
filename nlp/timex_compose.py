"""Periods with their modifiers: about mid-July, by the end of 2022, in May or later."""

from __future__ import annotations

from dataclasses import replace

from nlp.timex import (
    Approx,
    Bounded,
    Calendar,
    Duration,
    Echo,
    Ending,
    Found,
    Holiday,
    Node,
    Part,
    Ref,
    Repeated,
    Rest,
    Running,
    Shift,
    Third,
    Weekday,
)
from nlp.timex_counts import Read, length
from nlp.timex_grammar import rules_for, the_unit
from nlp.timex_reports import NEW_YEAR
from nlp.timex_tokens import Tokens
from nlp.timex_years import year_number

#: At most so many modifiers before a date.
_MAX_PREFIXES = 6


PREFIXES = ("bound", "part", "approx", "rest", "since_start", "dayparts_of", "more")


#: What may stand between modifiers: about *the* end *of* 2022.
_BETWEEN = ("prep", "article", "genitive")


def core(t: Tokens, i: int, *, contained: bool = False) -> Read:
    """Read one period by the first rule that fits; `contained` allows "the month"."""
    if not 0 <= i < len(t.items):
        return None
    if i not in t.periods:
        t.periods[i] = _core(t, i)
    return t.periods[i] or (the_unit(t, i) if contained else None)


def _core(t: Tokens, i: int) -> Read:
    for rule in rules_for(frozenset(t.items[i].tags)):
        found = rule(t, i)
        if found:
            return found
    return None


def modified(t: Tokens, i: int) -> Found | None:
    """Read modifiers, a period and what stands behind: "by about the end of 2022"."""
    if i not in t.expressions:
        t.expressions[i] = _ending(t, i) or _modified(t, i) or _alone(t, i)
    return t.expressions[i]


def _alone(t: Tokens, i: int) -> Found | None:
    """Read «ранее» that bounds nothing as a reference to the past."""
    if not (t.has(i, "ref") and t.has(i, "bound")):
        return None
    return Found(Ref(t.get(i, "ref")), i, i + 1)


def _modified(t: Tokens, i: int) -> Found | None:
    at = i
    prefixes: list[tuple[str, object]] = []
    while len(prefixes) < _MAX_PREFIXES:
        if t.has(at, "part_fixed"):
            node, end = _fixed_of(t, at)
            return _closed(t, i, end, prefixes, node)
        contained = any(kind in ("part", "rest", "since_start") for kind, _ in prefixes)
        found = core(t, at, contained=contained)
        if found and not (
            t.has(at, "part", "more", "bound") and _is_bare_reading(t, at, found)
        ):
            return _closed(t, i, found[1], prefixes, found[0])
        kind = next((p for p in PREFIXES if t.has(at, p)), None)
        if kind == "part" and _is_no_part(t, at):
            return None
        if kind is not None:
            prefixes.append((kind, t.get(at, kind)))
        elif not prefixes or not (t.has(at, *_BETWEEN) or t.text(at) == "-"):
            return None
        at += 1
    return None


def _ending(t: Tokens, i: int) -> Found | None:
    """Read "the nine months to September 30", "the fiscal year ended in March"."""
    at = t.past(i, "article") if not t.has(i, "num") else i
    has_article = at > i or t.has(i - 1, "article")
    at = t.past(at, "ordinal_first", "fiscal_before")
    found = length(t, at, bare=True)
    if not found or found.low is None or found.extra or found.high:
        return None
    j = found.end
    if not (t.has(j, "ending") or (has_article and t.has(j, "ending_at"))):
        return None
    j = t.past(t.past(j + 1, "prep"), "article")
    of = _modified(t, j)
    inner = of.node if of else None
    node = inner.of if isinstance(inner, Part) else inner
    if of is None or inner is None or not isinstance(node, Calendar):
        return None
    return Found(Ending(found.duration(), inner), at, of.last)


def _is_no_part(t: Tokens, at: int) -> bool:
    """ "Early in 2024" is a part of the year; "to start in 2024" is not."""
    is_led = t.has(at + 1, "prep") and not t.has(at + 1, "genitive")
    return is_led and not t.has(at, "part_adverb")


def _is_bare_reading(t: Tokens, at: int, found: tuple[Node, int]) -> bool:
    """ "More than three years" belongs to the duration, "late" to what follows."""
    return isinstance(found[0], Ref) and t.has(at, "part", "bound")


def _fixed(t: Tokens, i: int) -> Part:
    third, unit = str(t.get(i, "part_fixed")).split("-")
    return Part(third_of(third), Shift(unit, 0))


def _fixed_of(t: Tokens, i: int) -> tuple[Node, int]:
    """Read "year-end 2023", or the part of this period."""
    node, j = _fixed(t, i), i + 1
    named = year_number(t, t.past(j, "of")) if t.text(j) != "," else None
    if named and node.of == Shift("year", 0):
        return replace(node, of=Calendar(year=named[0])), named[1]
    return node, j


def third_of(name: object) -> Third:
    """Return the third that a tag of timex.toml names."""
    return "START" if name == "START" else "MID" if name == "MID" else "END"


def _closed(
    t: Tokens, first: int, last: int, prefixes: list[tuple[str, object]], node: Node
) -> Found | None:
    """Wrap the node in its modifiers, the nearest first, and take in what follows."""
    if isinstance(node, Duration | Repeated) and prefixes:
        return _modified_duration(first, last, prefixes, node)
    kinds = {kind for kind, _ in prefixes}
    if (isinstance(node, Ref) and kinds) or ("more" in kinds and not _counts(node)):
        return None
    if kinds == {"bound"} and t.has(last - 1, "year") and t.has(last - 2, "article"):
        # "caused by the 1992 riots": the article makes a name of the year
        return Found(node, last - 1, last)
    if any(kind == "bound" for kind, _ in prefixes) and (
        _is_negated(t, first) or _is_negated_behind(t, first, last)
    ):
        prefixes = [(k, _DENIED.get(v, v) if k == "bound" else v) for k, v in prefixes]
    is_deadline = any(value in ("until", "lasting") for _, value in prefixes)
    for kind, value in reversed(prefixes):
        node = _wrapped(node, kind, value)
    return _behind(t, Found(node, first, last, is_deadline=is_deadline))


#: "Not … before May": how a bound reads behind a negation.
_DENIED: dict[object, object] = {"until": "not_before", "lasting": "not_before"}
#: A negation stands at most so many lexemes before the bound that it turns.
_NEGATION_REACH = 7


def _is_negated(t: Tokens, first: int) -> bool:
    """Tell whether "not … before", "will not open until" stands there."""
    if not t.has(first, "deniable"):
        return False
    for k in range(first - 1, max(-1, first - _NEGATION_REACH), -1):
        if t.has(k, "negation"):
            return True
        if t.ends(k) or t.text(k) in (",", ".", ";", ":", "—", "–") or t.has(k, "year"):
            return False
    return False


def _is_negated_behind(t: Tokens, first: int, last: int) -> bool:
    """Tell whether «не» follows: «раньше осени цех не заработает»."""
    if not (t.inflected and t.has(first, "deniable")):
        return False
    for k in range(last, last + _NEGATION_REACH):
        if t.has(k, "negation"):
            return True
        if t.ends(k) or t.text(k) in (",", ".", ";", ":", "—", "–"):
            return False
    return False


def _wrapped(node: Node, kind: str, value: object) -> Node:
    """Put one modifier around the node."""
    if kind == "part":
        if isinstance(node, Holiday) and node == Holiday("01-01"):
            node = NEW_YEAR  # «в начале нового года» is no part of the feast
        return Part(third_of(value), node)
    if kind == "approx":
        return Approx(node)
    if kind == "rest":
        return Rest(1 if value == 1 else -1, node)
    if kind == "since_start":
        return Rest(-1, node)
    if kind == "bound":
        return Bounded(str(value), node)
    if kind == "more" and isinstance(node, Shift):
        return replace(node, mod=str(value))
    return node


def _counts(node: Node) -> bool:
    return isinstance(node, Shift | Echo | Duration | Running)


def _modified_duration(
    first: int, last: int, prefixes: list[tuple[str, object]], node: Node
) -> Found | None:
    """ "About three years" is one; other modifiers mean something else there."""
    kinds = {kind for kind, _ in prefixes}
    if not kinds <= {"approx", "more"}:
        return None
    if isinstance(node, Duration) and "approx" in kinds:
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
