"""Takes out of a damaged database what can still be read of its tables, row by row."""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.storage.damage.pages import INDEX_LEAF, INDEXES, TABLE_LEAF, DamagedPageError, PageRow, Pages
from personagraph.storage.database import Kind
from personagraph.storage.migrations import load_migrations

Fits = Callable[[Mapping[str, Any]], bool]
"""Whether a row can be one of its table, by what its values say of each other."""
_SCHEMA = 1


class SavedRow(NamedTuple):
    """A row of a table, its values in the order of the columns; or an entry of one of its indexes, as it is there.

    `rowid` is the number of the row; None where a table has none, or the number cannot be what it says. In an entry it
    is the last value, or the key of the row stands at the end.
    """

    table: str
    rowid: int | None
    values: tuple[Any, ...]
    entry_of: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    type: str
    required: bool
    default: Any
    added: bool

    def read(self, value: Any) -> Any:
        """The value as the column has it. Raises ValueError for one that it cannot have."""
        if value is None and not self.required:
            return None
        if self.type == "REAL" and isinstance(value, int | float) and isfinite(value):
            return float(value)
        if {"TEXT": str, "INTEGER": int, "BLOB": bytes}.get(self.type) is not type(value):
            raise ValueError(self.name)
        return value


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as it is stored: its columns in the order of a record, and which of them is the rowid, if any is."""

    name: str
    columns: tuple[_Column, ...]
    stored: tuple[int, ...]
    rowid: int | None
    numbered: bool
    fits: Fits

    def read(self, record: PageRow) -> tuple[Any, ...] | None:
        """The row in a record, in the order of the columns; None when it cannot be one of this table."""
        if self.numbered != (record.rowid is not None) or len(record.values) > len(self.columns):
            return None
        missing = [self.columns[place] for place in self.stored[len(record.values) :]]
        if not all(column.added for column in missing):
            return None
        given = [*record.values, *(column.default for column in missing)]
        values: list[Any] = [None] * len(self.columns)
        try:
            for place, value in zip(self.stored, given, strict=True):
                own = record.rowid if place == self.rowid and value is None else value
                values[place] = self.columns[place].read(own)
        except ValueError:
            return None
        try:
            fitting = self.fits(dict(zip((column.name for column in self.columns), values, strict=True)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return tuple(values) if fitting else None


class Salvage(NamedTuple):
    """What can be read of a damaged database: the names of the tables and indexes that it led to, and the rows."""

    trees: frozenset[str]
    rows: Iterator[SavedRow]


def salvage(path: Path, kind: Kind, fits: Mapping[str, Fits], progress: Callable[[int, int], None]) -> Salvage:
    """The rows that can be read of a damaged database of this kind, those first that its own trees lead to.

    Rows are told apart by their form and by `fits`, so that a page counts wherever it is. One that was deleted long ago
    can come back where the list of free pages is damaged; the same row can come twice, and then the first one holds.
    """
    pages, tables = Pages(path), _tables(kind, fits)
    owners = _owners(pages, tables)
    return Salvage(frozenset(of or table for table, of, _ in owners.values()), _rows(pages, owners, tables, progress))


_Owners = dict[int, tuple[str, str, int]]
"""Of pages: the table, the index if it is one's, and the kind of the page."""


def _rows(pages: Pages, owners: _Owners, tables: "_Tables", progress: Callable[[int, int], None]) -> Iterator[SavedRow]:
    pages.trees = set(owners) | {1}
    free = pages.free() - set(owners)
    numbers = [*owners, *(n for n in range(1, pages.count + 1) if n not in owners and n not in free)]
    for done, number in enumerate(numbers, 1):
        owner, own, found = owners.get(number, ("", "", 0))
        try:
            kind_of_page = found or pages.kind(number)
            records = list(pages.records(number, kind_of_page)) if kind_of_page in (TABLE_LEAF, *INDEXES) else []
        except DamagedPageError:
            records = []
        for record in _in_order([record for record in records if record is not None]):
            if row := _row(record, owner, own, tables):
                yield row
        progress(done, len(numbers))
    pages.close()


def _row(record: PageRow, owner: str, index: str, tables: "_Tables") -> SavedRow | None:
    """What a record is: what its page is for if it can be, otherwise a row of the first table that it fits."""
    if index and record.rowid is None and len(record.values) == tables.indexes[index]:
        last = record.values[-1]
        return SavedRow(owner, last if isinstance(last, int) else None, record.values, index)
    for table in sorted(tables.all.values(), key=lambda table: table.name != owner):
        if (values := table.read(record)) is not None:
            return SavedRow(table.name, record.rowid if table.numbered and table.rowid is None else None, values)
    return None


def _in_order(records: list[PageRow]) -> Iterator[PageRow]:
    """The records of a page, without the few whose place says that their key is not what it was.

    They stand in the order of their keys: those stay that make up the longest run which does.
    """
    ends: list[Any] = []
    lengths: list[int] = []
    for record in records:
        key = _key(record)
        place = bisect_left(ends, key)
        ends[place : place + 1] = [key]
        lengths.append(place)
    kept: list[PageRow] = []
    wanted = len(ends) - 1
    for record, length in zip(reversed(records), reversed(lengths), strict=True):
        if length == wanted:
            kept.append(record)
            wanted -= 1
    return iter(kept[::-1])


def _key(record: PageRow) -> Any:
    """What SQLite orders by: the rowid, or the values, nothing before numbers before texts before bytes."""
    if record.rowid is not None:
        return record.rowid
    ranks = {type(None): 0, int: 1, float: 1, str: 2, bytes: 3}
    return [(ranks[type(value)], 0 if value is None else value) for value in record.values]


def _owners(pages: Pages, tables: "_Tables") -> _Owners:
    """Of each page that a tree leads to: the table, the index if it is one's, and the kind of the page."""
    owners: _Owners = {}
    trees = []
    for number, kind in pages.tree(_SCHEMA, TABLE_LEAF):
        owners[number] = ("", "", kind)
        for record in pages.records(number, kind):
            if record is not None and len(record.values) == 5:
                sort, name, of, root, _ = record.values
                if sort in ("table", "index") and isinstance(root, int) and root > 1 and of in tables.all:
                    trees.append((sort, str(name), tables.all[of], root))
    for sort, name, table, root in sorted(trees, key=lambda tree: tree[0] != "table"):
        index = name if sort == "index" and name in tables.indexes else ""
        leaf = TABLE_LEAF if sort == "table" and table.numbered else INDEX_LEAF
        for number, kind in pages.tree(root, leaf):
            owners.setdefault(number, (table.name, index, kind))
    return owners


class _Tables(NamedTuple):
    """The tables of a kind of database by name, and of how many values an entry of each index is."""

    all: Mapping[str, _Table]
    indexes: Mapping[str, int]


def _tables(kind: Kind, fits: Mapping[str, Fits]) -> _Tables:
    """The tables of a kind of database, as its migrations make them; those of a full-text index can be made again."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        for migration in load_migrations(kind.schema):
            fresh.executescript(migration.text)
        made = fresh.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'persona_words%'"
        ).fetchall()
        indexes = fresh.execute("SELECT name FROM sqlite_schema WHERE type = 'index'").fetchall()
        return _Tables(
            {name: _table(fresh, name, sql, fits.get(name, lambda row: True)) for name, sql in made},
            {name: len(fresh.execute(f"PRAGMA index_xinfo({name})").fetchall()) for (name,) in indexes},
        )


def _table(fresh: sqlite3.Connection, name: str, sql: str, fits: Fits) -> _Table:
    info = fresh.execute(f"PRAGMA table_info({name})").fetchall()
    numbered = "WITHOUT ROWID" not in sql.upper()
    key = [place for _, place in sorted((row[5], row[0]) for row in info if row[5])]
    rowid = key[0] if numbered and len(key) == 1 and info[key[0]][2] == "INTEGER" else None
    columns = tuple(
        _Column(
            name=row[1],
            type=row[2],
            required=bool(row[3] or row[5]),
            default=_default(fresh, row[4]),
            added=row[4] is not None,
        )
        for row in info
    )
    rest = [row[0] for row in info if numbered or not row[5]]
    return _Table(name, columns, tuple(rest if numbered else [*key, *rest]), rowid, numbered, fits)


def _default(fresh: sqlite3.Connection, sql: str | None) -> Any:
    return None if sql is None else fresh.execute(f"SELECT {sql}").fetchone()[0]
