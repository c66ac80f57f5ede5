"""Reads descriptions, many at once: what each says, as numbers under which those that say the same are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personagraph.dedup.arrays.compiled import compiled
from personagraph.dedup.arrays.strings import hash_of, number_of
from personagraph.dedup.arrays.table import Signatures
from personagraph.dedup.arrays.vocabulary import CODE, SILENT, MetWords
from personagraph.dedup.veto.canonical import key_tokens
from personagraph.dedup.veto.english import reads_as_english
from personagraph.dedup.veto.lexicon import plain as plain_word
from personagraph.dedup.veto.marks import NOT_PLAIN, marked
from personagraph.text.words import words
from personagraph.types import normalise

Keys = npt.NDArray[np.uint64]
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "})
"""Signs that are read as those of ASCII."""
MOST_WORDS = 512
"""In a longer description no slips of spelling are looked for."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What was read of some descriptions. What has `ends` holds, for each row, from the end of the one before to its.

    `text` is under what the same text is found. `keys` are under what the same content is found: first the
    description's own, if it says anything, then with one word replaced by what it may be a slip of. `open` is under
    what it is found by its words that may yet prove slips. `words` are the numbers of its words, in order; `plain` says
    that equal exact forms of them are the same person.
    """

    text: Signatures
    keys: Keys
    key_ends: npt.NDArray[np.int64]
    words: npt.NDArray[np.int32]
    word_ends: npt.NDArray[np.int64]
    open: Signatures
    open_ends: npt.NDArray[np.int64]
    plain: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.text)

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
def mixed(value):  # type: ignore[no-untyped-def]
    """A number whose bits all depend on all bits of `value` (splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def folded_to_32(value):  # type: ignore[no-untyped-def]
    """A signature of 64 bits."""
    return np.uint32(value ^ (value >> np.uint64(32)))


@compiled
def open_signature(word):  # type: ignore[no-untyped-def]
    """Under what descriptions are found that have this unknown word."""
    return folded_to_32(mixed(np.uint64(word) + np.uint64(0x5851F42D4C957F2D)))


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
            if byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31:
                space = length > 0
                continue
            if space:
                buffer[length] = 32
                length += 1
                space = False
            buffer[length] = byte + 32 if 65 <= byte <= 90 else byte
            length += 1
        found[row] = folded_to_32(hash_of(buffer, 0, length) + np.uint64(1))
        start = ends[row]


@compiled
def _kind_of(byte):  # type: ignore[no-untyped-def]
    """1 for what a word is made of, 2 for a plus, 3 for another symbol, 4 for what is passed over, 0 for the rest."""
    if 97 <= byte <= 122 or 48 <= byte <= 57 or byte == 95 or byte >= 128:
        return 1
    if byte == 43:
        return 2
    if byte == 36 or byte == 37 or 60 <= byte <= 62:
        return 3
    return 4 if byte == 39 or byte == 96 else 0


@compiled
def _read_words(data, ends, kept, starts, slots, count, found, found_ends):  # type: ignore[no-untyped-def]
    """The words of each text as `text.words.words` cuts them; how many different words there are then."""
    start, total, word = 0, 0, np.empty(256, np.uint8)
    for row in range(len(ends)):
        index, length, kind = start, 0, 0
        if ends[row] - start > len(word):
            word = np.empty(2 * (ends[row] - start), np.uint8)
        while index <= ends[row]:
            byte = data[index] if index < ends[row] else np.uint8(32)
            index += 1
            lower = byte + np.uint8(32) if 65 <= byte <= 90 else byte
            now = _kind_of(lower)
            if now == 4:
                continue
            if length and (now != kind or kind == 3):
                number = number_of(word, 0, length, kept, starts, slots, count, True)
                count += number == count
                found[total] = number
                total += 1
                length = 0
            if now:
                word[length] = lower
                length += 1
            kind = now
        found_ends[row] = total
        start = ends[row]
    return count


@compiled
def _tokens_of(row_words, token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, found):  # type: ignore[no-untyped-def]
    """The tokens of a text, in order, those that say nothing left out; how many there are."""
    index, count = 0, 0
    while index < len(row_words):
        said, length = token[row_words[index]], 1
        at = phrase[row_words[index]]
        while at >= 0:
            first = phrase_ends[at - 1] if at else 0
            size = phrase_ends[at] - first
            if size <= len(row_words) - index:
                same = 1
                while same < size and phrase_words[first + same] == row_words[index + same]:
                    same += 1
                if same == size:
                    said, length = phrase_tokens[at], size
                    break
            at = phrase_next[at]
        if said >= 0:
            found[count] = said
            count += 1
        index += length
    return count


@compiled
def set_key(tokens):  # type: ignore[no-untyped-def]
    """What equal sets of numbers share, whatever their order and how often each is there; 0 for the empty one.

    Sorts them.
    """
    if len(tokens) > 64:
        tokens.sort()
    else:
        for index in range(1, len(tokens)):
            value, at = tokens[index], index
            while at and tokens[at - 1] > value:
                tokens[at] = tokens[at - 1]
                at -= 1
            tokens[at] = value
    found = np.uint64(0)
    for index in range(len(tokens)):
        if index == 0 or tokens[index] != tokens[index - 1]:
            found += mixed(np.uint64(tokens[index]) + np.uint64(0x9E3779B97F4A7C15))
    return found


@compiled
def _are_english(found, ends, known, kept, starts, english):  # type: ignore[no-untyped-def]
    """What `reads_as_english` says of each row of which nothing is said yet (-1)."""
    start = 0
    for row in range(len(ends)):
        good, counted = 0, 0
        for index in range(start, ends[row]):
            word = found[index]
            if kept[starts[word]] >= 97:  # neither a digit nor a sign
                good += known[word]
                counted += 1
        if english[row] < 0:
            english[row] = 3 * good >= 2 * counted
        start = ends[row]


@compiled
def _may_say_more(data, ends, found):  # type: ignore[no-untyped-def]
    """Whether a row has any punctuation that may match `NOT_PLAIN`: before a digit or between two letters, or a #."""
    start = 0
    for row in range(len(ends)):
        found[row] = False
        before = False
        for index in range(start, ends[row] - 1):
            byte, after = data[index], data[index + 1] | np.uint8(32)
            is_letter = 97 <= byte | np.uint8(32) <= 122 or 48 <= byte <= 57
            if byte == 35 or byte >= 128:
                found[row] = True
            elif is_letter or byte <= 32:
                pass
            elif 48 <= data[index + 1] <= 57 or (before and byte != 45 and 97 <= after <= 122):
                found[row] = True
            before = is_letter
        start = ends[row]


@compiled
def _read_keys(  # type: ignore[no-untyped-def]
    found,
    ends,
    given,
    english,
    token,
    open_words,
    phrase,
    phrase_words,
    phrase_ends,
    phrase_tokens,
    phrase_next,
    slip,
    links,
    keys,
    key_ends,
    open_found,
    open_ends,
):
    """The keys of each row, and its words that may prove slips; how many keys there are, which may be more than fit."""
    start, total, total_open, widest = 0, 0, 0, 1
    for row in range(len(ends)):
        widest, start = max(widest, ends[row] - start), ends[row]
    tokens, changed, start = np.empty(widest, np.int32), np.empty(widest, np.int32), 0
    for row in range(len(ends)):
        length = ends[row] - start
        row_words = found[start : ends[row]]
        key = given[row]
        if english[row]:
            count = _tokens_of(row_words, token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, tokens)
            key = set_key(tokens[:count])
        if key:
            if total < len(keys):
                keys[total] = key
            total += 1
        for index in range(length if english[row] and length <= MOST_WORDS else 0):
            word = row_words[index]
            if not open_words[word]:
                continue
            open_found[total_open] = open_signature(word)
            total_open += 1
            link = slip[word]
            while link:
                changed[:length] = row_words
                changed[index] = links[link - 1, 0]
                count = _tokens_of(
                    changed[:length], token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, tokens
                )
                if total < len(keys):
                    keys[total] = set_key(tokens[:count])
                total += 1
                link = links[link - 1, 1]
        key_ends[row] = total
        open_ends[row] = total_open
        start = ends[row]
    return total


class Reader:
    """Reads descriptions with one growing vocabulary, so that what is read sooner and later can be compared.

    `proved` is told under which signatures those descriptions are found whose unknown words are, as new words show,
    possible slips: these have more keys now.
    """

    def __init__(self, proved: Callable[[Signatures], None] = lambda signatures: None) -> None:
        self.vocabulary = MetWords()
        self._proved = proved

    def read(self, descriptions: Sequence[str]) -> Readings:
        """What each says. The same, whatever else is read with it."""
        data, ends = _joined([text if text.isascii() else "" for text in descriptions])
        plain = _are_plain(descriptions, data, ends)
        text_signatures = self._text_signatures(descriptions, data, ends)
        english = np.full(len(descriptions), -1, np.int8)
        if others := np.flatnonzero(~plain).tolist():
            forms = list(descriptions)
            for row in others:
                forms[row], english[row], plain[row] = _form_of(descriptions[row])
            data, ends = _joined(forms)
        found, word_ends = self._words(data, ends)
        vocabulary = self.vocabulary
        met, pairs = vocabulary.token.size, vocabulary.learn()
        kept, starts = vocabulary.words.kept.data, vocabulary.words.starts.data
        _are_english(found, word_ends, vocabulary.known.data, kept, starts, english)
        given = np.zeros(len(descriptions), np.uint64)
        for row in np.flatnonzero(english == 0).tolist():
            given[row] = self._key_of(descriptions[row])
        if proved := sorted({unknown for unknown, _ in pairs if unknown < met}):
            self._proved(np.array([open_signature(unknown) for unknown in proved], np.uint32))
        return self._keys(found, word_ends, given, plain & (english > 0), english, text_signatures)

    def exact_words(self, found: npt.NDArray[np.int32]) -> tuple[int, ...]:
        """The words of a row as numbers of their exact forms, in order."""
        forms = self.vocabulary.exact.data[found]
        return tuple(forms[forms != SILENT].tolist())

    def _words(
        self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The numbers of the words of all rows, and where the words of each row end."""
        strings, most = self.vocabulary.words, len(data) + 1
        strings.reserve(most, most)
        found, word_ends = np.empty(most, np.int32), np.empty(len(ends), np.int64)
        kept, starts = strings.kept.data, strings.starts.data
        strings.grown_to(_read_words(data, ends, kept, starts, strings.slots, len(strings), found, word_ends))
        return found[: int(word_ends[-1]) if len(ends) else 0].copy(), word_ends

    def _key_of(self, text: str) -> int:
        tokens = self.vocabulary.tokens.numbers([token.encode(*CODE) for token in key_tokens(text)])
        return int(set_key(tokens))

    def _keys(
        self,
        found: npt.NDArray[np.int32],
        word_ends: npt.NDArray[np.int64],
        given: Keys,
        plain: npt.NDArray[np.bool_],
        english: npt.NDArray[np.int8],
        text: Signatures,
    ) -> Readings:
        v, rows = self.vocabulary, len(word_ends)
        key_ends, open_ends = np.empty(rows, np.int64), np.empty(rows, np.int64)
        open_found, needed = np.empty(len(found), np.uint32), 2 * rows
        phrases = (v.phrase_words, v.phrase_ends, v.phrase_tokens, v.phrase_next)
        of_words = (v.token.data, v.open.data, v.phrase.data)
        keys = np.empty(0, np.uint64)
        while needed > len(keys):
            keys = np.empty(needed, np.uint64)
            to_fill = (v.slip.data, v.links.data, keys, key_ends, open_found, open_ends)
            needed = _read_keys(found, word_ends, given, english, *of_words, *phrases, *to_fill)
        open_ = open_found[: int(open_ends[-1]) if rows else 0].copy()
        return Readings(text, keys[:needed], key_ends, found, word_ends, open_, open_ends, plain)

    def _text_signatures(
        self, texts: Sequence[str], data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> Signatures:
        found = np.empty(len(texts), np.uint32)
        _text_signatures(data, ends, found)
        if others := [row for row, text in enumerate(texts) if not text.isascii()]:
            signatures = np.empty(len(others), np.uint32)
            _text_signatures(*_joined([normalise(texts[row]) for row in others]), signatures)
            found[others] = signatures
        return found


def _joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes of all texts, each with a line feed at its end, and where each ends."""
    rows = [text.encode(*CODE) for text in texts]
    ends = np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)) + 1)
    return np.frombuffer(b"\n".join([*rows, b""]), np.uint8), ends


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


def _are_plain(texts: Sequence[str], data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether the words alone say what each of the texts says, if it is English."""
    plain = np.fromiter(map(str.isascii, texts), np.bool_, len(texts))
    more = np.empty(len(texts), np.bool_)
    _may_say_more(data, ends, more)
    for row in np.flatnonzero(plain & more).tolist():
        plain[row] = NOT_PLAIN.search(texts[row]) is None
    return plain
