"""Puts the rules of de-duplication in order: the same text, then the method; a veto stands before any merge."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagraph.dedup import content, jaccard, minhash
from personagraph.dedup.index import Method, MethodKind
from personagraph.types import normalise

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.arrays.columns import Saved
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


class Deduplicator:
    """Every description that is known, by the persona it stands for; a persona may have several.

    `veto` gives the reason ("place: american / nigerian") why two descriptions must be kept apart although they are
    alike, or None; it is not asked about two that have the same words and capitals, but for "the" and "an". `vetoes`
    counts, by category, the merges that the veto prevented. With `texts`, a file, the descriptions are kept there, and
    not in memory.
    """

    def __init__(
        self,
        method: Method,
        veto: Callable[[str, str], str | None],
        *,
        texts: Path | None = None,
    ) -> None:
        from personagraph.dedup.arrays.lookup import Lookup

        self._known = Lookup(method, texts)
        self._method = method
        self._veto = veto
        self.vetoes: Counter[str] = Counter()

    def saved(self) -> "Saved":
        """Every description that is known, as it can be written to a file; none may have been removed."""
        return self._known.saved()

    def take(self, saved: "Saved") -> None:
        """Know what one of the same method saved, where it lies. Raises ValueError when it is nothing of this kind."""
        self._known.take(saved)

    def ids(self) -> "npt.NDArray[np.bytes_] | None":
        """The ids of the personas in the order in which they came (S32), where all of them are hashes; else None."""
        return self._known.ids()

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together, which are then found and added many times as fast, in any order or not at all.

        What was prepared before is let go. Nothing but the time that it takes depends on this.
        """
        self._known.prepare(descriptions)

    def add(self, id: str, description: str) -> None:
        """Enter a description of the persona; one that is known already is left as it is."""
        self._known.add(id, description)

    def description(self, id: str) -> str:
        """The first description that was entered for a persona. Raises KeyError for one that is not known."""
        return self._known.description(id)

    def remove(self, id: str, description: str | None = None) -> None:
        """Forget one description of the persona, or, without one, the persona; what is not known is no error."""
        wanted = None if description is None else normalise(description)
        for key in self._known.of(id):
            if wanted in (None, normalise(self._known.text(key))):
                self._known.remove(key)

    def find(self, description: str, *, apart: Callable[[str], bool] = lambda id: False) -> Match | None:
        """The persona that this description is: the most alike, then the first entered; `apart` ids are passed over."""
        near = self._known.near(description)
        return self._find(near, apart) if near else None

    def _find(self, near: "Near", apart: Callable[[str], bool] = lambda id: False) -> Match | None:
        return self._same_text(near, apart) or self._alike(near, apart)

    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[Match | None]:
        """Find each description, and then add it to whom it is, or, where it is nobody, under the id beside it.

        Nothing else is to be prepared or changed before the last verdict is taken.
        """
        found = list(rows)
        self.prepare([description for _, description in found])
        personas = self._known.numbers([id for id, _ in found])
        row = 0
        while row < len(found):
            into, is_text = self._known.decide(row, personas, is_certain=self._method.is_certain)
            row += len(into)
            yield from self._verdicts(into, is_text)
            if row < len(found):
                id, description = found[row]
                match = self._find(self._known.all_near(description))
                self.add(match.id if match else id, description)
                yield match
                row += 1

    def _verdicts(self, into: "npt.NDArray[np.int32]", is_text: "npt.NDArray[np.bool_]") -> Iterator[Match | None]:
        """What was decided in one loop."""
        done = 0
        for row in (into >= 0).nonzero()[0].tolist():
            yield from repeat(None, row - done)
            _, id = self._known.persona(into[row])
            yield Match(id, "text" if is_text[row] else self._method.recorded, 1.0)
            done = row + 1
        yield from repeat(None, len(into) - done)

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
