"""Headlines without a finite verb: "Maker to build plant", "Maker losing, X says"."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from nlp.acts import is_stage
from nlp.context_rules import lexicon, normal

#: Words of the longest headline.
MAX_HEADLINE = 30

_NAMES = {"NOUN", "PROPN", "ADJ", "NUM"}


def headline_verb(doc: Doc, start: int, end: int, lang: str) -> Token | None:
    """Return the verb of "Maker to build plant: sources", "Maker losing money, X says".

    Such a line has no finite verb but that of saying, at its end or its beginning.
    """
    # a model without English tags has no such lines
    if end - start > MAX_HEADLINE or not doc[start].tag:
        return None
    report = lexicon(lang).words["report"]
    tellers = [t for t in doc[start:end] if "VerbForm=Fin" in str(t.morph)]
    if any(normal(t.lemma_) not in report for t in tellers):
        return None
    plain = [t for t in doc[start + 1 : end] if t.nbor(-1).pos_ in _NAMES]
    # "Maker in talks to buy": what a stage leads to, where nothing else is done
    staged = [t for t in plain if is_stage(t.nbor(-1), lang)]
    for token in sorted(plain, key=lambda t: t in staged):
        is_reported = bool(tellers) and tellers[0].i < token.i
        if token in staged and (token.tag_ != "TO" or is_reported):
            continue
        verb = _after_adverbs(doc, token.i + 1, end)
        if token.tag_ == "TO" and verb is not None and verb.tag_ == "VB":
            return verb
        told = tellers and tellers[-1].i > token.i and end - tellers[-1].i <= 2
        if told and token.tag_ in {"VBG", "VBN"} and token.dep_ == "acl":
            return token
    return None


def _after_adverbs(doc: Doc, at: int, end: int) -> Token | None:
    return next((t for t in doc[at:end] if t.pos_ != "ADV"), None)
