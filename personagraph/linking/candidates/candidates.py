"""Whom to ask about for an ego: a few from several sources, mixed by a seeded rule, while the graph changes."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot
from personagraph.linking.candidates.aims import AIMS, EVERYTHING
from personagraph.linking.candidates.complements import ACTIVITY, Complements
from personagraph.linking.candidates.sources import SOURCES
from personagraph.linking.candidates.sources.source import Outlook
from personagraph.linking.people import Acquaintance, Crowd, Described

_SPARE = 16
_MOST_WITHOUT = 256


class Prospect(NamedTuple):
    """Somebody to ask about, by position in the snapshot; `source` is a name of SOURCES, and so of VIA."""

    person: int
    source: str


class Candidates:
    """Candidates for egos by position in the snapshot, in a time that hardly depends on how many there are.

    `described` has a vector for each position. `mix` is the share of candidates from each of SOURCES, by name. What
    it gives follows from these, the seed, and what it was told of by `tie`, `imagine` and `enter`, in that order.
    `across` leaves only people of other components. Raises ValueError for a source that there is not, a mix that is
    none, and when the vectors are of other people.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        described: Described,
        *,
        seed: int,
        mix: Mapping[str, float],
        across: bool = False,
    ) -> None:
        if len(described) != len(snapshot):
            raise ValueError(f"{len(described)} vectors are not those of {len(snapshot)} personas")
        unknown = [name for name in mix if name not in SOURCES]
        if unknown or not sum(mix.values()) > 0 or min(mix.values()) < 0:
            raise ValueError(f"a mix of {dict(mix)} is none; the sources are {', '.join(SOURCES)}")
        self._seed, self._across = seed, across
        self._mix = {name: share for name, share in mix.items() if share > 0}
        self.described, self.crowd, self.known = described, Crowd(snapshot), Acquaintance(snapshot)
        self.complements = Complements(snapshot)
        self._imagined: dict[int, list[Callable[[], NDArray[np.float32]]]] = {}
        self.told = 0
        """How often it was told of something by which others can be candidates."""

    def __len__(self) -> int:
        return len(self.crowd)

    def of(self, ego: int, k: int, *, without: Collection[int] = ()) -> list[Prospect]:
        """At most k candidates of the ego, each once, from the sources in turns by the mix, the best of each first.

        Nobody who is tied to the ego, is told of as the ego is, or is `without`. Where a source has no more, others
        give more; fewer come where none has. The same come however often it is asked, until something is told.
        """
        tied, banned = set(self.known.of(ego).tolist()), {ego, *without}
        outlook = self._outlook(ego, k + _SPARE + min(len(tied) + len(banned), _MOST_WITHOUT))
        proposals: dict[str, Iterator[int]] = {}
        found: dict[int, str] = {}

        def take(name: str) -> bool:
            """Whether the source has one more, who then is among those found."""
            source = SOURCES[name]
            if name not in proposals:
                proposals[name] = iter(self._apart(ego, source.propose(outlook)).tolist())
            for person in proposals[name]:
                if person not in found and person not in banned and (source.tied or person not in tied):
                    found[person] = name
                    return True
            return False

        left = dict(self._mix)
        while len(found) < k and left:
            for name in _turns(left, k - len(found), outlook.rng):
                if name in left and not take(name):
                    del left[name]
        return [Prospect(person, source) for person, source in found.items()]

    def gaps(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """What a tie of each of these pairs would close: the gap between two components, or, of one, that of it alone.

        Where people of other components are not all that is wanted, any tie is of use, and each pair is a gap itself.
        """
        if not self._across or not pairs:
            return [*pairs]
        found = np.sort(self.known.components(np.array(pairs, np.int64)), axis=1)
        return list(map(tuple, found.tolist()))

    def tie(self, a: int, b: int, type: str) -> None:
        """A relationship of this type from one to the other was accepted: what goes together is learned from it."""
        self.told += 1
        activity = self.crowd.values(ACTIVITY)
        self.complements.learn(int(activity[a]), type, int(activity[b]))
        self.known.tie(a, b)

    def imagine(self, ego: int, vectors: Callable[[], NDArray[np.float32]]) -> None:
        """A model imagined people for the ego, beside those before; theirs are these (n, dims), made when asked for.

        Most egos are never asked about, and a text is a tenth of its vector.
        """
        self.told += 1
        self._imagined.setdefault(ego, []).append(vectors)

    def enter(self, vector: NDArray[np.float32], known: Mapping[str, str]) -> int:
        """Somebody entered, of whose description this is the vector (dims,), of whom this is known; the position."""
        self.told += 1
        self.described.enter(vector[None, :])
        self.crowd.enter(known)
        return self.known.enter()

    def egos(self, aim: str = "") -> Iterator[int]:
        """Whom to ask, each once, in the order of the aim as the graph is now; without one, everyone by lot.

        Nobody where the aim has nothing to do: bridges in a graph that is one component, closure in one without ties.
        """
        order = (AIMS[aim] if aim else EVERYTHING).order
        lot = np.random.default_rng(self._seed).permutation(len(self))
        return iter(order(self.crowd, self.known, lot).tolist())

    def _outlook(self, ego: int, depth: int) -> Outlook:
        nobody = np.zeros((0, self.described.dims), np.float32)
        vectors = np.concatenate([nobody, *(made() for made in self._imagined.get(ego, ()))])
        # A counter needs no stirring, which takes longer than all that is drawn.
        rng = np.random.Generator(np.random.Philox(key=(self._seed % 2**64) | ego << 64))
        return Outlook(ego, depth, self.described, self.crowd, self.known, self.complements, vectors, rng)

    def _apart(self, ego: int, people: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of these who are in another component, where only such are wanted."""
        if not self._across:
            return people
        components = self.known.components(np.append(people, ego))
        return np.asarray(people[components[:-1] != components[-1]])


def _turns(mix: Mapping[str, float], k: int, rng: np.random.Generator) -> list[str]:
    """A source for each of k, in an order by lot: as often as its share says, rounded up or down by lot."""
    names, ends = list(mix), np.cumsum(list(mix.values()))
    at = (np.arange(k) + rng.random()) / k * ends[-1]
    chosen = np.minimum(np.searchsorted(ends, at, side="right"), len(names) - 1)
    return [names[number] for number in rng.permutation(chosen).tolist()]
