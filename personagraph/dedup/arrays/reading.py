"""Reads descriptions, many at once: what each says, as numbers under which those that say the same are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from personagraph.arrays.compiled import compiled
from personagraph.arrays.strings import hash_of
from personagraph.arrays.words import words_in
from personagraph.dedup.arrays.content import (
    are_english,
    content_key,
    folded_to_32,
    open_signature,
    order_signature,
    read_keys,
)
from personagraph.dedup.arrays.sameness import is_space, say_the_same, small
from personagraph.dedup.arrays.table import Signatures
from personagraph.dedup.arrays.vocabulary import CODE, MetWords, words_of_phrases
from personagraph.dedup.veto.canonical import key_tokens
from personagraph.dedup.veto.english import reads_as_english
from personagraph.dedup.veto.lexicon import plain as plain_word
from personagraph.dedup.veto.marks import NOT_PLAIN, marked
from personagraph.text.words import words
from personagraph.types import normalise

Keys = npt.NDArray[np.uint64]
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "})
"""Signs that are read as those of ASCII."""
_LINE_FEED = ord("\n")


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read of some descriptions. What has `ends` holds, for each row, from the end of the one before to its.

    `data` are the texts, each with a line feed at its end. `text` is under what the same text is found. `keys` are
    under what the same content is found: first the description's own, if it says anything, then with one word,
    wherever it stands, replaced by what it may be a slip of. `order` is what those share that say the same in the same
    order. `words` are the numbers of its words, in order; `open` is under what it is found by those that may yet prove
    slips; `plain` says that equal exact forms of them are the same person.
    """

    data: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]
    is_ascii: npt.NDArray[np.bool_]
    text: Signatures
    keys: Keys
    key_ends: npt.NDArray[np.int64]
    order: Signatures
    words: npt.NDArray[np.int32]
    word_ends: npt.NDArray[np.int64]
    open: Signatures
    open_ends: npt.NDArray[np.int64]
    plain: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.text)

    def flat(self) -> tuple[npt.NDArray[Any], ...]:
        """What compiled loops compare two rows by."""
        return (
            *(self.data, self.ends, self.words, self.word_ends, self.plain),
            *(self.keys, self.key_ends, self.is_ascii),
        )

    def keys_of(self, row: int) -> Keys:
        """The keys of a row."""
        return self.keys[self.key_ends[row - 1] if row else 0 : self.key_ends[row]]

    def words_of(self, row: int) -> npt.NDArray[np.int32]:
        """The numbers of the words of a row."""
        return self.words[self.word_ends[row - 1] if row else 0 : self.word_ends[row]]

    def open_of(self, row: int) -> Signatures:
        """What a row is found under by its words that may prove slips."""
        return self.open[self.open_ends[row - 1] if row else 0 : self.open_ends[row]]


@compiled
def _text_signatures(data, ends, found):  # type: ignore[no-untyped-def]
    """Of each text without regard to case (of ASCII), and to how much white space there is."""
    start, buffer = 0, np.empty(256, np.uint8)
    for row in range(len(ends)):
        if ends[row] - start > len(buffer):
            buffer = np.empty(2 * (ends[row] - start), np.uint8)
        length, space = 0, False
        for index in range(start, ends[row]):
            byte = data[index]
            if is_space(byte):
                space = length > 0
                continue
            if space:
                buffer[length] = 32
                length += 1
                space = False
            buffer[length] = small(byte)
            length += 1
        found[row] = folded_to_32(hash_of(buffer, 0, length) + np.uint64(1))
        start = ends[row]


def _kind_of(byte: int) -> int:
    """1 for what a word is made of, 2 for a plus, 3 for another symbol, 4 for what is passed over, 0 for the rest."""
    if chr(byte).isalnum() or byte == ord("_") or byte >= 128:
        return 1
    if chr(byte) in "+$%<=>":
        return 2 if chr(byte) == "+" else 3
    return 4 if chr(byte) in "'`" else 0


KINDS = np.array([_kind_of(byte) for byte in range(256)], np.uint8)
"""How `text.words.words` cuts a text."""


@compiled
def _may_say_more(data, ends, found):  # type: ignore[no-untyped-def]
    """Whether a row has any punctuation that may match `NOT_PLAIN`: before a digit, a point or an s, or a #."""
    start = 0
    for row in range(len(ends)):
        found[row] = False
        before = False
        for index in range(start, ends[row] - 1):
            byte, after = data[index], data[index + 1] | np.uint8(32)
            is_letter = 97 <= byte | np.uint8(32) <= 122
            if byte == 35 or byte >= 128:
                found[row] = True
            elif 48 <= data[index + 1] <= 57:
                found[row] |= 44 <= byte <= 47 or byte == 58
            elif before and 97 <= after <= 122:
                found[row] |= byte == 46 or (byte == 39 and after == 115)
            before = is_letter
        start = ends[row]


class ReadRow:
    """What was read of one description."""

    def __init__(self, readings: Readings, row: int, vocabulary: MetWords) -> None:
        self.keys = readings.keys_of(row).tolist()
        self._words = readings.words_of(row).copy() if readings.plain[row] else None
        self._vocabulary = vocabulary

    def shares_key(self, other: "ReadRow") -> bool:
        """Whether the two may say the same, with a slip of one of them corrected at most."""
        return bool(self.keys and other.keys) and (self.keys[0] in other.keys or other.keys[0] in self.keys)

    def has_own_key(self, other: "ReadRow") -> bool:
        """Whether the two may say the same without a slip."""
        return bool(self.keys[:1] == other.keys[:1])

    def says_the_same(self, other: "ReadRow") -> bool:
        """Whether the two surely say the same, at most one slip of spelling forgiven."""
        if self._words is None or other._words is None:
            return False
        return bool(say_the_same(self._words, other._words, self._vocabulary.spoken()))


class Reader:
    """Reads descriptions with one growing vocabulary, so that what is read sooner and later can be compared.

    `proved` is told under which signatures those descriptions are found whose unknown words are, as new words show,
    possible slips: these have more keys now.
    """

    def __init__(self, proved: Callable[[Signatures], None] = lambda signatures: None) -> None:
        self.vocabulary = words_of_phrases()
        self._proved = proved

    def read(self, descriptions: Sequence[str]) -> Readings:
        """What each says. The same, whatever else is read with it."""
        data, ends = texts = joined(descriptions)
        is_ascii = np.fromiter(map(str.isascii, descriptions), np.bool_, len(descriptions))
        plain = _are_plain(descriptions, is_ascii, data, ends)
        text_signatures = self._text_signatures(descriptions, is_ascii, data, ends)
        english = np.full(len(descriptions), -1, np.int8)
        if others := np.flatnonzero(~plain).tolist():
            forms = list(descriptions)
            for row in others:
                forms[row], english[row], plain[row] = _form_of(descriptions[row])
            data, ends = joined(forms)
        found, word_ends = words_in(self.vocabulary.words, data, ends, KINDS)
        vocabulary = self.vocabulary
        met, pairs = vocabulary.token.size, vocabulary.learn()
        kept, starts = vocabulary.words.kept.data, vocabulary.words.starts.data
        are_english(found, word_ends, vocabulary.known.data, kept, starts, english)
        given, order = np.zeros(len(descriptions), np.uint64), np.zeros(len(descriptions), np.uint32)
        for row in np.flatnonzero(english == 0).tolist():
            given[row], order[row] = self._key_of(descriptions[row])
        if proved := sorted({unknown for unknown, _ in pairs if unknown < met}):
            self._proved(np.array([open_signature(unknown) for unknown in proved], np.uint32))
        keys, key_ends, open_, open_ends = self._keys(found, word_ends, given, order, english)
        plain &= english > 0
        return Readings(
            *texts,
            is_ascii,
            text_signatures,
            keys,
            key_ends,
            order,
            found,
            word_ends,
            open_,
            open_ends,
            plain,
        )

    def _key_of(self, text: str) -> tuple[int, int]:
        """What a text says that is not English, each thing however often, and in what order."""
        tokens = self.vocabulary.tokens.numbers([token.encode(*CODE) for token in key_tokens(text)])
        order = int(order_signature(tokens))
        return int(content_key(tokens, len(self.vocabulary.tokens))), order

    def _keys(
        self,
        found: npt.NDArray[np.int32],
        word_ends: npt.NDArray[np.int64],
        given: Keys,
        order: Signatures,
        english: npt.NDArray[np.int8],
    ) -> tuple[Keys, npt.NDArray[np.int64], Signatures, npt.NDArray[np.int64]]:
        """The keys, and the signatures of words that may prove slips, both with their ends; and enters the order."""
        v, rows = self.vocabulary, len(word_ends)
        key_ends, open_ends = np.empty(rows, np.int64), np.empty(rows, np.int64)
        open_found, needed = np.empty(len(found), np.uint32), 2 * rows
        of_words = (english, v.uncounted, v.token.data, v.open.data, v.phrase.data)
        keys = np.empty(0, np.uint64)
        while needed > len(keys):
            keys = np.empty(needed, np.uint64)
            to_fill = (v.slip.data, v.links.data, keys, key_ends, open_found, open_ends)
            needed = read_keys(found, word_ends, given, order, *of_words, *v.phrases, *to_fill)
        open_ = open_found[: int(open_ends[-1]) if rows else 0].copy()
        return keys[:needed], key_ends, open_, open_ends

    def _text_signatures(
        self,
        texts: Sequence[str],
        is_ascii: npt.NDArray[np.bool_],
        data: npt.NDArray[np.uint8],
        ends: npt.NDArray[np.int64],
    ) -> Signatures:
        found = np.empty(len(texts), np.uint32)
        _text_signatures(data, ends, found)
        if others := np.flatnonzero(~is_ascii).tolist():
            signatures = np.empty(len(others), np.uint32)
            _text_signatures(*joined([normalise(texts[row]) for row in others]), signatures)
            found[others] = signatures
        return found


def joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes of all texts, each with a line feed at its end, and where each ends."""
    data = np.frombuffer("\n".join([*texts, ""]).encode(*CODE), np.uint8)
    ends = np.flatnonzero(data == _LINE_FEED) + 1
    if len(ends) != len(texts):  # some are in the texts
        ends = np.cumsum(np.fromiter((len(text.encode(*CODE)) for text in texts), np.int64, len(texts)) + 1)
    return data, ends


def _form_of(text: str) -> tuple[str, int, bool]:
    """A text that is cut into the words by which it is compared; whether it is English, or -1 where that is open; and
    whether these words say all that it says."""
    typed = text.translate(_TYPOGRAPHY)
    if typed is not text and typed.isascii() and NOT_PLAIN.search(typed) is None:
        return typed, -1, True
    shown = marked(text)
    if shown.isascii():
        return shown, -1, False
    found = words(shown)
    return (" ".join(map(plain_word, found)), 1, False) if reads_as_english(found) else ("", 0, False)


def _are_plain(
    texts: Sequence[str], is_ascii: npt.NDArray[np.bool_], data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Whether the words alone say what each of the texts says, if it is English."""
    plain = is_ascii.copy()
    more = np.empty(len(texts), np.bool_)
    _may_say_more(data, ends, more)
    for row in np.flatnonzero(plain & more).tolist():
        plain[row] = NOT_PLAIN.search(texts[row]) is None
    return plain
