"""The verbs that keep a store: check it, migrate it, and ask it in its own language."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, InputError
from personagraph.stores.neo4j.queries import CYPHER
from personagraph.workspace.opened import Opened, check_positive, opened_ledger
from personagraph.workspace.settings import load_settings
from personagraph.workspace.storing import GRAPH, last_decided, store_at, store_password

if TYPE_CHECKING:
    from personagraph.doctor import Finding
    from personagraph.stores.neo4j.connection import Server
    from personagraph.stores.neo4j.user_query import Table

WORTH_KNOWING = CYPHER / "worth_knowing"
LONGEST = 86_400
"""Seconds that a query may take, at most."""


class Keeping(Opened):
    """Asks the store of an opened workspace."""

    def query(
        self,
        file: str | Path,
        parameters: Mapping[str, Any] = MappingProxyType({}),
        *,
        limit: int = 1000,
        seconds: float = 60.0,
    ) -> "Table":
        """The first rows of the Cypher statement in a file, or of one in `cypher/worth_knowing` by its name.

        Raises StoreError for one that could do anything but read, or takes longer than `seconds`; InputError for no
        such file; ConfigError for a graph that is not in Neo4j.
        """
        statement = read_statement(file)
        check_positive(limit=limit)
        if not 0 < seconds <= LONGEST:
            raise ConfigError(f"--timeout is {seconds:g}; it must be more than 0 seconds, at most {LONGEST} (a day)")
        if self.settings.store == "sqlite":
            raise ConfigError(
                f"a query in Cypher needs Neo4j, and the graph of {self.folder} is in SQLite; `personagraph path`,"
                " `neighbours`, `search` and `coverage` ask it, or copy it into a Neo4j store"
            )
        from personagraph.stores.neo4j.store import Neo4jStore

        assert isinstance(self.store, Neo4jStore)
        return self.store.query(statement, parameters, limit=limit, seconds=seconds)


def read_statement(file: str | Path) -> str:
    """The text of a Cypher file, or of the one of that name that comes with personagraph. Raises InputError."""
    path = Path(file)
    if not path.exists() and (known := WORTH_KNOWING / f"{path.name.removesuffix('.cypher')}.cypher").is_file():
        path = known
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        known_names = ", ".join(sorted(known.stem for known in WORTH_KNOWING.glob("*.cypher")))
        raise InputError(f"{error.strerror}; these queries can be named without a file: {known_names}", path) from error
    except UnicodeDecodeError as error:
        raise InputError("it is not UTF-8 text; save it as UTF-8", path) from error
    if not text.removesuffix(";").strip():
        raise InputError("it is empty; it must hold one Cypher statement", path)
    return text.removesuffix(";")


def check_store(folder: str | Path, *, store: str | None = None) -> "list[Finding]":
    """What is right and wrong with the store of a workspace, one finding each; changes nothing.

    Raises ConfigError when the folder is no workspace, or a setting is wrong.
    """
    path = Path(folder)
    settings = load_settings(path, store=store)
    with opened_ledger(path) as ledger:
        runs = ledger.runs.applied()
        if settings.store == "sqlite":
            from personagraph.doctor import sqlite_store

            return sqlite_store.findings(path / GRAPH, ledger.workspace, runs)
        from personagraph.doctor import neo4j_store

        with _server(settings.store, store_password(settings, settings.store)) as server:
            return neo4j_store.findings(server, ledger.workspace, runs)


def migrate_store(folder: str | Path, *, store: str | None = None) -> list[str]:
    """Bring the schema of a workspace's store up to date, and make dropped indexes again; what was done, in words.

    Opening a workspace does the same. Raises SchemaVersionError for a schema that is newer, or was altered, ConfigError
    for a store without the graph that the ledger says there is.
    """
    path = Path(folder)
    settings = load_settings(path, store=store)
    with opened_ledger(path) as ledger:
        new = last_decided(ledger) is None
        if settings.store == "sqlite":
            from personagraph.doctor.sqlite_store import due

            lacking = due(path / GRAPH)
            store_at(settings.store, path, settings, ledger.workspace, new=new).close()
            return [f"migration {migration.version} ({migration.name})" for migration in lacking]
        from personagraph.stores.neo4j.schema import prepare, repair

        with _server(settings.store, store_password(settings, settings.store)) as server:
            carried_out = prepare(server, ledger.workspace, new=new)
            done = [f"migration {migration.version} ({migration.name})" for migration in carried_out]
            kinds = ("index", "constraint")
            return done + [f"{kinds[rule.constraint]} {rule.name}, which was missing" for rule in repair(server)]


@contextmanager
def _server(url: str, password: str) -> "Iterator[Server]":
    from personagraph.stores.neo4j.connection import Server, address_of

    server = Server(address_of(url), password)
    try:
        yield server
    finally:
        server.close()
