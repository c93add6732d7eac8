"""To be written."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.factory("molva_context", default_config={"lang": "en"})
def make_context(nlp: Language, name: str, lang: str) -> "_Pass":
    return _Pass()


class _Pass:
    def __call__(self, doc: Doc) -> Doc:
        doc._.set("cues", [])
        return doc
