"""Feasts as days of a year; timex.toml names them, the rules are here by key.

A key is its rule: "12-25" a fixed day, "11-4-4" the fourth Thursday of November (month,
ISO weekday, which; negative from the end) with an offset in days ("11-4-4+1"),
"easter-2" and "pascha+49" days from Western and Orthodox Easter, "2001-09-11" one day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from nlp import timex_calendar as cal
from nlp.timex_calendar import Value

_FIXED = re.compile(r"(\d\d)-(\d\d)$")
_WEEKDAY = re.compile(r"(\d\d?)-([1-7])-(-?\d)(?:([+-]\d+))?$")
_MOVED = re.compile(r"(easter|pascha)([+-]\d+)?$")


@lru_cache(maxsize=2048)
def holiday_day(key: str, year: int) -> Value | None:
    """Return the days of the feast `key` in `year`, None where it is not held."""
    at = _day(key, year)
    return cal.day(at) if at else None


def _day(key: str, year: int) -> date | None:
    if found := _FIXED.match(key):
        return date(year, int(found[1]), int(found[2]))
    if found := _WEEKDAY.match(key):
        month, weekday, which = int(found[1]), int(found[2]), int(found[3])
        return nth_weekday(year, month, weekday, which) + timedelta(days=int(found[4] or 0))
    if found := _MOVED.match(key):
        feast = easter(year) if found[1] == "easter" else pascha(year)
        return feast + timedelta(days=int(found[2] or 0))
    return date.fromisoformat(key)


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    """Return the nth ISO weekday of a month, the last for -1."""
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (which - 1))
    last = cal.month(year, month).latest
    assert last
    return last - timedelta(days=(last.isoweekday() - weekday) % 7 + 7 * (-which - 1))


def easter(year: int) -> date:
    """Return Western Easter (Butcher's algorithm, Meeus 1991)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def pascha(year: int) -> date:
    """Return Orthodox Easter in the Gregorian calendar (Meeus' Julian algorithm)."""
    a, b, c = year % 4, year % 7, year % 19
    d = (19 * c + 15) % 30
    e = (2 * a + 4 * b - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    julian = date(year, month, day + 1)
    return julian + timedelta(days=year // 100 - year // 400 - 2)
