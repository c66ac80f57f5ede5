"""What a store looks up it finds by an index: by the plan of its database, no question reads a whole table."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from personagraph.storage.database import Database
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.neo4j.queries import query
from personagraph.types import Attributes, Batch, Merge, Source, SourceLink
from personagraph.vocabulary.attributes import ATTRIBUTES
from tests.stored import empty, open_graph, people, persona, tie

A, B = people(2)

LOOKUPS: dict[str, Callable[[GraphStore], object]] = {
    "a cell of activity and region": lambda store: store.in_cell({"activity": "craft", "region": "oceania"}),
    "a cell of three": lambda store: store.in_cell({"sex": "female", "region": "oceania", "activity": "craft"}),
    "an attribute that is not stated": lambda store: store.in_cell({"sex": "female", "language": "unknown"}),
    **{f"a cell of {name} alone": lambda store, name=name: store.in_cell({name: "x"}) for name in ATTRIBUTES},
    "whether it is empty": lambda store: store.is_empty(),
    "a merge by its key": lambda store: store.merges(key="r1.0.0"),
    "merges of a description": lambda store: store.merges(alias="x", persona=A.id),
    "merges into a persona": lambda store: store.merges(persona=A.id),
    "relationships at some personas": lambda store: store.relationships_at([A.id, B.id]),
    "relationships from before": lambda store: store.outdated(),
    "links of some personas": lambda store: store.source_links(personas=[A.id, B.id]),
    "links of a source": lambda store: store.source_links(source="s1"),
    "what a run brought": lambda store: store.depths_of("r1"),
}


@pytest.fixture
def sqlite(tmp_path) -> Iterator[GraphStore]:
    store = open_graph(tmp_path)
    yield store
    store.close()


@pytest.fixture(scope="module")
def neo4j(neo4j_url, tmp_path_factory) -> Iterator[GraphStore]:
    empty(neo4j_url)
    store = open_graph(tmp_path_factory.mktemp("plans"), neo4j_url)
    fill(store)
    yield store
    store.close()


def fill(store: GraphStore) -> None:
    """A few rows of each kind: where there is next to nothing, it costs least to read all."""
    stated = Attributes(activity="craft", age="adult", sex="female")
    crowd = [persona(f"A weaver of mat {i}", i + 2, attributes=stated) for i in range(300)]
    merges = tuple(Merge(f"r1.0.{i}", "x", "text", A.id, "jaccard", 0.9, "r1") for i in range(50))
    link = SourceLink("s1", A.id, "LIKELY_TO_READ")
    ties = tuple(tie(A, other) for other in [B, *crowd[:50]])
    book = Source("s1", "u", "h", "")
    store.write(Batch("r1", 0, 1, (A, B, *crowd), {}, ties, (book,), (link,), merges))


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_sqlite_searches_an_index_for_what_is_looked_up(sqlite, lookup, monkeypatch):
    fill(sqlite)
    asked = []
    plain = Database.rows

    def rows(self: Database, sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return plain(self, sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "rows", rows)
        LOOKUPS[lookup](sqlite)
    assert asked
    if lookup == "whether it is empty":
        assert asked[0][0].endswith("LIMIT 1"), "it reads one row, whatever there is"
        return
    for sql, parameters in asked:
        plan = [row["detail"] for row in plain(sqlite._database, f"EXPLAIN QUERY PLAN {sql}", parameters)]  # type: ignore[attr-defined]
        assert any(line.startswith("SEARCH") for line in plan)
        assert not [line for line in plan if re.match(r"SCAN (?!json_each)", line)], plan


@pytest.mark.neo4j
@pytest.mark.parametrize("lookup", LOOKUPS)
def test_neo4j_seeks_in_an_index_for_what_is_looked_up(neo4j, lookup, monkeypatch):
    from personagraph.stores.neo4j.connection import Server

    asked = []
    plain = Server.read

    def read(self: Server, name: str, /, **parameters: Any) -> Any:
        asked.append((name, parameters))
        return plain(self, name, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Server, "read", read)
        LOOKUPS[lookup](neo4j)
    assert asked
    for name, parameters in asked:
        plan = neo4j._server.plan(query(name).rstrip().rstrip(";"), parameters, seconds=60).plan
        steps = set(operators(plan))
        assert any(re.search("IndexSeek|CountStore", step) for step in steps), steps
        assert not [step for step in steps if "Scan" in step], steps


def operators(plan: dict[str, Any]) -> Iterator[str]:
    """The names of the steps of a plan, as the server calls them."""
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)
