"""MinHash of a report's text, and the bands by which near copies find each other.

64 permutations in 16 bands of 4: two texts that share 70% of their word triples meet
in a band with probability 0.99, two that share 30% with 0.12 (Leskovec et al., Mining
of Massive Datasets, chapter 3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

PERMUTATIONS = 64
BAND_ROWS = 4
_WORD = re.compile(r"\w+")
_SHINGLE_WORDS = 3
#: A text shorter than this many words has no near copies worth the name.
_LEAST_WORDS = 12


def signature(text: str) -> tuple[int, ...]:
    """Return the MinHash of the text's word triples; empty for a very short text."""
    words = _WORD.findall(text.lower())
    if len(words) < _LEAST_WORDS:
        return ()
    from datasketch import MinHash  # its import costs half a second

    triples = {
        " ".join(words[i : i + _SHINGLE_WORDS]).encode()
        for i in range(len(words) - _SHINGLE_WORDS + 1)
    }
    minhash = MinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update_batch(sorted(triples))
    return tuple(int(value) for value in minhash.hashvalues)


def bands(shingles: Sequence[int]) -> list[int]:
    """Return one 63-bit number per band; equal numbers mean likely near copies."""
    return [
        _number(i, shingles[i : i + BAND_ROWS])
        for i in range(0, len(shingles), BAND_ROWS)
    ]


def _number(place: int, values: Sequence[int]) -> int:
    data = ",".join(map(str, (place, *values))).encode()
    return int.from_bytes(blake2b(data, digest_size=8).digest()) >> 1
