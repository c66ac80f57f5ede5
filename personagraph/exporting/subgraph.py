"""Which part of the graph to export, and that part as streams of personas and relationships."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from personagraph.graph.selection import Selection
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Merge, Persona, Relationship, Source, SourceLink

if TYPE_CHECKING:
    from personagraph.graph.part import Part

CHUNK = 1000
EVERYONE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose graph it is: the workspace, the applied number of each run, and how descriptions are cut for searching."""

    workspace: str
    applied: Mapping[str, int]
    words: Callable[[str], tuple[str, int]]


class Subgraph:
    """The personas and relationships of a selection; read `personas` to its end, then `relationships`.

    Both are streamed, and only ids stay in memory. `part` is who is meant, where that is known already. `owner` is None
    for a part of a graph. `replaced` counts the characters that a format could not hold. The constructor raises as
    `select` does.
    """

    def __init__(
        self, store: GraphStore, selection: Selection, owner: Owner | None = None, part: "Part | None" = None
    ) -> None:
        self._store = store
        self.owner = owner if selection == Selection() else None
        self._types = frozenset(selection.types if part is None else part.types)
        self._listed = None if selection == Selection() else _listed(store, selection, part)
        self.ids: set[str] = set()
        self.runs: set[str] = set()
        self.relationship_count = 0
        self.replaced = 0

    def personas(self) -> Iterator[Persona]:
        """The personas, in order of entry."""
        for persona in self._store.scan_personas() if self._listed is None else self._read(self._listed):
            self.ids.add(persona.id)
            self.runs.add(persona.run)
            yield persona

    def relationships(self) -> Iterator[Relationship]:
        """The relationships between the personas that were read, by source, target, type, key.

        Another process may write meanwhile: a relationship of a persona that came in later is not part of this graph.
        """
        some = self._listed
        for r in self._store.scan_relationships() if some is None else self._store.scan_relationships(among=some):
            if (not self._types or r.type in self._types) and r.source in self.ids and r.target in self.ids:
                self.relationship_count += 1
                yield r

    def sources(self) -> Iterator[Source]:
        """The sources of a whole graph by id; of a part none."""
        return self._store.scan_sources() if self.owner else iter(())

    def source_links(self) -> Iterator[SourceLink]:
        """The links of its personas to these sources."""
        return (link for _, link in self._store.source_links() if link.persona in self.ids) if self.owner else iter(())

    def merges(self) -> Iterator[Merge]:
        """What was merged into its personas; of a part of a graph nothing."""
        return (merge for merge in self._store.merges() if merge.persona in self.ids) if self.owner else iter(())

    def _read(self, ids: Sequence[str]) -> Iterator[Persona]:
        for first in range(0, len(ids), CHUNK):
            yield from self._store.personas(ids[first : first + CHUNK])


def _listed(store: GraphStore, selection: Selection, part: "Part | None") -> list[str]:
    """The ids of who is meant, in order of entry."""
    if part is None:
        from personagraph.graph.part import select

        part = select(store.snapshot(), selection, lambda text: [p.id for p in store.search(text, limit=EVERYONE)])
    return part.snapshot.ids_of(part.positions)
