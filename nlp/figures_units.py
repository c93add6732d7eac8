"""The unit in the record, own or shared: «7,4 млрд рублей из 10 млрд»."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from spacy.tokens import Token

from nlp.extensions import text_of
from nlp.figures_context import Place, words
from nlp.figures_measure import measure_of
from nlp.russian import parses_of

_INFINITIVE = ("ть", "ться", "ти", "тись", "чь")
#: Smaller numbers without a unit may be anything.
_COUNT = 100
#: A dropped unit is that of a figure at most so many tokens before.
_MAX_BACK = 25
#: … for a small number, so many.
_MAX_NEAR = 5
#: Percents between it and the figure that lends it, at most.
_MAX_SKIP = 3
#: … or of one right behind: "5 of 10 million dollars".
_MAX_AHEAD = 4


def unit_of(place: Place) -> str | None:
    """Return the figure's own unit: a symbol, a currency, or the noun's lemma."""
    unit = place.quantity.unit
    if unit is not None:
        return unit.symbol
    return noun_lemma(place.noun) if place.noun is not None else None


def noun_lemma(noun: Token) -> str:
    """Return the dictionary form of a counted noun, spelled as the text spells it.

    Of a participle that counts people it is «заболевший», not the verb's infinitive;
    «самолет», not «самолёт», where the text writes no ё.
    """
    lemma = noun.lemma_.lower()
    if lemma.endswith(_INFINITIVE):
        lemma = _participle(noun.lower_) or lemma
    return lemma if "ё" in text_of(noun.doc) else lemma.replace("ё", "е")


@cache
def _participle(word: str) -> str | None:
    for parse in parses_of(word):
        if parse.tag.POS == "PRTF":
            form = parse.inflect({"nomn", "sing", "masc"})
            return str(form.word) if form is not None else None
    return None


def with_shared_units(
    places: Sequence[Place],
) -> list[tuple[Place, str | None]]:
    """Return each place with its unit; one without takes that of a neighbour."""
    own = [unit_of(p) for p in places]
    for i, (one, other) in enumerate(pairwise(places)):
        if _are_points(one, own[i], other, own[i + 1]):
            own[i] = "pp"
    found: list[tuple[Place, str | None]] = []
    for i, one in enumerate(places):
        unit = own[i]
        if unit is None and i + 1 < len(places):
            unit = _from_right(one, places[i + 1], own[i + 1])
        if unit is None and i:
            unit = _from_left(one, *_lender(one, found))
        if unit is None and i + 1 < len(places):
            unit = _money_ahead(one, places[i + 1])
        if unit is None and one.is_bare:
            unit = _from_number_of(one)
        if unit is None and i:
            unit = _money_before(one, *found[i - 1])
        if unit is None and i:
            unit = _of_same_measure(one, *found[i - 1])
        found.append((one, unit))
    return found


def _are_points(
    one: Place, unit: str | None, other: Place, following: str | None
) -> bool:
    """ "Rose 1.6 points to 88.3%": points of percent."""
    known = words(one.lang)
    if following != "%" or unit not in known.points or one.is_bare:
        return False
    between = one.doc[one.after : other.first]
    inner = [t.lower_ for t in between if t.lower_ not in known.points]
    return len(inner) == 1 and inner[0] in known.to


def _lender(
    one: Place, found: Sequence[tuple[Place, str | None]]
) -> tuple[Place, str | None]:
    """Return the figure whose unit `one` may share: millions are no percents."""
    for place, unit in found[-1 : -_MAX_SKIP - 1 : -1]:
        if not one.quantity.has_scale or unit not in {"%", "pp"}:
            return place, unit
    return found[-1]


def _money_ahead(one: Place, other: Place) -> str | None:
    """«Сократился на 2 млрд и составил 31 млрд рублей»: both are in roubles."""
    unit = other.quantity.unit
    is_money = unit is not None and unit.kind == "money" and other.quantity.has_scale
    if not (one.is_bare and one.quantity.has_scale and is_money) or unit is None:
        return None
    between = one.doc[one.after : other.first]
    is_near = len(between) <= _MAX_NEAR and not any(t.is_sent_start for t in between)
    return unit.symbol if is_near else None


def _money_before(one: Place, other: Place, unit: str | None) -> str | None:
    """«… 5 млрд рублей. Ранее инвестиции оценивались в 4 млрд»: roubles as well."""
    lent = other.quantity.unit
    is_money = lent is not None and lent.kind == "money" and other.quantity.has_scale
    if not (is_money and one.is_bare and one.quantity.has_scale):
        return None
    between = one.doc[other.after : one.first]
    is_far = len(between) > 2 * _MAX_BACK or "\n" in between.text
    return None if is_far or _counts_others(one, other) else unit


def _from_right(one: Place, other: Place, unit: str | None) -> str | None:
    between = one.doc[one.after : other.first]
    if unit is None or unit == "%" or len(between) > _MAX_AHEAD or not len(between):
        return None
    known = words(one.lang).shares
    if not any(t.lower_ in known for t in between) or _counts_others(one, other):
        return None
    return None if any(t.pos_ in {"VERB", "NOUN"} for t in between) else unit


def _from_number_of(one: Place) -> str | None:
    """Read the stores of "the number of its stores rose from 61 to 78"."""
    known = words(one.lang).numbers
    doc = one.doc
    for at in range(one.first - 1, max(-1, one.first - _MAX_BACK), -1):
        token = doc[at]
        if token.lemma_.lower() in known and token.pos_ == "NOUN":
            if "Loc" in token.morph.get("Case", []):
                return None  # «в числе ориентиров»: among them
            noun = _counted_by(token)
            return noun_lemma(noun) if noun is not None else None
        if token.is_sent_start or token.text in {";", "\n"}:
            return None
    return None


def _counted_by(number: Token) -> Token | None:
    for child in number.children:
        inside = child.children if child.lower_ == "of" else (child,)
        for noun in inside:
            is_many = "Plur" in noun.morph.get("Number", [])
            if noun.i > number.i and noun.pos_ == "NOUN" and is_many:
                return noun
    return None


def _of_same_measure(one: Place, other: Place, unit: str | None) -> str | None:
    """ "Zarya sold 64,000 vans. Sales would exceed 250,000": the same is counted."""
    is_near = 0 < one.first - other.last <= 2 * _MAX_BACK
    if unit is None or other.noun is None or not one.is_bare or not is_near:
        return None
    if one.value < _COUNT or "\n" in one.doc[other.after : one.first].text:
        return None
    measure = measure_of(one)
    return unit if measure is not None and measure == measure_of(other) else None


def _from_left(one: Place, other: Place, unit: str | None) -> str | None:
    if unit is None or one.first - other.last > _MAX_BACK:
        return None
    if _counts_others(one, other):
        return None
    between = one.doc[other.after : one.first]
    if any(t.is_sent_start for t in between) or "\n" in between.text:
        return None
    if unit in {"%", "pp"} and one.value >= 100:
        return None
    if not (one.value >= 100 or one.quantity.has_scale):
        near = between[:_MAX_NEAR]
        known = words(one.lang).shares
        if other.noun is not None and _is_elliptic(one):
            return unit
        if len(between) > _MAX_NEAR or not any(t.lower_ in known for t in near):
            return None
    if one.doc[one.first].is_sent_start:
        return None
    return unit


def _counts_others(one: Place, other: Place) -> bool:
    """ "Makes 300,000 tyres and employs 1,100": not tyres."""
    known = words(one.lang)
    if other.noun is None or other.noun.lemma_.lower() in known.workers | known.posts:
        return False
    return measure_of(one) == "staff"


def _is_elliptic(one: Place) -> bool:
    """Say whether the noun is left out: «в том числе 12 новых», "15 more"."""
    doc, more = one.doc, words(one.lang).more
    following = doc[one.after] if one.after < len(doc) else None
    before = one.doc[one.first - 1] if one.first else None
    if any(t is not None and t.lower_ in more for t in (before, following)):
        return True
    if one.lang != "ru" or following is None or following.pos_ != "ADJ":
        return False
    return bool({"Gen", "Acc"} & set(following.morph.get("Case", [])))
