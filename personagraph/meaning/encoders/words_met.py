"""The words that a static encoder has met, each split into pieces once, and the sums over a batch of texts.

Texts are read as bytes by compiled code (numba); a few of them, for which that is not loaded, by Python, to the same
numbers: a sum is taken in single precision, piece after piece.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from personagraph.meaning.encoders.wordpieces import WordPieces, folded
from personagraph.vocabulary.reference import english_words

if TYPE_CHECKING:
    from personagraph.meaning.encoders.static import Model

MOST = 1 << 18
"""Words that are kept; with more, all are forgotten, and met anew."""
_WORD = re.compile(r"[0-9a-z\x80-\U0010ffff]+")


class WordsMet:
    """What is known of each word by its number: its pieces, its letters, and how many of these are known.

    Pieces of word w are `pieces[first[w] : first[w + 1]]`.
    """

    def __init__(self, entries: Sequence[str]) -> None:
        self._vocabulary, self._english = WordPieces(entries), english_words()
        self._forget()

    def sum(
        self, texts: Sequence[str], model: "Model", read: float, out: npt.NDArray[np.float32], *, compiled: bool
    ) -> None:
        """Add to each row of `out` the vectors of the pieces of a text; a text that is not read adds nothing."""
        if not compiled:
            for row, text in zip(out, texts, strict=True):
                self._sum_one(folded(text), model, read, row)
            return
        if self._count > MOST:
            self._forget()
        joined = "".join(texts)
        if not joined.isascii():
            texts = [text if text.isascii() else folded(text) for text in texts]
            joined = "".join(texts)
        coded = joined.encode("utf-8", "replace")
        sizes = map(len, texts) if joined.isascii() else (len(text.encode("utf-8", "replace")) for text in texts)
        ends = np.cumsum(np.fromiter(sizes, dtype=np.int64, count=len(texts)))
        blob = np.frombuffer(coded, dtype=np.uint8)
        words, stops = self._numbers(blob, ends)
        _compiled(_sum)(
            words, stops, self._first, self._pieces, self._letters, self._known, model.rows, model.scales, read, out
        )

    def _forget(self) -> None:
        self._count = 0
        self._table = np.full(1 << 12, -1, dtype=np.int32)
        self._spelt = np.zeros(1 << 12, dtype=np.uint8)
        self._spans = np.zeros(1 << 10, dtype=np.int64)
        self._first = np.zeros(1 << 10, dtype=np.int32)
        self._pieces = np.zeros(1 << 10, dtype=np.int32)
        self._letters = np.zeros(1 << 10, dtype=np.int32)
        self._known = np.zeros(1 << 10, dtype=np.int32)

    def _numbers(
        self, blob: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The numbers of the words of all texts, one after the other, and where each text's stop."""
        words = np.empty(len(blob) // 2 + len(ends) + 1, dtype=np.int32)
        stops = np.empty(len(ends), dtype=np.int64)
        most = self._count + len(words)
        self._spelt = _grown(self._spelt, int(self._spans[self._count]) + len(blob))
        self._spans = _grown(self._spans, most + 1)
        if len(self._table) < 2 * most:
            self._table = np.full(1 << (2 * most).bit_length(), -1, dtype=np.int32)
            _compiled(_enter)(self._spelt, self._spans, self._count, self._table)
        before = self._count
        number = _compiled(_find)
        self._count = int(number(blob, ends, self._table, self._spelt, self._spans, before, words, stops))
        self._learn(before)
        return words, stops

    def _learn(self, before: int) -> None:
        """Split the words that are new."""
        most = self._count
        self._first, self._letters = _grown(self._first, most + 1), _grown(self._letters, most)
        self._known = _grown(self._known, most)
        spelt, spans = self._spelt[: self._spans[most]].tobytes(), self._spans
        for number in range(before, most):
            word = spelt[spans[number] : spans[number + 1]].decode("utf-8", "replace")
            pieces, self._letters[number], self._known[number] = self._split(word)
            start = int(self._first[number])
            self._pieces = _grown(self._pieces, start + len(pieces))
            self._pieces[start : start + len(pieces)] = pieces
            self._first[number + 1] = start + len(pieces)

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


def _grown(held: npt.NDArray[Any], least: int) -> npt.NDArray[Any]:
    """The array, or a longer one that begins with it."""
    if len(held) >= least:
        return held
    longer = np.zeros(max(least, 2 * len(held)), dtype=held.dtype)
    longer[: len(held)] = held
    return longer


@cache
def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as machine code, kept for later processes where there is a folder that can be written."""
    import numba

    try:
        made: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        made = numba.njit(nogil=True)(function)
    return made


def _find(blob, ends, table, spelt, spans, count, words, stops):  # type: ignore[no-untyped-def]
    """Number the words of the texts, entering the new ones; how many words there are then."""
    mask, place, start = len(table) - 1, 0, 0
    for text in range(len(ends)):
        end, at = ends[text], start
        while at < end:
            hashed, first = np.uint32(2166136261), spans[count]
            size = 0
            while at < end:
                byte = blob[at]
                if 65 <= byte <= 90:
                    byte = np.uint8(byte + 32)
                if not (97 <= byte <= 122 or 48 <= byte <= 57 or byte >= 128):
                    break
                spelt[first + size] = byte
                hashed = np.uint32((hashed ^ np.uint32(byte)) * np.uint32(16777619))
                size += 1
                at += 1
            at += 1
            if not size:
                continue
            slot = (hashed ^ (hashed >> np.uint32(15))) & mask
            while True:
                found = table[slot]
                if found < 0:
                    table[slot] = found = count
                    spans[count + 1] = first + size
                    count += 1
                    break
                began = spans[found]
                if spans[found + 1] - began == size:
                    same = True
                    for i in range(size):
                        if spelt[began + i] != spelt[first + i]:
                            same = False
                            break
                    if same:
                        break
                slot = (slot + 1) & mask
            words[place] = found
            place += 1
        stops[text] = place
        start = end
    return count


def _enter(spelt, spans, count, table):  # type: ignore[no-untyped-def]
    """Enter the words that are known in a new table."""
    mask = len(table) - 1
    for word in range(count):
        hashed = np.uint32(2166136261)
        for at in range(spans[word], spans[word + 1]):
            hashed = np.uint32((hashed ^ np.uint32(spelt[at])) * np.uint32(16777619))
        slot = (hashed ^ (hashed >> np.uint32(15))) & mask
        while table[slot] >= 0:
            slot = (slot + 1) & mask
        table[slot] = word


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
