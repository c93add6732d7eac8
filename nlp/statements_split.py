"""One sentence, how many statements: clauses are kept apart or folded together."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Doc, Token

from nlp.acts import content_act
from nlp.clauses import Assertion, has_complement, has_subject, is_finite
from nlp.context_judge import is_aside, judge_part
from nlp.context_rules import lexicon, normal
from nlp.context_scope import Sentence
from nlp.context_spans import has_value
from nlp.statements_filter import answers, is_claim


def merged(doc: Doc, sentence: Sentence, lang: str) -> list[Assertion]:
    """Return the assertions of `sentence` that stand alone, in text order.

    What says nothing of its own ("…, but declined to comment"), shares its object or
    goes on about the same quantity is folded into its neighbour.
    """
    parts: list[Assertion] = []
    is_left_aside = False
    for part in sentence.parts:
        aside = is_aside(doc, sentence, part, lang) or not is_claim(
            doc, sentence, part, lang
        )
        shares = _shares_cue(sentence, part)
        explains = bool(parts) and _explains(doc, parts[-1], part)
        joined = aside or is_left_aside or shares or explains or _clings(doc, part)
        if not parts or not (
            joined or not _differ(doc, sentence, parts[-1], part, lang)
        ):
            parts.append(part)
            is_left_aside = aside
            continue
        told = part if is_left_aside and not aside and not shares else parts[-1]
        if not aside and not has_complement(doc, told) and has_complement(doc, part):
            told = part  # "we neither discuss nor plan a merger"
        if explains and not aside and not has_value(doc, told.start, told.end):
            told = part
        parts[-1] = replace(told, start=parts[-1].start, end=part.end)
        is_left_aside = is_left_aside and aside
    return parts


def _explains(doc: Doc, left: Assertion, right: Assertion) -> bool:
    """«… выходит в Казахстан: сеть откроет четыре магазина»: the same, in detail."""
    colon = any(doc[i].text == ":" for i in range(left.end - 1, right.start))
    is_empty = not has_complement(doc, left) and not has_value(
        doc, left.start, left.end
    )
    return colon and (is_empty or has_value(doc, right.start, right.end))


def _clings(doc: Doc, part: Assertion) -> bool:
    """«…, которую показал участник»: cut off by a slip, or a correction."""
    relative = lexicon(doc.user_data["molva_lang"]).words["relative"]
    return normal(doc[part.start].lemma_) in relative or _corrects(doc, part)


def _corrects(doc: Doc, part: Assertion) -> bool:
    """«сократит 400 мест, а не 1 200»: what is set right, no claim of its own."""
    head = doc[part.head]
    opens = (
        normal(doc[part.start].text)
        in lexicon(doc.user_data["molva_lang"]).words["contrary"]
    )
    return opens and not is_finite(head) and not has_subject(head)


def _shares_cue(sentence: Sentence, part: Assertion) -> bool:
    """ "neither confirmed nor denied" is one cue over two verbs."""
    return any(c.start < part.start < c.end for c in sentence.cues)


def _differ(
    doc: Doc, sentence: Sentence, left: Assertion, right: Assertion, lang: str
) -> bool:
    if _compares(doc[right.head]):
        return False
    if answers(doc, sentence, right, lang) or _stand_apart(doc, left, right, lang):
        return True
    if not (has_complement(doc, left) and has_complement(doc, right)):
        return False
    first, second = (judge_part(doc, sentence, p, lang) for p in (left, right))
    if first.polarity != second.polarity:
        return True  # "will not close A but will sell B"
    return _are_valued(doc, left, right) and first.modality != second.modality


def _stand_apart(doc: Doc, left: Assertion, right: Assertion, lang: str) -> bool:
    if not _can_stand(doc, right):
        return False
    if _has_own_subject(doc, right) and _has_content(doc, left, lang):
        return _has_content(doc, right, lang)
    acts = content_act(doc[left.head], lang)[0], content_act(doc[right.head], lang)[0]
    if _happens(doc, left, lang) and _happens(doc, right, lang):
        return False
    if _are_valued(doc, left, right):
        return None not in acts and acts[0] != acts[1]
    if not (has_complement(doc, left) and has_complement(doc, right)):
        return False
    return None not in acts and acts[0] != acts[1] and is_finite(doc[right.head])


def _can_stand(doc: Doc, part: Assertion) -> bool:
    """ "42 stations, some of them built in 1965": no verb, no claim of its own."""
    head = doc[part.head]
    before = f" {normal(doc[part.start : part.head].text)} "
    parts_of = lexicon(doc.user_data["molva_lang"]).words["parts_of"]
    if any(f" {phrase} " in before for phrase in parts_of):
        return False
    if _is_elliptic(head):
        return False
    if is_finite(head) or not has_subject(head) or doc[part.top].dep_ == "prep":
        return True
    return any(c.dep_ == "orphan" for c in head.children) or head.pos_ != "VERB"


def _is_elliptic(head: Token) -> bool:
    """ "… and none are planned": the subject is a noun of the clause before."""
    words = lexicon(head.doc.user_data["molva_lang"]).words["elliptic"]
    return any(
        c.dep_ in {"nsubj", "nsubjpass"}
        and normal(c.text) in words
        and not any(True for _ in c.children)
        for c in head.children
    )


def _compares(head: Token) -> bool:
    """«7%, что на 2% выше прежней»: a comparison tells no more of the subject."""
    subjects = [c for c in head.children if c.pos_ == "PRON" and c.dep_ == "nsubj"]
    is_relative = any(not c.morph.get("Person", []) for c in subjects)
    return is_relative and "Cmp" in head.morph.get("Degree", [])


def _has_own_subject(doc: Doc, part: Assertion) -> bool:
    if doc[part.top].dep_ == "prep":
        return True  # an absolute clause: "with production expected to begin"
    if any(c.dep_ == "orphan" for c in doc[part.head].children):
        return True
    return (
        has_subject(doc[part.head])
        or has_subject(doc[part.top])
        or _is_done_by_some(doc[part.head])
    )


def _is_done_by_some(verb: Token) -> bool:
    """«…, а завод откроют осенью»: nobody is named, the object stands for a subject."""
    return (
        verb.pos_ == "VERB"
        and is_finite(verb)
        and "Plur" in verb.morph.get("Number", [])
        and any(c.dep_ == "obj" and c.i < verb.i for c in verb.children)
    )


def _are_valued(doc: Doc, *parts: Assertion) -> bool:
    return all(has_value(doc, p.start, p.end) for p in parts)


def _has_content(doc: Doc, part: Assertion, lang: str) -> bool:
    if (
        has_value(doc, part.start, part.end)
        or content_act(doc[part.head], lang)[0] is not None
    ):
        return True
    return has_complement(doc, part)


def _happens(doc: Doc, part: Assertion, lang: str) -> bool:
    """ "rose and reached": one quantity, told twice."""
    return normal(doc[part.head].lemma_) in lexicon(lang).words["happen"]
