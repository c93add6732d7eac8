"""Score numbers, money and measures on the gold sets: `python -m bench.figures [-v]`.

Matching: per text, the multiset of (low, high, unit) found by `find_quantities` against
the gold one, value and unit exact (relative difference 1e-6), spans not compared;
negatives count as texts in which nothing may be found. Only quantities of the set's
kind are compared (a set of money ignores percents). Left out and counted: what has no
number ("dollar" as a name), cases the source marks as not supported, its "latent"
cases and LEFT_OUT. A word that is money or weight (pound) takes the reading of the
set. Weights, lengths and volumes are compared in the source's base unit.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp.figures_find import Quantity, find_quantities

DATA = Path(__file__).parents[2] / "shared" / "data"

Value = tuple[float | None, float | None, str | None]
#: Text, language and kind → what is found in it, in the sets' terms.
Find = Callable[[str, str, str], list[Value]]

#: Names of units in the sets → (our symbol, factor).
NAMES: dict[str, tuple[str, float]] = {
    "Dollar": ("USD", 1), "Unnamed": ("USD", 1), "Cent": ("USD", 0.01),
    "United States dollar": ("USD", 1), "Pound": ("GBP", 1), "Pence": ("GBP", 0.01),
    "Japanese yen": ("JPY", 1), "Canadian dollar": ("CAD", 1), "Lao kip": ("LAK", 1),
    "Chinese yuan": ("CNY", 1), "Sri Lankan rupee": ("LKR", 1), "Franc": ("franc", 1),
    "Finnish markka": ("FIM", 1), "Peseta": ("ESP", 1), "Dinar": ("dinar", 1),
    "Riyal": ("riyal", 1), "Rial": ("IRR", 1), "Euro": ("EUR", 1),
    "Gram": ("g", 1), "Kilogram": ("g", 1000), "Microgram": ("µg", 1),
    "Ounce": ("oz", 1), "Cup": ("cup", 1), "Ton": ("t", 1), "Metric ton": ("t", 1),
    "Kilometre": ("m", 1000), "Metre": ("m", 1), "Centimetre": ("m", 0.01),
    "Millimetre": ("m", 0.001), "Decimeter": ("m", 0.1), "Kilometer": ("m", 1000),
    "Meter": ("m", 1), "M": ("m", 1), "Picometer": ("pm", 1),
    "Mile": ("mi", 1), "Yard": ("yd", 1), "Foot": ("ft", 1), "Inch": ("inch", 1),
    "Litre": ("l", 1), "Millilitre": ("l", 0.001), "Hectolitre": ("l", 100),
    "Gallon": ("gal", 1), "Barrel": ("barrel", 1),
    "Celsius": ("°C", 1), "Fahrenheit": ("°F", 1), "Degree": ("°", 1),
    "Mile per hour": ("mph", 1), "Kilometer per hour": ("km/h", 1),
    "Bit": ("bit", 1), "Megabyte": ("MB", 1),
}  # fmt: skip
#: Our symbols → base unit.
BASE = {
    "kg": ("g", 1000), "mg": ("g", 0.001), "km": ("m", 1000), "cm": ("m", 0.01),
    "mm": ("m", 0.001), "dm": ("m", 0.1), "ml": ("l", 0.001), "hl": ("l", 100),
    "lb": ("lb", 1),
}  # fmt: skip


@dataclass
class Score:
    """Counts of one set."""

    name: str
    n: int = 0
    hits: int = 0
    found: int = 0
    gold: int = 0
    left_out: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, text: str, gold: list[Value], found: list[Value]) -> None:
        self.n += 1
        rest = list(found)
        hits = 0
        for value in gold:
            match = next((f for f in rest if same(value, f)), None)
            if match is not None:
                rest.remove(match)
                hits += 1
        self.hits += hits
        self.gold += len(gold)
        self.found += len(found)
        if hits < len(gold) or rest:
            self.misses.append(f"{text!r}: gold {gold}, found {found}")

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, self.found + self.gold)

    def row(self) -> str:
        precision = self.hits / max(1, self.found)
        recall = self.hits / max(1, self.gold)
        return (
            f"{self.name:28} n={self.n:3} gold={self.gold:3} F1={self.f1:.3f} "
            f"P={precision:.3f} R={recall:.3f} left out {self.left_out}"
        )


def same(one: Value, other: Value) -> bool:
    return one[2] == other[2] and all(
        a == b or (a is not None and b is not None and abs(a - b) <= 1e-6 * abs(a))
        for a, b in zip(one[:2], other[:2], strict=True)
    )


def cases(path: str) -> Iterator[dict[str, Any]]:
    with (DATA / path).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def value_of(quantity: Quantity, kind: str) -> Value:
    """Return our quantity in the sets' terms: base unit, ends opened by the bound."""
    unit = quantity.unit
    symbol, factor = (unit.symbol, 1.0) if unit else (None, 1.0)
    if unit is not None and unit.either and unit.kind != kind:
        symbol = unit.either
    if symbol in BASE and kind == "physical":
        symbol, factor = BASE[symbol]
    low: float | None = float(quantity.low) * factor
    high: float | None = float(quantity.high) * factor
    if quantity.bound == "min":
        high = None
    if quantity.bound == "max":
        low = None
    return low, high, symbol


def is_of(quantity: Quantity, kind: str) -> bool:
    unit = quantity.unit
    if kind == "number":
        return unit is None
    if unit is None:
        return False
    if unit.either:
        return kind in ("money", "physical")
    return unit.kind == kind or (kind == "money" and unit.kind == "coin")


def gold_of(gold: dict[str, Any], kind: str) -> Value:
    """Return a duckling value in our terms."""
    name = str(gold.get("currency") or gold.get("unit"))
    symbol, factor = (None, 1.0) if kind == "number" else NAMES.get(name, (name, 1.0))
    if kind == "physical" and name == "Pound":
        symbol = "lb"
    if gold["kind"] == "range":
        return gold["from"] * factor, gold["to"] * factor, symbol
    value = gold["value"] * factor
    return (
        None if gold["kind"] == "max" else value,
        None if gold["kind"] == "min" else value,
        symbol,
    )


#: Left out: text → why DESIGN or the language of news has no place for it.
LEFT_OUT = {
    "килограмм": "no number",
    "кг": "no number",
    "фунт": "no number",
    "nickel": "no number",
    "2.5^-1": "a power",
    "-2500^-1": "a power",
    "-1.1^+23": "a power",
    "-2.5^-1": "a power",
    "SCP-173": "a name (DESIGN §5)",
    "percents of twenty": "no English",
}

DIMENSIONS = {
    "number": ("numeral",),
    "money": ("amountofmoney",),
    "physical": ("quantity", "distance", "volume", "temperature"),
}


def ours(text: str, lang: str, kind: str) -> list[Value]:
    """Find with Molva the quantities of a kind."""
    return [
        value_of(quantity, kind)
        for quantity in find_quantities(text, lang)
        if is_of(quantity, kind)
    ]


def ours_plain(text: str, lang: str, kind: str) -> list[Value]:
    """Find with Molva, for the sets that know neither bounds nor ranges."""
    return list(_plain(find_quantities(text, lang), kind, text))


def duckling(lang: str, kind: str, find: Find = ours) -> Score:
    score = Score(f"ruen_duckling {lang} {kind}")
    for case in cases(f"ruen_duckling/{lang}.jsonl"):
        if case["dim"] not in DIMENSIONS[kind]:
            continue
        if case["section"] == "latent" or case["text"] in LEFT_OUT:
            score.left_out += 1
            continue
        gold = [gold_of(case["gold"], kind)] if case["gold"] else []
        score.add(case["text"], gold, find(case["text"], lang, kind))
    return score


def recognizers(name: str, kind: str, find: Find = ours_plain) -> Score:
    score = Score(f"en_msrecognizers {name}")
    for case in cases(f"en_msrecognizers/{name}.jsonl"):
        if case.get("not_supported") or case["text"] in LEFT_OUT:
            score.left_out += 1
            continue
        valued = [r for r in case["results"] if r["resolution"].get("value")]
        score.left_out += len(case["results"]) - len(valued)
        gold = [_resolved(r["resolution"], kind) for r in valued]
        score.add(case["text"], gold, find(case["text"], "en", kind))
    return score


def _resolved(resolution: dict[str, Any], kind: str) -> Value:
    value = float(resolution["value"].rstrip("%"))
    if kind == "number":
        return value, value, None
    if kind == "percent":
        return value, value, "%"
    symbol, factor = NAMES.get(resolution["unit"], (resolution["unit"], 1.0))
    if kind == "physical" and resolution["unit"] == "Pound":
        symbol = "lb"
    return value * factor, value * factor, symbol


def _plain(quantities: Iterable[Quantity], kind: str, text: str) -> Iterator[Value]:
    """Return what this set compares: it knows neither bounds nor ranges.

    Its numbers are bare values, also before a unit unless glued to it ("29km").
    """
    for quantity in quantities:
        for part in quantity.parts or (quantity,):
            if kind == "number":
                glued = part.unit and text[part.core_end : part.core_end + 1].isalpha()
                if not glued:
                    value = float(part.low / (part.unit.factor if part.unit else 1))
                    yield value, value, None
            elif is_of(part, kind):
                _, high, symbol = value_of(part, kind)
                low, _, _ = value_of(part, kind)
                value = low if low is not None else high or 0.0
                yield value, value, symbol


def natasha(find: Find = ours) -> Score:
    score = Score("ru_natasha_cases money")
    for case in cases("ru_natasha_cases/cases.jsonl"):
        if not case["kind"].startswith("money"):
            continue
        ends = [g.split("/")[0].split() for g in case["gold"].split("-")]
        gold = (float(ends[0][0]), float(ends[-1][0]), ends[0][1])
        score.add(case["text"], [gold], find(case["text"], "ru", "money"))
    return score


SETS: list[Callable[[], Score]] = [
    *(
        lambda lang=lang, kind=kind: duckling(lang, kind)  # type: ignore[misc]
        for lang in ("ru", "en")
        for kind in DIMENSIONS
    ),
    lambda: recognizers("number", "number"),
    lambda: recognizers("currency", "money"),
    lambda: recognizers("dimension", "physical"),
    lambda: recognizers("percent", "percent"),
    natasha,
]


def main() -> None:
    if not DATA.exists():
        sys.exit(f"{DATA} is absent")
    for make in SETS:
        score = make()
        print(score.row())
        if "-v" in sys.argv and score.misses:
            print(*(f"    {m}" for m in score.misses), sep="\n")


if __name__ == "__main__":
    main()
