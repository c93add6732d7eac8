"""Multiples and bare fractions: "doubled", «вдвое», "a third of", «в 1,5 раза»."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from spacy.strings import StringStore
from spacy.tokens import Doc, Token

from molva.model import Cue
from nlp.data import load
from nlp.extensions import text_of
from nlp.figures_find import Quantity, find_quantities


@dataclass(frozen=True)
class _Words:
    lemmas: frozenset[str]
    words: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    calendar: frozenset[str]

    @cached_property
    def word_ids(self) -> frozenset[int]:
        """The ids of `words` in every vocabulary."""
        return frozenset(StringStore().add(word) for word in self.words)

    @cached_property
    def lemma_ids(self) -> frozenset[int]:
        """The ids of `lemmas` in every vocabulary."""
        return frozenset(StringStore().add(word) for word in self.lemmas)


class _Spans:
    """Stretches of text, asked whether any of them touches another."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        spans = sorted(spans)
        self.starts = [start for start, _ in spans]
        self.reach = list(accumulate((end for _, end in spans), max))

    def touch(self, start: int, end: int) -> bool:
        before = bisect_left(self.starts, end)
        return before > 0 and self.reach[before - 1] > start


@cache
def _words(lang: str) -> _Words:
    data = load(lang, "figures")["changes"]
    return _Words(**{name: frozenset(lemmas) for name, lemmas in data.items()})


def quantities_of(doc: Doc, lang: str) -> list[Quantity]:
    """Return the quantities of a doc, found once."""
    found: list[Quantity] | None = doc.user_data.get("molva_quantities")
    if found is None:
        found = find_quantities(text_of(doc), lang)
        doc.user_data["molva_quantities"] = found
    return found


def find_changes(doc: Doc, lang: str) -> list[Cue]:
    """Return the multiples and fractions of something unnamed, in text order."""
    spans = [*_multiples(doc, lang), *_words_of_change(doc, lang)]
    cues: list[Cue] = []
    for start, end in sorted(set(spans)):
        if cues and start < cues[-1].end:
            continue
        words = text_of(doc)[start:end]
        cues.append(Cue(start=start, end=end, text=words, category="change"))
    return cues


def _multiples(doc: Doc, lang: str) -> list[tuple[int, int]]:
    text = text_of(doc)
    dates = _Spans([(d.start, d.end) for d in doc._.dates or ()])
    return [
        (q.start, q.end)
        for q in quantities_of(doc, lang)
        if _is_multiple(q, text) and not dates.touch(q.start, q.end)
    ]


def _is_multiple(quantity: Quantity, text: str) -> bool:
    if quantity.unit is not None:
        return quantity.unit.kind == "multiple"
    is_part = quantity.is_fraction and quantity.literal is None and quantity.high < 1
    # one word ("half", "quarter") is judged with the words around it, below
    is_phrase = " " in text[quantity.core_start : quantity.core_end]
    return is_part and is_phrase and not quantity.is_loose


def _words_of_change(doc: Doc, lang: str) -> list[tuple[int, int]]:
    words = _words(lang)
    found = []
    dates = [(d.start, d.end) for d in doc._.dates or ()]
    scaled = [(q.start, q.end) for q in quantities_of(doc, lang) if q.has_scale]
    taken = _Spans(dates + scaled)
    # a Token for every word is what costs: look at the strings' ids first
    for i, (lower, lemma) in enumerate(doc.to_array(["LOWER", "LEMMA"]).tolist()):
        if lower not in words.word_ids and lemma not in words.lemma_ids:
            continue
        token = doc[i]
        if lower not in words.word_ids and token.pos_ == "ADJ":
            continue
        span = _widened(token, words)
        if span is not None and not taken.touch(*span):
            found.append(span)
    return found


def _widened(token: Token, words: _Words) -> tuple[int, int] | None:
    """Return the cue with "by" before it and "of" behind; None in "first half"."""
    doc = token.doc
    if token.i and doc[token.i - 1].lower_ in words.calendar:
        return None
    start, end = token.i, token.i + 1
    while start and doc[start - 1].lower_ in words.before and start > token.i - 4:
        start -= 1
    if end < len(doc) and doc[end].lower_ in words.after:
        end += 1
    return doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
