"""Modality and polarity of a stretch of text, from the cues whose scope covers it.

The edge from cue to predicate is kept (medspaCy's target and modifier): a judgement
shows the words that caused it. Scope follows the parse: a cue counts if it stands in
the clause of the predicate or above it, and not in a relative or adverbial clause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from molva.model import Cue, Modality, Polarity
from nlp.acts import act_of, is_stage
from nlp.clauses import MAX_DEPTH, Assertion, assertions, is_finite, sentences
from nlp.context_rules import Found, Lexicon, find_cues, lexicon, normal

_SUBJECTS = {"nsubj", "nsubjpass", "nsubj:pass"}
#: Clauses that a cue does not look out of.
_BARRIERS = {
    "relcl",
    "acl:relcl",
    "acl",
    "advcl",
    "parataxis",
    "appos",
    "ccomp",
    "csubj",
    "csubjpass",
    "csubj:pass",
}
#: Ways in which a cue may hang on a governing verb ("has not said", "called … false").
_BESIDE_GOVERNOR = {
    "aux",
    "auxpass",
    "aux:pass",
    "neg",
    "advmod",
    "prt",
    "xcomp",
    "oprd",
    "acomp",
    "attr",
    "mark",
    "obj",
    "dobj",
    "cop",
    "nsubjpass",
}
#: Cues that hedge whatever noun of the clause they stand in.
_NOMINAL = {"plan", "forecast", "possibility", "withdrawn", "unconfirmed"}
_WEAK_ACTS = {"announced", "presented", "approved"}
_VERBAL = {"VERB", "AUX", "ADJ", "ADV", "PART", "ADP", "SCONJ", "DET", "PRON"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Modality and polarity of a stretch, with the cues that decided them."""

    modality: Modality = "fact"
    polarity: Polarity = "asserts"
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's tokens, its assertions and the cues in it."""

    start: int
    end: int
    parts: tuple[Assertion, ...]
    cues: tuple[Found, ...]


def read_sentences(doc: Doc, lang: str) -> list[Sentence]:
    """Return the sentences of `doc`, kept in `doc.user_data` once read."""
    known: list[Sentence] | None = doc.user_data.get("molva_sentences")
    if known is None:
        known = _sentences(doc, lang)
        doc.user_data["molva_sentences"] = known
    return known


def _sentences(doc: Doc, lang: str) -> list[Sentence]:
    cues = find_cues(doc, lang)
    read: list[Sentence] = []
    at = 0
    for start, end in sentences(doc):
        while at < len(cues) and cues[at].start < start:
            at += 1
        first = at
        while at < len(cues) and cues[at].start < end:
            at += 1
        parts = tuple(assertions(doc, start, end, lang))
        read.append(Sentence(start, end, parts, tuple(cues[first:at])))
    return read


def cue_record(doc: Doc, start: int, end: int, category: str) -> Cue:
    """Return the cue in tokens `start`–`end` with its characters."""
    span = doc[start:end]
    return Cue(
        start=span.start_char, end=span.end_char, text=span.text, category=category
    )


def applied(doc: Doc, sentence: Sentence, part: Assertion, lang: str) -> list[Found]:
    """Return the cues of `sentence` whose scope covers `part`, in text order."""
    scope = _Scope(doc, sentence, part, lang)
    return [cue for cue in sentence.cues if scope.covers(cue)]


class _Scope:
    """The words a cue must reach to bear on one assertion."""

    def __init__(
        self, doc: Doc, sentence: Sentence, part: Assertion, lang: str
    ) -> None:
        self.doc, self.lang, self.part = doc, lang, part
        self.head = doc[part.head]
        self.inner = _chain_down(self.head)
        self.governors = set(part.governors)
        self.is_weak = _is_weak(self.head, lang)
        self.is_unknown = act_of(self.head, lang) is None
        self.siblings = _siblings(doc, part)

    def covers(self, cue: Found) -> bool:
        if cue.category in {"pseudo", "terminate"}:
            return False
        anchor = _anchor(self.doc, cue)
        if cue.category == "condition":
            return self._covers_condition(cue)
        if self._holds(cue) and any(i in self.inner for i in range(cue.start, cue.end)):
            return True
        at, path = anchor, [anchor]
        for _ in range(MAX_DEPTH):
            if at.i in self.inner:
                return self._reaches_inner(cue, path)
            if at.i in self.governors:
                return self._reaches_governor(cue, path)
            if at.i in self.siblings:
                return self._reaches_sibling(path, at)
            aside = at.dep_ == "parataxis" and at.i == anchor.i
            if (
                (at.dep_ in _BARRIERS and not aside)
                or _is_clause_conjunct(at)
                or at.head.i == at.i
            ):
                return self._is_close(cue)
            at = at.head
            path.append(at)
        return False

    def _holds(self, cue: Found) -> bool:
        return self.part.start <= cue.start < self.part.end

    def _is_close(self, cue: Found) -> bool:
        """Distrust the parse where a particle stands right before the predicate."""
        if cue.category not in {"negation", "future", "possibility"}:
            return False
        return 0 < self.part.head - cue.end + 1 <= 2 and self._holds(cue)

    def _covers_condition(self, cue: Found) -> bool:
        """ "if" opens an adverbial clause beside the predicate, not a relative one."""
        if not self._holds(cue):
            return False
        at = _anchor(self.doc, cue)
        for _ in range(MAX_DEPTH):
            if at.i in self.inner or at.i in self.governors or at.head.i == at.i:
                return True
            if at.dep_ in {"relcl", "acl:relcl"}:
                return False
            at = at.head
        return False

    def _reaches_inner(self, cue: Found, path: list[Token]) -> bool:
        if not self._holds(cue):
            return False
        if len(path) == 1:
            return True
        last = path[-2]
        if path[0].dep_ == "amod" and cue.category == "question":
            return False  # "an unknown teenager" asks nothing
        if len(path) == 2 and last.dep_ in {"parataxis", "discourse"}:
            return True
        if cue.category == "negation":
            return len(path) <= 3 and last.dep_ not in {"obl", "advcl", "npadvmod"}
        if last.dep_ in {"aux", "auxpass", "neg", "advmod", "mark", "cop", "prt"}:
            return True
        if cue.category not in _NOMINAL:
            return True
        if last.dep_ in _SUBJECTS:
            return last.i == path[0].i and (self.is_weak or self.is_unknown)
        if self.is_weak or path[-1].i != self.part.head or _is_copular(path[-1]):
            return True
        return self.is_unknown and last.dep_ in {"obj", "dobj", "attr"}

    def _reaches_governor(self, cue: Found, path: list[Token]) -> bool:
        if cue.category == "future":
            return False
        if len(path) == 1:
            return True
        if cue.category == "negation" and path[-1].pos_ in {"NOUN", "PRON"}:
            return False
        return path[-2].dep_ in _BESIDE_GOVERNOR or _is_in_report(cue, path)

    def _reaches_sibling(self, path: list[Token], at: Token) -> bool:
        """An auxiliary before the first of two coordinated verbs serves both."""
        if len(path) == 1:
            return True
        return path[-2].i < at.i and path[-2].dep_ in {
            "aux",
            "auxpass",
            "neg",
            "advmod",
        }


def _is_in_report(cue: Found, path: list[Token]) -> bool:
    """ "according to the forecast, … will": a cue in the frame of the report."""
    return cue.category == "forecast" and path[-2].dep_ in {"prep", "obl", "parataxis"}


def _is_copular(token: Token) -> bool:
    return token.pos_ == "AUX" or any(c.dep_ == "cop" for c in token.children)


def _is_weak(token: Token, lang: str) -> bool:
    """Say whether the predicate is a stage or report, its object the content."""
    if act_of(token, lang) in _WEAK_ACTS or is_stage(token, lang):
        return True
    return normal(token.lemma_) in lexicon(lang).words["report"]


def _chain_down(head: Token) -> set[int]:
    """Return `head` and the infinitives it leads to ("plans to start to sell")."""
    chain = {head.i}
    at = head
    for _ in range(4):
        following = [c for c in at.children if c.dep_ == "xcomp"]
        if not following:
            break
        at = following[0]
        chain.add(at.i)
    return chain


def _siblings(doc: Doc, part: Assertion) -> set[int]:
    return {part.sibling} if part.sibling is not None else set()


def _is_clause_conjunct(token: Token) -> bool:
    return token.dep_ == "conj" and token.pos_ in {"VERB", "AUX"}


def _anchor(doc: Doc, cue: Found) -> Token:
    """Return the word of the cue by which it hangs in the parse."""
    at = doc[cue.start]
    for _ in range(MAX_DEPTH):
        if not cue.start <= at.head.i < cue.end or at.head.i == at.i:
            break
        at = at.head
    return at


def main_part(
    doc: Doc, sentence: Sentence, start: int, end: int, lang: str
) -> Assertion | None:
    """Return the first assertion within tokens `start`–`end` that says something.

    "…, but declined to comment" and "…, but it is unclear when" yield to the rest.
    """
    inside = [p for p in sentence.parts if p.start < end and start < p.end]
    told = [p for p in inside if not is_aside(doc, sentence, p, lang)]
    return next(iter(told or inside), None)


def is_aside(doc: Doc, sentence: Sentence, part: Assertion, lang: str) -> bool:
    """Say whether `part` only tells that nobody commented, confirmed or decided."""
    for cue in applied(doc, sentence, part, lang):
        if part.governors and cue.category == "question":
            return False  # the question itself: "unclear when output will start"
        if cue.category in {"no_comment", "unconfirmed", "question"}:
            words = range(cue.start, cue.end)
            if part.head in words or doc[part.head].i in words:
                return True
            if _is_copular(doc[part.head]) or is_stage(doc[part.head], lang):
                return True
    return False


def judge_part(
    doc: Doc,
    sentence: Sentence,
    part: Assertion,
    lang: str,
    *,
    is_future_date: Callable[[int, int], bool] = lambda start, end: False,
) -> Judgement:
    """Return modality and polarity of one assertion."""
    cues = applied(doc, sentence, part, lang)
    words = lexicon(lang)
    polarity, why = _polarity(doc, part, cues)
    modality, because = _modality(doc, sentence, part, cues, words, is_future_date)
    kept = {(c.start, c.end): c for c in (*why, *because)}
    return Judgement(modality, polarity, tuple(kept[k] for k in sorted(kept)))


def _polarity(
    doc: Doc, part: Assertion, cues: list[Found]
) -> tuple[Polarity, list[Cue]]:
    if any(c.category in {"double_negation", "unconfirmed"} for c in cues):
        return "asserts", []
    against = [
        c
        for c in cues
        if c.category in {"denial", "no_plan", "withdrawn", "failed", "unlikely"}
    ]
    negations = [c for c in cues if c.category == "negation"]
    if _is_past(doc[part.head]) and all(c.category != "future" for c in cues):
        negations += [c for c in cues if c.category == "not_before"]
    denials = [c for c in against if c.category == "denial"]
    why = [cue_record(doc, c.start, c.end, c.category) for c in (*against, *negations)]
    if denials and len(against) == len(denials) and negations:
        inside = [c for c in negations if c.start > denials[0].end]
        # "denied that it will not pay" asserts the paying
        return ("asserts" if inside else "denies"), why
    return ("denies" if against or negations else "asserts"), why


def _modality(
    doc: Doc,
    sentence: Sentence,
    part: Assertion,
    cues: list[Found],
    words: Lexicon,
    is_future_date: Callable[[int, int], bool],
) -> tuple[Modality, list[Cue]]:
    def of(*categories: str) -> list[Found]:
        return [c for c in cues if c.category in categories]

    def because(found: list[Found]) -> list[Cue]:
        return [cue_record(doc, c.start, c.end, c.category) for c in found]

    mark = _question_mark(doc, sentence, part)
    if mark is not None:
        return "question", [cue_record(doc, mark, mark + 1, "question")]
    if found := of("question"):
        return "question", because(found)
    if found := of("double_negation", "unconfirmed", "condition"):
        return "possibility", because(found)
    denials = of("denial", "failed")
    if not denials and (found := of("possibility", "unlikely")):
        return "possibility", because(found)
    if found := of("no_plan", "withdrawn"):
        return "plan", because(found)
    if found := of("plan", "forecast"):
        first = found[0]
        return _staged(doc, part, first, words), because(found[:1])
    not_before = of("not_before")
    if not_before and (of("future") or not _is_past(doc[part.head])):
        return "plan", because(not_before)
    return _by_tense(doc, part, of("future"), words, is_future_date)


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
    verb = _anchor(doc, cue)
    if verb.dep_ in {"amod", "acl"} or _is_passive(verb):
        return False
    subject = _subject(verb)
    if subject is None or normal(subject.lemma_) in words.words["observers"]:
        return False
    for child in verb.children:
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
        if child.dep_ in _SUBJECTS:
            return child
    if verb.dep_ in {"conj", "xcomp"} and verb.head.i != verb.i:
        for child in verb.head.children:
            if child.dep_ in _SUBJECTS:
                return child
    return None


def _by_tense(
    doc: Doc,
    part: Assertion,
    futures: list[Found],
    words: Lexicon,
    is_future_date: Callable[[int, int], bool],
) -> tuple[Modality, list[Cue]]:
    head = doc[part.head]
    if futures:
        cues = [cue_record(doc, c.start, c.end, "future") for c in futures[:1]]
        return _future(doc, part, words), cues
    tensed = next(
        (doc[i] for i in sorted(_chain_down(head)) if _is_future(doc[i])), None
    )
    if tensed is not None:
        return _future(doc, part, words), [
            cue_record(doc, tensed.i, tensed.i + 1, "future")
        ]
    headline = _bare_infinitive(head)
    if headline is not None:
        return "plan", [cue_record(doc, headline.i, headline.i + 1, "plan")]
    return "fact", []


def _is_past(token: Token) -> bool:
    """Say whether `token` or an auxiliary of it is a finite past."""
    words = [token, *(c for c in token.children if c.dep_.startswith("aux"))]
    morphs = [str(w.morph) for w in words]
    return any(
        "Tense=Past" in m and ("VerbForm=Fin" in m or "Variant=Short" in m)
        for m in morphs
    )


def _bare_infinitive(head: Token) -> Token | None:
    """ "Maker to open plant": the headline's future. Returns its "to"."""
    if (
        head.dep_ != "ROOT"
        or is_finite(head)
        or not any(c.dep_ in _SUBJECTS for c in head.children)
    ):
        return None
    return next((c for c in head.children if c.tag_ == "TO"), None)


def _is_future(token: Token) -> bool:
    return "Tense=Fut" in str(token.morph)


def _future(doc: Doc, part: Assertion, words: Lexicon) -> Modality:
    """A doer's own future is a plan, that of things nobody controls a forecast."""
    verb = doc[part.head]
    for i in sorted(_chain_down(verb)):
        if i != part.head:
            verb = doc[i]
    subject = _subject(doc[part.head]) or _subject(verb)
    name = normal(subject.lemma_) if subject is not None else ""
    nouns = {name}
    if subject is not None:
        nouns |= {normal(c.lemma_) for c in subject.children if c.dep_ == "compound"}
    if nouns & words.words["own"]:
        return "plan"
    if name in words.words["uncontrolled"]:
        return "forecast"
    return "forecast" if normal(verb.lemma_) in words.words["happen"] else "plan"
