"""Find every quantity in a text by its characters alone: no model is needed.

Digits, words, signs → numerals → numerals with units (atoms) → ranges → bounds. What
of it is a figure of the news is decided later, with syntax (nlp/figures_filter.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from molva.model import Bound
from nlp.figures_atoms import DASHES, TIGHT, Atom, AtomScan, scaled
from nlp.figures_bounds import Bounds, Opener, bounds, stronger
from nlp.figures_lex import Lexeme, lex
from nlp.figures_words import Numerals, numerals
from nlp.units import SMALLER, Unit

_TEN = 10


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and bound; offsets are characters.

    `start` to `end` take in bound words and unit, `core_start` to `core_end` the
    numeral. `opener` is the "from" or «до» whose meaning depends on the verb; `parts`
    are the ends of a range.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    low: Decimal
    high: Decimal
    unit: Unit | None
    bound: Bound
    literal: str | None = None
    has_scale: bool = False
    is_fraction: bool = False
    is_loose: bool = False
    is_hyphenated: bool = False
    needs_bound: bool = False
    opener: Opener | None = None
    inner_start: int = 0
    parts: tuple[Quantity, ...] = ()


class Scan:
    """One text being read; `find_quantities` is the way in."""

    def __init__(self, text: str, lang: str) -> None:
        self.lexemes: Sequence[Lexeme] = lex(text)
        self.scan = AtomScan(self.lexemes, lang)
        self.words: Numerals = numerals(lang)
        self.bounds: Bounds = bounds(lang)

    def quantities(self) -> list[Quantity]:
        """Return every quantity in text order."""
        atoms = [self._bounded(a) for a in self._joined(self.scan.atoms())]
        return self._ranged(atoms)

    def _joined(self, atoms: list[Atom]) -> list[Atom]:
        """Add "5 feet" and "10 inches", "20 dollars" and "43 cents"."""
        joined: list[Atom] = []
        for atom in atoms:
            one = self._sum(joined[-1], atom) if joined else None
            if one is None:
                joined.append(atom)
            else:
                joined[-1] = one
        return joined

    def _sum(self, left: Atom, right: Atom) -> Atom | None:
        if left.unit is None:
            return self._split_decimals(left, right)
        if left.number.scale != 1:
            return None
        between = [x.lower for x in self.lexemes[left.end : right.start]]
        unit = right.unit
        if unit is None:
            return self._trailing_cents(left, right, between)
        if len(between) > 2 or any(
            b != "," and b not in self.words.unit_joins for b in between
        ):
            return None
        if unit.is_cents and left.unit.kind == "money" and not left.unit.is_cents:
            return _merged(left, right, left.unit, right.number.value * unit.factor)
        ratio = SMALLER.get((left.unit.symbol, unit.symbol))
        if ratio is None or left.bound or right.number.value >= ratio * 4:
            return None
        number = replace(left.number, value=left.number.value * ratio)
        return _merged(replace(left, number=number), right, unit, right.number.value)

    def _split_decimals(self, left: Atom, right: Atom) -> Atom | None:
        """Read «1 599 059, 38 евро»: a blank after the decimal comma."""
        whole, tail = left.number.literal or "", right.number.literal or ""
        is_money = right.unit is not None and right.unit.kind == "money"
        comma = self.lexemes[left.end] if left.end < len(self.lexemes) else None
        if not is_money or len(tail) != 2 or left.end + 1 != right.start:
            return None
        if comma is None or comma.text != "," or not comma.joined or len(whole) < 5:
            return None
        if whole.isdigit() or right.unit is None:
            return None
        return _merged(left, right, right.unit, right.number.value / 100)

    def _trailing_cents(
        self, left: Atom, right: Atom, between: list[str]
    ) -> Atom | None:
        """Read "20 dollars 43": two digits of hundredths at the end."""
        is_money = left.unit is not None and left.unit.kind == "money"
        value = right.number.value
        end = right.end
        closes = end >= len(self.lexemes) or self.lexemes[end].kind == "sign"
        if not is_money or left.unit is None or left.unit.is_cents or not closes:
            return None
        if not (0 < value < 100) or value % 1 or right.number.scale != 1:
            return None
        if right.end - right.start > 2 or (left.number.value % 1):
            return None
        if between and not (len(between) == 1 and between[0] in self.words.unit_joins):
            return None
        return _merged(left, right, left.unit, value / 100)

    def _bounded(self, atom: Atom) -> Atom:
        left, outer = self.bounds.left_of(self.lexemes, atom.start)
        right, end = self.bounds.right_of(self.lexemes, atom.end)
        if left is None and right is None and self._is_near(atom):
            left, outer = "approx", outer - 1
        if atom.is_inverted:
            left = stronger(left, "approx")
        return replace(atom, bound=stronger(left, right), outer=outer, outer_end=end)

    def _is_near(self, atom: Atom) -> bool:
        """«под 12 млрд рублей» is about; «под 12%» and «под 5» are no counts."""
        kind = atom.unit.kind if atom.unit else ""
        is_count = kind not in ("percent", "time") and atom.number.value >= _TEN
        return is_count and self.bounds.is_near(self.lexemes, atom.start)

    def _ranged(self, atoms: list[Atom]) -> list[Quantity]:
        found: list[Quantity] = []
        i = 0
        while i < len(atoms):
            left = atoms[i]
            right = atoms[i + 1] if i + 1 < len(atoms) else None
            if right is not None and self._is_score(left, right):
                i += 2
                continue
            quantities = self._range(left, right) if right is not None else None
            if quantities is None:
                found.append(self._single(left))
                i += 1
            else:
                found.extend(quantities)
                i += 2
        return found

    def _is_score(self, left: Atom, right: Atom) -> bool:
        """Say whether this is "6-3": two small numbers that cannot be a range."""
        dash = self.lexemes[left.end] if left.end + 1 == right.start else None
        if dash is None or dash.text not in TIGHT or not dash.joined:
            return False
        if left.unit is not None or right.unit is not None:
            return False
        literals = left.number.literal, right.number.literal
        return None not in literals and left.number.value >= right.number.value

    def _range(self, left: Atom, right: Atom) -> list[Quantity] | None:
        join = tuple(x.lower for x in self.lexemes[left.outer_end : right.outer])
        if join in self.bounds.parts:
            return self._part(left, right)
        if join not in self.bounds.joins:
            return None
        opened = self.bounds.opener_left_of(self.lexemes, left.outer)
        if opened is not None and join in opened[0].join:
            opener, outer = opened
        elif join in self.bounds.bare_join and self._may_span(left, right, join):
            opener, outer = None, left.outer
        else:
            return None
        may_fall = opener is not None and (opener.is_pair or opener.is_change)
        pair = _shared(left, right, may_fall=may_fall)
        if pair is None:
            return None
        left, right = pair
        low, high = _value(left), _value(right)
        if low > high and (join == ("…",) or high < 0):  # «0…-5°», «от 0 до -5°»
            outer = min(outer, left.outer)
            left, right, low, high = right, left, high, low
        if opener is not None and opener.is_pair:
            return [
                self._single(replace(left, bound=left.bound or "exact")),
                self._single(replace(right, bound=right.bound or "exact")),
            ]
        if low >= high and not (opener is not None and opener.is_change):
            return None
        return [self._span(left, right, opener, outer)]

    def _part(self, left: Atom, right: Atom) -> list[Quantity] | None:
        """Read "7.4 of the 10 billion dollars": both are in billions of dollars."""
        if left.unit is not None or not _lends_scale(left, right, may_fall=False):
            return None
        number = scaled(left.number, right.number.scale, left.number.end)
        left = replace(left, number=number, unit=right.unit)
        return [self._single(left), self._single(right)]

    def _may_span(self, left: Atom, right: Atom, join: tuple[str, ...]) -> bool:
        """A dash between words is punctuation; "10% to $5" is a step and a level."""
        if left.unit and right.unit and left.unit.symbol != right.unit.symbol:
            return False
        if left.unit and left.unit.kind in ("percent", "time") and right.unit is None:
            return False  # "12.4% to 38,700 units", «на 2023 год — 50 тыс. машин»
        is_word = left.number.is_fraction and left.number.literal is None
        if is_word and left.unit is None and not right.number.is_fraction:
            return False  # "fell in the third quarter to $3 million"
        if join[0] not in DASHES:
            return True
        if _is_year(left) and right.unit is not None:
            return False  # «за период 2019 — 25 млрд рублей»
        dash = self.lexemes[left.outer_end]
        after = self.lexemes[left.outer_end + 1]
        return dash.joined == after.joined or right.unit is not None

    def _span(
        self, left: Atom, right: Atom, opener: Opener | None, outer: int
    ) -> Quantity:
        parts = (self._single(left), self._single(right))
        bound = stronger(left.bound, right.bound)
        one = self._quantity(right, bound or "exact")
        return replace(
            one,
            start=self.lexemes[outer].start,
            end=max(p.end for p in parts),
            core_start=min(p.core_start for p in parts),
            core_end=max(p.core_end for p in parts),
            low=parts[0].low if bound != "max" else one.low,
            has_scale=one.has_scale or parts[0].has_scale,
            opener=opener,
            parts=parts,
            literal=None,
        )

    def _single(self, atom: Atom) -> Quantity:
        """Make a quantity; "from 5" and «до 5» alone mean a bound, the verb willing."""
        if atom.bound is not None:
            return self._quantity(atom, atom.bound)
        opened = self.bounds.opener_left_of(self.lexemes, atom.outer)
        if opened is None or opened[0].solo is None:
            return self._quantity(atom, "exact")
        opener, outer = opened
        one = self._quantity(replace(atom, outer=outer), opener.solo or "exact")
        return replace(one, opener=opener)

    def _quantity(self, atom: Atom, bound: Bound) -> Quantity:
        number = atom.number
        value = _value(atom)
        return Quantity(
            start=self.lexemes[min(atom.outer, atom.start)].start,
            end=self.lexemes[max(atom.outer_end, atom.end) - 1].end,
            core_start=self.lexemes[number.start].start,
            core_end=self.lexemes[number.end - 1].end,
            low=value,
            high=value,
            unit=atom.unit,
            bound=bound,
            literal=number.literal,
            has_scale=number.scale != 1,
            is_fraction=number.is_fraction,
            is_loose=number.is_loose,
            is_hyphenated=atom.is_hyphenated,
            needs_bound=number.needs_bound,
            inner_start=self.lexemes[atom.start].start,
        )


def _is_year(atom: Atom) -> bool:
    literal = atom.number.literal or ""
    is_bare = atom.unit is None and len(literal) == 4 and literal.isdigit()
    return is_bare and literal[:2] in ("19", "20")


def _merged(left: Atom, right: Atom, unit: Unit, more: Decimal) -> Atom:
    value = left.number.value + more
    number = replace(
        left.number, value=value, mantissa=value, end=right.number.end, literal=None
    )
    return replace(left, number=number, end=right.end, unit=unit)


def _value(atom: Atom) -> Decimal:
    return atom.number.value * (atom.unit.factor if atom.unit else 1)


def _lends_scale(left: Atom, right: Atom, *, may_fall: bool) -> bool:
    """Say whether "from 9.8 to 9.3 million" starts at 9.8 million.

    What falls may start above: then the reading closer to the new value is right.
    """
    number, other = left.number, right.number
    is_free = left.unit is None or left.start < number.start
    if number.scale != 1 or other.scale == 1 or not is_free or number.value <= 0:
        return False
    if number.value < other.mantissa or not may_fall:
        return number.value < other.mantissa
    return number.value / other.mantissa < other.value / number.value


def _shared(
    left: Atom, right: Atom, *, may_fall: bool = False
) -> tuple[Atom, Atom] | None:
    """Share unit and scale: "5 to 7 million cars", «от 10 долларов до 20»."""
    if left.unit and right.unit and left.unit.symbol != right.unit.symbol:
        return _converted(left, right)
    number = left.number
    if _lends_scale(left, right, may_fall=may_fall):
        number = scaled(number, right.number.scale, number.end)
    unit = left.unit or right.unit
    return replace(left, number=number, unit=unit), replace(
        right, unit=right.unit or unit
    )


def _converted(left: Atom, right: Atom) -> tuple[Atom, Atom] | None:
    """Bring «от 20 кГц до 20 МГц» to the unit of its upper end."""
    if left.unit is None or right.unit is None:
        return None
    ratio = SMALLER.get((right.unit.symbol, left.unit.symbol))
    if ratio is None:
        return None
    number = replace(left.number, value=left.number.value / ratio)
    return replace(left, number=number, unit=right.unit), right


def find_quantities(text: str, lang: str) -> list[Quantity]:
    """Return every number of `text` with unit and bound, in text order.

    This includes what is no figure of the news: durations, fractions, bare counts.
    """
    return Scan(text, lang).quantities()
