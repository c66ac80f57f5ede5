"""Where ledgers and graphs are: what the name of a store stands for, and how a workspace's are opened."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

from personagraph.errors import ConfigError, NoGraphError
from personagraph.ledger import Ledger, Run
from personagraph.storage import workspace_files
from personagraph.stores import kind_of
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.kind import StoreOptions
from personagraph.stores.neo4j.connection import Address
from personagraph.stores.neo4j.waiting import Patience
from personagraph.stores.sqlite.kind import GRAPH, missing
from personagraph.workspace.settings import FILE, Settings

LEDGER = workspace_files.LEDGER
STORE_OPTIONS = "--store or PERSONAGRAPH_STORE"


@contextmanager
def opened_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a workspace whose graph is not opened. Raises ConfigError when the folder is none."""
    check_ledger(folder)
    with closing(Ledger(folder / LEDGER)) as ledger:
        yield ledger


def check_ledger(folder: Path) -> None:
    """Raises ConfigError when the folder is no workspace, or one that lost its ledger, or that is a link or no file."""
    if missing(folder / LEDGER):
        check_not_lost(folder)
        remedy = f"`personagraph init {folder}` makes it one"
        if (folder / FILE).is_file():
            remedy += (
                ", or, where its ledger was lost and its graph is in a server, `personagraph restore FROM` or"
                " `personagraph store accept` one again"
            )
        raise ConfigError(f"{folder} is no workspace; {remedy}")


def check_not_lost(folder: Path) -> None:
    """Raises ConfigError when a graph is in the folder, and its ledger is not."""
    gone = missing(folder / LEDGER)
    if gone and not missing(folder / GRAPH):
        raise ConfigError(
            f"{folder / LEDGER} {gone}, while the graph is there: the ledger was lost, with all that was paid for;"
            " put it back, with its -wal file where there was one, make the workspace anew from a backup"
            " (`personagraph restore FROM`), or go on without what is lost (`personagraph store accept`)"
        )


def place_of(url: str, folder: Path) -> object:
    """What a URL stands for: a file, the address of a server's database, or what else its kind of store has.

    Raises ConfigError for a URL that names no store.
    """
    return kind_of(url).place(url, folder)


def are_one(one: object, other: object) -> bool:
    """Whether both are the same file, or the same database of the same server, whatever they are called."""
    if isinstance(one, Path) and isinstance(other, Path):
        return one.exists() and other.exists() and one.samefile(other)
    if not (isinstance(one, Address) and isinstance(other, Address)):
        return one == other
    alike = (one.port, one.database.lower()) == (other.port, other.database.lower())
    return alike and not _hosts(one).isdisjoint(_hosts(other))


def open_store(
    url: str,
    folder: Path,
    settings: Settings,
    ledger: Ledger,
    patience: Patience | None = None,
    *,
    new: bool = True,
    named: str = STORE_OPTIONS,
) -> GraphStore:
    """The graph of the workspace at a URL; one is made if `new`, and nothing was decided that it would have to hold.

    Raises ConfigError for another's, or one that lacks what the ledger says it holds; `named` is what names another.
    """
    from personagraph.runs.projection import bring_up_to_date

    decided = decided_runs(ledger)
    with with_remedy(named):
        store = store_at(url, folder, settings, ledger.workspace, patience, new=new and not decided)
    if lacking := _lacking(store, decided):
        store.close()
        raise ConfigError(
            f"the store {url} does not hold {lacking} of {folder}: it is an older copy, or the graph of this workspace"
            f" is in another store; {_remedy(named)}"
        )
    with ExitStack() as undo:
        undo.callback(store.close)
        bring_up_to_date(ledger, store)
        undo.pop_all()
    return store


@contextmanager
def with_remedy(named: str = STORE_OPTIONS) -> Iterator[None]:
    """Adds to the error that a store holds no graph what can be done; `named` is what names another."""
    try:
        yield
    except NoGraphError as error:
        raise ConfigError(f"{error}; {_remedy(named)}") from error


def _remedy(named: str) -> str:
    return (
        f"name the store that it is in with {named}, or put it back: from a copy (`personagraph store copy --from`),"
        " from a backup (`personagraph restore FROM`), or built again from the ledger (`personagraph store rescue TO`)"
    )


def behind(ledger: Ledger, store: GraphStore, folder: Path) -> str:
    """Why nothing may be bought or written when the ledger lacks what its graph knows; empty when it does not."""
    from personagraph.runs.lost import loss

    # The graph first: what a run writes meanwhile is in the ledger before it is in the graph.
    held = store.held()
    if not (lost := loss(ledger, held)):
        return ""
    return (
        f"the ledger of {folder} is behind its graph: it lacks {lost.told}, which would be bought again; put its latest"
        " state back, with its -wal file where there was one, make the workspace anew from a backup"
        " (`personagraph restore FROM`), or go on without what is lost (`personagraph store accept`)"
    )


def decided_runs(ledger: Ledger) -> list[Run]:
    """The runs that decided anything, oldest first: without one, a workspace has no graph yet."""
    return [run for run in ledger.runs.all() if run.decided and run.status != "abandoned"]


def _lacking(store: GraphStore, decided: Sequence[Run]) -> str:
    """The first run of which the graph holds less than was decided."""
    from personagraph.runs.session import BATCH

    held = store.held().applied
    for run in decided:
        # A crash or a failing store can have kept one commit of the last run from being written.
        unwritten = BATCH if run is decided[-1] and run.status in ("running", "failed") else 0
        if (steps := held.get(run.id, 0)) < run.decided - unwritten:
            return f"run {run.id} ({steps} of {run.decided} steps)"
    return ""


def store_at(
    url: str, folder: Path, settings: Settings, workspace: str, patience: Patience | None = None, *, new: bool = True
) -> GraphStore:
    """The workspace's store at a URL; made when there is none, or, unless `new`, refused with ConfigError."""
    options = StoreOptions(url, folder, workspace, partial(store_password, settings, url), patience, new)
    return kind_of(url).open(options)


def store_password(settings: Settings, url: str) -> str:
    """The password of the server at a URL. Raises ConfigError when none is given."""
    password = settings.secret("store_password")
    if password is None:
        raise ConfigError(
            f"{url} needs the environment variable PERSONAGRAPH_STORE_PASSWORD, or"
            " PERSONAGRAPH_STORE_PASSWORD_FILE with the name of a file that holds the password"
        )
    return password


def _hosts(address: Address) -> set[str]:
    """The name of a server, and the numbers that it stands for."""
    name = address.host.strip("[]")
    try:
        return {name, *(str(found[4][0]) for found in socket.getaddrinfo(name, address.port))}
    except OSError:
        return {name}
