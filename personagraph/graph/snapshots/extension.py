"""Extends a snapshot by what a graph has become since: the same arrays as if all of it were read again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical, Links, Snapshot, codes_for
from personagraph.graph.snapshots.ids import bisected
from personagraph.types import Persona, Relationship

_LINKS = ("forwards", "backwards", "both")
_NEVER = np.iinfo(np.int32).max
T = TypeVar("T", bound=np.generic)


class Since(NamedTuple):
    """What a graph has now: who entered since, in order of entry; pairs that have new relationships, with all of these.

    `relationships` are by source, target, type, key. `depths` are those of personas who were there before, by id: of
    everybody who has a new relationship, or became a seed. `applied` is how many steps of each run the graph holds.
    """

    personas: Sequence[Persona]
    relationships: Sequence[Relationship]
    depths: Mapping[str, int | None]
    applied: Mapping[str, int]


class _Ties(NamedTuple):
    """Relationships that come in before those with the numbers `at` (ascending); `renumbered` is where the old are."""

    at: NDArray[np.int64]
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    numbers: NDArray[np.int64]
    renumbered: NDArray[np.int32]


def extended(old: Snapshot, since: Since) -> Snapshot | None:
    """The snapshot with all that; None when something was taken away, and the graph has to be read again.

    `old` stays as it is. What it has of links is extended, too, when it is asked for.
    """
    people = _with_personas(replace(old, applied=dict(since.applied)), old.by_id, since.personas)
    if people is None:
        return None
    found = _with_relationships(old, people, since.relationships)
    if found is None:
        return None
    snapshot, ties = found
    derived = {name: _later(snapshot, old, name, ties) for name in _LINKS if name in {*old.derived, *vars(old)}}
    snapshot = replace(snapshot, derived=derived)
    snapshot.__dict__["by_id"] = people.by_id
    return snapshot if _lowered(snapshot, since.depths) else None


def _later(snapshot: Snapshot, old: Snapshot, name: str, ties: "_Ties") -> Callable[[], Links]:
    """Extends links when they are asked for; those of the old are there, so that it is not kept for them."""
    before: Links = getattr(old, name)
    return lambda: _more_links(before, len(snapshot), _arcs(ties, name), ties.renumbered)


def _with_personas(old: Snapshot, by_id: NDArray[np.int32], personas: Sequence[Persona]) -> Snapshot | None:
    """The personas of both, and the relationships of the old; None when somebody is not new."""
    new = Snapshot.build(personas, ())
    at = np.searchsorted(old.ids, new.ids, sorter=by_id)
    if len(old) and (old.ids[by_id[np.minimum(at, len(old) - 1)]] == new.ids).any():
        return None
    order = new.by_id
    people = replace(
        old,
        ids=np.concatenate([old.ids, new.ids]),
        depths=np.concatenate([old.depths, new.depths]),
        entries=np.concatenate([old.entries, new.entries]),
        runs=_with_values(old.runs, new.runs),
        simulated=np.concatenate([old.simulated, new.simulated]),
        attributes={name: _with_values(column, new.attributes[name]) for name, column in old.attributes.items()},
        bases=_with_values(old.bases, new.bases),
    )
    people.__dict__["by_id"] = _inserted(by_id, at[order], order + np.int32(len(old)))
    return people


def _with_values(old: Categorical, new: Categorical) -> Categorical:
    both, codes = _renamed(old, new)
    return Categorical(np.concatenate([both.codes, codes]), both.names)


def _used(column: Categorical) -> Categorical:
    """The column without names that no row has any more, as what is said of a relationship can change."""
    every = np.bincount(column.codes, minlength=len(column.names)).all()
    return column if every else column.taken(np.ones(len(column.codes), np.bool_))


def _renamed(old: Categorical, new: Categorical) -> tuple[Categorical, NDArray[np.signedinteger[Any]]]:
    """The old column by the names of both, and the codes of the new one by these."""
    names = tuple(sorted({*old.names, *new.names}))
    place = {name: code for code, name in enumerate(names)}
    kind = codes_for(len(names))
    codes = np.array([place[name] for name in new.names], kind)[new.codes]
    if names == old.names:
        return old, codes
    renamed = np.array([place[name] for name in old.names], kind)
    return Categorical(renamed[old.codes], names), codes


def _with_relationships(old: Snapshot, people: Snapshot, read: Sequence[Relationship]) -> tuple[Snapshot, _Ties] | None:
    """The relationships of both; those of a pair take the place of what it had. None when a pair has fewer than before.

    Where it has more, they come in behind: all of them are written anew, so that each pair is in order.
    """
    sources = people.positions([tie.source for tie in read]).astype(np.int32)
    targets = people.positions([tie.target for tie in read]).astype(np.int32)
    m = len(old.sources)
    changes = (np.diff(sources) != 0) | (np.diff(targets) != 0)
    first = np.flatnonzero(np.append(True, changes)[: len(read)])
    pairs = _pairs(people.ids, sources[first], targets[first])

    def before(numbers: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = _pairs(old.ids, old.sources[numbers], old.targets[numbers]) < pairs[of]
        return found

    def until(numbers: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = _pairs(old.ids, old.sources[numbers], old.targets[numbers]) <= pairs[of]
        return found

    low = bisected(np.zeros(len(pairs), np.int64), np.full(len(pairs), m), before)
    high = bisected(low, np.full(len(pairs), m), until)
    had, have = high - low, np.diff(np.append(first, len(read)))
    if (have < had).any():
        return None
    rank = np.arange(len(read)) - np.repeat(first, have)
    new = rank >= np.repeat(had, have)
    at = np.repeat(high, have)[new]
    shifts = np.cumsum(np.bincount(at, minlength=m + 1))
    renumbered = (np.arange(m) + shifts[:m]).astype(np.int32)
    numbers = at + np.arange(len(at))
    places = np.repeat(low, have) + rank
    written = np.where(new, 0, places)
    written[~new] = renumbered[places[~new]]
    written[new] = numbers
    ties = _Ties(at, sources[new], targets[new], numbers, renumbered)
    return _written(old, people, ties, read, written), ties


def _written(
    old: Snapshot, people: Snapshot, ties: _Ties, read: Sequence[Relationship], numbers: NDArray[np.int64]
) -> Snapshot:
    """The columns of relationships, in which these have these numbers."""

    def column(before: NDArray[T], values: NDArray[T]) -> NDArray[T]:
        found = _inserted(before, ties.at, np.zeros(len(ties.at), before.dtype))
        found[numbers] = values
        return found

    def named(before: Categorical, values: Sequence[str]) -> Categorical:
        both, codes = _renamed(before, Categorical.of(values))
        return Categorical(column(both.codes, codes), both.names)

    return replace(
        people,
        sources=_inserted(old.sources, ties.at, ties.sources),
        targets=_inserted(old.targets, ties.at, ties.targets),
        types=named(old.types, [tie.type for tie in read]),
        confidences=column(old.confidences, np.array([tie.confidence for tie in read], np.float32)),
        former=column(old.former, np.array([tie.former for tie in read], np.bool_)),
        steering=column(old.steering, np.array([tie.steering for tie in read], np.int8)),
        via=_used(named(old.via, [tie.via for tie in read])),
        agreement=_used(named(old.agreement, [tie.agreement for tie in read])),
    )


def _pairs(ids: NDArray[np.bytes_], sources: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.bytes_]:
    """The ids of both ends as one text, which is in the order of the pairs."""
    ends = np.stack([ids[sources], ids[targets]], axis=1)
    return ends.view("S64").reshape(len(ends))


def _inserted(column: NDArray[T], at: NDArray[np.int64], values: NDArray[T]) -> NDArray[T]:
    """A new column, with the values before the rows `at`, which ascend."""
    places, first = np.unique(at, return_index=True)
    ends = np.append(first, len(at))[1:].tolist()
    parts, done = [], 0
    for place, one, end in zip(places.tolist(), first.tolist(), ends, strict=True):
        parts += [column[done:place], values[one:end]]
        done = place
    return np.concatenate([*parts, column[done:]])


def _arcs(ties: _Ties, name: str) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """From where to where the new relationships lead, and their numbers, in the order of all three."""
    ways = {"forwards": [(ties.sources, ties.targets)], "backwards": [(ties.targets, ties.sources)]}
    chosen = ways.get(name, [pair for each in ways.values() for pair in each])
    starts, ends = (np.concatenate(parts) for parts in zip(*chosen, strict=True))
    numbers = np.concatenate([ties.numbers] * len(chosen))
    order = np.lexsort([numbers, ends, starts])
    return starts[order], ends[order], numbers[order]


def _more_links(
    old: Links,
    n: int,
    arcs: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]],
    renumbered: NDArray[np.int32],
) -> Links:
    """The links with these arcs among them, each row in the order of ends and numbers."""
    sources, targets, numbers = arcs
    starts = np.concatenate([old.starts, np.full(n + 1 - len(old.starts), old.starts[-1])])
    edges = renumbered[old.edges]
    wanted = (targets.astype(np.int64) << 32) | numbers

    def before(places: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = ((old.ends[places].astype(np.int64) << 32) | edges[places]) < wanted[of]
        return found

    at = bisected(starts[sources], starts[sources + 1], before)
    starts[1:] += np.cumsum(np.bincount(sources, minlength=n))
    return Links(starts, _inserted(old.ends, at, targets), _inserted(edges, at, numbers.astype(np.int32)))


def _lowered(snapshot: Snapshot, told: Mapping[str, int | None]) -> bool:
    """Give these their depths, and everyone whom they bring nearer to a seed; False when somebody is further away now.

    The array of depths is the snapshot's own by now, and is changed.
    """
    depths = np.where(snapshot.depths < 0, _NEVER, snapshot.depths)
    at = snapshot.positions(list(told))
    now = np.array([_NEVER if depth is None else depth for depth in told.values()], np.int32)
    if (now > depths[at]).any():
        return False
    nearer = at[now < depths[at]]
    depths[at] = now
    while len(nearer):
        links = snapshot.both
        begin, count = links.starts[nearer], links.starts[nearer + 1] - links.starts[nearer]
        offsets = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        others, reach = links.ends[np.repeat(begin, count) + offsets], np.repeat(depths[nearer] + 1, count)
        low = reach < depths[others]
        np.minimum.at(depths, others[low], reach[low])
        nearer = np.unique(others[low])
    snapshot.depths[:] = np.where(depths == _NEVER, -1, depths)
    return True
