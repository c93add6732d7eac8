"""What a figure counts, as it stands in the text: "new cars" of "600 new cars"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

from nlp.acts import act_of
from nlp.figures_context import Place, words

_NOUNS = {"NOUN", "PROPN"}
_MODIFIERS = {"amod", "compound", "nmod", "flat", "flat:name"}
#: Of these acts the noun names what is counted: "oil output", «экспорт пшеницы».
_THINGS = {
    "produced", "sold", "bought", "ordered", "shipped", "delivered", "exported",
    "imported", "transported", "used", "processed", "stored", "built", "registered",
}  # fmt: skip
#: From a figure to the noun of its act there are at most so many words up the tree.
_MAX_CLIMB = 4
_SUBJECTS = {"nsubj", "nsubj:pass", "nsubjpass", "obj", "dobj"}


def counted(place: Place) -> str | None:
    """Return what is counted, as it stands in the text without the number.

    Of "600 new cars" that is "new cars"; of "units of X" and of measures and money
    it is X; of "X (400 units)" the noun before the bracket; of "exports of X rose to
    400 units" X.
    """
    noun = place.noun
    if noun is None:
        return _content_of(place.doc[place.after - 1], place) or _thing(place)
    if noun.lemma_.lower() in words(place.lang).units_of:
        return _content_of(noun, place) or _bracketed(place) or _thing(place)
    return _phrase(noun, place.after)


def _thing(place: Place) -> str | None:
    """Return the oil of "oil output rose to 9.8 million barrels"."""
    unit = place.quantity.unit
    if unit is not None and unit.kind not in {"physical", "counted"}:
        return None
    for word in _above(place.noun or place.doc[place.last]):
        nouns = [word, *(c for c in word.children if c.dep_ in _SUBJECTS)]
        for noun in nouns:
            if noun.pos_ == "NOUN" and act_of(noun, place.lang) in _THINGS:
                return _of_noun(noun, place.lang)
        if word.pos_ == "VERB" and word.dep_ != "conj":
            return None
    return None


def _above(token: Token) -> Iterator[Token]:
    for _ in range(_MAX_CLIMB):
        if token.head.i == token.i:
            return
        token = token.head
        yield token


def _of_noun(act: Token, lang: str) -> str | None:
    """Return the noun that an act noun is about, makers and places left out."""
    makers = words(lang).makers
    for child in act.children:
        inside = child.children if child.lower_ == "of" else (child,)
        for noun in inside:
            is_about = noun.dep_ in {"compound", "pobj", "nmod"} and noun.pos_ == "NOUN"
            is_case = lang == "en" or noun.morph.get("Case", []) == ["Gen"]
            if is_about and is_case and noun.lemma_.lower() not in makers:
                return _phrase(noun, min(noun.left_edge.i, noun.i))
    return None


def _content_of(head: Token, place: Place) -> str | None:
    """Return the noun after "of", or the Russian genitive after a measure."""
    doc, at = place.doc, head.i + 1
    if at >= len(doc):
        return None
    following = doc[at]
    if place.lang == "ru":
        at_noun = _genitive(doc[at : at + 4])
        return _phrase(at_noun, at) if at_noun is not None else None
    if following.lower_ != "of":
        return None
    inside = [c for c in following.children if c.dep_ == "pobj" and c.pos_ in _NOUNS]
    if not inside or any(c.dep_ == "nummod" for c in inside[0].children):
        return None  # "7.4 of the 10 billion dollars"
    return _phrase(inside[0], at + 1)


def _genitive(tokens: Iterable[Token]) -> Token | None:
    for token in tokens:
        is_genitive = token.morph.get("Case", []) == ["Gen"]
        if token.pos_ in _NOUNS and is_genitive:
            return token
        if token.pos_ not in {"ADJ", "DET"} or not is_genitive:
            return None
    return None


def _bracketed(place: Place) -> str | None:
    """ "Electric vehicles (200 units)"."""
    before = place.before
    if before is None or before.text != "(" or before.i == 0:
        return None
    noun = place.doc[before.i - 1]
    return _phrase(noun, 0) if noun.pos_ in _NOUNS else None


def _phrase(noun: Token, floor: int) -> str:
    """Return the noun with the adjectives and nouns that stand right before it."""
    start = noun.i
    while start - 1 >= floor:
        token = noun.doc[start - 1]
        is_hyphen = token.text in {"-", "–"} and start < noun.i
        if not is_hyphen and (
            token.dep_ not in _MODIFIERS or token.pos_ in {"NUM", "DET", "ADP"}
        ):
            break
        start -= 1
    while noun.doc[start].text in {"-", "–"}:
        start += 1
    return noun.doc[start : noun.i + 1].text
