"""Which quantities are no figures of the news: a flat list of named rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from spacy.tokens import Token

from molva.model import EventDate
from nlp.data import load
from nlp.extensions import text_of
from nlp.figures_context import Place, words

_YEARS = range(1800, 2100)
#: Below this a number word may be an idiom, a hyphenated one a design ("five-door").
_SMALL = 20
_AGES = range(10, 110)


def is_loose(place: Place) -> bool:
    """Such as "A dollar", "a couple", a bare fraction: no count at all."""
    quantity = place.quantity
    if quantity.is_loose:
        tokens = place.doc[place.first : place.last + 1]
        known = words(place.lang).collectives
        return place.noun is None or not any(t.lower_ in known for t in tokens)
    return quantity.is_fraction and (quantity.unit is None)


def is_plural_alone(place: Place) -> bool:
    """«тысячи машин» is vague, «около тысячи машин» is not."""
    quantity = place.quantity
    return quantity.needs_bound and quantity.bound == "exact"


def is_time(place: Place) -> bool:
    """Durations, ages in years and clock times; multiples are a change."""
    unit = place.quantity.unit
    if unit is not None:
        return unit.kind in ("time", "multiple")
    noun = place.noun
    return noun is not None and noun.lemma_.lower() in words(place.lang).durations


def is_year(place: Place) -> bool:
    """A bare four-digit number of our centuries, unless a plural noun is counted."""
    quantity = place.quantity
    literal = quantity.literal or ""
    if quantity.parts:
        literal = next((p.literal for p in quantity.parts if p.literal), "")
    if len(literal) != 4 or not literal.isdigit():
        return False
    if quantity.unit is not None:  # «2014 г.»
        return quantity.unit.symbol == "g"
    if int(literal) not in _YEARS:
        return False
    noun = place.noun
    if noun is None:
        return True
    return place.lang == "en" and int(literal) % 100 != 0 and quantity.bound == "exact"


def is_labelled(place: Place) -> bool:
    """Such as "Article 5", "No. 44", «ФЗ-44», "Top 10": numbered, not counted."""
    if place.quantity.unit is not None or place.quantity.has_scale:
        return False
    before = place.before
    if before is None or place.quantity.start != place.quantity.core_start:
        return False
    known = words(place.lang)
    if before.text == "." and before.i:
        before = before.doc[before.i - 1]
    word = before.lower_.rstrip(".")
    if word in known.strong_labels:
        return place.quantity.literal is not None
    return before.lower_ in known.labels and place.noun is None


def is_address(place: Place) -> bool:
    """Such as "12 Main Street", «ул. Мира, 5»."""
    if place.quantity.unit is not None or place.quantity.literal is None:
        return False
    known = words(place.lang).streets
    doc = place.doc
    near = doc[max(0, place.first - 4) : place.first]
    if any(t.lower_ in known for t in near) and place.noun is None:
        return True
    ahead = doc[place.after : place.after + 3]
    return any(t.text[:1].isupper() and t.lower_ in known for t in ahead) and all(
        t.text[:1].isupper() for t in ahead[:1]
    )


def is_in_a_name(place: Place) -> bool:
    """The number of a model: "iPhone 15", "Boeing 737", «Москвич 3», "737 MAX"."""
    quantity = place.quantity
    if quantity.unit is not None or quantity.has_scale or quantity.parts:
        return False
    literal = quantity.literal or ""
    before = place.before
    if _is_version(literal) and quantity.bound == "exact":
        return before is not None and _is_name(before)
    if not literal.isdigit() or quantity.start != quantity.core_start:
        return False
    value = int(literal)
    if before is not None and _is_name(before):
        return not (place.noun is not None and value >= 100 and value % 50 == 0)
    following = place.doc[place.after] if place.after < len(place.doc) else None
    if following is None or not following.text.isupper() or len(following.text) < 2:
        return False
    return place.noun in (None, following) and value % 10 != 0


def _is_version(literal: str) -> bool:
    """Say whether this is the 2.0 of "One UI 2.0 beta"."""
    whole, point, tail = literal.partition(".")
    return point == "." and len(whole) < 3 and len(tail) == 1 and whole.isdigit()


def is_a_rating(place: Place) -> bool:
    """Such as "(12+)": for whom a show is, not how many."""
    quantity = place.quantity
    if not place.is_bare or quantity.bound != "min" or quantity.literal is None:
        return False
    sign = text_of(place.doc)[quantity.core_end : quantity.end]
    return sign.strip() == "+" and quantity.literal in _RATINGS


#: The ages that shows, films and books are marked with.
_RATINGS = {"0", "3", "6", "7", "12", "13", "14", "16", "17", "18", "21"}


def is_a_score(place: Place) -> bool:
    """Such as "0-40", "won 0-2": a range of small numbers from nought."""
    quantity = place.quantity
    is_range = bool(quantity.parts) and quantity.opener is None
    return is_range and place.is_bare and quantity.low == 0 and quantity.high < 100


def is_a_title(place: Place) -> bool:
    """«Пять углов», "the Four Seasons": a number word that begins a name."""
    quantity = place.quantity
    first = place.doc[place.first]
    if quantity.literal is not None or quantity.has_scale or not first.text.istitle():
        return False
    before = first.nbor(-1) if first.i else None
    if before is None or first.is_sent_start:
        return False
    noun = place.noun
    if before.text in _QUOTES and noun is not None:
        closing = place.doc[noun.i + 1 : noun.i + 2].text
        return before.text != '"' and closing in _CLOSING
    return noun is not None and noun.text.istitle() and not before.is_punct


_QUOTES = {"«", "„", "“"}
_CLOSING = {"»", "”", "“"}


def _is_name(token: Token) -> bool:
    if not token.text[:1].isupper():
        return False
    return token.pos_ == "PROPN" or (
        not token.is_sent_start and token.pos_ in {"NOUN", "X"}
    )


def is_one(place: Place) -> bool:
    """Such as "One of them", «один из»: a pronoun more often than a count."""
    quantity = place.quantity
    if quantity.unit is not None or quantity.has_scale or quantity.parts:
        return False
    tokens = place.doc[place.first : place.last + 1]
    return len(tokens) == 1 and tokens[0].lower_ in words(place.lang).ones


def is_odds(place: Place) -> bool:
    """Such as "one in 10": a share of what is named elsewhere."""
    doc, at, known = place.doc, place.first, words(place.lang)
    if at < 2 or doc[at - 1].lower_ not in known.odds:
        return False
    return doc[at - 2].pos_ == "NUM" and place.quantity.unit is None


def is_source(place: Place) -> bool:
    """Such as "Two sources said", «трое собеседников»: the attribution counts them."""
    noun = place.noun
    if place.quantity.unit is not None or place.value >= _SMALL:
        return False
    known = words(place.lang).sources
    if noun is None:
        return False
    lemma = noun.lemma_.lower()
    if lemma in words(place.lang).uncounted:
        return True
    if f"{lemma} {_next(place, noun.i)}" in known:
        return True
    if lemma in known and " " not in lemma and lemma not in {"person", "people"}:
        return True
    return _speaks(noun, place.lang)


def _speaks(noun: Token, lang: str) -> bool:
    """ "Two employees told …", "according to three suppliers": whoever speaks."""
    head = noun.head
    if noun.dep_ in {"nsubj", "nsubj:pass"}:
        return head.pos_ == "VERB" and head.lemma_.lower() in speech_verbs(lang)
    by = head.head if head.dep_ == "agent" else None
    if by is not None and noun.dep_ == "pobj":
        return by.lemma_.lower() in speech_verbs(lang)
    before = noun.doc[max(noun.left_edge.i - 3, 0) : noun.i]
    phrase = " ".join(t.lower_ for t in before)
    return any(f"{cue} " in f"{phrase} " for cue in words(lang).according)


@cache
def speech_verbs(lang: str) -> frozenset[str]:
    """Return the verbs whose subject speaks, from the data of attribution."""
    data = load(lang, "attribution")
    found: set[str] = set()
    for name in ("say", "confirm", "deny", "think", "estimate"):
        value = data["verbs"][name]
        found.update(value.split() if isinstance(value, str) else value)
    return frozenset(found)


def _next(place: Place, at: int) -> str:
    return place.doc[at + 1].lower_ if at + 1 < len(place.doc) else ""


def is_definite(place: Place) -> bool:
    """Such as "The two companies", «эти три завода»: counted before."""
    before = place.before
    return (
        before is not None
        and place.quantity.unit is None
        and place.quantity.literal is None
        and place.value < _SMALL
        and not place.quantity.parts
        and before.lower_ in words(place.lang).definite
    )


def is_age(place: Place) -> bool:
    """Such as "Aged 45", "John Smith, 45, said"."""
    quantity = place.quantity
    if quantity.unit is not None or place.noun is not None or quantity.parts:
        return False
    before = place.before
    if before is None or int(place.value) not in _AGES:
        return False
    ages = words(place.lang).ages
    if before.lower_ in ages:
        return True
    if before.i > 1 and before.nbor(-1).like_num and before.nbor(-2).lower_ in ages:
        return True  # "aged 34 and 41"
    following = place.doc[place.after] if place.after < len(place.doc) else None
    return (
        before.text == ","
        and before.i > 0
        and before.doc[before.i - 1].ent_type_ in {"PERSON", "PER"}
        and following is not None
        and following.text in {",", "."}
    )


def is_design(place: Place) -> bool:
    """Such as "Five-door", «5-дверный»: how a thing is made, not how many."""
    quantity = place.quantity
    if not quantity.is_hyphenated or quantity.unit is not None:
        return False
    return place.lang == "ru" or place.value < _SMALL or place.noun is None


def is_idle(place: Place) -> bool:
    """A small number with neither unit, noun nor bound says nothing by itself."""
    quantity = place.quantity
    if not place.is_bare or quantity.has_scale:
        return False
    return place.value < 100 and quantity.bound == "exact"


#: In order of application; the first that holds drops the quantity.
RULES: Sequence[Callable[[Place], bool]] = (
    is_loose,
    is_plural_alone,
    is_time,
    is_year,
    is_one,
    is_odds,
    is_design,
    is_labelled,
    is_address,
    is_in_a_name,
    is_a_rating,
    is_a_score,
    is_a_title,
    is_source,
    is_definite,
    is_age,
)


def is_figure(place: Place) -> bool:
    """Say whether no rule drops the quantity."""
    return not any(rule(place) for rule in RULES)


def outside_dates(places: list[Place], dates: Sequence[EventDate]) -> list[Place]:
    """Leave out what a date has taken, unless money, percent or a measure is in it."""
    taken = sorted((d.start, d.end) for d in dates)
    kept: list[Place] = []
    at = 0
    for one in places:
        while at < len(taken) and taken[at][1] <= one.quantity.core_start:
            at += 1
        unit = one.quantity.unit
        is_strong = unit is not None and unit.kind in ("money", "percent", "physical")
        overlaps = at < len(taken) and taken[at][0] < one.quantity.core_end
        if is_strong or not overlaps:
            kept.append(one)
    return kept
