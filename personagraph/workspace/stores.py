"""Where ledgers and graphs are: what the name of a store stands for, and how a workspace's are opened."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.storage import workspace_files
from personagraph.stores import kind_of
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.kind import StoreOptions
from personagraph.stores.neo4j.connection import Address
from personagraph.stores.neo4j.waiting import Patience
from personagraph.workspace.settings import Settings

LEDGER = workspace_files.LEDGER


@contextmanager
def opened_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a workspace whose graph is not opened. Raises ConfigError when the folder is none."""
    check_ledger(folder)
    with closing(Ledger(folder / LEDGER)) as ledger:
        yield ledger


def check_ledger(folder: Path) -> None:
    """Raises ConfigError when the folder is no workspace, or its ledger is a link or no file."""
    if not workspace_files.look(folder / LEDGER):
        raise ConfigError(f"{folder} is no workspace; `personagraph init {folder}` makes it one")


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
    named: str = "--store or PERSONAGRAPH_STORE",
) -> GraphStore:
    """The graph of the workspace at a URL; one is made if `new`, and nothing was decided that it would have to hold.

    Raises ConfigError for another's, or one that lacks what the ledger says it holds; `named` is what names another.
    """
    from personagraph.runs.session import BATCH

    last = last_decided(ledger)
    # A crash or a failing store can have kept one commit of a run from being written.
    unwritten = BATCH if last is not None and last.status in ("running", "failed") else 0
    store = store_at(url, folder, settings, ledger.workspace, patience, new=new and last is None)
    if last is not None and store.applied(last.id) < last.decided - unwritten:
        store.close()
        raise ConfigError(
            f"the store {url} does not hold run {last.id} of {folder}: the graph of this workspace is in another"
            f" store; name that one with {named}"
        )
    return store


def last_decided(ledger: Ledger) -> Run | None:
    """The last run that decided anything: without one, a workspace has no graph yet."""
    return next((run for run in reversed(ledger.runs.all()) if run.decided and run.status != "abandoned"), None)


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
