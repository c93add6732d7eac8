"""The number words of a language (numbers.toml), every form of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from nlp.data import load
from nlp.figures_forms import AMBIGUOUS, PLURAL, Numbers, forms

_SPACES = re.compile("[ \u00a0\u2009\u202f\u2007'’]")


@dataclass(frozen=True, slots=True)
class Numerals:
    """The number words of one language, every form of them."""

    comma_is_decimal: bool
    values: dict[str, Decimal]
    loose: dict[str, Decimal]
    multipliers: dict[str, tuple[Decimal, Numbers]]
    scales: dict[str, tuple[Decimal, Numbers]]
    short: dict[str, Decimal]
    doubtful: dict[str, Decimal]
    fractions: dict[str, Decimal]
    denominators: dict[str, int]
    added: dict[tuple[str, ...], Decimal]
    whole: frozenset[str]
    whole_join: frozenset[str]
    joins: frozenset[str]
    points: frozenset[str]
    minus: frozenset[str]
    plus: frozenset[str]
    unit_joins: frozenset[str]
    starters: frozenset[str]
    articles: frozenset[str]
    of: frozenset[str]
    over: frozenset[tuple[str, ...]]
    is_colloquial: bool
    endings: frozenset[str]
    half_prefix: str
    vague: frozenset[str]
    has_inversion: bool
    turning: frozenset[str]
    turned: frozenset[str]
    comparatives: frozenset[str]

    def may_start(self, word: str) -> bool:
        """Say whether a numeral may start with `word`."""
        return word in self.starters or (
            bool(self.half_prefix) and word.startswith(self.half_prefix)
        )


@cache
def numerals(lang: str) -> Numerals:
    """Return the number words of `lang` (numbers.toml)."""
    data = load(lang, "numbers")

    def spread(table: dict[str, float]) -> dict[str, Decimal]:
        return {f: Decimal(str(v)) for w, v in table.items() for f in forms(lang, w)}

    def numbered(table: dict[str, float]) -> dict[str, tuple[Decimal, Numbers]]:
        return {
            f: (Decimal(str(v)), numbers)
            for w, v in table.items()
            for f, numbers in forms(lang, w).items()
        }

    tables = (
        "values",
        "loose",
        "multipliers",
        "scales",
        "fractions",
        "denominators",
    )
    starters = {f for t in tables for w in data[t] for f in forms(lang, w)}
    whole = data.get("whole", {"words": [], "join": []})
    return Numerals(
        comma_is_decimal=data["decimal"] == ",",
        values=_values(lang, data["values"]),
        loose=spread(data["loose"]),
        multipliers=_bare_in_base_form(numbered(data["multipliers"]), data),
        scales=numbered(data["scales"]),
        short={k: Decimal(v) for k, v in data["short_scales"].items()},
        doubtful={k: Decimal(v) for k, v in data["doubtful_scales"].items()},
        fractions=spread(data["fractions"]),
        denominators={
            f: v for w, v in data["denominators"].items() for f in forms(lang, w)
        },
        added={tuple(k.split()): Decimal(str(v)) for k, v in data["added"].items()},
        whole=frozenset(f for w in whole["words"] for f in forms(lang, w)),
        whole_join=frozenset(whole["join"]),
        joins=frozenset(data["and"]),
        points=frozenset(data["point"]),
        plus=frozenset(data["plus"]),
        minus=frozenset(data["minus"]),
        unit_joins=frozenset(data["unit_and"]),
        starters=frozenset(starters | set(data["article"])),
        articles=frozenset(data["article"]),
        of=frozenset(data["of"]),
        over=frozenset(tuple(w.split()) for w in data["over"]),
        is_colloquial=data["is_colloquial"],
        endings=frozenset(data["ordinal"]["endings"]),
        half_prefix=data["half_prefix"],
        vague=frozenset(data["vague"]),
        has_inversion=data["has_inversion"],
        turning=frozenset(data["turning"]),
        turned=frozenset(data["turned"]),
        comparatives=frozenset(data["comparatives"]),
    )


def _bare_in_base_form(
    table: dict[str, tuple[Decimal, Numbers]], data: dict[str, Any]
) -> dict[str, tuple[Decimal, Numbers]]:
    """«десяток заводов» is a number, «в десятку лучших» is none: oblique needs more."""
    base = data["multipliers"]
    return {
        form: (value, numbers if form in base or numbers == PLURAL else AMBIGUOUS)
        for form, (value, numbers) in table.items()
    }


def _values(lang: str, table: dict[str, float]) -> dict[str, Decimal]:
    """Number words decline; where they do not (`is_plain`) a plural is no number."""
    table_is_plain = load(lang, "numbers")["is_plain"]
    return {
        form: Decimal(str(value))
        for word, value in table.items()
        for form, numbers in forms(lang, word).items()
        if numbers != PLURAL or not table_is_plain
    }


def literal_value(text: str, *, comma_is_decimal: bool, is_scaled: bool) -> Decimal:
    """Return the value of digits with separators.

    One comma or point before three digits is ambiguous: it separates thousands where
    the language does so, or before "000"; before a scale word it is always decimal in
    a language of decimal commas («1,234 млн»).
    """
    mantissa, exponent = text, ""
    if "e" in text.lower():
        mantissa, exponent = re.split("[eE]", text, maxsplit=1)
    digits = _SPACES.sub("", mantissa)
    commas, points = digits.count(","), digits.count(".")
    if commas and points:
        decimal = max(",", ".", key=digits.rfind)
        digits = digits.replace("," if decimal == "." else ".", "")
    elif commas > 1 or points > 1:
        digits = digits.replace(",", "").replace(".", "")
    elif commas or points:
        head, tail = re.split("[.,]", digits)
        english = bool(commas) and not comma_is_decimal
        round_ = tail == "000" and comma_is_decimal and not is_scaled
        is_spaced = ", " in mantissa
        grouped = len(tail) == 3 and head.strip("0") != "" and digits == mantissa
        is_whole = is_spaced or (grouped and (english or round_))
        digits = head + tail if is_whole else f"{head}.{tail}"
    return Decimal(digits.replace(",", ".") + (f"e{exponent}" if exponent else ""))
