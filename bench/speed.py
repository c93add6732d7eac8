"""Time the whole reading pipeline against the bare models, in one process and thread.

    python -m bench.speed [--rounds N]

Bare means razdel with slovnet's morphology, syntax and names, or en_core_web_sm; the
same texts in the same batches, both sides taking turns at each batch. Of each batch the
fastest of the rounds counts: what else runs on a machine only ever adds time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nlp as reading_room  # first: it sets the BLAS threads

NEWS = Path(__file__).parents[2] / "shared" / "data" / "ruen_raw_news"
BATCH = 32
TARGET = 1.6


def texts(lang: str) -> list[str]:
    """Return the raw articles of a language."""
    lines = (NEWS / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [a["text"] for a in found if a["lang"] == lang and a["text"].strip()]


def bare_russian(batch: list[str]) -> None:
    """Run the Russian models on the sentences of a batch, sorted by length."""
    import razdel

    from nlp.build import build
    from nlp.russian import Slovnet, chunks

    models: Any = build("ru").get_pipe("slovnet")
    assert isinstance(models, Slovnet)
    words = [
        [token.text for token in razdel.tokenize(sentence.text)]
        for text in batch
        for sentence in razdel.sentenize(text)
    ]
    words = sorted((w for w in words if w), key=len)
    list(models.morph.map(words))
    list(models.syntax.map(words))
    for chunk in chunks(words, 32):
        infer = models.ner.infer
        list(infer.decoder(infer.process(infer.encoder(chunk))))


def bare_english(batch: list[str]) -> None:
    """Run the English model as it is."""
    from nlp.build import build

    model = build("en")
    ours = [name for name in model.pipe_names if name in _COMPONENTS]
    with model.select_pipes(disable=ours):
        list(model.pipe(batch))


def full(batch: list[str]) -> None:
    """Read a batch whole."""
    from molva.model import Report
    from nlp.read import read

    reports = [
        Report(id=str(i), source="x", key=str(i), text=text, published="2024-05-16")
        for i, text in enumerate(batch)
    ]
    list(read(reports, batch_size=BATCH))


_COMPONENTS = {"dates", "figures", "entities", "attribution", "context", "statements"}
_BARE: dict[str, Callable[[list[str]], None]] = {
    "ru": bare_russian,
    "en": bare_english,
}


def seconds(work: Callable[[list[str]], None], batch: list[str]) -> float:
    """Return the time `work` takes for a batch."""
    start = time.perf_counter()
    work(batch)
    return time.perf_counter() - start


def fastest(
    sides: Sequence[Callable[[list[str]], None]],
    batches: list[list[str]],
    rounds: int,
) -> list[float]:
    """Return the seconds of each side for all batches, each batch at its fastest."""
    totals = [0.0 for _ in sides]
    for batch in batches:
        turns = [[seconds(side, batch) for side in sides] for _ in range(rounds)]
        for i, times in enumerate(zip(*turns, strict=True)):
            totals[i] += min(times)
    return totals


@dataclass(frozen=True, slots=True)
class Timing:
    """What reading costs in one language; `loaded` in seconds."""

    lang: str
    texts: int
    ratio: float
    per_second: float
    loaded: float


def timings(rounds: int = 3) -> Iterator[Timing]:
    """Yield the ratio to the bare models and the load time of each language."""
    from nlp.build import build

    for lang, bare in _BARE.items():
        start = time.perf_counter()
        build(lang)
        loaded = time.perf_counter() - start
        found = texts(lang)
        batches = [found[i : i + BATCH] for i in range(0, len(found), BATCH)]
        full(batches[0])  # both sides warm
        bare(batches[0])
        base, whole = fastest((bare, full), batches, rounds)
        yield Timing(lang, len(found), whole / base, len(found) / whole, loaded)


def main(rounds: int = 3) -> None:
    """Print the ratio for each language and the load times."""
    if not NEWS.is_dir():
        print("reading speed: skipped, ../shared/data is absent")
        return
    for of in timings(rounds):
        print(
            f"{of.lang}: {of.ratio:.2f} times the bare models (target {TARGET}), "
            f"{of.per_second:.0f} articles/s, loaded in {of.loaded:.1f} s (target 3)"
        )


if __name__ == "__main__":
    assert reading_room
    main(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 3)
