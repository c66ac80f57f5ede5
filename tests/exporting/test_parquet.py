"""The Parquet tables, read back with pyarrow and pandas' types, are the graph."""

import sys
from pathlib import Path

import pytest

from personagraph.errors import ConfigError
from personagraph.exporting import Selection, export, subgraph
from personagraph.exporting.fields import EDGE, node_types
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_text
from tests.graphs import line, nasty, stored


@pytest.fixture
def graph(tmp_path):
    store = stored(tmp_path, *nasty())
    yield store
    store.close()


def rows(file: Path) -> list[dict]:
    from pyarrow import parquet as reader

    return reader.read_table(file).to_pylist()


def test_every_field_of_every_row_comes_back_nasty_texts_included(graph, tmp_path):
    export(graph, tmp_path / "out", "parquet")
    assert rows(tmp_path / "out" / "nodes.parquet") == [
        {name: p.attributes[name] if name in ATTRIBUTES else getattr(p, name) for name in node_types()}
        | {"bases": bases_text(p.bases)}
        for p in graph.scan_personas()
    ]
    assert rows(tmp_path / "out" / "edges.parquet") == [
        {name: getattr(r, name) for name in EDGE} | {"calls": [*r.calls]} for r in graph.scan_relationships()
    ]


def test_the_columns_are_typed(graph, tmp_path):
    from pyarrow import parquet as reader

    export(graph, tmp_path / "out", "parquet")
    nodes, edges = (reader.read_schema(tmp_path / "out" / f"{name}.parquet") for name in ("nodes", "edges"))
    assert (nodes.names, edges.names) == (list(node_types()), list(EDGE))
    assert [str(nodes.field(name).type) for name in ("depth", "simulated")] == ["int64", "bool"]
    assert [str(edges.field(name).type) for name in ("confidence", "calls")] == ["double", "list<element: string>"]


def test_a_graph_is_written_in_row_groups(tmp_path, monkeypatch):
    from pyarrow import parquet as reader

    monkeypatch.setattr(subgraph, "ROWS", 10)
    store = stored(tmp_path, *line(25))
    export(store, tmp_path / "out", "parquet")
    assert reader.ParquetFile(tmp_path / "out" / "nodes.parquet").num_row_groups == 3
    assert len(rows(tmp_path / "out" / "nodes.parquet")) == 25
    store.close()


def test_an_empty_graph_makes_empty_tables(tmp_path):
    store = stored(tmp_path, [])
    export(store, tmp_path / "out", "parquet")
    assert rows(tmp_path / "out" / "nodes.parquet") == rows(tmp_path / "out" / "edges.parquet") == []
    store.close()


def test_without_pyarrow_the_remedy_is_told_and_nothing_is_left(graph, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"pip install 'personagraph\[parquet\]'"):
        export(graph, tmp_path / "out", "parquet", Selection())
    assert not (tmp_path / "out").exists()
