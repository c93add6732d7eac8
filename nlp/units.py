"""Units and currencies: which words, signs and codes stand for which symbol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from nlp.data import load
from nlp.figures_forms import forms
from nlp.figures_lex import Lexeme

Kind = Literal["money", "percent", "physical", "time", "multiple", "coin", "counted"]

#: The base of the language that others fall back on: Latin symbols are everywhere.
_FALLBACK = "en"
_MAX_WORDS = 5
_PRIME_DIGITS = 3

#: Signs of money, the same in every language.
SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₽": "RUB",
    "₴": "UAH",
    "₸": "KZT",
    "₹": "INR",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "₭": "LAK",
    "₮": "MNT",
    "฿": "THB",
    "₦": "NGN",
    "₱": "PHP",
    "₼": "AZN",
    "₾": "GEL",
    "₿": "BTC",
    "元": "CNY",
}
#: Feet and inches as signs: only after digits, where no quotation ends.
_PRIMES = {("'",): "ft", ("’",): "ft", ("'", "'"): "inch", ('"',): "inch"}
#: The marks that may have opened the quotation that such a sign ends.
_OPENERS = {"'": "'‘", "’": "‘'", '"': '"«“„'}
#: A title ("Northern Line 2") has no more lexemes, and its sentence no more after it.
_MAX_TITLE, _MAX_REST = 12, 40

#: How many of the second make one of the first: "5 feet 10 inches" is one length.
SMALLER = {
    ("yd", "ft"): 3,
    ("yd", "inch"): 36,
    ("ft", "inch"): 12,
    ("mi", "ft"): 5280,
    ("km", "m"): 1000,
    ("km", "cm"): 100_000,
    ("m", "cm"): 100,
    ("m", "mm"): 1000,
    ("cm", "mm"): 10,
    ("lb", "oz"): 16,
    ("kg", "g"): 1000,
    ("t", "kg"): 1000,
    ("MHz", "kHz"): 1000,
    ("GHz", "MHz"): 1000,
    ("MW", "kW"): 1000,
    ("GW", "MW"): 1000,
    ("GB", "MB"): 1000,
    ("TB", "GB"): 1000,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: `symbol` in the record, `factor` to bring it there.

    `either` is a second reading of the same word (a pound is money or weight).
    """

    symbol: str
    kind: Kind
    factor: Decimal = Decimal(1)
    either: str | None = None
    is_cents: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[frozenset[str], ...]
    unit: Unit
    exact: str | None
    is_unsafe: bool
    is_short: bool


@dataclass(frozen=True, slots=True)
class Units:
    """One language's units, by the first word of their names, longest first."""

    by_first: dict[str, tuple[_Entry, ...]]
    after_unit: frozenset[str]
    alone: frozenset[str]
    doubtful_after: frozenset[str]

    def after(
        self, lexemes: Sequence[Lexeme], at: int, *, is_large: bool = False
    ) -> tuple[Unit, int] | None:
        """Return the unit that starts at lexeme `at` and the lexeme after it."""
        opened = at < len(lexemes) and lexemes[at].text in "([{"
        if opened:
            at += 1
        found = self._match(lexemes, at, is_large=is_large) or _sign(lexemes, at)
        if found is None:
            return None
        unit, end = found
        if opened:
            if end >= len(lexemes) or lexemes[end].text not in ")]}":
                return None
            return unit, end + 1
        if unit.either and end < len(lexemes):
            unit = self._settle(unit, lexemes[end])
        return unit, end

    def before(
        self, lexemes: Sequence[Lexeme], at: int, *, words: bool = False
    ) -> tuple[Unit, int] | None:
        """Return the unit that ends before lexeme `at` and its first lexeme.

        Signs and codes always count; names only with `words` («рублей десять»).
        """
        for start in range(max(0, at - _MAX_WORDS), at):
            for entry in self.by_first.get(lexemes[start].lower, ()):
                end = _end_of(entry, lexemes, start)
                if end != at or (entry.is_unsafe and not lexemes[at].joined):
                    continue
                if entry.unit.is_cents:
                    continue
                if words or (entry.unit.kind == "money" and entry.is_short):
                    return entry.unit, start
        if at and lexemes[at - 1].text in SIGNS:
            return Unit(SIGNS[lexemes[at - 1].text], "money"), at - 1
        return None

    def _match(
        self, lexemes: Sequence[Lexeme], at: int, *, is_large: bool
    ) -> tuple[Unit, int] | None:
        if at >= len(lexemes) or lexemes[at].lower in self.alone:
            return None
        for entry in self.by_first.get(lexemes[at].lower, ()):
            end = _end_of(entry, lexemes, at)
            if end is None or (
                entry.is_unsafe and not _is_safe(entry, lexemes, at, end, is_large)
            ):
                continue
            if end < len(lexemes) and lexemes[end].joined and _goes_on(lexemes, end):
                continue
            return entry.unit, end
        return None

    def _settle(self, unit: Unit, following: Lexeme) -> Unit:
        """A pound "of meat" is weight."""
        if following.lower in self.doubtful_after and unit.either:
            return Unit(unit.either, "physical", either=unit.symbol)
        return unit


def _goes_on(lexemes: Sequence[Lexeme], end: int) -> bool:
    """Say whether a word or digits are glued to the unit ("24m2x", "3m212")."""
    return lexemes[end].kind in ("word", "number") and lexemes[end - 1].kind == "word"


def _is_safe(
    entry: _Entry, lexemes: Sequence[Lexeme], at: int, end: int, is_large: bool
) -> bool:
    if lexemes[at].joined or (is_large and entry.unit.kind == "money"):
        return True
    return end >= len(lexemes) or lexemes[end].kind == "sign"


def _end_of(entry: _Entry, lexemes: Sequence[Lexeme], at: int) -> int | None:
    """Return where `entry`, read from lexeme `at`, ends; dots may follow its words."""
    first = at
    for number, options in enumerate(entry.words):
        if number:
            at = _skip_joiner(lexemes, at, options)
        if at >= len(lexemes) or lexemes[at].lower not in options:
            return None
        if number and entry.is_unsafe and not lexemes[at].joined:
            return None  # "A$5", but "a $5 fee"
        at += 1
    if entry.exact is not None and lexemes[first].text != entry.exact:
        return None
    dot = at < len(lexemes) and lexemes[at].text == "." and lexemes[at].joined
    dot = dot and lexemes[at - 1].kind == "word"
    if dot and entry.is_short and at + 1 < len(lexemes):
        following = lexemes[at + 1]
        if following.kind != "word" or not following.text[0].isupper():
            return at + 1
    return at


def _skip_joiner(lexemes: Sequence[Lexeme], at: int, options: frozenset[str]) -> int:
    """Step over the dot of an abbreviation and the hyphen of "kilowatt-hour"."""
    if at < len(lexemes) and lexemes[at].lower in options:
        return at
    if at + 1 < len(lexemes) and lexemes[at].text in ".-‑–" and lexemes[at].joined:
        return at + 1
    return at


def _sign(lexemes: Sequence[Lexeme], at: int) -> tuple[Unit, int] | None:
    if at >= len(lexemes):
        return None
    text = lexemes[at].text
    if text in SIGNS:
        return Unit(SIGNS[text], "money"), at + 1
    if not lexemes[at].joined or at == 0 or lexemes[at - 1].kind != "number":
        return None
    if len(lexemes[at - 1].text) > _PRIME_DIGITS and "." not in lexemes[at - 1].text:
        return None  # a quotation ends here
    for length in (2, 1):
        signs = tuple(x.text for x in lexemes[at : at + length])
        end = at + len(signs)
        is_glued = end < len(lexemes) and lexemes[end].joined
        if signs in _PRIMES and not (is_glued and lexemes[end].kind == "word"):
            if _ends_title(lexemes, at):
                return None
            return Unit(_PRIMES[signs], "physical"), at + len(signs)
    return None


def _ends_title(lexemes: Sequence[Lexeme], at: int) -> bool:
    """ "Strizh 2", "the 'Model 5'": the sign after the number closes a quotation.

    In a longer speech the next mark closes it: "We sell a 27" screen," he said.
    """
    openers = _OPENERS[lexemes[at].text]
    marks = (i for i in range(at - 1, max(at - _MAX_TITLE, -1), -1))
    last = next((i for i in marks if lexemes[i].text in openers), None)
    if last is None or not _opens(lexemes, last):
        return False
    rest = range(at + 1, min(at + _MAX_REST, len(lexemes)))
    following = next((i for i in rest if lexemes[i].text == lexemes[at].text), None)
    if following is None or lexemes[following - 1].kind == "number":
        return True
    return not lexemes[following].joined or _opens(lexemes, following)


def _opens(lexemes: Sequence[Lexeme], at: int) -> bool:
    """Tell whether a mark stands before a word, with nothing at its left."""
    is_apart = not lexemes[at].joined or lexemes[at - 1].text in "([-–—"
    return is_apart and at + 1 < len(lexemes) and lexemes[at + 1].joined


@cache
def units(lang: str) -> Units:
    """Return the units of `lang` (units.toml), with English symbols behind them."""
    found: dict[str, list[_Entry]] = {}
    tables = [lang] if lang == _FALLBACK else [lang, _FALLBACK]
    for table in tables:
        for entry in _entries(table, load(table, "units")):
            for form in entry.words[0]:
                found.setdefault(form, []).append(entry)
    data = load(lang, "units")
    return Units(
        by_first={
            k: tuple(sorted(v, key=lambda e: -len(e.words))) for k, v in found.items()
        },
        after_unit=frozenset(data["after_unit"]["words"]),
        alone=frozenset(data["time"]["alone"]),
        doubtful_after=frozenset(data["doubtful"]["after"]),
    )


def _entries(lang: str, data: dict[str, Any]) -> Iterator[_Entry]:
    unsafe = frozenset(data["unsafe"]["short"])
    cent = Decimal("0.01")
    for code, table in data["money"].items():
        yield from _named(lang, Unit(code, "money"), table["words"], unsafe)
        yield from _short(Unit(code, "money"), table["short"], unsafe)
        cents = Unit(code, "money", cent, is_cents=True)
        yield from _named(lang, cents, table.get("cents", ()), unsafe)
    for word, (code, share) in data["coins"].items():
        unit = Unit(code, "money", Decimal(str(share)))
        yield from _named(lang, unit, [word], unsafe)
    for symbol, words in data["physical"].items():
        yield from _named(lang, Unit(symbol, "physical"), words, unsafe)
    for name, unit in {
        "percent": Unit("%", "percent"),
        "points": Unit("pp", "percent"),
        "basis": Unit("pp", "percent", cent),
        "time": Unit("time", "time"),
        "clock": Unit("time", "time"),
        "multiple": Unit("times", "multiple"),
    }.items():
        yield from _named(lang, unit, data[name].get("words", ()), unsafe)
        yield from _short(unit, data[name]["short"], unsafe)
    for word in data["coin"]["words"]:
        yield from _named(lang, Unit(word, "coin"), [word], unsafe)
    for noun, words in data["counted"].items():
        yield from _short(Unit(noun, "counted"), words, unsafe)
    money, weight = data["doubtful"]["symbols"]
    for word in data["doubtful"]["words"]:
        yield from _named(lang, Unit(money, "money", either=weight), [word], unsafe)


def _named(
    lang: str, unit: Unit, names: Iterable[str], unsafe: frozenset[str]
) -> Iterator[_Entry]:
    for name in names:
        words = tuple(frozenset(forms(lang, w.lower())) for w in name.split())
        yield _entry(words, unit, name, unsafe, is_short=len(name) < 5)


def _short(
    unit: Unit, names: Iterable[str], unsafe: frozenset[str]
) -> Iterator[_Entry]:
    for name in names:
        words = tuple(frozenset({w.lower()}) for w in name.split())
        yield _entry(words, unit, name, unsafe, is_short=True)


def _entry(
    words: tuple[frozenset[str], ...],
    unit: Unit,
    name: str,
    unsafe: frozenset[str],
    *,
    is_short: bool,
) -> _Entry:
    exact = name if name != name.lower() and " " not in name else None
    return _Entry(words, unit, exact, name in unsafe, is_short)
