"""How fast the Neo4j store writes, reads whole graphs and finds paths, beside bare Cypher in the same run on one server.

The database that PERSONAGRAPH_STORE names is emptied. What the others do: the hand-written loop enters the same personas
and relationships, with every property but the list of calls, and keeps no count of what is applied; it merges by ids
and keys, type by type, in batches of the best of BATCHES. The bare path is SHORTEST 1 with the same bound on the hops
and ids as its only answer. The naive stream returns a row for each persona and each relationship.
"""

import argparse
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import neo4j

from personagraph.errors import ConfigError
from personagraph.relationships import TYPES, endpoints, relationship_key
from personagraph.settings import Settings
from personagraph.stores import rows
from personagraph.stores.neo4j import Neo4jStore
from personagraph.stores.neo4j_connection import address_of
from personagraph.types import Batch, Persona, Relationship, persona_id

BATCHES = (1000, 5000, 10000)
OURS = 5000
HOPS = 6
Timed = Callable[[], Any]

MERGE_PERSONAS = "UNWIND $rows AS row MERGE (p:Persona {id: row.id}) SET p += row"
MERGE_RELATIONSHIPS = """
UNWIND $rows AS row MATCH (a:Persona {{id: row.source}}) MATCH (b:Persona {{id: row.target}})
MERGE (a)-[r:{type} {{key: row.key}}]->(b) SET r += row.properties"""
PATH = """
MATCH (a:Persona {{id: $a}}) MATCH (b:Persona {{id: $b}})
MATCH p = SHORTEST 1 (a)-[:{types}]-{{1,{hops}}}(b) RETURN [n IN nodes(p) | n.id] AS ids"""
NAIVE = ("MATCH (p:Persona) RETURN p.id, p.depth", "MATCH (a:Persona)-[r]->(b:Persona) RETURN a.id, b.id, type(r), r.confidence")


def main() -> None:
    """Print a line for each comparison: theirs, ours, and the ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--personas", type=int, default=20_000)
    options.add_argument("--relationships", type=int, default=80_000)
    options.add_argument("--rounds", type=int, default=2, help="of writing; the best counts, for either side")
    options.add_argument("--pairs", type=int, default=40, help="of personas to find paths between")
    given = options.parse_args()
    settings = Settings()
    if settings.store == "sqlite":
        raise SystemExit('bench: name a server that may be emptied: eval "$(scripts/neo4j start)"')
    password = settings.secret("store_password") or ""
    address = address_of(settings.store)
    people, ties = graph(given.personas, given.relationships)
    print(f"{len(people)} personas, {len(ties)} relationships on {server_of(address, password)}", flush=True)
    login = (address.user, password)
    with (
        neo4j.GraphDatabase.driver(address.uri, auth=login, notifications_min_severity="OFF") as driver,
        driver.session(database=address.database) as session,
    ):
        writing(session, settings.store, password, people, ties, rounds=given.rounds)
        store = Neo4jStore.open(settings.store, password, "bench")
        paths(session, store, [p.id for p in people], given.pairs)
        snapshots(session, store)
        store.close()
