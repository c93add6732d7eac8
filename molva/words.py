"""Words of the text that are compared in their own way: ordinals, empty words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

_WORD = re.compile(r"\d+|[^\W\d_]+")


@cache
def _data() -> dict[str, Any]:
    path = Path(__file__).with_suffix(".toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def empty(lang: str) -> frozenset[str]:
    """Return the words of `lang` that say nothing of what is done, and to what."""
    return frozenset(_data()["empty"].get(lang, "").split())


@cache
def _ordinals(lang: str) -> dict[str, int]:
    data = _data().get(lang)
    if data is None:
        return {}
    numbered = [*enumerate(data["ordinals"], 1)]
    numbered += [(10 * n, word) for n, word in enumerate(data["tens"], 1)]
    return {
        spelled + ending: number
        for number, word in numbered
        for spelled in {word, word.replace("ё", "е")}
        for ending in data["endings"]
    }


@cache
def _sides(lang: str) -> dict[str, str]:
    spelled = _data().get(lang, {}).get("sides", {})
    return {prefix: side for side, words in spelled.items() for prefix in words.split()}


def sides(words: Iterable[str], lang: str) -> frozenset[str]:
    """Return the sides of the world among words («на юге», "northern")."""
    known = _sides(lang)
    return frozenset(
        side
        for word in words
        if word[0].islower()
        for prefix, side in known.items()
        if word.startswith(prefix)
    )


@cache
def _before(lang: str) -> dict[str, int]:
    data = _data().get(lang, {})
    return {word: 10 * n for n, word in enumerate(data.get("tens_before", ()), 2)}


def ordinals(text: str, lang: str) -> Iterator[int]:
    """Yield the ordinals of a text: «двенадцатый», "twenty-first", «12-го», "12th"."""
    known, tens = _ordinals(lang), _before(lang)
    endings = frozenset(_data().get(lang, {}).get("digits", ()))
    before, end = "", 0
    text = text.casefold()
    for match in _WORD.finditer(text):
        word = match.group()
        is_joined = text[end : match.start()] in ("", "-", "–")
        if word in known:
            yield known[word] + (tens.get(before, 0) if known[word] < 10 else 0)
        elif before.isdigit() and is_joined and word in endings:
            yield int(before)
        before, end = word, match.end()


def has_rate(text: str, lang: str) -> bool:
    """Say whether a text tells how much there is in a period: "20,000 t a year"."""
    return any(
        word in text.casefold() for word in _data().get(lang, {}).get("rates", ())
    )


def is_begun(text: str, lang: str) -> bool:
    """Say whether a deed is decided or under way rather than done."""
    known, told = _data().get(lang, {}), f" {text.casefold()} "
    if any(f" {word}" in told for word in known.get("finished", ())):
        return False
    return any(f" {word}" in told for word in known.get("begun", ()))


def is_of_cost(word: str, lang: str) -> bool:
    """Say whether a word tells of a cost only that it is one, and how it moves."""
    return word.casefold().startswith(tuple(_data().get(lang, {}).get("costs", ())))
