"""An encoder that knows what it is told: which words mean the same, and which it cannot read."""

from collections.abc import Sequence

import numpy as np

from personagraph.types import persona_id

DIMS = 64


class Meanings:
    """An encoder in which words of a group mean the same; what has a word of `unread` in it is not read."""

    name = "meanings"
    dims = DIMS

    def __init__(self, *groups: str, unread: str = "") -> None:
        self._same = {word: group.split()[0] for group in groups for word in group.split()}
        self._unread, self.asked = unread, list[str]()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        rows = np.zeros((len(texts), DIMS), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                said = self._same.get(word, word)
                row += np.random.default_rng(int(persona_id(said)[:8], 16)).standard_normal(DIMS).astype(np.float32)
            if (self._unread and self._unread in text) or not row.any():
                row[:] = 0
            else:
                row /= np.linalg.norm(row)
        return rows
