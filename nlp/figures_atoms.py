"""Numerals with their units, and what makes a number part of a name instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from molva.model import Bound
from nlp.figures_bounds import Bounds, bounds
from nlp.figures_forms import PLURAL, SINGULAR
from nlp.figures_lex import Lexeme
from nlp.figures_words import Numerals, numerals
from nlp.numbers import Number, parse
from nlp.units import Unit, Units, units

DASHES = frozenset("-‐‑‒–—−")
TIGHT = frozenset("-‑‐–")


@dataclass(frozen=True, slots=True)
class Atom:
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


class AtomScan:
    """One text being cut into atoms; `atoms` is the way in."""

    def __init__(self, lexemes: Sequence[Lexeme], lang: str) -> None:
        self.lexemes = lexemes
        self.words: Numerals = numerals(lang)
        self.units: Units = units(lang)
        self.bounds: Bounds = bounds(lang)

    def atoms(self) -> list[Atom]:
        """Return the numerals of the text with their units, in order."""
        found: list[Atom] = []
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

    def _atom(self, at: int, floor: int) -> Atom | None:
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

    def _one(self, at: int) -> Atom | None:
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
        return Atom(number, at, found[1], found[0])

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
        if before.text in DASHES and first.kind == "number":
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
        if ahead.kind == "word" and dash.text in TIGHT:
            return None
        return at - 1 if ahead.text in "([" else at

    def _is_ordinal(self, number: Number) -> bool:
        """«12-й», "3rd": digits with an ordinal's ending."""
        if number.literal is None or number.end >= len(self.lexemes):
            return False
        ending = self.lexemes[number.end]
        if ending.text in TIGHT and ending.joined:
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
        if following.kind == "number" and following.joined and last.kind == "word":
            return True  # "Twenty20"
        if following.kind != "word" or not following.joined or last.text == ".":
            return False
        if number.doubtful is not None:
            return False
        return self.units.after(self.lexemes, number.end) is None

    def _with_unit(self, number: Number, start: int, floor: int) -> Atom:
        if start < number.start and self.lexemes[start].lower not in self.words.plus:
            number = replace(number, value=-number.value, mantissa=-number.mantissa)
        number = self._restated(number)
        if self._is_scale_turned(number, start):
            scale = self.words.scales[self.lexemes[start - 1].lower][0]
            number = replace(scaled(number, scale, number.end), start=start - 1)
            return replace(self._measured(number, start - 1), is_inverted=True)
        return self._measured(number, start, floor)

    def _is_scale_turned(self, number: Number, start: int) -> bool:
        """Say whether this is «миллионов пятьсот»: about 500 millions."""
        if not self.words.has_inversion or number.literal is not None or not start:
            return False
        _, numbers = self.words.scales.get(self.lexemes[start - 1].lower, (0, SINGULAR))
        is_free = start < 2 or not self._of_a_number(start - 1)
        return numbers == PLURAL and number.scale == 1 and is_free

    def _measured(self, number: Number, start: int, floor: int = 0) -> Atom:
        """Return the atom of a number with the unit beside it."""
        before = self.units.before(self.lexemes, start)
        if before is not None and before[1] < floor:
            before = None
        if before is not None and number.doubtful is not None:
            number = scaled(number, number.doubtful, number.end + 1)
        after, end, hyphen = self._unit_after(number)
        if after is None and number.doubtful is not None:
            number, after, end = self._doubtful(number)
        if before is not None and (after is None or after.kind == "money"):
            same = after is not None and after.symbol == before[0].symbol
            end = end if same else number.end
            return Atom(number, before[1], end, before[0])
        if after is not None:
            return Atom(number, start, end, after, is_hyphenated=hyphen)
        turned = self._turned(number, start)
        if turned is not None and turned[1] >= floor:
            return Atom(number, turned[1], number.end, turned[0], is_inverted=True)
        return Atom(number, start, number.end, is_hyphenated=hyphen)

    def _turned(self, number: Number, start: int) -> tuple[Unit, int] | None:
        """Read «рублей десять», «процентов на сорок»: the unit before its number."""
        turned = self.units.before(self.lexemes, start, words=True)
        if turned is None and start and self.words.has_inversion:
            if self.lexemes[start - 1].lower not in self.words.turning:
                return None
            turned = self.units.before(self.lexemes, start - 1, words=True)
            if turned is None or self.lexemes[turned[1]].lower not in self.words.turned:
                return None
        if turned is None or self._of_a_number(turned[1]):
            return None
        return turned if self._may_turn(number, turned) else None

    def _may_turn(self, number: Number, turned: tuple[Unit, int]) -> bool:
        """«рублей десять»: only where no noun follows that is counted instead."""
        unit = turned[0]
        if unit.kind != "money" and not self.words.has_inversion:
            return False
        if unit.kind not in ("money", "physical", "percent") or unit.is_cents:
            return False
        end = number.end
        closes = end >= len(self.lexemes) or self.lexemes[end].kind == "sign"
        closes = closes or self.lexemes[end].lower in self.words.comparatives
        return closes or unit.kind in ("physical", "percent")

    def _of_a_number(self, at: int) -> bool:
        """Say whether the unit before lexeme `at` belongs to a number before it."""
        before = self.lexemes[at - 1] if at else None
        if before is None:
            return False
        is_scale = before.lower in self.words.short
        return before.kind == "number" or is_scale or self.words.may_start(before.lower)

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
            and self.lexemes[at].text in TIGHT
            and self.lexemes[at + 1].joined
            and self.lexemes[at + 1].kind == "word"
        ):
            if self.bounds.right_of(self.lexemes, at)[0] is not None:
                return None, number.end, False  # "300,000-plus cars"
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
        number = scaled(number, number.doubtful, end)
        found = self.units.after(self.lexemes, end, is_large=True)
        return (number, *found) if found is not None else (number, None, end)


def scaled(number: Number, scale: Decimal, end: int) -> Number:
    """Return `number` times `scale`, which ends at lexeme `end`."""
    return replace(
        number,
        end=end,
        value=number.value * scale,
        scale=scale,
        literal=None,
        doubtful=None,
    )
