"""Entities: what a report names, each with its normal form and script-free key."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from molva.model import Alias, Entity, EventDate
from nlp import gazetteer
from nlp.entities_aliases import Declarations
from nlp.entities_identity import identified
from nlp.entities_spans import SpanFinder
from nlp.extensions import set_spans
from nlp.gazetteer import is_outlet


class Entities:
    """Set `doc._.entities` from the base model's spans, the gazetteer and rules.

    `doc._.aliases` are the other names that the text declares for them.
    """

    def __init__(self, nlp: Language, lang: str) -> None:
        self.lang = lang
        # before anything is read: words met later would count as known
        known_words = frozenset(nlp.vocab.strings if lang == "en" else ())
        self.gazetteer = gazetteer.load(lang, nlp.tokenizer)
        self.finder = SpanFinder(self.gazetteer, known_words)
        self.declarations = Declarations(self.gazetteer)

    def __call__(self, doc: Doc) -> Doc:
        """Write the entities of `doc` to `doc._.entities` and its span group."""
        entities, doc._.aliases = self._read(doc)
        set_spans(doc, "entities", entities)
        set_spans(doc, "dates", _outside_outlets(doc._.dates or [], entities))
        return doc

    def find(self, doc: Doc) -> list[Entity]:
        """Return the entities of `doc` in text order; none overlap."""
        return self._read(doc)[0]

    def _read(self, doc: Doc) -> tuple[list[Entity], list[Alias]]:
        mentions = self.finder.find(doc)
        declared = self.declarations.find(doc, mentions)
        return identified(doc, mentions, declared, self.gazetteer)


def _outside_outlets(dates: list[EventDate], entities: list[Entity]) -> list[EventDate]:
    """Leave out the day in the name of a paper: the Sunday Times, Mail on Sunday."""
    outlets = [e for e in entities if is_outlet(e.key)]
    return [
        d
        for d in dates
        if not any(o.start <= d.start < d.end <= o.end for o in outlets)
    ]


@Language.factory(
    "molva_entities",
    default_config={"lang": "en"},
    requires=["doc.ents", "token.lemma", "token.pos"],
)
def make_entities(nlp: Language, name: str, lang: str) -> Entities:
    """Make the component for `lang` ("en" or "ru")."""
    return Entities(nlp, lang)
