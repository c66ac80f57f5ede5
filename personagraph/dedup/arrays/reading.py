"""Reads descriptions, many at once: what each says, as numbers under which those that say the same are found."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from personagraph.dedup.arrays.compiled import compiled
from personagraph.dedup.arrays.strings import hash_of, number_of
from personagraph.dedup.arrays.table import Signatures
from personagraph.dedup.arrays.vocabulary import CODE, SILENT, Vocabulary
from personagraph.dedup.veto.canonical import NOT_PLAIN, key_tokens
from personagraph.text.words import words
from personagraph.types import normalise

Keys = npt.NDArray[np.uint64]
MOST_WORDS = 512
"""In a longer description no slips of spelling are looked for."""
_ONE_I = str.maketrans("ıİ", "ii")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "})
"""Signs that are read as those of ASCII; typewritten, most texts are plain."""



@dataclass(frozen=True, slots=True)
class Readings:
    """What was read of some descriptions. What has `ends` holds, for each row, from the end of the one before to its.

    `text` is under what the same text is found. `keys` are under what the same content is found: first the
    description's own, if it says anything, then with one word replaced by what it may be a slip of. `words` are the
    numbers of its words, in order; `open` is under what it is found by its words that may yet prove slips. `plain`
    says that equal `exact_words` are the same person.
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
def _read_words(data, ends, kept, starts, slots, count, found, capital, found_ends):  # type: ignore[no-untyped-def]
    """The words of each text as `text.words.words` cuts them; how many different words there are then."""
    start, total, word = 0, 0, np.empty(256, np.uint8)
    for row in range(len(ends)):
        index, length, kind = start, 0, 0
        if ends[row] - start > len(word):
            word = np.empty(2 * (ends[row] - start), np.uint8)
        is_capital = False
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
                capital[total] = is_capital
                total += 1
                length = 0
            if now:
                if not length:
                    is_capital = lower != byte
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
def _are_english(found, capital, ends, known, kept, starts, english):  # type: ignore[no-untyped-def]
    """Whether two in three words are English ones, even if no unknown word with a capital is a name."""
    start = 0
    for row in range(len(ends)):
        good, counted = 0, 0
        for index in range(start, ends[row]):
            word = found[index]
            if kept[starts[word]] < 97:  # a digit or a sign
                continue
            if not capital[index]:
                good += known[word]
                counted += 1
            elif not known[word]:
                counted += 1
        english[row] = 3 * good >= 2 * counted
        start = ends[row]


@compiled
def _read_keys(  # type: ignore[no-untyped-def]
    found, ends, given, plain, english, token, open_words, phrase, phrase_words, phrase_ends, phrase_tokens,
    phrase_next, slip, links, keys, key_ends, open_found, open_ends,
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
        if plain[row]:
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
            while link and plain[row]:
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
        self.vocabulary = Vocabulary()
        self._proved = proved

    def read(self, descriptions: Sequence[str]) -> Readings:
        """What each says. The same, whatever else is read with it."""
        texts = [text if text.isascii() else text.translate(_TYPOGRAPHY) for text in descriptions]
        data, ends = _joined([text if text.isascii() else _in_words(text) for text in texts])
        found, capital, word_ends = self._words(data, ends)
        met, pairs = self.vocabulary.token.size, self.vocabulary.learn()
        vocabulary = self.vocabulary
        english, plain = np.empty(len(texts), np.bool_), _are_plain(texts)
        known, (kept, starts) = vocabulary.known.data, (vocabulary.words.kept.data, vocabulary.words.starts.data)
        _are_english(found, capital, word_ends, known, kept, starts, english)
        plain &= english
        given = np.zeros(len(texts), np.uint64)
        for row in np.flatnonzero(~plain).tolist():
            given[row] = self._key_of(texts[row])
        readings = self._keys(found, word_ends, given, plain, english, self._text_signatures(texts, data, ends))
        if proved := sorted({unknown for unknown, _ in pairs if unknown < met}):
            self._proved(np.array([open_signature(unknown) for unknown in proved], np.uint32))
        return self._with_slips(readings, texts, english)

    def exact_words(self, found: npt.NDArray[np.int32]) -> list[int]:
        """The words of a row as numbers of their exact forms, in order."""
        forms = self.vocabulary.exact.data[found]
        return [form for form in forms.tolist() if form != SILENT]

    def _words(
        self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """The numbers of the words of all rows, whether each has a capital, and where the words of each row end."""
        strings, most = self.vocabulary.words, len(data) + 1
        strings.reserve(most, most)
        found, capital, word_ends = np.empty(most, np.int32), np.empty(most, np.bool_), np.empty(len(ends), np.int64)
        kept, starts = strings.kept.data, strings.starts.data
        strings.grown_to(
            _read_words(data, ends, kept, starts, strings.slots, len(strings), found, capital, word_ends)
        )
        count = int(word_ends[-1]) if len(ends) else 0
        return found[:count].copy(), capital[:count], word_ends

    def _key_of(self, text: str) -> int:
        tokens = self.vocabulary.tokens.numbers([token.encode(*CODE) for token in key_tokens(text)])
        return int(set_key(tokens))

    def _keys(
        self,
        found: npt.NDArray[np.int32],
        word_ends: npt.NDArray[np.int64],
        given: Keys,
        plain: npt.NDArray[np.bool_],
        english: npt.NDArray[np.bool_],
        text: Signatures,
    ) -> Readings:
        v, rows = self.vocabulary, len(word_ends)
        key_ends, open_ends = np.empty(rows, np.int64), np.empty(rows, np.int64)
        open_found, room = np.empty(len(found), np.uint32), 2 * rows
        phrases = (v.phrase_words, v.phrase_ends, v.phrase_tokens, v.phrase_next)
        of_words = (v.token.data, v.open.data, v.phrase.data)
        while True:
            keys = np.empty(room, np.uint64)
            links = (v.slip.data, v.links.data, keys, key_ends, open_found, open_ends)
            needed = _read_keys(found, word_ends, given, plain, english, *of_words, *phrases, *links)
            if needed <= room:
                break
            room = needed
        open_ = open_found[: int(open_ends[-1]) if rows else 0].copy()
        return Readings(text, keys[:needed], key_ends, found, word_ends, open_, open_ends, plain)

    def _with_slips(self, readings: Readings, texts: Sequence[str], english: npt.NDArray[np.bool_]) -> Readings:
        """The readings, with the keys of those slips that stand in texts which are English, but not plain."""
        at: list[int] = []
        keys: list[int] = []
        for row in np.flatnonzero(english & ~readings.plain).tolist():
            found = readings.words_of(row)
            for word in set(found.tolist()) if len(found) <= MOST_WORDS else ():
                for known in self.vocabulary.known_for(word):
                    slip, right = (self.vocabulary.words[number].decode() for number in (word, known))
                    keys.append(self._key_of(re.sub(rf"\b{slip}\b", right, texts[row], flags=re.IGNORECASE)))
                    at.append(row)
        if not at:
            return readings
        where = readings.key_ends[at]
        ends = readings.key_ends + np.searchsorted(np.array(at), np.arange(len(texts)), side="right")
        return replace(readings, keys=np.insert(readings.keys, where, np.array(keys, np.uint64)), key_ends=ends)

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


def _in_words(text: str) -> str:
    """A text that is cut at its spaces into the words of `text.words.word_set`."""
    return " ".join(words(text.translate(_ONE_I), cut=2))


def _are_plain(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether the words alone say what each of the texts says, if it is English."""
    ascii = [text.isascii() for text in texts]
    plain = np.array(ascii, np.bool_)
    shown = [text if is_ascii else "" for text, is_ascii in zip(texts, ascii, strict=True)]
    ends = np.cumsum(np.fromiter(map(len, shown), np.int64, len(shown)) + 1)
    found = [match.start() for match in NOT_PLAIN.finditer("\n".join(shown))]
    plain[np.searchsorted(ends, found, side="right")] = False
    return plain
