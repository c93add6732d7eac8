"""Rules that read months, quarters, halves, seasons and parts of them.

A rule takes the lexemes and a position and returns a node and the position behind it,
or None. `RULES` lists those of all modules in order of application; the first that fits
wins. Every rule looks at a bounded number of lexemes, so reading is linear."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from nlp.timex import (
    Calendar,
    Echo,
    Named,
    Node,
    Nth,
    Part,
    Ref,
    Repeated,
    Shift,
    Third,
    Weekend,
)
from nlp.timex_counts import Read, amount, duration, running, shift
from nlp.timex_days import (
    day_month,
    day_number,
    deictic,
    digits,
    holiday,
    month_first_year,
    week_day,
    week_of,
    weekday,
    weekend,
)
from nlp.timex_lexer import full_year
from nlp.timex_reports import first_months, new_year, same, whole
from nlp.timex_tokens import Tokens, is_sure
from nlp.timex_years import (
    counted_year,
    counted_year_away,
    shared_unit,
    year,
    year_number,
    year_of,
    years,
)

Rule: TypeAlias = Callable[[Tokens, int], Read]

#: A match is spoken of within so many lexemes of its half.
_GAME_REACH = 25


#: Ordinals of the ten-day parts of a month, and of the thirds.
_TENDAYS: dict[int, Third] = {1: "START", 2: "MID", 3: "END", -1: "END"}


def month(t: Tokens, i: int) -> Read:
    """March, last March, March 2022, «в марте прошлого года»."""
    which = t.get(i, "which")
    j = i + 1 if which is not None else i
    number = t.get(j, "month")
    if number is None:
        return None
    k = t.dot(j + 1)
    year = year_of(t, k) if which is None else None
    if (
        year
        and t.text(k) == ","
        and t.text(year[1]) == ","
        and isinstance(year[0], int)
    ):
        return Calendar(year=year[0], month=number), year[1]
    if year and not (t.text(k) == "," and not isinstance(year[0], int)):
        return Calendar(year=year[0], month=number), year[1]
    away = counted_year_away(t, k) if which is None and not t.names(j) else None
    if away:
        return Calendar(year=away[0], month=number), away[1]
    if not is_sure(t, j):
        return None
    if which is not None:
        return Named(Calendar(month=number), which), k
    return Calendar(month=number), j + 1


def quarter(t: Tokens, i: int) -> Read:
    """Third quarter of 2023, Q3, 3Q22, «III квартал», halves likewise."""
    head = quarter_head(t, i)
    if not head:
        return None
    unit, number, j = head
    if unit == "half":
        inside = _half_of(t, number, j)
        if inside is not None:
            return inside
    year = year_of(t, j)
    short = t.get(j, "int")
    if not year and short is not None and t.get(j, "digits") == 2 and t.touches(j):
        year = full_year(short), j + 1
    if not year and t.get(j, "unit") == "year":
        year = Shift("year", 0), j + 1
    if not year and number == -1:
        return None
    if not year and t.has(j, "genitive"):
        return None
    if not year and (t.has(j - 1, "needs_of") or _is_game(t, i)):
        return None
    filled, k = year if year else (None, j)
    if unit == "quarter":
        return Calendar(year=filled, quarter=number), k
    return Calendar(year=filled, half=number), k


def _is_game(t: Tokens, i: int) -> bool:
    """Tell whether the words around speak of a match, which has halves as well."""
    return any(t.has(k, "match") for k in range(i - _GAME_REACH, i + _GAME_REACH))


def quarter_head(t: Tokens, i: int) -> tuple[str, int, int] | None:
    """Read unit and number of a quarter or half, without the year."""
    named = t.get(i, "halves")
    if named is not None:
        return "half", named, i + 1
    short = t.get(i, "short")
    if (
        short
        and t.text(i).isupper()
        and t.touches(i + 1)
        and t.get(i + 1, "digits") == 1
    ):
        return _checked(short, t.get(i + 1, "int"), i + 2)
    if (
        t.get(i, "digits") == 1
        and t.get(i + 1, "short")
        and t.touches(i + 1)
        and t.text(i + 1).isupper()
    ):
        return _checked(t.get(i + 1, "short"), t.get(i, "int"), i + 2)
    number = t.get(i, "ord")
    if number is None:
        number = t.get(i, "roman")
    if number is None and t.get(i, "digits") == 1:
        number = t.get(i, "int")
    if number is None:
        return None
    j = i + 1
    if t.text(j) == "-":
        j += 1
    unit = t.get(j, "unit")
    if unit == "quarter" or unit == "half":
        if (
            unit == "quarter"
            and t.get(i, "digits") == 1
            and not t.has(i, "ord")
            and not t.inflected
        ):
            return None
        return _checked(unit, number, t.dot(j + 1))
    return None


def _checked(unit: str, number: int, j: int) -> tuple[str, int, int] | None:
    top = 4 if unit == "quarter" else 2
    return (unit, number, j) if number == -1 or 1 <= number <= top else None


def _half_of(t: Tokens, number: int, j: int) -> Read:
    """Read the first half of a month or other period; None for one of a year."""
    k = t.past(j, "of")
    inner = month(t, k) or this_or_that(t, k)
    if not inner or (isinstance(inner[0], Shift | Echo) and inner[0].unit == "year"):
        return None
    if k == j and not isinstance(inner[0], Calendar) and not t.inflected:
        return None
    return Nth(number, "half", inner[0]), inner[1]


def season(t: Tokens, i: int) -> Read:
    """Spring, next spring, summer of 2022, winter 2022-23."""
    which = t.get(i, "which")
    j = i + 1 if which is not None else i
    name = t.get(j, "season")
    if name is None:
        return None
    if which is not None:
        return Named(Calendar(season=name), which), j + 1
    year = year_of(t, j + 1)
    if year and not (t.text(j + 1) == "," and not isinstance(year[0], int)):
        k = year[1]
        if t.text(k) in ("-", "/", "–") and t.get(k + 1, "digits") == 2:
            k += 2
        return Calendar(year=year[0], season=name), k
    return (Calendar(season=name), j + 1) if is_sure(t, j) else None


def nth(t: Tokens, i: int) -> Read:
    """The first week of October, last day of 2015, first nine months of the year."""
    number = t.get(i, "ord")
    j = i + 1
    if number is None and t.get(i, "digits") and t.has(i + 1, "month_parts_tenday"):
        number = t.get(i, "int")
    if number is not None and t.get(j, "ord") == -1 and number > 0:
        number, j = -number, j + 1
    if t.has(i, "month_parts_firstdays", "month_parts_lastdays"):
        third: Third = "START" if t.has(i, "month_parts_firstdays") else "END"
        inner = month(t, i + 1)
        return (Part(third, inner[0]), inner[1]) if inner else None
    if number is not None and t.has(j, "month_parts_tenday"):
        inner = month(t, j + 1)
        part = _TENDAYS.get(number)
        return (Part(part, inner[0]), inner[1]) if inner and part else None
    many = amount(t, i if number is None else j)
    if (
        many
        and many[0]
        and many[0] == int(many[0])
        and t.get(many[2], "unit") == "month"
    ):
        of = t.dot(many[2] + 1)
        container = _whole_year(t, of)
        if container and (number is None or abs(number) == 1):
            return Nth(number or 1, "month", container[0], int(many[0])), container[1]
    if number is None:
        return None
    unit = t.get(j, "unit")
    weekday = t.get(j, "weekday")
    if unit not in ("day", "week", "month", "weekend") and weekday is None:
        return None
    inner = container_of(t, j + 1)
    if not inner:
        return None
    return Nth(
        number, unit if weekday is None else f"weekday-{weekday}", inner[0]
    ), inner[1]


def _whole_year(t: Tokens, i: int) -> tuple[Node, int] | None:
    year = year_of(t, i)
    if year:
        return (Calendar(year=year[0]) if isinstance(year[0], int) else year[0]), year[
            1
        ]
    if t.get(i, "unit") == "year" and t.inflected:
        return Shift("year", 0), i + 1
    return None


def container_of(t: Tokens, i: int) -> Read:
    """Read the period behind "of": a month, year, quarter, or "the month" itself."""
    j = t.past(i, "of") if t.text(i) != "," else i
    for k in (j, t.past(j, "article")):
        for rule in (month, quarter, season, this_or_that, year, the_unit):
            found = rule(t, k)
            if found:
                return found
    return None


def the_unit(t: Tokens, i: int) -> Read:
    """ "The month", «месяца» as this one; only where a part of it is named."""
    unit = t.get(i, "unit")
    if t.has(i, "plural") and not t.inflected:
        return None
    if unit in ("day", "week", "month", "quarter", "year", "decade", "century", "half"):
        if t.has(i + 1, "which_after"):
            return Shift(unit, t.get(i + 1, "which_after")), i + 2
        return Shift(unit, 0), i + 1
    if unit == "weekend":
        return Weekend(0), i + 1
    return None


def this_or_that(t: Tokens, i: int) -> Read:
    """Last year, this week, next quarter, that month, the previous day."""
    unit = t.get(i + 1, "unit")
    j = i + 2
    if unit is None and t.has(i, "which"):
        shared = shared_unit(t, i + 1)
        if shared in ("week", "month", "quarter", "year"):
            return Shift(shared, t.get(i, "which")), i + 1
    if unit is None and t.has(i + 1, "approx") and t.has(i, "which"):
        unit, j = t.get(i + 2, "unit"), i + 3
    if unit in (None, "second", "minute", "hour", "halfyear", "season", "fortnight"):
        return None
    j = t.dot(j)
    which = t.get(i, "which")
    if which is not None:
        if unit == "weekend":
            return Weekend(which), j
        return Shift(unit, which), j
    count = t.get(i, "anaphora")
    if count is not None and unit != "weekend":
        return Echo(unit, count, deictic=count != 0), j
    return None


def unit_away(t: Tokens, i: int) -> Read:
    """The year before last, the week after next."""
    unit = t.get(i, "unit")
    if unit in ("week", "month", "quarter", "year") and t.has(i + 1, "which_after"):
        return Shift(unit, t.get(i + 1, "which_after")), i + 2
    return None


def day_only(t: Tokens, i: int) -> Read:
    """«6-го числа», "on the 24th", "20th of the current month"."""
    day = day_number(t, i)
    if not day:
        return None
    if t.has(day[1], "month_parts_date"):
        found = this_or_that(t, day[1] + 1)
        if found and isinstance(found[0], Shift | Echo) and found[0].unit == "month":
            return Calendar(month=found[0], day=day[0]), found[1]
        return Calendar(day=day[0]), day[1] + 1
    if not t.has(i, "ord") or t.get(i, "digits") is None:
        return None
    j = t.past(t.past(day[1], "of"), "article")
    if t.get(j + 1, "unit") == "month" and t.has(j, "which"):
        return Calendar(month=Shift("month", t.get(j, "which")), day=day[0]), j + 2
    if t.has(i - 1, "article") and not t.has(i - 2, "prep"):
        return None
    if t.has(i - 1, "article", "prep") and (t.ends(day[1]) or t.text(day[1]) in ".,;"):
        return Calendar(day=day[0]), day[1]
    return None


def year_first(t: Tokens, i: int) -> Read:
    """Last year's third quarter, 2023 Q3, this year's first half."""
    named = year_number(t, i) or counted_year(t, i)
    if not named:
        return None
    j = t.past(named[1], "possessive")
    head = quarter_head(t, j)
    if head:
        unit, number, k = head
        if unit == "quarter":
            return Calendar(year=named[0], quarter=number), k
        return Calendar(year=named[0], half=number), k
    name = t.get(j, "season")
    if name and j > named[1]:
        return Calendar(year=named[0], season=name), j + 1
    return None


def reference(t: Tokens, i: int) -> Read:
    """Now, soon, recently, weekly."""
    value = t.get(i, "ref")
    if value is not None:
        is_compound = t.text(i + 1) == "-" and t.touches(i + 1) and t.touches(i + 2)
        if is_compound and not t.inflected:
            return None  # "the soon-to-open terminal", "the now-defunct firm"
        return Ref(value), i + 1
    period = t.get(i, "set")
    return None if period is None else (Repeated(period), i + 1)


_AMOUNT = ("int", "num", "vague", "decimal", "opaque", "more", "approx")

#: Rule → the tags of which its first lexeme has at least one, in order of application.
RULES: dict[Rule, frozenset[str]] = {
    first_months: frozenset({"int"}),
    digits: frozenset({"date", "pair", "int"}),
    month_first_year: frozenset({"int"}),
    day_month: frozenset({"weekday", "int", "ord", "month", "which"}),
    year_first: frozenset({"year", "which", "anaphora", "num"}),
    nth: frozenset({"ord", "month_parts_firstdays", "month_parts_lastdays", *_AMOUNT}),
    quarter: frozenset({"short", "int", "ord", "roman", "halves"}),
    holiday: frozenset({"which", "holiday"}),
    shift: frozenset({"in", "unit", *_AMOUNT}),
    running: frozenset({"within", "back", "ahead", "article", *_AMOUNT}),
    week_of: frozenset({"unit"}),
    weekday: frozenset({"which", "weekday", *_AMOUNT}),
    week_day: frozenset({"which"}),
    month: frozenset({"which", "month"}),
    season: frozenset({"which", "season"}),
    new_year: frozenset({"new_year"}),
    whole: frozenset({"whole", "unit"}),
    same: frozenset({"same", "same_period", "same_period_ago", "anaphora"}),
    this_or_that: frozenset({"which", "anaphora"}),
    unit_away: frozenset({"unit"}),
    years: frozenset({"decade", "ord", "roman", "int"}),
    deictic: frozenset({"days"}),
    day_only: frozenset({"int", "ord"}),
    year: frozenset({"fiscal", "unit", "year", "int", "num"}),
    duration: frozenset({"unit", *_AMOUNT}),
    weekend: frozenset({"unit"}),
    reference: frozenset({"ref", "set"}),
}


@lru_cache(maxsize=4096)
def rules_for(tags: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules that may begin with a lexeme of these tags."""
    return tuple(rule for rule, starts in RULES.items() if tags & starts)
