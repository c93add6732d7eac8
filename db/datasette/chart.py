"""A figure over time as a small picture (SVG), legible in grey and in print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.numbers import format_compact_decimal

from molva.model import Claim, ClaimValue, Figure

WIDTH, HEIGHT = 560, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 20, 130, 34, 28
_BOUNDS = {"approx": "≈ ", "min": "≥ ", "max": "≤ ", "exact": ""}
#: Labels nearer than this (pixels) would run into each other.
_CLOSE = 78

_Given = tuple[date, ClaimValue, Figure]


@dataclass(frozen=True, slots=True)
class Point:
    """A value in the picture: its place in pixels, a short label, its words, its day.

    `low` and `high` are the ends of its bar, the same where the value is exact;
    `is_above` says on which side of the point the label has room, `has_day` whether
    its day has room below the axis.
    """

    x: float
    y: float
    low: float
    high: float
    label: str
    text: str
    day: str
    is_current: bool
    is_above: bool
    has_day: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure of one claim, the earliest value first; `base` is its zero (px)."""

    points: tuple[Point, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - _BOTTOM

    @property
    def path(self) -> str:
        """Return the line through the values: each holds until the next is given."""
        first, *rest = self.points
        steps = [f"M{first.x:g},{first.y:g}"]
        steps += [f"H{point.x:g}V{point.y:g}" for point in rest]
        return "".join(steps) + f"H{WIDTH}"


def figures(claim: Claim, lang: str) -> list[Chart]:
    """Return a picture for each measure whose value changed from one day to another."""
    groups: dict[tuple[str | None, str | None], list[_Given]] = {}
    for given in claim.values:
        figure, day = given.value, _day(given.said_at)
        if isinstance(figure, Figure) and day and _ends(figure):
            groups.setdefault(_measured(figure), []).append((day, given, figure))
    series = [_series(told) for told in groups.values()]
    return [Chart(_points(found, lang)) for found in series if len(found) > 1]


def changing(claim: Claim) -> int:
    """Return how many different figures were given for a claim, one if none changed."""
    given = (value.value for value in claim.values)
    return len({tuple(_ends(value)) for value in given if isinstance(value, Figure)})


def _series(told: Sequence[_Given]) -> list[_Given]:
    """Return one value a day, the foremost, and only where it changed."""
    by_day: dict[date, _Given] = {}
    for item in told:
        by_day.setdefault(item[0], item)
    series: list[_Given] = []
    for item in sorted(by_day.values(), key=lambda item: item[0]):
        if series and _ends(series[-1][2]) == _ends(item[2]):
            given = item[1] if item[1].is_current else series[-1][1]
            series[-1] = (series[-1][0], given, item[2])
        else:
            series.append(item)
    return series


def _points(series: Sequence[_Given], lang: str) -> tuple[Point, ...]:
    first = series[0][0].toordinal()
    length = series[-1][0].toordinal() - first
    ends = [end for _, _, figure in series for end in _ends(figure)]
    floor, top = min(0.0, *ends), max(0.0, *ends)

    def up(value: float) -> float:
        share = (value - floor) / ((top - floor) or 1.0)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    points: list[Point] = []
    for day, given, figure in series:
        room = WIDTH - _LEFT - _RIGHT
        x = round(_LEFT + room * (day.toordinal() - first) / length, 1)
        last = points[-1] if points else None
        bar = [up(end) for end in _ends(figure)]
        y = round(sum(bar) / len(bar), 1)
        shown = next((point.x for point in reversed(points) if point.has_day), -_CLOSE)
        points.append(
            Point(
                x=x,
                y=y,
                low=max(bar),
                high=min(bar),
                label=label(figure, lang),
                text=given.value.text,
                day=day.isoformat(),
                is_current=given.is_current,
                is_above=last is None or y <= last.y,  # beside the line, not on it
                has_day=x - shown >= _CLOSE,
            )
        )
    return tuple(points)


def label(figure: Figure, lang: str) -> str:
    """Return a figure in short: `≥ 50K`, `1.9M–2.1M`, `14,5 млрд`."""
    ends = [
        format_compact_decimal(end, locale=lang, fraction_digits=2)
        for end in dict.fromkeys(_ends(figure))
    ]
    percent = "%" if figure.unit == "%" else ""
    return _BOUNDS[figure.bound] + "–".join(ends) + percent


def _ends(figure: Figure) -> list[float]:
    return [end for end in (figure.low, figure.high) if end is not None]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _measured(figure: Figure) -> tuple[str | None, str | None]:
    """Return what is measured; a counted noun may be in either language."""
    unit = figure.unit
    is_shared = unit is not None and (unit.isupper() or unit in ("%", "pp"))
    return figure.measure, unit if is_shared else None
