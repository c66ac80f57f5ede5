"""Reads what can be read of the graph of a damaged workspace."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.types import NO_MARK, Mark

if TYPE_CHECKING:
    from personagraph.runs.projection import Projection
    from personagraph.stores.graph_store import GraphStore

WHOLE, DAMAGED, GONE = "whole", "damaged", "gone"


@dataclass(frozen=True, slots=True)
class OldGraph:
    """What there is of a graph: how it was found, whose it is, its rows, and how far it says that its ledger was."""

    state: str
    workspace: str
    rows: "Projection | None"
    mark: Mark = NO_MARK


def held_by(store: "GraphStore", workspace: str, state: str = WHOLE) -> OldGraph:
    """The graph in a store. Its mark holds as far as its numbers can be those of a ledger."""
    from personagraph.runs.lost import is_run
    from personagraph.runs.projection import rows_of

    held = store.held()
    runs, attempts = (n if is_run(f"r{n}") else 0 for n in held.mark)
    return OldGraph(state, workspace, rows_of(store, filter(is_run, held.applied)), Mark(runs, attempts))


def read_graph(file: Path) -> OldGraph:
    """The graph in a file of our own, which may be changed on the way."""
    from personagraph.storage.damage.integrity import damage, read_only
    from personagraph.stores.sqlite.store import KIND, SQLiteStore

    if not file.is_file() or not file.stat().st_size:
        return OldGraph(GONE, "", None)
    state = WHOLE
    if damage(file, texts=True, kind=KIND):
        state, file = DAMAGED, _salvaged(file)
    with closing(read_only(file)) as opened:
        found = opened.execute("SELECT id FROM workspace").fetchone()
    if not found:
        return OldGraph(state, "", None)
    with closing(SQLiteStore.open(file, found[0])) as store:
        return held_by(store, str(found[0]), state)


def _salvaged(file: Path) -> Path:
    """A whole file beside a damaged one, with the rows that can be read of it."""
    from personagraph.storage.damage.salvage import salvage
    from personagraph.stores.sqlite.store import KIND, SQLiteStore

    new, rows = file.with_name(f"salvaged-{file.name}"), list[tuple[str, tuple[Any, ...]]]()
    whose, mark = "", NO_MARK
    for row in salvage(file, KIND, _fits(), lambda done, total: None).rows:
        if row.table == "workspace":
            whose, mark = str(row.values[0]), Mark(*row.values[1:])
        elif row.table != "migration" and not row.entry_of:
            rows.append((row.table, _current(row.values) if row.table == "relationship" else row.values))
    # Nobody's, when it is not known whose it was.
    with closing(SQLiteStore.open(new, whose or "?")) as store:
        store.mark(mark)
    with closing(sqlite3.connect(new)) as opened, opened:
        for table, values in rows:
            opened.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        if not whose:
            opened.execute("DELETE FROM workspace")
            opened.execute("INSERT INTO workspace (id) VALUES ('')")
    return new


def _current(relationship: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row as migrations leave it: its key says so when it is from before own words were part of it."""
    from personagraph.stores.rows import BEFORE
    from personagraph.vocabulary.relationships import relationship_key

    key, source, target, type, label, *_ = relationship
    known = key.startswith(BEFORE) or key == relationship_key(source, type, target, label)
    return relationship if known else (BEFORE + key, *relationship[1:])


def _fits() -> dict[str, Any]:
    """What the rows of each table of a graph must be; ids and keys are hashes of what they stand for."""
    import json
    import re

    from personagraph.ledger.rescue.forms import has_key
    from personagraph.ledger.runs import RUN
    from personagraph.stores.rows import BEFORE
    from personagraph.text.search import indexed_words
    from personagraph.types import persona_id
    from personagraph.vocabulary.linked import BOTH, DENIED, VIA
    from personagraph.vocabulary.relationships import SOURCE_TYPES, TYPES

    key, hash = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
    return {
        "workspace": lambda row: re.fullmatch(r"[0-9a-f]{16}", row["id"]),
        "run": lambda row: RUN.fullmatch(row["id"]) and row["applied"] > 0,
        "persona": lambda row: (
            row["id"] == persona_id(row["description"])
            and RUN.fullmatch(row["run"])
            and (not row["fields"] or isinstance(json.loads(row["fields"]), dict))
            and (row["words"], row["word_count"]) == tuple(indexed_words(row["description"]))
        ),
        "relationship": lambda row: (
            row["type"] in TYPES
            and has_key({**row, "key": row["key"].removeprefix(BEFORE)})
            and isinstance(json.loads(row["calls"]), list)
            and row["via"] in ("", *VIA)
            and row["agreement"] in ("", BOTH, DENIED)
        ),
        "source": lambda row: hash.fullmatch(row["sha256"]),
        "source_link": lambda row: (
            row["type"] in SOURCE_TYPES.values()
            and key.fullmatch(row["persona"])
            and isinstance(json.loads(row["calls"]), list)
        ),
        "merge": lambda row: row["alias"] == persona_id(row["description"]) and key.fullmatch(row["persona"]),
    }
