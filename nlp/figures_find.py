"""Find every quantity in a text by its characters alone: no model is needed.

Digits, words, signs → numerals → numerals with units (atoms) → ranges → bounds. What
of it is a figure of the news is decided later, with syntax (nlp/figures_news.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from molva.model import Bound
from nlp.figures_bounds import Bounds, Opener, bounds, stronger
from nlp.figures_lex import Lexeme, lex
from nlp.figures_words import Numerals, numerals
from nlp.numbers import Number, parse
from nlp.units import SMALLER, Unit, Units, units

_DASHES = frozenset("-‐‑‒–—−")
_TIGHT = frozenset("-‑‐–")


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
    doubtful: Decimal | None = None
    opener: Opener | None = None
    inner_start: int = 0
    parts: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class _Atom:
    """One numeral with its unit, by lexemes; `outer` includes its bound words."""

    number: Number
    start: int
    end: int
    unit: Unit | None = None
    bound: Bound | None = None
    outer: int = 0
    outer_end: int = 0
    is_hyphenated: bool = False
    is_inverted: bool = False


class Scan:
    """One text being read; `find_quantities` is the way in."""

    def __init__(self, text: str, lang: str) -> None:
        self.lexemes: Sequence[Lexeme] = lex(text)
        self.words: Numerals = numerals(lang)
        self.units: Units = units(lang)
        self.bounds: Bounds = bounds(lang)

    def quantities(self) -> list[Quantity]:
        """Return every quantity in text order."""
        atoms = [self._bounded(a) for a in self._joined(self._atoms())]
        return self._ranged(atoms)

    # numerals with units

    def _atoms(self) -> list[_Atom]:
        found: list[_Atom] = []
        at, n = 0, len(self.lexemes)
        while at < n:
            atom = self._atom(at, found[-1].end if found else 0)
            if atom is None:
                at = self._past_vague(at)
            else:
                found.append(atom)
                at = max(atom.end, at + 1)
        return found

    def _past_vague(self, at: int) -> int:
        """Step over "hundreds of thousands": no number is in it."""
        words = self.words
        lower = self.lexemes[at].lower
        if (
            lower not in words.scales
            and lower not in words.multipliers
            and lower not in words.vague
        ):
            return at + 1
        at += 1
        while at < len(self.lexemes):
            lower = self.lexemes[at].lower
            if not (
                lower in words.scales or lower in words.of or lower in words.multipliers
            ):
                break
            at += 1
        return at

    def _atom(self, at: int, floor: int) -> _Atom | None:
        first = self.lexemes[at]
        if first.kind == "sign" or (
            first.kind == "word" and not self.words.may_start(first.lower)
        ):
            return None
        joins = at == 0 or self.lexemes[at - 1].lower not in self.bounds.twins
        number = parse(self.words, self.lexemes, at, joins=joins) or self._prefixed(at)
        if number is None:
            return self._one(at)
        start = self._start(number, floor)
        if start is None or self._is_ordinal(number) or self._is_glued(number):
            return None
        return self._with_unit(number, start, floor)

    def _one(self, at: int) -> _Atom | None:
        """Read "a dollar", "a liter": one, loosely."""
        if self.lexemes[at].lower not in self.words.articles:
            return None
        found = self.units.after(self.lexemes, at + 1)
        if found is None or found[0].kind not in ("money", "physical"):
            return None
        if found[1] < len(self.lexemes) and self.lexemes[found[1]].kind == "number":
            return None
        one = Decimal(1)
        number = Number(at, at + 1, one, one, is_loose=True)
        return _Atom(number, at, found[1], found[0])

    def _prefixed(self, at: int) -> Number | None:
        """Read «поллитра»: half glued to its unit."""
        lexeme = self.lexemes[at]
        prefix = self.words.half_prefix
        if not prefix or not lexeme.lower.startswith(prefix):
            return None
        if lexeme.lower[len(prefix) :] not in self.units.by_first:
            return None
        half = Decimal("0.5")
        return Number(at, at + 1, half, half, is_fraction=True)

    def _start(self, number: Number, floor: int) -> int | None:
        """Return where the number starts with its minus; None in a name ("Ту-214")."""
        at = number.start
        first = self.lexemes[at]
        before = self.lexemes[at - 1] if at > floor else None
        if before is None:
            return at
        if before.kind == "word" and before.lower in self.words.minus:
            return at - 1
        if before.lower in self.words.plus and at - 1 > floor:
            ahead = self.lexemes[at - 2]
            return at - 1 if ahead.lower in self.bounds.signed else at
        if before.text in _DASHES and first.kind == "number":
            return self._after_dash(at, floor, first)
        if not first.joined:
            return at
        if before.kind in ("word", "number"):
            money = self.units.before(self.lexemes, at)
            return at if money is not None else None
        if before.text in "/_.\\" and before.joined:
            return None
        return at

    def _after_dash(self, at: int, floor: int, first: Lexeme) -> int | None:
        dash = self.lexemes[at - 1]
        if at - 1 == 0:
            return at - 1
        ahead = self.lexemes[at - 2]
        if at - 1 == floor and floor:
            return at  # a range
        if not first.joined:
            return at
        if not dash.joined:
            return at - 1
        if ahead.kind == "word" and dash.text in _TIGHT:
            return None
        return at - 1 if ahead.text in "([" else at

    def _is_ordinal(self, number: Number) -> bool:
        """«12-й», "3rd": digits with an ordinal's ending."""
        if number.literal is None or number.end >= len(self.lexemes):
            return False
        ending = self.lexemes[number.end]
        if ending.text in _TIGHT and ending.joined:
            if number.end + 1 >= len(self.lexemes):
                return False
            ending = self.lexemes[number.end + 1]
            return ending.joined and ending.lower in self.words.endings
        if not ending.joined or ending.lower not in self.words.endings:
            return False
        return self.units.after(self.lexemes, number.end) is None

    def _is_glued(self, number: Number) -> bool:
        """ "4G", "3D", "737MAX": letters that are no unit make the whole a name."""
        if number.end >= len(self.lexemes):
            return False
        following = self.lexemes[number.end]
        last = self.lexemes[number.end - 1]
        if following.kind != "word" or not following.joined or last.text == ".":
            return False
        if number.doubtful is not None:
            return False
        return self.units.after(self.lexemes, number.end) is None

    def _with_unit(self, number: Number, start: int, floor: int) -> _Atom:
        if start < number.start and self.lexemes[start].lower not in self.words.plus:
            number = replace(number, value=-number.value, mantissa=-number.mantissa)
        number = self._restated(number)
        before = self.units.before(self.lexemes, start)
        if before is not None and before[1] < floor:
            before = None
        if before is not None and number.doubtful is not None:
            number = _scaled(number, number.doubtful, number.end + 1)
        after, end, hyphen = self._unit_after(number)
        if after is None and number.doubtful is not None:
            number, after, end = self._doubtful(number)
        if before is not None and (after is None or after.kind == "money"):
            same = after is not None and after.symbol == before[0].symbol
            end = end if same else number.end
            return _Atom(number, before[1], end, before[0])
        if after is not None:
            return _Atom(number, start, end, after, is_hyphenated=hyphen)
        turned = self.units.before(self.lexemes, start, words=True)
        if (
            turned is not None
            and turned[1] >= floor
            and not self._of_a_number(turned[1])
            and self._may_turn(number, turned)
        ):
            return _Atom(number, turned[1], number.end, turned[0], is_inverted=True)
        return _Atom(number, start, number.end, is_hyphenated=hyphen)

    def _may_turn(self, number: Number, turned: tuple[Unit, int]) -> bool:
        """«рублей десять»: only where no noun follows that is counted instead."""
        unit = turned[0]
        if unit.kind != "money" and not self.words.has_inversion:
            return False
        if unit.kind not in ("money", "physical", "percent") or unit.is_cents:
            return False
        end = number.end
        closes = end >= len(self.lexemes) or self.lexemes[end].kind == "sign"
        return closes or unit.kind == "physical"

    def _of_a_number(self, at: int) -> bool:
        """Say whether the unit before lexeme `at` belongs to a number before it."""
        before = self.lexemes[at - 1] if at else None
        if before is None:
            return False
        return before.kind == "number" or before.lower in self.words.starters

    def _restated(self, number: Number) -> Number:
        """ "forty-five (45)", «881 913 (восемьсот …)»: the number twice."""
        at = number.end
        if at >= len(self.lexemes) or self.lexemes[at].text != "(":
            return number
        again = (
            parse(self.words, self.lexemes, at + 1)
            if at + 1 < len(self.lexemes)
            else None
        )
        if again is None or again.value != number.value:
            return number
        if again.end < len(self.lexemes) and self.lexemes[again.end].text == ")":
            return replace(number, end=again.end + 1)
        return number

    def _unit_after(self, number: Number) -> tuple[Unit | None, int, bool]:
        at = number.end
        is_large = number.scale != 1
        glued = self._glued_unit(number)
        if glued is not None:
            return glued, at, False
        if number.is_fraction:
            for skipped in (self.words.of, self.words.articles):
                if at < len(self.lexemes) and self.lexemes[at].lower in skipped:
                    at += 1
        if number.doubtful is not None and self._is_scale(number):
            return None, at, False
        found = self.units.after(self.lexemes, at, is_large=is_large)
        if found is not None:
            return found[0], found[1], False
        if (
            at + 1 < len(self.lexemes)
            and self.lexemes[at].text in _TIGHT
            and self.lexemes[at + 1].joined
            and self.lexemes[at + 1].kind == "word"
        ):
            found = self.units.after(self.lexemes, at + 1, is_large=is_large)
            return (found[0], found[1], True) if found else (None, at, True)
        return None, number.end, False

    def _glued_unit(self, number: Number) -> Unit | None:
        word = self.lexemes[number.start].lower
        prefix = self.words.half_prefix
        if not prefix or not number.is_fraction or not word.startswith(prefix):
            return None
        for entry in self.units.by_first.get(word[len(prefix) :], ()):
            if len(entry.words) == 1:
                return entry.unit
        return None

    def _is_scale(self, number: Number) -> bool:
        """Say whether "m" or «т» is a scale here: money or a counted thing follows."""
        at = number.end + 1
        if at < len(self.lexemes) and self.lexemes[at].text == ".":
            at += 1
        if at >= len(self.lexemes):
            return False
        found = self.units.after(self.lexemes, at)
        if found is not None:
            return found[0].kind in ("money", "physical", "coin") and (
                found[0].kind != "physical" or len(self.lexemes[at].text) > 2
            )
        lexeme = self.lexemes[at]
        return (
            bool(self.units.after_unit)
            and lexeme.kind == "word"
            and lexeme.lower not in self.units.after_unit
            and lexeme.text.islower()
        )

    def _doubtful(self, number: Number) -> tuple[Number, Unit | None, int]:
        assert number.doubtful is not None
        end = number.end + 1
        if end < len(self.lexemes) and self.lexemes[end].text == ".":
            end += 1
        number = _scaled(number, number.doubtful, end)
        found = self.units.after(self.lexemes, end, is_large=True)
        return (number, *found) if found is not None else (number, None, end)

    # several numerals, one quantity

    def _joined(self, atoms: list[_Atom]) -> list[_Atom]:
        """Add "5 feet" and "10 inches", "20 dollars" and "43 cents"."""
        joined: list[_Atom] = []
        for atom in atoms:
            one = self._sum(joined[-1], atom) if joined else None
            if one is None:
                joined.append(atom)
            else:
                joined[-1] = one
        return joined

    def _sum(self, left: _Atom, right: _Atom) -> _Atom | None:
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

    def _split_decimals(self, left: _Atom, right: _Atom) -> _Atom | None:
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
        self, left: _Atom, right: _Atom, between: list[str]
    ) -> _Atom | None:
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

    # bounds and ranges

    def _bounded(self, atom: _Atom) -> _Atom:
        left, outer = self.bounds.left_of(self.lexemes, atom.start)
        right, end = self.bounds.right_of(self.lexemes, atom.end)
        if atom.is_inverted:
            left = stronger(left, "approx")
        return replace(atom, bound=stronger(left, right), outer=outer, outer_end=end)

    def _ranged(self, atoms: list[_Atom]) -> list[Quantity]:
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

    def _is_score(self, left: _Atom, right: _Atom) -> bool:
        """Say whether this is "6-3": two small numbers that cannot be a range."""
        dash = self.lexemes[left.end] if left.end + 1 == right.start else None
        if dash is None or dash.text not in _TIGHT or not dash.joined:
            return False
        if left.unit is not None or right.unit is not None:
            return False
        literals = left.number.literal, right.number.literal
        return None not in literals and left.number.value >= right.number.value

    def _range(self, left: _Atom, right: _Atom) -> list[Quantity] | None:
        join = tuple(x.lower for x in self.lexemes[left.outer_end : right.outer])
        if join not in self.bounds.joins:
            return None
        opened = self.bounds.opener_left_of(self.lexemes, left.outer)
        if opened is not None and join in opened[0].join:
            opener, outer = opened
        elif join in self.bounds.bare_join and self._may_span(left, right, join):
            opener, outer = None, left.outer
        else:
            return None
        pair = _shared(left, right)
        if pair is None:
            return None
        left, right = pair
        low, high = _value(left), _value(right)
        if join == ("…",) and low > high:  # «0…-5°»
            left, right, low, high = right, left, high, low
        if opener is not None and opener.is_pair:
            return [
                self._single(replace(left, bound=left.bound or "exact")),
                self._single(replace(right, bound=right.bound or "exact")),
            ]
        if low >= high and not (opener is not None and opener.is_change):
            return None
        return [self._span(left, right, opener, outer)]

    def _may_span(self, left: _Atom, right: _Atom, join: tuple[str, ...]) -> bool:
        """A dash between words is punctuation; "10% to $5" is a step and a level."""
        if left.unit and right.unit and left.unit.symbol != right.unit.symbol:
            return False
        if join[0] not in _DASHES:
            return True
        dash = self.lexemes[left.outer_end]
        after = self.lexemes[left.outer_end + 1]
        return dash.joined == after.joined or right.unit is not None

    def _span(
        self, left: _Atom, right: _Atom, opener: Opener | None, outer: int
    ) -> Quantity:
        parts = (self._single(left), self._single(right))
        bound = stronger(left.bound, right.bound)
        one = self._quantity(right, bound or "exact")
        return replace(
            one,
            start=self.lexemes[outer].start,
            core_start=parts[0].core_start,
            low=parts[0].low if bound != "max" else one.low,
            has_scale=one.has_scale or parts[0].has_scale,
            opener=opener,
            parts=parts,
            literal=None,
        )

    def _single(self, atom: _Atom) -> Quantity:
        """Make a quantity; "from 5" and «до 5» alone mean a bound, the verb willing."""
        if atom.bound is not None:
            return self._quantity(atom, atom.bound)
        opened = self.bounds.opener_left_of(self.lexemes, atom.outer)
        if opened is None or opened[0].solo is None:
            return self._quantity(atom, "exact")
        opener, outer = opened
        one = self._quantity(replace(atom, outer=outer), opener.solo or "exact")
        return replace(one, opener=opener)

    def _quantity(self, atom: _Atom, bound: Bound) -> Quantity:
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
            doubtful=number.doubtful,
            inner_start=self.lexemes[atom.start].start,
        )


def _scaled(number: Number, scale: Decimal, end: int) -> Number:
    return replace(
        number,
        end=end,
        value=number.value * scale,
        scale=scale,
        literal=None,
        doubtful=None,
    )


def _merged(left: _Atom, right: _Atom, unit: Unit, more: Decimal) -> _Atom:
    value = left.number.value + more
    number = replace(
        left.number, value=value, mantissa=value, end=right.number.end, literal=None
    )
    return replace(left, number=number, end=right.end, unit=unit)


def _value(atom: _Atom) -> Decimal:
    return atom.number.value * (atom.unit.factor if atom.unit else 1)


def _shared(left: _Atom, right: _Atom) -> tuple[_Atom, _Atom] | None:
    """Share unit and scale: "5 to 7 million cars", «от 10 долларов до 20»."""
    if left.unit and right.unit and left.unit.symbol != right.unit.symbol:
        return _converted(left, right)
    number = left.number
    if (
        number.scale == 1
        and right.number.scale != 1
        and (left.unit is None or left.start < number.start)
        and number.value < right.number.mantissa
    ):
        number = _scaled(number, right.number.scale, number.end)
    unit = left.unit or right.unit
    return replace(left, number=number, unit=unit), replace(
        right, unit=right.unit or unit
    )


def _converted(left: _Atom, right: _Atom) -> tuple[_Atom, _Atom] | None:
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
