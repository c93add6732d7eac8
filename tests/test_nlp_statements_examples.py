"""The marked sentences of every language: boundaries, modality and polarity."""

from __future__ import annotations

import re

import pytest

from molva.model import Report
from nlp.data import FOLDER
from nlp.read import read

MARK = re.compile(r"\[([^\]]+)\](\w+)(/denies)?")
EDGES = " .,;:!?\"'«»“”"


def examples() -> list[tuple[str, str]]:
    found = []
    for path in sorted(FOLDER.glob("*/examples.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                found.append((path.parent.name, line))
    return found


def parse(line: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Return the plain text and (text, modality, polarity) of each statement."""
    marks = [
        (text.strip(EDGES), modality, "denies" if denies else "asserts")
        for text, modality, denies in MARK.findall(line)
    ]
    return MARK.sub(r"\1", line), marks


def report(text: str, title: str = "") -> Report:
    return Report(
        id="r1",
        source="courier",
        key="1",
        text=text,
        title=title,
        published="2022-07-20T10:00:00+03:00",
    )


@pytest.mark.parametrize(("lang", "line"), examples())
def test_example(lang: str, line: str) -> None:
    text, expected = parse(line)
    (reading,) = read([report(text)])
    assert reading.lang == lang
    found = [
        (s.text.strip(EDGES), s.modality, s.polarity)
        for s in sorted(reading.statements, key=lambda s: s.start)
    ]
    aside = re.sub(r".*\]\w+(?:/denies)?", "", line).strip(EDGES)
    if aside and expected and found:
        # what says nothing of its own may stay in the sentence's one statement
        found[-1] = (found[-1][0].removesuffix(aside).strip(EDGES), *found[-1][1:])
    assert found == expected


def test_both_languages_have_enough_examples() -> None:
    langs = [lang for lang, _ in examples()]
    assert {lang: langs.count(lang) >= 40 for lang in set(langs)} == {
        "en": True,
        "ru": True,
    }
