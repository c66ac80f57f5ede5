"""Ties in own words are in every export with the end that they are said of, and come back from those that we read."""

import csv
import json
from collections.abc import Iterator

import networkx as nx
import pytest

from personagraph.exporting import export, to_networkx
from personagraph.types import Relationship
from personagraph.workspace import Workspace, init_workspace
from tests.stored import fill, persona, tie

ZOE, ABE, CY = (persona(f"A {name}", n) for n, name in enumerate(("harbour master", "night porter", "landlord")))
REPORTS, OWNS = tie(ZOE, ABE, "TIED_TO", label="reports to"), tie(CY, ZOE, "TIED_TO", label="is the landlord of")
TIES = (
    REPORTS,
    OWNS,
    tie(ZOE, ABE, "TIED_TO", label="lends a “boat” to\\"),
    tie(ABE, ZOE, "TIED_TO", label="`]->() DETACH DELETE n //"),
    tie(ZOE, CY, "TIED_TO", label="teaches"),
    tie(ABE, CY, "TIED_TO", via="grounded"),
    tie(ABE, CY, "RELATED_TO", label="plays chess with"),
    tie(ABE, CY, "RELATED_TO"),
    tie(CY, ABE, "FRIEND_OF", label="colleague"),
    tie(ZOE, ABE, "TEACHES", label="-maths"),
    tie(ABE, ZOE, "TEACHES", label="'tis chess"),
    tie(CY, ZOE, "FRIEND_OF", label="''"),
    tie(CY, ZOE, "TIED_TO", label="-1 at chess against"),
    tie(CY, ZOE, "TIED_TO", label="'-1 at chess against"),
)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Three people who are tied in many words, in both directions."""
    with init_workspace(tmp_path_factory.mktemp("graph") / "w") as opened:
        fill(opened.store, ZOE, ABE, CY, *TIES)
        yield opened


def said(ties: list[Relationship]) -> set[tuple[str, ...]]:
    return {(r.key, r.source, r.type, r.target, r.label, r.via) for r in ties}


@pytest.mark.parametrize("format", ["json", "graphml", "csv"])
def test_an_export_that_is_imported_again_is_the_same_graph_with_the_same_keys(graph, tmp_path, format):
    export(graph.store, out := tmp_path / f"out.{format}", format)
    edges, nodes = (out / "edges.csv", out / "nodes.csv") if format == "csv" else (out, None)
    with init_workspace(tmp_path / "again") as again:
        done = again.import_graph([edges], nodes=nodes)
        assert (done.run.new, done.run.linked, done.run.faults) == (3, len(TIES), ())
        assert said(list(again.store.scan_relationships())) == said(list(TIES))


def test_networkx_keeps_two_labels_between_two_people_as_two_edges(graph, tmp_path):
    export(graph.store, tmp_path / "out.json", "json")
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    read = nx.node_link_graph(document, edges="edges")
    for made in (to_networkx(graph.store), read):
        assert {key for *_, key in made.edges(keys=True)} == {r.key for r in TIES}
        assert made[ZOE.id][ABE.id][REPORTS.key]["label"] == "reports to"
        assert not made.has_edge(ZOE.id, CY.id, OWNS.key)


def test_tables_have_the_one_it_is_said_of_as_source(graph, tmp_path):
    export(graph.store, tmp_path / "admin", "neo4j-admin")
    header = (tmp_path / "admin" / "relationships_header.csv").read_text(encoding="utf-8").strip().split(",")
    with (tmp_path / "admin" / "relationships.csv").open(encoding="utf-8", newline="") as file:
        rows = [dict(zip(header, row, strict=True)) for row in csv.reader(file)]
    ends = ("key:string", ":START_ID(Persona)", ":TYPE", ":END_ID(Persona)", "label:string", "via:string")
    assert {tuple(row[name] for name in ends) for row in rows} == said(list(TIES))


def test_parquet_has_the_one_it_is_said_of_as_source(graph, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    export(graph.store, tmp_path / "out", "parquet")
    rows = parquet.read_table(tmp_path / "out" / "edges.parquet").to_pylist()
    names = ("key", "source", "type", "target", "label", "via")
    assert {tuple(row[name] for name in names) for row in rows} == said(list(TIES))
