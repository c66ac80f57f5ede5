"""The whole graph as arrays: what traversal, metrics, samplers and selections work on."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import PersonaNotFoundError, StoreError
from personagraph.graph.neighbours import Neighbours, both_ways
from personagraph.graph.snapshots.ids import order_of
from personagraph.types import Persona, Relationship
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_text

_FEW = 100
"""Ids that are looked for one by one."""


def codes_for(names: int) -> type[np.signedinteger[Any]]:
    """The kind of codes for so many names: int16, but for the runs of a graph that has tens of thousands."""
    return np.int16 if names <= 1 << 15 else np.int32


class Categorical(NamedTuple):
    """A value for each row: its place in `names`, which are sorted; `codes` is of the kind that so many names have."""

    codes: NDArray[np.signedinteger[Any]]
    names: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str]) -> "Categorical":
        """The column of these values."""
        found = list(values)
        names = tuple(sorted(set(found)))
        code = {name: number for number, name in enumerate(names)}
        return cls(np.array([code[value] for value in found], codes_for(len(names))), names)

    @classmethod
    def all_of(cls, value: str, rows: int) -> "Categorical":
        """The column of so many rows that all have this value."""
        return cls(np.zeros(rows, codes_for(1)), (value,) if rows else ())

    def taken(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Categorical":
        """Some of the rows, with the names that these have."""
        used, codes = np.unique(self.codes[rows], return_inverse=True)
        return Categorical(codes.astype(codes_for(len(used))), tuple(self.names[number] for number in used.tolist()))


class Links(NamedTuple):
    """Compressed sparse rows: from position i one gets to `ends[starts[i]:starts[i + 1]]`, in ascending order.

    Once for every relationship, whose numbers are in `edges` beside. `starts` is (n + 1, int64), the others are int32.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int32]
    edges: NDArray[np.int32]

    @property
    def degrees(self) -> NDArray[np.int64]:
        """How many relationships each position has (n, int64)."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class Snapshot:
    """Personas in order of entry, relationships by source's id, target's id, type, key.

    A persona's position is its place in the columns of personas, which are (n,): `ids` are bytes of 32 hexadecimal
    digits, `depths` (int32) has -1 for none. A relationship's number is its place in the columns of relationships,
    which are (m,): `sources` and `targets` (int32) are positions, `confidences` is float32; `via` and `agreement` have
    what `personagraph.types.Relationship` has. `attributes` has a column for each attribute, with "unknown" where
    nothing is known; `bases` has the grounds of all of a persona's, as "activity:words region:stated". `applied` is how
    many steps of each run the graph holds that this is the whole of; empty for a part. Nobody changes an array.
    """

    ids: NDArray[np.bytes_]
    depths: NDArray[np.int32]
    entries: NDArray[np.int64]
    runs: Categorical
    simulated: NDArray[np.bool_]
    attributes: Mapping[str, Categorical]
    bases: Categorical
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    types: Categorical
    confidences: NDArray[np.float32]
    former: NDArray[np.bool_]
    steering: NDArray[np.int8]
    via: Categorical
    agreement: Categorical
    applied: Mapping[str, int] = field(default_factory=dict)
    derived: "Mapping[str, Callable[[], Links]]" = field(default_factory=dict, repr=False)
    """How links are got, by the name of their direction, when they need not be made from the relationships."""

    def __len__(self) -> int:
        """How many personas there are."""
        return len(self.ids)

    @classmethod
    def build(cls, personas: Iterable[Persona], relationships: Iterable[Relationship]) -> "Snapshot":
        """Make one from objects. Raises StoreError when a relationship names a persona that is not there."""
        people, ties = list(personas), list(relationships)
        position = {persona.id: number for number, persona in enumerate(people)}
        try:
            ends = [(position[tie.source], position[tie.target]) for tie in ties]
        except KeyError as missing:
            raise StoreError(f"a relationship names the persona {missing}, which the graph does not hold") from missing
        pairs = np.array(ends, np.int32).reshape(-1, 2)
        return cls(
            ids=np.array([persona.id for persona in people], "S32"),
            depths=np.array([-1 if persona.depth is None else persona.depth for persona in people], np.int32),
            entries=np.array([persona.entry for persona in people], np.int64),
            runs=Categorical.of(persona.run for persona in people),
            simulated=np.array([persona.simulated for persona in people], np.bool_),
            attributes={name: Categorical.of(persona.attributes[name] for persona in people) for name in ATTRIBUTES},
            bases=Categorical.of(bases_text(persona.bases) for persona in people),
            sources=pairs[:, 0].copy(),
            targets=pairs[:, 1].copy(),
            types=Categorical.of(tie.type for tie in ties),
            confidences=np.array([tie.confidence for tie in ties], np.float32),
            former=np.array([tie.former for tie in ties], np.bool_),
            steering=np.array([tie.steering for tie in ties], np.int8),
            via=Categorical.of(tie.via for tie in ties),
            agreement=Categorical.of(tie.agreement for tie in ties),
        )

    def id(self, position: int) -> str:
        """The id of the persona at a position."""
        return bytes(self.ids[position]).decode()

    def ids_of(self, positions: "Sequence[int] | NDArray[np.integer]") -> list[str]:
        """The ids at these positions, in their order."""
        return [id.decode() for id in self.ids[np.asarray(positions, np.int64)].tolist()]

    def positions(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Where these personas are, in their order. Raises PersonaNotFoundError naming the first that is missing."""
        wanted = np.array(ids, "S32") if len(ids) else np.empty(0, "S32")
        if not len(self) and len(wanted):
            raise PersonaNotFoundError(_nobody(ids[0]))
        at = np.minimum(self._places(wanted), max(len(self) - 1, 0))
        found = self.by_id[at].astype(np.int64)
        missing = np.flatnonzero(self.ids[found] != wanted)
        if len(missing):
            raise PersonaNotFoundError(_nobody(ids[int(missing[0])]))
        return found

    def _places(self, wanted: NDArray[np.bytes_]) -> NDArray[np.int64]:
        """Where each would be in the order of ids."""
        if len(wanted) > _FEW:
            return np.searchsorted(self.ids, wanted, sorter=self.by_id)
        # NumPy copies the whole order first.
        places = [bisect_left(self.by_id, id, key=self.ids.__getitem__) for id in wanted.tolist()]
        return np.array(places, np.int64)

    @cached_property
    def forwards(self) -> Links:
        """Along the relationships, from source to target."""
        return self._derived("forwards") or links(len(self), self.sources, self.targets, np.arange(len(self.sources)))

    @cached_property
    def backwards(self) -> Links:
        """Against them, from target to source."""
        return self._derived("backwards") or links(len(self), self.targets, self.sources, np.arange(len(self.sources)))

    @cached_property
    def both(self) -> Links:
        """Whatever the direction: each relationship is there from either of its ends."""
        return self._derived("both") or links(
            len(self),
            np.concatenate([self.sources, self.targets]),
            np.concatenate([self.targets, self.sources]),
            np.tile(np.arange(len(self.sources)), 2),
        )

    @cached_property
    def neighbours(self) -> Neighbours:
        """Who is next to whom, once, whatever the direction and however many relationships there are between them."""
        return both_ways(len(self), self.sources, self.targets)

    def part(self, positions: NDArray[np.int64], types: Sequence[str] = ()) -> "Snapshot":
        """The personas at these positions (ascending), and every relationship between them, of `types` if any is given.

        Both keep their order, and get new numbers.
        """
        kept = np.ones(len(self.sources), np.bool_)
        if types:
            kept = np.isin(self.types.codes, [code for code, name in enumerate(self.types.names) if name in types])
        return self._part(positions, kept)

    @cached_property
    def linked(self) -> NDArray[np.bool_]:
        """Of each relationship, whether it was found between two who were there (m, bool)."""
        found: NDArray[np.bool_] = np.array([bool(name) for name in self.via.names], np.bool_)[self.via.codes]
        return found

    @cached_property
    def unsteered(self) -> NDArray[np.bool_]:
        """Of each relationship, whether nobody had named its type or its ends: links are none (m, bool)."""
        found: NDArray[np.bool_] = (self.steering == 0) & ~self.linked
        return found

    def without_links(self) -> "Snapshot":
        """Everybody, and the relationships that are no links; the snapshot itself where there is no link."""
        return self._part(np.arange(len(self)), ~self.linked) if self.linked.any() else self

    def with_only(self, relationships: NDArray[np.bool_]) -> "Snapshot":
        """Everybody, and these of the relationships (m,)."""
        return self._part(np.arange(len(self)), relationships)

    def _part(self, positions: NDArray[np.int64], among: NDArray[np.bool_]) -> "Snapshot":
        """These personas, and those of these relationships that are between them."""
        place = np.full(len(self), -1, np.int32)
        place[positions] = np.arange(len(positions), dtype=np.int32)
        kept = among & (place[self.sources] >= 0) & (place[self.targets] >= 0)
        return Snapshot(
            ids=self.ids[positions],
            depths=self.depths[positions],
            entries=self.entries[positions],
            runs=self.runs.taken(positions),
            simulated=self.simulated[positions],
            attributes={name: column.taken(positions) for name, column in self.attributes.items()},
            bases=self.bases.taken(positions),
            sources=place[self.sources[kept]],
            targets=place[self.targets[kept]],
            types=self.types.taken(kept),
            confidences=self.confidences[kept],
            former=self.former[kept],
            steering=self.steering[kept],
            via=self.via.taken(kept),
            agreement=self.agreement.taken(kept),
        )

    @cached_property
    def by_id(self) -> NDArray[np.int32]:
        """The positions in the order of their ids (n, int32)."""
        return order_of(self.ids).astype(np.int32)

    def _derived(self, name: str) -> Links | None:
        return self.derived[name]() if name in self.derived else None


def _nobody(id: str) -> str:
    return f"there is no persona {id!r}; `personagraph search` finds them by words"


def links(n: int, sources: NDArray[np.int32], targets: NDArray[np.int32], numbers: NDArray[np.int64]) -> Links:
    """The compressed sparse rows of n positions for these arcs, each with the number of its relationship."""
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(sources, minlength=n), out=starts[1:])
    place, number = (int(highest).bit_length() for highest in (n, numbers.max(initial=0)))
    if 2 * place + number > 64:
        order = np.lexsort((numbers, targets, sources))
        return Links(starts, targets[order].astype(np.int32), numbers[order].astype(np.int32))
    # Sorted as one number each, which takes an eighth of the time.
    arcs = sources.astype(np.uint64)
    for part, bits in ((targets, place), (numbers, number)):
        arcs <<= np.uint64(bits)
        arcs |= part.astype(np.uint64)
    arcs.sort()
    edges = (arcs & np.uint64(2**number - 1)).astype(np.int32)
    ends = (arcs >> np.uint64(number)) & np.uint64(2**place - 1)
    return Links(starts, ends.astype(np.int32), edges)
