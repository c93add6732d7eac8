"""Rules that read years: 2022, «2022 год», last year, fiscal 2023, the 1990s.

A rule takes the lexemes and a position and returns a node and the position behind it,
or None."""

from __future__ import annotations

from typing import TypeAlias

from nlp.timex import (
    Calendar,
    Echo,
    Shift,
    Years,
)
from nlp.timex_counts import Read, amount, shift
from nlp.timex_lexer import full_year
from nlp.timex_tokens import Tokens

Year: TypeAlias = int | Shift | Echo


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
    "season",
    "unit",
    "in",
    "more",
)


def year_number(t: Tokens, i: int) -> tuple[int, int] | None:
    """Read a year in four digits with the word that may follow it (2022 года)."""
    year = t.get(i, "year")
    if year is None:
        return _year_in_words(t, i)
    j = t.past(i + 1, "era")
    if t.get(j, "unit") == "year" and (t.inflected or t.has(j + 1, "clock")):
        j = behind_year_word(t, j)
    return year, j


def _year_in_words(t: Tokens, i: int) -> tuple[int, int] | None:
    """Two thousand nineteen, «две тысячи двадцать второй год»."""
    if t.get(i, "num") != 2 or not t.has(i + 1, "thousand"):
        return None
    ordinal = t.get(i + 2, "ord")
    if ordinal and t.get(i + 3, "unit") == "year":
        return 2000 + ordinal, behind_year_word(t, i + 3)
    rest = amount(t, i + 2)
    if not rest or not rest[0] or not 1 <= rest[0] < 100 or t.counts(rest[2] - 1):
        return None
    return 2000 + int(rest[0]), rest[2]


def behind_year_word(t: Tokens, j: int) -> int:
    """Skip the word for year and the dot of its abbreviation."""
    return t.dot(j + 1)


def year_of(t: Tokens, i: int) -> tuple[Year, int] | None:
    """Read the year behind a month, quarter or feast, named or counted."""
    if t.text(i) == "-" and t.touches(i) and t.touches(i + 1) and t.get(i + 1, "year"):
        return year_number(t, i + 1)  # «в январе-2025»
    for j in (i, t.past(i, "of"), t.past(t.past(i, "of"), "article")):
        number = year_number(t, j)
        if number and not (j > i and t.text(i) == "," and t.counts(number[1] - 1)):
            return number
        counted = counted_year(t, j) if t.text(i) != "," else None
        if counted:
            return counted
    return None


def counted_year(t: Tokens, i: int) -> tuple[Year, int] | None:
    """Read last year, «того же года», "the year before last" and "the year"."""
    if t.get(i + 1, "unit") == "year":
        if t.has(i, "which"):
            return Shift("year", t.get(i, "which")), i + 2
        if t.has(i, "anaphora"):
            count = t.get(i, "anaphora")
            return Echo("year", count, deictic=count != 0), i + 2
    if t.has(i, "which") and (
        (t.inflected and _is_alone(t, i + 1)) or shared_unit(t, i + 1) == "year"
    ):
        return Shift("year", t.get(i, "which")), i + 1  # «и в первом следующего»
    if t.get(i, "unit") == "year" and t.has(i - 1, "article"):
        if t.has(i + 1, "which_after"):
            return Shift("year", t.get(i + 1, "which_after")), i + 2
        if not t.has(i - 1, "num"):
            return Shift("year", 0), i + 1
    return None


#: What may stand between a shared unit and the first that shares it.
_SHARING = ("part", "which", "prep", "month", "quarter", "season", "ord", "of")
_SHARED_REACH = 5


def shared_unit(t: Tokens, i: int) -> str | None:
    """Return the unit said once for two: «конец прошлого – начало этого года»."""
    if not t.has(i, "range_mark", "range_list") or t.text(i) == ",":
        return None
    for k in range(i + 1, i + _SHARED_REACH):
        unit: str | None = t.get(k, "unit")
        if unit and t.has(k - 1, "which"):
            return unit
        if not t.has(k, *_SHARING):
            return None
    return None


def _is_alone(t: Tokens, i: int) -> bool:
    return t.ends(i) or t.text(i) in (",", ".", ";", ")")


def counted_year_away(t: Tokens, i: int) -> tuple[Year, int] | None:
    """Read "in 3 years" or "a year ago" behind a month or feast."""
    found = shift(t, i)
    if found and isinstance(found[0], Shift) and found[0].unit in ("year", "month"):
        return found[0], found[1]
    return None


def year(t: Tokens, i: int) -> Read:
    """2022, «2022 год», fiscal 2023: a number only where it is meant as a year."""
    if t.has(i, "fiscal"):
        return _fiscal(t, i)
    if t.get(i, "unit") == "year" and t.get(i + 1, "year") and not t.has(i + 1, "sure"):
        return Calendar(year=t.get(i + 1, "year")), i + 2
    if t.get(i, "unit") != "year" and (t.get(i, "digits") or 0) in (3, 4):
        number_ = t.get(i, "int")
        j = i + 1
        if number_ and t.get(j, "unit") == "year" and t.has(j, "year_word"):
            return Calendar(year=number_), behind_year_word(t, j)
    number = year_number(t, i) or _short_year(t, i)
    if not number:
        return None
    value, j = number
    if t.has(i - 1, "model_before") or t.has(j, "model_after") or is_in_name(t, i):
        return None
    if t.has(j, "fiscal_after"):
        return Calendar(year=value, fiscal=True), j + 1
    if j > i + 1 or t.has(i, "sure") or not t.has(i, "year") or _is_year(t, i):
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
    if t.inflected and not _is_led(t, before):
        return False
    return t.has(i + 1, "dated") or not t.counts(i)


def _fiscal(t: Tokens, i: int) -> Read:
    """Read "fiscal 2023" and FY23."""
    number = year_number(t, i + 1)
    if number:
        return Calendar(year=number[0], fiscal=True), number[1]
    short = t.get(i + 1, "int")
    if short is not None and t.get(i + 1, "digits") == 2 and t.touches(i + 1):
        return Calendar(year=full_year(short), fiscal=True), i + 2
    return None


#: «Январь-2025» and "Q1-2025" are no names.
_DATE_WORDS = ("month", "season", "weekday", "unit", "part", "int", "short", "fiscal")


def is_in_name(t: Tokens, i: int) -> bool:
    """Tell whether the year belongs to a name: «Экспо-2025», "the Zarya 2000 Index"."""
    before = i - 1
    if t.text(before) in ("-", "–") and t.touches(i) and t.touches(before):
        named = before - 1
        is_date = named < 0 or t.has(named, *_DATE_WORDS)
        return not is_date and t.text(named)[0].isupper()
    if t.inflected or before < 0 or t.has(i + 1, "dated") or t.items[before].tags:
        return False
    is_within = t.get(i, "digits") == 2 or t.pos(i + 1) == "PROPN"
    return is_within and t.pos(before) == "PROPN" and not t.text(before).islower()


#: Two digits below are counts, unless they begin with a zero: "in 88", "in 08".
_CENTURY_BREAK = 50


def _short_year(t: Tokens, i: int) -> tuple[int, int] | None:
    """Read a year in two digits: «в 24-м году», "in 88 and 92"."""
    if t.get(i, "digits") != 2:
        return None
    if t.inflected:
        return _short_ordinal(t, i)
    first = i - 2 if t.text(i - 1) == "and" else i
    if t.text(first - 1).lower() != "in" or t.has(first - 2, "int", "num"):
        return None
    is_high = int(t.get(i, "int")) >= _CENTURY_BREAK or t.text(i)[0] == "0"
    last = i + 2 if t.text(i + 1) == "and" and t.get(i + 2, "digits") == 2 else i
    is_closed = t.ends(last + 1) or t.text(last + 1) in (",", ".", ";", "?", "!", ")")
    return (full_year(t.get(i, "int")), i + 1) if is_high and is_closed else None


def _short_ordinal(t: Tokens, i: int) -> tuple[int, int] | None:
    """Read «к 24-му году», «в 23-м и 24-м годах», but not «на 74-м году жизни»."""
    if not t.has(i, "ord") or t.text(i)[-1] not in "моу":
        return None
    j = i + 1
    # the word for year may stand behind the second of two
    at = j + 2 if t.has(j, "range_list", "range_join") and t.has(j + 1, "ord") else j
    is_year = t.get(at, "unit") == "year" and not t.has(at + 1, "lived")
    if not is_year or t.text(i - 1).lower() == "на":
        return None
    return full_year(t.get(i, "int")), behind_year_word(t, j) if at == j else j


def _is_led(t: Tokens, i: int) -> bool:
    """Tell whether the lexeme at `i` leads a year, or a list of them."""
    if t.has(i, "range_list"):
        return t.has(i - 1, "year", "unit")
    return t.has(i, *_LED) or t.text(i) == "(" or t.ends(i)


def _is_phone(t: Tokens, i: int) -> bool:
    """Tell whether the digits go on from a number before them: 555-2023, 139/2004."""
    is_joined = t.text(i - 1) in ("-", "–", "/") and t.touches(i) and t.touches(i - 1)
    return is_joined and t.has(i - 2, "int", "opaque") and not t.has(i - 2, "year")


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
            or (t.inflected and decade >= _CENTURY_BREAK and _is_led(t, i - 1))
        ):
            return None
        decade += 1900 if decade > 20 else 2000
    elif not has_word and t.has(i, "ord") and not t.has(i, "year"):
        pass
    return Years(decade, 10), i + (2 if has_word else 1)
