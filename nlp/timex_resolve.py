"""Count expressions out: a node, the publication day and the tense give a value.

The rules are those of DESIGN §5. Whatever cannot be known stays symbolic: X in place
of the digits of timex, no EDTF and no bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import singledispatch
from typing import Literal

from nlp import timex_calendar as cal
from nlp.timex import (
    Approx,
    Bounded,
    Calendar,
    Duration,
    Echo,
    Holiday,
    Named,
    Node,
    Nth,
    Part,
    Range,
    Ref,
    Repeated,
    Rest,
    Running,
    Shift,
    Weekday,
    Weekend,
    Years,
)
from nlp.timex_calendar import Value
from nlp.timex_holidays import holiday_day

Tense = Literal["past", "future", "present"]
_UNKNOWN = {
    "year": "XXXX",
    "month": "XXXX-XX",
    "week": "XXXX-WXX",
    "weekend": "XXXX-WXX-WE",
    "quarter": "XXXX-QX",
    "half": "XXXX-HX",
    "decade": "XXX",
    "century": "XX",
}
_ORDER = (
    "day",
    "week",
    "weekend",
    "month",
    "season",
    "quarter",
    "half",
    "year",
    "decade",
    "century",
)


@dataclass(slots=True)
class Context:
    """What surrounds an expression: `today` is the publication's local day.

    `tense` is asked only where it matters; `named` are the dates before this one in
    the report, the last one at the end, as far back as they are still meant.
    """

    today: date | None
    tense: Callable[[], Tense | None]
    named: list[Value] = field(default_factory=list)
    is_deadline: bool = False
    is_past: bool = False
    hour: float | None = None

    def bare(self) -> Tense | None:
        """Return the tense, past behind "since" whatever the verb says."""
        return "past" if self.is_past else self.tense()

    def leaning(self) -> Tense | None:
        """Return the direction of a weekday: the tense, or what a deadline says."""
        tense = self.bare()
        return "future" if tense is None and self.is_deadline else tense


def resolve(node: Node, context: Context) -> Value:
    """Return what `node` means; dates beyond the years 1 to 9999 stay unknown."""
    try:
        return value_of(node, context)
    except (ValueError, OverflowError):
        return Value(None)


@singledispatch
def value_of(node: object, context: Context) -> Value:
    """Return the value of one kind of node."""
    raise TypeError(f"no rule resolves {type(node).__name__}")


def _unknown(grain: str) -> Value:
    return Value(_UNKNOWN.get(grain, "XXXX-XX-XX"), grain=grain)


@value_of.register
def _(node: Shift, context: Context) -> Value:
    if node.length and context.tense() == "past":
        return value_of(node.length, context)
    if context.today is None:
        return replace(_unknown(node.unit), mod=node.mod)
    if node.unit in ("hour", "minute", "second"):
        return _clock_shift(node, context)
    low = _shifted(context.today, node.unit, int(node.count))
    if node.high is not None:
        ends = sorted(
            (low, _shifted(context.today, node.unit, int(node.high))), key=_start
        )
        return replace(cal.span(*ends), mod=node.mod, is_relative=True)
    value = replace(low, is_relative=True)
    if node.mod in ("MORE_THAN", "EQUAL_OR_MORE", "LESS_THAN", "EQUAL_OR_LESS"):
        return _beyond(value, node, context.today)
    return _approx(value) if node.mod == "APPROX" else value


def _beyond(value: Value, node: Shift, today: date) -> Value:
    """ "More than two years ago": no later than that year; "less than", no earlier."""
    further = str(node.mod).endswith("MORE") or node.mod == "MORE_THAN"
    before = (node.count < 0) == further
    if before:
        first = today if node.count > 0 else None
        last = value.latest
    else:
        first = value.earliest
        last = today if node.count < 0 else None
    return replace(
        value, mod=node.mod, earliest=first, latest=last, edtf=_open(first, last)
    )


def _open(first: date | None, last: date | None) -> str:
    return (
        f"{first.isoformat() if first else '..'}/{last.isoformat() if last else '..'}"
    )


def _clock_shift(node: Shift, context: Context) -> Value:
    """Read hours from now to the day; without the hour of publication not at all."""
    assert context.today is not None
    if context.hour is None:
        return Value("XXXX-XX-XX", grain="day")
    scale = {"hour": 1.0, "minute": 1 / 60, "second": 1 / 3600}[node.unit]
    days = (context.hour + node.count * scale) // 24
    return replace(cal.day(context.today + timedelta(days=int(days))), is_relative=True)


def _shifted(today: date, unit: str, count: int) -> Value:
    return cal.period(unit, cal.add(today, count, unit))


def _start(value: Value) -> date:
    return value.earliest or date.min


@value_of.register
def _(node: Echo, context: Context) -> Value:
    named = _antecedent(node, context)
    if named is None or named.earliest is None:
        if node.deictic:
            value = value_of(Shift(node.unit, node.count), context)
            return replace(value, grain=None) if node.keeps else value
        return _unknown(node.unit if node.unit != "same" else "year")
    if node.unit == "same":
        if not node.count:
            return named
        year = int(node.count)
        return cal.period(
            named.grain or "year", named.earliest.replace(year=year, day=1)
        )
    at = cal.add(named.earliest, int(node.count), node.unit)
    if node.keeps and named.grain in ("month", "quarter", "half", "season"):
        return cal.period(named.grain, at)
    return cal.period(node.unit, at)


def _antecedent(node: Echo, context: Context) -> Value | None:
    """Return the date last named that is fine enough; counted days do not anchor years."""
    for value in reversed(context.named):
        if value.grain is None or value.earliest is None:
            continue
        if node.unit == "same":
            return value
        if (
            _ORDER.index(value.grain) > _ORDER.index(node.unit)
            if node.unit in _ORDER
            else True
        ):
            continue
        if (
            value.is_relative
            and value.grain == "day"
            and node.unit not in ("day", "week")
        ):
            continue
        return value
    return None


@value_of.register
def _(node: Calendar, context: Context) -> Value:
    year = _year(node.year, context)
    if isinstance(year, Value):
        return _unknown(_grain(node))
    if isinstance(node.month, Shift | Echo):
        month = value_of(node.month, context)
        if month.earliest is None or node.day is None:
            return _unknown("day")
        return cal.day(month.earliest.replace(day=node.day))
    if year is not None:
        value = _whole(node, year)
        return replace(value, timex=f"FY{year}") if node.fiscal else value
    return _bare(node, context)


def _year(year: int | Shift | Echo | None, context: Context) -> int | Value | None:
    if year is None or isinstance(year, int):
        return year
    value = value_of(year, context)
    return value.earliest.year if value.earliest else value


def _grain(node: Calendar) -> str:
    if node.day is not None:
        return "day"
    for grain in ("month", "quarter", "half", "season"):
        if getattr(node, grain) is not None:
            return grain
    return "year"


def _whole(node: Calendar, year: int) -> Value:
    """Return the period that `node` names in `year`."""
    if node.day is not None and isinstance(node.month, int):
        return cal.day(date(year, node.month, node.day))
    if isinstance(node.month, int):
        return cal.month(year, node.month)
    if node.quarter is not None:
        return cal.quarter(year, 4 if node.quarter < 0 else node.quarter)
    if node.half is not None:
        return cal.half(year, 2 if node.half < 0 else node.half)
    if node.season is not None:
        return cal.season(year, node.season)
    return cal.year(year)


def _bare(node: Calendar, context: Context) -> Value:
    """Fill in the year of publication, unless the verb's tense excludes it."""
    if context.today is None:
        return _symbolic(node)
    today = context.today
    if node.day is not None and node.month is None:
        return _day_of_month(node.day, context)
    if node.weekday is not None:
        return _year_of_weekday(node, today)
    if node.season == "WI" and today.month < 3 and context.tense() != "future":
        # in January "this winter" has begun in the year before
        return cal.season(today.year - 1, "WI")
    value = _whole(node, today.year)
    tense = context.bare()
    if tense == "past" and value.earliest and value.earliest > today:
        return _whole(node, today.year - 1)
    if tense == "future" and value.latest and value.latest < today:
        return _whole(node, today.year + 1)
    return value


def _symbolic(node: Calendar) -> Value:
    if node.day is not None:
        month = f"{node.month:02}" if isinstance(node.month, int) else "XX"
        return Value(f"XXXX-{month}-{node.day:02}", grain="day")
    if isinstance(node.month, int):
        return Value(f"XXXX-{node.month:02}", grain="month")
    if node.quarter is not None:
        return Value(
            f"XXXX-Q{4 if node.quarter < 0 else node.quarter}", grain="quarter"
        )
    if node.half is not None:
        return Value(f"XXXX-H{2 if node.half < 0 else node.half}", grain="half")
    return Value(f"XXXX-{node.season}" if node.season else "XXXX", grain="season")


def _day_of_month(number: int, context: Context) -> Value:
    assert context.today is not None
    at = context.today
    tense = context.tense()
    for _ in range(3):
        try:
            value = at.replace(day=number)
        except ValueError:
            value = None
        if value and not (tense == "past" and value > context.today):
            if not (tense == "future" and value < context.today):
                return cal.day(value)
        at = cal.add(at.replace(day=1), -1 if tense == "past" else 1, "month")
    return Value(f"XXXX-XX-{number:02}", grain="day")


def _year_of_weekday(node: Calendar, today: date) -> Value:
    """Choose the year, nearest to the publication, in which the weekday is right."""
    bare = replace(node, weekday=None)
    for year in (today.year, today.year - 1, today.year + 1):
        value = _whole(bare, year)
        if value.earliest and value.earliest.isoweekday() == node.weekday:
            return value
    return _whole(bare, today.year)


@value_of.register
def _(node: Years, context: Context) -> Value:
    return cal.years(node.first, node.count)


@value_of.register
def _(node: Weekday, context: Context) -> Value:
    today = context.today
    if today is None:
        return Value(f"XXXX-WXX-{node.number}", grain="day")
    monday = today - timedelta(days=today.weekday())
    weeks = node.weeks if node.weeks is not None else None
    if weeks is not None:
        at = monday + timedelta(days=7 * weeks + node.number - 1)
    elif node.which == -1:
        at = _nearest(today - timedelta(days=1), node.number, -1)
    elif node.which is not None and node.which > 1:
        at = _nearest(today + timedelta(days=1), node.number, 1) + timedelta(
            days=7 * (node.which - 1)
        )
    elif node.which == 1:
        at = monday + timedelta(days=7 + node.number - 1)
    else:
        tense = context.leaning()
        forward = tense == "future" or (node.which == 0 and tense != "past")
        at = _nearest(today, node.number, 1 if forward else -1)
    return replace(cal.day(at), is_relative=True)


def _nearest(at: date, number: int, direction: int) -> date:
    """Return the first day with ISO weekday `number` from `at` on, or back from it."""
    if direction > 0:
        return at + timedelta(days=(number - at.isoweekday()) % 7)
    return at - timedelta(days=(at.isoweekday() - number) % 7)


@value_of.register
def _(node: Named, context: Context) -> Value:
    """Last: the nearest such period that is over; next: that has not begun."""
    today = context.today
    if today is None:
        return _symbolic(node.period)
    if node.which == 0:
        return _bare(node.period, context)
    years = range(today.year - 2, today.year + 3)
    values = [_whole(node.period, year) for year in years]
    over = [v for v in values if v.latest and v.latest < today]
    ahead = [v for v in values if v.earliest and v.earliest > today]
    value = over[node.which] if node.which < 0 else ahead[node.which - 1]
    return value


@value_of.register
def _(node: Weekend, context: Context) -> Value:
    today = context.today
    if today is None:
        return _unknown("weekend")
    which = node.which
    if which is None or which == 0:
        backward = context.tense() == "past" and today.weekday() < 5
        which = -1 if backward else 0
    elif which > 0 and today.weekday() >= 5:
        which = 1
    return replace(cal.weekend(today + timedelta(days=7 * which)), is_relative=True)


@value_of.register
def _(node: Holiday, context: Context) -> Value:
    year = _year(node.year, context)
    today = context.today
    if isinstance(year, int):
        return holiday_day(node.key, year) or Value(None)
    if today is None or isinstance(year, Value):
        return Value("XXXX-XX-XX", grain="day")
    values = [
        v
        for y in range(today.year - 1, today.year + 3)
        if (v := holiday_day(node.key, y))
    ]
    over = [v for v in values if v.latest and v.latest < today]
    ahead = [v for v in values if v.earliest and v.earliest >= today]
    if node.which == 0 and context.tense() != "past":
        return ahead[0] if ahead else Value(None)
    own = next(
        (v for v in values if v.earliest and v.earliest.year == today.year), None
    )
    tense = context.leaning()
    if node.which == -1 or (tense == "past" and own in ahead):
        return over[-1] if over else Value(None)
    if node.which == 1 or (tense == "future" and own in over) or own is None:
        return ahead[0] if ahead else Value(None)
    return own


@value_of.register
def _(node: Nth, context: Context) -> Value:
    of = value_of(node.of, context)
    first, last = of.earliest, of.latest
    if first is None or last is None:
        return _unknown(node.unit if not node.unit.startswith("weekday") else "day")
    if node.unit == "week-of":
        return cal.week(first)
    if node.unit == "half":
        return _half(of, node.nth)
    if node.unit.startswith("weekday"):
        number = int(node.unit[-1])
        if node.nth < 0:
            at = _nearest(last, number, -1) + timedelta(days=7 * (node.nth + 1))
        else:
            at = _nearest(first, number, 1) + timedelta(days=7 * (node.nth - 1))
        return cal.day(at)
    if node.unit == "week":
        # a week belongs to the period that holds its Monday
        if node.nth < 0:
            monday = (
                _nearest(last, 7, -1)
                - timedelta(days=6)
                + timedelta(days=7 * (node.nth + 1))
            )
        else:
            monday = _nearest(first, 1, 1) + timedelta(days=7 * (node.nth - 1))
        return cal.week(monday)
    return _nth_unit(node, first, last)


def _nth_unit(node: Nth, first: date, last: date) -> Value:
    if node.nth < 0:
        anchor = first if node.unit == "weekend" else last
        at = cal.add(
            anchor if node.unit == "day" else last.replace(day=1),
            node.nth + 1,
            node.unit,
        )
        if node.count > 1:
            return cal.span(
                cal.period(node.unit, cal.add(at, 1 - node.count, node.unit)),
                cal.period(node.unit, at),
            )
    else:
        at = cal.add(first, node.nth - 1, node.unit)
    if node.unit == "weekend":
        at = (
            _nearest(last, 7, -1)
            if node.nth < 0
            else _nearest(first, 6, 1) + timedelta(days=7 * (node.nth - 1))
        )
    value = cal.period(node.unit, at)
    if node.count > 1:
        return cal.span(
            value, cal.period(node.unit, cal.add(at, node.count - 1, node.unit))
        )
    return value


def _half(of: Value, number: int) -> Value:
    first, last = of.earliest, of.latest
    assert first and last
    if of.grain == "year":
        return cal.half(first.year, 2 if number < 0 else number)
    if of.grain == "month":
        middle = first.replace(day=15)
    elif of.grain in ("decade", "century"):
        middle = date((first.year + last.year) // 2, 12, 31)
    else:
        middle = first + (last - first) // 2
    return (
        cal.interval(first, middle)
        if number == 1
        else cal.interval(middle + timedelta(days=1), last)
    )


@value_of.register
def _(node: Duration, context: Context) -> Value:
    return Value(cal.duration_timex(node.amount, node.unit, node.extra), mod=node.mod)


@value_of.register
def _(node: Running, context: Context) -> Value:
    length = node.duration
    timex = cal.duration_timex(length.amount, length.unit, length.extra)
    today = context.today
    if today is None or length.unit in ("hour", "minute", "second"):
        return Value(timex, mod=length.mod)
    if node.direction > 0 and context.tense() == "past":
        return Value(timex, mod=length.mod)
    if length.amount is None:
        first, last = (today, None) if node.direction > 0 else (None, today)
        return Value(timex, _open(first, last), first, last)
    unit, count = length.unit, length.high or length.amount
    if count != int(count):
        unit, count = ("month", count * 12) if unit == "year" else ("day", count * 30)
    at = cal.add(today, int(count) * node.direction, unit)
    for more, other in length.extra:
        at = cal.add(at, int(more) * node.direction, other)
    first, last = sorted((today, at))
    return Value(timex, f"{first}/{last}", first, last, mod=length.mod)


@value_of.register
def _(node: Ref, context: Context) -> Value:
    if node.value == "TENSE_REF":
        return Value("FUTURE_REF" if context.tense() == "future" else "PAST_REF")
    return Value(node.value)


@value_of.register
def _(node: Repeated, context: Context) -> Value:
    return Value(node.value)


@value_of.register
def _(node: Part, context: Context) -> Value:
    if isinstance(node.of, Ref | Duration | Running):
        return value_of(node.of, context)
    if (
        isinstance(node.of, Calendar)
        and node.of.year is None
        and context.today
        and node.of != Calendar()
    ):
        # the tense decides by the third, not by the whole period
        whole = _whole_if_dated(node.of, context)
        if whole:
            return _third_by_tense(node, whole, context)
    return cal.third(value_of(node.of, context), node.third)


def _whole_if_dated(node: Calendar, context: Context) -> Value | None:
    if node.weekday is not None or (node.day is not None) or not context.today:
        return None
    return _bare(node, context)


def _third_by_tense(node: Part, whole: Value, context: Context) -> Value:
    assert isinstance(node.of, Calendar)
    assert context.today
    value = cal.third(whole, node.third)
    tense = context.tense()
    if tense == "past" and value.earliest and value.earliest > context.today:
        return cal.third(_whole(node.of, context.today.year - 1), node.third)
    if tense == "future" and value.latest and value.latest < context.today:
        return cal.third(_whole(node.of, context.today.year + 1), node.third)
    return value


@value_of.register
def _(node: Rest, context: Context) -> Value:
    value = value_of(node.of, context)
    today = context.today
    if today is None or value.earliest is None or value.latest is None:
        return value
    if not value.earliest <= today <= value.latest or value.grain == "day":
        return value
    first, last = (
        (today, value.latest) if node.direction > 0 else (value.earliest, today)
    )
    return Value(value.timex, f"{first}/{last}", first, last, is_relative=True)


@value_of.register
def _(node: Bounded, context: Context) -> Value:
    own = replace(context, is_deadline=context.is_deadline or node.bound == "until")
    value = value_of(node.of, own)
    if node.bound == "start":
        return value
    if isinstance(node.of, Ref) or (value.earliest is None and value.latest is None):
        return value
    if isinstance(node.of, Running):
        return value
    first, last, mod = None, None, value.mod
    if node.bound == "until":
        last = value.latest
    elif node.bound == "not_before":
        first = value.earliest
    else:
        first = value.latest + timedelta(days=1) if value.latest else None
        mod = "AFTER"
    if first is None and last is None:
        return replace(value, edtf=None)
    return Value(
        value.timex,
        _open(first, last),
        first,
        last,
        mod,
        value.grain,
        value.is_relative,
    )


@value_of.register
def _(node: Approx, context: Context) -> Value:
    return _approx(value_of(node.of, context))


def _approx(value: Value) -> Value:
    if value.edtf is None:
        return replace(value, mod=value.mod or "APPROX")
    edtf = "/".join(
        part if part == ".." else f"{part}~" for part in value.edtf.split("/")
    )
    return replace(value, edtf=edtf, mod=value.mod or "APPROX")


@value_of.register
def _(node: Range, context: Context) -> Value:
    first = _now_or(node.first, context)
    last = value_of(node.last, context)
    if (
        isinstance(node.last, Calendar)
        and node.last.year is None
        and first.earliest
        and last.latest
    ):
        if first.earliest > last.latest:
            last = _whole(node.last, first.earliest.year + 1)
            if last.earliest and (last.earliest - first.earliest).days > 366:
                last = _whole(node.last, first.earliest.year)
            elif (
                last.latest
                and (_ := _whole(node.last, first.earliest.year)).latest
                and _.latest >= first.earliest
            ):
                last = _
        elif last.earliest and last.earliest.year > first.earliest.year:
            same = _whole(node.last, first.earliest.year)
            last = same if same.latest and same.latest >= first.earliest else last
    return cal.span(first, last)


def _now_or(node: Node, context: Context) -> Value:
    if isinstance(node, Ref):
        return cal.day(context.today) if context.today else Value("PRESENT_REF")
    return value_of(node, context)
