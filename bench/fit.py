"""Fit the weights of matching: `python -m bench.fit` prints `matching.WEIGHTS`.

Logistic regression with an L2 penalty in which no term may speak against its sense, on
the pairs of `tests/pairs.jsonl`, the seen half of the fresh pairs and the statements of
the dev stories and the sample newsroom: two of one claim are a positive, one of a claim
and any other statement of the story a negative, and so are statements of two stories.
First comes the AUC of each set when its stories were left out of the fit. The test
stories and the other fresh pairs stay unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.matching import auc, fresh, pairs, texts_of
from bench.stories import gold_statements, stories
from molva import newsroom, shapes
from molva.features import features
from molva.matching import terms
from molva.model import Report, Statement
from molva.newsroom import content
from molva.signals import signals

#: Terms of which the sense is not known before.
FREE = ("start", "start across languages")
#: Strength of the L2 penalty.
PENALTY = 0.5
#: What an example counts: of fresh pairs there are few, of story negatives many.
COUNTS = {"pairs": 1.0, "fresh": 2.0, "stories": 1.0, "negatives": 0.25}
#: Pairs of statements from different stories.
ACROSS = 1500
FOLDS = 6

Vector = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """Two statements with their cosine; those of one `fold` are left out together."""

    kind: str
    fold: int
    a: Statement
    b: Statement
    cosine: float
    is_same: bool


def examples() -> list[Example]:
    """Return all examples of the fit."""
    told = [gold_statements(story) for story in stories("dev")]
    told += [gold_statements(story) for story in newsroom_stories()]
    return [*_of_pairs("pairs"), *_of_pairs("fresh"), *_of_stories(told)]


def newsroom_stories() -> list[dict[str, Any]]:
    """Return the stories of the sample newsroom in the shape of the labelled ones."""
    kinds = {source["name"]: source for source in newsroom.outlets()}
    articles = [one for one in content.articles() if not (one.ad or one.disallowed)]
    claims = newsroom.story()["claim"]
    reports = [
        {
            "id": one.id,
            "source": one.outlet,
            "kind": kinds[one.outlet]["kind"],
            "lang": kinds[one.outlet]["lang"],
            "published": one.published,
            "title": one.title,
            "text": " ".join(one.text.split()),
        }
        for one in (content.at_stage(article, 2) for article in articles)
    ]
    return [
        {
            "id": name,
            "reports": [r for r in reports if r["id"] in _articles(claims, name)],
            "claims": [
                {
                    "id": claim["id"],
                    "members": [
                        {"report": m["article"], "text": " ".join(m["text"].split())}
                        for m in claim["said"]
                    ],
                }
                for claim in claims
                if claim["story"] == name
            ],
        }
        for name in dict.fromkeys(claim["story"] for claim in claims)
    ]


def _articles(claims: Sequence[dict[str, Any]], story: str) -> set[str]:
    told = (claim["said"] for claim in claims if claim["story"] == story)
    return {said["article"] for members in told for said in members}


def _of_pairs(kind: str) -> Iterator[Example]:
    from nlp.encode import encode
    from nlp.read import read

    found = pairs() if kind == "pairs" else fresh("seen")
    texts = list(dict.fromkeys(text for pair in found for text in texts_of(pair)))
    number = {text: i for i, text in enumerate(texts)}
    reports = [
        Report(id=str(i), source="fit", key=str(i), text=text.text, lang=text.lang)
        for i, text in enumerate(texts)
    ]
    whole = [
        shapes.statement_of(reading, text.text)
        for reading, text in zip(read(reports), texts, strict=True)
    ]
    vectors = encode([text.text for text in texts])
    for n, pair in enumerate(found):
        i, j = (number[text] for text in texts_of(pair))
        fold = pair.get("story", n) % FOLDS
        cosine = float(vectors[i] @ vectors[j])
        yield Example(kind, fold, whole[i], whole[j], cosine, pair["same"])


def _of_stories(
    labelled: Sequence[Sequence[tuple[Statement, str | None]]],
) -> Iterator[Example]:
    from nlp.encode import encode

    told: list[list[tuple[Statement, str | None, Vector]]] = []
    for number, said in enumerate(labelled):
        fold = number % FOLDS
        vectors = encode([one.asserted().text for one, _ in said])
        rows = [(*pair, row) for pair, row in zip(said, vectors, strict=True)]
        told.append(rows)
        for (a, claim_a, x), (b, claim_b, y) in combinations(rows, 2):
            if claim_a or claim_b:
                is_same = claim_a == claim_b
                yield Example("stories", fold, a, b, float(x @ y), is_same)
    rng = np.random.default_rng(1)
    for _ in range(ACROSS):
        first, second = rng.choice(len(told), 2, replace=False)
        a, _, x = told[first][rng.integers(len(told[first]))]
        b, _, y = told[second][rng.integers(len(told[second]))]
        yield Example("across", int(first) % FOLDS, a, b, float(x @ y), is_same=False)


def table(rows: Sequence[Example]) -> tuple[list[str], Matrix]:
    """Return the names of the terms, and their values, one row an example."""
    from nlp import gazetteer

    parents = gazetteer.parents()
    found = [
        terms(signals(features(r.a), features(r.b), r.cosine, parents)) for r in rows
    ]
    names = list(found[0])
    return names, np.array([[row[name] for name in names] for row in found])


def fitted(names: Sequence[str], x: Matrix, y: Matrix, counts: Matrix) -> Matrix:
    """Return the weights: coordinate-wise Newton steps, cut off at zero."""
    weights = np.zeros(len(names))
    penalty = np.array([0.0 if name in FREE else PENALTY for name in names])
    odds = np.zeros(len(y))
    for _ in range(200):
        before = weights.copy()
        for j, name in enumerate(names):
            p = 1 / (1 + np.exp(-odds))
            slope = x[:, j] @ (counts * (p - y)) + penalty[j] * weights[j]
            bend = (x[:, j] ** 2) @ (counts * p * (1 - p)) + penalty[j] + 1e-9
            step = weights[j] - max(-1.0, min(1.0, slope / bend))
            step = step if name in FREE else max(0.0, step)
            odds += (step - weights[j]) * x[:, j]
            weights[j] = step
        if np.abs(weights - before).max() < 1e-4:
            break
    return weights


def main() -> None:
    rows = examples()
    names, x = table(rows)
    y = np.array([float(r.is_same) for r in rows])
    folds = np.array([r.fold for r in rows])
    kinds = np.array([r.kind for r in rows])
    counts = np.array([_count(r) for r in rows])
    odds = np.zeros(len(rows))
    for fold in range(FOLDS):
        rest = folds != fold
        odds[~rest] = x[~rest] @ fitted(names, x[rest], y[rest], counts[rest])
    for kind in ("pairs", "fresh", "stories"):
        same, other = (odds[(kinds == kind) & (y == k)].tolist() for k in (1, 0))
        print(f"# {kind}: AUC {auc(same, other):.3f}, left out of the fit")
    weights: dict[str, Any] = dict(
        zip(names, fitted(names, x, y, counts).round(2).tolist(), strict=True)
    )
    for name, weight in weights.items():
        print(f'    "{name}": {weight},')


def _count(row: Example) -> float:
    is_negative = row.kind in ("stories", "across") and not row.is_same
    return COUNTS["negatives" if is_negative else row.kind]


if __name__ == "__main__":
    main()
