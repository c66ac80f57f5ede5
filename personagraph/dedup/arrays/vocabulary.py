"""The words that were met in descriptions, with what each says; a word is read once, when it is first met."""

from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn, Saved, check_range, check_texts, part_of, saved_under
from personagraph.arrays.strings import Strings
from personagraph.dedup.arrays.slips import LONGEST, SHORTEST, Pairs, Slips
from personagraph.dedup.veto.canonical import RELATIVE, UNCOUNTED, canonical, exact_form, may_slip, participle, phrases
from personagraph.dedup.veto.english import is_known
from personagraph.dedup.veto.order import is_governing

CODE = ("utf-8", "surrogatepass")
SILENT = -1
"""The number of the token of a word that says nothing."""


def words_of_phrases() -> "MetWords":
    """The words that are known before any description is read; they are the caller's own, and read once a process."""
    return deepcopy(_words_of_phrases())


@cache
def _words_of_phrases() -> "MetWords":
    return MetWords()


class MetWords:
    """Words by number, and for each, in columns, the number of the token that it stands for, and so on.

    `token` is what it says; `exact` its form where texts are compared word for word, and `participle` the one that it
    has after a relative; `known` whether it is English; `governs` whether it governs others, as a negation does;
    `phrase` the first phrase that begins with it, `slip` the first link to a word that it may be a slip of (0: none).
    """

    def __init__(self) -> None:
        self.words, self.tokens, self.slips = Strings(), Strings(), Slips()
        self.token, self.exact, self.participle = (GrowingColumn(np.int32) for _ in range(3))
        self.known, self.open, self.governs = (GrowingColumn(np.uint8) for _ in range(3))
        self.phrase, self.slip = GrowingColumn(np.int32), GrowingColumn(np.int32)
        self.links = GrowingColumn(np.int32, width=2)
        """For each link the number of the known word, and the next link of the same unknown word."""
        self._token_numbers(sorted(UNCOUNTED))
        self.uncounted = len(self.tokens)
        """The tokens below it say no more when they are said twice."""
        self.relative = int(self._token_numbers([RELATIVE])[0])
        self._make_phrases()

    def _make_phrases(self) -> None:
        """Phrases as numbers of words, the longest first among those that begin with the same word."""
        ordered = sorted(phrases().items(), key=lambda entry: (-len(entry[0]), entry[0]))
        words = self.words.numbers([word.encode(*CODE) for phrase, _ in ordered for word in phrase])
        ends = np.cumsum(np.array([len(phrase) for phrase, _ in ordered], np.int32), dtype=np.int32)
        following = np.full(len(ordered), -1, np.int32)
        self.phrases = (words, ends, self._token_numbers([token for _, token in ordered]), following)
        """Of all phrases the words, where those of each end, what each says, and the next with the same first word."""
        self._first_phrase: dict[int, int] = {}
        for index in range(len(ordered) - 1, -1, -1):
            first = int(words[ends[index] - len(ordered[index][0])])
            following[index] = self._first_phrase.get(first, -1)
            self._first_phrase[first] = index
        self.learn()

    def _columns(self) -> dict[str, GrowingColumn]:
        names = ("token", "exact", "participle", "known", "open", "governs", "phrase", "slip")
        return {name: getattr(self, name) for name in names}

    def saved(self) -> Saved:
        """All that was learned, as it can be written to a file; what this version knows beforehand is in it."""
        return {
            **{name: column.saved() for name, column in self._columns().items()},
            "links": self.links.saved(),
            **saved_under("words.", self.words.saved()),
            **saved_under("tokens.", self.tokens.saved()),
            **saved_under("halves.", self.slips.halves.saved()),
        }

    def take(self, saved: Saved) -> None:
        """Hold what the same version saved, where it lies. Raises ValueError when that is not such words."""
        least, fewest = len(self.words), len(self.tokens)
        self.words.take(part_of(saved, "words."))
        self.tokens.take(part_of(saved, "tokens."))
        count, tokens = len(self.words), len(self.tokens)
        for strings in (self.words, self.tokens):
            check_texts(strings.kept.rows(), strings.starts.rows(), "words")
        for name, column in self._columns().items():
            column.take(saved[name])
        self.links.take(saved["links"])
        if any(column.size != count for column in self._columns().values()) or count < least or tokens < fewest:
            raise ValueError("words have columns of several lengths")
        if not np.diff(self.words.starts.rows()).all():
            raise ValueError("a word has no letter")
        for column in (self.token, self.exact, self.participle):
            check_range(column.rows(), SILENT, tokens, "tokens")
        check_range(self.phrase.rows(), -1, len(self.phrases[1]), "phrases")
        check_range(self.slip.rows(), 0, self.links.size + 1, "slips")
        words, before = self.links.rows().T
        check_range(words, 0, count, "words of slips")
        if (before < 0).any() or (before > np.arange(self.links.size)).any():
            raise ValueError("slips lead astray")
        self.slips.halves.take(part_of(saved, "halves."), count)

    def learn(self) -> Pairs:
        """Read the words that are new; the pairs (unknown, known) of which the first may be a slip of the second."""
        first, count = self.token.size, len(self.words)
        if first == count:
            return []
        new = [self.words[number].decode(*CODE) for number in range(first, count)]
        self.token.extend(self._token_numbers([word if word.isdigit() else canonical(word) for word in new]))
        exact = [exact_form(word) for word in new]
        self.exact.extend(self._token_numbers(exact))
        known = [not word.isdigit() and is_known(word) for word in new]
        self.known.extend(known)
        self.participle.extend(
            self._token_numbers([participle(word) if know else "" for word, know in zip(new, known, strict=True)])
        )
        self.governs.extend([know and is_governing(word) for word, know in zip(new, known, strict=True)])
        self.phrase.extend([self._first_phrase.get(number, -1) for number in range(first, count)])
        self.slip.extend(np.zeros(count - first, np.int32))
        spelled = [SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha() for word in new]
        self.open.extend([spell and not know for spell, know in zip(spelled, known, strict=True)])
        numbers = np.flatnonzero(spelled).astype(np.int32) + np.int32(first)
        return [pair for pair in self.slips.meet(numbers, self.known.data, self.words) if self._link(*pair)]

    def _link(self, unknown: int, known: int) -> bool:
        if not may_slip(self.words[unknown].decode(*CODE), self.words[known].decode(*CODE)):
            return False
        self.links.append((known, self.slip.data[unknown]))
        self.slip.data[unknown] = self.links.size
        return True

    def spoken(self) -> tuple[Any, ...]:
        """What compiled loops compare words by."""
        columns = (self.exact, self.participle, self.governs)
        slips = (self.known, self.slip, self.links, self.words.kept, self.words.starts)
        return (
            *(column.data for column in columns),
            *(self.relative, self.token.data, self.phrase.data, self.phrases),
            *(column.data for column in slips),
        )

    def _token_numbers(self, tokens: list[str]) -> npt.NDArray[np.int32]:
        found = self.tokens.numbers([token.encode(*CODE) for token in tokens])
        found[[not token for token in tokens]] = SILENT
        return found
