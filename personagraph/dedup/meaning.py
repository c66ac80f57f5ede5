"""The rule for what no list of words knows: vectors propose, an exact encoder decides about the words that differ.

How alike two whole sentences are says nothing of this: of pairs of different people that differ in one word, an encoder
of sentences finds two thirds alike at 0.9, and one in ten at 0.98. What it knows is whether the words that differ mean
the same.
"""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from personagraph.dedup.index import Candidate
from personagraph.dedup.veto.canonical import canonical_spans
from personagraph.dedup.veto.english import reads_as_english
from personagraph.dedup.veto.marks import marked
from personagraph.text.words import words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.meaning.encoders.encoder import Encoder

PROPOSED = 0.8
"""From which cosine on, by the first encoder, a description is looked at."""
DECIDED = 0.9
"""From which cosine on, by the second, two descriptions can be one."""
REPLACED = 0.85
"""The same of the words of one that stand in the place of others, on their own."""
UNREAD = 0.995
"""The same of two descriptions in a language whose words nobody here can read."""
_MOST = 8
"""Descriptions that are looked at, the nearest."""
_KEPT = 1 << 14
"""Vectors of words that replace others which are remembered, and of texts that were prepared."""


class AlikeMeaning:
    """Finds descriptions that say the same in other words: `proposing` finds them, `deciding` says whether it is so.

    `veto` gives the reason why two descriptions are apart, as the Deduplicator has it. Where it is an attribute, a
    role, a number, a name, a negation, they are. Where it is that words of one stand in the place of words of the
    other, `deciding` is asked about these, and about the whole; never about words that only one of them has. Where it
    is that nobody can read the language, the whole must be as alike as UNREAD. What either encoder cannot read is like
    nothing. Raises what the encoders do.
    """

    method = "meaning"

    def __init__(self, proposing: "Encoder", deciding: "Encoder", veto: Callable[[str, str], str | None]) -> None:
        from personagraph.meaning.nearest import Nearest

        self._proposing, self._deciding, self._veto = proposing, deciding, veto
        self._near = Nearest(proposing.dims)
        self._texts: dict[int, str] = {}
        self._prepared: dict[str, npt.NDArray[np.float32]] = {}
        self._asked: dict[str, npt.NDArray[np.float32]] = {}

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Encode descriptions together, which are then found and added faster; those of before are let go."""
        vectors = self._proposing.encode(descriptions)
        self._prepared = dict(zip(descriptions, vectors, strict=True))

    def add(self, key: int, description: str) -> None:
        """Enter a description under a number that is not yet in use."""
        self._texts[key] = description
        self._near.add([str(key)], self._vector(description))

    def remove(self, key: int) -> None:
        """Forget the entry."""
        del self._texts[key]
        self._near.remove([str(key)])

    def matches(self, description: str) -> list[Candidate]:
        """The entries that mean the same, with the cosine of `deciding`."""
        (keys,), _ = self._near.within(self._vector(description), PROPOSED, most=_MOST)
        open_to_question = {}
        for key in map(int, keys):
            parts = _parts(self._veto(description, self._texts[key]), description, self._texts[key])
            if parts is not None:
                open_to_question[key] = parts
        if not open_to_question:
            return []
        others = [self._texts[key] for key in open_to_question]
        pieces = (word for parts in open_to_question.values() for pair in parts[1] for word in pair)
        self._ask([description, *others, *pieces])
        scores = {key: self._cosine(description, self._texts[key]) for key in open_to_question}
        return [
            Candidate(key, scores[key])
            for key, (least, pairs) in open_to_question.items()
            if scores[key] >= least and all(self._cosine(*pair) >= REPLACED for pair in pairs)
        ]

    def _vector(self, description: str) -> "npt.NDArray[np.float32]":
        found = self._prepared.get(description)
        return self._proposing.encode([description]) if found is None else found[None, :]

    def _ask(self, texts: Sequence[str]) -> None:
        """Have `deciding` encode what it was not asked before."""
        if len(self._asked) > _KEPT:
            self._asked = {}
        new = [text for text in dict.fromkeys(texts) if text not in self._asked]
        if new:
            self._asked.update(zip(new, self._deciding.encode(new), strict=True))

    def _cosine(self, one: str, other: str) -> float:
        return min(1.0, float(self._asked[one] @ self._asked[other]))


def _parts(reason: str | None, one: str, other: str) -> tuple[float, list[tuple[str, str]]] | None:
    """How alike two texts that are apart for this reason must be as a whole, and which of their words.

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
    said = ([said for said, _ in side] for side in (mine, others))
    pairs = []
    for kind, i, j, k, m in SequenceMatcher(None, *said, autojunk=False).get_opcodes():
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
    at, told = 0, []
    for said, length in canonical_spans(found):
        if said:
            told.append((said, found[at : at + length]))
        at += length
    return tuple(told)
