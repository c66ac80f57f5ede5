"""The server store: the graph in a Neo4j database, Community edition included."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from personagraph.errors import StoreError
from personagraph.stores import level_search as frontier
from personagraph.stores import rows
from personagraph.stores.graph_store import Columns, Counted, Held, Neighbour
from personagraph.stores.neo4j.connection import Server, Transaction, address_of
from personagraph.stores.neo4j.errors import takes_no_writes
from personagraph.stores.neo4j.query.user_query import QueryResult, ask
from personagraph.stores.neo4j.schema import prepare, refuse_another
from personagraph.stores.neo4j.waiting import Patience, PatientServer
from personagraph.stores.neo4j.writing import applied, write_rows
from personagraph.text.search import query_words
from personagraph.types import (
    NO_MARK,
    Batch,
    Mark,
    Merge,
    Path,
    Paths,
    Persona,
    Relationship,
    Source,
    SourceLink,
    Stats,
)
from personagraph.vocabulary.cells import PAIR

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.stores.neo4j.vectors import Neo4jVectors

PAGE = 1000
"""Rows that come as one, so that they cost a tenth, and that the server must hold at once."""
FEW = 4
"""Up to this part of all personas it is quicker to look for each than to read all."""


class Neo4jStore:
    """A `GraphStore` in one database of a server; it may be read by others while one process writes."""

    steps_at_once = 64
    """A transaction is held in the server's memory until it is over."""

    def __init__(self, server: Server, workspace: str) -> None:
        self._server = server
        self._workspace = workspace

    @classmethod
    def open(
        cls, url: str, password: str, workspace: str, patience: Patience | None = None, *, new: bool = True
    ) -> "Neo4jStore":
        """Open the graph of a workspace, creating or migrating the schema; unless `new`, there must be one.

        `url` is of the form neo4j://user@host:7687/database. Raises ConfigError for another URL, and for a database
        that holds something else or another workspace's graph; SchemaVersionError for a newer one;
        StoreUnavailableError within seconds when the server is not there or does not let the user in. Once opened, the
        store waits for a server that went away while its `patience` lasts.
        """
        server = PatientServer(address_of(url), password, patience or Patience())
        try:
            prepare(server, workspace, new=new)
        except BaseException:
            server.close()
            raise
        return cls(server, workspace)

    def write(self, batch: Batch) -> None:
        """Apply the batch and the run's applied number in one transaction."""
        rows.check_batch(batch)

        def carry_out(transaction: Transaction) -> None:
            self._claim(transaction, None if batch.fresh else batch.mark)
            if rows.is_due(batch, applied(transaction, batch.run)):
                write_rows(transaction, batch)

        self._server.write(carry_out)

    def mark(self, mark: Mark) -> None:
        """Remember how far the ledger is."""
        self._server.write(lambda transaction: self._claim(transaction, mark))

    def applied(self, run: str) -> int:
        """How many steps of the run the graph holds."""
        found = self._server.read("read/applied", run=run)
        return int(found[0][0]) if found else 0

    def held(self) -> Held:
        """How many steps of every run the graph holds, and the mark."""
        marks = self._server.read("read/mark")
        return Held(dict(self._server.read("read/runs")), Mark(*marks[0]) if marks else NO_MARK)

    def personas(self, ids: Sequence[str]) -> list[Persona]:
        """The personas with these ids, in that order."""
        return rows.personas_from(self._lists("read/personas", ids=list(ids), known=list(rows.known_columns())), ids)

    def ids_with_prefix(self, prefix: str, *, limit: int = 10) -> list[str]:
        """Ids that begin so, sorted."""
        return [id for (id,) in self._server.read("read/ids_with_prefix", prefix=prefix, limit=limit)]

    def search(self, text: str, *, limit: int = 10) -> list[Persona]:
        """Personas with every word of the text, the last as a prefix; fewest words first, then by entry."""
        words = query_words(text)
        if not words:
            return []
        query = " ".join(f"+{word}" for word in words) + "*"
        return self._found("read/search", query=query, limit=limit)

    def in_cell(self, cell: Mapping[str, str]) -> list[Persona]:
        """Personas whose stated attributes have all these values, in order of entry."""
        sought = rows.sought(cell)
        if not sought:
            return list(self.scan_personas())
        pair, one = "read/in_cell", "read/in_cell_by_one"
        return self._found(pair if sought == PAIR else f"{one}[{sought[0]}]", cell=dict(cell))

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
        """Everyone from 1 to `hops` away, nearest first, then by entry."""
        self.personas(ids)
        expand = self._expand("read/successors" if directed else "read/adjacent", types)
        levels = frontier.levels(expand, ids, hops=hops, enough=limit, most=most)
        return rows.neighbours(map(self.personas, levels), limit)

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
        """One path with the fewest relationships, or None; the server searches."""
        options: dict[str, Any] = {"types": list(types), "avoid": list(avoid)}
        columns = {"known": list(rows.known_columns())}
        name = "read/shortest_path_directed" if directed else "read/shortest_path"
        found = self._server.read(name, start=start, end=end, **options, **columns) if start != end else []
        if not found:
            people = tuple(self.personas([start, end])[:1])
            return Path(people, ()) if start == end and start not in avoid else None
        people, ties = tuple(map(rows.persona_from, found[0][0])), list(map(rows.relationship_from, found[0][1]))
        if max_hops is not None and len(people) - 1 > max_hops:
            return None
        try:
            return Path(people, frontier.taken([p.id for p in people], ties, types, directed=directed))
        except KeyError:
            # It runs along what somebody drew in Browser, which is rare: the way that looks at each relationship.
            told = self.shortest_paths([start], [end], limit=1, max_hops=max_hops, **options, directed=directed).paths
            return told[0] if told else None

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
        """Every shortest path between two groups; counted, `limit` of them told.

        Searched from both ends here, level by level: the server would list every path instead of counting them, and
        between groups every pair of ends.
        """
        self.personas([*starts, *ends])
        onwards = self._expand("read/successors" if directed else "read/adjacent", types)
        backwards = self._expand("read/predecessors" if directed else "read/adjacent", types)
        found = frontier.shortest(onwards, backwards, starts, ends, max_hops=max_hops, avoid=avoid, most=most)
        return Paths(found.count(), frontier.walks(self, found.first(limit), types, directed=directed))

    def relationships(self, ids: Sequence[str]) -> list[Relationship]:
        """Every relationship with both ends among the ids, by source, target, type, key."""
        return list(map(rows.relationship_from, self._lists("read/relationships_among", ids=list(dict.fromkeys(ids)))))

    def relationships_at(self, ids: Sequence[str]) -> list[Relationship]:
        """Every relationship with at least one end among the ids, by source, target, type, key."""
        return list(map(rows.relationship_from, self._lists("read/relationships_at", ids=list(dict.fromkeys(ids)))))

    def outdated(self) -> list[Relationship]:
        """Relationships in own words whose key is the one from before it had the words."""
        return list(map(rows.relationship_from, self._lists("read/outdated", before=rows.BEFORE)))

    def source_links(
        self, *, personas: Sequence[str] | None = None, source: str | None = None
    ) -> list[tuple[Source, SourceLink]]:
        """Links to sources, by source id, persona id, type."""
        if personas is None and source is None:
            return list(map(rows.link_from, self._lists("read/source_links")))
        some = None if personas is None else list(dict.fromkeys(personas))
        return list(map(rows.link_from, self._lists("read/source_links_where", personas=some, source=source)))

    def merges(self, *, key: str | None = None, alias: str | None = None, persona: str | None = None) -> list[Merge]:
        """Merges with a key, of a description, into a persona, or all, by run, step and item."""
        given = {"key": key, "alias": alias, "persona": persona}
        every = set(given.values()) == {None}
        found = self._lists("read/merges") if every else self._lists("read/merges_where", **given)
        return sorted((Merge(*row) for row in found), key=rows.merge_order)

    def scan_personas(self, *, since: int = 0) -> Iterator[Persona]:
        """The personas from an entry on, in order of entry, streamed."""
        return map(rows.persona_from, chain.from_iterable(self._everybody(since)))

    def scan_sources(self) -> Iterator[Source]:
        """All sources by id, streamed."""
        pages = _cuts(self._counts()[1])
        return (Source(*row) for row in chain.from_iterable(self._pages("read/scan_sources", pages=pages)))

    def scan_relationships(self) -> Iterator[Relationship]:
        """All relationships by source, target, type, key, streamed."""
        return map(rows.relationship_from, chain.from_iterable(self._ties()))

    def persona_pages(self, ids: Sequence[str] | None = None) -> Iterator[Columns]:
        """The personas, or those with these ids, in order of entry, page by page."""
        if ids is None:
            pages = self._everybody()
        elif len(ids) * FEW > self.size():
            chosen = frozenset(ids)
            pages = ([row for row in page if row[0] in chosen] for page in self._everybody())
        else:
            pages = map(self._in_order, _parts(ids))
        return (list(zip(*page, strict=True)) for page in pages if page)

    def relationship_pages(self, among: Sequence[str] | None = None) -> Iterator[Columns]:
        """The relationships, or those between these personas, by source, target, type, key, page by page."""
        if among is None:
            pages = self._ties()
        elif len(among) * FEW > self.size():
            chosen = frozenset(among)
            pages = ([row for row in page if row[1] in chosen and row[2] in chosen] for page in self._ties())
        else:
            ids = sorted(set(among))
            parts = [[first, first + PAGE] for first in range(0, len(ids), PAGE)]
            pages = self._pages("read/scan_relationships_among", ids=ids, pages=parts)
        return (list(zip(*page, strict=True)) for page in pages if page)

    def size(self, of: Counted = "personas") -> int:
        """How many there are; the server knows without a look, but for relationships, at each of which it looks."""
        if of == "relationships":
            return sum(self._by_type().values())
        return self._counts()[("personas", "sources", "merges").index(of)]

    def is_empty(self) -> bool:
        """Whether there is no persona; the server knows without a look."""
        return not self._counts()[0]

    def stats(self) -> Stats:
        """Counts of the whole graph."""
        personas, sources, merges = self._counts()
        by_depth, by_type = dict(self._server.read("read/count_by_depth")), self._by_type()
        return Stats(personas, sum(by_type.values()), sources, merges, by_depth, by_type)

    def depths_of(self, run: str) -> Mapping[int | None, int]:
        """How many personas of the run there are at each depth."""
        return dict(self._server.read("read/count_by_depth_of_run", run=run))

    def snapshot(self, progress: Callable[[float], None] = lambda share: None) -> "Snapshot":
        """The whole graph as arrays in memory; nothing can be written meanwhile, as the server isolates no reader."""
        from personagraph.stores.neo4j.snapshot import read_snapshot

        def take(transaction: Transaction, mark: Mark | None = NO_MARK) -> "Snapshot":
            self._claim(transaction, mark)
            return read_snapshot(transaction, progress)

        try:
            return self._server.write(take)
        except StoreError as error:
            if not takes_no_writes(error):
                raise
            return self._server.write(lambda transaction: take(transaction, None))

    def query(self, statement: str, parameters: Mapping[str, Any], *, limit: int, seconds: float) -> QueryResult:
        """The first rows of a statement of the user's own. Raises StoreError unless all that it does is read."""
        return ask(self._server, statement, parameters, limit=limit, seconds=seconds)

    def vectors(self) -> "Neo4jVectors":
        """Where the vectors of its personas are: in the same database."""
        from personagraph.stores.neo4j.vectors import Neo4jVectors

        return Neo4jVectors(self._server, lambda transaction: self._claim(transaction, NO_MARK))

    def close(self) -> None:
        """Close every connection."""
        self._server.close()

    def _claim(self, transaction: Transaction, mark: Mark | None) -> None:
        """Make sure that the database is still ours; with a mark (zeros change none) also keep other writers out."""
        found = transaction.rows("read/owner") if mark is None else transaction.rows("write/lock", **mark._asdict())
        refuse_another(self._server, found[0][0] if found else None, self._workspace)

    def _expand(self, name: str, types: Sequence[str]) -> frontier.Expand:
        def expand(ids: Iterable[str]) -> list[tuple[str, str]]:
            return [(id, next) for id, next in self._server.read(name, ids=list(ids), types=list(types))]

        return expand

    def _counts(self) -> tuple[int, int, int]:
        """How many personas, sources and merges there are."""
        [(personas, sources, merges)] = self._server.read("read/counts")
        return personas, sources, merges

    def _by_type(self) -> dict[str, int]:
        """How many relationships there are of each type; the server looks at each."""
        return dict(self._server.read("read/count_by_type"))

    def _everybody(self, since: int = 0) -> Iterator[list[Any]]:
        """The rows of all personas from an entry on, in order of entry, page by page."""
        [(last,)] = self._server.read("read/last_entry")
        return self._pages("read/scan_personas", since=since, last=last, page=PAGE, known=list(rows.known_columns()))

    def _ties(self) -> Iterator[list[Any]]:
        """The rows of all relationships by source, target, type, key, page by page."""
        return self._pages("read/scan_relationships", pages=_cuts(sum(self._by_type().values())))

    def _in_order(self, ids: Sequence[str]) -> list[list[Any]]:
        """The rows of those of these personas that are there, in the order of the ids."""
        found = {row[0]: row for row in self._lists("read/personas", ids=list(ids), known=list(rows.known_columns()))}
        return [found[id] for id in ids if id in found]

    def _pages(self, name: str, /, **parameters: Any) -> Iterator[list[Any]]:
        """What a query returns one list of rows after the other, streamed."""
        return (page for (page,) in self._server.stream(name, **parameters))

    def _found(self, name: str, /, **parameters: Any) -> list[Persona]:
        """The personas of a query that returns one a row."""
        return list(map(rows.persona_from, self._lists(name, **parameters, known=list(rows.known_columns()))))

    def _lists(self, name: str, /, **parameters: Any) -> list[list[Any]]:
        """The rows of a query that returns one list a row."""
        return [row for (row,) in self._server.read(name, **parameters)]


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + PAGE] for first in range(0, len(ids), PAGE))


def _cuts(rows: int) -> list[tuple[str, str]]:
    """From which id on, and below which, each page goes: about PAGE rows at most, as ids are hashes."""
    digits = 0
    while 16**digits * PAGE < rows:
        digits += 1
    cuts = [format(n, f"0{digits}x") for n in range(1, 16**digits)]
    return list(zip(["", *cuts], [*cuts, "\uffff"], strict=True))
