"""What is no claim: boilerplate, credits, headings, bare reports and bare opinions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from molva.model import Attribution
from nlp.acts import act_of, content_act, is_stage
from nlp.clauses import Assertion, does_something, has_subject
from nlp.components.attribution import attribution_of
from nlp.context_judge import asks_which
from nlp.context_rules import lexicon, normal
from nlp.context_scope import Sentence, applied, chain_down
from nlp.context_spans import has_value, within
from nlp.data import load
from nlp.extensions import text_between, text_of
from nlp.statements_subject import grammatical_subject, stands_for

#: A line without a full stop that is no longer than this is a heading.
HEADING_WORDS = 16
#: Boilerplate phrases inside longer sentences are quoted, not meant.
MAX_BOILERPLATE = 60

_DASHES = frozenset("-–—")
_BULLETS = "-–—•*·▪►>■● \t\"«“'"
_TERMINAL = frozenset(".!?…")
_QUOTES = frozenset('«»“”„"')
#: Cues that make a claim of a reporting verb ("denied the sale").
_TELLING = {
    "denial",
    "plan",
    "forecast",
    "possibility",
    "double_negation",
    "unconfirmed",
    "question",
}
#: Those that make one of it by themselves ("denied the rumour").
_FIRM = _TELLING - {"plan", "forecast", "possibility"}
_THINGS = {"obj", "dobj", "nsubjpass", "nsubj:pass"}
_SUBJECTS = {"nsubj", "nsubjpass", "nsubj:pass", "csubj"}
_COMPLEMENTS = {"obj", "dobj", "attr", "obl", "iobj", "agent"}
_CALLS = {"conj", "parataxis"}
_NAMED = {"ORG", "PER", "PRODUCT", "LOC", "PERSON", "GPE", "FAC"}


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """One language's boilerplate.toml, compiled."""

    starts: re.Pattern[str]
    contains: re.Pattern[str]
    whole: re.Pattern[str]
    verbs: frozenset[str]
    feelings: frozenset[str]
    adjectives: frozenset[str]
    nouns: frozenset[str]
    subjects: frozenset[str]


@cache
def boilerplate(lang: str) -> Boilerplate:
    """Return the boilerplate of `lang`."""
    data = load(lang, "boilerplate")
    opinion = {k: frozenset(map(normal, v)) for k, v in data["opinion"].items()}

    def either(phrases: list[str], edge: str = "") -> re.Pattern[str]:
        ordered = sorted(map(normal, phrases), key=len, reverse=True)
        return re.compile("|".join(re.escape(p) + _edge(p, edge) for p in ordered))

    return Boilerplate(
        starts=either(data["starts"], r"(?!\w)"),
        contains=either(data["contains"]),
        whole=re.compile("|".join(f"(?:{p})" for p in data["patterns"])),
        **opinion,
    )


def _edge(phrase: str, edge: str) -> str:
    return edge if phrase[-1].isalnum() else ""


def is_boilerplate(text: str, lang: str) -> bool:
    """Say whether a sentence is printed for the reader and claims nothing."""
    rules = boilerplate(lang)
    plain = text.strip()
    lowered = normal(plain).lstrip(_BULLETS)
    if rules.starts.match(lowered):
        return True
    if len(plain.split(None, MAX_BOILERPLATE)) > MAX_BOILERPLATE:
        return False
    return bool(rules.contains.search(lowered) or rules.whole.fullmatch(plain))


def is_heading(doc: Doc, start: int, end: int) -> bool:
    """Say whether tokens `start`–`end` are a title: a short line without a stop.

    The only line of a text is none: it is all there is to read.
    """
    text = text_between(doc, start, end).rstrip("\"'»”’)] ")
    if not text or text[-1] in _TERMINAL or end - start > HEADING_WORDS:
        return False
    before, after = _breaks(doc, start, end)
    alone = start == 0 and all(t.is_space for t in doc[end:])
    return before and after and not alone


def _breaks(doc: Doc, start: int, end: int) -> tuple[bool, bool]:
    before = start == 0 or "\n" in doc[start - 1].text
    after = end >= len(doc) or "\n" in doc[end].text
    return before, after


def is_title(doc: Doc, start: int, end: int) -> bool:
    """Say whether tokens `start`–`end` repeat the report's own title."""
    report = doc._.report
    if report is None or not report.title:
        return False
    return _plain(text_between(doc, start, end)) == _plain(report.title)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", normal(text)).strip()


def is_claim(doc: Doc, sentence: Sentence, part: Assertion, lang: str) -> bool:
    """Say whether `part` asserts (or asks) something about the world."""
    known: dict[Assertion, bool] = doc.user_data.setdefault("molva_is_claim", {})
    found = known.get(part)
    if found is None:
        is_told = not _is_for_reader(doc[part.head], part, lang)
        found = is_told and _is_claim(doc, sentence, part, lang)
        known[part] = found
    return found


def _is_claim(doc: Doc, sentence: Sentence, part: Assertion, lang: str) -> bool:
    head = doc[part.head]
    cues = {c.category for c in applied(doc, sentence, part, lang)}
    has_number = has_value(doc, part.start, part.end)
    act, word = content_act(head, lang)
    if "no_comment" in cues:
        is_asked = "question" in cues or asks_which(doc, part)
        return is_asked and (act is not None or has_subject(head))
    if cues & {"unconfirmed", "double_negation"} and _leaves_open(doc, part, head):
        return False
    if answers(doc, sentence, part, lang):
        return True
    if _is_bare_report(doc, part, act, word, cues, lang):
        return False
    is_firm = has_number or "denial" in cues
    if not is_firm and _is_opinion(head, part, act, lang):
        return False
    if act is not None or _names_act(doc, head):
        return True
    if has_number:
        return not _is_dateline(doc, part)
    if cues - {"negation"} and _is_about(doc, part, head):
        return True
    is_told = bool(part.governors) or _is_told(doc, head)
    if is_told and (objects(head) or _names_something(doc, part, head)):
        return True  # somebody vouches for it: "confirmed that it had offered help"
    return _relates(doc, part, head)


def _is_told(doc: Doc, head: Token) -> bool:
    """Say whether somebody tells what `head` says, in indirect speech."""
    said = _said(doc, head)
    if said.cue_start is None:
        return False
    start, end = sorted((said.cue_start, head.idx))
    return _QUOTES.isdisjoint(text_of(doc)[start:end])


def _said(doc: Doc, token: Token) -> Attribution:
    """Return who says one word."""
    return attribution_of(doc, token.idx, token.idx + len(token))


def _is_for_reader(head: Token, part: Assertion, lang: str) -> bool:
    """ "You can find it here", "Don't forget to follow me": a word to the reader."""
    reader = lexicon(lang).words["reader"]
    subjects = [c for c in head.children if c.dep_ in _SUBJECTS]
    if any(normal(s.text) in reader for s in subjects):
        return True
    if _calls_on(head):
        return True
    is_bare = head.tag_ == "VB" and head.dep_ in {"ROOT", "ccomp"} and not subjects
    return (
        is_bare
        and not part.governors
        and part.sibling is None
        and all(
            c.text.lower() in {"do", "let"} for c in head.children if c.dep_ == "aux"
        )
    )


def _calls_on(head: Token) -> bool:
    """«Берите зонт», «…, успейте заказать»: an order, to the reader or a listener."""
    if _is_order(head):
        return True
    orders = (c for c in head.children if c.dep_ in _CALLS and _is_order(c))
    return any(_said(c.doc, c).source is None for c in orders)


def _is_order(token: Token) -> bool:
    """Say whether a verb is an imperative to more than one (not «будь …, …»)."""
    is_plural = token.lower_.endswith(("те", "тесь"))
    return is_plural and "Imp" in token.morph.get("Mood", [])


def _is_bare_report(
    doc: Doc,
    part: Assertion,
    act: str | None,
    word: Token,
    cues: set[str],
    lang: str,
) -> bool:
    """«Об этом рассказали два источника»: who says so, but not what."""
    words = lexicon(lang).words
    head = doc[part.head]
    lemma = normal(head.lemma_)
    if lemma not in words["report"]:
        return False
    if lemma in words["deeds"] and does_something(head, words["content"]):
        return False
    if cues & _FIRM or (cues & _TELLING and act is not None):
        return not (objects(head) or word.i != head.i)
    is_known = normal(word.lemma_) in words["content"]
    if word.i != head.i and act is not None and not is_known:
        return False
    if _names_act(doc, head):
        return False
    return not objects(head) or (act is None and not _has_figure(doc, head))


def _names_something(doc: Doc, part: Assertion, head: Token) -> bool:
    """Say whether a clause with no object has a thing or deed to be about."""
    subjects = (c for c in head.children if c.dep_ in _SUBJECTS)
    if any(c.pos_ in {"NOUN", "PROPN"} for c in subjects):
        return True
    return named_act(doc, part) is not None


def _names_act(doc: Doc, head: Token) -> bool:
    """«О продаже „Орбиты“ сообщили …»: the topic names a deed and whose it is.

    Where nothing stands before the sentence, the deed's name alone is news.
    """
    lang = doc.user_data["molva_lang"]
    is_told = normal(head.lemma_) in lexicon(lang).words["report"]
    is_first = head.left_edge.i == 0
    return is_told and any(
        noun.pos_ == "NOUN"
        and (content_act(noun, lang)[0] is not None or _is_scoop(doc, noun, lang))
        and (is_first or any(c.dep_ in {"nmod", "prep"} for c in noun.children))
        # later, what opens a sentence takes up what stands before
        and (noun.i > head.i or (is_first and _said(doc, noun).cue_start is not None))
        for noun in _topics(head)
    )


def _is_scoop(doc: Doc, noun: Token, lang: str) -> bool:
    """Say whether an outlet tells of talks or plans: that there are any is its news."""
    return is_stage(noun, lang) and _said(doc, noun).outlet is not None


def _topics(head: Token) -> Iterator[Token]:
    """Yield what is told of; «первым о сделке» may hang on the word for who."""
    for noun in objects(head):
        if noun.dep_ in {"obl", "pobj"}:
            yield noun
            yield from (c for c in noun.children if noun.pos_ == "ADJ")


def _has_figure(doc: Doc, head: Token) -> bool:
    """Say whether what `head` tells has a figure ("named a price of 3 euros")."""
    spans = (doc[t.left_edge.i : t.right_edge.i + 1] for t in objects(head))
    return any(within(doc._.figures, s.start_char, s.end_char) for s in spans)


def objects(head: Token) -> list[Token]:
    """Return the objects of `head` that are more than a pronoun."""
    found = []
    for child in head.children:
        if child.dep_ in {"prep"}:
            found += [c for c in child.children if c.dep_ in {"pobj", "pcomp"}]
        elif child.dep_ in _COMPLEMENTS | {"xcomp", "ccomp", "nsubjpass", "nsubj:pass"}:
            found.append(child)
    return [t for t in found if t.pos_ not in {"PRON", "DET"}]


def _is_opinion(head: Token, part: Assertion, act: str | None, lang: str) -> bool:
    """Say whether the predicate only comments ("is an important step")."""
    rules = boilerplate(lang)
    lemma = normal(head.lemma_)
    subject = next((c for c in head.children if c.dep_ in _SUBJECTS), None)
    name = normal(subject.lemma_) if subject is not None else ""
    vague = name in rules.subjects or name in lexicon(lang).words["first_person"]
    predicates = [head] if head.pos_ in {"ADJ", "NOUN"} else []
    predicates += [c for c in head.children if c.dep_ in {"acomp", "attr", "oprd"}]
    if predicates:
        words = {normal(p.lemma_) for p in predicates}
        words |= {normal(p.text) for p in predicates}
        words |= {normal(c.lemma_) for p in predicates for c in _praise(p, vague)}
        if words & rules.adjectives:
            return True
        if vague and act is None and any(map(_is_any, predicates)):
            return True
        return vague and bool(words & rules.nouns)
    if vague and lemma in rules.feelings:
        return True
    return act is None and vague and lemma in rules.verbs


def _is_any(noun: Token) -> bool:
    """ "We are a factory": what somebody likens himself to, with nothing named."""
    is_indefinite = any("Ind" in c.morph.get("Definite", []) for c in noun.children)
    return is_indefinite and not any(t.pos_ in {"PROPN", "NUM"} for t in noun.subtree)


def _praise(noun: Token, vague: bool) -> list[Token]:
    """ "It was a wonderful evening": the adjective comments for the noun."""
    return [c for c in noun.lefts if c.dep_ == "amod"] if vague else []


def _is_about(doc: Doc, part: Assertion, head: Token) -> bool:
    """Say whether a hedged or denied clause has anything to be about."""
    chain = (doc[i] for i in sorted(chain_down(head)))
    nouns = [
        noun
        for verb in chain
        for noun in objects(verb)
        if noun.pos_ != "VERB" and not _is_bare_content(noun, doc)
    ]
    return bool(nouns) or _has_name(doc, part) or named_act(doc, part) is not None


def named_act(doc: Doc, part: Assertion) -> str | None:
    """Return the first act that any word of `part` names ("no talk of a closure")."""
    lang = doc.user_data["molva_lang"]
    words = (t for t in doc[part.start : part.end] if t.pos_ in {"NOUN", "VERB"})
    reports = lexicon(lang).words["report"]
    acts = (act_of(t, lang) for t in words if normal(t.lemma_) not in reports)
    return next((a for a in acts if a is not None), None)


def _is_dateline(doc: Doc, part: Assertion) -> bool:
    """ "MOSCOW, May 17.": a place and a day, and nothing said."""
    if any(
        t.pos_ in {"VERB", "AUX"} or t.text in _DASHES
        for t in doc[part.start : part.end]
    ):
        return False
    span = doc[part.start : part.end]
    return not within(doc._.figures, span.start_char, span.end_char)


def _leaves_open(doc: Doc, part: Assertion, head: Token) -> bool:
    """ "neither confirmed nor denied this information": nothing is said."""
    nouns = [c for c in head.children if c.dep_ in _THINGS and c.pos_ == "NOUN"]
    if part.governors or named_act(doc, part) is not None:
        return False
    report = lexicon(doc.user_data["molva_lang"]).words["report"]
    chain = [doc[i] for i in sorted(chain_down(head))]
    nouns += [c for v in chain[1:] for c in v.children if c.dep_ in _THINGS]
    is_told = any(normal(v.lemma_) in report for v in chain)
    return is_told and all(_is_bare_content(n, doc) for n in nouns)


def answers(doc: Doc, sentence: Sentence, part: Assertion, lang: str) -> bool:
    """«Эти сведения опровергли», "says the opposite": of what was said before."""
    is_denial = any(c.category == "denial" for c in applied(doc, sentence, part, lang))
    return (is_denial or _reverses(doc[part.head], lang)) and _takes_up(doc, part)


def _takes_up(doc: Doc, part: Assertion) -> bool:
    """Say whether `part` tells of no more than "this", «эта информация»."""
    words = lexicon(doc.user_data["molva_lang"]).words
    head = doc[part.head]
    marks = {normal(c.text) for c in head.children if c.dep_ == "mark"}
    # "…, but the maker denies this": parsers hang it on who told the news
    if part.start == 0 or (part.governors and marks & set(words["that"])):
        return False
    inside = [c for c in head.children if c.dep_ in _THINGS | _SUBJECTS]
    points_back = any(
        (_is_bare_content(t, doc) and not t.morph.get("Person", []))
        # «…, минздрав ее опроверг»
        or (t.pos_ == "PRON" and t.dep_ in _THINGS and "3" in t.morph.get("Person", []))
        for t in inside
    )
    is_back = points_back or _reverses(head, doc.user_data["molva_lang"])
    return is_back and named_act(doc, part) is None


def _reverses(head: Token, lang: str) -> bool:
    """ "Says the opposite": what stands before, turned around."""
    words = lexicon(lang).words["reverse"]
    beside = (c for c in head.children if c.dep_ in _THINGS | _SUBJECTS)
    return any(normal(c.lemma_) in words for c in beside)


def _is_bare_content(token: Token, doc: Doc) -> bool:
    """ "the information", with nothing said of what it is."""
    words = lexicon(doc.user_data["molva_lang"]).words["content"]
    inner = (c for c in token.children if c.dep_ in {"nmod", "prep", "acl", "ccomp"})
    return normal(token.lemma_) in words and next(inner, None) is None


def _has_name(doc: Doc, part: Assertion) -> bool:
    span = doc[part.start : part.end]
    if doc._.entities:
        return any(span.start_char <= e.start < span.end_char for e in doc._.entities)
    return any(e.label_ in _NAMED for e in span.ents) or any(
        t.pos_ == "PROPN" for t in span
    )


def _relates(doc: Doc, part: Assertion, head: Token) -> bool:
    """A predicate between a named thing and something else is a relation."""
    if not has_subject(head) and not has_subject(doc[part.top]):
        return False
    beside = any(
        c.dep_ in _COMPLEMENTS | {"prep", "xcomp", "nmod", "acomp"}
        for c in head.children
    )
    if not beside and head.pos_ not in {"NOUN", "PROPN"}:
        return False
    if _has_name(doc, part):
        return True
    subject = grammatical_subject(doc, part)
    return subject is not None and stands_for(doc, subject) is not None
