"""The loop that finds voices: each vector beside the first of the voices before it, list by list."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def lead(
    rows: tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]],
    lists: NDArray[np.int32],
    starts: NDArray[np.int64],
    cosine: Any,
    voices: NDArray[np.int32],
) -> None:
    """Number the voices of the rows in their order, into `voices` (n,); −1 for a row without a length.

    `rows` are the parts of whole numbers that an index compares: the first of them decide of most rows that they are
    too far (Cauchy and Schwarz). A row that begins a voice is put into its first list, and looked for in all `lists`
    (n, probes); list c has room from `starts[c]` to below `starts[c + 1]`.
    """
    front, rest, left, inverse = rows
    held = np.zeros(front.shape, np.int8)
    who = np.zeros(len(front), np.int64)
    ends = starts.copy()
    count = 0
    for i in range(len(front)):
        voices[i] = -1
        if inverse[i] == 0.0:
            continue
        best = np.float64(cosine)
        query = front[i]
        for probe in range(lists.shape[1]):
            one = lists[i, probe]
            for slot in range(starts[one], ends[one]):
                total = np.int32(0)
                row = held[slot]
                for j in range(len(query)):
                    total += np.int32(row[j]) * np.int32(query[j])
                other = who[slot]
                scale = np.float64(inverse[i]) * np.float64(inverse[other])
                if (np.float64(total) + np.float64(left[i]) * np.float64(left[other])) * scale < best:
                    continue
                for j in range(rest.shape[1]):
                    total += np.int32(rest[other, j]) * np.int32(rest[i, j])
                score = np.float64(total) * scale
                if score > best or (score == best and (voices[i] < 0 or voices[other] < voices[i])):
                    best = score
                    voices[i] = voices[other]
        if voices[i] < 0:
            voices[i] = count
            one = lists[i, 0]
            held[ends[one]] = query
            who[ends[one]] = i
            ends[one] += 1
            count += 1
