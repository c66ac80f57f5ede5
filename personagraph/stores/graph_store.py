"""What every store of a graph must do; the suite in tests/contracts holds each of them to it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from personagraph.types import Batch, Mark, Merge, Path, Paths, Persona, Relationship, Source, SourceLink, Stats

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


Columns = Sequence[Sequence[Any]]
"""Some rows as columns, each with a value a row; no object of ours is made for a row."""
Counted = Literal["personas", "relationships", "sources", "merges"]
"""What a graph consists of."""


class Neighbour(NamedTuple):
    """A persona and its distance in hops from where the search began."""

    persona: Persona
    hops: int


class WideSearchError(Exception):
    """A search would look at more of the graph than it was allowed to."""


class Held(NamedTuple):
    """How many steps of each run a graph holds, and how far its ledger was at most when it said so."""

    applied: Mapping[str, int]
    mark: Mark


class GraphStore(Protocol):
    """The graph on disk. Only one process writes; every verb works on sets.

    Raises StoreUnavailableError when the store cannot be reached, StoreError for anything else that it refuses.
    """

    steps_at_once: int
    """How many steps that ask no model a batch has at most: what it takes quickest, and without harm."""

    def write(self, batch: Batch) -> None:
        """Apply the batch and move the run's applied number from `batch.first` to `batch.last`, or do nothing.

        A batch whose `last` is already applied changes nothing; one whose `first` is not the applied number (and whose
        `last` is beyond it) raises StoreError. The batch's mark is remembered as by `mark`.
        """

    def mark(self, mark: Mark) -> None:
        """Remember how far the ledger is, number by number; a lower one than is remembered changes nothing."""

    def applied(self, run: str) -> int:
        """How many steps of the run the graph holds; 0 for a run it has not seen."""

    def held(self) -> Held:
        """How many steps of every run the graph holds, and the mark that is remembered (zeros for none)."""

    def personas(self, ids: Sequence[str]) -> list[Persona]:
        """The personas with these ids, in that order. Raises PersonaNotFoundError naming the first that is missing."""

    def ids_with_prefix(self, prefix: str, *, limit: int = 10) -> list[str]:
        """Ids that begin so, sorted."""

    def search(self, text: str, *, limit: int = 10) -> list[Persona]:
        """Personas whose description has every word of `text`, the last one as a prefix.

        Those with the fewest words first, then in order of entry. Words are those of `personagraph.text.search`.
        """

    def in_cell(self, cell: Mapping[str, str]) -> list[Persona]:
        """Personas whose stated attributes have all these values (attribute → value), in order of entry.

        All personas where no value is given. An index finds them, by activity and region or by another attribute,
        unless all these values are unknown, as most are: then each persona may be looked at.
        """

    def neighbours(
        self,
        ids: Sequence[str],
        *,
        hops: int,
        types: Sequence[str] = (),
        directed: bool = False,
        limit: int | None = None,
        most: int | None = None,
    ) -> list[Neighbour]:
        """Everyone from 1 to `hops` away from any of the ids (these left out), nearest first, then by entry.

        Raises WideSearchError before it looks at far more than `most` relationships; every round counts as some.
        """

    def shortest_path(
        self,
        start: str,
        end: str,
        *,
        max_hops: int | None = None,
        types: Sequence[str] = (),
        directed: bool = False,
        avoid: Collection[str] = (),
    ) -> Path | None:
        """One path with the fewest relationships, or None. Ignores direction unless `directed`.

        Of several relationships between the same two personas, the one with the highest confidence, then lowest key.
        The path has nobody of `avoid`, not as an end either.
        """

    def shortest_paths(
        self,
        starts: Sequence[str],
        ends: Sequence[str],
        *,
        limit: int,
        max_hops: int | None = None,
        types: Sequence[str] = (),
        directed: bool = False,
        avoid: Collection[str] = (),
        most: int | None = None,
    ) -> Paths:
        """Every path from any start to any end that is as short as the shortest of them; counted, `limit` of them told.

        Paths with the same personas are one path. They come in the order of the ids along them; a persona that is in
        both groups is a path of no hops. The options are those of `shortest_path`. Raises WideSearchError before it
        looks at far more than `most` relationships; every round counts as some.
        """

    def relationships(self, ids: Sequence[str]) -> list[Relationship]:
        """Every relationship whose two ends are both among the ids, by source, target, type, key."""

    def relationships_at(self, ids: Sequence[str]) -> list[Relationship]:
        """Every relationship with at least one end among the ids, each once, by source, target, type, key."""

    def outdated(self) -> list[Relationship]:
        """What a migration could not bring up to date, as the ledger alone knows it; the key begins with BEFORE.

        These are relationships in own words from before the words were part of the key. By an index.
        """

    def source_links(
        self, *, personas: Sequence[str] | None = None, source: str | None = None
    ) -> list[tuple[Source, SourceLink]]:
        """Links to sources (of these personas, of one source, or all), by source id, persona id, type."""

    def merges(self, *, key: str | None = None, alias: str | None = None, persona: str | None = None) -> list[Merge]:
        """Merges kept as aliases, by key: run, step, item as numbers.

        All of them; or those with this key, of the description with the id `alias`, into this persona, by an index.
        """

    def scan_personas(self, *, since: int = 0) -> Iterator[Persona]:
        """All personas whose entry is `since` or higher, in order of entry, streamed. An index finds them."""

    def scan_sources(self) -> Iterator[Source]:
        """All sources by id, also those without a link, streamed."""

    def scan_relationships(self) -> Iterator[Relationship]:
        """All relationships by source, target, type, key, streamed."""

    def persona_pages(self, ids: Sequence[str] | None = None) -> Iterator[Columns]:
        """All personas in order of entry, or those with these ids, which are in that order; streamed page by page.

        A page has a column for each of `personagraph.stores.rows.persona_columns`. Who is not there is left out.
        """

    def relationship_pages(self, among: Sequence[str] | None = None) -> Iterator[Columns]:
        """All relationships, or those whose two ends are both `among` these, in the order of `scan_relationships`.

        Streamed page by page; a page has a column for each of `personagraph.stores.rows.RELATIONSHIP`.
        """

    def size(self, of: Counted = "personas") -> int:
        """How many personas there are, relationships, sources or merges; no more is looked at than a store must."""

    def is_empty(self) -> bool:
        """Whether the graph has no persona; takes as long in a large graph as in a small one."""

    def stats(self) -> Stats:
        """Counts of the whole graph, which may have to look at all of it."""

    def depths_of(self, run: str) -> Mapping[int | None, int]:
        """How many personas the run brought that are still there, by depth; None comes last."""

    def snapshot(self, progress: Callable[[float], None] = lambda share: None) -> "Snapshot":
        """The whole graph as arrays in memory; `progress` hears which share of it is read.

        Raises StoreError when a relationship names a persona whom the graph does not hold.
        """

    def close(self) -> None:
        """Release files and connections; closing twice is no error."""
