"""Russian noun phrases in the nominative, for showing who speaks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from spacy.tokens import Doc, Token

from nlp.russian import analyzer

_CASES = {"Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
_LINKS = frozenset(
    {"amod", "det", "appos", "flat", "flat:name", "nummod", "nummod:gov", "conj"}
)
_WORDS = frozenset({"NOUN", "PROPN", "ADJ", "DET", "NUM"})


def nominative(
    doc: Doc, start: int, end: int, head: int | None = None, count: int | None = None
) -> str:
    """Return the text of a token range with its head's case made nominative.

    Only words that agree with the head change; what the head governs stays. `count`
    is the value of a numeral in words before the head.
    """
    span = doc[start:end]
    top = span.root if head is None else doc[head]
    case = _case(top)
    if not case or top.pos_ not in _WORDS:
        return str(span.text)
    out: list[str] = []
    for token in span:
        word = token.text
        if token.i == top.i and count is not None and count > 1:
            word = _cased(_agreeing(token.lower_, count), word)
        elif token.pos_ in _WORDS and (
            token.i == top.i
            or (
                _agrees(token, top, case, start, end)
                # «трёх источников, близких к …»: adjectives after a numeral stay
                and (count is None or count < 2 or token.i < top.i)
            )
        ):
            form = _inflected(word, token.pos_, _CASES[case], _number(token))
            word = _cased(form, word)
        out.append(word + token.whitespace_)
    return "".join(out).strip()


@lru_cache(maxsize=1024)
def _agreeing(noun: str, count: int) -> str:
    """Inflect the noun after a numeral: «трёх источников» → «три источника»."""
    for parse in analyzer().parse(noun):
        if "NOUN" in parse.tag:
            form: str = parse.normalized.make_agree_with_number(count).word
            return form
    return noun


def _case(token: Token) -> str:
    values = token.morph.get("Case", [])
    return values[0] if values and values[0] in _CASES else ""


def _number(token: Token) -> str:
    return "plur" if "Plur" in token.morph.get("Number", []) else "sing"


def _agrees(token: Token, top: Token, case: str, start: int, end: int) -> bool:
    """Follow agreeing links from `token` up to the head of the phrase."""
    if token.pos_ != "NUM" and _case(token) not in (case, ""):
        return False
    for _ in range(8):
        if token.dep_ not in _LINKS or not start <= token.head.i < end:
            return False
        if token.head.i == top.i:
            return True
        token = token.head
    return False


@lru_cache(maxsize=8192)
def _inflected(word: str, pos: str, case: str, number: str) -> str:
    parses: list[Any] = analyzer().parse(word.lower())

    def rank(parse: Any) -> tuple[bool, bool, bool, float]:
        tag = parse.tag
        kinds = {"ADJ": ("ADJF", "PRTF"), "DET": ("ADJF",), "NUM": ("NUMR",)}
        wanted = kinds.get(pos, ("NOUN",))
        return tag.POS in wanted, tag.case == case, tag.number == number, parse.score

    best = max(parses, key=rank)
    if best.tag.case != case:
        return word
    wanted = {"nomn"} if pos == "NUM" else {"nomn", number}
    form = best.inflect(wanted)
    return form.word if form else word


def _cased(form: str, like: str) -> str:
    if len(like) > 1 and like.isupper():
        return form.upper()
    if "-" in like and like[:1].isupper():
        parts = zip(form.split("-"), like.split("-"), strict=False)
        return "-".join(f.capitalize() if p[:1].isupper() else f for f, p in parts)
    if like[:1].isupper():
        return form[:1].upper() + form[1:]
    return form
