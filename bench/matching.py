"""Measure matching: quality on tests/pairs.jsonl, time to place one new statement.

    python -m bench.matching quality
    python -m bench.matching fresh [seen|unseen]
    python -m bench.matching recall
    python -m bench.matching speed [CLAIMS ...]

The claims of the speed run are made up: names follow Zipf's law, as in the news, so
that a few have tens of thousands of claims.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from molva import reviews
from molva.features import features
from molva.index import CandidateIndex, MemoryIndex, place
from molva.matching import block_keys, match
from molva.model import (
    Attribution,
    Entity,
    EventDate,
    Figure,
    Report,
    Statement,
    to_json,
)
from molva.shapes import Text

PAIRS = Path(__file__).parent.parent / "tests" / "pairs.jsonl"
FRESH = PAIRS.with_name("pairs_fresh.jsonl")
RAW = Path(__file__).parents[2] / "shared/data/ruen_raw_news/articles.jsonl"
ACTS = ["produced", "sold", "bought", "invested", "launched", "opened", "closed"]
UNITS = ["car", "RUB", "USD", "%", "worker"]


# --- quality -----------------------------------------------------------------------


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the area under the ROC curve: how often a positive scores higher."""
    high, low = np.asarray(positive)[:, None], np.asarray(negative)[None, :]
    return float(((high > low) + 0.5 * (high == low)).mean())


def pairs(path: Path = PAIRS) -> list[dict[str, Any]]:
    """Return the pairs of the stories: each two of `same`, each `same` with `other`."""
    found: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        story = json.loads(line)
        same = [(a, b, True) for a, b in combinations(story["same"], 2)]
        other = [(a, b, False) for a in story["same"] for b in story["other"]]
        for (lang_a, a), (lang_b, b), is_same in same + other:
            langs = "-".join(sorted({lang_a, lang_b}))
            found.append(
                {
                    "story": number,
                    "a": a,
                    "b": b,
                    "langs": langs,
                    "same": is_same,
                    "lang_a": lang_a,
                    "lang_b": lang_b,
                }
            )
    return found


#: Fresh pairs, from the first on, that weights are fitted on; the rest stays unseen.
SEEN = 60


def fresh(part: str = "all") -> list[dict[str, Any]]:
    """Return the fresh pairs, all or the `seen` or `unseen` ones.

    They are 20 same and 20 other by languages; the others differ in one thing each
    (`kind`): maker, model, place, period, deed …
    """
    lines = [json.loads(line) for line in FRESH.read_text("utf-8").splitlines()]
    lines = {"all": lines, "seen": lines[:SEEN], "unseen": lines[SEEN:]}[part]
    return [
        {
            "a": line["a"][1],
            "b": line["b"][1],
            "langs": "-".join(sorted({line["a"][0], line["b"][0]})),
            "same": line["same"],
            "lang_a": line["a"][0],
            "lang_b": line["b"][0],
        }
        for line in lines
    ]


def texts_of(pair: dict[str, Any]) -> tuple[Text, Text]:
    """Return the two texts of a pair with their languages."""
    return Text(pair["a"], pair["lang_a"]), Text(pair["b"], pair["lang_b"])


#: Texts of pairs → a number for each pair, the higher the more alike.
Likeness = Callable[[list[tuple[str, str]]], list[float]]
LANGS = ("all", "en", "ru", "en-ru")


def quality(
    others: dict[str, Likeness] | None = None,
    found: list[dict[str, Any]] | None = None,
) -> dict[str, tuple[int, dict[str, float]]]:
    """Return languages → number of pairs, AUC of our score and of each single signal.

    The signals are the cosine, the words shared and `others`. `found` are the pairs,
    those of the stories by default.
    """
    from molva.pipeline.filters import match_scores

    found = pairs() if found is None else found
    scores = match_scores([texts_of(pair) for pair in found])
    texts = [(pair["a"], pair["b"]) for pair in found]
    signals = {"cosine": _cosines, "words": _overlaps, **(others or {})}
    columns = {"score": scores, **{name: of(texts) for name, of in signals.items()}}
    for name, values in columns.items():
        for pair, value in zip(found, values, strict=True):
            pair[name] = value
    result = {}
    for langs in LANGS:
        part = [pair for pair in found if langs in ("all", pair["langs"])]
        result[langs] = len(part), {name: _auc(part, name) for name in columns}
    return result


def _cosines(texts: list[tuple[str, str]]) -> list[float]:
    from nlp.encode import encode

    single = list(dict.fromkeys(text for pair in texts for text in pair))
    vectors = dict(zip(single, encode(single), strict=True))
    return [float(vectors[a] @ vectors[b]) for a, b in texts]


def _auc(part: Sequence[dict[str, Any]], signal: str) -> float:
    same = [pair[signal] for pair in part if pair["same"]]
    return auc(same, [pair[signal] for pair in part if not pair["same"]])


def _overlaps(texts: list[tuple[str, str]]) -> list[float]:
    words = [[set(text.casefold().split()) for text in pair] for pair in texts]
    return [len(one & other) / len(one | other) for one, other in words]


# --- recall ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recall:
    """What the index finds of what comparing with every statement finds."""

    statements: int
    matched: int
    found: int
    nearest: float


def recall() -> Recall:
    """Look for the statements of the pairs among those of all pairs and raw news.

    `matched` of them have a match that is made without a person, by comparing with
    each other statement; the index finds the best one for `found` of these. `nearest`
    is the share of the ten nearest vectors that are so after quantising, too.
    """
    from nlp import gazetteer
    from nlp.encode import encode

    parents = gazetteer.parents()
    told, probes = _statements()
    vectors = encode([one.content for one in told])
    index = MemoryIndex()
    for one, vector in zip(told, vectors, strict=True):
        index.add(one.id, one, vector)
    matched = found = 0
    for i in range(probes):
        best: list[tuple[float, str]] = []
        for other, cosine in zip(told, vectors @ vectors[i], strict=True):
            alike = match(told[i], other, float(cosine), parents=parents)
            if other.id != told[i].id and alike.zone == "auto":
                best.append((alike.score, other.id))
        if best:
            matched += 1
            found += max(best)[1] in {c.claim_id for c in index.candidates(told[i])}
    return Recall(len(told), matched, found, _nearest(vectors))


def _statements() -> tuple[list[Statement], int]:
    """Return the statements of the pairs and of raw news, and how many of the pairs."""
    from nlp.read import read

    texts = list(dict.fromkeys(text for pair in pairs() for text in texts_of(pair)))
    own = [
        Report(id=f"p{i}", source="p", key=str(i), text=t.text, lang=t.lang)
        for i, t in enumerate(texts)
    ]
    raw = [
        Report(id=f"r{i}", source="r", key=str(i), text=d["text"], lang=d["lang"])
        for i, d in enumerate(map(json.loads, RAW.open(encoding="utf-8")))
    ] if RAW.exists() else []  # fmt: skip
    told, others = (
        [s for reading in read(reports) for s in reading.statements]
        for reports in (own, raw)
    )
    return told + others, len(told)


def _nearest(vectors: NDArray[np.float32], k: int = 10) -> float:
    """Return the share of nearest neighbours that quantised vectors keep."""
    from db.store import Vectors

    texts = [str(i) for i in range(len(vectors))]
    with TemporaryDirectory() as folder, Vectors(Path(folder) / "v") as kept:
        kept.put(texts, vectors)
        small, _ = kept.get(texts)

    def near(matrix: NDArray[np.float32]) -> NDArray[np.intp]:
        likeness = matrix @ matrix.T
        np.fill_diagonal(likeness, -1.0)
        return np.argpartition(-likeness, k, axis=1)[:, :k]

    both = zip(near(vectors), near(small), strict=True)
    return float(np.mean([len(set(a) & set(b)) / k for a, b in both]))


# --- speed -------------------------------------------------------------------------


def name_of(number: int) -> str:
    """Return a pronounceable name of five letters for a number below 250,000."""
    vowels, consonants = "aeiou", "bcdfgklmnprstvz"
    letters = []
    for place_ in range(5):
        alphabet = vowels if place_ % 2 else consonants
        number, digit = divmod(number, len(alphabet))
        letters.append(alphabet[digit])
    return "".join(letters)


def made_up(number: int, rng: np.random.Generator, names: int = 50_000) -> Statement:
    """Return a statement about one or two of `names` names."""
    chosen = sorted({int(n) % names for n in rng.zipf(1.3, size=2)})
    act = ACTS[int(rng.integers(len(ACTS)))]
    low = float(rng.integers(1, 500) * 100)
    day = f"20{rng.integers(20, 30)}-{rng.integers(1, 13):02}-28"
    keys = [name_of(n) for n in chosen]
    words = " ".join(name_of(int(n)) for n in rng.integers(3000, size=8))
    return Statement(
        id=f"{number:016x}",
        report_id=f"r{number // 5}",
        lang="en",
        start=0,
        end=1,
        text=f"{keys[0].title()} {act} {low} {words}",
        modality="fact",
        polarity="asserts",
        attribution=Attribution(),
        subject=keys[0],
        act=act,
        figures=(
            Figure(
                start=0,
                end=0,
                text="",
                low=low,
                high=low,
                unit=UNITS[int(rng.integers(5))],
                bound="exact",
                measure=act,
            ),
        ),
        dates=(
            EventDate(
                start=0,
                end=0,
                text="",
                timex=day,
                mod=None,
                edtf=day,
                earliest=None,
                latest=day,
            ),
        ),
        entities=tuple(
            Entity(start=0, end=0, text=k, label="ORG", name=k, key=k) for k in keys
        ),
    )


def made_up_vectors(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    vectors = rng.standard_normal((count, 512)).astype(np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    return unit


def speed(sizes: Sequence[int], probes: int = 300) -> None:
    """Print the time to place one statement among ever more claims."""
    for size, times, compared, disk in placings(sizes, probes):
        p95 = sorted(times)[int(0.95 * probes)]
        print(
            f"{size:9,} claims: median {median(times) * 1e3:.2f} ms, "
            f"p95 {p95 * 1e3:.2f} ms, {compared:.0f} candidates, "
            f"vectors {disk / 1e6:,.0f} MB"
        )


def placings(
    sizes: Sequence[int], probes: int = 300
) -> Iterator[tuple[int, list[float], float, int]]:
    """Yield claims, seconds of each placing, median of candidates, bytes of vectors.

    Each placing reads the database and the vectors beside it and files the statement;
    what it wrote is taken back.
    """
    from db import store
    from molva.pipeline.assess import StoredIndex

    rng = np.random.default_rng(7)
    pool = made_up_vectors(4096, rng)
    with TemporaryDirectory() as folder:
        db = store.open_db(Path(folder) / "molva.db")
        db.execute("PRAGMA foreign_keys = OFF")  # the claims themselves are not there
        path = store.vectors_path(Path(folder) / "molva.db")
        with store.Vectors(path) as vectors:
            filled = 0
            for size in sizes:
                while filled < size:
                    batch = range(filled, min(size, filled + 10_000))
                    told = [made_up(n, rng) for n in batch]
                    _file(db, told)
                    rows = [n % len(pool) for n in batch]
                    vectors.put([s.text for s in told], pool[rows])
                    filled = batch.stop
                db.execute("ANALYZE")
                index = StoredIndex(db, vectors, reviews.decide([]))
                times, compared = [], []
                for n in range(probes):
                    one = made_up(10**9 + n, rng)
                    compared.append(len(index.candidates(one)))
                    times.append(_placed(db, one, pool[n], index))
                yield size, times, median(compared), path.stat().st_size
        db.close()


def _placed(
    db: Database, told: Statement, vector: NDArray[np.float32], index: CandidateIndex
) -> float:
    """Return the seconds that placing and filing one statement takes."""
    from db import store

    features.cache_clear()
    db.execute("BEGIN IMMEDIATE")
    _rows(db, [told])
    start = time.perf_counter()
    found = place(told, vector, index)
    store.place(db, told, found.claim_id, block_keys(told), "outlet:x", "supports")
    seconds = time.perf_counter() - start
    db.execute("ROLLBACK")
    return seconds


def _file(db: Database, told: Sequence[Statement]) -> None:
    """Make each statement the founder of a claim."""
    from db import store

    with store.transaction(db):
        _rows(db, told)
        for one in told:
            store.place(db, one, one.id, block_keys(one), "outlet:x", "supports")


def _rows(db: Database, told: Sequence[Statement]) -> None:
    """Write sources, reports and statements, as much of them as a look-up reads."""
    db.conn.execute(
        "INSERT INTO source(name, title, kind, lang) VALUES"
        " ('made-up', 'Made up', 'media', 'en') ON CONFLICT DO NOTHING"
    )
    db.conn.executemany(
        "INSERT OR IGNORE INTO report(id, n, source, key, kind, first_seen_at) VALUES"
        " (?, ?, 'made-up', ?, 'media', '2024-01-01T00:00:00Z')",
        [(one.report_id, int(one.report_id[1:]), one.report_id) for one in told],
    )
    db.conn.executemany(
        """INSERT INTO statement(id, report_id, first_revision, last_revision, position,
          start, "end", lang, text, modality, polarity, source_type, record)
        VALUES (?, ?, 1, 1, 0, 0, 1, 'en', ?, 'fact', 'asserts', 'unattributed', ?)""",
        [(one.id, one.report_id, one.text, to_json(one)) for one in told],
    )


def main(arguments: Sequence[str]) -> None:
    what, *rest = arguments or ["speed"]
    if what in ("quality", "fresh"):
        for langs, (n, aucs) in quality(
            found=fresh(*rest) if what == "fresh" else None
        ).items():
            row = "  ".join(f"{name} {value:.3f}" for name, value in aucs.items())
            print(f"{langs:6} n={n:4}  {row}")
    elif what == "recall":
        print(recall())
    else:
        speed([int(size) for size in rest] or [10_000, 100_000])


if __name__ == "__main__":
    main(sys.argv[1:])
