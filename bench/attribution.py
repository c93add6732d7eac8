"""Attribution against gold: ours beside a plain list of cue words.

`python -m bench.attribution` reads `../shared/data/{en_gum_wikinews,ru_opinion}`.

- en_gum_wikinews: F1 of sentences holding an attribution, and of source clauses
  (a find counts if it overlaps the gold clause, each gold clause once).
- ru_opinion: F1 of holder spans (overlap) where the gold source is a span. A holder
  of an opinion is not always a speaker, so this is a proxy.

The baseline takes every cue lemma for an attribution, the stretch between the marks
around it for the source clause, and the nearest name for the holder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from nlp.attribution_cues import cues
from nlp.attribution_holders import holders
from nlp.build import build
from nlp.read import readable

DATA = Path(__file__).parents[2] / "shared" / "data"
Span = tuple[int, int]
_MARKS = frozenset(',.;:!?"«»“”()—\n')


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one measure."""

    right: int
    found: int
    gold: int

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.found + self.gold, 1)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right + other.right, self.found + other.found, self.gold + other.gold
        )


def rows(name: str, file: str) -> list[dict[str, Any]]:
    """Read a gold file; raises FileNotFoundError where the data is absent."""
    with (DATA / name / file).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def our_cues(doc: Doc) -> list[Span]:
    """Return the ranges of our cues with their sources, as source clauses."""
    found: set[Span] = set()
    for item in doc._.attributions:
        a = item.attribution
        if a.cue_start is None:
            continue
        start, end = a.cue_start, a.cue_end
        if a.source_start is not None and abs(a.source_start - start) < 300:
            start, end = min(start, a.source_start), max(end, a.source_end)
        found.add((start, end))
    return sorted(found)


def plain_cues(doc: Doc, lang: str) -> list[Span]:
    """Return the stretch between marks around each cue word."""
    found: set[Span] = set()
    for token in doc:
        if is_plain_cue(token, lang):
            start, end = token.i, token.i + 1
            while start > token.sent.start and doc[start - 1].text not in _MARKS:
                start -= 1
            while end < token.sent.end and doc[end].text not in _MARKS:
                end += 1
            span = doc[start:end]
            found.add((span.start_char, span.end_char))
    return sorted(found)


def is_plain_cue(token: Token, lang: str) -> bool:
    """Tell whether the lexicon alone takes a token for a cue."""
    lexicon = cues(lang)
    lemma = token.lemma_.lower().replace("ё", "е")
    if lexicon.verbs.get(lemma) in ("say", "announce", "write", "confirm", "deny"):
        return token.pos_ in ("VERB", "AUX")
    return token.text.lower() in ("according", "согласно", "словам", "данным")


def plain_holders(doc: Doc, lang: str) -> list[Span]:
    """Return the name nearest to each cue word in its sentence."""
    found: set[Span] = set()
    for token in doc:
        if not is_plain_cue(token, lang):
            continue
        names = [e for e in doc.ents if token.sent.start <= e.start < token.sent.end]
        if names:
            near = min(names, key=lambda e: abs(e.root.i - token.i))
            found.add((near.start_char, near.end_char))
    return sorted(found)


def overlap(found: Iterable[Span], gold: Iterable[Span]) -> Score:
    """Match spans that overlap, each gold span once."""
    predicted, left = list(found), list(gold)
    total, right = len(left), 0
    for start, end in predicted:
        for span in left:
            if start < span[1] and span[0] < end:
                left.remove(span)
                right += 1
                break
    return Score(right, len(predicted), total)


def sentences(found: list[Span], gold: list[Span], bounds: list[Span]) -> Score:
    """Compare which sentences hold a span (by its start)."""

    def holding(spans: list[Span]) -> set[Span]:
        return {b for b in bounds if any(b[0] <= s < b[1] for s, _ in spans)}

    ours, theirs = holding(found), holding(gold)
    return Score(len(ours & theirs), len(ours), len(theirs))


def gum(find: Callable[[Doc], list[Span]]) -> Iterator[tuple[Score, Score]]:
    """Yield (sentence score, clause score) per document."""
    gold_docs = rows("en_gum_wikinews", "docs.jsonl")
    docs = build("en").pipe(readable(d["text"]) for d in gold_docs)
    for doc, gold in zip(docs, gold_docs, strict=True):
        clauses = [tuple(a["source_clause"]) for a in gold["attributions"]]
        clauses = sorted(set(clauses))
        bounds = [tuple(s) for s in gold["sentences"]]
        found = find(doc)
        yield sentences(found, clauses, bounds), overlap(found, clauses)


def opinion(find: Callable[[Doc], list[Span]]) -> Score:
    """Score holder spans on all sentences with a span as the source."""
    total = Score(0, 0, 0)
    gold_rows = [
        (row["text"], spans)
        for row in rows("ru_opinion", "train.jsonl")
        if (spans := _holder_spans(row))
    ]
    docs = build("ru").pipe(readable(text) for text, _ in gold_rows)
    for doc, (_, spans) in zip(docs, gold_rows, strict=True):
        total += overlap(find(doc), spans)
    return total


def _holder_spans(row: dict[str, Any]) -> list[Span]:
    spans = {
        (part["start"], part["end"])
        for o in row["opinions"]
        for part in o["source"]
        if "start" in part
    }
    return sorted(spans)


def main() -> None:
    """Print the table."""
    print(f"{'set':18}{'measure':34}{'baseline':>9}{'ours':>7}{'n':>6}")
    pairs = [
        list(gum(lambda doc: plain_cues(doc, "en"))),
        list(gum(our_cues)),
    ]
    for at, measure in (
        (0, "sentence holds an attribution F1"),
        (1, "source clause F1"),
    ):
        base, ours = (sum((p[at] for p in part), Score(0, 0, 0)) for part in pairs)
        print(line("en_gum_wikinews", measure, base, ours))
    base = opinion(lambda doc: plain_holders(doc, "ru"))
    print(
        line(
            "ru_opinion",
            "holder span overlap F1",
            base,
            opinion(lambda doc: holders(doc, "ru")),
        )
    )


def line(name: str, measure: str, base: Score, ours: Score) -> str:
    """Format one row of the table."""
    return f"{name:18}{measure:34}{base.f1:9.3f}{ours.f1:7.3f}{ours.gold:6}"


if __name__ == "__main__":
    main()
