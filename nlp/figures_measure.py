"""What a figure measures (the act over it) and of what: read from the syntax."""

from __future__ import annotations

from spacy.tokens import Token

from nlp.acts import act_of, content_act, is_stage, vocabulary
from nlp.figures_context import CHANGE_ACTS, Place, words

_NOUNS = {"NOUN", "PROPN"}
_SUBJECTS = {"nsubj", "nsubj:pass", "nsubjpass", "obj", "dobj"}
_MODIFIERS = {"amod", "compound", "nmod", "flat", "flat:name"}
#: From a figure to its verb there are at most so many words up the tree.
_MAX_CLIMB = 7
#: An attribute stands at most so many tokens before its figure.
_NEAR = 7
#: Attributes that only measures have.
_PHYSICAL = {
    "length",
    "width",
    "height",
    "depth",
    "weight",
    "area",
    "distance",
    "range",
    "speed",
    "power",
    "temperature",
}
#: A verb that hangs so opens a clause of its own: the verb above it is another act.
_CLAUSES = {"conj", "parataxis", "relcl", "acl:relcl", "ccomp"}
#: Measures of money alone.
_MONEY = {"borrowed", "lent", "fined", "paid", "earned", "spent", "funded", "invested"}
#: Counts, never of money.
_NO_MONEY = {"staff", "population", "capacity"}
#: What is held, and what may be done with it.
_STAKES = {"owned", "share"}
_DEALS = {"bought", "sold", "transferred", "raised", "cut", "merged"}
#: A cut of workers is their firing.
_LESS = {"cut", "fell"}
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
    start = place.noun or place.doc[place.last]
    own = _own_measure(start, place) or _adjacent(place) or _verb_before(place)
    if own is not None:
        return own
    of_workers = _counts_workers(place)
    stake: str | None = None
    for word in _above(start):
        found = _measure(word, place.lang, of_workers=of_workers)
        if found is None or not _fits(found, place):
            continue
        if found not in _STAKES or word.pos_ not in _NOUNS:
            # "bought a 25% stake": what is done with it says more
            return found if stake is None or found in _DEALS else stake
        stake = stake or found
    return stake


def _counts_workers(place: Place) -> bool:
    noun = place.noun
    return noun is not None and noun.lemma_.lower() in words(place.lang).workers


def _fits(measure: str, place: Place) -> bool:
    """A length is in units of length: "as high as 80%" has none."""
    unit = place.quantity.unit
    if measure in _MONEY:
        is_other = unit is not None and unit.kind in {"physical", "counted"}
        return place.noun is None and not is_other
    if measure in _NO_MONEY and unit is not None and unit.kind == "money":
        return False
    return measure not in _PHYSICAL or (unit is not None and unit.kind == "physical")


def _own_measure(start: Token, place: Place) -> str | None:
    """ "5,000 sales", "500 employees": the counted noun itself is the measure."""
    if place.noun is None:
        return None
    act = act_of(start, place.lang)
    if act is not None and act not in CHANGE_ACTS:
        return act
    # «произведённые 600 машин»
    verbs = vocabulary(place.lang).verbs
    done = (verbs.get(c.lemma_.lower()) for c in start.children if c.dep_ == "acl")
    return next((a for a in done if a and a not in CHANGE_ACTS), None)


def _adjacent(place: Place) -> str | None:
    """Read "a capacity of 50,000 cars", «мощностью 50 тыс. машин»."""
    known = words(place.lang)
    doc = place.doc
    nouns = 0
    for at in range(place.first - 1, max(-1, place.first - _NEAR), -1):
        token = doc[at]
        found = _attribute(token, place.lang)
        if found is not None and token.pos_ in {"NOUN", "PROPN", "ADJ"}:
            return found if _fits(found, place) else None
        if token.pos_ == "NOUN" and token.lower_ not in known.through:
            act = act_of(token, place.lang)
            is_act = act is not None and act not in CHANGE_ACTS
            if is_act and not nouns and _fits(str(act), place) and _is_led(place, at):
                return act
            nouns += 1
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
    act = act_of(verb, place.lang)
    fits = act is not None and act not in CHANGE_ACTS and _fits(act, place)
    return act if fits and act != "priced" else None


def _is_led(place: Place, at: int) -> bool:
    """ "A debt of $5 million", «долг в 5 млрд»: a preposition leads the figure.

    One of the figure's own bound does not: «на ремонт до 5 млрд».
    """
    start = place.quantity.start
    between = place.doc[at + 1 : place.first]
    return any(t.pos_ == "ADP" and t.idx < start for t in between)


def _above(token: Token) -> list[Token]:
    found: list[Token] = []
    while token.head.i != token.i and len(found) < _MAX_CLIMB:
        if token.pos_ == "VERB" and token.dep_ in _CLAUSES:
            break
        token = token.head
        found.append(token)
    return found


def _measure(word: Token, lang: str, *, of_workers: bool = False) -> str | None:
    attribute = _attribute(word, lang)
    if attribute is not None:
        return attribute
    act = act_of(word, lang)
    if act in CHANGE_ACTS:
        if of_workers and act in _LESS and word.pos_ == "NOUN":
            return "fired"
        is_cut = of_workers and act == "cut"
        return act if is_cut else _changed(word, lang) or act
    is_change = word.pos_ == "VERB" and word.lemma_.lower() in words(lang).change
    if act is None and is_change and (found := _changed(word, lang)):
        return found
    if act == "priced" and word.pos_ == "VERB":
        return _valued(word, lang) or act
    if act is not None and not is_stage(word, lang):
        inner = content_act(word, lang)[0]
        return inner if inner not in CHANGE_ACTS else act
    if is_stage(word, lang):
        if of_workers and (less := _less(word, lang)):
            return less
        return _subject(word, lang) or _inner(word, lang)
    return None


def _less(word: Token, lang: str) -> str | None:
    """«Под сокращение попадут 400 рабочих», "layoffs will affect 400 workers"."""
    acts = (act_of(c, lang) for c in word.children if c.pos_ in _NOUNS)
    return "fired" if any(a in {*_LESS, "fired"} for a in acts) else None


def _valued(word: Token, lang: str) -> str | None:
    """«Инвестиции оцениваются в 5 млрд»: what is valued is the measure."""
    subjects = (c for c in word.children if c.dep_ in _SUBJECTS and c.pos_ in _NOUNS)
    names = (_one_name(s, lang) for s in subjects)
    return next((n for n in names if n in _MONEY or n == "lost"), None)


def _attribute(word: Token, lang: str) -> str | None:
    """Return the attribute a word names; a stock's "shares" are no share."""
    found = words(lang).attributes.get(word.lemma_.lower())
    if found == "share" and "Plur" in word.morph.get("Number", []):
        return None
    return found


def _inner(word: Token, lang: str) -> str | None:
    act = content_act(word, lang)[0]
    return None if act in CHANGE_ACTS else act


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
    return None


def _subject(word: Token, lang: str) -> str | None:
    """ "Output was 5,000 cars", «выручка составила 5 млрд»."""
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
    attribute = _attribute(noun, lang)
    act = act_of(noun, lang) if noun.pos_ in _NOUNS else None
    return attribute or (act if act not in CHANGE_ACTS else None)


def counted(place: Place) -> str | None:
    """Return what is counted, as it stands in the text without the number.

    Of "600 new cars" that is "new cars"; of "units of X" and of measures and money
    it is X; of "X (400 units)" the noun before the bracket.
    """
    noun = place.noun
    if noun is None:
        return _content_of(place.doc[place.after - 1], place)
    if noun.lemma_.lower() in words(place.lang).units_of:
        return _content_of(noun, place) or _bracketed(place)
    return _phrase(noun, place.after)


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
    return _phrase(inside[0], at + 1) if inside else None


def _genitive(tokens: object) -> Token | None:
    for token in tokens:  # type: ignore[attr-defined]
        is_genitive = token.morph.get("Case", []) == ["Gen"]
        if token.pos_ in _NOUNS and is_genitive:
            return token  # type: ignore[no-any-return]
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
