"""What surrounds a date expression, and the one question asked of every node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import singledispatch
from typing import Literal

from nlp.timex_calendar import Value

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
        is_open = tense is None or tense == "present"
        return "future" if is_open and self.is_deadline else tense


@singledispatch
def value_of(node: object, context: Context) -> Value:
    """Return the value of one kind of node."""
    raise TypeError(f"no rule resolves {type(node).__name__}")


def unknown(grain: str) -> Value:
    """Return a period of which only the unit is known."""
    return Value(_UNKNOWN.get(grain, "XXXX-XX-XX"), grain=grain)


def open_interval(first: date | None, last: date | None) -> str:
    """Return the EDTF interval; a null end is open."""
    return (
        f"{first.isoformat() if first else '..'}/{last.isoformat() if last else '..'}"
    )


def nearest(at: date, number: int, direction: int) -> date:
    """Return the first day with ISO weekday `number` from `at` on, or back from it."""
    if direction > 0:
        return at + timedelta(days=(number - at.isoweekday()) % 7)
    return at - timedelta(days=(at.isoweekday() - number) % 7)


def approx(value: Value) -> Value:
    """Return the value as an approximate one."""
    if value.edtf is None:
        return replace(value, mod=value.mod or "APPROX")
    edtf = "/".join(
        part if part == ".." else f"{part}~" for part in value.edtf.split("/")
    )
    return replace(value, edtf=edtf, mod=value.mod or "APPROX")
