"""Read numerals: digits with any separators, number words, and mixtures of both."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.figures_fractions import bare_fraction, half_of_a_scale, with_fraction
from nlp.figures_lex import Lexeme
from nlp.figures_reading import Number as Number
from nlp.figures_reading import read_numeral
from nlp.figures_words import Numerals


def parse(
    words: Numerals, lexemes: Sequence[Lexeme], at: int, *, joins: bool = True
) -> Number | None:
    """Return the numeral that starts at lexeme `at`, or None.

    `joins=False` keeps "a hundred and two hundred" apart (after "between").
    """
    fraction = half_of_a_scale(words, lexemes, at)
    if fraction is not None:
        return fraction
    number = read_numeral(words, lexemes, at, joins=joins)
    if number is None:
        return bare_fraction(words, lexemes, at)
    return with_fraction(words, lexemes, number)
