"""Fractions and decimals in words: "two and a half", «пять десятых», "3/4"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.figures_forms import PLURAL
from nlp.figures_lex import Lexeme
from nlp.figures_reading import HYPHENS, Number, read_numeral, scale_at
from nlp.figures_words import Numerals


def with_fraction(words: Numerals, lexemes: Sequence[Lexeme], number: Number) -> Number:
    """Return `number` with the decimals or the fraction that follows it, if any."""
    for tail in (_decimal_words, _added, _whole, _over_denominator, _mixed):
        longer = tail(words, lexemes, number)
        if longer is not None:
            return longer
    return number


def _rescaled(
    words: Numerals, lexemes: Sequence[Lexeme], number: Number, end: int, value: Decimal
) -> Number:
    """Return `number` with a new value, times the scale that follows it."""
    scale = scale_at(words, lexemes[end] if end < len(lexemes) else None)
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
        part = read_numeral(words, lexemes, at, joins=False)
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
    part = _part_at(words, lexemes, at) if at < len(lexemes) else None
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
    if lexeme.text in HYPHENS and at + 1 < len(lexemes) and lexemes[at + 1].joined:
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
            below = read_numeral(words, lexemes, at + length)
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
        if end < len(lexemes) and lexemes[end].text in HYPHENS:
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
    part = bare_fraction(words, lexemes, at) or _part_at(words, lexemes, at)
    if part is None or not part.is_fraction or part.value >= 1:
        return None
    value = number.value + part.value
    return replace(number, end=part.end, value=value, mantissa=value, literal=None)


def _part_at(words: Numerals, lexemes: Sequence[Lexeme], at: int) -> Number | None:
    """Read "3/4", «пять десятых»: a numeral over a denominator."""
    number = read_numeral(words, lexemes, at, joins=False)
    return None if number is None else _over_denominator(words, lexemes, number)


def half_of_a_scale(
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
    for skipped in (HYPHENS, words.of, words.articles, HYPHENS):
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


def bare_fraction(words: Numerals, lexemes: Sequence[Lexeme], at: int) -> Number | None:
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
