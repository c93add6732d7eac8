"""Russian names in the nominative, for showing which outlet is cited."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from spacy.tokens import Doc, Token

from nlp.russian import parses_of

_CASES = {"Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
_LINKS = frozenset(
    {"amod", "det", "appos", "flat", "flat:name", "nummod", "nummod:gov", "conj"}
)
_WORDS = frozenset({"NOUN", "PROPN", "ADJ", "DET", "NUM"})


def nominative(doc: Doc, start: int, end: int) -> str:
    """Return the text of a token range with its head's case made nominative.

    Only words that agree with the head change; what the head governs stays.
    """
    span = doc[start:end]
    top = span.root
    case = _case(top)
    if not case or top.pos_ not in _WORDS:
        return str(span.text)
    out: list[str] = []
    for token in span:
        word = token.text
        agrees = token.i == top.i or _agrees(token, top, case, start, end)
        if token.pos_ in _WORDS and agrees:
            form = _inflected(word, token.pos_, _CASES[case], _number(token))
            word = _cased(form, word)
        out.append(word + token.whitespace_)
    return "".join(out).strip()


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
    parses: list[Any] = parses_of(word.lower())

    def rank(parse: Any) -> tuple[bool, bool, bool, float]:
        tag = parse.tag
        kinds = {"ADJ": ("ADJF", "PRTF"), "DET": ("ADJF",), "NUM": ("NUMR",)}
        wanted = kinds.get(pos, ("NOUN",))
        return tag.POS in wanted, tag.case == case, tag.number == number, parse.score

    best = max(parses, key=rank)
    if best.tag.case != case:
        return word
    # the form knows its number better than the tagger: «Гранкам» are many
    wanted = {"nomn"} if pos == "NUM" else {"nomn", best.tag.number or number}
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
