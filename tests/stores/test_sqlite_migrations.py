"""A graph in a SQLite file of an older schema is brought up to date with its data when it is opened."""

from personagraph.storage.database import Kind
from personagraph.stores.sqlite import store as sqlite
from personagraph.types import Attributes, Batch, Merge
from tests.stored import open_graph, persona


def test_opening_an_older_graph_migrates_it_and_keeps_its_data(tmp_path, monkeypatch):
    older = tmp_path / "schema"
    older.mkdir()
    (older / "V001__create.sql").write_bytes((sqlite.KIND.schema / "V001__create.sql").read_bytes())
    a, b = persona("a", 0, stated=Attributes(activity="craft")), persona("b", 1)
    merge = Merge("r1.0.0", "x", "text", b.id, "jaccard", 0.9, "r1")
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "KIND", Kind(sqlite.KIND.name, sqlite.KIND.application, older))
        old = open_graph(tmp_path)
        old.write(Batch("r1", 0, 1, (a, b), merges=(merge,)))
        old.close()
    new = open_graph(tmp_path)
    assert [row["version"] for row in new._database.rows("SELECT version FROM migration")] == [1, 2, 3, 5]  # type: ignore[attr-defined]
    assert list(new.scan_personas()) == [a, b]
    assert new.in_cell({"activity": "craft"}) == [a]
    assert new.merges(alias="x") == [merge]
    new.close()
