"""Count out what the calendar names: July 6, Q3, last March, the first week of May."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from nlp import timex_calendar as cal
from nlp.timex import (
    Calendar,
    Echo,
    Holiday,
    Named,
    Nth,
    Shift,
    Third,
    Years,
)
from nlp.timex_calendar import Value
from nlp.timex_context import (
    Context,
    nearest,
    unknown,
    value_of,
)
from nlp.timex_holidays import holiday_day


@value_of.register
def _(node: Calendar, context: Context) -> Value:
    year = year_value(node.year, context)
    if isinstance(year, Value):
        return unknown(_grain(node))
    if isinstance(node.month, Shift | Echo):
        month = value_of(node.month, context)
        if month.earliest is None or node.day is None:
            return unknown("day")
        return cal.day(month.earliest.replace(day=node.day))
    if year is not None:
        value = whole(node, year)
        return replace(value, timex=f"FY{year}") if node.fiscal else value
    return bare(node, context)


def year_value(year: int | Shift | Echo | None, context: Context) -> int | Value | None:
    """Return the year; of a year that is not known the symbolic value."""
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


def whole(node: Calendar, year: int) -> Value:
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


def bare(node: Calendar, context: Context) -> Value:
    """Fill in the year of publication, unless the verb's tense excludes it."""
    if context.today is None:
        return symbolic(node)
    today = context.today
    if node.day is not None and node.month is None:
        return _day_of_month(node.day, context)
    if node.weekday is not None:
        return _year_of_weekday(node, today)
    if node.season == "WI" and today.month < 3 and context.tense() != "future":
        # in January "this winter" has begun in the year before
        return cal.season(today.year - 1, "WI")
    value = whole(node, today.year)
    tense = context.bare()
    if tense == "past" and value.earliest and value.earliest > today:
        return whole(node, today.year - 1)
    if tense == "future" and value.latest and value.latest < today:
        return whole(node, today.year + 1)
    return value


def symbolic(node: Calendar) -> Value:
    """Return what a period without a year is called: XXXX-07-06."""
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
        is_excluded = value is not None and (
            (tense == "past" and value > context.today)
            or (tense == "future" and value < context.today)
        )
        if value and not is_excluded:
            return cal.day(value)
        at = cal.add(at.replace(day=1), -1 if tense == "past" else 1, "month")
    return Value(f"XXXX-XX-{number:02}", grain="day")


def _year_of_weekday(node: Calendar, today: date) -> Value:
    """Choose the year, nearest to the publication, in which the weekday is right."""
    bare = replace(node, weekday=None)
    for year in (today.year, today.year - 1, today.year + 1):
        value = whole(bare, year)
        if value.earliest and value.earliest.isoweekday() == node.weekday:
            return value
    return whole(bare, today.year)


@value_of.register
def _(node: Years, context: Context) -> Value:
    return cal.years(node.first, node.count)


@value_of.register
def _(node: Named, context: Context) -> Value:
    """Last: the nearest such period that is over; next: that has not begun."""
    today = context.today
    if today is None:
        return symbolic(node.period)
    if node.which == 0:
        return _this(node.period, context)
    years = range(today.year - 3, today.year + 4)
    values = [whole(node.period, year) for year in years]
    over = [v for v in values if v.latest and v.latest < today]
    ahead = [v for v in values if v.earliest and v.earliest > today]
    return over[node.which] if node.which < 0 else ahead[node.which - 1]


def _this(node: Calendar, context: Context) -> Value:
    """Return "this autumn": last year's only if past and nearer than this year's."""
    value = bare(node, context)
    assert context.today
    if context.tense() != "past" or value.latest is None or value.grain is None:
        return value
    own = whole(node, context.today.year)
    if own.earliest is None or own.earliest <= context.today:
        return value
    is_nearer = context.today - value.latest < own.earliest - context.today
    return value if is_nearer else own


@value_of.register
def _(node: Holiday, context: Context) -> Value:
    year = year_value(node.year, context)
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
    if own is None or node.which == 1 or (tense == "future" and own in over):
        if len(over) > 1 and over[0] == over[-1]:
            return over[0]  # a day of one year alone: 9/11
        return ahead[0] if ahead else Value(None)
    return own


@value_of.register
def _(node: Nth, context: Context) -> Value:
    of = value_of(node.of, context)
    first, last = of.earliest, of.latest
    if first is None or last is None:
        return unknown(node.unit if not node.unit.startswith("weekday") else "day")
    if node.unit == "week-of":
        return cal.week(first)
    if node.unit == "half":
        return _half(of, node.nth)
    if node.unit.startswith("weekday"):
        number = int(node.unit[-1])
        if node.nth < 0:
            at = nearest(last, number, -1) + timedelta(days=7 * (node.nth + 1))
        else:
            at = nearest(first, number, 1) + timedelta(days=7 * (node.nth - 1))
        return cal.day(at)
    if node.unit == "week":
        # a week belongs to the period that holds its Monday
        if node.nth < 0:
            monday = (
                nearest(last, 7, -1)
                - timedelta(days=6)
                + timedelta(days=7 * (node.nth + 1))
            )
        else:
            monday = nearest(first, 1, 1) + timedelta(days=7 * (node.nth - 1))
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
            nearest(last, 7, -1)
            if node.nth < 0
            else nearest(first, 6, 1) + timedelta(days=7 * (node.nth - 1))
        )
    value = cal.period(node.unit, at)
    if node.count > 1:
        return cal.span(
            value, cal.period(node.unit, cal.add(at, node.count - 1, node.unit))
        )
    return value


def _half(of: Value, number: int) -> Value:
    first, last = of.earliest, of.latest
    assert first
    assert last
    if of.grain == "year":
        return cal.half(first.year, 2 if number < 0 else number)
    if of.grain == "month":
        days = (first, first.replace(day=15))
        if number != 1:
            days = (first.replace(day=16), last)
        third: Third = "START" if number == 1 else "END"
        return replace(cal.interval(*days), timex=of.timex, mod=third)
    if of.grain in ("decade", "century"):
        middle = date((first.year + last.year) // 2, 12, 31)
    else:
        middle = first + (last - first) // 2
    return (
        cal.interval(first, middle)
        if number == 1
        else cal.interval(middle + timedelta(days=1), last)
    )
