"""Distinct voices: who means nearly the same as somebody before, at a stated cosine."""

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.meaning.groups.clusters import centres_of
from personagraph.meaning.groups.leaders import lead
from personagraph.meaning.nearest.numbers import inverse_lengths, parted, quantised

ALL = 4096
"""Up to so many rows, everybody is compared with the first of every voice."""
_PROBES = 4
_PART = 16_384
_SLIP = 1e-6
"""What rounding takes from the cosine of a vector with itself."""


def voices_of(vectors: NDArray[np.float32], cosine: float) -> NDArray[np.int32]:
    """The voice of each row (n, dims), numbered from 0 in order of its first row; −1 for a row of zeros.

    In their order, each row joins the voice whose first row is nearest (the earlier of two), if that has at least this
    cosine to it, and else begins a voice (leader clustering, Hartigan 1975): nobody is in a voice through others alone,
    as in single linkage. Cosines are of vectors in eight bits a number. Of more than ALL rows, voices lie in lists,
    twice the root of the rows, and some in other lists than the nearest few are missed: voices then come out slightly
    too many. Raises ValueError for a cosine that is not above 0 and at most 1, and for what is no finite number.
    """
    if not 0 < cosine <= 1:
        raise ValueError(f"one voice is a cosine above 0 and of at most 1, not {cosine}")
    numbers = np.zeros(vectors.shape, np.int8)
    for at in range(0, len(vectors), _PART):
        numbers[at : at + _PART] = quantised(np.asarray(vectors[at : at + _PART], np.float32))
    lists = _lists(numbers)
    sizes = np.bincount(lists[:, 0]) if len(lists) else np.zeros(1, np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes), np.full(int(lists.max(initial=0)), len(lists))]).astype(np.int64)
    voices = np.full(len(vectors), -1, np.int32)
    steps = len(vectors) * int(sizes.max()) * vectors.shape[1]
    parts = (*parted(numbers), inverse_lengths(numbers))
    loop_for(steps, lead)(parts, lists, starts, cosine - _SLIP, voices)
    return voices


def _lists(numbers: NDArray[np.int8]) -> NDArray[np.int32]:
    """The lists (n, probes) that lie nearest to each row, nearest first."""
    count = len(numbers)
    if count <= ALL:
        return np.zeros((count, 1), np.int32)
    size = round(2 * count**0.5)
    sample = numbers[np.linspace(0, count - 1, min(count, 16 * size)).astype(np.int64)].astype(np.float32)
    sample *= inverse_lengths(sample)[:, None]
    centres = centres_of(sample, sample[np.linspace(0, len(sample) - 1, size).astype(np.int64)], rounds=5)
    lists = np.empty((count, _PROBES), np.int32)
    for at in range(0, count, _PART):
        near = numbers[at : at + _PART].astype(np.float32) @ centres.T
        for probe in range(_PROBES):
            lists[at : at + _PART, probe] = best = near.argmax(axis=1)
            near[np.arange(len(near)), best] = -np.inf
    return lists
