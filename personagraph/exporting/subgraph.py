"""Which part of the graph to export, and that part as streams of personas and relationships."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from personagraph.graph.selection import Selection
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Merge, Persona, Relationship, Source, SourceLink


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose graph it is: the workspace, the applied number of each run, and how descriptions are cut for searching."""

    workspace: str
    applied: Mapping[str, int]
    words: Callable[[str], tuple[str, int]]


class Subgraph:
    """The personas and relationships of a selection; read `personas` to its end, then `relationships`.

    A whole graph is streamed, and only its ids stay in memory. `owner` is None for a part of a graph. `replaced` counts
    the characters that a format could not hold. The constructor raises PersonaNotFoundError.
    """

    def __init__(self, store: GraphStore, selection: Selection, owner: Owner | None = None) -> None:
        self._store = store
        self.owner = owner if selection == Selection() else None
        self._types = frozenset(selection.types)
        self._listed = _listed(store, selection)
        self.ids: set[str] = set()
        self.runs: set[str] = set()
        self.relationship_count = 0
        self.replaced = 0

    def personas(self) -> Iterator[Persona]:
        """The personas, in order of entry."""
        for persona in self._scan() if self._listed is None else self._listed:
            self.ids.add(persona.id)
            self.runs.add(persona.run)
            yield persona

    def relationships(self) -> Iterator[Relationship]:
        """The relationships between the personas that were read, by source, target, type, key.

        Another process may write meanwhile: a relationship of a persona that came in later is not part of this graph.
        """
        listed = self._store.scan_relationships() if self._listed is None else self._store.relationships([*self.ids])
        for r in listed:
            if self._wanted(r) and r.source in self.ids and r.target in self.ids:
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

    def _scan(self) -> Iterator[Persona]:
        if not self._types:
            yield from self._store.scan_personas()
            return
        ends = {end for r in self._store.scan_relationships() if self._wanted(r) for end in (r.source, r.target)}
        yield from (p for p in self._store.scan_personas() if p.id in ends)

    def _wanted(self, r: Relationship) -> bool:
        return not self._types or r.type in self._types


def _listed(store: GraphStore, selection: Selection) -> list[Persona] | None:
    """The personas that are named, or near the one that is, in order of entry; None when they are to be scanned."""
    if selection.around is not None:
        near = store.neighbours([selection.around], hops=selection.hops, types=selection.types)
        found = [*store.personas([selection.around]), *(n.persona for n in near)]
    elif selection.ids is not None:
        found = store.personas(list(dict.fromkeys(selection.ids)))
    else:
        return None
    return sorted(found, key=lambda p: p.entry)
