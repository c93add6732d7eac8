"""The time axis of a picture: which days it spans, and where it is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: What ticks may be apart, in days, months or years, the finest first.
_STEPS = (
    *(("day", n) for n in (1, 2, 7, 14)),
    *(("month", n) for n in (1, 2, 3, 6)),
    *(("year", n) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
)
_DAYS = {"day": 1.0, "month": 30.44, "year": 365.25}
#: Days are left off where all others take up less than a third of the axis.
_FAR = 3
#: At most this share of the days may lie off it.
_FEW = 0.2


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from `first` to `last`, drawn from pixel `left` to pixel `right`."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return the pixel of a day, within the picture."""
        share = (day - self.first).days / ((self.last - self.first).days or 1)
        x = self.left + (self.right - self.left) * min(1.0, max(0.0, share))
        return round(x, 1)

    def has(self, day: date) -> bool:
        """Say whether a day lies on the axis."""
        return self.first <= day <= self.last

    def ticks(self, most: int) -> tuple[str, list[date]]:
        """Return at most `most` round days, and what they count: day, month, year."""
        days = (self.last - self.first).days
        unit, step = next(
            (pair for pair in _STEPS if days / (_DAYS[pair[0]] * pair[1]) < most),
            _STEPS[-1],
        )
        return unit, [day for day in _round(self, unit, step) if self.has(day)][:most]


def axis(days: Iterable[date], left: float, right: float) -> Axis:
    """Return an axis for `days` with room at both ends.

    A few days that lie far beyond all others are left off it, so that one plan for 2050
    does not press a year of news into a line.
    """
    found = sorted(days)
    first, last = _without_far(found)
    room = timedelta(days=max(3, (last - first).days // 33))
    return Axis(_moved(first, -room), _moved(last, room), left, right)


def _without_far(days: Sequence[date]) -> tuple[date, date]:
    """Return the first and last of `days` but for as few as may be that are far off."""
    low, high = 0, len(days) - 1

    def span(cut: tuple[int, int]) -> int:
        return (days[cut[1]] - days[cut[0]]).days

    for _ in range(2):  # at either end, or twice at one
        spare = int(len(days) * _FEW) - low - (len(days) - 1 - high)
        cuts = [
            cut
            for n in range(1, spare + 1)
            for cut in ((low + n, high), (low, high - n))
            if span((low, high)) > _FAR * max(30, span(cut))
        ]
        if not cuts:
            break
        low, high = cuts[0]
    return days[low], days[high]


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:  # the year 1 or 9999
        return day


def _round(on: Axis, unit: str, step: int) -> Iterable[date]:
    if unit == "day":
        start = on.first + timedelta(days=-on.first.weekday() % 7 if step > 2 else 0)
        count = (on.last - start).days // step + 1
        return [start + timedelta(days=n * step) for n in range(count)]
    months = 12 * step if unit == "year" else step
    start_month = -(-_month(on.first) // months) * months
    return [
        date(month // 12, month % 12 + 1, 1)
        for month in range(start_month, _month(on.last) + 1, months)
        if month >= 12
    ]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
