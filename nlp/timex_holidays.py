"""Feasts as days of a year; timex.toml names them, a feast's key is its rule.

| key | day |
|---|---|
| `12-25` | a fixed day; with `~` the nearest weekday if it falls on a weekend |
| `11-4-4+1` | a day after the 4th Thursday (ISO weekday 4) of November; -1 the last |
| `4-3--1~7` | the Wednesday of the last whole week (to Saturday) of April |
| `easter-2`, `pascha+49` | so many days from Western and Orthodox Easter |
| `hebrew-7-10-1` | 10 Tishri (month 7), begun at sunset one day before |
| `islamic-10-1` | 1 Shawwal by the conjunction |
| `chinese`, `tax` | Chinese New Year; the last day of filing in the USA |
| `2016-03-01,2020-03-03` | no rule: these days |
| `…*9`, `…*m` | so many days, or a lunar month, from there |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from nlp import timex_calendar as cal
from nlp import timex_moon as moon
from nlp.timex_calendar import Value

_LASTS = re.compile(r"\A(.+)\*(\d+|m)$")
_FIXED = re.compile(r"(\d\d)-(\d\d)(~?)(?:/(\d\d)-(\d\d))?$")
_WEEKDAY = re.compile(r"(\d\d?)-([1-7])-(-?\d)(~7)?(?:([+-]\d+))?$")
_EASTER = re.compile(r"(easter|pascha)([+-]\d+)?$")
_HEBREW = re.compile(r"hebrew-(\d+|purim)(?:-(\d+))?-(\d)$")
_ISLAMIC = re.compile(r"islamic-(\d+)-(\d+)$")


@lru_cache(maxsize=4096)
def holiday_day(key: str, year: int) -> Value | None:
    """Return the days of the feast `key` in `year`, None where it is not held."""
    lasts = _LASTS.match(key)
    first = _day(lasts[1] if lasts else key, year)
    if first is None:
        return None
    if lasts is None:
        return cal.day(first)
    days = moon.islamic_month_days(first) if lasts[2] == "m" else int(lasts[2])
    return cal.interval(first, first + timedelta(days=days - 1))


def _day(key: str, year: int) -> date | None:
    for pattern, rule in _RULES:
        found = pattern.match(key)
        if found:
            return rule(found, year)
    if key == "chinese":
        return moon.chinese_new_year(year)
    if key == "tax":
        return _tax_day(year)
    days = [date.fromisoformat(part) for part in key.split(",")]
    return next(
        (d for d in days if d.year == year), days[0] if len(days) == 1 else None
    )


def _fixed(key: re.Match[str], year: int) -> date:
    at = date(year, int(key[1]), int(key[2]))
    if key[4]:
        # the second day stands in where the first is a Sunday
        return date(year, int(key[4]), int(key[5])) if at.isoweekday() == 7 else at
    return _observed(at) if key[3] else at


def _observed(at: date) -> date:
    """Return Friday for a Saturday and Monday for a Sunday."""
    return at + timedelta(days={6: -1, 7: 1}.get(at.isoweekday(), 0))


def _weekday(key: re.Match[str], year: int) -> date:
    month, weekday, which = int(key[1]), int(key[2]), int(key[3])
    if key[4]:
        saturday = nth_weekday(year, month, 6, which)
        return saturday - timedelta(days=6 - weekday)
    return nth_weekday(year, month, weekday, which) + timedelta(days=int(key[5] or 0))


def _easter(key: re.Match[str], year: int) -> date:
    feast = moon.easter(year) if key[1] == "easter" else moon.pascha(year)
    return feast + timedelta(days=int(key[2] or 0))


def _hebrew(key: re.Match[str], year: int) -> date:
    eve = timedelta(days=int(key[3]))
    if key[1] == "purim":
        return moon.hebrew_day(year, 1, 15) - timedelta(days=30) - eve
    return moon.hebrew_day(year, int(key[1]), int(key[2])) - eve


def _islamic(key: re.Match[str], year: int) -> date | None:
    return moon.islamic_day(year, int(key[1]), int(key[2]))


def _tax_day(year: int) -> date:
    """Return 15 April, moved past the weekend and Emancipation Day."""
    at = date(year, 4, 15)
    off = _observed(date(year, 4, 16))
    while at.isoweekday() > 5 or at == off:
        at += timedelta(days=1)
    return at


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    """Return the nth ISO weekday of a month, the last for -1."""
    if which > 0:
        first = date(year, month, 1)
        ahead = (weekday - first.isoweekday()) % 7
        return first + timedelta(days=ahead + 7 * (which - 1))
    last = cal.month(year, month).latest
    assert last
    return last - timedelta(days=(last.isoweekday() - weekday) % 7 + 7 * (-which - 1))


_RULES: tuple[
    tuple[re.Pattern[str], Callable[[re.Match[str], int], date | None]], ...
] = (
    (_FIXED, _fixed),
    (_WEEKDAY, _weekday),
    (_EASTER, _easter),
    (_HEBREW, _hebrew),
    (_ISLAMIC, _islamic),
)
