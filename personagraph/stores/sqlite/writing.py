"""Writing one batch into the SQLite graph, inside a transaction that the caller opened."""

import json
from collections.abc import Sequence
from typing import Any

from personagraph.errors import StoreError
from personagraph.storage.database import Database
from personagraph.stores import rows
from personagraph.types import NO_MARK, Batch, Mark, Relationship, Removal


def _replacing(columns: Sequence[str], key: str) -> str:
    return f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns)}"


def _upsert(table: str, columns: Sequence[str], key: str) -> str:
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    return f"{insert} {_replacing(columns, key)}"


_BY_ENDS = "source, target, type, key"
_SOURCE = _upsert("source", rows.SOURCE, "id")
_SOURCE_LINK = _upsert("source_link", rows.SOURCE_LINK, "source, persona, type")
_MERGE = _upsert("merge", rows.MERGE, "key")
_RUN = _upsert("run", ("id", "applied"), "id")


def applied(database: Database, run: str) -> int:
    """How many steps of the run the graph holds."""
    return int(database.value("SELECT applied FROM run WHERE id = ?", (run,)) or 0)


def write_rows(database: Database, batch: Batch) -> None:
    """Carries out what the batch says and moves the run's applied number."""
    _remove(database, batch.removed)
    _enter_personas(database, batch)
    _set_depths(database, [(depth, id) for id, depth in batch.depths.items()])
    _set_known(database, [(*rows.known_row(*known), id) for id, known in batch.known.items()])
    _enter_relationships(database, batch.relationships)
    database.execute_many(_SOURCE, map(rows.source_row, batch.sources))
    links = ((link.source, link.persona, link.type, _listed(link.calls)) for link in batch.source_links)
    database.execute_many(_SOURCE_LINK, links)
    database.execute_many(_MERGE, map(rows.merge_row, batch.merges))
    database.execute(_RUN, (batch.run, batch.last))
    if batch.mark != NO_MARK:
        write_mark(database, batch.mark)


def _enter_personas(database: Database, batch: Batch) -> None:
    """Enter personas, and the words of those who are new.

    These words go to the index all at once, as each alone takes it seven times as long. Most often nobody is there yet:
    only where fewer are entered than are given is it asked who was.
    """
    if not batch.personas:
        return
    last = database.number("SELECT max(number) FROM persona")
    once, columns = {persona.id: persona for persona in batch.personas}, rows.written_columns()
    given = map(rows.persona_row, once.values())
    into = f"persona ({', '.join(columns)})"
    if database.insert(into, given, otherwise="ON CONFLICT (id) DO NOTHING") < len(once):
        listed = "SELECT id FROM persona WHERE number <= ? AND id IN (SELECT value FROM json_each(?))"
        there = [once[row[0]] for row in database.rows(listed, (last, json.dumps(list(once))))]
        database.execute_many(_upsert("persona", columns, "id"), map(rows.persona_row, there))
    words = "INSERT INTO persona_words (rowid, words) SELECT number, words FROM persona WHERE number > ?"
    database.execute(words, (last,))


def _enter_relationships(database: Database, relationships: Sequence[Relationship]) -> None:
    """Enter relationships, in the order of their table, in which those beside each other are on one page."""
    ties = sorted(relationships, key=lambda r: (r.source, r.target, r.type))
    given = ((*rows.relationship_row(r), _listed(r.calls)) for r in ties)
    into = f"relationship ({', '.join(rows.RELATIONSHIP)})"
    database.insert(into, given, otherwise=_replacing(rows.RELATIONSHIP, _BY_ENDS))


def write_mark(database: Database, mark: Mark) -> None:
    """Remembers how far the ledger is, unless more is remembered."""
    database.execute("UPDATE workspace SET runs = max(runs, ?), attempts = max(attempts, ?)", mark)


def _remove(database: Database, removed: Removal) -> None:
    one = "DELETE FROM {} WHERE {} = ?"
    database.execute_many(one.format("merge", "key"), [(key,) for key in removed.merges])
    database.execute_many("DELETE FROM source_link WHERE source = ? AND persona = ? AND type = ?", removed.source_links)
    database.execute_many(one.format("relationship", "key"), [(key,) for key in removed.relationships])
    database.execute_many(one.format("persona", "id"), [(id,) for id in removed.personas])
    database.execute_many(one.format("source_link", "source"), [(id,) for id in removed.sources])
    database.execute_many(one.format("source", "id"), [(id,) for id in removed.sources])


def _set_depths(database: Database, depths: list[tuple[Any, ...]]) -> None:
    if database.execute_many("UPDATE persona SET depth = ? WHERE id = ?", depths) != len(depths):
        raise StoreError("A depth was given for a persona that the graph does not hold; nothing was written.")


def _set_known(database: Database, known: list[tuple[str, ...]]) -> None:
    columns = ", ".join(f"{name} = ?" for name in rows.known_columns())
    if known and database.execute_many(f"UPDATE persona SET {columns} WHERE id = ?", known) != len(known):
        raise StoreError("Attributes were given for a persona that the graph does not hold; nothing was written.")


def _listed(calls: Sequence[str]) -> str:
    return json.dumps(calls) if calls else "[]"
