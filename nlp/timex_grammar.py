"""Rules that read one period, shift or duration from the lexemes.

A rule takes the lexemes and a position and returns a node and the position behind it,
or None. `RULES` lists them in order of application; the first that fits wins. Every
rule looks at a bounded number of lexemes, so reading is linear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from nlp.timex import (
    Calendar,
    Echo,
    Holiday,
    Named,
    Node,
    Nth,
    Part,
    Ref,
    Repeated,
    Shift,
    Third,
    Weekday,
    Weekend,
    Years,
)
from nlp.timex_counts import amount, duration, running, shift
from nlp.timex_lexer import full_year
from nlp.timex_tokens import Tokens, is_sure

Year: TypeAlias = int | Shift | Echo
Read: TypeAlias = tuple[Node, int] | None

#: A match is spoken of within so many lexemes of its half.
_GAME_REACH = 25
#: Ordinals of the ten-day parts of a month, and of the thirds.
_TENDAYS: dict[int, Third] = {1: "START", 2: "MID", 3: "END", -1: "END"}


def day_number(t: Tokens, i: int) -> tuple[int, int] | None:
    """Read the number of a day in a month: 6, 6th, sixth, 6-го."""
    day = t.get(i, "ord")
    if day is None and (t.get(i, "digits") or 9) <= 2:
        day = t.get(i, "int")
    if day is None or not 1 <= day <= 31:
        return None
    return day, i + 1


def year_number(t: Tokens, i: int) -> tuple[int, int] | None:
    """Read a year in four digits with the word that may follow it (2022 года)."""
    year = t.get(i, "year")
    if year is None:
        return _year_in_words(t, i)
    j = t.past(i + 1, "era")
    if t.get(j, "unit") == "year" and (t.inflected or t.has(j + 1, "clock")):
        j = _behind_year_word(t, j)
    return year, j


def _year_in_words(t: Tokens, i: int) -> tuple[int, int] | None:
    """Two thousand nineteen, «две тысячи двадцать второй год»."""
    if t.get(i, "num") != 2 or not t.has(i + 1, "thousand"):
        return None
    ordinal = t.get(i + 2, "ord")
    if ordinal and t.get(i + 3, "unit") == "year":
        return 2000 + ordinal, _behind_year_word(t, i + 3)
    rest = amount(t, i + 2)
    if not rest or not rest[0] or not 1 <= rest[0] < 100 or t.counts(rest[2] - 1):
        return None
    return 2000 + int(rest[0]), rest[2]


def _behind_year_word(t: Tokens, j: int) -> int:
    """Skip the word for year and the dot of its abbreviation."""
    return t.dot(j + 1)


def year_of(t: Tokens, i: int) -> tuple[Year, int] | None:
    """Read the year behind a month, quarter or feast, named or counted."""
    for j in (i, t.past(i, "of"), t.past(t.past(i, "of"), "article")):
        number = year_number(t, j)
        if number and not (j > i and t.text(i) == "," and t.counts(number[1] - 1)):
            return number
        counted = _counted_year(t, j) if t.text(i) != "," else None
        if counted:
            return counted
    return None


def _counted_year(t: Tokens, i: int) -> tuple[Year, int] | None:
    if t.get(i + 1, "unit") == "year":
        if t.has(i, "which"):
            return Shift("year", t.get(i, "which")), i + 2
        if t.has(i, "anaphora"):
            count = t.get(i, "anaphora")
            return Echo("year", count, deictic=count != 0), i + 2
    if t.get(i, "unit") == "year" and t.has(i - 1, "article"):
        if t.has(i + 1, "which_after"):
            return Shift("year", t.get(i + 1, "which_after")), i + 2
        if not t.has(i - 1, "num"):
            return Shift("year", 0), i + 1
    return None


def counted_year_away(t: Tokens, i: int) -> tuple[Year, int] | None:
    """Read "in 3 years" or "a year ago" behind a month or feast."""
    found = shift(t, i)
    if found and isinstance(found[0], Shift) and found[0].unit in ("year", "month"):
        return found[0], found[1]
    return None


def digits(t: Tokens, i: int) -> Read:
    """06.07.2022, 2022-07-06, 07/06/2022; 15.02 and 2/15 where they are no numbers."""
    whole = t.get(i, "date")
    if whole:
        year, month, day = whole
        j = i + 1
        if t.get(j, "unit") == "year":
            j = _behind_year_word(t, j)
        return Calendar(year=year, month=month, day=day), j
    pair = t.get(i, "pair")
    if pair and _is_pair_a_date(t, i):
        return Calendar(month=pair[0], day=pair[1]), i + 1
    return _spaced(t, i)


def _spaced(t: Tokens, i: int) -> Read:
    """ "2 / 15" and "15-2", where a line holds nothing else."""
    if not (t.get(i, "int") and t.text(i + 1) in ("/", "-") and t.get(i + 2, "int")):
        return None
    is_alone = t.ends(i - 1) or (t.has(i - 1, "prep") and t.ends(i - 2))
    if not (is_alone and t.ends(i + 3)):
        return None
    numbers = [t.get(i, "int"), t.get(i + 2, "int")]
    if t.inflected or numbers[0] > 12:
        numbers.reverse()
    month_, day = numbers
    if not (1 <= month_ <= 12 and 1 <= day <= 31):
        return None
    return Calendar(month=month_, day=day), i + 3


def _is_pair_a_date(t: Tokens, i: int) -> bool:
    if t.counts(i) or t.has(i + 1, "unit", "percent", "clock", "num"):
        return False
    if t.ends(i - 1) and t.ends(i + 1):
        return True
    if t.get(i, "dotted"):
        return t.text(i)[-3:-1] in (".0", ".1") and t.has(
            i - 1, "range_open", "range_join", "bound", "weekday"
        )
    return t.has(i - 1, "prep", "bound", "range_open", "weekday") or t.has(
        i + 1, "clock"
    )


def month_first_year(t: Tokens, i: int) -> Read:
    """2/2013, 07.2022: a month and a year in digits."""
    number = t.get(i, "int")
    if number is None or not 1 <= number <= 12 or t.text(i + 1) not in ("/", "."):
        return None
    if not (t.touches(i + 1) and t.touches(i + 2)) or t.get(i + 2, "year") is None:
        return None
    return Calendar(year=t.get(i + 2, "year"), month=number), i + 3


def day_month(t: Tokens, i: int) -> Read:
    """6 July 2022, July 6th, «6-го июля», with a weekday before or behind."""
    weekday, at = _weekday_before(t, i)
    found = _day_first(t, at) or _month_first(t, at)
    if not found:
        return None
    month, day, j = found
    year: Year | None = None
    behind = year_of(t, j)
    if behind:
        year, j = behind
    else:
        short = t.get(j, "int")
        if (
            short is not None
            and t.get(j, "digits") == 2
            and (t.ends(j + 1) or t.has(j + 1, "clock"))
        ):
            year, j = full_year(short), j + 1
        elif t.has(j, "clock") and t.get(j + 1, "year") and not t.counts(j + 1):
            year, j = t.get(j + 1, "year"), j + 2
    if weekday is None:
        k = j + 1 if t.text(j) in (",", "(") else j
        k = t.past(k, "prep") if k > j else k
        number = t.get(k, "weekday")
        if (
            k > j
            and number
            and (not t.has(k + 1, "month"))
            and day_number(t, k + 2) is None
        ):
            weekday, j = number, k + 1
    return Calendar(year=year, month=month, day=day, weekday=weekday), j


def _weekday_before(t: Tokens, i: int) -> tuple[int | None, int]:
    number = t.get(i, "weekday")
    if number is None:
        return None, i
    j = t.past(i + 1, "daypart")
    j = t.dot(j)
    if t.text(j) == ",":
        j += 1
    return number, t.past(j, "article")


def _day_first(t: Tokens, i: int) -> tuple[int, int, int] | None:
    day = day_number(t, i)
    if not day:
        return None
    j = day[1]
    if t.text(j) in ("-", "/") and t.has(j + 1, "month"):
        j += 1
    elif t.has(j, "of") and t.text(j) != ",":
        j += 1
    month = t.get(j, "month")
    if month is None or (t.get(i, "ord") == 2 and j == day[1] and t.has(j, "weak")):
        return None
    k = t.dot(j + 1)
    if (
        t.text(k) in ("-", "/")
        and t.get(k + 1, "int") is not None
        and t.text(j + 1) == t.text(i + 1)
    ):
        k += 1
        if t.get(k, "digits") == 2:
            # 31-Oct-74: handled as a short year by the caller
            return month, day[0], k
    return month, day[0], k


def _month_first(t: Tokens, i: int) -> tuple[int, int, int] | None:
    month = t.get(i, "month")
    if month is None:
        return None
    if (
        t.has(i, "weak")
        and not t.has(i - 1, "weekday")
        and t.get(i, "month") in (3, 5)
        and t.names(i)
    ):
        return None
    j = i + 1
    if t.text(j) == "]":
        j += 1
    j = t.past(t.dot(j), "article")
    day = day_number(t, j)
    if not day or t.has(j, "year") or t.has(day[1], "percent", "decimal"):
        return None
    if t.counts(j) or (t.has(j, "num") and not t.has(j, "ord")):
        return None
    if t.text(day[1]) == "-" and t.has(day[1] + 1, "unit"):
        return None
    if t.inflected and not year_of(t, day[1]):
        # «в мае 15 машин»: Russian names the day first unless a year follows
        return None
    return month, day[0], day[1]


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
    if not inner or isinstance(inner[0], Shift | Echo) and inner[0].unit == "year":
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
        of = many[2] + 1
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


def years(t: Tokens, i: int) -> Read:
    """The 1990s, «90-е годы», the 21st century."""
    decade = t.get(i, "decade")
    if decade is not None:
        return _decade(t, i, decade)
    number = (
        t.get(i, "ord")
        or t.get(i, "roman")
        or (t.get(i, "int") if (t.get(i, "digits") or 9) <= 2 else None)
    )
    if number and 1 <= number <= 21 and t.get(i + 1, "unit") == "century":
        return Years((number - 1) * 100, 100), i + 2
    return None


def _decade(t: Tokens, i: int, decade: int) -> Read:
    has_word = t.get(i + 1, "unit") == "year"
    if decade < 100:
        if not (
            has_word
            or t.has(i - 1, "article", "range_join", "range_list")
            or t.has(i - 2, "article")
        ):
            return None
        decade += 1900 if decade > 20 else 2000
    elif not has_word and t.has(i, "ord") and not t.has(i, "year"):
        pass
    return Years(decade, 10), i + (2 if has_word else 1)


def year(t: Tokens, i: int) -> Read:
    """2022, «2022 год», fiscal 2023: a number only where it is meant as a year."""
    if t.has(i, "fiscal"):
        number = year_number(t, i + 1)
        if number:
            return Calendar(year=number[0], fiscal=True), number[1]
        short = t.get(i + 1, "int")
        if short is not None and t.get(i + 1, "digits") == 2 and t.touches(i + 1):
            return Calendar(year=full_year(short), fiscal=True), i + 2
        return None
    if t.get(i, "unit") == "year" and t.get(i + 1, "year") and not t.has(i + 1, "sure"):
        return Calendar(year=t.get(i + 1, "year")), i + 2
    if t.get(i, "unit") != "year" and (t.get(i, "digits") or 0) in (3, 4):
        number_ = t.get(i, "int")
        j = i + 1
        if number_ and t.get(j, "unit") == "year" and t.has(j, "year_word"):
            return Calendar(year=number_), _behind_year_word(t, j)
    number = year_number(t, i)
    if not number:
        return None
    value, j = number
    if t.has(j, "fiscal_after"):
        return Calendar(year=value, fiscal=True), j + 1
    if j > i + 1 or t.has(i, "sure") or _is_year(t, i):
        return Calendar(year=value), j
    return None


def _is_year(t: Tokens, i: int) -> bool:
    """Tell whether four digits without a word for year are a year."""
    value = t.get(i, "year")
    if not 1900 <= value <= 2100:
        return value >= 1500 and t.text(i - 1) == "("
    if t.has(i + 1, "number_after", "clock", "percent", "opaque", "decimal", "num"):
        return False
    if t.has(i + 1, "unit") and not (t.inflected and t.get(i + 1, "unit") == "year"):
        return False
    before = i - 1
    if t.has(before, "opaque", "percent", "decimal") or _is_phone(t, i):
        return False
    if t.has(before, "dating"):
        return True
    if (
        t.has(before, "counted_prep")
        and not t.has(before, "bound")
        and value % 100 == 0
    ):
        return False
    if t.inflected and not (
        t.has(before, *_LED) or t.text(before) in "(" or t.ends(before)
    ):
        return False
    return not t.counts(i)


#: What a bare year follows in a language that else says "year" behind it.
_LED = (
    "prep",
    "bound",
    "part",
    "month",
    "approx",
    "quarter",
    "range_open",
    "range_join",
    "range_shift",
    "range_list",
    "season",
    "unit",
    "in",
    "more",
)


def _is_phone(t: Tokens, i: int) -> bool:
    """Tell whether the digits go on from a number before them: 555-2023."""
    is_joined = t.text(i - 1) in ("-", "–") and t.touches(i) and t.touches(i - 1)
    return is_joined and t.has(i - 2, "int", "opaque") and not t.has(i - 2, "year")


def weekday(t: Tokens, i: int) -> Read:
    """Friday, last Friday, Friday after next, Tuesday of this week."""
    many = amount(t, i)
    if many and many[0] and t.has(many[2], "weekday") and t.has(many[2] + 1, "hence"):
        return Weekday(t.get(many[2], "weekday"), int(many[0])), many[2] + 2
    which = t.get(i, "which")
    if which is not None and t.has(i + 1, "approx"):
        i += 1
    j = i + 1 if which is not None else i
    number = t.get(j, "weekday")
    if number is None:
        return None
    if which is not None:
        return Weekday(number, which), j + 1
    if t.has(j + 1, "which_after"):
        return Weekday(number, t.get(j + 1, "which_after")), j + 2
    k = t.past(j + 1, "of", "prep")
    if t.get(k + 1, "unit") == "week" and t.has(k, "which"):
        return Weekday(number, weeks=t.get(k, "which")), k + 2
    return (Weekday(number), j + 1) if is_sure(t, j) else None


def week_day(t: Tokens, i: int) -> Read:
    """Next week Tuesday, «на следующей неделе, во вторник»."""
    if (
        t.get(i + 1, "unit") != "week"
        or not t.has(i, "which")
        or not t.has(i + 2, "weekday")
    ):
        return None
    return Weekday(t.get(i + 2, "weekday"), weeks=t.get(i, "which")), i + 3


def week_of(t: Tokens, i: int) -> Read:
    """The week of October 6th."""
    if t.get(i, "unit") != "week" or not t.has(i + 1, "of"):
        return None
    inner = day_month(t, t.past(i + 2, "article"))
    return (Nth(1, "week-of", inner[0]), inner[1]) if inner else None


def year_first(t: Tokens, i: int) -> Read:
    """Last year's third quarter, 2023 Q3, this year's first half."""
    named = year_number(t, i) or _counted_year(t, i)
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


def holiday(t: Tokens, i: int) -> Read:
    """Christmas, last Easter, Thanksgiving 2016."""
    which = t.get(i, "which")
    j = i + 1 if which is not None else i
    key = t.get(j, "holiday")
    if key is None:
        return None
    if which is not None:
        return Holiday(key, which=which), j + 1
    found = year_of(t, j + 1) or counted_year_away(t, j + 1)
    if found and not (t.text(j + 1) == "," and not isinstance(found[0], int)):
        return Holiday(key, year=found[0]), found[1]
    return Holiday(key), j + 1


def deictic(t: Tokens, i: int) -> Read:
    """Yesterday, «послезавтра», earlier today."""
    days = t.get(i, "days")
    if t.has(i, "eve") and t.leads(i):
        return None
    return None if days is None else (Shift("day", days), i + 1)


def reference(t: Tokens, i: int) -> Read:
    """Now, soon, recently, weekly."""
    value = t.get(i, "ref")
    if value is not None:
        return Ref(value), i + 1
    period = t.get(i, "set")
    return None if period is None else (Repeated(period), i + 1)


def same(t: Tokens, i: int) -> Read:
    """«Тогда же»; the same period of last year."""
    if t.has(i, "same"):
        return Echo("same", 0, keeps=True), i + 1
    j = i + 1
    if t.get(i, "anaphora") == 0 and t.get(i + 1, "unit") in (
        "month",
        "quarter",
        "half",
        "week",
    ):
        j = i + 2
    elif not t.has(i, "same_period"):
        return None
    year = year_of(t, j)
    if year and isinstance(year[0], Shift) and year[0].count < 0:
        return Echo("year", year[0].count, keeps=True, deictic=True), year[1]
    if year and isinstance(year[0], int):
        return Echo("same", year[0], keeps=True), year[1]
    return None


def weekend(t: Tokens, i: int) -> Read:
    """The weekend, «на выходных»."""
    if t.has(i, "plural") and not t.inflected:
        return None
    if t.get(i, "unit") != "weekend" or not (
        t.has(i - 1, "article", "prep") or t.ends(i - 1)
    ):
        return None
    return Weekend(), i + 1


RULES: tuple[Callable[[Tokens, int], Read], ...] = (
    digits,
    month_first_year,
    day_month,
    year_first,
    nth,
    quarter,
    holiday,
    shift,
    running,
    week_of,
    weekday,
    week_day,
    month,
    season,
    same,
    this_or_that,
    unit_away,
    years,
    deictic,
    day_only,
    year,
    duration,
    weekend,
    reference,
)
