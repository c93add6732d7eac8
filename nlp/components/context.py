"""Modality (fact, plan, forecast …) and polarity, in the manner of ConText."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from nlp.context_judge import Judgement, judge_part, main_part
from nlp.context_rules import lexicon
from nlp.context_scope import cue_record, read_sentences
from nlp.extensions import set_spans

__all__ = ["Context", "Judgement", "judge", "make_context"]


class Context:
    """Set `doc._.cues`, every cue of modality and polarity in text order."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        lexicon(lang)

    def __call__(self, doc: Doc) -> Doc:
        """Read `doc` in place."""
        doc.user_data["molva_lang"] = self.lang
        for name in ("molva_sentences", "molva_applied", "molva_is_claim"):
            doc.user_data.pop(name, None)
        records = [
            cue_record(doc, c.start, c.end, c.category)
            for sentence in read_sentences(doc, self.lang)
            for c in sentence.cues
            if c.category not in {"pseudo", "terminate"}
        ]
        set_spans(doc, "cues", records)
        return doc


def judge(doc: Doc, start: int, end: int) -> Judgement:
    """Return how firmly characters `start`–`end` are asserted, and why.

    `doc` has passed the `context` component. Of several assertions within the stretch
    the first counts; a stretch without a predicate is a plain fact.
    """
    lang = doc.user_data["molva_lang"]
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return Judgement()
    for sentence in read_sentences(doc, lang):
        if sentence.end <= span.start:
            continue
        if sentence.start >= span.end:
            break
        part = main_part(doc, sentence, span.start, span.end, lang)
        if part is not None:
            return judge_part(doc, sentence, part, lang)
    return Judgement()


@Language.factory("molva_context", default_config={"lang": "en"})
def make_context(nlp: Language, name: str, lang: str) -> Context:
    """Make the component for `lang`."""
    return Context(lang)
