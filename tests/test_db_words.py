"""The words around claims: both languages say all of it, in the right forms."""

import dataclasses
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.exports import Timeline, export
from db.exports.words import LANGUAGES, of
from db.store import load_claims, load_sources, open_db
from molva.model import EventDate
from molva.status import RULE_WORDS
from tests.db_samples import fill

LANG = Path(__file__).parents[1] / "db" / "exports" / "lang"


def keys(lang: str) -> dict[str, Any]:
    given = tomllib.loads((LANG / f"{lang}.toml").read_text(encoding="utf-8"))
    return {
        table: sorted(entries) if isinstance(entries, dict) else None
        for table, entries in given.items()
        if table != "rule"
    }


def test_every_language_has_the_same_keys_and_all_rules() -> None:
    assert set(LANGUAGES) == {"en", "ru"}
    assert keys("ru") == keys("en")
    for lang in LANGUAGES:
        assert set(of(lang).RULES) == set(RULE_WORDS)
    assert set(of("ru").RULES.values()).isdisjoint(RULE_WORDS.values())


@pytest.mark.parametrize(
    ("n", "days"),
    [
        (0, "0 дней"),
        (1, "1 день"),
        (3, "3 дня"),
        (5, "5 дней"),
        (11, "11 дней"),
        (14, "14 дней"),
        (21, "21 день"),
        (112, "112 дней"),
        (122, "122 дня"),
    ],
)
def test_russian_nouns_take_the_form_their_number_asks(n: int, days: str) -> None:
    assert of("ru").count("days", n) == days


def test_every_plural_form_of_the_language_is_given() -> None:
    for lang in LANGUAGES:
        given = tomllib.loads((LANG / f"{lang}.toml").read_text(encoding="utf-8"))
        wanted = {"ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}[lang]
        assert all(set(forms) == wanted for forms in given["count"].values())


@pytest.mark.parametrize(
    ("earliest", "latest", "words", "short"),
    [
        (None, "2022-12-31", "не позднее 31 декабря 2022 года", "до 31 дек. 2022"),
        ("2024-05-01", None, "не раньше 1 мая 2024 года", "с 1 мая 2024"),
        ("2022-07-06", "2022-07-06", "6 июля 2022 года", "6 июл. 2022"),
        ("2022-07-01", "2022-07-31", "июль 2022 года", "июль 2022"),
        ("2023-07-01", "2023-09-30", "III квартал 2023 года", "III квартал 2023"),
        ("2023-07-01", "2023-12-31", "второе полугодие 2023 года", "II пол. 2023"),
        ("2024-01-01", "2024-12-31", "2024 год", "2024"),
        ("2022-07-11", "2022-07-20", "11–20 июля 2022 года", "11–20 июл. 2022"),
        ("2022-12-01", "2023-02-28", "зима 2022/2023 года", "зима 2022/23"),
        (
            "2022-06-15",
            "2022-07-20",
            "15 июня — 20 июля 2022 года",
            "15 июн. — 20 июл. 2022",
        ),
        (
            "2022-12-15",
            "2023-02-20",
            "15 декабря 2022 года — 20 февраля 2023 года",
            "15 дек. 2022 — 20 февр. 2023",
        ),
    ],
)
def test_russian_days_are_told_as_editors_write_them(
    earliest: str | None, latest: str | None, words: str, short: str
) -> None:
    assert of("ru").span(earliest, latest) == words
    assert of("ru").span(earliest, latest, short=True) == short


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2024", "2024 год"),
        ("2024 год", "2024 год"),
        ("в следующем году", "в следующем году (2024 год)"),
    ],
)
def test_a_date_is_not_said_twice(said: str, shown: str) -> None:
    given = EventDate(
        start=0,
        end=len(said),
        text=said,
        timex="2024",
        mod=None,
        edtf="2024",
        earliest="2024-01-01",
        latest="2024-12-31",
    )
    assert of("ru").when(given) == shown


def test_an_unknown_language_is_english() -> None:
    assert of("tlh").lang == "en"


def test_a_timeline_in_russian_has_no_english_words_of_ours() -> None:
    db = open_db(":memory:")
    told = fill(db)
    russian = Timeline(
        title="Волна",
        as_of=date(2022, 8, 1),
        claims=tuple(load_claims(db, [told.id])),
        sources=load_sources(db),
        lang="ru",
    )
    text = export("md", russian)
    for words in (
        "По состоянию на 1 августа 2022 года: 1 утверждение: 1 подтверждено",
        "**● Подтверждено, пока не наступило** — «Volna Motors said",
        "Кто сообщил первым: Вестник Заречья → два источника",
        "без имени, 2 человека",
        "было: 600 электромобилей",
        "слух 20 июля 2022 года",
        "## Ожидается",
        "Не позднее 31 декабря 2022 года",
    ):
        assert words in text, words
    page = export("html", dataclasses.replace(russian, claims=()))
    assert '<html lang="ru">' in page
    assert "0 утверждений" in page
    assert "Было" not in page
