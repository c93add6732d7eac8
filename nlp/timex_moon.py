"""Feasts of the lunar calendars: Easter, Hebrew, Islamic and Chinese.

Sources: Meeus, Astronomical Algorithms (Easter, new moons); Dershowitz and Reingold,
Calendrical Calculations (Hebrew). Islamic months follow the conjunction.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

#: Day numbers (`date.toordinal`) of the calendars' first days.
_HEBREW_EPOCH = -1373427
#: Months since the year 0 of the Hijra at the new moon of January 2000.
_ISLAMIC_LUNATION = 1439 * 12 + 1 - 219


def easter(year: int) -> date:
    """Return Western Easter."""
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
    """Return Orthodox Easter in the Gregorian calendar."""
    a, b, c = year % 4, year % 7, year % 19
    d = (19 * c + 15) % 30
    e = (2 * a + 4 * b - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return date(year, month, day + 1) + timedelta(days=year // 100 - year // 400 - 2)


def hebrew_day(year: int, month: int, day: int) -> date:
    """Return the day in the Gregorian `year`; months count from Nisan, Tishri is 7."""
    hebrew = year + 3760 if month < 7 else year + 3761
    new_year = _hebrew_new_year(hebrew if month >= 7 else hebrew + 1)
    if month < 7:
        # Nisan is 177 days before the next new year, months of 30 and 29 days in turn
        days = -177 + sum(30 if m % 2 else 29 for m in range(1, month))
        return date.fromordinal(new_year + days + day - 1)
    length = _hebrew_new_year(hebrew + 1) - new_year
    before = {7: 0, 8: 30, 9: 60 if length % 10 == 5 else 59}
    return date.fromordinal(new_year + before[month] + day - 1)


def _hebrew_new_year(year: int) -> int:
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    day = 29 * months + parts // 25920
    return (
        _HEBREW_EPOCH + (day + 1 if 3 * (day + 1) % 7 < 3 else day) + _correction(year)
    )


def _elapsed(year: int) -> int:
    months = (235 * year - 234) // 19
    day = 29 * months + (12084 + 13753 * months) // 25920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


def _correction(year: int) -> int:
    """Put off a new year so that no year is too long or short."""
    before, own, behind = _elapsed(year - 1), _elapsed(year), _elapsed(year + 1)
    if behind - own == 356:
        return 2
    return 1 if own - before == 382 else 0


def islamic_day(year: int, month: int, day: int) -> date | None:
    """Return the first such day in the Gregorian `year`, None where it has none."""
    guess = int((year - 622) * 33 / 32)
    for islamic in range(guess - 1, guess + 3):
        at = date.fromordinal(_islamic_month(islamic * 12 + month) + day - 1)
        if at.year == year:
            return at
    return None


def islamic_month_days(first: date) -> int:
    """Return the length of the Islamic month that begins on a day."""
    guess = int((first.year - 622) * 33 / 32) * 12
    for months in range(guess - 12, guess + 36):
        if _islamic_month(months) == first.toordinal():
            return _islamic_month(months + 1) - first.toordinal()
    return 30


def _islamic_month(months: int) -> int:
    """Return the ordinal of a month's first day, as Umm al-Qura has it.

    That is the day after the conjunction, or one later where it falls after sunset in
    Mecca (taken as 18:00, three hours ahead of Greenwich).
    """
    conjunction = _new_moon(months - _ISLAMIC_LUNATION) + 3 / 24
    return math.floor(conjunction + 6 / 24) + 1


def chinese_new_year(year: int) -> date:
    """Return the second new moon after the December solstice, in Beijing.

    Right but for the rare years with a leap month after the solstice.
    """
    solstice = date(year - 1, 12, 21).toordinal()
    moons = [m for m in range(-1, 5) if _new_moon_day(year, m) > solstice]
    return date.fromordinal(_new_moon_day(year, moons[1]))


def _new_moon_day(year: int, index: int) -> int:
    """Return the ordinal of a new moon in Beijing, the `index`th from last December."""
    k = math.floor((year - 2000) * 12.3685) + index - 1
    return math.floor(_new_moon(k) + 8 / 24)


def _new_moon(k: int) -> float:
    """Return new moon `k` (0 is January 2000) as an ordinal and fraction, Greenwich."""
    t = k / 1236.85
    sun = math.radians(2.5534 + 29.1053567 * k)
    anomaly = math.radians(201.5643 + 385.81693528 * k)
    latitude = math.radians(160.7108 + 390.67050284 * k)
    julian = (
        2451550.09766
        + 29.530588861 * k
        + 0.00015437 * t * t
        - 0.4072 * math.sin(anomaly)
        + 0.17241 * math.sin(sun)
        + 0.01608 * math.sin(2 * anomaly)
        + 0.01039 * math.sin(2 * latitude)
        + 0.00739 * math.sin(anomaly - sun)
        - 0.00514 * math.sin(anomaly + sun)
    )
    return julian - _JULIAN


#: Ordinals begin at this Julian day.
_JULIAN = 1721424.5
