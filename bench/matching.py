"""Measure matching: quality on tests/pairs.jsonl, time to place one new statement.

    python -m bench.matching quality
    python -m bench.matching speed [CLAIMS ...]

The claims of the speed run are made up: names follow Zipf's law, as in the news, so
that a few have tens of thousands of claims.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from molva.index import MemoryIndex, place
from molva.model import Attribution, Entity, EventDate, Figure, Statement
from molva.shapes import Text

PAIRS = Path(__file__).parent.parent / "tests" / "pairs.jsonl"
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


def texts_of(pair: dict[str, Any]) -> tuple[Text, Text]:
    """Return the two texts of a pair with their languages."""
    return Text(pair["a"], pair["lang_a"]), Text(pair["b"], pair["lang_b"])


#: Texts of pairs → a number for each pair, the higher the more alike.
Likeness = Callable[[list[tuple[str, str]]], list[float]]
LANGS = ("all", "en", "ru", "en-ru")


def quality(
    others: dict[str, Likeness] | None = None,
) -> dict[str, tuple[int, dict[str, float]]]:
    """Return languages → number of pairs, AUC of our score and of each single signal.

    The signals are the cosine, the words shared and `others`.
    """
    from molva.pipeline.filters import match_scores

    found = pairs()
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
    for size, times, compared in placings(sizes, probes):
        p95 = sorted(times)[int(0.95 * probes)]
        print(
            f"{size:9,} claims: median {median(times) * 1e3:.2f} ms, "
            f"p95 {p95 * 1e3:.2f} ms, {compared:.0f} candidates"
        )


def placings(
    sizes: Sequence[int], probes: int = 300
) -> Iterator[tuple[int, list[float], float]]:
    """Yield number of claims, seconds of each placing, median of candidates."""
    rng = np.random.default_rng(7)
    pool = made_up_vectors(4096, rng)
    index = MemoryIndex()
    filled = 0
    for size in sizes:
        while filled < size:
            told = made_up(filled, rng)
            index.add(told.id, told, pool[filled % len(pool)])
            filled += 1
        times, compared = [], []
        for n in range(probes):
            told = made_up(10**9 + n, rng)
            start = time.perf_counter()
            place(told, pool[n], index)
            times.append(time.perf_counter() - start)
            compared.append(len(index.candidates(told)))
        yield size, times, median(compared)


def main(arguments: Sequence[str]) -> None:
    what, *rest = arguments or ["speed"]
    if what == "quality":
        for langs, (n, aucs) in quality().items():
            row = "  ".join(f"{name} {value:.3f}" for name, value in aucs.items())
            print(f"{langs:6} n={n:4}  {row}")
    else:
        speed([int(size) for size in rest] or [10_000, 100_000])


if __name__ == "__main__":
    main(sys.argv[1:])
