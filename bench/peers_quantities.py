"""Peers that find quantities; each answers `[low, high, unit, code]` for every find.

`unit` is the peer's name of the unit (null for a bare number), `code` the ISO code of a
currency where the peer tells it. Loaded by `bench.peers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

Request = dict[str, Any]
Find = tuple[float, float, str | None, str | None]
Answer = Callable[[Request], list[Any]]

_NUMBER = re.compile(r"-?(?:\d+(?:[.,]\d+)*|\.\d+)")
_THOUSANDS = {
    "en": re.compile(r",(?=\d{3}(?!\d))"),
    "ru": re.compile(r"[.,](?=\d{3}(?!\d))"),
}


def quantulum3() -> Answer:
    """English; its classifier of units is on, as its documentation advises."""
    parser: Any = import_module("quantulum3.parser")

    def find(request: Request) -> Iterator[Find]:
        if request["lang"] != "en":
            return
        for found in parser.parse(request["text"]):
            kind = {"currency": "money"}.get(found.unit.entity.name, "physical")
            if found.unit.name == "percentage":
                kind = "percent"
            elif found.unit.name == "dimensionless":
                kind = "number"
            if request["kind"] not in (kind, "number"):
                continue
            slack = found.uncertainty or 0.0
            unit = None if request["kind"] == "number" else found.unit.name
            low, high = found.value - slack, found.value + slack
            yield low, high, unit, getattr(found.unit, "currency_code", None)

    return lambda request: list(find(request))


def recognizers() -> Answer:
    """English; it has no Russian."""
    number: Any = import_module("recognizers_number")
    united: Any = import_module("recognizers_number_with_unit")
    kinds: dict[str, tuple[Callable[[str, str], list[Any]], ...]] = {
        "number": (number.recognize_number,),
        "percent": (number.recognize_percentage,),
        "money": (united.recognize_currency,),
        "physical": (united.recognize_dimension, united.recognize_temperature),
    }

    def find(request: Request) -> Iterator[Find]:
        if request["lang"] != "en":
            return
        for recognize in kinds[request["kind"]]:
            for found in recognize(request["text"], "en-us"):
                resolution = found.resolution or {}
                value = str(resolution.get("value") or "").rstrip("%")
                if not value:
                    continue
                amount = float(value)
                unit = "%" if request["kind"] == "percent" else resolution.get("unit")
                yield amount, amount, unit, resolution.get("isoCurrency")

    return lambda request: list(find(request))


def number_parser() -> Answer:
    """Numbers in words and digits of both languages; no units."""
    parser: Any = import_module("number_parser")

    def find(request: Request) -> Iterator[Find]:
        if request["kind"] != "number":
            return
        text, lang = request["text"], request["lang"]
        whole = parser.parse_number(text, language=lang)
        if whole is not None:
            yield float(whole), float(whole), None, None
            return
        for found in _NUMBER.findall(parser.parse(text, language=lang)):
            value = _plain(found, lang)
            if value is not None:
                yield value, value, None, None

    return lambda request: list(find(request))


def _plain(digits: str, lang: str) -> float | None:
    """Read digits: a mark before three of them parts thousands (in English a comma)."""
    try:
        return float(_THOUSANDS[lang].sub("", digits).replace(",", "."))
    except ValueError:
        return None


def price_parser() -> Answer:
    """One price a text, in any language."""
    parser: Any = import_module("price_parser")

    def find(request: Request) -> Iterator[Find]:
        price = parser.Price.fromstring(request["text"])
        if request["kind"] == "money" and price.amount is not None and price.currency:
            amount = float(price.amount)
            yield amount, amount, price.currency, None

    return lambda request: list(find(request))


def natasha() -> Answer:
    """Russian money."""
    library: Any = import_module("natasha")
    extract = library.MoneyExtractor(library.MorphVocab())

    def find(request: Request) -> Iterator[Find]:
        if request["lang"] != "ru" or request["kind"] != "money":
            return
        for match in extract(request["text"]):
            amount = float(match.fact.amount)
            yield amount, amount, match.fact.currency, match.fact.currency

    return lambda request: list(find(request))


PEERS: dict[str, Callable[[], Answer]] = {
    "quantulum3": quantulum3,
    "recognizers": recognizers,
    "number-parser": number_parser,
    "price-parser": price_parser,
    "natasha": natasha,
}
