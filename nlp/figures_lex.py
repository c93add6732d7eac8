"""Cut a text into digits, words and signs, and blank out what is never a quantity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["number", "word", "sign"]

#: A thousands separator is one of these between groups of three digits.
_BLANK = "[ \u00a0\u2009\u202f\u2007]"
_NUMBER = rf"""
      (?<![^\W_])\d{{1,3}}(?:{_BLANK}\d{{3}})+(?!\d)(?:[.,]\d+)?
    | \d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?
    | \d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)
    | \d{{1,3}}(?:,[ ]000)+(?!\d)
    | \d{{1,3}}(?:\.\d{{3}})+(?!\d)(?:,\d+)?
    | \d{{1,3}}(?:['’]\d{{3}})+(?!\d)(?:[.,]\d+)?
    | \d+[.,]\d+
    | (?<![\w.,])\.\d+
    | \d+
"""
_TOKEN = re.compile(
    rf"(?P<number>(?:{_NUMBER})(?:[eE][+-]?\d{{1,2}}(?![\w]))?)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<sign>[^\w\s]|_|[²³¹])",
    re.VERBOSE,
)

#: Never quantities, whatever the language: addresses of the net, phones, dates in
#: digits, times, versions, scores, networks, numbered things, list numbers.
_MASKS = re.compile(
    r"""
      \b(?:https?://|www\.)\S+
    | (?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]+
    | [#@]\w+
    | \+\d{1,3}[\s(-]{0,2}\d{2,5}[\s)-]{0,2}\d{2,4}(?:[\s-]?\d{2,4}){1,3}
    | \b\d{1,2}[\s-]?\(\d{3,5}\)[\s-]?\d{1,3}(?:[\s-]?\d{2}){2}\b
    | (?<![\d.,])[78](?:[ -]\d{3}){2}(?:[ -]\d{2}){2}(?![\d%])
    | (?<![\d.,])0\d{2,4}(?:[ -]\d{3,4}){2}(?![\d%])
    | \(\d{3}\)\s?\d{3}-\d{4}\b
    | (?<![\w$€£¥₽.,-])\d{1,4}(?:-\d{2,4}){2,4}(?![\w-])
    | (?<![\d.,])\d{1,2}[./]\d{1,2}[./](?:19|20)?\d{2}(?![\d%])
    | (?<![\d.,])(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}(?!\d)(?:T[\d:.+-]+)?
    | (?<![\d.,])\d{1,2}:\d{2}(?::\d{2})?(?!\d)
    | (?<![\d.,])\d{1,3}:\d{1,3}(?!\d)
    | (?<![\d,])\d{1,2}(?:\.\d{1,2}){2,3}(?![\d%])
    | \b[2-6]G\b
    | №\s?\d[\w/.-]*
    | (?:^|\n)[ \t]*\(?\d{1,3}[.)](?=\s)
    | (?<=[\s;:])\d{1,2}\s?\)(?=\s)
    | (?<=\[)\d{1,3}(?=\])
    | \b\d+[xх×]\d+\b
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class Lexeme:
    """A piece of text: `lower` for look-ups, `joined` if nothing stands before it."""

    kind: Kind
    text: str
    lower: str
    start: int
    end: int
    joined: bool


def lex(text: str) -> list[Lexeme]:
    """Return the lexemes of `text`; masked stretches give a sign that joins nothing."""
    masked = _MASKS.sub(lambda m: "\x01" * len(m.group()), text)
    lexemes: list[Lexeme] = []
    end = -1
    for match in _TOKEN.finditer(masked):
        word = match.group()
        start, joined = match.start(), match.start() == end
        end = match.end()
        lower = word.lower().replace("’", "'")
        kind = cast(Kind, match.lastgroup)
        lexemes.append(Lexeme(kind, word, lower, start, end, joined))
    return lexemes
