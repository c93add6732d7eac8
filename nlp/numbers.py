"""Read numerals: digits with any separators, number words, and mixtures of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.figures_forms import PLURAL, SINGULAR, Numbers
from nlp.figures_lex import Lexeme
from nlp.figures_words import Numerals, literal_value

_HYPHENS = frozenset("-‐‑–")
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


def parse(
    words: Numerals, lexemes: Sequence[Lexeme], at: int, *, joins: bool = True
) -> Number | None:
    """Return the numeral that starts at lexeme `at`, or None.

    `joins=False` keeps "a hundred and two hundred" apart (after "between").
    """
    fraction = _half_of_a_scale(words, lexemes, at)
    if fraction is not None:
        return fraction
    reading = _Reading(words, lexemes, at)
    first = reading.peek()
    has_article = first is not None and first.lower in words.articles
    if has_article:
        reading.at += 1
    while reading.count < _MAX_LENGTH and _step(reading, bare=has_article):
        reading.count += 1
        _connect(reading, joins=joins)
    if reading.count == 0:
        return _fraction(words, lexemes, at)
    return _finish(reading)


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
    scale = _scale_at(reading.words, following)
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


def _scale_at(words: Numerals, lexeme: Lexeme | None) -> Decimal | None:
    if lexeme is None or lexeme.kind != "word":
        return None
    if lexeme.lower in words.scales:
        return words.scales[lexeme.lower][0]
    return words.short.get(lexeme.text) or words.short.get(lexeme.lower)


def _read_word(reading: _Reading, lexeme: Lexeme, *, bare: bool) -> bool:
    words = reading.words
    lower = lexeme.lower
    if lower in words.values:
        return reading.add(words.values[lower])
    if lower in words.multipliers:
        return reading.multiply(*words.multipliers[lower], bare=bare)
    if lower in words.scales:
        return reading.close(*words.scales[lower], bare=bare)
    return _read_short(reading, lexeme)


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
    is_inside = after is not None and not after.text[:1].isupper()
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
    if lexeme.text not in _HYPHENS or lexeme.joined != following.joined:
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


def _finish(reading: _Reading) -> Number:
    words = reading.words
    value, mantissa = reading.value, reading.value / (reading.first_scale or 1)
    number = Number(
        start=reading.start,
        end=reading.at,
        value=value,
        mantissa=mantissa,
        scale=reading.first_scale or Decimal(1),
        literal=reading.literal if reading.count == 1 else None,
        needs_bound=reading.needs_bound,
        doubtful=reading.doubtful,
    )
    for tail in (_decimal_words, _added, _whole, _over_denominator, _mixed):
        longer = tail(words, reading.lexemes, number)
        if longer is not None:
            return longer
    return number


def _rescaled(
    words: Numerals, lexemes: Sequence[Lexeme], number: Number, end: int, value: Decimal
) -> Number:
    """Return `number` with a new value, times the scale that follows it."""
    scale = _scale_at(words, lexemes[end] if end < len(lexemes) else None)
    if scale is None or number.scale != 1:
        return replace(number, end=end, value=value, mantissa=value, literal=None)
    return replace(
        number,
        end=end + 1,
        value=value * scale,
        mantissa=value,
        scale=scale,
        literal=None,
    )


def _decimal_words(
    words: Numerals, lexemes: Sequence[Lexeme], number: Number
) -> Number | None:
    """Read "three point five", «1 точка 1»: the digits after the point."""
    at = number.end
    if at >= len(lexemes) or lexemes[at].lower not in words.points:
        return None
    digits = ""
    at += 1
    while at < len(lexemes):
        lexeme = lexemes[at]
        if lexeme.kind == "number" and lexeme.text.isdigit() and not digits:
            digits, at = lexeme.text, at + 1
            break
        if lexeme.lower not in words.values or words.values[lexeme.lower] % 1:
            break
        part = parse(words, lexemes, at, joins=False)
        if part is None:
            break
        digits += str(int(part.mantissa))
        at = part.end if part.scale == 1 else at + 1
        if part.scale != 1:
            break
    if not digits:
        return None
    value = number.value + Decimal(f"0.{digits}")
    return _rescaled(words, lexemes, number, at, value)


def _added(words: Numerals, lexemes: Sequence[Lexeme], number: Number) -> Number | None:
    """Read "two and a half million", «три с половиной», «миллион с четвертью»."""
    for length in (4, 3, 2):
        end = number.end + length
        phrase = tuple(x.lower for x in lexemes[number.end : end])
        if len(phrase) == length and phrase in words.added:
            value = number.value + words.added[phrase] * number.scale
            return _rescaled(words, lexemes, number, end, value)
    return None


def _whole(words: Numerals, lexemes: Sequence[Lexeme], number: Number) -> Number | None:
    """Read «три целых (и) пять десятых»."""
    at = number.end
    if at >= len(lexemes) or lexemes[at].lower not in words.whole:
        return None
    at += 1
    if at < len(lexemes) and lexemes[at].lower in words.whole_join:
        at += 1
    part = parse(words, lexemes, at) if at < len(lexemes) else None
    if part is None or not part.is_fraction:
        return None
    value = number.value + part.value
    return _rescaled(words, lexemes, number, part.end, value)


def _over_denominator(
    words: Numerals, lexemes: Sequence[Lexeme], number: Number
) -> Number | None:
    """Read "two thirds", «пять десятых», "one over three", "3/4"."""
    if number.scale != 1 or number.value % 1 or number.end >= len(lexemes):
        return None
    at = number.end
    lexeme = lexemes[at]
    if lexeme.text in _HYPHENS and at + 1 < len(lexemes) and lexemes[at + 1].joined:
        at += 1
        lexeme = lexemes[at]
    compound = _compound_denominator(words, lexemes, number)
    if compound is not None:
        return compound
    denominator = words.denominators.get(lexeme.lower)
    if denominator is not None and number.literal is None:
        return _part(number, at + 1, number.value / denominator)
    if lexeme.text in {"/", "⁄"}:
        return _slash(words, lexemes, number, at + 1)
    for length in (1, 2):
        phrase = tuple(x.lower for x in lexemes[at : at + length])
        if phrase in words.over and number.value < 10:
            below = parse(words, lexemes, at + length)
            if below is not None and below.value > number.value and below.scale == 1:
                return _part(number, below.end, number.value / below.value)
    return None


def _compound_denominator(
    words: Numerals, lexemes: Sequence[Lexeme], number: Number
) -> Number | None:
    """Read "one twenty-fifth", "twenty thirty-fifths": tens and an ordinal."""
    for at in (number.end - 1, number.end):
        tens = words.values.get(lexemes[at].lower) if at < len(lexemes) else None
        if tens is None or not 20 <= tens < 100 or number.literal is not None:
            continue
        end = at + 1
        if end < len(lexemes) and lexemes[end].text in _HYPHENS:
            end += 1
        ones = (
            words.denominators.get(lexemes[end].lower) if end < len(lexemes) else None
        )
        if ones is None or ones >= 10:
            continue
        above = number.value - tens if at < number.end else number.value
        if above > 20 * tens and above % 100:
            above /= 100  # "one twenty" was taken for 120
        return _part(number, end + 1, (above or 1) / (tens + ones))
    return None


def _slash(
    words: Numerals, lexemes: Sequence[Lexeme], number: Number, at: int
) -> Number | None:
    below = lexemes[at] if at < len(lexemes) else None
    if below is None or not below.text.isdigit() or not int(below.text):
        return None
    return _part(number, at + 1, number.value / int(below.text))


def _part(number: Number, end: int, value: Decimal) -> Number:
    return replace(
        number, end=end, value=value, mantissa=value, literal=None, is_fraction=True
    )


def _mixed(words: Numerals, lexemes: Sequence[Lexeme], number: Number) -> Number | None:
    """Read "10 1/2" and "five and three quarters"."""
    at = number.end
    if at < len(lexemes) and lexemes[at].lower in words.joins:
        at += 1
    elif number.literal is None or not number.literal.isdigit():
        return None
    if at + 1 >= len(lexemes) or number.scale != 1:
        return None
    if at == number.end and lexemes[at + 1].text not in {"/", "⁄"}:
        return None
    part = _fraction(words, lexemes, at) or _plain_fraction(words, lexemes, at)
    if part is None or not part.is_fraction or part.value >= 1:
        return None
    value = number.value + part.value
    return replace(number, end=part.end, value=value, mantissa=value, literal=None)


def _plain_fraction(
    words: Numerals, lexemes: Sequence[Lexeme], at: int
) -> Number | None:
    part = parse(words, lexemes, at, joins=False)
    return part if part is not None and part.is_fraction else None


def _half_of_a_scale(
    words: Numerals, lexemes: Sequence[Lexeme], at: int
) -> Number | None:
    """Read "half a million", "a quarter of a billion", «четверть миллиона»."""
    start = at
    if at < len(lexemes) and lexemes[at].lower in words.articles:
        at += 1
    if at >= len(lexemes) or lexemes[at].lower not in words.fractions:
        return None
    share = words.fractions[lexemes[at].lower]
    at += 1
    for skipped in (_HYPHENS, words.of, words.articles, _HYPHENS):
        if at < len(lexemes) and lexemes[at].lower in skipped:
            at += 1
    lexeme = lexemes[at] if at < len(lexemes) else None
    if lexeme is None or lexeme.kind != "word":
        return None
    table = {**words.multipliers, **words.scales}
    scale, numbers = table.get(lexeme.lower, (None, PLURAL))
    if scale is None or numbers == PLURAL:
        return None
    return Number(
        start=start, end=at + 1, value=share * scale, mantissa=share, scale=scale
    )


def _of_one(words: Numerals, lexemes: Sequence[Lexeme], at: int) -> bool:
    """Say whether "of a" stands at lexeme `at`: "tenth of a gallon"."""
    return (
        at + 1 < len(lexemes)
        and lexemes[at].lower in words.of
        and lexemes[at + 1].lower in words.articles
    )


def _fraction(words: Numerals, lexemes: Sequence[Lexeme], at: int) -> Number | None:
    """Read a bare "half", "a fifth", "a couple (of)": loose, no figure by itself."""
    start = at
    has_article = at < len(lexemes) and lexemes[at].lower in words.articles
    if has_article:
        at += 1
    if at >= len(lexemes):
        return None
    lower = lexemes[at].lower
    end = at + 1
    if lower in words.loose:
        if end < len(lexemes) and lexemes[end].lower in words.of:
            end += 1
        value = words.loose[lower]
        return Number(start=start, end=end, value=value, mantissa=value, is_loose=True)
    if lower in words.fractions:
        value = words.fractions[lower]
    elif lower in words.denominators and (has_article or _of_one(words, lexemes, end)):
        value = Decimal(1) / words.denominators[lower]
    else:
        return None
    return Number(start=start, end=end, value=value, mantissa=value, is_fraction=True)
