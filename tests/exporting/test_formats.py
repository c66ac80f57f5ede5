"""Every format keeps the whole graph, whatever the texts in it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import example, given, settings

from personagraph.exporting import Selection, export, to_networkx
from personagraph.exporting.fields import EDGE, node_types
from personagraph.stores.graph_store import GraphStore
from tests.graphs import NASTY, graphs, line, nasty, persona, refilled, stored, tie

MANY = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[GraphStore]:
    store = stored(folder, [])
    yield store
    store.close()


def typed(row: dict[str, str], types: dict[str, Any]) -> dict[str, Any]:
    """A row of a table as the documentation says to read it."""
    texts = {name: cell[1:] if cell.startswith("'") else cell for name, cell in row.items()}
    readers = {str: str, int: int, float: float, bool: {"true": True, "false": False}.__getitem__}
    return {name: readers[types[name]](text) for name, text in texts.items() if text or types[name] is str}


def from_csv(folder: Path) -> nx.MultiDiGraph:
    made = nx.MultiDiGraph()
    for name, types in (("nodes.csv", node_types()), ("edges.csv", EDGE)):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                fields = typed(row, types)
                if types is not EDGE:
                    made.add_node(fields.pop("id"), **fields)
                else:
                    made.add_edge(fields.pop("source"), fields.pop("target"), **fields)
    return made


def from_graphml(file: Path) -> nx.MultiDiGraph:
    made = nx.read_graphml(file, force_multigraph=True)
    for *_, key, data in made.edges(keys=True, data=True):
        assert data.pop("key") == key
    return made


def from_json(file: Path) -> nx.MultiDiGraph:
    made: nx.MultiDiGraph = nx.node_link_graph(json.loads(file.read_text(encoding="utf-8")), edges="edges")
    return made


def legal(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The graph with what XML cannot hold replaced."""
    bad = {*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13}
    table = dict.fromkeys(bad, "\ufffd")
    for data in [d for _, d in graph.nodes(data=True)] + [d for *_, d in graph.edges(data=True)]:
        data.update({name: value.translate(table) for name, value in data.items() if isinstance(value, str)})
    return graph


def same(one: nx.MultiDiGraph, other: nx.MultiDiGraph) -> None:
    assert one.is_directed()
    assert one.is_multigraph()
    assert dict(one.nodes(data=True)) == dict(other.nodes(data=True))
    assert sorted(one.edges(keys=True, data=True), key=lambda e: e[2]) == sorted(
        other.edges(keys=True, data=True), key=lambda e: e[2]
    )


@MANY
@example(nasty())
@given(graphs())
def test_networkx_reads_the_graphml_back_but_for_characters_that_xml_has_no_place_for(folder, store, graph):
    export(refilled(store, *graph), folder / "g.graphml", "graphml")
    same(from_graphml(folder / "g.graphml"), legal(to_networkx(store)))


@MANY
@example(nasty())
@given(graphs())
def test_networkx_reads_the_json_back(folder, store, graph):
    export(refilled(store, *graph), folder / "g.json", "json")
    same(from_json(folder / "g.json"), to_networkx(store))


@MANY
@example(nasty())
@given(graphs())
def test_networkx_gets_the_same_graph_from_the_tables_and_no_cell_is_a_formula(folder, store, graph):
    export(refilled(store, *graph), folder / "g", "csv")
    same(from_csv(folder / "g"), to_networkx(store))
    for name in ("nodes.csv", "edges.csv"):
        with (folder / "g" / name).open(encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(tuple("=+-@\t\r\n"))]


def test_the_graph_in_memory_is_the_store(store):
    people = [*line(3)[0], persona("A hermit", 3, depth=None, region="oceania")]
    both = tie(people[0], people[1], "OPPOSES", label="rivals", calls=["c1", "c2"])
    graph = to_networkx(refilled(store, people, [*line(3)[1], both]))
    assert list(graph) == [p.id for p in people]
    assert graph.nodes[people[1].id]["depth"] == 1
    assert "depth" not in graph.nodes[people[3].id]
    assert graph.nodes[people[3].id]["region"] == "oceania"
    assert graph.edges[people[0].id, people[1].id, both.key] == {
        "type": "OPPOSES",
        "label": "rivals",
        "confidence": 0.5,
        "former": False,
        "steering": 1,
        "via": "",
        "agreement": "",
        "calls": "c1 c2",
    }
    assert graph.number_of_edges(people[0].id, people[1].id) == 2


def test_what_networkx_writes_of_the_graph_in_memory_it_reads_too(folder, store):
    refilled(store, *line(4))
    nx.write_graphml(to_networkx(store), folder / "own.graphml")
    nx.write_gexf(to_networkx(store), folder / "own.gexf")
    assert len(nx.read_graphml(folder / "own.graphml")) == len(nx.read_gexf(folder / "own.gexf")) == 4


def test_replaced_characters_are_counted(folder, store):
    refilled(store, [persona("A \x00 potter \x0b \uffff", 0)])
    assert export(store, folder / "c.graphml", "graphml").replaced_characters == 3
    assert export(store, folder / "c.json", "json").replaced_characters == 0


@pytest.mark.parametrize("format", ["graphml", "json", "csv", "cypher"])
def test_an_empty_graph_and_a_part_without_relationships_are_fine(folder, store, format):
    for personas in ([], [persona(text, i) for i, text in enumerate(NASTY[:3])]):
        done = export(
            refilled(store, personas), folder / f"e-{format}", format, Selection(ids=tuple(p.id for p in personas))
        )
        assert (done.personas, done.relationships) == (len(personas), 0)
        if format in ("graphml", "json", "csv"):
            read = {"graphml": from_graphml, "json": from_json, "csv": from_csv}[format]
            assert len(read(folder / f"e-{format}")) == len(personas)
