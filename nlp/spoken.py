"""Write Russian figures out for the models: «1 250 000 т» is "1250000 тонн" to them.

The news models know words; of "т", "руб" or digits cut in three they make pronouns,
roots and clauses of their own. Only what the models see changes, never the Doc.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nlp.data import load


@cache
def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Return the abbreviations written out: the scales and the units."""
    data = load("ru", "numbers")["spoken"]
    return data["scales"], data["units"]


def spoken(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the words of one sentence for the models and the tokens they stand for.

    Left out are the later groups of a number and the dots of its abbreviations.
    """
    scales, units = _words()
    words: list[str] = []
    kept: list[int] = []
    in_figure = False
    end = len(texts) - 1
    for i, text in enumerate(texts):
        if _goes_on(texts, i, is_first=not words or not words[-1].isdigit()):
            words[-1] += text
            continue
        if text == "." and in_figure and not words[-1].isdigit() and i < end:
            continue
        word = text.replace("ё", "е")  # the models know few words with ё
        is_number = text[0].isdigit()
        if in_figure and not is_number:
            lower = text.lower()
            written = scales.get(lower) or units.get(lower)
            if written is not None and written == words[-1]:
                words[-1] = units["пп"]  # «п. п.»: one point is of the other
            in_figure = written is not None
            word = written or word
        else:
            in_figure = is_number
        words.append(word)
        kept.append(i)
    return words, kept


def _goes_on(texts: Sequence[str], i: int, *, is_first: bool) -> bool:
    """Say whether token `i` is a group of three digits after others."""
    if is_first or len(texts[i]) != 3 or not texts[i].isdigit():
        return False
    before = texts[i - 1]
    return before.isdigit() and len(before) <= 3
