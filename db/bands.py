"""The bands by which near copies find each other.

A MinHash of 64 permutations in 16 bands of 4: two texts that share 70% of their word
triples meet in a band with probability 0.99, two that share 30% with 0.12 (Leskovec et
al., Mining of Massive Datasets, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence

from db.rows import number_of

BAND_ROWS = 4


def bands(shingles: Sequence[int]) -> list[int]:
    """Return one 63-bit number per band; equal numbers mean likely near copies."""
    return [
        number_of(",".join(map(str, (i, *shingles[i : i + BAND_ROWS]))))
        for i in range(0, len(shingles), BAND_ROWS)
    ]
