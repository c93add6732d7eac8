"""What a subject stands for: "the company", «концерн», "it", «он» → an entity.

Light coreference: the best preceding entity of a fitting type by nearness, role, number
of mentions and title; nothing where two are about equally good.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from molva import names
from molva.model import Entity
from nlp import gazetteer
from nlp.data import load
from nlp.entities_names import nominative
from nlp.extensions import span_at, text_of

_CACHE = "molva_coref"
_SUBJECTS = ("nsubj", "nsubjpass", "nsubj:pass", "csubj")
_CLIMB = ("conj", "xcomp", "advcl", "ccomp")
_RELATIVES = ("relcl", "acl:relcl", "acl")
_NAME_DEPS = ("appos", "flat", "flat:name", "compound", "nmod", "flat:foreign")
#: Only so many entities before a word are looked at, which keeps reading linear.
_LOOK_BACK = 40
_SENTENCES = 6
_MARGIN = 0.4
_STEPS = 4


@dataclass(frozen=True, slots=True)
class _Words:
    stand_ins: dict[str, str]
    kinds: dict[str, frozenset[str]]
    thing: frozenset[str]
    person: frozenset[str]
    many: frozenset[str]
    offices: frozenset[str]
    relative: frozenset[str]
    we: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Index:
    """The entities of a doc by offset, with what salience needs."""

    entities: list[Entity]
    starts: list[int]
    heads: list[Token]
    sentences: list[int]
    sentence_starts: list[int]
    title: str


def resolve_subject(token: Token, doc: Doc) -> Entity | None:
    """Return the entity that a noun or pronoun stands for, None where it is unclear."""
    index = _index(doc)
    covering = _covering(index, token)
    if covering is not None:
        return covering
    words = _words(_lang(doc))
    relative = _antecedent(token)
    if relative is not None:
        return resolve_subject(relative, doc)
    named = _apposed(index, token)
    lemma = token.lemma_.lower()
    if lemma in words.offices and (office := _office(index, token)) is not None:
        return office
    if named is not None and token.pos_ in ("NOUN", "PROPN"):
        return named
    if token.pos_ == "PRON" or token.lower_ in words.many | words.thing | words.person:
        return _pronoun(index, token, words)
    label = words.stand_ins.get(lemma)
    if label is None or not _is_definite(token):
        return None
    kinds = {kind for kind, nouns in words.kinds.items() if lemma in nouns}
    return _best(index, token, {label}, kinds, gender="")


def is_we(token: Token) -> bool:
    """Say whether a word stands for whoever speaks."""
    return token.lower_ in _words(_lang(token.doc)).we


def office_of(doc: Doc, token: Token) -> Entity | None:
    """Return the body of a place whose office a name tells: "City Hall in Kaluga"."""
    if not doc._.entities:
        return None
    index = _index(doc)
    name = _covering(index, token)
    is_office = name is not None and name.text.lower() in _words(_lang(doc)).offices
    return _office(index, token) if is_office else None


def subject_entity(root: Token, doc: Doc) -> Entity | None:
    """Return the entity that is the subject of a verb, or of the verb it hangs on."""
    verb = root
    for _ in range(_STEPS):
        subject = next((c for c in verb.children if c.dep_ in _SUBJECTS), None)
        if subject is not None:
            return resolve_subject(subject, doc)
        if verb.dep_ in _RELATIVES:
            return resolve_subject(verb.head, doc)
        if verb.dep_ not in _CLIMB or verb.head == verb:
            return None
        verb = verb.head
    return None


def _lang(doc: Doc) -> str:
    return "ru" if doc.lang_ == "ru" else "en"


@cache
def _words(lang: str) -> _Words:
    tables = load(lang, "gazetteer")
    pronouns = tables["pronouns"]
    return _Words(
        stand_ins={w: label for label, ws in tables["stand_ins"].items() for w in ws},
        kinds={kind: frozenset(ws) for kind, ws in tables["stand_in_kinds"].items()},
        thing=frozenset(pronouns["thing"]),
        person=frozenset(pronouns["person"]),
        many=frozenset(pronouns["many"]),
        offices=frozenset(tables["offices"]["government"]),
        relative=frozenset(pronouns["relative"]),
        we=frozenset(pronouns["we"]),
    )


def _index(doc: Doc) -> _Index:
    """Return the doc's index, built once for one list of entities."""
    entities: list[Entity] = doc._.entities if doc._.entities is not None else []
    cached = doc.user_data.get(_CACHE)
    if cached is not None and cached.entities is entities:
        index: _Index = cached
        return index
    sentence_starts = (
        [s.start_char for s in doc.sents] if doc.has_annotation("SENT_START") else [0]
    )
    report = doc._.report
    index = _Index(
        entities=entities,
        starts=[e.start for e in entities],
        heads=[_head(doc, e) for e in entities],
        sentences=[bisect_right(sentence_starts, e.start) for e in entities],
        sentence_starts=sentence_starts,
        title=names.key(report.title) if report is not None and report.title else "",
    )
    doc.user_data[_CACHE] = index
    return index


def _head(doc: Doc, entity: Entity) -> Token:
    span = span_at(doc, entity.start, entity.end)
    return span.root if span is not None else doc[0]


def _covering(index: _Index, token: Token) -> Entity | None:
    at = bisect_right(index.starts, token.idx) - 1
    if at >= 0 and token.idx < index.entities[at].end:
        return index.entities[at]
    return None


def _antecedent(token: Token) -> Token | None:
    """Return the noun that a relative pronoun stands for ("which owns", «который»)."""
    lemma = token.lemma_.lower()
    if not {token.lower_, lemma} & _words(_lang(token.doc)).relative:
        return None
    verb = token.head
    for _ in range(_STEPS):
        if verb.dep_ in _RELATIVES:
            head = verb.head
            if head.pos_ in ("VERB", "AUX"):
                # the parser missed the noun: take the verb's subject before the clause
                before = (c for c in head.children if c.i < token.i)
                return next((c for c in before if c.dep_ in _SUBJECTS), None)
            return head if head != token else None
        if verb.head == verb:
            return None
        verb = verb.head
    return None


def _apposed(index: _Index, token: Token) -> Entity | None:
    """Return the name beside its noun: «завод „Москвич“», "carmaker Kia"."""
    for child in token.children:
        # a genitive is an owner or a place, not the name itself
        if child.dep_ == "nmod" and child.morph.get("Case", []) not in ([], ["Nom"]):
            continue
        if child.dep_ in _NAME_DEPS and child.i > token.i - 4:
            entity = _covering(index, child)
            if entity is not None and entity.label != "LOC":
                return entity
    return None


def _office(index: _Index, token: Token) -> Entity | None:
    """Make the body of «мэрия Москвы», "Kaluga's regional government"."""
    inside = (c for p in token.children if p.dep_ == "prep" for c in p.children)
    for child in (*token.children, *inside):
        place = _covering(index, child)
        is_whole = place is not None and place.start <= token.idx < place.end
        if place is None or place.label != "LOC" or is_whole:
            continue
        doc = token.doc
        start = min(token.idx, place.start)
        end = max(token.idx + len(token), place.end)
        text = text_of(doc)[start:end]
        name = text
        if _lang(doc) == "ru" and token.idx == start:
            case = next(iter(token.morph.get("Case", [])), "")
            number = next(iter(token.morph.get("Number", [])), "")
            head = nominative(token.text, case, number, "", False)
            name = head[:1].upper() + head[1:] + text[len(token) :]
        return Entity(
            start=start,
            end=end,
            text=text,
            label="ORG",
            name=name,
            key=f"{place.key} government",
        )
    return None


def _is_definite(token: Token) -> bool:
    """Say whether a noun points back: "the company", not "a company", "any company"."""
    if _lang(token.doc) == "en":
        return any(
            c.dep_ == "det" and c.lower_ in ("the", "this") for c in token.children
        )
    # a direct object is more often new than known: «построит завод»
    if token.morph.get("Number", []) == ["Plur"] or token.dep_ in ("obj", "xcomp"):
        return False
    return not any(
        c.dep_ in ("nmod", "nummod", "appos") or "Ind" in c.morph.get("PronType", [])
        for c in token.children
    )


def _pronoun(index: _Index, token: Token, words: _Words) -> Entity | None:
    word = token.lower_
    gender = next(iter(token.morph.get("Gender", [])), "")
    if word in words.person and _lang(token.doc) == "en":
        return _best(index, token, {"PER"}, set(), gender=gender)
    if word in words.thing | words.person:
        if token.dep_ == "expl" or _is_empty(token):
            return None
        wanted = {"ORG", "PRODUCT", *(["PER"] if word in words.person else [])}
        return _best(index, token, wanted, set(), gender=gender)
    if word in words.many and _lang(token.doc) == "en":
        return _best(index, token, {"ORG"}, set(), gender="")
    return None


def _is_empty(token: Token) -> bool:
    """Say whether "it" stands for a clause: "it is expected that"."""
    deps = {c.dep_ for c in token.head.children}
    return bool(deps & {"ccomp", "csubj", "acomp"}) and bool(
        deps & {"nsubjpass", "auxpass", "csubj", "acomp"}
    )


def _best(
    index: _Index, token: Token, labels: set[str], kinds: set[str], *, gender: str
) -> Entity | None:
    """Return the most salient preceding entity, None if the second is as good."""
    last = bisect_left(index.starts, token.idx)
    here = bisect_right(index.sentence_starts, token.idx)
    first = max(0, last - _LOOK_BACK)
    counts = Counter(e.key for e in index.entities[first:last])
    scores: dict[str, float] = {}
    nearest: dict[str, Entity] = {}
    for i in range(first, last):
        entity = index.entities[i]
        distance = here - index.sentences[i]
        if entity.label not in labels or distance > _SENTENCES:
            continue
        if not kinds & {"outlet", "agency"} and gazetteer.is_outlet(entity.key):
            continue
        if gender and not _agrees(index.heads[i], gender):
            continue
        score = _salience(index, i, distance, counts[entity.key], kinds)
        score += 0.5 if gender and entity.label == "PER" else 0.0
        scores[entity.key] = max(score, scores.get(entity.key, 0.0))
        nearest[entity.key] = entity
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _MARGIN:
        return None
    return nearest[ranked[0][0]]


def _salience(
    index: _Index, i: int, distance: int, count: int, kinds: set[str]
) -> float:
    entity, head = index.entities[i], index.heads[i]
    score = 2.0 / (1 + distance) + min(count, 5) * 0.3
    if head.dep_ in _SUBJECTS or (head.dep_ == "conj" and head.head.dep_ in _SUBJECTS):
        score += 1.0
    if gazetteer.kind_of(entity.key) in kinds:
        score += 1.5
    if index.title and entity.key[:6] in index.title:
        score += 1.0
    return score


def _agrees(head: Token, gender: str) -> bool:
    found = head.morph.get("Gender", [])
    return not found or found == [gender]
