"""Edits are told apart by what they do to the words, not by how many there are."""

from __future__ import annotations

import time

import pytest

from molva.revisions import change, is_note

TEXT = (
    "The Luzhsk plant will make 600 vans this year, the mayor said. "
    "It employs 1,200 people. The owner declined to comment."
)


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (TEXT.replace(" ", "\u00a0 "), None),
        (TEXT.replace("Luzhsk", "Lu\u00adzhsk"), None),
        (TEXT.replace(", the mayor", " — the mayor"), "cosmetic"),
        (TEXT.replace("plant", "Plant").replace(". It", ".\n\nIt"), "cosmetic"),
        (TEXT.replace("600", "400"), "correction"),
        (TEXT.replace("1,200", "1.200"), "correction"),
        (TEXT.replace("will make", "will not make"), "correction"),
        (TEXT.replace("this year", "next year"), "correction"),
        (TEXT + " The ministry confirmed the plan.", "substantive"),
        (TEXT.replace(" The owner declined to comment.", ""), "substantive"),
        (
            TEXT.replace(
                "It employs 1,200 people.",
                "It employs 1,200 people, most of whom moved there last spring from "
                "the old works on the river.",
            ),
            "substantive",
        ),
        (
            TEXT + " Correction: an earlier version of this story named another plant.",
            "correction",
        ),
        ("Another story altogether.", "substantive"),
    ],
)
def test_an_edit_of_the_text_has_its_kind(new: str, kind: str | None) -> None:
    assert change("Vans from Luzhsk", TEXT, "Vans from Luzhsk", new) == kind


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("Завод выпустит 600 фургонов", "Завод выпустит 400 фургонов", "title"),
        ("Завод «Лужский» выпустит 600 фургонов", "", None),
        ("Завод «Лужский» всё выпустит", 'Завод "Лужский" все выпустит', None),
    ],
)
def test_a_headline_alone_is_an_edit_too(old: str, new: str, kind: str | None) -> None:
    assert change(old, TEXT, new, TEXT) == kind


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Прибыль выросла на 1,5 млрд рублей.", "Прибыль выросла на 15 млрд рублей."),
        ("Ставка составит -0,5%.", "Ставка составит 0,5%."),
        ("Срок — 10–15 дней.", "Срок — 10 15 дней."),
        ("Выпуск вырос на 5%.", "Выпуск вырос на 5."),
        ("Вложат 3 млн рублей в завод.", "Вложат 3 млрд рублей в завод."),
    ],
)
def test_no_number_changes_by_typography(old: str, new: str) -> None:
    assert change("", old, "", new) == "correction"


@pytest.mark.parametrize(
    "note",
    [
        "Исправлено: в заметке был указан другой год.",
        "В первоначальной версии материала речь шла о другом заводе.",
        "Ранее в тексте ошибочно сообщалось о закрытии цеха.",
        "Редакция приносит извинения читателям.",
        "CORRECTION (March 3): The plant is in Luzhsk.",
        "This article was amended on 4 May to give the right figure.",
        "An earlier headline gave the wrong town.",
        "The report misstated the mayor's age.",
    ],
)
def test_a_note_of_correction_is_known(note: str) -> None:
    assert is_note(note)


@pytest.mark.parametrize(
    "sentence",
    [
        "Рынок ждёт коррекция, считает аналитик.",
        "Завод уточнит план выпуска в марте.",
        "Analysts expect a market correction next year.",
        "The minister corrected the course of the reform.",
        "The first version of the van goes on sale in May.",
    ],
)
def test_news_of_corrections_is_no_note(sentence: str) -> None:
    assert not is_note(sentence)


def test_time_grows_no_faster_than_the_texts() -> None:
    """Four times the words take a quadratic step sixteen times as long."""
    short, long = (min(seconds(words) for _ in range(2)) for words in (10_000, 40_000))
    assert long < 8 * short


def seconds(count: int) -> float:
    words = " ".join(f"word{n % 97}" for n in range(count))
    began = time.process_time()
    assert change("", words, "", words.replace("word7 ", "seven ")) == "correction"
    assert change("", words, "", " ".join(reversed(words.split()))) == "substantive"
    return time.process_time() - began
