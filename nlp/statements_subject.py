"""What a statement is about: the entity of its content clause."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc, Token

from molva import names
from molva.bodies import place_of
from molva.model import Attribution, Entity
from nlp.acts import act_of
from nlp.clauses import Assertion
from nlp.context_rules import normal
from nlp.context_spans import within
from nlp.coref import is_we, office_of, resolve_subject
from nlp.gazetteer import kind_of

_SUBJECTS = {"nsubj", "nsubjpass", "nsubj:pass"}
#: Kinds of things that statements are about, before places.
_DOERS = {"ORG", "PRODUCT", "PER"}
_THINGS = {"ORG", "PRODUCT"}
#: Characters that a date may have before a name within it.
MAX_DATE = 60


def subject_of(
    doc: Doc, part: Assertion, start: int, end: int, attribution: Attribution
) -> str | None:
    """Return the entity key that characters `start`–`end` are about, if any.

    The grammatical subject of the content first, then the first doer named in the
    stretch (its speaker left out), the title's, the report's most frequent.
    """
    token = grammatical_subject(doc, part)
    if token is not None:
        found = office_of(doc, token) or _named(doc, token) or stands_for(doc, token)
        if found is not None and not _is_outlet(found, attribution):
            return found.key
        is_deed = token.is_sent_start and act_of(token, doc.lang_)
        if found is None and token.pos_ == "PROPN" and not is_deed:
            return names.key(_proper(token))  # a name that nobody knows yet
    if token is not None and is_we(token) and attribution.authority:
        return _speaking(attribution.authority)
    inside: list[Entity] = within(doc._.entities, start, end)
    doers = [e for e in inside if e.label in _DOERS and not _is_in_date(doc, e)]
    named, salient = _named_elsewhere(doc)
    for entity in (*doers, *named):
        if not _speaks(entity, attribution):
            return entity.key
    others = next((e.key for e in salient if not _speaks(e, attribution)), None)
    body = attribution.authority
    if attribution.source_type != "official" or not body:
        return others
    # "we will …": the body speaks of itself; a state body mostly speaks of others
    place = place_of(body)
    is_state = place != body or kind_of(body) in ("state", "body")
    if is_state and others is not None and not (token is not None and is_we(token)):
        return others
    return _speaking(body)


def _speaking(body: str) -> str:
    """Return the key of a body as a subject: an office stands for its government."""
    place = place_of(body)
    return f"{place} government" if place not in ("", body) else body


def stands_for(doc: Doc, token: Token) -> Entity | None:
    """Return the entity that a noun or pronoun stands for, None where it is unclear."""
    # without entities there is nothing to stand for, nor an index to look it up in
    return resolve_subject(token, doc) if doc._.entities else None


def grammatical_subject(doc: Doc, part: Assertion) -> Token | None:
    """Return the head word of the subject, through shared and passive clauses."""
    places = [part.head, part.top]
    if doc[part.top].dep_ == "prep":
        places.append(doc[part.top].head.i)
    if part.sibling is not None:
        places.insert(1, part.sibling)
    for place in places:
        token: Token = doc[place]
        for _ in range(4):
            for child in token.children:
                if (
                    child.dep_ in _SUBJECTS
                    and part.head not in {t.i for t in child.subtree}
                    and not _is_other(child, doc[part.head])
                ):
                    return child
            if token.dep_ not in {"conj", "xcomp"} or token.head.i == token.i:
                break
            token = token.head
    return None


def _is_other(subject: Token, verb: Token) -> bool:
    """«Рейсы сократили, уточнила Лось»: one speaker is no subject of a plural."""
    if subject.head.i == verb.i or any(c.dep_ == "conj" for c in subject.children):
        return False
    is_one = "Sing" in subject.morph.get("Number", [])
    is_impersonal = "Fin" in verb.morph.get("VerbForm", [])
    return is_one and is_impersonal and "Plur" in verb.morph.get("Number", [])


def _named(doc: Doc, subject: Token) -> Entity | None:
    """Return the entity that the subject's noun phrase is or belongs to."""
    left, right = subject.left_edge, subject.right_edge
    start, end = left.idx, right.idx + len(right.text)
    found: list[Entity] = within(doc._.entities, start, end)
    inside = [e for e in found if not _is_in_date(doc, e)]
    for entity in inside:
        if entity.start <= subject.idx < entity.end:
            return entity
    return next((e for e in inside if e.label in _DOERS), None)


def _is_in_date(doc: Doc, entity: Entity) -> bool:
    """May and April are months before they are anybody's names."""
    dates = within(doc._.dates, entity.start - MAX_DATE, entity.start + 1)
    return any(d.end > entity.start for d in dates)


def _proper(token: Token) -> str:
    """Return the proper noun that ends in `token`, in its normal form if inflected."""
    parts = [c.text for c in token.lefts if c.dep_ == "compound" and c.pos_ == "PROPN"]
    return " ".join([*parts, token.lemma_])


def _speaks(entity: Entity, attribution: Attribution) -> bool:
    """Say whether `entity` only tells the news: the speaker or the cited outlet."""
    start, end = attribution.source_start, attribution.source_end
    if start is not None and end is not None and start <= entity.start < end:
        return True
    if attribution.source is not None and entity.text in attribution.source:
        return True
    return _is_outlet(entity, attribution)


def _is_outlet(entity: Entity, attribution: Attribution) -> bool:
    """«…, пишет „Коммерсантъ“»: who is cited is not what it is about."""
    outlet = attribution.outlet
    return outlet is not None and entity.key == names.key(outlet)


def _named_elsewhere(doc: Doc) -> tuple[list[Entity], list[Entity]]:
    """Return the entities of the title, and all things by number of mentions."""
    known: tuple[list[Entity], list[Entity]] | None = doc.user_data.get("molva_named")
    if known is None:
        entities: list[Entity] = doc._.entities or []
        report = doc._.report
        title = normal(report.title) if report is not None else ""
        titled = [e for e in entities if e.label in _DOERS and normal(e.name) in title]
        counts = Counter(e.key for e in entities if e.label in _THINGS)
        first = {e.key: e for e in reversed(entities) if e.label in _THINGS}
        order = sorted(first.values(), key=lambda e: (-counts[e.key], e.start))
        known = titled, order
        doc.user_data["molva_named"] = known
    return known
