"""Inflected forms of the words that figures are made of, made once when data loads.

Texts are then read by dictionary look-up alone: no word is analysed while reading.
"""

from __future__ import annotations

from functools import cache

from nlp.russian import parses_of

#: Grammatical numbers a form may have; both where it is ambiguous («тысячи»).
Numbers = frozenset[str]

SINGULAR: Numbers = frozenset({"sing"})
PLURAL: Numbers = frozenset({"plur"})
AMBIGUOUS: Numbers = SINGULAR | PLURAL

_NOMINAL = {"NOUN", "NUMR", "ADJF", "NPRO"}


@cache
def forms(lang: str, word: str) -> dict[str, Numbers]:
    """Return every form of the dictionary form `word`, lower case, with its numbers."""
    return _russian(word) if lang == "ru" else _english(word)


def _english(word: str) -> dict[str, Numbers]:
    if word.endswith("s") or len(word) < 3 or not word.isalpha():
        return {word: SINGULAR}
    plurals = [word + "s"]
    if word.endswith(("ch", "sh", "x", "z")):
        plurals = [word + "es"]
    elif word.endswith("y") and word[-2:-1] not in set("aeou"):
        plurals = [word[:-1] + "ies"]
    return {word: SINGULAR} | dict.fromkeys(plurals, PLURAL)


def _russian(word: str) -> dict[str, Numbers]:
    found: dict[str, set[str]] = {word: set()}
    for parse in parses_of(word):
        tag = parse.tag
        if tag.POS not in _NOMINAL or (tag.POS != "ADJF" and parse.normal_form != word):
            continue
        for form in parse.lexeme:
            if form.tag.POS in _NOMINAL:
                found.setdefault(form.word, set()).add(form.tag.number or "sing")
    for form in list(found):
        found.setdefault(form.replace("ё", "е"), found[form])
    return {form: frozenset(n or {"sing"}) for form, n in found.items()}
