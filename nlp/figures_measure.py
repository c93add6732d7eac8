"""What a figure measures, the act over it or an attribute: read from the syntax."""

from __future__ import annotations

from spacy.tokens import Token

from molva.deeds import CHANGES
from molva.values import PHYSICAL
from nlp.acts import act_of, content_act, is_stage, vocabulary, with_particle
from nlp.figures_context import Place, words

_NOUNS = {"NOUN", "PROPN"}
_SUBJECTS = {"nsubj", "nsubj:pass", "nsubjpass", "obj", "dobj"}
_MODIFIERS = {"amod", "compound", "nmod", "flat", "flat:name"}
_RELATIVE = {"relcl", "acl:relcl"}
#: From a figure to its verb there are at most so many words up the tree.
_MAX_CLIMB = 7
#: An attribute stands at most so many tokens before its figure.
_NEAR = 7
#: A dash leads to a figure over so many tokens, the words of its bound.
_TO_DASH = 4
_DASHES = {"—", "–", "-"}
#: A subject that no parser found stands at most so many tokens before its verb.
_MAX_BACK = 12
#: "Output rose, doubled and reached": verbs that share one subject, at most.
_MAX_SHARED = 3
#: A verb that hangs so opens a clause of its own: the verb above it is another act.
_CLAUSES = {"conj", "parataxis", "relcl", "acl:relcl", "ccomp"}
#: Measures of money alone.
_MONEY = {
    "borrowed",
    "lent",
    "fined",
    "paid",
    "earned",
    "spent",
    "funded",
    "invested",
    "salary",
}
#: Counts, never of money.
_NO_MONEY = {"staff", "population", "capacity", "hired", "fired", "transported"}
#: What takes money is what the money is put into: "will build a $2bn plant".
_OF_MONEY = dict.fromkeys(
    ("built", "modernized", "developed", "opened", "launched"), "invested"
) | {"arrested": "seized"}
#: What is held, and what may be done with it.
_STAKES = {"owned", "share"}
_DEALS = {
    "bought",
    "sold",
    "transferred",
    "raised",
    "cut",
    "merged",
    "hired",
    "fired",
}
#: A cut of workers is their firing.
_LESS = {"cut", "fell"}
#: Things of which verbs mean more than of others.
_KINDS = {"venues", "homes"}
#: Securities, money and shares of a whole are issued; other things are put somewhere.
_ISSUED = {"money", "percent", "coin"}
#: Units that say themselves what is measured.
_BY_UNIT = {"hp": "power", "km/h": "speed", "mph": "speed", "m/s": "speed"}


def measure_of(place: Place) -> str | None:
    """Return what the figure measures: an act ("produced") or an attribute ("length").

    The words above the figure are asked from the nearest to the farthest. A verb of
    change is no measure: what rose or was raised is.
    """
    unit = place.quantity.unit
    if unit is not None and unit.symbol in _BY_UNIT:
        return _BY_UNIT[unit.symbol]
    if _is_by_piece(place):
        return "priced"
    if _is_where(place):
        return None
    start = place.noun or place.doc[place.last]
    own = _own_measure(start, place) or _adjacent(place) or _verb_before(place)
    kind = _kind(place)
    weak = _STAKES | {"staff"} if kind == "workers" else _STAKES
    if own is not None and own not in weak:
        return own
    held, kind = own, "stake" if own in _STAKES else kind
    for word in _above(start):
        found = _measure(word, place.lang, kind)
        if found is None or not (found := _fitting(found, place)):
            continue
        if found == "fired" and _is_level(place):
            return "staff"
        if found not in weak or word.pos_ not in _NOUNS:
            # "bought a 25% stake": what is done with it says more
            return found if held is None or found in _DEALS else held
        held, kind = held or found, kind if found == "staff" else "stake"
    return held or _price(place) or _equated(place)


def _equated(place: Place) -> str | None:
    """Read «инвестиции в терминал — 18 млрд»: what stands before the dash."""
    doc, lang = place.doc, place.lang
    near = range(place.first - 1, max(-1, place.first - _TO_DASH), -1)
    dash = next((i for i in near if doc[i].text in _DASHES), None)
    if dash is None:
        return None
    for at in range(dash - 1, max(-1, dash - _MAX_BACK), -1):
        token = doc[at]
        if token.pos_ == "VERB" or token.text == "\n":
            return None
        if token.pos_ == "NOUN" and "Nom" in token.morph.get("Case", []):
            found = _one_name(token, lang) or _sum(token, lang)
            return _fitting(found, place) if found else None
    return None


def _sum(noun: Token, lang: str) -> str | None:
    """«Сумма контракта — 9 млрд»: a contract has a price."""
    contracts = vocabulary(lang).contracts
    is_sum = noun.lemma_.lower() in words(lang).sums
    is_of_one = any(child.lemma_.lower() in contracts for child in noun.children)
    return "priced" if is_sum and is_of_one else None


def _is_where(place: Place) -> bool:
    """ "Opened stores in 14 cities": the cities are not opened."""
    known, noun, before = words(place.lang), place.noun, place.before
    if noun is None or before is None:
        return False
    return noun.lemma_.lower() in known.places and before.lower_ in known.inside


def _is_by_piece(place: Place) -> bool:
    """«20 поездов по 1,1 млрд рублей»: the price of each."""
    before, unit = place.before, place.quantity.unit
    is_money = unit is not None and unit.kind == "money"
    known = words(place.lang)
    if not is_money or before is None or before.lower_ not in known.by_piece:
        return False
    following = place.doc[place.after : place.after + 1].text.lower()
    return not known.pieces or following in known.pieces


def _price(place: Place) -> str | None:
    """Read "$9,850 per tonne" and "worth $2bn", whatever the verb says."""
    unit = place.quantity.unit
    if unit is None or unit.kind != "money":
        return None
    known, doc, at = words(place.lang), place.doc, place.after
    if place.before is not None and place.before.lower_ in known.worth:
        return "priced"
    if at + 1 >= len(doc) or doc[at].lower_ not in known.per:
        return None
    piece = doc[at + 1]
    is_thing = piece.pos_ == "NOUN" and piece.lemma_.lower() not in known.durations
    is_one = place.lang == "en" or "Sing" in piece.morph.get("Number", [])
    return "priced" if is_thing and is_one else None


def _is_level(place: Place) -> bool:
    """ "Cut its staff to 900 people": those who stay."""
    openers = words(place.lang).to
    return place.before is not None and place.before.lower_ in openers


def _kind(place: Place) -> str | None:
    """Say of which kind the figure is, as far as verbs mean another deed with it."""
    known, noun, unit = words(place.lang), place.noun, place.quantity.unit
    if noun is not None:
        lemma = noun.lemma_.lower()
        if lemma in known.stakes:
            return "stake"
        if lemma in known.posts:
            return "posts"
        if lemma in known.workers:
            return "workers"
        places = (("venues", known.venues), ("homes", known.homes))
        return next((kind for kind, nouns in places if lemma in nouns), "things")
    if unit is None:
        return None
    if unit.kind == "percent":
        following = place.doc[place.after : place.after + 3]
        is_stake = any(t.lemma_.lower() in known.stakes for t in following)
        return "stake" if is_stake else None
    return {"money": "money", "physical": "things"}.get(unit.kind)


def _fitting(measure: str, place: Place) -> str | None:
    """Return the measure, or what it is of money; None where it has no such figures."""
    unit = place.quantity.unit
    if unit is not None and unit.kind == "money":
        measure = _OF_MONEY.get(measure, measure)
    return measure if _fits(measure, place) else None


def _fits(measure: str, place: Place) -> bool:
    """A length is in units of length: "as high as 80%" has none."""
    unit = place.quantity.unit
    if measure in _MONEY:
        is_other = unit is not None and unit.kind in {"physical", "counted"}
        return place.noun is None and not is_other
    if measure in _NO_MONEY and unit is not None and unit.kind == "money":
        return False
    if measure == "issued" and (unit is None or unit.kind not in _ISSUED):
        known = words(place.lang).stakes
        return place.noun is not None and place.noun.lemma_.lower() in known
    return measure not in PHYSICAL or (unit is not None and unit.kind == "physical")


def _own_measure(start: Token, place: Place) -> str | None:
    """ "5,000 sales", "500 employees": the counted noun itself is the measure."""
    if place.noun is None:
        return None
    act = act_of(start, place.lang)
    if act is not None and act not in CHANGES:
        return act if _fits(act, place) else None
    # «произведённые 600 машин»
    verbs = vocabulary(place.lang).verbs
    done = (verbs.get(c.lemma_.lower()) for c in start.children if c.dep_ == "acl")
    return next((a for a in done if a and a not in CHANGES), None)


def _adjacent(place: Place) -> str | None:
    """Read "a capacity of 50,000 cars", «мощностью 50 тыс. машин»."""
    known = words(place.lang)
    doc = place.doc
    nouns = 0
    for at in range(place.first - 1, max(-1, place.first - _NEAR), -1):
        token = doc[at]
        found = _attribute(token, place.lang)
        is_dative = token.morph.get("Case", []) == ["Dat"]  # «обойдётся бюджету в»
        if found is not None and token.pos_ in {"NOUN", "PROPN", "ADJ"}:
            if is_dative:
                return None
            return found if _fits(found, place) else None
        if token.pos_ == "NOUN" and token.lower_ not in known.through:
            act = _one_name(token, place.lang)
            if act and not nouns and _fits(act, place) and _is_led(place, at):
                return act
            # «стоимость проекта — 2 млрд»: a genitive belongs to the noun before it
            nouns += "Gen" not in token.morph.get("Case", [])
        is_open = token.pos_ in {"NOUN", "PROPN", "ADJ", "ADV", "NUM"}
        in_bound = token.idx >= place.quantity.start
        if not (is_open or in_bound or token.lower_ in known.through):
            return None
    return None


def _verb_before(place: Place) -> str | None:
    """Return the act of the verb that stands right before: parsers err, order tells."""
    verb = place.before
    if verb is None or verb.pos_ != "VERB" or is_stage(verb, place.lang):
        return None
    deed = _deed(verb, place.lang, _kind(place))
    act = deed or _for_what(verb, act_of(verb, place.lang), place.lang)
    if act is None or act in CHANGES or act == "priced":
        return None
    return _fitting(act, place)


def _is_led(place: Place, at: int) -> bool:
    """ "A debt of $5 million", «долг — 5 млрд»: a preposition or a dash leads.

    One of the figure's own bound does not: «на ремонт до 5 млрд».
    """
    start = place.quantity.start
    between = place.doc[at + 1 : place.first]
    return any(
        (t.pos_ == "ADP" and t.idx < start) or t.text in {"—", "–", ":", "("}
        for t in between
    )


def _above(token: Token) -> list[Token]:
    found: list[Token] = []
    while token.head.i != token.i and len(found) < _MAX_CLIMB:
        if token.pos_ == "VERB" and token.dep_ in _CLAUSES:
            break
        token = token.head
        found.append(token)
    return found


def _measure(word: Token, lang: str, kind: str | None = None) -> str | None:
    deed = _deed(word, lang, kind)
    if deed is not None:
        return deed
    attribute = _attribute(word, lang)
    if attribute is not None:
        return attribute
    return _acted(word, lang, kind)


def _acted(word: Token, lang: str, kind: str | None) -> str | None:
    """Return what a word of doing measures; of a change, what changed."""
    act = act_of(word, lang)
    if act in CHANGES:
        if kind == "posts" and act in _LESS:
            return "cut"
        return _changed(word, lang) or act
    is_change = word.pos_ == "VERB" and word.lemma_.lower() in words(lang).change
    if act is None and is_change and (found := _changed(word, lang)):
        return found
    if act == "priced" and word.pos_ == "VERB":
        return _valued(word, lang) or act
    act = _for_what(word, act, lang)
    if act is not None and not is_stage(word, lang):
        inner = content_act(word, lang)[0] if act == act_of(word, lang) else act
        return inner if inner not in CHANGES else act
    return _staged(word, lang, kind) if is_stage(word, lang) else None


def _staged(word: Token, lang: str, kind: str | None) -> str | None:
    """Look through a stage or an empty verb: "plans to sell", «составила»."""
    if kind in {"workers", "posts"} and (less := _less(word, lang)):
        return less if kind == "workers" else "cut"
    return _subject(word, lang) or _inner(word, lang)


def _deed(word: Token, lang: str, kind: str | None) -> str | None:
    """Return what a verb means of workers, stakes or money: «принять», "take on"."""
    deeds = words(lang).deeds
    known = deeds.get(kind or "")
    if known is None or word.pos_ not in {"VERB", "NOUN"}:
        return None
    lemma = with_particle(word) or word.lemma_.lower()
    # venues and homes are things, too
    return known.get(lemma) or (deeds["things"].get(lemma) if kind in _KINDS else None)


def _for_what(word: Token, act: str | None, lang: str) -> str | None:
    """Return the act, or what the money is for: a new line, dividends."""
    if act == "spent" and _is_capital(word, lang):
        return "invested"
    if act in {"invested", "funded"} and _pays(word, lang):
        return "paid"
    return act


def _is_capital(word: Token, lang: str) -> bool:
    """ "Spent $5m on a new line", «капитальные затраты»: money that is put in."""
    known = words(lang).capital
    return any(
        t.lemma_.lower() in known
        for c in word.children
        for t in (c.children if c.dep_ == "prep" else (c,))
    )


def _pays(word: Token, lang: str) -> bool:
    """«Направит на дивиденды 5 млрд»: that money is paid."""
    nouns = (t for c in word.children for t in (c, *c.children) if t.pos_ in _NOUNS)
    return any(act_of(t, lang) == "paid" for t in nouns)


def _less(word: Token, lang: str) -> str | None:
    """«Под сокращение попадут 400 рабочих», "layoffs will affect 400 workers"."""
    acts = (act_of(c, lang) for c in word.children if c.pos_ in _NOUNS)
    return "fired" if any(a in {*_LESS, "fired"} for a in acts) else None


def _valued(word: Token, lang: str) -> str | None:
    """«Инвестиции оцениваются в 5 млрд»: what is valued is the measure."""
    subjects = (c for c in word.children if c.dep_ in _SUBJECTS and c.pos_ in _NOUNS)
    names = (_one_name(s, lang) for s in subjects)
    return next((n for n in names if n and n not in _STAKES | {"priced"}), None)


def _attribute(word: Token, lang: str) -> str | None:
    """Return the attribute a word names; a stock's "shares" are no share."""
    found = words(lang).attributes.get(word.lemma_.lower())
    if found == "share":
        is_one = "Plur" not in word.morph.get("Number", [])
        return found if is_one and word.pos_ in _NOUNS else None
    return found


def _inner(word: Token, lang: str) -> str | None:
    act = content_act(word, lang)[0]
    return None if act in CHANGES else act


def _changed(word: Token, lang: str) -> str | None:
    """Return what rose, fell, was raised or cut: "output", «выручка»."""
    for child in word.children:
        if child.dep_ in _SUBJECTS | _MODIFIERS or child.dep_ in {"prep", "obl"}:
            found = _named(child, lang)
            if found is not None:
                return found
    head = word.head
    is_noun = head.pos_ in _NOUNS or word.pos_ in _NOUNS
    if is_noun and word.dep_ in {"compound", "nmod", "conj"} and head.i != word.i:
        return _named(head, lang)
    return _shared_subject(word, lang) or _named_before(word, lang)


def _subject(word: Token, lang: str) -> str | None:
    """ "Output was 5,000 cars", «выручка составила 5 млрд»."""
    for child in word.children:
        if child.dep_ in _SUBJECTS and child.pos_ in _NOUNS:
            found = _named(child, lang)
            if found is not None:
                return found
    return _shared_subject(word, lang) or _named_before(word, lang)


def _named_before(verb: Token, lang: str) -> str | None:
    """Return what the noun before a verb without a subject names: parsers err."""
    doc = verb.doc
    if verb.pos_ != "VERB" or any(c.dep_ in _SUBJECTS for c in verb.children):
        return None
    for at in range(verb.i - 1, max(-1, verb.i - _MAX_BACK), -1):
        token = doc[at]
        if token.pos_ in {"VERB", "AUX"} or token.text in {";", "\n"}:
            return None
        is_subject = token.pos_ == "NOUN" and (
            lang == "en" or "Nom" in token.morph.get("Case", [])
        )
        if is_subject:
            return _one_name(token, lang)
        if token.is_sent_start:
            return None
    return None


def _shared_subject(word: Token, lang: str) -> str | None:
    """Read the subject of «выросла и достигла», «заказ могут урезать»."""
    for _ in range(_MAX_SHARED):
        if word.dep_ in _RELATIVE and word.head.pos_ in _NOUNS:
            return _named(word.head, lang)
        is_led = word.dep_ == "xcomp" and is_stage(word.head, lang)
        if word.head.pos_ not in {"VERB", "AUX"} or not (word.dep_ == "conj" or is_led):
            return None
        if any(c.dep_ in _SUBJECTS - {"obj", "dobj"} for c in word.children):
            return None
        word = word.head
        for child in word.children:
            if child.dep_ in _SUBJECTS and child.pos_ in _NOUNS:
                found = _named(child, lang)
                if found is not None:
                    return found
    return None


def _named(word: Token, lang: str) -> str | None:
    """Return the measure that a noun phrase names: by its head, else below it."""
    for noun in (word, *word.children):
        if noun.pos_ not in _NOUNS:
            if noun.dep_ == "prep":
                for deep in noun.children:
                    found = _one_name(deep, lang)
                    if found is not None:
                        return found
            continue
        found = _one_name(noun, lang)
        if found is not None:
            return found
    return None


def _one_name(noun: Token, lang: str) -> str | None:
    if noun.dep_ == "compound" and noun.pos_ == noun.head.pos_ == "PROPN":
        return None  # Alliance Agro is no alliance
    attribute = _attribute(noun, lang)
    act = act_of(noun, lang) if noun.pos_ in _NOUNS else None
    act = _for_what(noun, act, lang) if act == "spent" else act
    return attribute or (act if act not in CHANGES else None)
