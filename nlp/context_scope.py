"""Which cues bear on which assertion: scope, as ConText has it, along the parse.

A cue counts if it stands in the clause of the predicate or above it, and not in a
relative or adverbial clause; where the parse is odd, if it stands right before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

from molva.model import Cue
from nlp.acts import act_of, is_stage
from nlp.clauses import MAX_DEPTH, Assertion, assertions, sentences
from nlp.context_rules import Found, find_cues, lexicon, normal

SUBJECTS = {"nsubj", "nsubjpass", "nsubj:pass"}
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
    if not sentence.cues:
        return []
    known: dict[tuple[int, int, int], list[Found]]
    known = doc.user_data.setdefault("molva_applied", {})
    key = part.head, part.start, part.end
    if key not in known:
        scope = _Scope(doc, sentence, part, lang)
        known[key] = [cue for cue in sentence.cues if scope.covers(cue)]
    return known[key]


class _Scope:
    """The words a cue must reach to bear on one assertion."""

    def __init__(
        self, doc: Doc, sentence: Sentence, part: Assertion, lang: str
    ) -> None:
        self.doc, self.lang, self.part = doc, lang, part
        self.head = doc[part.head]
        self.inner = chain_down(self.head)
        self.governors = set(part.governors)
        self.is_weak = is_weak(self.head, lang)
        self.is_unknown = act_of(self.head, lang) is None
        self.siblings = _siblings(doc, part)

    def covers(self, cue: Found) -> bool:
        if cue.category in {"pseudo", "terminate"}:
            return False
        anchor = anchor_of(self.doc, cue)
        if cue.category in {"condition", "unconfirmed"} and self._covers_aside(cue):
            return True
        if cue.category == "condition":
            return False
        if self._holds(cue) and any(i in self.inner for i in range(cue.start, cue.end)):
            return True
        if self._opens(cue):
            return True
        return self._climbs(cue, anchor)

    def _climbs(self, cue: Found, anchor: Token) -> bool:
        """Follow the cue's heads up to a word of the assertion."""
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

    def _opens(self, cue: Found) -> bool:
        """ "hopes to" before its predicate counts, whatever the parser made of it."""
        long = cue.end - cue.start > 1 and cue.rule.direction == "forward"
        return long and cue.end in self.inner and self._holds(cue)

    def _is_close(self, cue: Found) -> bool:
        """Distrust the parse where a particle stands right before the predicate."""
        if cue.category not in {"negation", "future", "possibility"}:
            return False
        return 0 < self.part.head - cue.end + 1 <= 2 and self._holds(cue)

    def _covers_aside(self, cue: Found) -> bool:
        """Say whether "if …", "though unconfirmed" stands beside the predicate."""
        if not self._holds(cue):
            return False
        at = anchor_of(self.doc, cue)
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
        if last.dep_ in SUBJECTS:
            return last.i == path[0].i and (self.is_weak or self.is_unknown)
        if self.is_weak or path[-1].i != self.part.head or is_copular(path[-1]):
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


def is_copular(token: Token) -> bool:
    """Say whether the clause of `token` says what something is."""
    return token.pos_ == "AUX" or any(c.dep_ == "cop" for c in token.children)


def is_weak(token: Token, lang: str) -> bool:
    """Say whether the predicate is a stage or report, its object the content."""
    if act_of(token, lang) in _WEAK_ACTS or is_stage(token, lang):
        return True
    return normal(token.lemma_) in lexicon(lang).words["report"]


def chain_down(head: Token) -> set[int]:
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


def anchor_of(doc: Doc, cue: Found) -> Token:
    """Return the word of the cue by which it hangs in the parse."""
    at = doc[cue.start]
    for _ in range(MAX_DEPTH):
        if not cue.start <= at.head.i < cue.end or at.head.i == at.i:
            break
        at = at.head
    return at
