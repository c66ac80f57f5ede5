"""How long a copy to Neo4j takes, with its proof, beside the server's own import tool on the same rows.

The database that PERSONAGRAPH_STORE names is emptied. The tool fills a server of its own, which is down meanwhile; it
takes the files of `export --format neo4j-admin`, and makes no index: the first to open the database does, which is
timed too, as nothing can be looked up before.
"""

import argparse
import tempfile
from pathlib import Path

import neo4j

from personagraph.exporting import Owner, export
from personagraph.stores.copy import contents, copy
from personagraph.stores.neo4j.connection import address_of
from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.stores.sqlite.store import SQLiteStore
from personagraph.text.search import indexed_words
from personagraph.workspace.settings import environment, fixed_settings
from scripts.bench_neo4j import by_store, empty, graph, seconds
from tests.servers import OwnServer, admin


def main() -> None:
    """Print the seconds of either way, and their ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--personas", type=int, default=200_000)
    options.add_argument("--relationships", type=int, default=800_000)
    given = options.parse_args()
    settings = fixed_settings(**environment())
    if settings.store == "sqlite":
        raise SystemExit('bench: name a server that may be emptied: eval "$(scripts/neo4j start)"')
    password, address = settings.secret("store_password") or "", address_of(settings.store)
    with tempfile.TemporaryDirectory() as folder:
        source = SQLiteStore.open(Path(folder) / "graph.sqlite3", "bench")
        by_store(source, *graph(given.personas, given.relationships))
        with (
            neo4j.GraphDatabase.driver(address.uri, auth=(address.user, password)) as driver,
            driver.session(database=address.database) as session,
        ):
            empty(session)
        target, held = Neo4jStore.open(settings.store, password, "bench"), []
        copied = seconds(lambda: held.append(copy(source, target, ["r1"], workspace="bench")))
        target.close()
        owner = Owner("bench", {"r1": source.applied("r1")}, indexed_words)
        files, done = Path(folder) / "out", []
        exported = seconds(lambda: done.append(export(source, files, "neo4j-admin", owner=owner)))
        server = OwnServer(Path(folder) / "server")
        server.start()
        server.stop()
        imported = seconds(lambda: admin(server.home, files, done[0].command))
        started = seconds(server.start)
        opened: list[Neo4jStore] = []
        indexed = seconds(lambda: opened.append(Neo4jStore.open(server.url, server.password, "bench")))
        assert contents(opened[0], ["r1"]) == held[0], "both ways lead to one graph"
        opened[0].close()
        server.stop()
    print(f"copy {copied:.1f} s; export {exported:.1f} s, neo4j-admin {imported:.1f} s")
    print(f"until the imported graph can be used: start {started:.1f} s, indexes {indexed:.1f} s")
    everything = exported + imported + started + indexed
    print(f"ratio {copied / imported:.2f} to the import alone (wanted <= 3), {copied / everything:.2f} to all of that")


if __name__ == "__main__":
    main()
