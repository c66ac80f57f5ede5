"""Distinct voices: who means nearly the same as somebody before, at a stated cosine."""

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.nearest import Nearest
from personagraph.meaning.nearest.numbers import inverse_lengths, quantised, widened

_BATCH = 1024
PROBES = 8
"""In so many lists of the index a voice is looked for, once there are so many voices that it has lists."""


def voices_of(vectors: NDArray[np.float32], cosine: float) -> NDArray[np.int32]:
    """The voice of each row (n, dims), numbered from 0 in order of its first row; −1 for a row of zeros.

    In their order, each row joins the voice whose first row is nearest (the earlier of two), if that has at least this
    cosine to it, and else begins a voice (leader clustering): nobody is in a voice through others alone, as in single
    linkage. Cosines are of whole numbers, so that every machine has the same; up to 4,096 voices are all looked at, of
    more some may be missed, so that voices come out a few too many. Raises ValueError for a cosine that is not above 0
    and at most 1, and for what is no finite number.
    """
    if not 0 < cosine <= 1:
        raise ValueError(f"a voice begins at a cosine above 0 and of at most 1, not at {cosine}")
    found = np.full(len(vectors), -1, np.int32)
    index, count = Nearest(vectors.shape[1]), 0
    for at in range(0, len(vectors), _BATCH):
        batch = np.asarray(vectors[at : at + _BATCH], np.float32)
        keys, cosines = index.search(batch, 1, at_least=cosine, probes=PROBES)
        known = np.array([int(each[0]) if each else -1 for each in keys], np.int32)
        near = np.array([each[0] if each else -np.inf for each in cosines], np.float32)
        new = _within(batch, known, near, np.float32(cosine), count)
        found[at : at + _BATCH] = known
        index.add([str(count + i) for i in range(len(new))], batch[new])
        count += len(new)
    return found


def _within(
    batch: NDArray[np.float32], known: NDArray[np.int32], near: NDArray[np.float32], cosine: np.float32, count: int
) -> list[int]:
    """Which rows begin a voice; `known` and `near`, the voices and cosines of those who joined one, are completed.

    A row that joined a voice of before goes over to one that began in this batch before it, and is nearer.
    """
    numbers, (wide, factors) = quantised(batch), widened(batch)
    sums = wide.astype(np.float64) @ numbers.T.astype(np.float64)
    inverse = inverse_lengths(numbers)
    alike = np.minimum((sums * factors[:, None].astype(np.float64) * inverse.astype(np.float64)).astype(np.float32), 1)
    before = np.tril(alike >= cosine, -1)
    leaders = np.zeros(len(batch), bool)
    new: list[int] = []
    for i in np.flatnonzero((known < 0) & (inverse > 0) | before.any(axis=1)).tolist():
        those = np.flatnonzero(before[i] & leaders)
        if len(those):
            best = int(those[alike[i, those].argmax()])
            if alike[i, best] > near[i]:
                known[i], near[i] = known[best], alike[i, best]
        if known[i] < 0 and inverse[i] > 0:
            known[i], leaders[i] = count + len(new), True
            new.append(i)
    return new
