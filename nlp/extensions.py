"""Every `Doc._` attribute of Molva, registered once, here.

Results are lists of frozen records with character offsets (two spans with equal
boundaries would share `Span._`, explosion/spaCy#11429); the span groups of the same
names in `doc.spans` are for looking at them with spaCy's own tools.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from spacy.tokens import Doc, Span

#: name → what it holds
EXTENSIONS = {
    "report": "the Report being read (title, published, source, kind)",
    "entities": "list[Entity]",
    "aliases": "list[Alias] that the text declares",
    "dates": "list[EventDate]",
    "figures": "list[Figure]",
    "attributions": "list[nlp.components.attribution.Attributed]",
    "cues": "list[Cue] of modality and polarity",
    "statements": "list[Statement], the main one first",
}

for _name in EXTENSIONS:
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)


def text_of(doc: Doc) -> str:
    """Return the text of `doc`, joined once: `Doc.text` costs its length each time."""
    text: str | None = doc.user_data.get("molva_text")
    if text is None:
        text = doc.user_data["molva_text"] = doc.text
    return text


def text_between(doc: Doc, start: int, end: int) -> str:
    """Return the text of tokens `start`–`end`; a Span would join it anew."""
    if start >= end:
        return ""
    last = doc[end - 1]
    return text_of(doc)[doc[start].idx : last.idx + len(last)]


def heads_of(doc: Doc) -> list[int]:
    """Return the number of every token's head, made once a parse."""
    heads: list[int] | None = doc.user_data.get("molva_heads")
    if heads is None:
        steps = doc.to_array("HEAD").astype("int64")
        heads = (steps + range(len(doc))).tolist()
        doc.user_data["molva_heads"] = heads
    return heads


def texts_of(doc: Doc) -> list[str]:
    """Return the text of every token, made once: making a Token is what costs."""
    texts: list[str] | None = doc.user_data.get("molva_texts")
    if texts is None:
        texts = doc.user_data["molva_texts"] = [token.text for token in doc]
    return texts


def span_at(doc: Doc, start: int, end: int, label: str = "") -> Span | None:
    """Return the tokens that characters `start`–`end` touch, by two look-ups.

    `Doc.char_span` walks over the tokens.
    """
    starts = starts_of(doc)
    first = bisect_right(starts, start) - 1
    if first < 0 or end > len(text_of(doc)):
        return None
    return Span(doc, first, max(bisect_left(starts, end), first + 1), label=label)


def starts_of(doc: Doc) -> list[int]:
    """Return the first character of every token, made once."""
    starts: list[int] | None = doc.user_data.get("molva_starts")
    if starts is None:
        starts = doc.user_data["molva_starts"] = [token.idx for token in doc]
    return starts


def set_spans(doc: Doc, group: str, records: Sequence[Any]) -> None:
    """Keep `records` in `doc._.<group>` and show them as the span group `group`."""
    setattr(doc._, group, list(records))
    spans = (span_at(doc, r.start, r.end, getattr(r, "label", group)) for r in records)
    doc.spans[group] = [span for span in spans if span is not None]
