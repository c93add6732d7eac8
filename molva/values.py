"""Every figure and date ever given for a claim, and which of them stands.

The values of one statement belong together ("400 and 200 cars" are no contradiction);
what a later or stronger statement says about the same thing revises them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from molva.chronology import Moment, moment, standing
from molva.model import ClaimValue, EventDate, Evidence, Figure
from molva.status import authority

Value = Figure | EventDate
Relation = Literal["current", "revised", "contradicted", "repeated"]

#: Figures this close (a share of the larger) are the same one, rounded.
ROUNDING = 0.005
#: The same for figures of which one is "about".
ROUGH = 0.05
#: Measures that are one for a project: a price, a bill, an investment, a budget.
COSTS = frozenset({"priced", "invested", "spent", "budget"})
#: Measures in physical units that a thing has and nobody does.
PHYSICAL = frozenset(
    [
        "length",
        "width",
        "height",
        "depth",
        "weight",
        "area",
        "distance",
        "range",
        "speed",
        "power",
        "temperature",
    ]
)
#: Money from which on it is that of a project, not the price of a thing in a shop.
PROJECT = 1_000_000
#: Letters of a word that must agree for two forms of it to be the same noun.
STEM = 4

#: A TIMEX3 duration: "P3M", "PT2H", "PXD".
_DURATION = re.compile(r"P[\dTX]")

#: How much a statement's values weigh: on the record, asserted, only denied or asked.
ON_RECORD, ASSERTED, ASIDE = 2, 1, 0


def values(
    evidence: Iterable[Evidence], chosen: Sequence[str] = ()
) -> tuple[ClaimValue, ...]:
    """Return the values of a claim: current ones first, then older, newest first.

    The current value of a measure is that of the strongest evidence: official before
    all else, then the latest. Two values that equal evidence gives at one moment
    contradict each other. Values whose words a person has `chosen` stand before all.
    """
    judged: list[tuple[_Given, Relation]] = []
    for group in _groups(standing(evidence)):
        best = max(group, key=lambda given: (_choice(given, chosen), *_weight(given)))
        is_chosen = _choice(best, chosen) >= 0
        judged.extend(
            (given, _relation(given, best, group, is_settled=is_chosen))
            for given in group
        )
    judged.sort(key=_order)
    return tuple(_claim_value(given, relation) for given, relation in judged)


@dataclass(frozen=True, slots=True)
class _Given:
    """One value and the evidence that gave it."""

    value: Value
    item: Evidence


_Judged = tuple[_Given, Relation]


def _claim_value(given: _Given, relation: Relation) -> ClaimValue:
    return ClaimValue(
        kind="figure" if isinstance(given.value, Figure) else "date",
        value=given.value,
        statement_id=given.item.statement.id,
        report_id=given.item.report.id,
        said_at=given.item.report.published,
        is_current=relation == "current",
        relation=relation,
    )


def _order(judged: _Judged) -> tuple[bool, int, int, float, str, int]:
    given, relation = judged
    rank = strength(given.item) if relation == "current" else 0
    stamp, instant = moment(given.item.report)
    newest = -int(stamp.replace("-", ""))
    statement = given.item.statement.id
    return relation != "current", -rank, newest, -instant, statement, given.value.start


def _choice(given: _Given, chosen: Sequence[str]) -> int:
    """Return when a person chose a value (the last choice is the highest), or -1."""
    words = one_line(given.value.text)
    return max(
        (n for n, text in enumerate(chosen) if one_line(text) == words), default=-1
    )


def one_line(text: str) -> str:
    """Return words as they are compared: on one line, in small letters."""
    return " ".join(text.casefold().split())


def _weight(given: _Given) -> tuple[bool, bool, int, Moment, str]:
    """Rank a value; what has bounds goes before what has none ("soon")."""
    rank = strength(given.item)
    at = moment(given.item.report)
    return rank > ASIDE, _is_bounded(given.value), rank, at, given.item.statement.id


def _relation(
    given: _Given, best: _Given, group: Sequence[_Given], *, is_settled: bool
) -> Relation:
    """Return what a value is to the values of the statement that stands."""
    statement = best.item.statement.id
    if given.item.statement.id == statement:
        return "current"
    current = [g.value for g in group if g.item.statement.id == statement]
    if any(agree(given.value, value) for value in current):
        return "repeated"
    is_equal = not is_settled and _weight(given)[:-1] == _weight(best)[:-1]
    if is_equal and all(excludes(given.value, value) for value in current):
        return "contradicted"
    return "revised"


def strength(item: Evidence) -> int:
    """Return how much a statement's values weigh (`ON_RECORD` is the most)."""
    statement = item.statement
    if item.direction == "denies" or statement.polarity == "denies":
        return ASIDE
    if statement.modality == "question":
        return ASIDE
    is_official = authority(statement) and item.direction == "supports"
    return ON_RECORD if is_official else ASSERTED


def _groups(evidence: Sequence[Evidence]) -> list[list[_Given]]:
    """Return the values that are about the same thing together."""
    groups: list[list[_Given]] = []
    for item in evidence:
        said = item.statement.asserted()
        dates = _event_dates(said.dates) or _told_on(item)
        found: tuple[Value, ...] = (*said.figures, *dates)
        for value in found:
            _add(groups, _Given(value, item))
    return groups


def _event_dates(dates: Sequence[EventDate]) -> tuple[EventDate, ...]:
    """Leave out how long something takes, and "now" beside a date that says more."""
    when = [date for date in dates if not _is_duration(date)]
    bounded = [date for date in when if _is_bounded(date)]
    return tuple(bounded or when)


def _is_duration(date: EventDate) -> bool:
    is_period = _DURATION.match(date.timex or "") is not None
    return is_period and not _is_bounded(date)


def _told_on(item: Evidence) -> tuple[EventDate, ...]:
    """Return when a fact without a date of its own came up, if nobody is named for it.

    "Updates in mid-July indicated that …" dates what they indicate; "the company said
    on Tuesday that …" does not.
    """
    statement = item.statement
    is_hearsay = statement.attribution.cue and not statement.attribution.source
    is_past = statement.modality == "fact" and statement.polarity == "asserts"
    return statement.dates if is_hearsay and is_past else ()


def _add(groups: list[list[_Given]], given: _Given) -> None:
    """Put a value with those it can revise, its own words before other ones.

    "27,000 cars" revises "100,000 vehicles", but "600 cars and 50 trucks" are two.
    """
    alike = [group for group in groups if all(_is_alike(given, g) for g in group)]
    for group in alike:
        if all(_is_same_thing(given.value, other.value) for other in group):
            group.append(given)
            return
    own = given.item.statement.id
    for group in alike:
        if all(other.item.statement.id != own for other in group):
            group.append(given)
            return
    groups.append([given])


def _is_alike(a: _Given, b: _Given) -> bool:
    if isinstance(a.value, Figure) and isinstance(b.value, Figure):
        same = a.item.statement.lang == b.item.statement.lang
        return comparable(a.value, b.value, is_same_language=same)
    return type(a.value) is type(b.value)


def _is_same_thing(a: Value, b: Value) -> bool:
    if isinstance(a, Figure) and isinstance(b, Figure):
        return same_noun(a.unit, b.unit) and same_noun(a.of, b.of)
    return True


def _is_bounded(value: Value) -> bool:
    if isinstance(value, Figure):
        return True
    return value.earliest is not None or value.latest is not None


def comparable(a: Figure, b: Figure, *, is_same_language: bool) -> bool:
    """Say whether two figures measure the same thing, so that one can revise another.

    Where both have a measure it decides; else what is counted must be the same word,
    in so far as the two are of one language.
    """
    is_one = a.measure == b.measure or (is_cost(a) and is_cost(b))
    if not is_one and a.measure and b.measure:
        return False
    if is_counted(a.unit) != is_counted(b.unit):
        return False
    if not is_counted(a.unit) and a.unit != b.unit:
        return False
    if not is_same_language or (a.measure and b.measure and is_counted(a.unit)):
        return True
    return _is_same_thing(a, b)


def is_cost(figure: Figure) -> bool:
    """Say whether a figure is what a project costs, in whatever word."""
    end = figure.high or figure.low or 0
    is_money = figure.unit is not None and not is_counted(figure.unit)
    return is_money and figure.measure in COSTS and end >= PROJECT


def is_counted(unit: str | None) -> bool:
    """Say whether a unit is a counted noun (or nothing): no money, %, symbol."""
    if unit is None:
        return True
    is_code = unit.isascii() and unit.isupper()
    return len(unit) > STEM - 2 and not is_code and unit not in _SYMBOLS


#: Physical symbols as long as a word.
_SYMBOLS = frozenset({"inch", "kWh", "MWh", "GWh", "km/h", "m/s", "mph", "bbl", "bcm"})


def same_noun(a: str | None, b: str | None) -> bool:
    """Say whether two nouns of one language can be the same, None being any."""
    if a is None or b is None:
        return True
    short, long = sorted((_spelled(a), _spelled(b)), key=len)
    if len(short) < STEM:
        return long.startswith(short) and len(long) <= len(short) + 1
    return long.startswith(short[:STEM])


def _spelled(noun: str) -> str:
    """Fold case and ё, which texts write or do not."""
    return noun.casefold().replace("ё", "е")


def agree(a: Value, b: Value) -> bool:
    """Say whether two values are the same but for rounding and wording."""
    if isinstance(a, Figure) and isinstance(b, Figure):
        slack = ROUGH if "approx" in (a.bound, b.bound) else ROUNDING
        return _near(a.low, b.low, slack) and _near(a.high, b.high, slack)
    if isinstance(a, EventDate) and isinstance(b, EventDate):
        if _is_bounded(a) or _is_bounded(b):
            return (a.earliest, a.latest) == (b.earliest, b.latest)
        return a.timex == b.timex
    return False


def excludes(a: Value, b: Value) -> bool:
    """Say whether two values cannot both be true."""
    if isinstance(a, Figure) and isinstance(b, Figure):
        return not agree(a, b) and (_above(a.low, b.high) or _above(b.low, a.high))
    if isinstance(a, EventDate) and isinstance(b, EventDate):
        return _after(a.earliest, b.latest) or _after(b.earliest, a.latest)
    return False


def _near(a: float | None, b: float | None, slack: float) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= slack * max(abs(a), abs(b))


def _above(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high


def _after(earliest: str | None, latest: str | None) -> bool:
    return earliest is not None and latest is not None and earliest > latest


def is_contradicted(found: Iterable[ClaimValue]) -> bool:
    """Say whether equal evidence gives two values at once."""
    return any(value.relation == "contradicted" for value in found)
