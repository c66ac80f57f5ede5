"""How fast the Neo4j store writes, reads whole graphs and finds paths, beside bare Cypher in one run on one server.

The database that PERSONAGRAPH_STORE names is emptied. What the others do: the hand-written loop enters the same
personas and relationships, with every property but the list of calls, and keeps no count of what is applied; it
merges by ids and keys, type by type, in batches of the best of BATCHES. The bare paths have ids as their only answer,
where ours has whole personas and relationships. The naive stream returns a row for each persona and each relationship.

What was tried. It paid: lists of the server's numbers, a page of rows as one, types as small numbers; two statements to
replace relationships (clear by source and key, then create), of which the first is sent only these two; two parts of a
copy at once; neo4j-rust-ext, which takes a third off a copy. It did not: one statement with OPTIONAL MATCH, DELETE and
CREATE (6 times slower); MERGE with a type that is a parameter (no index); to find the ends of new relationships by the
server's numbers, or once for each source (within 5 %); three parts at once; to load without indexes and to make them
afterwards, which takes as long as it saves; 2 GB of heap instead of 1; batches of 2,000 instead of 5,000; six times the
page cache and another garbage collector (together 5 %).
"""

import argparse
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import neo4j

from personagraph.stores import rows
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.neo4j.connection import address_of
from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.types import Batch, Persona, Relationship, persona_id
from personagraph.vocabulary.relationships import TYPES, endpoints, relationship_key
from personagraph.workspace.settings import environment, fixed_settings

BATCHES = (1000, 5000, 10000)
OURS = 10000
HOPS = 6
Timed = Callable[[], Any]

MERGE_PERSONAS = "UNWIND $rows AS row MERGE (p:Persona {id: row.id}) SET p += row"
MERGE_RELATIONSHIPS = """
UNWIND $rows AS row MATCH (a:Persona {{id: row.source}}) MATCH (b:Persona {{id: row.target}})
MERGE (a)-[r:{type} {{key: row.key}}]->(b) SET r += row.properties"""
PATHS = {
    "shortestPath": "shortestPath((a)-[*]-(b))",
    "shortestPath among personas": "shortestPath((a)-[*]-(b)) WHERE all(n IN nodes(p) WHERE n:Persona)",
    "SHORTEST": f"SHORTEST 1 (a)-[:{'|'.join(sorted(TYPES))}]-{{1,{HOPS}}}(b)",
}
"""Bare Cypher for a path: wherever it leads, through personas only, and by the types of their relationships."""
PATH = """
MATCH (a:Persona {{id: $a}}) MATCH (b:Persona {{id: $b}})
MATCH p = {path} RETURN [n IN nodes(p) | n.id] AS ids"""
NAIVE = (
    "MATCH (p:Persona) RETURN p.id, p.depth",
    "MATCH (a:Persona)-[r]->(b:Persona) RETURN a.id, b.id, type(r), r.confidence",
)


def main() -> None:
    """Print a line for each comparison: theirs, ours, and the ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--personas", type=int, default=20_000)
    options.add_argument("--relationships", type=int, default=80_000)
    options.add_argument("--rounds", type=int, default=2, help="of writing; the best counts, for either side")
    options.add_argument("--pairs", type=int, default=40, help="of personas to find paths between")
    given = options.parse_args()
    settings = fixed_settings(**environment())
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


def graph(personas: int, relationships: int) -> tuple[list[Persona], list[Relationship]]:
    """A random graph of that size: all but the first are tied to an earlier persona, the other ties are anywhere."""
    rng = random.Random(0)
    texts = (f"A maker of chair number {n} who sells them at the market of town {n % 997}" for n in range(personas))
    people = [Persona(persona_id(text), text, n % 7, n, "import", "r1") for n, text in enumerate(texts)]
    names, ties = sorted(TYPES), dict[str, Relationship]()
    while len(ties) < relationships:
        n = len(ties) + 1 if len(ties) + 1 < personas else rng.randrange(1, personas)
        source, target = people[n].id, people[rng.randrange(n)].id
        type = rng.choice(names)
        source, target = endpoints(source, target, type, forward=rng.random() < 0.5)
        key = relationship_key(source, type, target)
        ties[key] = Relationship(key, source, target, type, "", rng.random(), False, 1, (f"{len(ties):064x}",))
    return people, list(ties.values())


def empty(session: neo4j.Session) -> None:
    """Take out everything but the schema, however much it is."""
    session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


def server_of(address: Any, password: str) -> str:
    """The release of the server."""
    with neo4j.GraphDatabase.driver(address.uri, auth=(address.user, password)) as driver:
        found, *_ = driver.execute_query("CALL dbms.components() YIELD versions, edition RETURN *").records
    return f"Neo4j {found['versions'][0]} {found['edition']}"


def parts(all: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (all[start : start + size] for start in range(0, len(all), size))


def seconds(work: Timed) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(what: str, theirs: float, ours: float, *, ratio: float, wanted: str) -> None:
    print(f"{what}: theirs {theirs:.3f} s, ours {ours:.3f} s, ratio {ratio:.2f} (wanted {wanted})", flush=True)


# ---- Writing ----


def writing(
    session: neo4j.Session,
    url: str,
    password: str,
    people: Sequence[Persona],
    ties: Sequence[Relationship],
    *,
    rounds: int,
) -> None:
    """Fill the empty database by either, in turns; the store's graph stays."""

    def emptied() -> Neo4jStore:
        empty(session)
        return Neo4jStore.open(url, password, "bench")

    few = max(len(people) // 5, 1)
    known = {p.id for p in people[:few]}
    some = [tie for tie in ties if tie.source in known and tie.target in known]
    tried = {}
    for size in BATCHES:
        emptied().close()
        tried[size] = seconds(lambda size=size: by_hand(session, people[:few], some, size))
    best = min(tried, key=tried.__getitem__)
    print(f"the loop's batches: {', '.join(f'{size}: {took:.2f} s' for size, took in tried.items())}", flush=True)
    theirs, ours = [], []
    for _ in range(rounds):
        emptied().close()
        theirs.append(seconds(lambda: by_hand(session, people, ties, best)))
        store = emptied()
        ours.append(seconds(lambda store=store: by_store(store, people, ties)))
        store.close()
    report("write", min(theirs), min(ours), ratio=min(theirs) / min(ours), wanted=">= 0.9 of their speed")


def by_hand(session: neo4j.Session, people: Iterable[Persona], ties: Iterable[Relationship], size: int) -> None:
    columns = rows.written_columns()
    for part in parts([dict(zip(columns, rows.persona_row(p), strict=True)) for p in people], size):
        session.execute_write(lambda t, part=part: t.run(MERGE_PERSONAS, rows=part).consume())
    by_type = defaultdict(list)
    for r in ties:
        properties = {"label": r.label, "confidence": r.confidence, "former": r.former, "steering": r.steering}
        by_type[r.type].append({"source": r.source, "target": r.target, "key": r.key, "properties": properties})
    for type, entries in sorted(by_type.items()):
        statement = MERGE_RELATIONSHIPS.format(type=type)
        for part in parts(entries, size):
            session.execute_write(lambda t, s=statement, part=part: t.run(s, rows=part).consume())


def by_store(store: GraphStore, people: Sequence[Persona], ties: Sequence[Relationship]) -> None:
    n = 0
    for part in parts(people, OURS):
        store.write(Batch("r1", n, n + 1, tuple(part)))
        n += 1
    for part in parts(ties, OURS):
        store.write(Batch("r1", n, n + 1, relationships=tuple(part)))
        n += 1


# ---- Reading ----


def paths(session: neo4j.Session, store: Neo4jStore, ids: Sequence[str], pairs: int) -> None:
    """The median over pairs of personas; either side has met each pair once before it is timed."""
    rng = random.Random(1)
    chosen = [rng.sample(ids, 2) for _ in range(pairs)]
    statements = {what: PATH.format(path=path) for what, path in PATHS.items()}
    took: dict[str, list[float]] = {what: [] for what in (*statements, "")}
    for _ in range(3):
        for a, b in chosen:
            for what, text in statements.items():
                one = seconds(lambda t=text, a=a, b=b: session.execute_read(lambda tx: tx.run(t, a=a, b=b).data()))
                took[what].append(one)
            took[""].append(seconds(lambda a=a, b=b: store.shortest_path(a, b, max_hops=HOPS)))
    ours = statistics.median(took.pop("")[pairs:])
    for what, theirs in took.items():
        one = statistics.median(theirs[pairs:])
        report(f"path, {what}", one, ours, ratio=ours / one, wanted="<= 1.5 of their time")


def snapshots(session: neo4j.Session, store: Neo4jStore) -> None:
    """The best of three, in turns."""
    theirs, ours = [], []
    for _ in range(3):
        theirs.append(seconds(lambda: [[tuple(row) for row in session.run(statement)] for statement in NAIVE]))
        ours.append(seconds(store.snapshot))
    report("snapshot", min(theirs), min(ours), ratio=min(theirs) / min(ours), wanted=">= 5 times as fast")


if __name__ == "__main__":
    main()
