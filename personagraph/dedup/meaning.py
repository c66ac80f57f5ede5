"""The rule for what no list of words knows: vectors propose, an exact encoder decides about the words that differ.

How alike two whole sentences are says nothing of this: of pairs of different people that differ in one word, an encoder
of sentences finds two thirds alike at 0.9, and one in ten at 0.98. What it knows is whether the words that differ mean
the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from personagraph.dedup.rules import Deduplicator, Match
from personagraph.dedup.veto.canonical import canonical_spans
from personagraph.dedup.veto.english import reads_as_english
from personagraph.dedup.veto.lexicon import plain
from personagraph.dedup.veto.marks import marked
from personagraph.text.words import words
from personagraph.types import persona_id

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.meaning.encoders.encoder import Encoder

METHOD = "meaning"
"""The name under which these merges are recorded."""
PROPOSED = 0.8
"""From which cosine on, by the first encoder, a description is looked at."""
DECIDED = 0.9
"""From which cosine on, by the second, two descriptions can be one."""
REPLACED = 0.85
"""The same of the words of one that stand in the place of others, on their own."""
UNREAD = 0.9995
"""The same of two descriptions in a language whose words nobody here can read."""
_MOST = 8
"""Descriptions that are looked at, the nearest."""
_KEPT = 1 << 14
"""Vectors of the second encoder that are remembered."""


class MeaningDeduplicator:
    """A deduplicator that asks, where the rules of `known` find nobody, who means the same.

    `proposing` finds who that may be, `deciding` says whether it is so. `veto` gives the reason why two descriptions
    are apart, or None. Where it is an attribute, a role, a number, a name, a negation, they are. Where it is that words
    of one stand in the place of words of the other, `deciding` is asked about these, and about the whole; never about
    words that only one of them has. Where it is that nobody can read the language, the whole must be as alike as
    UNREAD. What either encoder cannot read is like nothing. Raises what the encoders do.
    """

    def __init__(
        self, known: Deduplicator, proposing: "Encoder", deciding: "Encoder", veto: Callable[[str, str], str | None]
    ) -> None:
        from personagraph.meaning.nearest import Nearest

        self._known, self._proposing, self._deciding, self._veto = known, proposing, deciding, veto
        self._near = Nearest(proposing.dims)
        self._entries: dict[str, tuple[str, str]] = {}
        """Of each description, by its id: the persona, and the text."""
        self._order: dict[str, int] = {}
        self._unread: list[str] = []
        """The ids of descriptions that are not encoded yet: those that come together are encoded together."""
        self._asked: dict[str, npt.NDArray[np.float32]] = {}

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together by the rules, as a Deduplicator does."""
        self._known.prepare(descriptions)

    def add(self, id: str, description: str) -> None:
        """Enter a description of the persona; one that is known already is left as it is."""
        self._known.add(id, description)
        self._order.setdefault(id, len(self._order))
        text = persona_id(description)
        if text not in self._entries:
            self._entries[text] = (id, description)
            self._unread.append(text)

    def description(self, id: str) -> str:
        """The first description that was entered for a persona."""
        return self._known.description(id)

    def find(self, description: str, *, apart: Callable[[str], bool] = lambda id: False) -> Match | None:
        """The persona that this description is: by the rules, or the most alike in meaning, then the first entered."""
        if found := self._known.find(description, apart=apart):
            return found
        asked: dict[str, tuple[float, list[tuple[str, str]]]] = {}
        for text in self._proposed(description):
            id, known = self._entries[text]
            if not apart(id) and (questions := _questions(self._veto(description, known), description, known)):
                asked[text] = questions
        if not asked:
            return None
        words = [word for _, pairs in asked.values() for pair in pairs for word in pair]
        self._ask([description, *(self._entries[text][1] for text in asked), *words])
        scores = {text: self._cosine(description, self._entries[text][1]) for text in asked}
        alike = [
            (-scores[text], self._order[self._entries[text][0]], text)
            for text, (least, pairs) in asked.items()
            if scores[text] >= least and all(self._cosine(*pair) >= REPLACED for pair in pairs)
        ]
        if not alike:
            return None
        score, _, text = min(alike)
        return Match(self._entries[text][0], METHOD, -score)

    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[Match | None]:
        """Find each description, and then add it to whom it is, or, where it is nobody, under the id beside it."""
        found = list(rows)
        self.prepare([description for _, description in found])
        for id, description in found:
            match = self.find(description)
            self.add(match.id if match else id, description)
            yield match

    def _proposed(self, description: str) -> list[str]:
        """The ids of the descriptions that may mean the same, the nearest first."""
        vectors = self._proposing.encode([*(self._entries[text][1] for text in self._unread), description])
        if self._unread:
            self._near.add(self._unread, vectors[:-1])
            self._unread = []
        return self._near.within(vectors[-1:], PROPOSED, most=_MOST)[0][0]

    def _ask(self, texts: Sequence[str]) -> None:
        """Have `deciding` encode what it was not asked before."""
        if len(self._asked) > _KEPT:
            self._asked = {}
        new = [text for text in dict.fromkeys(texts) if text not in self._asked]
        if new:
            self._asked.update(zip(new, self._deciding.encode(new), strict=True))

    def _cosine(self, one: str, other: str) -> float:
        return min(1.0, float(self._asked[one] @ self._asked[other]))


def _questions(reason: str | None, one: str, other: str) -> tuple[float, list[tuple[str, str]]] | None:
    """How alike two texts that are apart for this reason must be as a whole, and which of their words must be.

    None when they are apart whatever an encoder says.
    """
    if reason is None:
        return DECIDED, []
    kind = reason.partition(":")[0]
    if kind == "language":
        return UNREAD, []
    pairs = replaced(one, other) if kind == "word" else []
    return (DECIDED, pairs) if pairs else None


def replaced(one: str, other: str) -> list[tuple[str, str]]:
    """The words of an English text in whose place another has others, and these, in order.

    Empty when either says something in whose place the other has nothing, or is not in English.
    """
    mine, others = _said(one), _said(other)
    said, other_said = [said for said, _ in mine], [said for said, _ in others]
    pairs = []
    for kind, i, j, k, m in SequenceMatcher(None, said, other_said, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs.append(_unshared(_words(mine[i:j]), _words(others[k:m])))
    return pairs if all(map(all, pairs)) else []


def _words(side: Sequence[tuple[str, list[str]]]) -> list[str]:
    return [word for _, found in side for word in found]


def _unshared(one: Sequence[str], other: Sequence[str]) -> tuple[str, str]:
    """The words of both without those at the ends that they share: "graduate student", "graduate professor"."""
    shorter = min(len(one), len(other))
    start = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    end = next((n for n in range(shorter - start) if one[-1 - n] != other[-1 - n]), shorter - start)
    return " ".join(one[start : len(one) - end]), " ".join(other[start : len(other) - end])


@lru_cache(maxsize=1024)
def _said(text: str) -> tuple[tuple[str, list[str]], ...]:
    """What the words of an English text say, and the words; without those that say nothing."""
    found = words(marked(text))
    if not reads_as_english(found):
        return ()
    at, told = 0, list[tuple[str, list[str]]]()
    for said, length in canonical_spans([plain(word) for word in found]):
        if said:
            told.append((said, found[at : at + length]))
        at += length
    return tuple(told)
