"""A graph in a SQLite file of an older schema is brought up to date with its data when it is opened."""

import json
from typing import Any

from personagraph.storage.database import Kind
from personagraph.stores import rows
from personagraph.stores.sqlite import store as sqlite
from personagraph.types import Attributes, Merge
from tests.stored import open_graph, persona, tie


def enter(store: Any, table: str, row: dict[str, Any]) -> None:
    """A row as the version wrote it whose columns these are."""
    names, holes = ", ".join(row), ", ".join("?" * len(row))
    store._database.execute(f"INSERT INTO {table} ({names}) VALUES ({holes})", tuple(row.values()))


def test_opening_an_older_graph_migrates_it_and_keeps_its_data(tmp_path, monkeypatch):
    older = tmp_path / "schema"
    older.mkdir()
    (older / "V001__create.sql").write_bytes((sqlite.KIND.schema / "V001__create.sql").read_bytes())
    a, b = persona("a", 0, attributes=Attributes(activity="craft")), persona("b", 1)
    taught = tie(a, b, calls=("c1",))
    merge = Merge("r1.0.0", "x", "text", b.id, "jaccard", 0.9, "r1")
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "KIND", Kind(sqlite.KIND.name, sqlite.KIND.application, older))
        old = open_graph(tmp_path)
        with old._database.transaction():  # type: ignore[attr-defined]
            for row in (a, b):
                then = [column for column in rows.written_columns() if column not in ("fields", "bases")]
                values = dict(zip(rows.written_columns(), rows.persona_row(row), strict=True))
                enter(old, "persona", {column: values[column] for column in then})
            row = (*rows.relationship_row(taught), json.dumps(taught.calls))
            values = dict(zip(rows.RELATIONSHIP, row, strict=True))
            enter(old, "relationship", {name: values[name] for name in values if name not in ("via", "agreement")})
            enter(old, "merge", dict(zip(rows.MERGE, rows.merge_row(merge), strict=True)))
        old.close()
    new = open_graph(tmp_path)
    versions = [row["version"] for row in new._database.rows("SELECT version FROM migration")]  # type: ignore[attr-defined]
    assert versions == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert list(new.scan_personas()) == [a, b]
    assert list(new.scan_relationships()) == [taught]
    assert new.in_cell({"activity": "craft"}) == [a]
    assert new.merges(alias="x") == [merge]
    new.close()
