"""Rules that read the periods of reports: the full year, 9M24, the year-ago quarter.

A rule takes the lexemes and a position and returns a node and the position behind it,
or None."""

from __future__ import annotations

from nlp.timex import Calendar, Echo, Nth, Shift, Whole
from nlp.timex_counts import Read, shift
from nlp.timex_lexer import full_year
from nlp.timex_tokens import Tokens
from nlp.timex_years import year_number, year_of

#: Capital M, Latin and Cyrillic, is months.
_MONTH_LETTERS = ("M", "М")
#: Units that results are told of.
_REPORTED = ("month", "quarter", "half", "halfyear", "year")


#: The year of the half-year to come: next year from July on, before that this one.
NEW_YEAR = Calendar(year=Shift("half", 1))


def new_year(t: Tokens, i: int) -> Read:
    """«В новом году», "the new year"."""
    return (NEW_YEAR, i + 1) if t.has(i, "new_year") else None


def whole(t: Tokens, i: int) -> Read:
    """The full year, full-year 2024, «по итогам квартала», "for the quarter"."""
    is_the = t.has(i - 1, "article") and not t.has(i - 1, "num")
    is_told = is_the and t.has(i - 2, "reported")
    at = i + 1 if t.has(i, "whole") else i
    unit = t.get(at, "unit")
    if unit not in _REPORTED or t.has(at, "plural") or not (at > i or is_told):
        return None
    j = t.dot(at + 1)
    named = year_number(t, j) if unit == "year" else None
    if named:
        return Calendar(year=named[0]), named[1]
    return Whole("half" if unit == "halfyear" else unit), j


def first_months(t: Tokens, i: int) -> Read:
    """Read «9М 2023», "6M24": the first months of a year."""
    count = t.get(i, "int")
    if count not in (3, 6, 9):
        return None
    if t.text(i)[-1] in _MONTH_LETTERS:  # read as an ordinal: 9-м, 9М
        j = i + 1
    elif t.touches(i + 1) and t.text(i + 1) in _MONTH_LETTERS:
        j = i + 2
    else:
        return None
    named = year_number(t, j)
    if not named and t.get(j, "digits") == 2 and t.touches(j):
        named = full_year(t.get(j, "int")), j + 1
    if not named:
        return None
    return Nth(1, "month", Calendar(year=named[0]), count), named[1]


def same(t: Tokens, i: int) -> Read:
    """«Тогда же», "by then"; the same period of last year, the year-ago quarter."""
    if t.has(i, "same"):
        is_loose = t.has(i, "same_led") and not t.has(i - 1, "bound")
        return None if is_loose else (Echo("same", 0, keeps=True), i + 1)
    if t.has(i, "same_period_ago"):
        return Echo("year", -1, keeps=True, deictic=True), i + 1
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
    ago = shift(t, t.past(j, "article") if not t.has(j, "num") else j)
    if ago and isinstance(ago[0], Shift | Echo) and ago[0].unit == "year":
        return Echo("year", ago[0].count, keeps=True, deictic=True), ago[1]
    year = year_of(t, j)
    if year and isinstance(year[0], Shift) and year[0].count < 0:
        return Echo("year", year[0].count, keeps=True, deictic=True), year[1]
    if year and isinstance(year[0], int):
        return Echo("same", year[0], keeps=True), year[1]
    return None
