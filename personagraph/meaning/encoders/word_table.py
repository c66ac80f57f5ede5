"""The words that a static encoder has met, by number, and the sums over a batch of texts, in compiled loops."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn
from personagraph.arrays.compiled import compiled
from personagraph.arrays.strings import Strings
from personagraph.arrays.words import words_in

if TYPE_CHECKING:
    from personagraph.meaning.encoders.static import Model

_KINDS = np.array([byte >= 128 or chr(byte).isalnum() for byte in range(256)], np.uint8)
"""Letters and digits are of a word, and all else is between words."""


class WordTable:
    """What is known of each word by its number: its pieces, its letters, and how many of these are known.

    `split` tells these of a word that is new. The pieces of word w are `pieces[first[w] : first[w + 1]]`.
    """

    def __init__(self, split: Callable[[str], tuple[list[int], int, int]]) -> None:
        self._split = split
        self._words = Strings()
        self._first, self._pieces, self._letters, self._known = (GrowingColumn(np.int32) for _ in range(4))
        self._first.append(0)

    def __len__(self) -> int:
        return len(self._words)

    def sum(
        self,
        data: npt.NDArray[np.uint8],
        ends: npt.NDArray[np.int64],
        model: "Model",
        read: float,
        out: npt.NDArray[np.float32],
    ) -> None:
        """Add to each row of `out` the vectors of the pieces of a text, which ends at `ends` in the bytes."""
        words, stops = words_in(self._words, data, ends, _KINDS)
        self._learn()
        columns = (column.data for column in (self._first, self._pieces, self._letters, self._known))
        _sum(words, stops, *columns, model.rows, model.scales, read, out)

    def _learn(self) -> None:
        """Split the words that are new."""
        for number in range(self._letters.size, len(self._words)):
            pieces, letters, known = self._split(self._words[number].decode("utf-8", "replace"))
            self._pieces.extend(pieces)
            self._first.append(self._pieces.size)
            self._letters.append(letters)
            self._known.append(known)


@compiled
def _sum(words, stops, first, pieces, letters, known, rows, scales, read, out):  # type: ignore[no-untyped-def]
    """Add the vectors of the pieces of each text to its row, unless too few of its letters are known."""
    start = 0
    for text in range(len(stops)):
        stop, all_of, of_those = stops[text], 0, 0
        for at in range(start, stop):
            all_of += letters[words[at]]
            of_those += known[words[at]]
        if all_of and of_those >= read * all_of:
            row = out[text]
            for at in range(start, stop):
                for piece in range(first[words[at]], first[words[at] + 1]):
                    place = pieces[piece]
                    scale, vector = scales[place], rows[place]
                    for i in range(len(row)):
                        row[i] += np.float32(vector[i]) * scale
        start = stop
