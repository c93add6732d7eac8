"""Feasts, durations and the two languages' words of dates."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.data import load
from nlp.timex_calendar import duration_timex
from nlp.timex_holidays import holiday_day
from nlp.timex_lexer import expand, lexicon


@pytest.mark.parametrize(
    ("key", "year", "first", "last"),
    [
        ("easter", 2023, "2023-04-09", "2023-04-09"),
        ("pascha", 2023, "2023-04-16", "2023-04-16"),
        ("11-4-4+1", 2022, "2022-11-25", "2022-11-25"),
        ("5-1--1", 2022, "2022-05-30", "2022-05-30"),
        ("hebrew-1-15-0", 2023, "2023-04-06", "2023-04-06"),
        ("hebrew-7-10-0", 2023, "2023-09-25", "2023-09-25"),
        ("islamic-9-1*m", 2022, "2022-04-02", "2022-05-01"),
        ("chinese", 2024, "2024-02-10", "2024-02-10"),
        ("tax", 2022, "2022-04-18", "2022-04-18"),
    ],
)
def test_feasts(key: str, year: int, first: str, last: str) -> None:
    value = holiday_day(key, year)
    assert value is not None
    assert value.earliest == date.fromisoformat(first)
    assert value.latest == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("amount", "unit", "wanted"),
    [
        (3, "year", "P3Y"),
        (1.5, "year", "P18M"),
        (2, "quarter", "P6M"),
        (1, "decade", "P10Y"),
        (1.5, "hour", "PT90M"),
        (None, "week", "PXW"),
        (None, "minute", "PTXM"),
    ],
)
def test_durations(amount: float | None, unit: str, wanted: str) -> None:
    assert duration_timex(amount, unit) == wanted


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_feast_has_a_rule(lang: str) -> None:
    for key in load(lang, "timex")["holidays"]:
        held = [holiday_day(key, year) for year in range(2000, 2030)]
        assert any(held), key


def test_both_languages_have_the_same_categories() -> None:
    en, ru = load("en", "timex"), load("ru", "timex")
    assert en.keys() == ru.keys()
    for table in ("months", "weekdays", "seasons", "part", "bound", "refs", "range"):
        assert en[table].keys() == ru[table].keys(), table


def test_braces() -> None:
    endings = {"adj": ["ый", "ая"]}
    assert list(expand("д{ень,ня}", endings)) == ["день", "дня"]
    assert list(expand("нов{@adj} год{,а}", endings)) == [
        "новый год",
        "новый года",
        "новая год",
        "новая года",
    ]
    assert "ё" not in "".join(lexicon("ru").words)
