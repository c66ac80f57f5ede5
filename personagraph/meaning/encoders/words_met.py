"""The words of texts, each split into the pieces of which a static encoder has vectors, and their sums.

A few texts are read by Python, many as bytes by compiled loops (numba, which a few are not worth), to the same numbers:
a sum is taken in single precision, piece after piece.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from personagraph.meaning.encoders.wordpieces import WordPieces, folded
from personagraph.vocabulary.reference import english_words

if TYPE_CHECKING:
    from personagraph.meaning.encoders.static import Model
    from personagraph.meaning.encoders.word_table import WordTable

MOST = 1 << 18
"""Words that are kept; with more, all are forgotten, and met anew."""
_WORD = re.compile(r"[0-9a-z\x80-\U0010ffff]+")


class WordsMet:
    """The words of a vocabulary's entries, and those that texts brought."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._vocabulary, self._english = WordPieces(entries), english_words()
        self._table: WordTable | None = None

    def sum(
        self, texts: Sequence[str], model: "Model", read: float, out: npt.NDArray[np.float32], *, compiled: bool
    ) -> None:
        """Add to each row of `out` the vectors of the pieces of a text; a text that is not read adds nothing."""
        if not compiled:
            for row, text in zip(out, texts, strict=True):
                self._sum_one(folded(text), model, read, row)
            return
        if self._table is None or len(self._table) > MOST:
            from personagraph.meaning.encoders.word_table import WordTable

            self._table = WordTable(self._split)
        coded = [text.encode() if text.isascii() else folded(text).encode("utf-8", "replace") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, coded), dtype=np.int64, count=len(coded)))
        self._table.sum(np.frombuffer(b"".join(coded), dtype=np.uint8), ends, model, read, out)

    def _split(self, word: str) -> tuple[list[int], int, int]:
        """The pieces of a word, its letters, and as many of them as are known."""
        letters = sum(map(str.isalpha, word))
        known = word in self._vocabulary or word in self._english
        return self._vocabulary.pieces(word), letters, letters if known else 0

    def _sum_one(self, text: str, model: "Model", read: float, row: npt.NDArray[np.float32]) -> None:
        split = [self._split(word) for word in _WORD.findall(text)]
        letters, known = sum(word[1] for word in split), sum(word[2] for word in split)
        if not letters or known < read * letters:
            return
        for place in (place for pieces, _, _ in split for place in pieces):
            row += model.rows[place] * model.scales[place]
