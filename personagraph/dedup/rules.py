"""Puts the rules of de-duplication in order: the same text, then Jaccard; a veto stands before any merge."""

from collections.abc import Callable
from typing import NamedTuple

from personagraph.dedup.words import word_set
from personagraph.protocols import DuplicateIndex
from personagraph.types import normalise


class Match(NamedTuple):
    """The persona that a description already is, the rule that found it, and how alike they are."""

    id: str
    method: str
    score: float


class Deduplicator:
    """Every description that is known, by the persona it stands for; a persona may have several.

    `veto` gives the reason why two descriptions must be kept apart although they are alike, or None.
    """

    def __init__(self, index: DuplicateIndex, veto: Callable[[str, str], str | None]) -> None:
        self._index = index
        self._veto = veto
        self._by_text: dict[str, str] = {}
        self._entries: list[tuple[str, str]] = []
        self._order: dict[str, int] = {}

    def add(self, id: str, description: str) -> None:
        """Enter a description of the persona; one that is known already is left as it is."""
        text = normalise(description)
        self._order.setdefault(id, len(self._order))
        if text not in self._by_text:
            self._by_text[text] = id
            self._index.add(len(self._entries), word_set(description))
            self._entries.append((id, description))

    def find(self, description: str, *, apart: Callable[[str], bool]) -> Match | None:
        """The persona that this description is: the most alike, then the first entered; `apart` ids are passed over."""
        same = self._by_text.get(normalise(description))
        if same is not None and not apart(same):
            return Match(same, "text", 1.0)
        near = [(score, *self._entries[key]) for key, score in self._index.matches(word_set(description))]
        for score, id, known in sorted(near, key=lambda n: (-n[0], self._order[n[1]], n[2])):
            if not apart(id) and self._veto(description, known) is None:
                return Match(id, "jaccard", score)
        return None
