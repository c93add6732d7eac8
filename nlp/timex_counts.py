"""Rules that read counted time: two years ago, within two weeks, for three years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from nlp.timex import Duration, Echo, Node, Ref, Running, Shift
from nlp.timex_tokens import Tokens

Read: TypeAlias = tuple[Node, int] | None

#: Units that are so many of another one.
_MULTIPLES = {"fortnight": (2, "week"), "halfyear": (6, "month")}
#: "The lowest level in ten years": so many lexemes lie between.
_RECORD_REACH = 5
#: Lexemes that begin a date.
_DATED = ("int", "num", "ord", "month", "date", "part", "which", "season", "in", "days")
#: Days that units last, to tell the smaller one.
_SIZES = {
    "second": 0.00001,
    "minute": 0.001,
    "hour": 0.04,
    "day": 1,
    "week": 7,
    "month": 30,
    "quarter": 91,
    "year": 365,
    "decade": 3650,
    "century": 36500,
}
#: At most so many units in a row: a year, two months and a week.
_MAX_EXTRA = 3


@dataclass(frozen=True, slots=True)
class Length:
    """A counted length of time and the position behind it."""

    low: float | None
    high: float | None
    unit: str
    mod: str | None
    extra: tuple[tuple[float, str], ...]
    end: int
    has_number: bool

    def duration(self) -> Duration:
        """Return it as a node."""
        return Duration(self.low, self.unit, self.mod, self.extra, self.high)


def amount(t: Tokens, i: int) -> tuple[float | None, float | None, int] | None:
    """Read a number in digits or words, or a range of two: low, high, position."""
    first = _number(t, i)
    if not first:
        return None
    low, j = first
    if low is not None and t.has(j, "range_join", "range_list"):
        second = _number(t, j + 1)
        if second and second[0] is not None and second[0] > low and t.text(j) != ",":
            return low, second[0], second[1]
    return low, None, j


def _number(t: Tokens, i: int) -> tuple[float | None, int] | None:
    if t.has(i, "vague"):
        return None, i + 1
    value = t.get(i, "num")
    j = i + 1
    if value is None:
        if t.has(i, "nth") or (t.has(i, "ord") and not t.has(i, "int")):
            return None
        value = t.get(i, "int")
        if t.has(i, "decimal"):
            value = float(t.text(i))
        elif (
            t.has(i, "opaque") and t.text(i)[-4:-3] != "," and t.text(i).count(",") == 1
        ):
            value = float(t.text(i).replace(",", "."))
        if value is None:
            return None
    else:
        value, j = _tens(t, value, j)
    if t.has(j, "fraction_half"):
        value, j = value + 0.5, j + 1
    return float(value), j


def _tens(t: Tokens, value: float, j: int) -> tuple[float, int]:
    """Add the words that continue a number: twenty-four, one hundred twenty."""
    for _ in range(2):
        k = j + 1 if t.text(j) == "-" and value >= 20 else j
        more = t.get(k, "num")
        if more is None or more >= value or value < 20 or more < 1 or value % 10:
            break
        if value % 100 and more >= 10:
            break
        value, j = value + more, k + 1
    return value, j


def length(t: Tokens, i: int, *, bare: bool = False) -> Length | None:
    """Read an amount of units; `bare` lets a unit without a number count as one."""
    mod, at = _bound(t, i)
    found = amount(t, at)
    if found:
        low, high, j = found
        if t.text(j) == "-" or (
            t.has(j, "which", "back", "ahead", "approx")
            and t.has(j + 1, "unit")
            and low != 1  # "a larger one next month"
            and (t.inflected or t.has(j + 1, "plural"))  # "turned 81 last month"
        ):
            j += 1
        if t.has(j, "alone") and low != 1:  # «против 950 годом ранее»
            return None
    elif (bare or t.get(at, "unit") == "halfyear") and t.has(at, "unit"):
        # "within weeks" has no number, «через неделю» means one
        low, high, j = None if t.has(at, "plural") else 1.0, None, at
    else:
        return None
    unit = t.get(j, "unit")
    if unit in (None, "season", "half", "weekend") or _is_point(t, at, j):
        return None
    j = t.dot(j + 1)
    multiple = _MULTIPLES.get(unit)
    if multiple:
        unit = multiple[1]
        low = None if low is None else low * multiple[0]
        high = None if high is None else high * multiple[0]
    if t.has(j, "fraction_half") and low is not None:
        low, j = low + 0.5, j + 1
    extra, j = _more_units(t, j, unit) if low is not None and found else ((), j)
    return Length(low, high, unit, mod, extra, j, found is not None)


def _bound(t: Tokens, i: int) -> tuple[str | None, int]:
    """Read "more than" and "about" before an amount."""
    mod: str | None = t.get(i, "more")
    if t.has(i, "over") and not t.has(i - 1, "prep", "in", "during"):
        mod = None  # over five years: in their course
    at = t.past(t.past(i, "more"), "merely")
    if t.has(at, "approx") and not t.has(at, "num"):
        return mod or "APPROX", at + 1
    return mod, at


def _is_point(t: Tokens, at: int, j: int) -> bool:
    """«К 19 часам» and «в 2025 году» are points in time, no lengths of it."""
    unit = t.get(j, "unit")
    if unit == "hour":
        is_led = t.has(at - 1, "bound", "prep") and not t.has(at - 1, "within")
        return t.inflected and is_led
    return bool(unit == "year" and t.inflected and t.has(j - 1, "year"))


def _more_units(
    t: Tokens, j: int, unit: str
) -> tuple[tuple[tuple[float, str], ...], int]:
    """Read what follows in smaller units: a year and two months."""
    extra: list[tuple[float, str]] = []
    size = _SIZES.get(unit, 0.0)
    for _ in range(_MAX_EXTRA):
        k = t.past(j, "range_list", "range_and")
        found = _number(t, k)
        if not found or found[0] is None:
            break
        unit = t.get(found[1], "unit")
        if _SIZES.get(unit, size) >= size:
            break
        size = _SIZES[unit]
        extra.append((found[0], unit))
        j = t.dot(found[1] + 1)
    return tuple(extra), j


def shift(t: Tokens, i: int) -> Read:
    """Two years ago, in 90 days, «через год», a year earlier."""
    return _ahead(t, i) or _behind(t, i)


def _ahead(t: Tokens, i: int) -> Read:
    if not t.has(i, "in"):
        return None
    found = length(t, i + 1, bare=t.inflected)
    if not found or found.end <= i + 1 or not _can_shift(found):
        return None
    end = found.end
    if t.has(end, "possessive"):
        end = t.past(end + 1, "hence_possessive")
    elif t.has(end, "hence") and not t.has(end, "hence_possessive"):
        end += 1
    if t.has(end, "earlier", "later") and t.inflected:
        return _echo(found.unit, found.low or 1), end + 1
    if "-" in (t.text(end), t.text(end - 1)):
        return None
    if not t.inflected and t.has(i, "later", "bound") and not _is_bare_after(t, i):
        return None
    if any(t.has(k, "record") for k in range(i - _RECORD_REACH, i)):
        return found.duration(), end
    if found.low is None:
        return Ref("FUTURE_REF"), end
    return _shifted(found, 1, soft=True, follows=t.inflected), end


def _is_bare_after(t: Tokens, i: int) -> bool:
    """ "After 5 days" may count from today; "after 20 years of war" does not."""
    return t.ends(i - 1)


def _behind(t: Tokens, i: int) -> Read:
    found = length(t, i, bare=True)
    if not found:
        return None
    end = found.end
    if t.has(end, "ago") and (t.has(end - 1, "unit") or t.text(end - 1) == "."):
        if found.low is None:
            return Ref("PAST_REF"), end + 1
        return _shifted(found, -1), end + 1
    if t.has(end, "hence") and not t.has(end, "hence_possessive") and found.has_number:
        return _shifted(found, 1), end + 1
    is_the = t.has(i - 1, "article") and not t.has(i - 1, "num")  # the year before
    if found.low is None or not (found.has_number or t.inflected or is_the):
        return None
    if t.has(i - 1, "by") and t.has(end, "earlier", "later"):
        return found.duration(), end + 1  # «на месяц раньше срока»
    if t.has(end, "earlier") and (not t.has(end, "bound") or _ends_there(t, end)):
        return _echo(found.unit, -found.low), end + 1
    if t.has(end, "later") and (not t.has(end, "in", "bound") or _ends_there(t, end)):
        return _echo(found.unit, found.low), end + 1
    return None


def _echo(unit: str, count: float) -> Echo:
    """Return so many units from the date last named; decades are told in years."""
    years = _MONTHS[unit] // 12 if unit in ("decade", "century") else 0
    return Echo("year" if years else unit, count * (years or 1), keeps=True)


def _ends_there(t: Tokens, end: int) -> bool:
    """ "A year after." and «год спустя»: nothing follows that it could belong to."""
    if t.ends(end + 1) or t.text(end + 1) in ".,;)":
        return True
    if t.inflected and t.has(end, "earlier"):
        return not t.has(end + 1, *_DATED)
    return t.inflected and t.has(end, "in") and length(t, end + 1, bare=True) is None


def _can_shift(found: Length) -> bool:
    return found.unit not in ("second", "minute", "hour") or found.low is not None


def _shifted(
    found: Length, direction: int, *, soft: bool = False, follows: bool = False
) -> Node:
    low = (found.low or 0) * direction
    unit = found.unit
    high = None if found.high is None else found.high * direction
    if found.extra or low != int(low):
        unit, low = _finest(found, direction)
    length = found.duration() if soft else None
    return Shift(unit, low, high, found.mod, length, follows)


#: How many months or days a unit has, for sums of mixed units.
_MONTHS = {
    "month": 1,
    "quarter": 3,
    "half": 6,
    "year": 12,
    "decade": 120,
    "century": 1200,
}
_DAYS = {"day": 1, "week": 7}
_HOURS = {"hour": 1.0, "minute": 1 / 60, "second": 1 / 3600}


def _finest(found: Length, direction: int) -> tuple[str, float]:
    """Return mixed or broken units as a count of the finest that is whole."""
    parts = [(found.low or 0, found.unit), *found.extra]
    if all(unit in _MONTHS for _, unit in parts):
        months = sum(value * _MONTHS[unit] for value, unit in parts)
        if (
            all(unit in ("year", "decade", "century") for _, unit in parts)
            and months % 12 == 0
        ):
            return "year", months // 12 * direction
        return "month", int(months) * direction
    if all(unit in _HOURS for _, unit in parts):
        return "hour", sum(value * _HOURS[unit] for value, unit in parts) * direction
    days = 0.0
    for value, unit in parts:
        days += value * (_DAYS.get(unit) or _MONTHS.get(unit, 0) * 30.4375)
    return "day", int(days) * direction


def running(t: Tokens, i: int) -> Read:
    """Within two weeks, the next three months, «за последние два года»."""
    if t.has(i, "within"):
        found = length(t, _past_adjectives(t, i + 1), bare=True)
        if found:
            return Running(found.duration(), 1), found.end
    j = t.past(i, "article")
    for tag, direction in (("back", -1), ("ahead", 1)):
        if not t.has(j, tag):
            continue
        found = length(t, j + 1)
        if found and t.get(found.end - 1, "unit") != "season":
            return Running(found.duration(), direction), found.end
        unit = t.get(j + 1, "unit")
        if unit and t.has(j + 1, "plural"):
            return Running(Duration(None, unit), direction), j + 2
        if unit in ("week", "month", "year", "decade", "century") and _runs(t, j, unit):
            return Running(Duration(1, unit), direction), j + 2
    return _number_first(t, i)


def _past_adjectives(t: Tokens, i: int) -> int:
    """Skip the article and "next" between "within" and its duration."""
    return t.past(t.past(i, "article"), "ahead", "which")


def _runs(t: Tokens, j: int, unit: str) -> bool:
    """ "Over the next year" runs from today, "next year" is the calendar's."""
    has_article = t.has(j - 1, "article")
    before = j - 1 - has_article
    is_over = t.has(before, "over")
    if t.has(j, "lately"):
        return is_over or (
            has_article and (unit == "decade" or t.has(before, "over_also"))
        )
    if t.has(j, "ahead"):
        return has_article and (is_over or t.has(before, "over_also"))
    return unit == "decade" and t.has(j, "back") and has_article


def _number_first(t: Tokens, i: int) -> Read:
    """ "Two upcoming weeks"."""
    found = amount(t, i)
    if not found or found[0] is None or not t.has(found[2], "ahead", "back"):
        return None
    unit = t.get(found[2] + 1, "unit")
    if unit in (None, "season", "half") or not t.has(found[2] + 1, "plural"):
        return None
    direction = 1 if t.has(found[2], "ahead") else -1
    return Running(Duration(found[0], unit), direction), found[2] + 2


def duration(t: Tokens, i: int) -> Read:
    """Three years, a 12-year low, several months: no day of its own."""
    found = length(t, i)
    if not found:
        before = i - 2 if t.has(i - 1, "merely") else i - 1
        if t.has(i, "plural") and t.has(
            before, "during", "in", "article", "within", "over"
        ):
            return Duration(None, t.get(i, "unit")), i + 1
        if t.has(i, "unit") and t.has(i - 1, "spans") and not t.has(i, "plural"):
            single = length(t, i, bare=True)
            if single and single.unit not in ("weekend",):
                return single.duration(), single.end
        return None
    end = found.end
    is_stamp = found.extra or found.unit in _HOURS
    if is_stamp and found.low is not None and t.ends(i - 1) and t.ends(end):
        # a line that holds nothing else is a feed's stamp of age: "15 hrs"
        return _shifted(found, -1), end
    k = end + 1 if t.text(end) == "-" else end
    if t.has(k, "age") or any(t.has(i - k, "age_before") for k in (1, 2, 3, 4)):
        return None
    if _is_age(t, i, found) or (found.unit == "quarter" and t.has(end, "genitive")):
        return None  # "nearly a quarter of the shops"
    if found.low == 1 and t.has(found.end - 2, "rate") and not _is_length(t, i, end):
        return None
    if t.has(i, "article") and not t.has(i, "num"):
        return None
    return found.duration(), end


#: Nobody in the news is younger.
_ADULT = 16


def _is_age(t: Tokens, i: int, found: Length) -> bool:
    """«Матвей Сурин (49 лет)»: years alone in brackets."""
    is_alone = t.text(i - 1) == "(" and t.text(found.end) == ")"
    return is_alone and found.unit == "year" and (found.low or 0) >= _ADULT


def _is_length(t: Tokens, i: int, end: int) -> bool:
    """ "A year" is a length behind "for", a rate behind a figure."""
    return t.has(i - 1, "during", "within", "more", "approx") or t.has(
        end, "later", "earlier", "bound"
    )
