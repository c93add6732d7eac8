"""Fit the weights of matching: `python -m bench.fit` prints `matching.WEIGHTS`.

Logistic regression with an L2 penalty in which no term may speak against its sense, on
the pairs of `tests/pairs.jsonl`, the seen half of the fresh pairs and the statements of
the dev stories and the sample newsroom: two of one claim are a positive, one of a claim
and any other statement of the story a negative (in the newsroom, where not all are
labelled, one of another claim), and so are statements of two stories. The hardest
negatives are made: a sentence of a claim said of another subject, with another
thing named beside it, or with the opposite deed, read in its report.
First comes the AUC of each set when its stories were left out of the fit, then what the
pairs would give at each threshold: the precision of what is merged and its recall in
the stories, and the share of twisted sentences that would be merged. The test stories
and the other fresh pairs stay unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.matching import auc, fresh, pairs, texts_of
from bench.stories import gold_statements, stories
from molva import newsroom
from molva.features import features
from molva.matching import terms, zone
from molva.model import Entity, Statement
from molva.newsroom import content
from molva.shapes import report_of
from molva.signals import Signals, signals

#: Terms of which the sense is not known before.
FREE = ("start", "start across languages")
#: Strength of the L2 penalty.
PENALTY = 0.5
#: What an example counts: of fresh pairs there are few, of story negatives many.
COUNTS = {"pairs": 1.0, "fresh": 2.0, "stories": 1.0, "negatives": 0.25}
#: Invented names that no language inflects, by the language of the report.
NAMES = {
    "en": ("Tarleton", "Oakhurst", "Merrin", "Calder"),
    "ru": ("Темпо", "Ларго", "Вольто", "Бриско"),
}
#: Deeds and what is done instead, by the language of the report.
INSTEAD = {
    "en": (
        ("open", "close"), ("opened", "closed"), ("build", "demolish"),
        ("buy", "sell"), ("bought", "sold"), ("produce", "sell"),
        ("produced", "sold"), ("production", "sales"), ("delivered", "ordered"),
        ("raise", "cut"), ("rise", "fall"), ("risen", "fallen"), ("close", "open"),
        ("launch", "suspend"), ("start", "stop"), ("started", "stopped"),
    ),
    "ru": (
        ("откроет", "закроет"), ("откроется", "закроется"), ("открылась", "закрылась"),
        ("построит", "снесёт"), ("купит", "продаст"), ("закупит", "продаст"),
        ("выпустил", "продал"), ("произвела", "продала"), ("отгрузила", "закупила"),
        ("вырастет", "упадёт"), ("выросли", "упали"), ("подорожает", "подешевеет"),
        ("запустит", "остановит"), ("остановил", "возобновил"),
        ("прибыл", "ушёл"), ("поступит", "уйдёт"), ("поступят", "уйдут"),
    ),
}  # fmt: skip
#: Thresholds that are tried.
THRESHOLDS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
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
    labelled = stories("dev")
    seen = [*labelled, *newsroom_stories()]
    told = [gold_statements(story) for story in seen]
    return [
        *_of_pairs("pairs"),
        *_of_pairs("fresh"),
        *_of_stories(told, len(labelled)),
        *_twisted(seen, told),
    ]


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
    from molva.pipeline.filters import compared

    found = pairs() if kind == "pairs" else fresh("seen")
    read = compared((one, other) for one, other in map(texts_of, found))
    for n, (pair, told) in enumerate(zip(found, read, strict=True)):
        yield Example(kind, pair.get("story", n) % FOLDS, *told, pair["same"])


def _of_stories(
    labelled: Sequence[Sequence[tuple[Statement, str | None]]], all_labelled: int
) -> Iterator[Example]:
    """Yield pairs of each story; the first `all_labelled` label every statement."""
    from nlp.encode import encode

    told: list[list[tuple[Statement, str | None, Vector]]] = []
    for number, said in enumerate(labelled):
        fold = number % FOLDS
        vectors = encode([one.content for one, _ in said])
        rows = [(*pair, row) for pair, row in zip(said, vectors, strict=True)]
        told.append(rows)
        for (a, claim_a, x), (b, claim_b, y) in combinations(rows, 2):
            # in the newsroom what has no label may be of any claim
            is_known = (
                bool(claim_a or claim_b)
                if number < all_labelled
                else bool(claim_a and claim_b)
            )
            if is_known:
                is_same = claim_a == claim_b
                yield Example("stories", fold, a, b, float(x @ y), is_same)
    rng = np.random.default_rng(1)
    for _ in range(ACROSS):
        first, second = rng.choice(len(told), 2, replace=False)
        a, _, x = told[first][rng.integers(len(told[first]))]
        b, _, y = told[second][rng.integers(len(told[second]))]
        yield Example("across", int(first) % FOLDS, a, b, float(x @ y), is_same=False)


def _twisted(
    seen: Sequence[dict[str, Any]],
    labelled: Sequence[Sequence[tuple[Statement, str | None]]],
) -> Iterator[Example]:
    """Yield what was said beside the same said with one thing changed."""
    from nlp.encode import encode

    for number, (story, said) in enumerate(zip(seen, labelled, strict=True)):
        ones = [pair for pair in said if pair[1]]
        for twist in (_other_subject, _other_beside, _other_deed):
            changed = gold_statements(_changed(story, ones, twist))
            others = [pair for pair in changed if pair[1]]
            if not others:
                continue
            x = encode([one.content for one, _ in ones])
            y = encode([one.content for one, _ in others])
            for (a, claim_a), row_a in zip(ones, x, strict=True):
                for (b, claim_b), row_b in zip(others, y, strict=True):
                    is_pair = claim_a == claim_b and a.report_id != b.report_id
                    if is_pair and _is_changed(a, b):
                        cosine, fold = float(row_a @ row_b), number % FOLDS
                        yield Example("twisted", fold, a, b, cosine, is_same=False)


def _is_changed(a: Statement, b: Statement) -> bool:
    """Say whether each side names something of its own, or another deed."""
    one, other = ({e.key for e in s.asserted().entities} for s in (a, b))
    return bool(one - other and other - one) or bool(a.act and b.act and a.act != b.act)


#: (start, end, what stands there instead), in characters of the report.
Change = tuple[int, int, str]


def _changed(
    story: dict[str, Any],
    said: Sequence[tuple[Statement, str | None]],
    twist: Callable[[Statement], list[Change]],
) -> dict[str, Any]:
    """Return a story with its labelled sentences twisted, its claims those of them."""
    reports, members = [], []
    for report in story["reports"]:
        name, text = report_of(report).id, report["text"]
        own = {one: claim for one, claim in said if one.report_id == name}
        for one in sorted(own, key=lambda one: -one.start):
            before = text[one.start : one.end]
            after = before
            for start, end, word in sorted(set(twist(one)), reverse=True):
                i, j = start - one.start, end - one.start
                after = after[:i] + word + after[j:]
            if after != before:
                text = text[: one.start] + after + text[one.end :]
                members.append((own[one], {"report": report["id"], "text": after}))
        reports.append({**report, "text": text})
    claims = [{"id": claim, "members": [member]} for claim, member in members]
    return {**story, "reports": reports, "claims": claims}


def _other_subject(one: Statement) -> list[Change]:
    return [_renamed(e, one) for e in one.entities if e.key == one.subject]


def _other_beside(one: Statement) -> list[Change]:
    content = one.asserted()
    beside = (e for e in content.entities if e.key != one.subject)
    return [_renamed(e, one) for e in beside if e.label in {"LOC", "PRODUCT"}][:1]


def _renamed(entity: Entity, one: Statement) -> Change:
    names = NAMES[one.lang]
    return entity.start, entity.end, names[sum(map(ord, entity.key)) % len(names)]


def _other_deed(one: Statement) -> list[Change]:
    for word, instead in INSTEAD[one.lang]:
        found = re.search(rf"\b{word}\b", one.text)
        if found:
            return [(one.start + found.start(), one.start + found.end(), instead)]
    return []


def compared(rows: Sequence[Example]) -> list[Signals]:
    """Return what the two statements of each example have in common."""
    from nlp import gazetteer

    parents = gazetteer.parents()
    return [signals(features(r.a), features(r.b), r.cosine, parents) for r in rows]


def table(found: Sequence[Signals]) -> tuple[list[str], Matrix]:
    """Return the names of the terms, and their values, one row an example."""
    rows = [terms(one) for one in found]
    names = list(rows[0])
    return names, np.array([[row[name] for name in names] for row in rows])


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
    found = compared(rows)
    names, x = table(found)
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
    free = np.array([zone(one, 1.0) == "auto" for one in found])
    for threshold in THRESHOLDS:
        merged = free & (1 / (1 + np.exp(-odds)) >= threshold)
        told = np.isin(kinds, ("stories", "across"))
        right = (merged & told & (y == 1)).sum()
        print(
            f"# from {threshold}: precision {right / (merged & told).sum():.3f}, "
            f"recall {right / (told & (y == 1)).sum():.3f}, "
            f"twisted merged {merged[kinds == 'twisted'].mean():.3f}"
        )
    weights: dict[str, Any] = dict(
        zip(names, fitted(names, x, y, counts).round(2).tolist(), strict=True)
    )
    for name, weight in weights.items():
        print(f'    "{name}": {weight},')


def _count(row: Example) -> float:
    is_negative = row.kind not in ("pairs", "fresh") and not row.is_same
    return COUNTS["negatives" if is_negative else row.kind]


if __name__ == "__main__":
    main()
