"""Who is near, and how two are connected: asked of the store while few are looked at, then of arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from personagraph.stores.graph_store import GraphStore, Neighbour, WideSearchError
from personagraph.stores.level_search import walks
from personagraph.types import Paths, Persona

if TYPE_CHECKING:
    from personagraph.graph.paths.apart import Apart
    from personagraph.graph.snapshot import Snapshot

MOST = 20_000
"""From about so many relationships on that are looked at, the arrays of the whole graph are quicker than the store."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Answers from a store, or from what `whole` gives, which has the same graph; `ready` if that takes no time."""

    store: GraphStore
    whole: "Callable[[], Snapshot]"
    ready: bool = False

    def neighbours(
        self, ids: Sequence[str], *, hops: int, types: Sequence[str], directed: bool, limit: int | None
    ) -> list[Neighbour]:
        """As `GraphStore.neighbours`."""
        try:
            return self.store.neighbours(ids, hops=hops, types=types, directed=directed, limit=limit, most=self._most)
        except WideSearchError:
            return self._neighbours(ids, hops=hops, types=types, directed=directed, limit=limit)

    def shortest(self, starts: Sequence[str], ends: Sequence[str], *, limit: int, **options: Any) -> Paths:
        """As `GraphStore.shortest_paths`, with the same options."""
        try:
            return self.store.shortest_paths(starts, ends, limit=limit, most=self._most, **options)
        except WideSearchError:
            from personagraph.graph.paths.shortest import shortest

            found = shortest(self.whole(), starts, ends, **options)
            return Paths(found.count(), self._walked(found.first(limit), **options))

    def best(self, starts: Sequence[str], ends: Sequence[str], k: int, **options: Any) -> Paths:
        """The `k` best paths, as `personagraph.graph.paths.best.best_paths` ranks them, with its options."""
        from personagraph.graph.paths.best import best_paths

        found = best_paths(self.whole(), starts, ends, k, **options)
        return Paths(len(found), self._walked([p.ids for p in found], **options), tuple(p.cost for p in found))

    def apart(self, starts: Sequence[str], ends: Sequence[str], **options: Any) -> "tuple[Apart, Persona, Persona]":
        """Why there is no path with these options, and the best connected on either side."""
        from personagraph.graph.paths.apart import apart

        why = apart(self.whole(), starts, ends, **options)
        one, other = self.store.personas([why.start.best, why.end.best])
        return why, one, other

    @property
    def _most(self) -> int:
        return 0 if self.ready else MOST

    def _neighbours(
        self, ids: Sequence[str], *, hops: int, types: Sequence[str], directed: bool, limit: int | None
    ) -> list[Neighbour]:
        from personagraph.graph.traversal import arcs, levels

        snapshot = self.whole()
        ways = arcs(snapshot, types, directed=directed)
        found, distances = list[int](), list[int]()
        for hop, level in enumerate(levels(ways, snapshot.positions(ids).tolist(), hops=hops), 1):
            found += level[: None if limit is None else limit - len(found)].tolist()
            distances += [hop] * (len(found) - len(distances))
            if len(found) == limit:
                break
        return list(map(Neighbour, self.store.personas(snapshot.ids_of(found)), distances))

    def _walked(self, routes: Sequence[Sequence[str]], **options: Any) -> Any:
        return walks(self.store, routes, options.get("types", ()), directed=options.get("directed", False))
