"""Periods of the calendar as TIMEX3, EDTF and days.

TIMEX3 writes quarters 2023-Q3, halves 2023-H2, seasons 2022-FA, weeks 2022-W31;
EDTF writes seasons as months 21-24, quarters 33-36, halves 40-41 (ISO 8601-2).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nlp.timex import Third

#: season → EDTF month, first month, how TIMEX3 writes it
SEASONS = {"SP": (21, 3), "SU": (22, 6), "FA": (23, 9), "WI": (24, 12)}
#: units of months
MONTHS = {
    "month": 1,
    "quarter": 3,
    "half": 6,
    "year": 12,
    "decade": 120,
    "century": 1200,
}
_LETTERS = {"day": "D", "week": "W", "month": "M", "year": "Y", "quarter": "Q"}
_CLOCK = {"second": "S", "minute": "M", "hour": "H"}
#: units as so many of the one that TIMEX3 writes
_SCALED = {
    "quarter": (3, "month"),
    "half": (6, "month"),
    "decade": (10, "year"),
    "century": (100, "year"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression means; a null end is open, both null is unresolved.

    `grain` is the unit of a whole period, null for anything else; `is_relative` marks
    days counted from the publication, which say little about the story's own time.
    """

    timex: str | None
    edtf: str | None = None
    earliest: date | None = None
    latest: date | None = None
    mod: str | None = None
    grain: str | None = None
    is_relative: bool = False


def day(at: date) -> Value:
    """Return one day."""
    return Value(at.isoformat(), at.isoformat(), at, at, grain="day")


def month(year: int, number: int) -> Value:
    """Return one month."""
    name = f"{year:04}-{number:02}"
    return Value(name, name, *_months(year, number, 1), grain="month")


def quarter(year: int, number: int) -> Value:
    """Return a quarter, 1 to 4."""
    first, last = _months(year, 3 * number - 2, 3)
    return Value(
        f"{year:04}-Q{number}", f"{year:04}-{32 + number}", first, last, grain="quarter"
    )


def half(year: int, number: int) -> Value:
    """Return the first or second half of a year."""
    first, last = _months(year, 6 * number - 5, 6)
    return Value(
        f"{year:04}-H{number}", f"{year:04}-{39 + number}", first, last, grain="half"
    )


def season(year: int, name: str) -> Value:
    """Return a season; winter starts in the December of its year."""
    code, start = SEASONS[name]
    first, last = _months(year, start, 3)
    return Value(f"{year:04}-{name}", f"{year:04}-{code}", first, last, grain="season")


def year(number: int) -> Value:
    """Return a year, 1 to 9999."""
    name = f"{number:04}"
    return Value(name, name, *_months(number, 1, 12), grain="year")


def years(first: int, count: int) -> Value:
    """Return a decade (197, EDTF 197X) or a century (19, 19XX)."""
    digits = f"{first:04}"[: 3 if count == 10 else 2]
    start = date(max(first, 1), 1, 1)
    end = date(first + count - 1, 12, 31)
    grain = "decade" if count == 10 else "century"
    return Value(digits, digits.ljust(4, "X"), start, end, grain=grain)


def week(at: date) -> Value:
    """Return the ISO week that holds a day."""
    first = at - timedelta(days=at.weekday())
    number = first.isocalendar()
    value = interval(first, first + timedelta(days=6))
    return replace(value, timex=f"{number.year:04}-W{number.week:02}", grain="week")


def weekend(at: date) -> Value:
    """Return Saturday and Sunday of the ISO week that holds a day."""
    first = at + timedelta(days=5 - at.weekday())
    value = interval(first, first + timedelta(days=1))
    number = first.isocalendar()
    return replace(
        value, timex=f"{number.year:04}-W{number.week:02}-WE", grain="weekend"
    )


def interval(first: date, last: date) -> Value:
    """Return all days from one to another."""
    name = f"{first.isoformat()}/{last.isoformat()}"
    return Value(name, name, first, last)


def period(grain: str, at: date) -> Value:
    """Return the whole unit that holds a day."""
    if grain == "week":
        return week(at)
    if grain == "weekend":
        return weekend(at)
    if grain == "month":
        return month(at.year, at.month)
    if grain == "quarter":
        return quarter(at.year, (at.month + 2) // 3)
    if grain == "half":
        return half(at.year, (at.month + 5) // 6)
    if grain == "year":
        return year(at.year)
    if grain == "decade":
        return years(at.year // 10 * 10, 10)
    if grain == "century":
        return years(at.year // 100 * 100, 100)
    if grain == "season":
        return season_at(at)
    return day(at)


def season_at(at: date) -> Value:
    """Return the season that holds a day; January belongs to last year's winter."""
    number = at.year - 1 if at.month < 3 else at.year
    return season(number, ("SP", "SU", "FA", "WI")[(at.month - 3) % 12 // 3])


def add(at: date, count: int, unit: str) -> date:
    """Return the day `count` units later; the end of a short month is its last day.

    Raises OverflowError or ValueError beyond the years 1 to 9999.
    """
    if unit in ("day", "week", "weekend"):
        return at + timedelta(days=count * (1 if unit == "day" else 7))
    months = at.year * 12 + at.month - 1 + count * MONTHS.get(unit, 3)
    number, index = divmod(months, 12)
    last = calendar.monthrange(number, index + 1)[1] if 1 <= number <= 9999 else 0
    return date(number, index + 1, min(at.day, last))


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    start = date(year, first, 1)
    return start, add(start, count, "month") - timedelta(
        days=1
    ) if year < 9999 else date(year, 12, 31)


def third(value: Value, part: Third) -> Value:
    """Return the first, middle or last third of a period, with the period's timex.

    A month has days 1-10, 11-20, 21-end, longer periods are cut at whole months; a
    week begins with Monday to Wednesday and ends with Friday to Sunday.
    """
    first, last = value.earliest, value.latest
    if first is None or last is None:
        return replace(value, mod=part, edtf=None)
    start, end = _third(first, last, value.grain, part)
    if value.grain == "day":
        return replace(value, mod=part)
    cut = interval(start, end)
    if (last - first).days > _MONTH and value.grain != "decade":
        ends = month(start.year, start.month), month(end.year, end.month)
        cut = span(*ends) if ends[0] != ends[1] else ends[0]
    return replace(
        cut, timex=value.timex, mod=part, grain=None, is_relative=value.is_relative
    )


#: Days of the longest month: what is longer is cut at whole months.
_MONTH = 31


def _third(
    first: date, last: date, grain: str | None, part: Third
) -> tuple[date, date]:
    index = ("START", "MID", "END").index(part)
    days = (last - first).days + 1
    if grain == "week":
        cuts = ((0, 2), (2, 4), (4, 6))[index]
        return first + timedelta(days=cuts[0]), first + timedelta(days=cuts[1])
    if grain == "decade":
        cuts = ((0, 3), (4, 6), (7, 9))[index]
        return date(first.year + cuts[0], 1, 1), date(first.year + cuts[1], 12, 31)
    if days <= _MONTH:
        size = 10 if days >= 28 else max(days // 3, 1)
        start = min(first + timedelta(days=size * index), last)
        return start, last if index == 2 else start + timedelta(days=size - 1)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    size = max(months // 3, 1)
    start = add(first, size * index, "month")
    return start, last if index == 2 else add(start, size, "month") - timedelta(days=1)


def span(first: Value, last: Value) -> Value:
    """Return the range from one value to another, in their own precision."""
    start, end = _edge(first, 0), _edge(last, -1)
    known = first.earliest is not None and last.latest is not None and start and end
    if first.earliest and last.latest and first.earliest > last.latest:
        known = None
    if not known:
        names = (first.timex or "", last.timex or "")
        return Value("/".join(names) if all(names) else None)
    name = f"{start}/{end}"
    return Value(name, name, first.earliest, last.latest)


def _edge(value: Value, side: int) -> str | None:
    at = value.earliest if side == 0 else value.latest
    simple = value.edtf is not None and "/" not in value.edtf and value.mod is None
    if simple and value.grain in ("day", "month", "year", "quarter", "half"):
        return value.edtf
    return at.isoformat() if at else None


def duration_timex(
    amount: float | None, unit: str, extra: tuple[tuple[float, str], ...] = ()
) -> str:
    """Return a length as TIMEX3: P3Y, PT30M, P1Y2M, PXW; 1.5 years are P18M."""
    if extra and amount is not None:
        return _mixed(((amount, unit), *extra))
    count, letter = _SCALED.get(unit, (1, unit))
    if amount is None:
        return (
            f"PTX{_CLOCK[unit]}" if unit in _CLOCK else f"PX{_LETTERS.get(letter, 'Y')}"
        )
    amount *= count
    if amount != int(amount) and letter == "year":
        amount, letter = amount * 12, "month"
    elif amount != int(amount) and letter in ("hour", "minute"):
        amount, letter = amount * 60, "minute" if letter == "hour" else "second"
    number = f"{amount:g}"
    return (
        f"PT{number}{_CLOCK[letter]}"
        if letter in _CLOCK
        else f"P{number}{_LETTERS[letter]}"
    )


def _mixed(parts: tuple[tuple[float, str], ...]) -> str:
    dates, clock = "", ""
    for amount, unit in parts:
        count, letter = _SCALED.get(unit, (1, unit))
        if letter in _CLOCK:
            clock += f"{amount * count:g}{_CLOCK[letter]}"
        else:
            dates += f"{amount * count:g}{_LETTERS[letter]}"
    return f"P{dates}" + (f"T{clock}" if clock else "")
