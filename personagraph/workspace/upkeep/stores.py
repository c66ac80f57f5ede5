"""What keeps the store of a workspace: check it, migrate it, copy it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from personagraph.errors import ConfigError, StoreError, UsageError
from personagraph.ledger.losses import LOST
from personagraph.ledger.rescue.rescued import RESCUED
from personagraph.progress import Progress, Tick
from personagraph.stores import kind_of
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import load_settings, store_fault
from personagraph.workspace.stores import (
    LEDGER,
    are_one,
    behind,
    check_ledger,
    check_place,
    decided_runs,
    elsewhere,
    moving,
    open_store,
    opened_ledger,
    place_of,
    store_at,
    store_password,
    told_place,
    told_where,
)

if TYPE_CHECKING:
    from personagraph.doctor import Finding
    from personagraph.ledger import Ledger
    from personagraph.stores.copy import Contents
    from personagraph.stores.graph_store import GraphStore
    from personagraph.stores.neo4j.connection import Server
    from personagraph.workspace.settings import Settings


def check_store(folder: str | Path, *, store: str | None = None) -> "list[Finding]":
    """What is right and wrong with the ledger and the store of a workspace, one finding each. Opening
    them brings an older schema up to date; nothing else is changed.

    Raises ConfigError when the folder is no workspace, or a setting is wrong.
    """
    from personagraph.doctor import database_files
    from personagraph.doctor.finding import Finding, failed, unseen

    path = Path(folder)
    settings = load_settings(path, store=store)
    check_ledger(path)
    found = database_files.ledger(path / LEDGER)
    if not found[0].ok:
        return found
    with opened_ledger(path) as ledger:
        if reason := settings.unconfirmed.get("store"):
            return [*found, unseen("store", reason)]
        try:
            check_place(settings.store, path, settings, ledger)
        except (ConfigError, StoreError) as error:
            return [*found, failed("place", error)]
        if told := moving(settings.store, path, settings, ledger):
            found.append(Finding("place", True, told))
        found += _upkeep(settings.store).check(path, settings, ledger)
        if all(finding.ok for finding in found):
            with closing(open_store(settings.store, path, settings, ledger)) as graph:
                found.append(_reach(path, ledger, graph))
                if found[-1].ok and not ledger.remembered(RESCUED):
                    found.append(_projected(ledger, graph))
    return found


def _reach(folder: Path, ledger: "Ledger", graph: "GraphStore") -> "Finding":
    """Whether the ledger holds all that a sound graph says it does."""
    from personagraph.doctor.finding import Finding, failed

    if reason := behind(ledger, graph, folder):
        return failed("reach", ConfigError(reason))
    return Finding("reach", True, "the ledger holds every run, step and call that the graph knows of")


def _projected(ledger: "Ledger", graph: "GraphStore") -> "Finding":
    """Whether the graph is what the ledger says, row by row: where a letter was changed, one of them is wrong."""
    from personagraph.doctor.finding import Finding
    from personagraph.runs.projection import differing, projection, rows_of

    runs = ledger.runs.all()
    if any(run.status == LOST for run in runs):
        return Finding("projection", True, "not compared: of what the ledger lost, the graph alone knows the texts")
    if any(graph.applied(run.id) != run.decided for run in runs):
        return Finding("projection", True, "a run has decided what the graph does not hold yet; it writes that first")
    said, held = projection(ledger), rows_of(graph, [run.id for run in runs])
    if different := differing(said, held, ledger.steps.seeds()):
        told = ", ".join(f"{count} {name}" for name, count in different.items())
        remedy = "what is wrong is not known; `personagraph store rescue TO` makes the graph again from the ledger"
        return Finding("projection", False, f"ledger and graph differ in {told}", remedy)
    return Finding("projection", True, "the graph is what the ledger says")


def migrate_store(folder: str | Path, *, store: str | None = None) -> list[str]:
    """Bring the schema of a workspace's store up to date, and make dropped indexes again; what was done, in words.

    Opening a workspace does the same. Raises SchemaVersionError for a schema that is newer, or was altered, ConfigError
    for a store without the graph that the ledger says there is.
    """
    from personagraph.runs.projection import bring_up_to_date

    path = Path(folder)
    settings = load_settings(path, store=store)
    url = settings.trusted("store")
    with opened_ledger(path) as ledger, told_where(url, path, settings, ledger):
        done = _upkeep(url).migrate(path, settings, ledger)
        check_place(url, path, settings, ledger)
        with closing(store_at(url, path, settings, ledger.workspace)) as graph:
            told = bring_up_to_date(ledger, graph)
    return done + [f"{told} relationships in own words, with the direction that the ledger shows"] * bool(told)


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
    store_at(settings.store, folder, settings, ledger.workspace, new=not decided_runs(ledger)).close()
    return [f"migration {migration.version} ({migration.name})" for migration in lacking]


def _check_neo4j(folder: Path, settings: "Settings", ledger: "Ledger") -> "list[Finding]":
    from personagraph.doctor import neo4j_store

    with _server(settings) as server:
        return neo4j_store.findings(server, ledger.workspace, ledger.runs.applied())


def _migrate_neo4j(folder: Path, settings: "Settings", ledger: "Ledger") -> list[str]:
    from personagraph.stores.neo4j.schema import prepare, repair

    with _server(settings) as server:
        carried_out = prepare(server, ledger.workspace, new=not decided_runs(ledger))
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
    note: Callable[[str], None] = lambda text: None,
) -> "Contents | None":
    """Copy a workspace's whole graph to an empty store, and check that both hold the same; None when it was stopped.

    `to` and `source` (by default where the graph was last written, of which `note` hears when the settings name another
    store) are `sqlite`, `sqlite:FILE` or a Neo4j URL. The same call goes on with a copy that was interrupted. The
    workspace keeps its store. Raises ConfigError when both are one, or the source lacks what the ledger says, or is a
    server that only the ledger names; StoreError when the target is filled or the copy is not the same.
    """
    from personagraph.runs.lost import is_run
    from personagraph.storage.read_only import is_writable
    from personagraph.storage.writer_lock import writer
    from personagraph.stores.copy import copy

    path = Path(folder)
    settings = load_settings(path, store=store)
    _refuse_no_store("to", to)
    target = {"store_password": settings.target_password, "store_password_file": settings.target_password_file}
    theirs = settings.model_copy(update=target if settings.has("target_password") else {})
    # What cannot be written to needs no lock, and has no room for one.
    alone = writer(path) if is_writable(path / LEDGER) else nullcontext()
    with opened_ledger(path) as ledger, ExitStack() as opened:
        origin = source or _origin(path, settings, ledger, note)
        _refuse_no_store("from", origin)
        if are_one(place_of(origin, path), place_of(to, path)):
            raise ConfigError(f"{to} is where the graph is; --to names another store")
        opened.enter_context(alone)
        one = opened.enter_context(closing(open_store(origin, path, settings, ledger, new=False, option="--from")))
        other = opened.enter_context(closing(store_at(to, path, theirs, ledger.workspace)))
        return copy(
            one,
            other,
            [run for run in one.held().applied if is_run(run)],
            workspace=ledger.workspace,
            stopping=stopping,
            progress=lambda done, total: progress(Tick(done, total, 0, {})),
        )


def _refuse_no_store(option: str, url: str) -> None:
    if not url.startswith("sqlite:") and (fault := store_fault(url)):
        raise UsageError(f"--{option}: {fault}; a file is named as sqlite:FILE")


def _origin(folder: Path, settings: "Settings", ledger: "Ledger", note: Callable[[str], None]) -> str:
    """Where the graph was last written, or the store that is set, where it is the same or nothing is known.

    Raises ConfigError for a server that only the ledger names.
    """
    url = str(settings.trusted("store"))
    last = elsewhere(url, folder, settings, ledger)
    if not last:
        return url
    if not settings.lets_use("store", last):
        raise ConfigError(
            f"the graph of this workspace was last written to {told_place(last)}, by the word of its ledger alone, so"
            " nothing was asked there; name it with --from"
        )
    note(f"from {told_place(last)}, where the graph of this workspace was last written")
    return last
