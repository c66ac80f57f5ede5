"""Cuts texts, given as bytes, into words, which are numbered."""

import numpy as np
import numpy.typing as npt

from personagraph.arrays.compiled import compiled
from personagraph.arrays.strings import NO_BYTES, Strings, ended, number_by, with_byte

_NEW_WORDS = 1 << 13
_LOWER = np.array([ord(chr(byte).lower()) if byte < 128 else byte for byte in range(256)], np.uint8)


@compiled
def _read_words(data, ends, kinds, first, total, most, kept, starts, slots, count, found, found_ends):  # type: ignore[no-untyped-def]
    """The words of each text; stops where there may be no room for new ones.

    The first text that was not read, how many words there are in all, and how many different ones.
    """
    start, word = ends[first - 1] if first else 0, np.empty(256, np.uint8)
    for row in range(first, len(ends)):
        if count + ends[row] - start > most or starts[count] + ends[row] - start > len(kept):
            return row, total, count
        length, kind, hash = 0, 0, NO_BYTES
        if ends[row] - start > len(word):
            word = np.empty(2 * (ends[row] - start), np.uint8)
        for index in range(start, ends[row] + 1):
            byte = data[index] if index < ends[row] else np.uint8(32)
            now = kinds[byte]
            if now == 1 and kind == 1:
                lower = _LOWER[byte]
                word[length] = lower
                hash = with_byte(hash, lower)
                length += 1
                continue
            if now == 4:
                continue
            if length and (now != kind or kind == 3):
                number = number_by(ended(hash), word, 0, length, kept, starts, slots, count, True)
                count += number == count
                found[total] = number
                total += 1
                length, hash = 0, NO_BYTES
            if now:
                lower = _LOWER[byte]
                word[length] = lower
                hash = with_byte(hash, lower)
                length += 1
            kind = now
        found_ends[row] = total
        start = ends[row]
    return len(ends), total, count


def words_in(
    strings: Strings, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], kinds: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The numbers of the words of all texts, and where those of each end; new words are entered.

    Text i ends at `ends[i]`. `kinds` says of each byte what it is: of a word (1), of a run of its own (2), a word by
    itself (3), passed over (4), or between words (0). A word is in small letters, as far as ASCII goes.
    """
    found, word_ends = np.empty(len(data) + 1, np.int32), np.empty(len(ends), np.int64)
    row, total, longest = 0, 0, int(np.diff(ends, prepend=0).max(initial=0))
    while row < len(ends):
        # Not for each byte of all texts: a small table is a fast one.
        strings.reserve(longest + _NEW_WORDS, longest + 8 * _NEW_WORDS)
        most = len(strings) + longest + _NEW_WORDS
        filled = (strings.kept.data, strings.starts.data, strings.slots, len(strings), found, word_ends)
        row, total, count = _read_words(data, ends, kinds, row, total, most, *filled)
        strings.grown_to(count)
    return found[:total].copy(), word_ends
