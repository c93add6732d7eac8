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
    for token in doc[start + 1 : end]:
        if token.nbor(-1).pos_ not in _NAMES or is_stage(token.nbor(-1), lang):
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
