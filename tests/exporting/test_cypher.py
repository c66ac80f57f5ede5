"""The Cypher script makes the same graph in a real Neo4j, and nothing that a text says is carried out."""

from collections.abc import Iterator
from pathlib import Path

import neo4j
import networkx as nx
import pytest
from hypothesis import HealthCheck, example, given, settings

from personagraph.exporting import export, to_networkx
from personagraph.stores.graph_store import GraphStore
from tests.graphs import graphs, line, nasty, persona, refilled, stored, tie

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def driver(neo4j_url: str, neo4j_password: str) -> Iterator[neo4j.Driver]:
    address = neo4j_url.replace("://neo4j@", "://")
    with neo4j.GraphDatabase.driver(address, auth=("neo4j", neo4j_password), connection_timeout=10) as driver:
        for row in driver.execute_query("SHOW CONSTRAINTS YIELD name").records:
            driver.execute_query(f"DROP CONSTRAINT `{row['name']}`")
        yield driver
        wiped(driver)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    store = stored(tmp_path_factory.mktemp("cypher"), [])
    yield store
    store.close()


def run(driver: neo4j.Driver, script: Path) -> None:
    """Every statement of the script, as the file says to cut it."""
    *statements, rest = script.read_text(encoding="ascii").split(";\n")
    assert not rest
    with driver.session() as session:
        for statement in statements:
            session.run(statement).consume()


def loaded(driver: neo4j.Driver) -> nx.MultiDiGraph:
    """All that the database holds."""
    made = nx.MultiDiGraph()
    for (row,) in driver.execute_query("MATCH (p) RETURN CASE labels(p) WHEN ['Persona'] THEN p{.*} END").records:
        made.add_node(row.pop("id"), **row)
    query = "MATCH (a)-[r]->(b) RETURN a.id, b.id, r.key, r{.*, type: type(r)}"
    for source, target, key, row in driver.execute_query(query).records:
        made.add_edge(source, target, **row | {"calls": " ".join(row["calls"]), "key": key})
    return made


def wiped(driver: neo4j.Driver) -> neo4j.Driver:
    driver.execute_query("MATCH (n) DETACH DELETE n")
    return driver


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(nasty())
@given(graphs())
def test_the_script_makes_the_same_graph(driver, store, tmp_path_factory, graph):
    script = tmp_path_factory.getbasetemp() / "graph.cypher"
    export(refilled(store, *graph), script, "cypher")
    run(wiped(driver), script)
    expected = to_networkx(store)
    assert dict(loaded(driver).nodes(data=True)) == dict(expected.nodes(data=True))
    assert {e[2]: e for e in loaded(driver).edges(keys=True, data=True)} == {
        e[2]: e for e in expected.edges(keys=True, data=True)
    }


def test_running_it_again_changes_nothing_and_a_newer_one_updates(driver, store, tmp_path):
    people, ties = line(3)
    export(refilled(store, people, ties), tmp_path / "old", "cypher")
    run(wiped(driver), tmp_path / "old")
    run(driver, tmp_path / "old")
    assert (len(loaded(driver)), loaded(driver).number_of_edges()) == (3, 2)
    changed = [persona(p.description, p.entry, depth=None, region="oceania") for p in people]
    more = [*ties, tie(people[0], people[2], label="now")]
    export(refilled(store, changed, more), tmp_path / "new", "cypher")
    run(driver, tmp_path / "new")
    assert dict(loaded(driver).nodes(data=True)) == dict(to_networkx(store).nodes(data=True))
    assert loaded(driver).number_of_edges() == 3


def test_batches_of_every_type_arrive(driver, store, tmp_path):
    people, ties = line(230)
    ties += [tie(a, b, "FRIEND_OF") for a, b in zip(people, people[7:], strict=False)]
    export(refilled(store, people, ties), tmp_path / "many", "cypher")
    run(wiped(driver), tmp_path / "many")
    assert len(loaded(driver)) == 230
    assert set(loaded(driver).edges(keys=True)) == set(to_networkx(store).edges(keys=True))
