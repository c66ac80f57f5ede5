"""The embedded store: the graph in one SQLite file."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, compress
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.storage.database import Database, Kind
from personagraph.stores import level_search as frontier
from personagraph.stores import rows
from personagraph.stores.graph_store import Columns, Counted, Held, Neighbour
from personagraph.stores.sqlite.writing import applied, write_mark, write_rows
from personagraph.text.search import query_words
from personagraph.types import (
    NO_MARK,
    UNKNOWN,
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
from personagraph.vocabulary.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

KIND = Kind("graph", 0x50474752, FilePath(__file__).parent / "schema")
"""Its header says PGGR."""

_RELATIONSHIP = ", ".join(rows.RELATIONSHIP)
_IN_ORDER = "ORDER BY entry, id"
_IN = "IN (SELECT value FROM json_each(?))"
PAGE = 1000
"""Rows that are read at once."""
FEW = 4
"""Up to this part of all personas it is quicker to look for each than to go through all."""
_BETWEEN = f"source {_IN} AND +target {_IN}"
"""With the plus, targets are no part of the search in the index, which would look for each pair of ids."""


class SQLiteStore:
    """A `GraphStore` in one file; it may be read from other processes and threads while one process writes."""

    steps_at_once = 256
    """Ids come in no order: in a large graph each commit writes nearly every page of their index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: str | FilePath, workspace: str) -> "SQLiteStore":
        """Open the graph of a workspace, creating or migrating the file.

        Raises ConfigError for a file that is something else or another workspace's, SchemaVersionError for a newer one.
        """
        database = Database(FilePath(path), KIND)
        owner = database.value("SELECT id FROM workspace")
        if owner is None:
            sql = "INSERT INTO workspace (id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM workspace)"
            with database.transaction():
                database.execute(sql, (workspace,))
                owner = database.value("SELECT id FROM workspace")
        if owner != workspace:
            database.close()
            raise ConfigError(
                f"{path} is the graph of workspace {owner}, not of {workspace}: keep a graph and its ledger together;"
                f" put the ledger of {owner} beside it, or this graph elsewhere"
            )
        return cls(database)

    def write(self, batch: Batch) -> None:
        """Apply the batch and the run's applied number in one transaction."""
        rows.check_batch(batch)
        with self._database.transaction():
            if rows.is_due(batch, applied(self._database, batch.run)):
                write_rows(self._database, batch)

    def mark(self, mark: Mark) -> None:
        """Remember how far the ledger is."""
        with self._database.transaction():
            write_mark(self._database, mark)

    def applied(self, run: str) -> int:
        """How many steps of the run the graph holds."""
        return applied(self._database, run)

    def held(self) -> Held:
        """How many steps of every run the graph holds, and the mark."""
        runs = self._rows("SELECT id, CAST(applied AS INTEGER) FROM run")
        marks = self._rows("SELECT CAST(runs AS INTEGER), CAST(attempts AS INTEGER) FROM workspace")
        return Held(dict(runs), Mark(*marks[0]) if marks else NO_MARK)

    def personas(self, ids: Sequence[str]) -> list[Persona]:
        """The personas with these ids, in that order."""
        found = self._rows(f"{_personas()} WHERE id {_IN}", json.dumps(ids))
        return rows.personas_from(found, ids)

    def ids_with_prefix(self, prefix: str, *, limit: int = 10) -> list[str]:
        """Ids that begin so, sorted."""
        sql = "SELECT id FROM persona WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        return [row[0] for row in self._rows(sql, prefix, prefix + "\U0010ffff", limit)]

    def search(self, text: str, *, limit: int = 10) -> list[Persona]:
        """Personas with every word of the text, the last as a prefix; fewest words first, then by entry."""
        words = query_words(text)
        if not words:
            return []
        sql = (
            f"{_personas('persona_words JOIN persona ON persona.number = persona_words.rowid')}"
            " WHERE persona_words MATCH ? ORDER BY persona.word_count, persona.entry, persona.id LIMIT ?"
        )
        return [rows.persona_from(row) for row in self._rows(sql, " ".join(f'"{w}"' for w in words) + "*", limit)]

    def in_cell(self, cell: Mapping[str, str]) -> list[Persona]:
        """Personas whose stated attributes have all these values, in order of entry."""
        sought = rows.sought(cell)
        # With the plus, an attribute is no part of the search in an index: without statistics SQLite takes any.
        conditions = {name if name in sought else f"+{name}": cell[name] for name in ATTRIBUTES if name in cell}
        # An index has what is stated alone, and SQLite takes it for what is said to be stated.
        stated = "".join(f" AND {name} <> '{UNKNOWN}'" for name in sought if cell[name] != UNKNOWN)
        sql = f"{_personas()} {_where(conditions)}{stated} {_IN_ORDER}"
        return list(map(rows.persona_from, self._rows(sql, *conditions.values())))

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
        expand = self._expand(types, directed=directed)
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
        """One path with the fewest relationships, or None."""
        found = self.shortest_paths(
            [start], [end], limit=1, max_hops=max_hops, types=types, directed=directed, avoid=avoid
        )
        return found.paths[0] if found.paths else None

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
        """Every shortest path between two groups; counted, `limit` of them told."""
        self.personas([*starts, *ends])
        onwards = self._expand(types, directed=directed)
        backwards = self._expand(types, directed=directed, backwards=True)
        found = frontier.shortest(onwards, backwards, starts, ends, max_hops=max_hops, avoid=avoid, most=most)
        return Paths(found.count(), frontier.walks(self, found.first(limit), types, directed=directed))

    def relationships(self, ids: Sequence[str]) -> list[Relationship]:
        """Every relationship with both ends among the ids, by source, target, type, key."""
        listed = json.dumps(ids)
        return list(map(_relationship, self._rows(_relationships(_BETWEEN), listed, listed)))

    def relationships_at(self, ids: Sequence[str]) -> list[Relationship]:
        """Every relationship with at least one end among the ids, by source, target, type, key."""
        listed = json.dumps(ids)
        return list(map(_relationship, self._rows(_relationships(f"source {_IN} OR target {_IN}"), listed, listed)))

    def outdated(self) -> list[Relationship]:
        """Relationships in own words whose key is the one from before it had the words."""
        found = self._rows(_relationships("key >= ? AND key < ?"), rows.BEFORE, rows.BEFORE + "\U0010ffff")
        return list(map(_relationship, found))

    def source_links(
        self, *, personas: Sequence[str] | None = None, source: str | None = None
    ) -> list[tuple[Source, SourceLink]]:
        """Links to sources, by source id, persona id, type."""
        conditions = [f"persona {_IN}"] * (personas is not None) + ["source = ?"] * (source is not None)
        values = [json.dumps(personas)] * (personas is not None) + [source] * (source is not None)
        sql = (
            "SELECT source.id, uri, sha256, excerpt, persona, type, calls FROM source_link"
            f" JOIN source ON source.id = source_link.source WHERE {' AND '.join(conditions) or '1'}"
            " ORDER BY source.id, persona, type"
        )
        return [rows.link_from((*row[:-1], json.loads(row[-1]))) for row in self._rows(sql, *values)]

    def merges(self, *, key: str | None = None, alias: str | None = None, persona: str | None = None) -> list[Merge]:
        """Merges with a key, of a description, into a persona, or all, by run, step and item."""
        given = {"key": key, "alias": alias, "persona": persona}
        conditions = {name: value for name, value in given.items() if value is not None}
        sql = f"SELECT {', '.join(rows.MERGE)} FROM merge {_where(conditions)}"
        return sorted((Merge(*row) for row in self._rows(sql, *conditions.values())), key=rows.merge_order)

    def scan_personas(self, *, since: int = 0) -> Iterator[Persona]:
        """The personas from an entry on, in order of entry, streamed."""
        return map(rows.persona_from, self._scan(f"{_personas()} WHERE entry >= ? {_IN_ORDER}", since))

    def scan_sources(self) -> Iterator[Source]:
        """All sources by id, streamed."""
        return (Source(*row) for row in self._scan(f"SELECT {', '.join(rows.SOURCE)} FROM source ORDER BY id"))

    def scan_relationships(self) -> Iterator[Relationship]:
        """All relationships by source, target, type, key, streamed."""
        return map(_relationship, self._scan(_relationships("1")))

    def persona_pages(self, ids: Sequence[str] | None = None) -> Iterator[Columns]:
        """The personas, or those with these ids, in order of entry, page by page."""
        if ids is not None and len(ids) * FEW < self.size():
            pages = self._pages(f"{_personas()} WHERE id {_IN} {_IN_ORDER}", json.dumps(ids))
        else:
            pages = self._pages(f"{_personas()} {_IN_ORDER}")
        return _within(pages, ids, ends=slice(1))

    def relationship_pages(self, among: Sequence[str] | None = None) -> Iterator[Columns]:
        """The relationships, or those between these personas, by source, target, type, key, page by page."""
        if among is not None and len(among) * FEW < self.size():
            pages = self._pages(_relationships(f"source {_IN}"), json.dumps(among))
        else:
            pages = self._pages(_relationships("1"))
        for *columns, calls in _within(pages, among, ends=slice(1, 3)):
            yield [*columns, _all_calls(calls)]

    def size(self, of: Counted = "personas") -> int:
        """How many there are, by the narrowest index of the table."""
        return int(self._rows(f"SELECT count(*) FROM {of.removesuffix('s')}")[0][0])

    def is_empty(self) -> bool:
        """Whether there is no persona."""
        return not self._rows("SELECT 1 FROM persona LIMIT 1")

    def stats(self) -> Stats:
        """Counts of the whole graph."""
        one = "SELECT (SELECT count(*) FROM persona), (SELECT count(*) FROM relationship)"
        personas, relationships, sources, merges = self._rows(
            one + ", (SELECT count(*) FROM source), (SELECT count(*) FROM merge)"
        )[0]
        by_depth = self._rows("SELECT depth, count(*) FROM persona GROUP BY depth ORDER BY depth IS NULL, depth")
        by_type = self._rows("SELECT type, count(*) FROM relationship GROUP BY type ORDER BY type")
        return Stats(personas, relationships, sources, merges, dict(by_depth), dict(by_type))

    def depths_of(self, run: str) -> Mapping[int | None, int]:
        """How many personas of the run there are at each depth."""
        sql = "SELECT depth, count(*) FROM persona WHERE run = ? GROUP BY depth ORDER BY depth IS NULL, depth"
        return dict(self._rows(sql, run))

    def snapshot(self, progress: Callable[[float], None] = lambda share: None) -> "Snapshot":
        """The whole graph as arrays in memory."""
        from personagraph.stores.sqlite.columns import read_snapshot

        with self._database.reading() as connection:
            return read_snapshot(connection, progress)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _expand(
        self, types: Sequence[str], *, directed: bool, backwards: bool = False
    ) -> Callable[[Iterable[str]], list[tuple[str, str]]]:
        """From some ids to (one of them, an id next to it), along the relationships or against them."""
        along, against = ("source", "target"), ("target", "source")
        ways = ([against] if backwards else [along]) if directed else [along, against]
        chosen = f" AND type {_IN}" if types else ""
        sql = " UNION ALL ".join(f"SELECT {a}, {b} FROM relationship WHERE {a} {_IN}{chosen}" for a, b in ways)

        def expand(ids: Iterable[str]) -> list[tuple[str, str]]:
            one = (json.dumps(list(ids)), json.dumps(list(types)))[: 2 if types else 1]
            return self._rows(sql, *(one * len(ways)))

        return expand

    def _rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return list(map(tuple, self._database.rows(sql, parameters)))

    def _scan(self, sql: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        return chain.from_iterable(self._pages(sql, *parameters))

    def _pages(self, sql: str, *parameters: Any) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query, PAGE at once."""
        with self._database.reading() as connection:
            found = connection.execute(sql, parameters)
            while page := found.fetchmany(PAGE):
                yield page


def owner_of(path: FilePath) -> str | None:
    """The workspace that the graph in a file belongs to. Raises as opening the file does."""
    with closing(Database(path, KIND)) as database:
        found = database.value("SELECT id FROM workspace")
    return None if found is None else str(found)


def _personas(tables: str = "persona") -> str:
    return f"SELECT {', '.join(f'persona.{column}' for column in rows.persona_columns())} FROM {tables}"


def _within(pages: Iterable[list[tuple[Any, ...]]], ids: Sequence[str] | None, *, ends: slice) -> Iterator[Columns]:
    """The columns of each page, of the rows whose `ends` are all among the ids, if any are given; none is empty."""
    chosen = None if ids is None else frozenset(ids)
    for page in pages:
        columns: Columns = list(zip(*page, strict=True))
        if chosen is not None and not all(map(chosen.issuperset, columns[ends])):
            kept = [chosen.issuperset(row) for row in zip(*columns[ends], strict=True)]
            columns = [list(compress(column, kept)) for column in columns] if any(kept) else []
        if columns:
            yield columns


def _where(values: Iterable[str]) -> str:
    """A condition that all these columns have values that are given."""
    return f"WHERE {' AND '.join(f'{name} = ?' for name in values) or '1'}"


def _relationships(condition: str) -> str:
    return f"SELECT {_RELATIONSHIP} FROM relationship WHERE {condition} ORDER BY source, target, type, key"


def _relationship(row: Sequence[Any]) -> Relationship:
    return rows.relationship_from((*row[:-1], _calls(row[-1])))


def _calls(text: str) -> Sequence[str]:
    """A list of keys in JSON; none, or one key, as most are, is cut out of it."""
    if text == "[]":
        return ()
    one = text[2:-2]
    return (one,) if one.isalnum() and text == f'["{one}"]' else json.loads(text)


def _all_calls(texts: Sequence[str]) -> list[Sequence[str]]:
    """The lists of a page, read at once."""
    found: list[Sequence[str]] = json.loads(f"[{','.join(texts)}]")
    return found if len(found) == len(texts) else list(map(json.loads, texts))
