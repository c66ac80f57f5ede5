"""The verbs over stores: check one, migrate it, copy it, and ask it in its own language."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.errors import ConfigError, InputError
from personagraph.progress import Progress, Tick
from personagraph.stores import kind_of
from personagraph.stores.neo4j.queries import CYPHER
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.options import check_positive
from personagraph.workspace.settings import load_settings, store_fault
from personagraph.workspace.stores import (
    are_one,
    last_decided,
    open_store,
    opened_ledger,
    place_of,
    store_at,
    store_password,
)

if TYPE_CHECKING:
    from personagraph.doctor import Finding
    from personagraph.ledger import Ledger
    from personagraph.stores.copy import Contents
    from personagraph.stores.neo4j.connection import Server
    from personagraph.stores.neo4j.user_query import QueryResult
    from personagraph.workspace.settings import Settings
    from personagraph.workspace.workspace import Workspace

WORTH_KNOWING = CYPHER / "worth_knowing"
LONGEST = 86_400
"""Seconds that a query may take, at most."""


def query(
    workspace: "Workspace",
    file: str | Path,
    parameters: Mapping[str, Any] = MappingProxyType({}),
    *,
    limit: int = 1000,
    seconds: float = 60.0,
) -> "QueryResult":
    """The first rows of the Cypher statement in a file, or of one in `cypher/worth_knowing` by its name.

    Raises StoreError for one that could do anything but read, or takes longer than `seconds`; InputError for no
    such file; ConfigError for a graph that is not in Neo4j.
    """
    statement = read_statement(file)
    check_positive(limit=limit)
    if not 0 < seconds <= LONGEST:
        raise ConfigError(f"--timeout is {seconds:g}; it must be more than 0 seconds, at most {LONGEST} (a day)")
    kind = kind_of(workspace.settings.store)
    if not kind.cypher:
        raise ConfigError(
            f"a query in Cypher needs Neo4j, and the graph of {workspace.folder} is in {kind.name};"
            " `personagraph path`, `neighbours`, `search` and `coverage` ask it, or copy it into a Neo4j store"
        )
    from personagraph.stores.neo4j.store import Neo4jStore

    assert isinstance(workspace.store, Neo4jStore)
    return workspace.store.query(statement, parameters, limit=limit, seconds=seconds)


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
        return _upkeep(settings.store).check(path, settings, ledger)


def migrate_store(folder: str | Path, *, store: str | None = None) -> list[str]:
    """Bring the schema of a workspace's store up to date, and make dropped indexes again; what was done, in words.

    Opening a workspace does the same. Raises SchemaVersionError for a schema that is newer, or was altered, ConfigError
    for a store without the graph that the ledger says there is.
    """
    path = Path(folder)
    settings = load_settings(path, store=store)
    with opened_ledger(path) as ledger:
        return _upkeep(settings.store).migrate(path, settings, ledger)


class Upkeep(NamedTuple):
    """How a kind of store is kept in order: what is right and wrong with one, and what brings its schema up to date."""

    check: "Callable[[Path, Settings, Ledger], list[Finding]]"
    migrate: "Callable[[Path, Settings, Ledger], list[str]]"


def _check_sqlite(folder: Path, settings: "Settings", ledger: "Ledger") -> "list[Finding]":
    from personagraph.doctor import sqlite_store

    return sqlite_store.findings(folder / GRAPH, ledger.workspace, ledger.runs.applied())


def _migrate_sqlite(folder: Path, settings: "Settings", ledger: "Ledger") -> list[str]:
    from personagraph.doctor.sqlite_store import due

    lacking = due(folder / GRAPH)
    store_at(settings.store, folder, settings, ledger.workspace, new=last_decided(ledger) is None).close()
    return [f"migration {migration.version} ({migration.name})" for migration in lacking]


def _check_neo4j(folder: Path, settings: "Settings", ledger: "Ledger") -> "list[Finding]":
    from personagraph.doctor import neo4j_store

    with _server(settings) as server:
        return neo4j_store.findings(server, ledger.workspace, ledger.runs.applied())


def _migrate_neo4j(folder: Path, settings: "Settings", ledger: "Ledger") -> list[str]:
    from personagraph.stores.neo4j.schema import prepare, repair

    with _server(settings) as server:
        carried_out = prepare(server, ledger.workspace, new=last_decided(ledger) is None)
        done = [f"migration {migration.version} ({migration.name})" for migration in carried_out]
        kinds = ("index", "constraint")
        return done + [f"{kinds[rule.constraint]} {rule.name}, which was missing" for rule in repair(server)]


UPKEEP: dict[str, Upkeep] = {
    "SQLite": Upkeep(_check_sqlite, _migrate_sqlite),
    "Neo4j": Upkeep(_check_neo4j, _migrate_neo4j),
}
"""By the name of the kind of store; what looks after one stands above the stores, and so not beside them."""


def _upkeep(url: str) -> Upkeep:
    name = kind_of(url).name
    if name not in UPKEEP:
        raise ConfigError(f"nothing is known of how a store in {name} is kept in order; enter it in UPKEEP")
    return UPKEEP[name]


@contextmanager
def _server(settings: "Settings") -> "Iterator[Server]":
    from personagraph.stores.neo4j.connection import Server, address_of

    server = Server(address_of(settings.store), store_password(settings, settings.store))
    try:
        yield server
    finally:
        server.close()


def copy_store(
    folder: str | Path,
    to: str,
    *,
    source: str | None = None,
    store: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
) -> "Contents | None":
    """Copy a workspace's whole graph to an empty store, and check that both hold the same; None when it was stopped.

    `to` and `source` (by default the workspace's store, which may be lost otherwise) are `sqlite`, `sqlite:FILE` or a
    Neo4j URL. The same call goes on with a copy that was interrupted. The workspace keeps its store. Raises ConfigError
    when both are one, or the source lacks what the ledger says, StoreError when the target is filled or the copy is
    not the same.
    """
    from personagraph.storage.writer_lock import writer
    from personagraph.stores.copy import copy

    path = Path(folder)
    settings = load_settings(path, store=store)
    origin = source or settings.store
    for option, url in (("to", to), ("from", origin)):
        if not url.startswith("sqlite:") and (fault := store_fault(url)):
            raise ConfigError(f"--{option}: {fault}; a file is named as sqlite:FILE")
    if are_one(place_of(origin, path), place_of(to, path)):
        raise ConfigError(f"{to} is where the graph is; --to names another store")
    target = {"store_password": settings.target_password, "store_password_file": settings.target_password_file}
    theirs = settings.model_copy(update=target if settings.has("target_password") else {})
    with opened_ledger(path) as ledger, writer(path), ExitStack() as opened:
        named = "--from" if source else "--store, --from or PERSONAGRAPH_STORE"
        one = opened.enter_context(closing(open_store(origin, path, settings, ledger, new=False, named=named)))
        other = opened.enter_context(closing(store_at(to, path, theirs, ledger.workspace)))
        return copy(
            one,
            other,
            [run.id for run in ledger.runs.all()],
            workspace=ledger.workspace,
            stopping=stopping,
            progress=lambda done, total: progress(Tick(done, total, 0, {})),
        )
