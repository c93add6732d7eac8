"""Modality and polarity of a stretch of text, from the cues whose scope covers it.

The edge from cue to predicate is kept (medspaCy's target and modifier): a judgement
shows the words that caused it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from molva.model import Cue, Modality, Polarity
from nlp.acts import act_of, is_stage
from nlp.clauses import Assertion, is_finite
from nlp.context_rules import Found, Lexicon, lexicon, normal
from nlp.context_scope import (
    SUBJECTS,
    Sentence,
    anchor_of,
    applied,
    chain_down,
    cue_record,
    is_copular,
    is_weak,
)
from nlp.context_spans import within

#: A date further from its verb belongs to something else.
MAX_STEPS = 6


@dataclass(frozen=True, slots=True)
class Judgement:
    """Modality and polarity of a stretch, with the cues that decided them."""

    modality: Modality = "fact"
    polarity: Polarity = "asserts"
    cues: tuple[Cue, ...] = ()


def main_part(
    doc: Doc, sentence: Sentence, start: int, end: int, lang: str
) -> Assertion | None:
    """Return the first assertion within tokens `start`–`end` that says something.

    "…, but declined to comment" and "…, but it is unclear when" yield to the rest.
    """
    inside = [p for p in sentence.parts if p.start < end and start < p.end]
    if not inside:
        return None
    told = [p for p in inside if not is_aside(doc, sentence, p, lang)]
    return replace((told or inside)[0], start=inside[0].start, end=inside[-1].end)


def is_aside(doc: Doc, sentence: Sentence, part: Assertion, lang: str) -> bool:
    """Say whether `part` only tells that nobody commented, confirmed or decided."""
    for cue in applied(doc, sentence, part, lang):
        if part.governors and cue.category == "question":
            return False  # the question itself: "unclear when output will start"
        if cue.category in {"no_comment", "unconfirmed", "question"}:
            words = range(cue.start, cue.end)
            if part.head in words or doc[part.head].i in words:
                return True
            if is_copular(doc[part.head]) or is_stage(doc[part.head], lang):
                return True
    return False


def judge_part(
    doc: Doc,
    sentence: Sentence,
    part: Assertion,
    lang: str,
) -> Judgement:
    """Return modality and polarity of one assertion."""
    cues = applied(doc, sentence, part, lang)
    words = lexicon(lang)
    polarity, why = _polarity(doc, part, cues)
    modality, because = _modality(doc, sentence, part, cues, words)
    kept = {(c.start, c.end): c for c in (*why, *because)}
    return Judgement(modality, polarity, tuple(kept[k] for k in sorted(kept)))


def _polarity(
    doc: Doc, part: Assertion, cues: list[Found]
) -> tuple[Polarity, list[Cue]]:
    if any(c.category in {"double_negation", "unconfirmed", "question"} for c in cues):
        return "asserts", []
    against = [
        c
        for c in cues
        if c.category in {"denial", "no_plan", "withdrawn", "failed", "unlikely"}
    ]
    if any(c.category in {"possibility", "condition"} for c in cues):
        against = [c for c in against if not _collapses(doc, part, c)]
    negations = [c for c in cues if c.category == "negation"]
    if _is_past(doc[part.head]) and all(c.category != "future" for c in cues):
        negations += [c for c in cues if c.category == "not_before"]
    denials = [c for c in against if c.category == "denial"]
    why = [cue_record(doc, c.start, c.end, c.category) for c in (*against, *negations)]
    if denials and len(against) == len(denials) and negations:
        inside = [
            c
            for c in negations
            if c.start > denials[0].end
            and all(t.text != ":" for t in doc[denials[0].end : c.start])
        ]
        # "denied that it will not pay" asserts the paying
        return ("asserts" if inside else "denies"), why
    return ("denies" if against or negations else "asserts"), why


def asks_which(doc: Doc, part: Assertion) -> bool:
    """ "when it opens, he did not say": the clause opens with a question word."""
    if not part.governors:
        return False
    wh = lexicon(doc.user_data["molva_lang"]).words["wh"]
    skipped = {"ADP", "PUNCT", "SPACE"}
    first = next((t for t in doc[part.head].subtree if t.pos_ not in skipped), None)
    return first is not None and bool({normal(first.lemma_), normal(first.text)} & wh)


def _collapses(doc: Doc, part: Assertion, cue: Found) -> bool:
    """ "The deal may fall through" asserts that it may, and denies nothing."""
    words = range(cue.start, cue.end)
    verbs = chain_down(doc[part.head]) & set(words)
    subject = _subject(doc[part.head])
    is_bare = cue.category == "failed" and len(words) == 1
    return bool(verbs) and subject is not None and (is_bare or subject.i in words)


def _modality(
    doc: Doc,
    sentence: Sentence,
    part: Assertion,
    cues: list[Found],
    words: Lexicon,
) -> tuple[Modality, list[Cue]]:
    def of(*categories: str) -> list[Found]:
        return [c for c in cues if c.category in categories]

    def because(found: list[Found]) -> list[Cue]:
        return [cue_record(doc, c.start, c.end, c.category) for c in found]

    mark = _question_mark(doc, sentence, part)
    if mark is not None:
        return "question", [cue_record(doc, mark, mark + 1, "question")]
    unsaid = ("no_comment",) if asks_which(doc, part) else ()
    if found := of("question", *unsaid):
        return "question", because(found)
    if found := of("double_negation", "unconfirmed", "condition"):
        return "possibility", because(found)
    denials, refused = of("denial", "failed"), of("no_plan", "withdrawn")
    doubts = of("possibility", "unlikely")
    # "does not plan to discuss" is no talk of talks
    is_refused = bool(refused and doubts and refused[0].start < doubts[0].start)
    if doubts and not denials and not is_refused:
        return "possibility", because(doubts)
    if refused:
        return "plan", because(refused)
    if found := _of_what_comes(doc, part, of("plan", "forecast")):
        first = found[0]
        return _staged(doc, part, first, words), because(found[:1])
    not_before = of("not_before")
    if not_before and (of("future") or not _is_past(doc[part.head])):
        return "plan", because(not_before)
    return _by_tense(doc, part, of("future"), words, is_denied=bool(denials))


def _of_what_comes(doc: Doc, part: Assertion, cues: list[Found]) -> list[Found]:
    """Leave out what has happened («по оценке, ввоз вырос», «сроки ввода сдвинули»)."""
    head = doc[part.head]
    if not _is_past(head):
        return cues
    is_deed = act_of(head, doc.user_data["molva_lang"]) == "delayed"
    return [
        c
        for c in cues
        if not (is_deed and anchor_of(doc, c).pos_ == "NOUN")
        and not (c.category == "forecast" and _frames(doc, c, head))
    ]


def _frames(doc: Doc, cue: Found, head: Token) -> bool:
    """Say whether the cue stands beside `head` as the frame of its report."""
    at = anchor_of(doc, cue)
    for _ in range(MAX_STEPS):
        if at.head.i == head.i and at.i != head.i:
            return at.dep_ in {"prep", "obl", "parataxis", "advmod"}
        at = at.head
    return False


def _question_mark(doc: Doc, sentence: Sentence, part: Assertion) -> int | None:
    if part.end != sentence.end:
        return None
    for i in range(part.end - 1, max(part.start, part.end - 4), -1):
        if "?" in doc[i].text:
            return i
        if doc[i].text not in "\"'»”’)!.":
            return None
    return None


def _staged(doc: Doc, part: Assertion, cue: Found, words: Lexicon) -> Modality:
    """Return "plan" or "forecast" for a cue that may be either."""
    if cue.category == "plan":
        return "plan"
    return "plan" if cue.rule.is_own and _is_own_act(doc, cue, words) else "forecast"


def _is_own_act(doc: Doc, cue: Found, words: Lexicon) -> bool:
    """ "The maker projects output of" is its plan; "expects profit" is nobody's."""
    verb = anchor_of(doc, cue)
    if verb.dep_ in {"amod", "acl"} or _is_passive(verb):
        return False
    subject = _subject(verb)
    if subject is None or normal(subject.lemma_) in words.words["observers"]:
        return False
    for child in verb.children:
        if child.dep_ == "ccomp" and any(
            c.dep_ in SUBJECTS and c.pos_ != "PRON" for c in child.children
        ):
            return False  # what somebody else will do is only expected
        if child.dep_ in {"xcomp", "ccomp"} and child.i > verb.i:
            return _is_controlled(child, words)
        if child.dep_ in {"obj", "dobj", "obl"} and child.i > verb.i:
            names = {normal(child.lemma_)} | {
                normal(c.lemma_) for c in child.children if c.dep_ == "compound"
            }
            return bool(names & words.words["own"])
    return False


def _is_passive(verb: Token) -> bool:
    return any(c.dep_ in {"auxpass", "nsubjpass", "nsubj:pass"} for c in verb.children)


def _is_controlled(verb: Token, words: Lexicon) -> bool:
    if normal(verb.lemma_) in words.words["happen"] | words.words["outcome"]:
        return False
    subject = _subject(verb)
    if subject is not None and normal(subject.lemma_) in words.words["uncontrolled"]:
        return False
    objects = [c for c in verb.children if c.dep_ in {"obj", "dobj"}]
    return not any(normal(o.lemma_) in words.words["outcome"] for o in objects)


def _subject(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            return child
    if verb.dep_ in {"conj", "xcomp"} and verb.head.i != verb.i:
        for child in verb.head.children:
            if child.dep_ in SUBJECTS:
                return child
    nouns = [c for c in verb.lefts if c.pos_ in {"NOUN", "PROPN", "PRON"}]
    return nouns[-1] if nouns else None


def _by_tense(
    doc: Doc,
    part: Assertion,
    futures: list[Found],
    words: Lexicon,
    *,
    is_denied: bool,
) -> tuple[Modality, list[Cue]]:
    head = doc[part.head]
    if futures:
        cues = [cue_record(doc, c.start, c.end, "future") for c in futures[:1]]
        return _future(doc, part, words), cues
    tensed = next(
        (doc[i] for i in sorted(chain_down(head)) if _is_future(doc[i], words)), None
    )
    if tensed is not None:
        return _future(doc, part, words), [
            cue_record(doc, tensed.i, tensed.i + 1, "future")
        ]
    headline = _bare_infinitive(head, part)
    if headline is not None:
        return _future(doc, part, words), [
            cue_record(doc, headline.i, headline.i + 1, "plan")
        ]
    if not _is_past(head) or (is_weak(head, words.lang) and not is_denied):
        date = _coming_date(doc, part)
        if date is not None:
            return _future(doc, part, words), [date]
    return "fact", []


def _coming_date(doc: Doc, part: Assertion) -> Cue | None:
    """ "The plant opens in March": a date of the clause after the report's own day."""
    report = doc._.report
    if report is None or not report.published:
        return None
    day = report.published[:10]
    start, end = doc[part.start].idx, doc[part.end - 1].idx
    chain = chain_down(doc[part.head])
    for date in within(doc._.dates, start, end + 1):
        if (date.earliest or "") > day:
            span = doc.char_span(date.start, date.end, alignment_mode="expand")
            if span is not None and _is_beside(span.root, chain):
                return cue_record(doc, span.start, span.end, "future")
    return None


def _is_beside(token: Token, chain: set[int]) -> bool:
    """Say whether `token` hangs on the chain through nouns and prepositions alone."""
    at = token
    for _ in range(MAX_STEPS):
        if at.i in chain:
            return True
        if at.pos_ in {"VERB", "AUX"} or at.head.i == at.i:
            return False
        at = at.head
    return False


def _is_past(token: Token) -> bool:
    """Say whether `token` or an auxiliary of it is a finite past."""
    helpers = [c for c in token.children if c.dep_.startswith("aux")]
    perfect = any(
        c.dep_ == "aux" and "Tense=Pres" in str(c.morph) for c in helpers
    ) and "Tense=Past" in str(token.morph)
    if perfect:
        return True
    words = [token, *helpers]
    morphs = [str(w.morph) for w in words]
    return any(
        "Tense=Past" in m and ("VerbForm=Fin" in m or "Variant=Short" in m)
        for m in morphs
    )


def _bare_infinitive(head: Token, part: Assertion) -> Token | None:
    """ "Maker to open plant": the headline's future. Returns its "to"."""
    if is_finite(head) or part.governors or part.sibling is not None:
        return None
    has_own = any(c.dep_ in SUBJECTS for c in head.children)
    if head.dep_ == "conj" or (head.dep_ == "ROOT" and not has_own):
        return None
    return next((c for c in head.children if c.tag_ == "TO"), None)


def _is_future(token: Token, words: Lexicon) -> bool:
    """Say whether the verb is in the future, by its form or by its use."""
    if "Tense=Fut" in str(token.morph):
        return True
    is_both = normal(token.lemma_) in words.words["biaspectual"]
    return is_both and "Tense=Pres" in str(token.morph)


def _is_opined(doc: Doc, part: Assertion, words: Lexicon) -> bool:
    """ "X believes that Y will": whoever has no hand in it foresees it."""
    verb = doc[part.head]
    above = [doc[i] for i in part.governors]
    above += [
        c
        for c in verb.children
        if c.dep_ == "parataxis" or (c.dep_ == "conj" and c.nbor(-1).text == ",")
    ]
    opine = words.words["opine"]
    if not any({normal(t.lemma_), normal(t.text)} & opine for t in above):
        return False
    subjects = [c for c in verb.children if c.dep_ in SUBJECTS]
    if not subjects:
        # «думают, что пошлину отменят»: whoever decides it
        return words.lang == "ru" and "Number=Plur" in str(verb.morph)
    return any(c.pos_ != "PRON" for c in subjects)


def _future(doc: Doc, part: Assertion, words: Lexicon) -> Modality:
    """A doer's own future is a plan, that of things nobody controls a forecast."""
    verb = doc[part.head]
    if _is_opined(doc, part, words):
        return "forecast"
    chain = [doc[i] for i in sorted(chain_down(verb))]
    verb = next((v for v in chain[::-1] if v.i != part.head), verb)
    subject = _subject(doc[part.head]) or _subject(verb)
    name = normal(subject.lemma_) if subject is not None else ""
    nouns = {name}
    if subject is not None:
        nouns |= {normal(c.lemma_) for c in subject.children if c.dep_ == "compound"}
    if nouns & words.words["own"]:
        return "plan"
    if name in words.words["uncontrolled"]:
        return "forecast"
    happens = {normal(v.lemma_) for v in chain} & words.words["happen"]
    return "forecast" if happens else "plan"
