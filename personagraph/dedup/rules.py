"""Puts the rules of de-duplication in order: the same text, then Jaccard; a veto stands before any merge."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import NamedTuple, Protocol

from personagraph.dedup import jaccard, minhash
from personagraph.dedup.index import Candidate, DuplicateIndex, IndexKind
from personagraph.text.words import word_set
from personagraph.types import persona_id

INDEXES: dict[str, IndexKind] = {"partition": jaccard.INDEX, "minhash": minhash.INDEX}
"""The ways to find word sets with a Jaccard similarity of 0.9 or more, by the name that `--dedup` takes."""


class Match(NamedTuple):
    """The persona that a description already is, the rule that found it, and how alike they are."""

    id: str
    method: str
    score: float


class Rule(Protocol):
    """One way to find entries that are alike; `method` is the name under which its merges are recorded."""

    method: str

    def add(self, key: int, description: str) -> None:
        """Enter a description under a number that is not yet in use."""

    def remove(self, key: int) -> None:
        """Forget the entry."""

    def matches(self, description: str) -> list[Candidate]:
        """The entries alike enough, in any order."""


class AlikeWords:
    """The rule that compares word sets."""

    method = "jaccard"

    def __init__(self, index: DuplicateIndex) -> None:
        self._index = index

    def add(self, key: int, description: str) -> None:
        """Enter the word set of a description."""
        self._index.add(key, word_set(description))

    def remove(self, key: int) -> None:
        """Forget the entry."""
        self._index.remove(key)

    def matches(self, description: str) -> list[Candidate]:
        """The entries with a similar word set."""
        return self._index.matches(word_set(description))


class Deduplicator:
    """Every description that is known, by the persona it stands for; a persona may have several.

    `veto` gives the reason ("place: american / nigerian") why two descriptions must be kept apart although they are
    alike, or None. `more` are the rules that are asked, in order, when Jaccard finds nobody. `vetoes` counts, by
    category, the merges that the veto prevented.
    """

    def __init__(
        self, index: DuplicateIndex, veto: Callable[[str, str], str | None], more: Sequence[Rule] = ()
    ) -> None:
        self._rules: tuple[Rule, ...] = (AlikeWords(index), *more)
        self._veto = veto
        self._by_text: dict[str, int] = {}
        self._entries: dict[int, tuple[str, str]] = {}
        self._keys: dict[str, list[int]] = {}
        self._order: dict[str, int] = {}
        self._next = count()
        self.vetoes: Counter[str] = Counter()

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Nothing is read ahead."""

    def add(self, id: str, description: str) -> None:
        """Enter a description of the persona; one that is known already is left as it is."""
        key, text = next(self._next), persona_id(description)
        self._order.setdefault(id, key)
        if text == id:  # one string kept, not two equal ones
            text = id
        if text not in self._by_text:
            self._by_text[text] = key
            self._entries[key] = (id, description)
            self._keys.setdefault(id, []).append(key)
            for rule in self._rules:
                rule.add(key, description)

    def description(self, id: str) -> str:
        """The first description that was entered for a persona."""
        return self._entries[self._keys[id][0]][1]

    def remove(self, id: str, description: str | None = None) -> None:
        """Forget one description of the persona, or, without one, the persona; what is not known is no error."""
        text = None if description is None else persona_id(description)
        for key in list(self._keys.get(id, ())):
            known = persona_id(self._entries[key][1])
            if text in (None, known):
                self._keys[id].remove(key)
                del self._entries[key], self._by_text[known]
                for rule in self._rules:
                    rule.remove(key)
        if not self._keys.get(id):
            self._keys.pop(id, None)
            self._order.pop(id, None)

    def find(self, description: str, *, apart: Callable[[str], bool] = lambda id: False) -> Match | None:
        """The persona that this description is: the most alike, then the first entered; `apart` ids are passed over."""
        same = self._by_text.get(persona_id(description))
        if same is not None and not apart(self._entries[same][0]):
            return Match(self._entries[same][0], "text", 1.0)
        return next((match for rule in self._rules if (match := self._found_by(rule, description, apart))), None)

    def _found_by(self, rule: Rule, description: str, apart: Callable[[str], bool]) -> Match | None:
        near = [(score, *self._entries[key]) for key, score in rule.matches(description)]
        for score, id, known in sorted(near, key=lambda n: (-n[0], self._order[n[1]], n[2])):
            if apart(id):
                continue
            if reason := self._veto(description, known):
                self.vetoes[reason.partition(":")[0]] += 1
            else:
                return Match(id, rule.method, score)
        return None
