"""Puts the rules of de-duplication in order: the same text, then the method; a veto stands before any merge."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from personagraph.dedup import content, jaccard, minhash
from personagraph.dedup.index import Candidate, Method, MethodKind
from personagraph.types import normalise

if TYPE_CHECKING:
    from personagraph.dedup.arrays.lookup import Near

METHODS: dict[str, MethodKind] = {"content": content.METHOD, "partition": jaccard.METHOD, "minhash": minhash.METHOD}
"""The ways to find descriptions that may be of one persona, by the name that `--dedup` takes."""


_MOST_ASKED = 16
"""Vetoes that are asked for a description: who has that many against him among the most alike is nobody known."""


class Match(NamedTuple):
    """The persona that a description already is, the rule that found it, and how alike they are."""

    id: str
    method: str
    score: float


class Rule(Protocol):
    """One more way to find entries that are alike; `method` is the name under which its merges are recorded."""

    method: str

    def add(self, key: int, description: str) -> None:
        """Enter a description under a number that is not yet in use."""

    def remove(self, key: int) -> None:
        """Forget the entry."""

    def matches(self, description: str) -> list[Candidate]:
        """The entries alike enough, in any order."""


class Deduplicator:
    """Every description that is known, by the persona it stands for; a persona may have several.

    `veto` gives the reason ("place: american / nigerian") why two descriptions must be kept apart although they are
    alike, or None; it is not asked about two that have the same words and capitals, but for "the" and "an". `more` are
    the rules that are asked, in order, when the method finds nobody. `vetoes` counts, by category, the merges that the
    veto prevented. With `texts`, a file, the descriptions are kept there, and not in memory.
    """

    def __init__(
        self,
        method: Method,
        veto: Callable[[str, str], str | None],
        more: Sequence[Rule] = (),
        *,
        texts: Path | None = None,
    ) -> None:
        from personagraph.dedup.arrays.lookup import Lookup

        self._known = Lookup(method, texts)
        self._method = method
        self._veto = veto
        self._more = tuple(more)
        self.vetoes: Counter[str] = Counter()

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together, which are then found and added many times as fast, in any order or not at all.

        What was prepared before is let go. Nothing but the time that it takes depends on this.
        """
        self._known.prepare(descriptions)

    def add(self, id: str, description: str) -> None:
        """Enter a description of the persona; one that is known already is left as it is."""
        key = self._known.add(id, description)
        if key is not None:
            for rule in self._more:
                rule.add(key, description)

    def description(self, id: str) -> str:
        """The first description that was entered for a persona. Raises KeyError for one that is not known."""
        return self._known.description(id)

    def remove(self, id: str, description: str | None = None) -> None:
        """Forget one description of the persona, or, without one, the persona; what is not known is no error."""
        wanted = None if description is None else normalise(description)
        for key in self._known.of(id):
            if wanted in (None, normalise(self._known.text(key))):
                self._known.remove(key)
                for rule in self._more:
                    rule.remove(key)

    def find(self, description: str, *, apart: Callable[[str], bool] = lambda id: False) -> Match | None:
        """The persona that this description is: the most alike, then the first entered; `apart` ids are passed over."""
        near = self._known.near(description)
        if near and (found := self._same_text(near, apart) or self._alike(near, apart)):
            return found
        for rule in self._more:
            candidates = [(key, score) for key, score in rule.matches(description)]
            if match := self._first(description, rule.method, candidates, apart):
                return match
        return None

    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[Match | None]:
        """Find each description, and then add it to whom it is, or, where it is nobody, under the id beside it."""
        found = list(rows)
        self.prepare([description for _, description in found])
        for id, description in found:
            if not self._more and self._known.add_new(id, description):
                yield None
            else:
                match = self.find(description)
                self.add(match.id if match else id, description)
                yield match

    def _same_text(self, near: "Near", apart: Callable[[str], bool]) -> Match | None:
        if near.same is None:
            return None
        _, id = self._known.persona(near.same)
        return None if apart(id) else Match(id, "text", 1.0)

    def _alike(self, near: "Near", apart: Callable[[str], bool]) -> Match | None:
        candidates, surely = [], set()
        for key, row in near.alike:
            text = self._known.text(key)
            if score := self._method.score(near.description, text):
                candidates.append((key, score))
                if near.read.says_the_same(row) and _capitals(near.description) == _capitals(text):
                    surely.add(key)
        return self._first(near.description, self._method.recorded, candidates, apart, surely)

    def _first(
        self,
        description: str,
        method: str,
        candidates: Sequence[tuple[int, float]],
        apart: Callable[[str], bool],
        surely: frozenset[int] | set[int] = frozenset(),
    ) -> Match | None:
        """The first that is not vetoed: the most alike, of the persona that was entered first.

        Of those that may be somebody else only the first `_MOST_ASKED` are looked at.
        """
        near = [(-score, self._known.persona(key), key not in surely, key) for key, score in candidates]
        asked = 0
        for score, (_, id), is_open, key in sorted(near):
            if apart(id) or (is_open and asked == _MOST_ASKED):
                continue
            asked += is_open
            reason = self._veto(description, self._known.text(key)) if is_open else None
            if reason is None:
                return Match(id, method, -score)
            self.vetoes[reason.partition(":")[0]] += 1
        return None


def _capitals(description: str) -> list[str]:
    """The words, from the second on, that are not in small letters: "Polish" says something else than "polish"."""
    return [word for word in description.split()[1:] if not word.islower()]
