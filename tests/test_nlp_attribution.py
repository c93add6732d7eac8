"""Attributions on marked sentences of our own: `[content] || type | source | …`."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.build import build
from nlp.components.attribution import attribution_of

HERE = Path(__file__).parent
FIELDS = ("source_type", "source", "count", "cue", "outlet")


def cases(lang: str) -> list[tuple[str, list[str]]]:
    """Return (marked sentence, expected fields) of a language's table."""
    lines = (HERE / f"attribution_{lang}.txt").read_text("utf-8").splitlines()
    rows = [line.partition(" || ") for line in lines if line and line[0] != "#"]
    return [(text, [f.strip() for f in fields.split(" | ")]) for text, _, fields in rows]


def unmarked(text: str) -> tuple[str, int, int]:
    """Return the text without its marks and the span asked for ([[…]] wins)."""
    left, right = ("[[", "]]") if "[[" in text else ("[", "]")
    before, _, rest = text.partition(left)
    inside, _, after = rest.partition(right)
    before = before.replace("[", "").replace("]", "")
    inside = inside.replace("[", "").replace("]", "")
    plain = before + inside + after.replace("[", "").replace("]", "")
    return plain, len(before), len(before) + len(inside)


def read(lang: str, text: str) -> Doc:
    return build(lang)(text)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_marked_sentences(lang: str) -> None:
    wrong: list[str] = []
    rows = cases(lang)
    assert len(rows) >= 60
    for marked, expected in rows:
        text, start, end = unmarked(marked)
        found = attribution_of(read(lang, text), start, end)
        got = ["-" if (v := getattr(found, f)) is None else str(v) for f in FIELDS]
        if got != expected:
            wrong.append(f"{text}\n  want {expected}\n  got  {got}")
    assert not wrong, f"{len(wrong)} of {len(rows)}\n" + "\n".join(wrong)
