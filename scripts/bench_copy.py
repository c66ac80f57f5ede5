"""How long a copy to Neo4j takes, with its proof, beside the server's own import tool on the same rows.

The database that PERSONAGRAPH_STORE names is emptied. The tool fills a server of its own, which is down meanwhile; it
takes the files of `export --format neo4j-admin`, and makes no index: the first to open the database does.
"""

import argparse
import tempfile
from pathlib import Path

import neo4j

from personagraph.copying import contents, copy
from personagraph.exporting import Owner, export
from personagraph.settings import Settings
from personagraph.stores.neo4j import Neo4jStore
from personagraph.stores.neo4j_connection import address_of
from personagraph.stores.sqlite import SQLiteStore
from personagraph.stores.words import indexed_words
from personagraph.types import Batch
from scripts.bench_neo4j import graph, parts, seconds
from tests.servers import OwnServer, admin

PART = 10_000


def main() -> None:
    """Print the seconds of either way, and their ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--personas", type=int, default=200_000)
    options.add_argument("--relationships", type=int, default=800_000)
    given = options.parse_args()
    settings = Settings()
    if settings.store == "sqlite":
        raise SystemExit('bench: name a server that may be emptied: eval "$(scripts/neo4j start)"')
    password = settings.secret("store_password") or ""
    with tempfile.TemporaryDirectory() as folder:
        source = made(Path(folder) / "graph.sqlite3", given.personas, given.relationships)
        emptied(settings.store, password)
        target = Neo4jStore.open(settings.store, password, "bench")
        copied = seconds(lambda: copy(source, target, ["r1"], workspace="bench"))
        target.close()
        owner = Owner("bench", {"r1": source.applied("r1")}, indexed_words)
        exported = seconds(lambda: export(source, Path(folder) / "out", "neo4j-admin", owner=owner))
        command = export(source, Path(folder) / "out", "neo4j-admin", owner=owner).command
        server = OwnServer(Path(folder) / "server")
        server.start()
        server.stop()
        imported = seconds(lambda: admin(server.home, Path(folder) / "out", command))
        server.start()
        opened = Neo4jStore.open(server.url, server.password, "bench")
        assert contents(opened, ["r1"]) == contents(source, ["r1"]), "both ways lead to one graph"
        opened.close()
        server.stop()
    print(f"copy {copied:.1f} s; export {exported:.1f} s, then neo4j-admin {imported:.1f} s")
    print(f"ratio {copied / imported:.2f} to the import (wanted <= 3), {copied / (exported + imported):.2f} to both")


def emptied(url: str, password: str) -> None:
    address = address_of(url)
    with (
        neo4j.GraphDatabase.driver(address.uri, auth=(address.user, password)) as driver,
        driver.session(database=address.database) as session,
    ):
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


def made(file: Path, personas: int, relationships: int) -> SQLiteStore:
    """A random graph of that size."""
    people, ties = graph(personas, relationships)
    store, n = SQLiteStore.open(file, "bench"), 0
    for part in parts(people, PART):
        store.write(Batch("r1", n, n + 1, tuple(part), fresh=True))
        n += 1
    for part in parts(ties, PART):
        store.write(Batch("r1", n, n + 1, relationships=tuple(part), fresh=True))
        n += 1
    return store


if __name__ == "__main__":
    main()
