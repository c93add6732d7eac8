"""Stems for full text search: Snowball for Russian and English, ё read as е."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import Stemmer

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile(r"[а-яё]")
_QUERY_PART = re.compile(r'"([^"]*)"|(\S+)')
#: Endings of Snowball's second group of verbs.
_LIKE_A_VERB = re.compile(
    r"(?:[иы]л[аио]?|[иы]м|ей|уй|[иы]т|[иы]ть|ишь|ен[аоы]?|ят|у[ею]т|у?ю|[уей]йте|ите)$"
)
_VOWELS = "аеийоуыьэюя"
_RUSSIAN = Stemmer.Stemmer("russian")
_ENGLISH = Stemmer.Stemmer("english")

#: A word no text holds: a private-use letter, which the tokenizer keeps.
SEPARATOR = "\ue000"
NOTHING = f'"{SEPARATOR}{SEPARATOR}"'


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the stem of one lower-case word."""
    word = word.replace("ё", "е")
    if not _CYRILLIC.search(word):
        return str(_ENGLISH.stemWord(word))
    if _LIKE_A_VERB.search(word) and (noun := _noun(word)):
        word = noun
    return str(_RUSSIAN.stemWord(word))


def _noun(word: str) -> str | None:
    """Return the dative plural of a noun, whose ending no verb has.

    Snowball takes the end of «автомобили», «кредит» for a verb's and cuts
    too much, so that one form of the noun would not find another.
    """
    best = _morphology().parse(word)[0]
    if best.tag.POS != "NOUN":
        return None
    base: str = best.normal_form.replace("ё", "е")
    return base.rstrip(_VOWELS) + "ам"


@cache
def _morphology() -> Any:
    from pymorphy3 import MorphAnalyzer  # only where a word needs it

    return MorphAnalyzer()


def stem_text(text: str) -> str:
    """Return the stems of all words of `text`, in order, with a space between."""
    words = _WORD.findall(text.lower())
    # a number is its own stem, and would crowd words out of the cache
    return " ".join(word if word.isdecimal() else stem(word) for word in words)


def stem_query(query: str) -> str:
    """Turn what a person types into an FTS5 query over the `stems` column.

    Quoted phrases and a trailing `*` keep their meaning; every other sign is text.
    A query without a word matches nothing.
    """
    parts = [
        _prefix(word) if word.endswith("*") else _phrase(phrase or word)
        for phrase, word in _QUERY_PART.findall(query)
    ]
    terms = " ".join(part for part in parts if part)
    return f"stems : ({terms})" if terms else NOTHING


def _phrase(text: str) -> str:
    stems = stem_text(text)
    return f'"{stems}"' if stems else ""


def _prefix(word: str) -> str:
    letters = "".join(_WORD.findall(word.lower())).replace("ё", "е")
    return f'"{letters}"*' if letters else ""
