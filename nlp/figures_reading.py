"""Read one numeral from left to right: digits, number words and scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nlp.figures_forms import PLURAL, SINGULAR, Numbers
from nlp.figures_lex import Lexeme
from nlp.figures_words import Numerals, literal_value

HYPHENS = frozenset("-‐‑–")
_THOUSAND = 1000
#: A word ends the search for more of a numeral after this many lexemes.
_MAX_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral: lexemes `start` to `end`, its value and what it was written with.

    `mantissa` and `scale` are kept apart, because "5 to 7 million" shares the scale.
    """

    start: int
    end: int
    value: Decimal
    mantissa: Decimal
    scale: Decimal = Decimal(1)
    literal: str | None = None
    is_fraction: bool = False
    is_loose: bool = False
    needs_bound: bool = False
    doubtful: Decimal | None = None


class _Reading:
    """The state of one numeral while its lexemes are read from left to right."""

    def __init__(self, words: Numerals, lexemes: Sequence[Lexeme], at: int) -> None:
        self.words = words
        self.lexemes = lexemes
        self.at = at
        self.start = at
        self.total = Decimal(0)
        self.group: Decimal | None = None
        self.slot = Decimal(0)
        self.scale: Decimal | None = None
        self.first_scale: Decimal | None = None
        self.literal: str | None = None
        self.has_literal = False
        self.count = 0
        self.needs_bound = False
        self.doubtful: Decimal | None = None

    def peek(self, offset: int = 0) -> Lexeme | None:
        at = self.at + offset
        return self.lexemes[at] if at < len(self.lexemes) else None

    @property
    def value(self) -> Decimal:
        return self.total + (self.group or 0)

    def add(self, value: Decimal) -> bool:
        """Add a number word below the last one ("two hundred" + "five")."""
        if self.group is None:
            self.group = value
        elif value < self.slot and not self.has_literal_group():
            self.group += value
        elif self._is_colloquial(value):
            self.group = self.group * 100 + value
        else:
            return False
        self.slot = _slot(value)
        return True

    def has_literal_group(self) -> bool:
        return self.has_literal and self.total == 0

    def _is_colloquial(self, value: Decimal) -> bool:
        return (
            self.words.is_colloquial
            and self.group is not None
            and not self.has_literal
            and self.total == 0
            and self.count == 1
            and 1 <= self.group < 10 <= value < 100
            and value >= 20
        )

    def multiply(self, factor: Decimal, numbers: Numbers, *, bare: bool) -> bool:
        """Apply "hundred" or "dozen" to what stands before it."""
        if self.group is None:
            if not self._may_be_bare(numbers, bare=bare):
                return False
            self.group = Decimal(1)
        elif self.group >= 100 and factor >= 100 and not self.has_literal:
            return False
        self.group *= factor
        self.slot = factor
        return True

    def close(self, scale: Decimal, numbers: Numbers, *, bare: bool) -> bool:
        """Apply "thousand", "million" … to what stands before it."""
        if self.group is None and self.scale is not None:
            if scale <= self.scale:
                return False
            self.total *= scale  # «тысяч миллиардов», "lakh crore"
            self.scale = scale
            self.first_scale = (self.first_scale or 1) * scale
            return True
        if self.group is None:
            if not self._may_be_bare(numbers, bare=bare):
                return False
            self.group = Decimal(1)
        if self.scale is not None and scale >= self.scale:
            return False
        self.total += self.group * scale
        self.group, self.slot = None, Decimal(0)
        self.scale = scale
        self.first_scale = self.first_scale or scale
        return True

    def _may_be_bare(self, numbers: Numbers, *, bare: bool) -> bool:
        if self.total or numbers == PLURAL:
            return False
        if numbers != SINGULAR and not bare:
            self.needs_bound = True
        return True


def _slot(value: Decimal) -> Decimal:
    if value >= 100:
        return Decimal(100)
    return Decimal(10) if value >= 20 else Decimal(0)


#: No count in the news has more digits; account numbers and keys do.
LARGEST = Decimal(10) ** 18


def read_numeral(
    words: Numerals, lexemes: Sequence[Lexeme], at: int, *, joins: bool = True
) -> Number | None:
    """Return the numeral that starts at lexeme `at`, without fractions, or None."""
    reading = _Reading(words, lexemes, at)
    first = reading.peek()
    has_article = first is not None and first.lower in words.articles
    if has_article:
        reading.at += 1
    while reading.count < _MAX_LENGTH and _step(reading, bare=has_article):
        reading.count += 1
        _connect(reading, joins=joins)
    if reading.count == 0 or reading.value >= LARGEST:
        return None
    scale = reading.first_scale or Decimal(1)
    return Number(
        start=reading.start,
        end=reading.at,
        value=reading.value,
        mantissa=reading.value / scale,
        scale=scale,
        literal=reading.literal if reading.count == 1 else None,
        needs_bound=reading.needs_bound,
        doubtful=reading.doubtful,
    )


def _step(reading: _Reading, *, bare: bool) -> bool:
    """Read one more lexeme into the numeral; False where it cannot be part of it."""
    lexeme = reading.peek()
    if lexeme is None or lexeme.kind == "sign":
        return False
    read = _read_literal if lexeme.kind == "number" else _read_word
    if not read(reading, lexeme, bare=bare):
        return False
    reading.at += 1
    return True


def _read_literal(reading: _Reading, lexeme: Lexeme, *, bare: bool) -> bool:
    following = reading.peek(1)
    scale = scale_at(reading.words, following)
    value = literal_value(
        lexeme.text,
        comma_is_decimal=reading.words.comma_is_decimal,
        is_scaled=scale is not None,
    )
    if reading.count == 0 and not bare:
        reading.literal = lexeme.text
    elif not _continues(reading, lexeme, scale):
        return False
    reading.group = value
    reading.slot = Decimal(0)
    reading.has_literal = True
    return True


def _continues(reading: _Reading, lexeme: Lexeme, scale: Decimal | None) -> bool:
    """«3 миллиарда 200 миллионов», «12 тысяч 500»: digits go on after a scale."""
    if reading.scale is None or reading.group is not None or not lexeme.text.isdigit():
        return False
    if scale is not None:
        return scale < reading.scale
    return (
        reading.words.comma_is_decimal
        and reading.scale == _THOUSAND
        and len(lexeme.text) == 3
    )


def scale_at(words: Numerals, lexeme: Lexeme | None) -> Decimal | None:
    """Return the scale that `lexeme` names ("million", «млрд»), or None."""
    if lexeme is None or lexeme.kind != "word":
        return None
    if lexeme.lower in words.scales:
        return words.scales[lexeme.lower][0]
    return words.short.get(lexeme.text) or words.short.get(lexeme.lower)


def _read_word(reading: _Reading, lexeme: Lexeme, *, bare: bool) -> bool:
    words = reading.words
    lower = lexeme.lower
    if lower in words.values:
        is_other = reading.count > 0 and _begins_compound(reading)
        return not is_other and reading.add(words.values[lower])
    if lower in words.multipliers:
        return reading.multiply(*words.multipliers[lower], bare=bare)
    if lower in words.scales:
        return reading.close(*words.scales[lower], bare=bare)
    return _read_short(reading, lexeme)


def _begins_compound(reading: _Reading) -> bool:
    """ "$500 million five-year loan": a word of its own, no more of the numeral."""
    hyphen, after = reading.peek(1), reading.peek(2)
    if hyphen is None or after is None or hyphen.text not in HYPHENS:
        return False
    is_joined = hyphen.joined and after.joined and after.kind == "word"
    return is_joined and after.lower not in reading.words.starters


def _read_short(reading: _Reading, lexeme: Lexeme) -> bool:
    """Read "млн", "bn", "k" after digits; "m" and «т» are left to the units."""
    words = reading.words
    text = lexeme.text
    if reading.group is None or reading.count == 0:
        return False
    if text in words.doubtful:
        reading.doubtful = words.doubtful[text]
        return False
    scale = words.short.get(text)
    if scale is None and len(text) > 1:
        scale = words.short.get(lexeme.lower)
    if scale is None or (len(text) == 1 and not _may_be_letter(reading, lexeme)):
        return False
    if not reading.close(scale, SINGULAR, bare=True):
        return False
    dot, after = reading.peek(1), reading.peek(2)
    is_inside = after is not None and not after.text.istitle()
    if dot is not None and dot.text == "." and dot.joined and is_inside:
        reading.at += 1
    return True


def _may_be_letter(reading: _Reading, lexeme: Lexeme) -> bool:
    """A one-letter scale follows digits, and no name follows it ("5 K Street")."""
    return reading.has_literal and (lexeme.joined or lexeme.text in "kKMкКB")


def _connect(reading: _Reading, *, joins: bool) -> None:
    """Step over a hyphen or "and" where the numeral goes on behind it."""
    lexeme = reading.peek()
    following = reading.peek(1)
    if lexeme is None or following is None or reading.doubtful is not None:
        return
    words = reading.words
    if following.kind == "word" and (
        _hyphen_joins(reading, lexeme, following)
        or (joins and _and_joins(reading, lexeme, following))
    ):
        reading.at += 1
    elif lexeme.lower in words.joins and following.lower in words.articles:
        return


def _hyphen_joins(reading: _Reading, lexeme: Lexeme, following: Lexeme) -> bool:
    if lexeme.text not in HYPHENS or lexeme.joined != following.joined:
        return False
    words = reading.words
    value = words.values.get(following.lower)
    if value is not None:
        return reading.group is not None and value < reading.slot
    return following.joined and (
        following.lower in words.multipliers or following.lower in words.scales
    )


def _and_joins(reading: _Reading, lexeme: Lexeme, following: Lexeme) -> bool:
    words = reading.words
    if lexeme.lower not in words.joins:
        return False
    value = words.values.get(following.lower)
    if value is None or reading.has_literal:
        return False
    after_scale = reading.group is None and reading.scale is not None
    return after_scale or (reading.slot == 100 and value < 100)
