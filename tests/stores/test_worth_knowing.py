"""Each of the queries that come along gives the right answer on a small graph, by plans that grow with the answer."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.types import Attributes, Batch, Merge, Persona, Source, SourceLink, persona_id
from personagraph.workspace.verbs.query import WORTH_KNOWING, read_statement
from tests.stored import ask, driver, empty, open_graph, tie

pytestmark = pytest.mark.neo4j


def someone(description: str, entry: int, activity: str, region: str) -> Persona:
    stated = Attributes(activity=activity, region=region)
    return Persona(persona_id(description), description, entry, entry, "import", "r1", attributes=stated)


FISHER = someone("A fisherman in Ghana", 0, "agriculture", "west_central_africa")
TRADER = someone("A fish trader in Ghana", 1, "service", "west_central_africa")
EXPORTER = someone("An exporter in France", 2, "managers", "western_europe")
CODER = someone("A software engineer in France", 3, "professionals", "western_europe")
CLERK = someone("A clerk in France", 4, "clerks", "western_europe")
DRIVER = someone("A driver in France", 5, "clerks", "western_europe")
FRIEND = someone("A software engineer in India", 6, "professionals", "south_asia")
EVERYONE = (FISHER, TRADER, EXPORTER, CODER, CLERK, DRIVER, FRIEND)
TIES = (
    tie(FISHER, TRADER, "SELLS_TO", confidence=0.9, calls=("c1",)),
    tie(TRADER, EXPORTER, "SELLS_TO", confidence=0.8, calls=("c2",)),
    tie(EXPORTER, CODER, "WORKS_WITH", confidence=0.5, calls=("c3", "c4")),
    tie(TRADER, CODER, "FRIEND_OF", confidence=0.2, calls=("c2",)),
    tie(EXPORTER, CLERK, "MANAGES", calls=("c3",)),
    tie(EXPORTER, DRIVER, "MANAGES", calls=("c3",)),
    tie(CODER, FRIEND, "FRIEND_OF", confidence=0.9, calls=("c4", "c5")),
)
SOURCE = Source("s1", "texts/a.txt#1", "h", "Fresh fish")
LINKS = (
    SourceLink("s1", FISHER.id, "LIKELY_TO_WRITE", ("c0",)),
    SourceLink("s1", FRIEND.id, "LIKELY_TO_READ", ("c5",)),
)
MERGE = Merge("r1.0.0", "x", "A programmer in France", CODER.id, "jaccard", 0.9, "r1")
FRIENDS = [p.description for p in sorted((CODER, FRIEND), key=lambda p: p.id)]
FRIENDS.insert(1, "FRIEND_OF")
CROWD = tuple(someone(f"Somebody number {i}", 10 + i, "unknown", "unknown") for i in range(300))
"""People that no answer is about and nobody knows: a query that reads each of them shows in what it touches."""

WHOLE_GRAPH = {"hubs_and_who_hangs_on_them": 5, "resting_on_one_call": 4}
"""The questions that are about everybody, and how many hits each persona may cost."""

ANSWERS: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
    "paths_between_groups": (
        {"from": "fisher*", "from_region": "west_central_africa", "to": "software", "to_region": ""},
        [
            (2, [FISHER.description, TRADER.description, CODER.description]),
            (3, [FISHER.description, TRADER.description, CODER.description, FRIEND.description]),
        ],
    ),
    "hubs_and_who_hangs_on_them": (
        {"hubs": 3},
        [
            (EXPORTER.description, 4, 2, [DRIVER.description, CLERK.description]),
            (TRADER.description, 3, 1, [FISHER.description]),
            (CODER.description, 3, 1, [FRIEND.description]),
        ],
    ),
    "bridges_between_regions": (
        {},
        [
            ("south_asia", "western_europe", 1, FRIENDS),
            ("west_central_africa", "western_europe", 2, [TRADER.description, "SELLS_TO", EXPORTER.description]),
        ],
    ),
    "homophily_by_type": (
        {},
        [
            ("MANAGES", 2, 1.0, 1.0, 1.0),
            ("SELLS_TO", 2, 0.5, 0.5, 1.0),
            ("WORKS_WITH", 1, 1.0, 1.0, 1.0),
            ("FRIEND_OF", 2, 0.0, 0.0, None),
        ],
    ),
    "resting_on_one_call": (
        {"limit": 10},
        [(p.id, p.description, 1, "c3") for p in sorted((CLERK, DRIVER), key=lambda p: p.id)],
    ),
    "what_a_text_brought": (
        {"uri": SOURCE.uri},
        [
            (hops, p.id, p.description)
            for hops, reached in enumerate(((FISHER, FRIEND), (TRADER, CODER), (EXPORTER,), (CLERK, DRIVER)))
            for p in sorted(reached, key=lambda p: p.id)
        ],
    ),
    "triangles_closed_by_merges": ({"limit": 10}, [(CODER.description, [MERGE.description], 1)]),
    "thin_cells": (
        {"thin": 1},
        [
            ("managers", "western_europe", 1, "clerks", "western_europe", 2),
            ("professionals", "western_europe", 1, "clerks", "western_europe", 2),
        ],
    ),
    "who_does_what_to_whom": ({"limit": 1}, [("managers", "MANAGES", "clerks", 2, 0)]),
    "strongest_path": (
        {"from": FISHER.id, "to": CODER.id, "limit": 2},
        [
            (0.36, 3, [FISHER.description, TRADER.description, EXPORTER.description, CODER.description]),
            (0.18, 2, [FISHER.description, TRADER.description, CODER.description]),
        ],
    ),
}


@pytest.fixture(scope="module")
def store(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jStore]:
    empty(neo4j_url)
    opened = open_graph(tmp_path_factory.mktemp("graph"), neo4j_url)
    assert isinstance(opened, Neo4jStore)
    opened.write(Batch("r1", 0, 1, EVERYONE + CROWD, {}, TIES, (SOURCE,), LINKS, (MERGE,)))
    ask(neo4j_url, "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    ask(neo4j_url, "CALL db.prepareForReplanning()")  # else plans may be those of graphs that earlier tests held
    yield opened
    opened.close()


def test_every_query_that_comes_along_is_answered_here() -> None:
    assert set(ANSWERS) == {file.stem for file in WORTH_KNOWING.iterdir()}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_right(name: str, store: Neo4jStore) -> None:
    parameters, answer = ANSWERS[name]
    found = store.query(read_statement(name), parameters, limit=100, seconds=60)
    rows = [tuple(row) for row in found.rows]
    if name == "hubs_and_who_hangs_on_them":
        rows = [(*row[:3], sorted(row[3], reverse=True)) for row in rows]
    assert rows == answer
    assert not found.cut


@pytest.mark.parametrize("name", ANSWERS)
def test_the_plan_reads_what_the_answer_needs(name: str, store: Neo4jStore, neo4j_url: str) -> None:
    profile = profiled(neo4j_url, read_statement(name), ANSWERS[name][0])
    names = [step["operatorType"].partition("@")[0] for step in profile]
    assert not {"CartesianProduct", "AllNodesScan", "NodeByLabelScan"} & set(names), names
    hits = sum(step.get("dbHits", 0) for step in profile)
    bound = 400 + WHOLE_GRAPH.get(name, 0) * len(CROWD)
    if name == "strongest_path" and os.environ.get("NEO4J_LINE") == "5.26":
        bound += 150  # that line counts 520 hits where 2026 stays below 400
    assert hits <= bound, (hits, names)


def profiled(url: str, statement: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Every step of the plan that the statement was carried out by."""
    with driver(url) as (server, database):
        plan = server.execute_query(f"PROFILE {statement}", parameters, database_=database).summary.profile
    steps, found = [plan], []
    while steps:
        step = steps.pop()
        found.append(step)
        steps += step.get("children", [])
    return found


def test_an_untyped_shortest_path_runs_through_a_source_unless_it_is_kept_among_personas(
    store: Neo4jStore, neo4j_url: str
) -> None:
    ends = "MATCH (a:Persona {id: $a}) MATCH (b:Persona {id: $b}) MATCH p = SHORTEST 1 (a)"
    told = "(b) RETURN [n IN nodes(p) | labels(n)[0]] AS labels"
    given = {"a": FISHER.id, "b": FRIEND.id}
    untyped = store.query(f"{ends}-[]-+{told}", given, limit=1, seconds=60)
    kept = store.query(f"{ends} ((:Persona)-[]-(:Persona))+ {told}", given, limit=1, seconds=60)
    assert untyped.rows == ((["Persona", "Source", "Persona"],),)
    assert kept.rows == ((["Persona"] * 4,),)
    assert ask(neo4j_url, "MATCH (r:Run)-[]-() RETURN count(*)") == [(0,)]
    assert ask(neo4j_url, "MATCH (m:Alias) WHERE COUNT { (m)-[]-() } > 1 RETURN count(*)") == [(0,)]
