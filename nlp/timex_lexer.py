"""Lexemes of dates: words, numbers and marks with the meanings that timex.toml gives.

A lexeme keeps every meaning of its word (`tags`); the grammar decides between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from nlp.data import load

#: Numbers longer than this are not read at all.
_MAX_DIGITS = 4
_BRACES = re.compile(r"\{([^{}]*)\}")
_TOKEN = re.compile(
    r"""
    (?P<word>[^\W\d_]+)
  | (?P<iso>\d{4}-\d{1,2}-\d{1,2}(?!\d))(?:T\d{2}:\d{2}(?::\d{2})?Z?)?
  | (?P<numeric>\d{1,2}(?:(?P<sep>[./-])|[ ]\.[ ]?|\.[ ])\d{1,2}
        (?:(?P=sep)|[ ]\.[ ]?|[.][ ]?)
        (?:\d{4}|\d{2})(?![\d%]|[.,:]\d))
  | (?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|\d{1,2}[hч]\d{2}(?!\d))
  | (?P<opaque>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)
        |\d+(?:,\d+)+|\d+(?:\.\d+){2,}|\d{5,})
  | (?P<pair>\d{1,2}[./]\d{1,2}(?![\d%]|[.,/]\d))
  | (?P<decimal>\d+\.\d+)
  | (?P<number>\d+)
  | (?P<possessive>['’](?:s\b)?)
  | (?P<mark>[^\w\s])
  | (?P<line>(?<![ \t])[ \t]*\n\s*)
    """,
    re.VERBOSE,
)
_SUFFIX = re.compile(r"(?P<glue>[-–]?)(?P<letters>['’]?[^\W\d_]{1,3})(?![^\W_])")
#: A name of this length at most before the hyphen of "Strizh-70s".
_MAX_NAME = 24
_TIED = re.compile(r"\b([A-ZА-ЯЁ][^\W\d_]+)[-‑]$")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "xv": 15,
    "xvi": 16,
    "xvii": 17,
    "xviii": 18,
    "xix": 19,
    "xx": 20,
    "xxi": 21,
}
#: Roman numerals are typed with Cyrillic letters as well.
_TYPED = {"x": "xх", "i": "iі", "v": "vѵ"}
_APOSTROPHES = ("'", "’", "‘")
_CUT_DIGITS = 2
#: What may follow a year; no quotation mark that closes.
_ENDS = ("", " ", "\n", ",", ".", ";", ":", ")", "?", "!", "-", "–", "—", "/")
_SHORT = {"q": "quarter", "h": "half"}

Tags = Mapping[str, Any]


@dataclass(slots=True)
class Lexeme:
    """A stretch of text and what it may mean: tag → value."""

    start: int
    end: int
    text: str
    tags: Tags


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language: phrases by first word, longest first.

    `heads` are the words that mean something, alone or as the first of a phrase.
    """

    words: Mapping[str, Tags]
    heads: frozenset[str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Tags], ...]]
    ordinal_suffixes: frozenset[str]
    count_suffixes: frozenset[str]
    decade_suffixes: frozenset[str]
    year_suffixes: frozenset[str]
    day_first: bool
    #: cases stand in for "of" and articles
    inflected: bool


def lowered(text: str) -> str:
    """Return the key of a word: lower case, ё as е."""
    return text.lower().replace("ё", "е")


def expand(form: str, endings: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the strings of a braced form: "д{ень,ня}" gives "день" and "дня"."""
    found = _BRACES.search(form)
    if not found:
        yield lowered(form)
        return
    inside = found.group(1)
    choices = endings[inside[1:]] if inside.startswith("@") else inside.split(",")
    for choice in choices:
        yield from expand(form[: found.start()] + choice + form[found.end() :], endings)


@cache
def lexicon(lang: str) -> Lexicon:
    """Return the date words of `lang`, read from its timex.toml once a process."""
    data = load(lang, "timex")
    tags: dict[tuple[str, ...], dict[str, Any]] = {}
    endings = data["endings"]
    for tag, value, forms in _entries(data):
        for form in forms:
            for text in expand(form, endings):
                key = tuple(m.group().lower() for m in _TOKEN.finditer(text))
                tags.setdefault(key, {}).setdefault(tag, value)
    phrases: dict[str, list[tuple[tuple[str, ...], Tags]]] = {}
    for key, meaning in tags.items():
        if len(key) > 1:
            phrases.setdefault(key[0], []).append((key, meaning))
    words: dict[str, Tags] = dict(_letters())
    words.update((key[0], meaning) for key, meaning in tags.items() if len(key) == 1)
    return Lexicon(
        words=words,
        heads=frozenset(words) | frozenset(phrases),
        phrases={
            first: tuple(sorted(found, key=lambda p: -len(p[0])))
            for first, found in phrases.items()
        },
        ordinal_suffixes=frozenset(data["suffixes"]["ordinal"]),
        count_suffixes=frozenset(data["suffixes"]["count"]),
        decade_suffixes=frozenset(data["suffixes"]["decade"]),
        year_suffixes=frozenset(data["suffixes"]["year"]),
        day_first=data["order"]["numeric"] == "day-first",
        inflected=data["order"]["inflected"],
    )


def _letters() -> Iterator[tuple[str, Tags]]:
    """Yield what letters mean in every language: Roman numerals, Q and H."""
    for numeral, number in _ROMAN.items():
        for typed in product(*(_TYPED[letter] for letter in numeral)):
            yield "".join(typed), {"roman": number}
    for letter, unit in _SHORT.items():
        yield letter, {"short": unit}


#: table of timex.toml → (tag, how its key becomes the tag's value)
_KEYED = {
    "months": ("month", int),
    "weekdays": ("weekday", int),
    "seasons": ("season", str),
    "units": ("unit", str),
    "numbers": ("num", float),
    "ordinals": ("ord", int),
    "which": ("which", int),
    "anaphora": ("anaphora", int),
    "days": ("days", int),
    "refs": ("ref", str),
    "part": ("part", str),
    "part_fixed": ("part_fixed", str),
    "bound": ("bound", str),
    "bound_after": ("bound_after", str),
    "more": ("more", str),
    "decades": ("decade", int),
    "halves": ("halves", int),
    "rest": ("rest", int),
    "set": ("set", str),
    "which_after": ("which_after", int),
}


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, Any, list[str]]]:
    for table, content in data.items():
        if table in ("endings", "suffixes", "order", "tense", "change"):
            continue
        for key, forms in content.items():
            if table == "holidays":
                yield "holiday", key, forms["names"]
            elif table in _KEYED:
                tag, kind = _KEYED[table]
                yield tag, kind(key), forms
            elif key == "words":
                yield table, True, forms
            else:
                yield f"{table}_{key}", True, forms


def lex(text: str, lang: str) -> list[Lexeme]:
    """Return the lexemes of `text` in order; linear in its length."""
    lexis = lexicon(lang)
    tokens = [
        (m.start(), m.end(), m.lastgroup or "", m.group())
        for m in _TOKEN.finditer(text)
    ]
    keys = [lowered(token[3]) if token[2] != "line" else "\n" for token in tokens]
    found: list[Lexeme] = []
    i = 0
    while i < len(tokens):
        start, end, kind, raw = tokens[i]
        count = 1
        if kind in ("word", "mark", "possessive"):
            tags = _NOTHING
            if keys[i] in lexis.heads:
                tags, count = _word(lexis, keys, i)
                end = tokens[i + count - 1][1]
                raw = text[start:end]
        elif kind == "number":
            tags, end = _number(lexis, text, start, end)
            while i + count < len(tokens) and tokens[i + count][0] < end:
                count += 1
            is_cut = "year" in tags and tags["digits"] == _CUT_DIGITS
            if is_cut and found[-1].start == start - 1:
                start = found.pop().start  # the apostrophe of '24
            raw = text[start:end]
        else:
            tags = lexis.words.get(raw) or _figures(lexis, kind, raw)
            if kind == "iso":
                raw = tokens[i][3]
        found.append(Lexeme(start, end, raw, tags))
        i += count
    return found


def _word(lexis: Lexicon, keys: list[str], i: int) -> tuple[Tags, int]:
    """Return the meanings of the longest entry at `i` and how many tokens it takes."""
    key = keys[i]
    for phrase, tags in lexis.phrases.get(key, ()):
        end = i + len(phrase)
        if tuple(keys[i:end]) == phrase and not _goes_on(lexis, keys, end, tags):
            return tags, len(phrase)
    return lexis.words.get(key, _NOTHING), 1


def _goes_on(lexis: Lexicon, keys: list[str], end: int, tags: Tags) -> bool:
    """ "In the past" means something else before a unit: in the past year."""
    return (
        "ref" in tags and end < len(keys) and "unit" in lexis.words.get(keys[end], ())
    )


_NOTHING: Tags = {}


def _number(lexis: Lexicon, text: str, start: int, end: int) -> tuple[Tags, int]:
    """Read digits and the suffix that sticks to them (6th, 6-го, 1990s, 2023-м)."""
    digits = end - start
    value = int(text[start:end])
    tags: dict[str, Any] = {"int": value, "digits": digits}
    money = (start and text[start - 1] in "$€£¥₽#№.") or text[end : end + 1] == "%"
    if digits == _MAX_DIGITS and 1000 <= value < 2200 and not money:
        tags["year"] = value
    if text[end : end + 1] == "%":
        return {"percent": True}, end
    if digits == _CUT_DIGITS and _is_cut(text, start, end):
        return {**tags, "year": full_year(value)}, end
    glued = _SUFFIX.match(text, end)
    if glued:
        is_model = _is_model(lexis, text, start)
        if _glue(lexis, tags, lowered(glued.group("letters")), is_model=is_model):
            return tags, glued.end()
    return tags, end


def _is_model(lexis: Lexicon, text: str, start: int) -> bool:
    """ "Strizh-70s": digits that a hyphen ties to a name; "Mid-70s" is a time."""
    name = _TIED.search(text, max(start - _MAX_NAME, 0), start)
    return name is not None and lowered(name.group(1)) not in lexis.heads


def _glue(
    lexis: Lexicon, tags: dict[str, Any], letters: str, *, is_model: bool
) -> bool:
    """Add what a suffix makes of the digits before it; tell whether it is one."""
    value, is_long = tags["int"], tags["digits"] == _MAX_DIGITS
    if is_long and "year" in tags and letters in lexis.year_suffixes:
        tags["sure"] = True
    if (
        value % 10 == 0
        and not is_model
        and letters in lexis.decade_suffixes
        and tags["digits"] in (2, 4)
    ):
        tags["decade"] = value
    if letters in lexis.ordinal_suffixes and not is_long:
        tags["ord"] = value
        if letters not in lexis.count_suffixes:
            tags["nth"] = True
    if "decade" in tags and "sure" not in tags:
        tags.pop("year", None)
    return not tags.keys().isdisjoint(("sure", "decade", "ord"))


def _is_cut(text: str, start: int, end: int) -> bool:
    """Tell whether an apostrophe stands for the century: the summer of '24."""
    mark, before = text[start - 1 : start], text[start - 2 : start - 1]
    behind = text[end : end + 1]
    return mark in _APOSTROPHES and not before.isalnum() and behind in _ENDS


def _figures(lexis: Lexicon, kind: str, raw: str) -> Tags:
    """Return year, month and day of a date in digits, where it is one."""
    if kind == "line":
        return {"line": True}
    if kind == "iso":
        year, month, day = (int(part) for part in raw[:10].rstrip("T").split("-"))
        return {"date": (year, month, day)} if _is_day(month, day) else _NOTHING
    if kind not in ("numeric", "pair"):
        return {kind: True}
    parts = [int(part) for part in re.findall(r"\d+", raw)]
    first, second = parts[0], parts[1]
    dotted = "." in raw
    day_first = lexis.day_first or dotted
    if (day_first and second > 12) or (not day_first and first <= 12):
        month, day = first, second
    else:
        day, month = first, second
    if not _is_day(month, day):
        return _NOTHING
    if kind == "pair":
        return {"pair": (month, day), "dotted": dotted}
    year = parts[2] if parts[2] > 99 else full_year(parts[2])
    return {"date": (year, month, day)}


def full_year(short: int) -> int:
    """Return the year that two digits mean: 00-49 in this century, else the last."""
    return short + (2000 if short < 50 else 1900)


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31
