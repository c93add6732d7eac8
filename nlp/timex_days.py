"""Rules that read days: 6 July 2022, 06.07.2022, last Friday, yesterday, Easter.

A rule takes the lexemes and a position and returns a node and the position behind it,
or None."""

from __future__ import annotations

from nlp.timex import (
    Calendar,
    Holiday,
    Named,
    Nth,
    Shift,
    Weekday,
    Weekend,
)
from nlp.timex_counts import Read, amount
from nlp.timex_lexer import full_year
from nlp.timex_tokens import Tokens, is_sure
from nlp.timex_years import Year, behind_year_word, counted_year_away, year_of


def day_number(t: Tokens, i: int) -> tuple[int, int] | None:
    """Read the number of a day in a month: 6, 6th, sixth, 6-го."""
    day = t.get(i, "ord")
    if day is None and (t.get(i, "digits") or 9) <= 2:
        day = t.get(i, "int")
    if day is None or not 1 <= day <= 31:
        return None
    return day, i + 1


def digits(t: Tokens, i: int) -> Read:
    """06.07.2022, 2022-07-06, 07/06/2022; 15.02 and 2/15 where they are no numbers."""
    whole = t.get(i, "date")
    if whole:
        year, month, day = whole
        j = i + 1
        if t.get(j, "unit") == "year":
            j = behind_year_word(t, j)
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
    if t.has(i, "which"):
        return _day_named(t, i)
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


def _day_named(t: Tokens, i: int) -> Read:
    """Read "this November 11" and "last June 30"."""
    found = _month_first(t, i + 1)
    if not found:
        return None
    month, day, j = found
    return Named(Calendar(month=month, day=day), t.get(i, "which")), j


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
    if (t.text(j) in ("-", "/") and t.has(j + 1, "month")) or (
        t.has(j, "of") and t.text(j) != ","
    ):
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


_NOUNS = ("NOUN", "PROPN", "ADJ")


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
    is_any = t.has(j - 1, "article") and t.has(j - 1, "num")
    if is_any and t.pos(j + 1) not in _NOUNS:
        return None  # "on a Monday", unlike "a Monday filing"
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


def weekend(t: Tokens, i: int) -> Read:
    """The weekend, «на выходных»."""
    if t.has(i, "plural") and not t.inflected:
        return None
    if t.get(i, "unit") != "weekend" or not (
        t.has(i - 1, "article", "prep") or t.ends(i - 1)
    ):
        return None
    return Weekend(), i + 1


def _is_verb(t: Tokens, i: int) -> bool:
    """ "The bank lent it money" is no fast."""
    is_alone = t.ends(i - 1) or t.has(i + 1, "year")
    return t.has(i, "weak") and t.text(i)[0].islower() and not is_alone


def holiday(t: Tokens, i: int) -> Read:
    """Christmas, last Easter, Thanksgiving 2016."""
    which = t.get(i, "which")
    j = i + 1 if which is not None else i
    key = t.get(j, "holiday")
    if key is None or (which is None and _is_verb(t, j)):
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
    if t.text(i)[0].isupper() and t.pos(i - 1) == "PROPN":
        return None  # the journal Granki Today
    return None if days is None else (Shift("day", days), i + 1)
