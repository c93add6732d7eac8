"""What the words of a date mean, before it is known when they were written.

The grammar (`timex_grammar`, `timex_compose`) builds these nodes; `timex_resolve`
counts them out from the publication day and the verb's tense.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

#: Units of a period and of a duration.
Unit: TypeAlias = str
Third = Literal["START", "MID", "END"]


@dataclass(frozen=True, slots=True)
class Shift:
    """The unit `count` units from the publication day: last year is (year, -1).

    `high` makes a range of two counts; `mod` is TIMEX3's (MORE_THAN …). `length` is
    what the words mean behind a past verb: it opened in two weeks; with `follows` they
    count from the date last named there: «через два года появился».
    """

    unit: Unit
    count: float
    high: float | None = None
    mod: str | None = None
    length: Duration | None = None
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Echo:
    """The unit `count` units from the date last named: that year, a year earlier.

    `keeps` a finer grain of that date; with `deictic` the publication day stands in
    where nothing was named.
    """

    unit: Unit
    count: float
    keeps: bool = False
    deictic: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole unit of a report: the full year, «по итогам квартала».

    That of the date last named, else the one that the publication day lies in, or
    behind a past verb the one that was over by then.
    """

    unit: Unit


@dataclass(frozen=True, slots=True)
class Ending:
    """A length of time up to a date: the nine months to September 30."""

    length: Duration
    of: Node


@dataclass(frozen=True, slots=True)
class Calendar:
    """Named parts of the calendar; what is missing is filled in from the context.

    `quarter` and `half` may be -1 for the last of the year; `weekday` only helps to
    choose the year of a day and month.
    """

    year: int | Shift | Echo | None = None
    month: int | Shift | Echo | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None
    season: str | None = None
    weekday: int | None = None
    fiscal: bool = False


@dataclass(frozen=True, slots=True)
class Years:
    """A decade or century: its first year and how many there are."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week; `which` None is a bare one, `weeks` counts whole weeks."""

    number: int
    which: int | None = None
    weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """Last March, next spring: the nearest whole period of that name."""

    period: Calendar
    which: int


@dataclass(frozen=True, slots=True)
class Weekend:
    """A Saturday and Sunday; `which` as for a weekday."""

    which: int | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A feast by its key in timex.toml, of a year or nearest to the publication."""

    key: str
    year: int | Shift | Echo | None = None
    which: int | None = None


@dataclass(frozen=True, slots=True)
class Nth:
    """The nth unit or weekday of a period; negative n count from its end.

    `count` units together: the first nine months of 2022. Unit "weekday-5" is Friday.
    """

    nth: int
    unit: Unit
    of: Node
    count: int = 1


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time apart from any day; an unknown amount is None."""

    amount: float | None
    unit: Unit
    mod: str | None = None
    extra: tuple[tuple[float, Unit], ...] = ()
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A duration that starts (1) or ends (-1) on the publication day."""

    duration: Duration
    direction: int


@dataclass(frozen=True, slots=True)
class Ref:
    """PRESENT_REF, FUTURE_REF, PAST_REF, or TENSE_REF for past or future."""

    value: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A frequency (weekly, annual): a TIMEX3 set without days of its own."""

    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """The first, middle or last third of a period."""

    third: Third
    of: Node


@dataclass(frozen=True, slots=True)
class Rest:
    """A running period up to (-1) or from (1) the publication day."""

    direction: int
    of: Node


@dataclass(frozen=True, slots=True)
class Bounded:
    """A deadline (until), a start not before, or the time after a period."""

    bound: str
    of: Node


@dataclass(frozen=True, slots=True)
class Approx:
    """About that time."""

    of: Node


@dataclass(frozen=True, slots=True)
class Range:
    """From one date to another, both included."""

    first: Node
    last: Node


Node: TypeAlias = (
    Shift
    | Echo
    | Whole
    | Ending
    | Calendar
    | Years
    | Weekday
    | Named
    | Weekend
    | Holiday
    | Nth
    | Duration
    | Running
    | Ref
    | Repeated
    | Part
    | Rest
    | Bounded
    | Approx
    | Range
)


@dataclass(frozen=True, slots=True)
class Found:
    """A node and the lexemes it was read from, end exclusive.

    `is_deadline` turns an unclear tense to the future; `is_old` is the date that a verb
    of change leaves behind; `halves` are the ends of a
    range, `splits` whether they are two dates: always, or with a verb of change.
    """

    node: Node
    first: int
    last: int
    is_deadline: bool = False
    is_old: bool = False
    halves: tuple[Found, Found] | None = None
    splits: Literal["always", "on_change"] | None = None
