"""A quantity in its sentence: its tokens, counted noun and verb of change."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache

from spacy.tokens import Doc, Token

from molva.deeds import CHANGES
from nlp.acts import act_of
from nlp.data import load
from nlp.extensions import starts_of, text_of
from nlp.figures_bounds import bounds
from nlp.figures_find import Quantity
from nlp.figures_lex import lex
from nlp.figures_words import numerals
from nlp.russian import parses_of
from nlp.units import units

_NOUNS = {"NOUN", "PROPN"}
_OPENING = {"«", "„", "“"}
#: What a number may count, or stand before.
_COUNTABLE = {"NOUN", "PROPN", "ADJ", "DET", "NUM", "SYM", "X"}
_BEFORE_NOUN = {"ADJ", "DET", "ADV"}
#: Adjectives and participles between a number and its noun, at most.
_MAX_GAP = 6
#: A verb of change governs at most this far to its right.
_MAX_REACH = 18
#: From "by" to the end of a step there are at most so many tokens.
_MAX_STEP = 8
#: "(up " is as long as what opens a step in brackets.
_MAX_ASIDE = 14
#: Characters behind a noun that may hold its bound.
_AHEAD = 40


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of figures.toml."""

    labels: frozenset[str]
    strong_labels: frozenset[str]
    streets: frozenset[str]
    sources: frozenset[str]
    uncounted: frozenset[str]
    collectives: frozenset[str]
    according: frozenset[str]
    numbers: frozenset[str]
    determiners: frozenset[str]
    workers: frozenset[str]
    posts: frozenset[str]
    stakes: frozenset[str]
    venues: frozenset[str]
    homes: frozenset[str]
    sums: frozenset[str]
    capital: frozenset[str]
    makers: frozenset[str]
    places: frozenset[str]
    inside: frozenset[str]
    by_piece: frozenset[str]
    pieces: frozenset[str]
    worth: frozenset[str]
    to: frozenset[str]
    at: frozenset[str]
    out_of: frozenset[str]
    by: frozenset[str]
    steps: frozenset[str]
    multiples: frozenset[str]
    take_from: frozenset[str]
    durations: frozenset[str]
    definite: frozenset[str]
    ones: frozenset[str]
    ages: frozenset[str]
    shares: frozenset[str]
    more: frozenset[str]
    odds: frozenset[str]
    points: frozenset[str]
    per: frozenset[str]
    change: frozenset[str]
    units_of: frozenset[str]
    through: frozenset[str]
    attributes: dict[str, str]
    deeds: dict[str, dict[str, str]]


@cache
def words(lang: str) -> Words:
    """Return the word lists of `lang`."""
    data = load(lang, "figures")
    tables = {"attributes", "deeds"}
    return Words(
        attributes=_turned_round(data["attributes"]),
        deeds={kind: _turned_round(acts) for kind, acts in data["deeds"].items()},
        **{
            name: frozenset(data[name])
            for name in Words.__dataclass_fields__
            if name not in tables
        },
    )


def _turned_round(table: dict[str, list[str]]) -> dict[str, str]:
    return {lemma: name for name, lemmas in table.items() for lemma in lemmas}


@dataclass(frozen=True, slots=True)
class Place:
    """A quantity of a doc: its tokens `first` to `last` (inclusive) and its noun."""

    doc: Doc
    lang: str
    quantity: Quantity
    first: int
    last: int
    after: int
    noun: Token | None

    @property
    def value(self) -> float:
        """The upper end, as a plain number."""
        return float(self.quantity.high)

    @property
    def before(self) -> Token | None:
        """The token before the bound words, or None at the start of its line."""
        outer = bisect_right(starts_of(self.doc), self.quantity.start) - 1
        return _neighbour(self.doc, min(outer, self.first) - 1)

    @property
    def is_bare(self) -> bool:
        """Say whether neither a unit nor a noun tells what is counted."""
        return self.quantity.unit is None and self.noun is None


def place(doc: Doc, quantity: Quantity, lang: str) -> Place | None:
    """Return where `quantity` stands among the tokens of `doc`."""
    starts = starts_of(doc)
    first = bisect_right(starts, quantity.core_start) - 1
    last = bisect_right(starts, quantity.core_end - 1) - 1
    after = bisect_right(starts, quantity.end - 1)
    if first < 0:
        return None
    noun = None
    if quantity.unit is None or quantity.unit.symbol == "time":
        finder = _NOUN_FINDERS[lang]
        noun = finder(doc, quantity, last, after)
    if noun is None and quantity.unit is None and lang == "ru":
        turned = _turned(doc, quantity, first, after)
        if turned is not None:
            noun = turned
            quantity = replace(
                quantity,
                start=turned.idx,
                inner_start=turned.idx,
                bound="approx" if quantity.bound == "exact" else quantity.bound,
            )
    if noun is not None and noun.lemma_.lower() in words(lang).ones:
        noun = None  # "400 units, 200 electric ones"
    if noun is not None and quantity.bound == "exact":
        quantity = _bounded_after(doc, noun, quantity, lang)
    return Place(doc, lang, quantity, first, last, after, noun)


def _turned(doc: Doc, quantity: Quantity, first: int, after: int) -> Token | None:
    """Return the noun of «человек триста», «машин на триста»: about 300."""
    if quantity.literal is not None or not first or quantity.parts:
        return None
    noun = doc[first - 1]
    if first > 1 and noun.lower_ in numerals("ru").turning:
        noun = doc[first - 2]
    if noun.i and (doc[noun.i - 1].pos_ == "NUM"):
        return None
    closes = after >= len(doc) or (
        doc[after].pos_ not in _COUNTABLE or "Cmp" in doc[after].morph.get("Degree", [])
    )
    if not closes or noun.pos_ != "NOUN" or noun.idx >= quantity.start:
        return None
    is_many = any({"gent", "plur"} in p.tag for p in parses_of(noun.lower_))
    return noun if is_many else None


def _bounded_after(doc: Doc, noun: Token, quantity: Quantity, lang: str) -> Quantity:
    """Read the bound behind the counted noun: "1,000 cars or more"."""
    end = noun.idx + len(noun)
    ahead = lex(text_of(doc)[end : end + _AHEAD])
    bound, size = bounds(lang).right_of(ahead, 0)
    if bound is None or size < 2:  # one word may belong to what follows
        return quantity
    return replace(quantity, bound=bound, end=end + ahead[size - 1].end)


def _neighbour(doc: Doc, at: int) -> Token | None:
    if not 0 <= at < len(doc) or "\n" in doc[at].text:
        return None
    return doc[at]


def _noun_after(doc: Doc, quantity: Quantity, last: int, after: int) -> Token | None:
    """Return the last noun of the English noun phrase behind the number."""
    if quantity.is_hyphenated:  # "a 500-bed hospital" counts beds
        unit = doc[last + 2] if last + 2 < len(doc) else None
        return unit if unit is not None and unit.pos_ in _NOUNS else None
    part = _part_of(doc, quantity, after)
    if part is not None:
        return part
    governed = _governed(doc, last)
    if governed is not None:
        return governed
    found: Token | None = None
    for at in range(after, min(after + _MAX_GAP, len(doc))):
        token = doc[at]
        if _is_noun(token):
            found = token
            continue
        if found is not None or not _is_attribute(token):
            break
    if found is None or not _agrees(found, quantity):
        return None
    return found


def _part_of(doc: Doc, quantity: Quantity, after: int) -> Token | None:
    """Return the hotels of "three of its hotels"."""
    if quantity.is_hyphenated or not after + 2 < len(doc) or doc[after].lower_ != "of":
        return None
    if doc[after + 1].lower_ not in words("en").determiners:
        return None
    for token in doc[after + 2 : after + 2 + _MAX_GAP]:
        if token.pos_ == "NUM" or not (_is_noun(token) or _is_attribute(token)):
            return None
        if token.tag_ in {"NNS", "NNPS"}:
            return token
    return None


def _is_noun(token: Token) -> bool:
    """Nouns, and names with digits ("A320s"), whatever the tagger thinks of them."""
    if "\n" in token.text:
        return False
    return token.pos_ in _NOUNS or (
        token.text[0].isupper() and any(c.isdigit() for c in token.text)
    )


def _governed(doc: Doc, last: int) -> Token | None:
    token = doc[last]
    while token.dep_ in {"nummod", "compound", "quantmod"} and token.head.i > token.i:
        token = token.head
        if token.pos_ in _NOUNS and token.tag_ in {"NNS", "NNPS"}:
            break
    if token.i == last or token.pos_ not in _NOUNS or token.i - last > _MAX_GAP:
        return None
    between = doc[last + 1 : token.i]
    if any(
        (t.pos_ in {"CCONJ", "ADP"} and not _is_hyphenated(t))
        or (t.is_punct and t.text not in "-'\"“”")
        for t in between
    ):
        return None
    return token if token.tag_ != "NNP" or token.dep_ == "nummod" else None


def _is_attribute(token: Token) -> bool:
    return (
        token.pos_ in _BEFORE_NOUN - {"DET"}
        or token.tag_ in {"VBN", "VBG"}
        or token.text in {"-", "–"}
        or _is_hyphenated(token)
    ) and "\n" not in token.text


def _is_hyphenated(token: Token) -> bool:
    """Say whether the token is half of a compound: "pick-up points"."""
    doc, sides = token.doc, (token.i - 1, token.i + 1)
    return any(0 <= i < len(doc) and doc[i].text == "-" for i in sides)


def _agrees(noun: Token, quantity: Quantity) -> bool:
    if noun.tag_ in {"NNS", "NNPS"} or quantity.high == 1:
        return True
    if noun.text[-1] == "s" and noun.text[0].isupper():
        return True
    return quantity.is_hyphenated or noun.lower_ == noun.lemma_.lower() + "s"


def _noun_after_russian(
    doc: Doc, quantity: Quantity, last: int, after: int
) -> Token | None:
    """Return the first noun behind the number in a case that a number governs."""
    if after + 1 < len(doc) and doc[after].lower_ == "из":
        is_part = doc[after + 1].lower_ in words("ru").determiners
        after += 2 if is_part else 0
    for at in range(after, min(after + _MAX_GAP, len(doc))):
        token = doc[at]
        if "\n" in token.text:
            return None
        if token.is_space:
            continue
        if token.pos_ in _NOUNS:
            before = doc[at - 1] if at > after else None
            if before is not None and _is_apart(before, token):
                return before
            if at - 1 > after and doc[at - 1].text in _OPENING:
                return doc[at - 2]  # «двух буровых „Арктикмаш“»: another's name
            return token if _is_counted(token, quantity) else None
        if not _is_russian_attribute(token):
            return _substantive(doc[at - 1]) if at > after else None
    return None


def _substantive(word: Token) -> Token | None:
    """«9 тыс. заболевших»: a participle or adjective of people counts as a noun."""
    people = any(
        "Subx" in p.tag or (p.tag.POS == "PRTF" and {"gent", "plur"} in p.tag)
        for p in parses_of(word.lower_)
    )
    return word if people and "Plur" in word.morph.get("Number", []) else None


def _is_apart(before: Token, noun: Token) -> bool:
    """«шести сухогрузов дедвейтом 5 тыс. т»: a rare noun that looks an adjective."""
    if before.pos_ not in {"ADJ", "VERB"}:
        return False
    if any("gent" in p.tag for p in parses_of(noun.lower_)):
        return False
    return before.lower_.endswith(("ов", "ев")) or _substantive(before) is not None


def _is_russian_attribute(token: Token) -> bool:
    if token.pos_ in {"ADJ", "DET"}:
        return True
    if token.pos_ == "VERB":  # a short form has no case: «в трёх обнаружен вирус»
        is_participle = "Part" in token.morph.get("VerbForm", [])
        return is_participle and bool(token.morph.get("Case", []))
    if token.text[0].isdigit() and "-" in token.text:  # «64 14-метровых телескопа»
        return token.text[-1].isalpha()
    return token.text in {"«", '"', "“", "„"}


def _is_counted(noun: Token, quantity: Quantity) -> bool:
    case = noun.morph.get("Case", [])
    if noun.lower_ in units("ru").alone:
        return False
    rest = int(abs(quantity.high)) % 100
    few = rest % 10 in {1, 2, 3, 4} and rest // 10 != 1
    if case == ["Nom"]:
        return few or quantity.high % 1 != 0 or _may_be_genitive(noun.text)
    if case == ["Gen"] or not case:
        return True
    # oblique cases agree («с двумя заводами»); digits hide the case
    return quantity.literal is not None or not quantity.has_scale


def _may_be_genitive(word: str) -> bool:
    """«5 тыс. человек», «60 тыс. авто»: the tagger takes these for nominatives."""
    return any({"gent", "plur"} in p.tag for p in parses_of(word.lower()))


_NOUN_FINDERS = {"en": _noun_after, "ru": _noun_after_russian}


def change_before(place: Place) -> Token | None:
    """Return the nearest word of change that governs the quantity from the left."""
    known = words(place.lang).change
    doc = place.doc
    for at in range(place.first - 1, max(-1, place.first - _MAX_REACH), -1):
        token = doc[at]
        if token.is_sent_start and at != place.first - 1 and token.is_punct:
            return None
        if token.text in {";", "\n"}:
            return None
        if act_of(token, place.lang) in CHANGES or token.lemma_.lower() in known:
            return token
        if token.is_sent_start:
            return None
    return None


def is_after_step(place: Place) -> bool:
    """Say whether this is the level after a step: «взлетела на треть, до 5 млрд»."""
    doc, known = place.doc, words(place.lang)
    at = bisect_right(starts_of(doc), place.quantity.start) - 2
    if at >= 0 and doc[at].text == ",":
        at -= 1
    has_number = False
    for token in reversed(list(doc[max(0, at - _MAX_STEP) : at + 1])):
        has_number = has_number or token.like_num or token.lower_ in known.steps
        if token.lower_ in known.by:
            return has_number
        if token.pos_ == "VERB" or token.is_sent_start or token.text in {";", "\n"}:
            break
    return at >= 0 and doc[at].lower_ in known.multiples


def is_governed(place: Place) -> bool:
    """Say whether "from" belongs to a verb: «отказаться от 12 самолётов»."""
    known, unit = words(place.lang).take_from, place.quantity.unit
    if unit is not None and unit.kind != "percent":
        return False
    head = (place.noun or place.doc[place.last]).head
    near = (head, head.head, place.before)
    return any(t is not None and t.lemma_.lower() in known for t in near)


def is_other_end(place: Place, last: Place) -> bool:
    """Say whether this is the other end of a change that words part from the first.

    "Quickened to 9.9% in March, from 9.5%"; «с 50% три года назад до 73%».
    """
    one, other = place.quantity.unit, last.quantity.unit
    if one is None or other is None or one.symbol != other.symbol:
        return False
    if last.before is None or not goes_on(place, last):
        return False
    known = words(place.lang)
    ends = {"min": known.to | known.at, "max": known.out_of}
    return last.before.lower_ in ends.get(place.quantity.bound, ())


def goes_on(place: Place, last: Place) -> bool:
    """Say whether `place` stands in the sentence of `last`, with no verb between."""
    between = place.doc[last.last + 1 : place.first]
    return len(between) <= _MAX_REACH and not any(
        t.pos_ == "VERB" or t.is_sent_start or "\n" in t.text for t in between
    )


def is_aside(place: Place, last: Place) -> bool:
    """Say whether this is the step in brackets: "revenue of $5bn (+11%)"."""
    unit, at = place.quantity.unit, last.quantity.end
    if unit is None or unit.kind != "percent":
        return False
    between = text_of(place.doc)[at : place.quantity.core_start]
    return len(between) <= _MAX_ASIDE and between.lstrip(" .").startswith("(")
