"""Which part of the graph to export, and that part as streams of tables of personas and of relationships."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

from personagraph.exporting.fields import Table, edges, nodes
from personagraph.graph.selection import Selection
from personagraph.stores import rows
from personagraph.stores.graph_store import Columns, GraphStore
from personagraph.types import Merge, Source, SourceLink

if TYPE_CHECKING:
    from personagraph.graph.part import Part

ROWS = 20_000
"""Of a table, at most: what is in memory at once."""
EVERYONE = 2**31 - 1
_SOURCE, _TARGET, _TYPE = map(rows.RELATIONSHIP.index, ("source", "target", "type"))


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

    def personas(self) -> Iterator[Table]:
        """The personas in order of entry, up to ROWS at once. Raises PersonaNotFoundError when one meant is gone."""
        for table in map(nodes, _joined(self._store.persona_pages(self._listed))):
            self.ids.update(table["id"].values)
            self.runs.update(table["run"].values)
            yield table
        if self._listed and len(self.ids) < len(self._listed):
            self._store.personas([next(id for id in self._listed if id not in self.ids)])

    def relationships(self) -> Iterator[Table]:
        """The relationships between the personas that were read, by source, target, type, key, up to ROWS at once.

        Another process may write meanwhile: a relationship of a persona that came in later is not part of this graph.
        """
        pages = map(self._within, self._store.relationship_pages(self._listed))
        for table in map(edges, _joined(page for page in pages if page[0])):
            self.relationship_count += len(table["key"].values)
            yield table

    def sources(self) -> Iterator[Source]:
        """The sources of a whole graph by id; of a part none."""
        return self._store.scan_sources() if self.owner else iter(())

    def source_links(self) -> Iterator[SourceLink]:
        """The links of its personas to these sources."""
        return (link for _, link in self._store.source_links() if link.persona in self.ids) if self.owner else iter(())

    def merges(self) -> Iterator[Merge]:
        """What was merged into its personas; of a part of a graph nothing."""
        return (merge for merge in self._store.merges() if merge.persona in self.ids) if self.owner else iter(())

    def _within(self, page: Columns) -> Columns:
        """The relationships of a page between the personas that were read, of the types that are meant."""
        sources, targets, ids = page[_SOURCE], page[_TARGET], self.ids
        inside = ids.issuperset(sources) and ids.issuperset(targets)
        if inside and not self._types:
            return page
        kept = [a in ids and b in ids for a, b in zip(sources, targets, strict=True)]
        if self._types:
            kept = [here and type in self._types for here, type in zip(kept, page[_TYPE], strict=True)]
        return [list(compress(column, kept)) for column in page]


def _joined(pages: Iterable[Columns]) -> Iterator[Columns]:
    """The same rows in pages of ROWS, so that a file does not tell in which they were read; the last may have fewer."""
    held: list[list[Any]] = []
    for page in pages:
        held = held or [[] for _ in page]
        for column, more in zip(held, page, strict=True):
            column += more
        while len(held[0]) >= ROWS:
            yield [column[:ROWS] for column in held]
            held = [column[ROWS:] for column in held]
    if held and held[0]:
        yield held


def _listed(store: GraphStore, selection: Selection, part: "Part | None") -> Sequence[str]:
    """The ids of who is meant, in order of entry."""
    if part is None:
        from personagraph.graph.part import select

        part = select(store.snapshot(), selection, lambda text: [p.id for p in store.search(text, limit=EVERYONE)])
    return part.snapshot.ids_of(part.positions)
