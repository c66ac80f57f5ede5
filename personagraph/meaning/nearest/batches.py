"""Many vectors are looked for in parts, which run beside each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Best = tuple[NDArray[np.float32], NDArray[np.int64]]
"""The best cosines (n, k), and the places where they lie."""
_BATCH = 4096
_THREADS = 2
_SHARED = 256
"""Vectors from which on more than one thread looks."""


def in_batches(look: Callable[[NDArray[np.float32]], Best], vectors: NDArray[np.float32], k: int) -> Best:
    """What `look` finds of the vectors (n, dims), which it is given in parts; in their order, (n, k)."""
    size = _BATCH if len(vectors) < _SHARED else min(_BATCH, -(-len(vectors) // _THREADS))
    if 0 < len(vectors) <= size:
        return look(vectors)
    parts = [vectors[at : at + size] for at in range(0, len(vectors), size)]
    found = [(np.empty((0, k), np.float32), np.empty((0, k), np.int64))]
    if parts:
        with ThreadPoolExecutor(_THREADS) as pool:
            found += pool.map(look, parts)
    best, where = zip(*found, strict=True)
    return np.concatenate(best), np.concatenate(where)
