"""Where the graphs of tests are kept: SQLite in a folder, or the Neo4j database that the environment names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.stores.graph_store import GraphStore
from personagraph.types import Batch, Persona, Relationship, persona_id
from personagraph.vocabulary.relationships import TYPES, relationship_key

if TYPE_CHECKING:
    import neo4j


def open_graph(folder: Path, url: str | None = None, *, workspace: str = "w") -> GraphStore:
    """The graph in a folder, or the one at a Neo4j URL."""
    if url is None:
        from personagraph.stores.sqlite.store import SQLiteStore

        return SQLiteStore.open(folder / "graph.sqlite3", workspace)
    from personagraph.stores.neo4j.store import Neo4jStore

    return Neo4jStore.open(url, os.environ.get("PERSONAGRAPH_TEST_NEO4J_PASSWORD", ""), workspace)


def empty(url: str | None) -> None:
    """Take everything out of the Neo4j database at the URL; its schema stays. None: there is none."""
    if url is not None:
        ask(url, "MATCH (n) DETACH DELETE n")


@contextmanager
def driver(url: str) -> "Iterator[tuple[neo4j.Driver, str]]":
    """A driver for the server at a URL, and the name of the database there."""
    import neo4j

    from personagraph.stores.neo4j.connection import address_of

    address = address_of(url)
    login = (address.user, os.environ.get("PERSONAGRAPH_TEST_NEO4J_PASSWORD", ""))
    with neo4j.GraphDatabase.driver(address.uri, auth=login, notifications_min_severity="OFF") as opened:
        yield opened, address.database


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement on a Neo4j database, past the store."""
    with driver(url) as (server, database):
        return [tuple(record) for record in server.execute_query(statement, database_=database).records]


def persona(description: str, entry: int = 0, depth: int | None = 0, **more: object) -> Persona:
    """A persona with this description."""
    return Persona(persona_id(description), description, depth, entry, "import", "r1", **more)  # type: ignore[arg-type]


def people(count: int) -> list[Persona]:
    """That many personas, in order of entry."""
    return [persona(f"A maker of chair number {i}", i) for i in range(count)]


def tie(a: Persona, b: Persona, type: str = "TEACHES", **more: object) -> Relationship:
    """A relationship from a to b; of a symmetric type, in id order."""
    source, target = sorted((a.id, b.id)) if TYPES[type].symmetric else (a.id, b.id)
    key = relationship_key(source, type, target, str(more.get("label", "")))
    return Relationship(key, source, target, type, **more)  # type: ignore[arg-type]


def fill(store: GraphStore, *rows: Persona | Relationship, run: str = "r1") -> None:
    """Write personas and relationships as the next step of a run."""
    n = store.applied(run)
    personas = tuple(row for row in rows if isinstance(row, Persona))
    relationships = tuple(row for row in rows if isinstance(row, Relationship))
    store.write(Batch(run, n, n + 1, personas=personas, relationships=relationships))
