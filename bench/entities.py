"""Entities against gold: `python -m bench.entities` prints ours beside the bare models.

Russian gold is factRuEval-2016 as naeval reads it: persons whole, of the rest the name
parts, LocOrg is LOC. English gold is MEANTIME's named mentions (NAM, PRE.NAM) within
the annotated sentences, articles left out on both sides. A match is exact: span, label.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import spacy

from nlp import russian
from nlp.build import DEFAULT_MODELS
from nlp.components.entities import Entities

DATA = Path(__file__).parents[2] / "shared" / "data"
LABELS = ("PER", "LOC", "ORG")
_RU_LABELS = {"Person": "PER", "Org": "ORG", "Location": "LOC", "LocOrg": "LOC"}
_EN_LABELS = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC", "LOC": "LOC", "ORG": "ORG"}
_ARTICLES = ("the ", "The ", "a ", "A ", "an ", "An ")

Span = tuple[int, int, str]
Gold = Callable[[dict[str, Any]], set[Span]]


def factrueval(record: dict[str, Any]) -> set[Span]:
    """Return the name spans of one factRuEval document; the longest of overlapping."""
    found: list[Span] = []
    for entity in record["entities"]:
        label = _RU_LABELS.get(entity["label"])
        if label == "PER":
            found.append((entity["start"], entity["end"], label))
        elif label:
            wanted = "org_name" if label == "ORG" else "loc_name"
            found += [(s, e, label) for kind, s, e in entity["parts"] if kind == wanted]
    kept: list[Span] = []
    for span in sorted(set(found), key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return set(kept)


def meantime(record: dict[str, Any]) -> set[Span]:
    """Return the named mentions of one MEANTIME document, without articles."""
    return {
        bare(record, entity["start"], entity["end"], entity["label"])
        for entity in record["entities"]
        if entity["end"] <= record["gold_end"]
        and entity["label"] in LABELS
        and entity["syntactic_type"] in ("NAM", "PRE.NAM")
    }


def bare(record: dict[str, Any], start: int, end: int, label: str) -> Span:
    """Return the span without a leading article and a closing possessive."""
    text = record["text"][start:end]
    article = next((a for a in _ARTICLES if text.startswith(a)), "")
    return start + len(article), end - (2 if text.endswith("'s") else 0), label


def score(pairs: list[tuple[set[Span], set[Span]]]) -> dict[str, tuple[float, int]]:
    """Return label → (F1, number of gold spans), and "all"."""
    result = {}
    for name in (*LABELS, "all"):
        hits = found = gold = 0
        for wanted, given in pairs:
            want = {s for s in wanted if name in ("all", s[2])}
            give = {s for s in given if name in ("all", s[2])}
            hits, found, gold = (
                hits + len(want & give),
                found + len(give),
                gold + len(want),
            )
        result[name] = (2 * hits / max(1, found + gold), gold)
    return result


def rows() -> Iterator[tuple[str, str, dict[str, tuple[float, int]], float]]:
    """Yield (set, system, scores, seconds) for each set that is there."""
    sets: tuple[tuple[str, str, Gold], ...] = (
        ("ru", "ru_factrueval2016/devset.jsonl", factrueval),
        ("en", "en_meantime/meantime.jsonl", meantime),
    )
    for lang, path, gold_of in sets:
        if not (DATA / path).exists():
            print(f"{path}: absent, skipped")
            continue
        lines = (DATA / path).read_text(encoding="utf-8").split("\n")
        records = [json.loads(line) for line in lines if line]
        model = DEFAULT_MODELS[lang]
        nlp = russian.blank() if lang == "ru" else spacy.load(model)
        began = time.perf_counter()
        docs = list(nlp.pipe(r["text"] for r in records))
        base_seconds = time.perf_counter() - began
        ours = Entities(nlp, lang)
        began = time.perf_counter()
        found = [ours.find(doc) for doc in docs]
        our_seconds = time.perf_counter() - began
        gold = [gold_of(r) for r in records]
        labels = _EN_LABELS if lang == "en" else dict(zip(LABELS, LABELS, strict=True))
        models = [
            spans(
                r,
                [(e.start_char, e.end_char, labels.get(e.label_, "")) for e in d.ents],
            )
            for r, d in zip(records, docs, strict=True)
        ]
        mine = [
            spans(r, [(e.start, e.end, e.label) for e in es])
            for r, es in zip(records, found, strict=True)
        ]
        name = path.split("/")[0]
        yield name, model, score(list(zip(gold, models, strict=True))), base_seconds
        yield name, "molva", score(list(zip(gold, mine, strict=True))), our_seconds


def spans(record: dict[str, Any], given: list[Span]) -> set[Span]:
    """Return the spans that are scored: our three labels, within the annotated part."""
    limit = record.get("gold_end", len(record["text"]))
    kept = [s for s in given if s[2] in LABELS and s[1] <= limit]
    return {bare(record, *s) for s in kept} if "gold_end" in record else set(kept)


def main() -> None:
    """Print one line per set and system: F1 (n gold) per label."""
    print(f"{'set':20} {'system':24} {'all':>12} {'PER':>12} {'LOC':>12} {'ORG':>12}")
    for name, system, scores, seconds in rows():
        cells = " ".join(
            f"{scores[k][0]:.3f} ({scores[k][1]:4d})" for k in ("all", *LABELS)
        )
        print(f"{name:20} {system:24} {cells}  {seconds:.1f} s")


if __name__ == "__main__":
    main()
