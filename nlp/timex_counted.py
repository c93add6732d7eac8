"""Count out what is told from the publication day or the date last named."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

from nlp import timex_calendar as cal
from nlp.timex import (
    Duration,
    Echo,
    Ending,
    Running,
    Shift,
    Weekday,
    Weekend,
    Whole,
)
from nlp.timex_calendar import Value
from nlp.timex_context import (
    Context,
    approx,
    nearest,
    open_interval,
    unknown,
    value_of,
)

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


@value_of.register
def _(node: Shift, context: Context) -> Value:
    if node.length and context.tense() == "past":
        later = Echo(node.unit, node.count, keeps=True)
        if node.follows and _antecedent(later, context) is not None:
            return value_of(later, context)
        return value_of(node.length, context)
    if context.today is None:
        return replace(unknown(node.unit), mod=node.mod)
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
    return approx(value) if node.mod == "APPROX" else value


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
        value,
        mod=node.mod,
        earliest=first,
        latest=last,
        edtf=open_interval(first, last),
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
        if node.unit == "same":
            return Value(None)
        if node.deictic:
            value = value_of(Shift(node.unit, node.count), context)
            return replace(value, grain=None) if node.keeps else value
        return unknown(node.unit)
    if node.unit == "same":
        if not node.count:
            return named
        year = int(node.count)
        if named.grain is None:
            return _years_on(named, year - named.earliest.year)
        return cal.period(
            named.grain or "year", named.earliest.replace(year=year, day=1)
        )
    if node.keeps and named.grain is None:
        return _years_on(named, int(node.count))
    at = cal.add(named.earliest, int(node.count), node.unit)
    if node.keeps and named.grain in ("month", "quarter", "half", "season"):
        return cal.period(named.grain, at)
    return cal.period(node.unit, at)


@value_of.register
def _(node: Whole, context: Context) -> Value:
    if _antecedent(Echo(node.unit, 0), context) is not None:
        return value_of(Echo(node.unit, 0), context)
    value = value_of(Shift(node.unit, 0), context)
    if value.earliest is None or value.latest is None or context.today is None:
        return value
    is_young = context.today - value.earliest < value.latest - context.today
    if is_young and context.tense() == "past":
        return value_of(Shift(node.unit, -1), context)
    return value


@value_of.register
def _(node: Ending, context: Context) -> Value:
    value, length = value_of(node.of, context), node.length
    last = value.latest
    if last is None or length.amount is None or length.amount != int(length.amount):
        return value_of(length, context)
    after = last + timedelta(days=1)
    first = cal.add(after, -int(length.amount), length.unit)
    if after.day == 1 and length.unit in cal.MONTHS:
        return cal.span(
            cal.month(first.year, first.month), cal.month(last.year, last.month)
        )
    return cal.interval(first, last)


def _antecedent(node: Echo, context: Context) -> Value | None:
    """Return the date last named that is fine enough; counted days anchor no years."""
    if node.unit == "same":
        return _same(node, context)
    for value in reversed(context.named):
        if value.earliest is None:
            continue
        if value.grain is None:
            if node.keeps and node.unit == "year" and _is_of_months(value):
                return value
            continue
        if (
            _ORDER.index(value.grain) > _ORDER.index(node.unit)
            if node.unit in _ORDER
            else True
        ):
            continue
        if _is_counted_day(value) and node.unit not in ("day", "week"):
            continue
        return value
    return None


def _same(node: Echo, context: Context) -> Value | None:
    """Return the date that "then" means: a day counted from today only if no other.

    «Вчера сообщили» dates the report rather than the story; what a past verb tells
    was at no time to come.
    """
    is_past = context.today is not None and context.tense() == "past"
    meant = [
        value
        for value in context.named
        if value.earliest is not None
        and (value.grain is not None or (node.keeps and _is_of_months(value)))
        and not (is_past and context.today and value.earliest > context.today)
    ]
    others = [value for value in meant if not _is_counted_day(value)]
    found = others or meant
    return found[-1] if found else None


def _is_counted_day(value: Value) -> bool:
    return value.is_relative and value.grain == "day"


def _is_of_months(value: Value) -> bool:
    """Tell whether a range is of whole months: January to September."""
    first, last = value.earliest, value.latest
    if first is None or last is None or value.mod or first.day != 1:
        return False
    return (last + timedelta(days=1)).day == 1


def _years_on(value: Value, count: int) -> Value:
    """Return a range of months so many years later."""
    assert value.earliest
    assert value.latest
    first = cal.add(value.earliest, 12 * count, "month")
    last = cal.add(value.latest, 12 * count, "month")
    return cal.span(
        cal.month(first.year, first.month), cal.month(last.year, last.month)
    )


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
        at = nearest(today - timedelta(days=1), node.number, -1)
    elif node.which is not None and node.which > 1:
        at = nearest(today + timedelta(days=1), node.number, 1) + timedelta(
            days=7 * (node.which - 1)
        )
    elif node.which == 1:
        at = monday + timedelta(days=7 + node.number - 1)
    else:
        tense = context.leaning()
        forward = tense == "future" or (node.which == 0 and tense != "past")
        at = nearest(today, node.number, 1 if forward else -1)
    return replace(cal.day(at), is_relative=True)


@value_of.register
def _(node: Weekend, context: Context) -> Value:
    today = context.today
    if today is None:
        return unknown("weekend")
    which = node.which
    if which is None or which == 0:
        backward = context.tense() == "past" and today.weekday() < 5
        which = -1 if backward else 0
    elif which > 0 and today.weekday() >= 5:
        which = 1
    return replace(cal.weekend(today + timedelta(days=7 * which)), is_relative=True)


@value_of.register
def _(node: Duration, context: Context) -> Value:
    return Value(_length(node), mod=node.mod)


def _length(node: Duration) -> str:
    """Return a length as TIMEX3, "10-12 years" as P10Y/P12Y."""
    low = cal.duration_timex(node.amount, node.unit, node.extra)
    if node.high is None:
        return low
    return f"{low}/{cal.duration_timex(node.high, node.unit)}"


_DAY_HOURS = 24


@value_of.register
def _(node: Running, context: Context) -> Value:
    length = node.duration
    timex = _length(length)
    today = context.today
    if length.unit == "hour" and (length.amount or 0) >= _DAY_HOURS:
        days = math.ceil((length.high or length.amount or 0) / _DAY_HOURS)
        length = Duration(days, "day", length.mod)
    if today is None or length.unit in ("hour", "minute", "second"):
        return Value(timex, mod=length.mod)
    if node.direction > 0 and context.tense() == "past":
        return Value(timex, mod=length.mod)
    if length.amount is None:
        first, last = (today, None) if node.direction > 0 else (None, today)
        return Value(timex, open_interval(first, last), first, last)
    unit, count = length.unit, length.high or length.amount
    if count != int(count):
        unit, count = ("month", count * 12) if unit == "year" else ("day", count * 30)
    at = cal.add(today, int(count) * node.direction, unit)
    for more, other in length.extra:
        at = cal.add(at, int(more) * node.direction, other)
    first, last = sorted((today, at))
    return Value(timex, f"{first}/{last}", first, last, mod=length.mod)
