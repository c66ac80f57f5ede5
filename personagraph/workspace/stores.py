"""Where ledgers and graphs are: what the name of a store stands for, and how a workspace's are opened."""

import shlex
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from personagraph.errors import ConfigError, NoGraphError, StoreError
from personagraph.ledger import Ledger, Run
from personagraph.storage import workspace_files
from personagraph.storage.drives import refuse_lockless
from personagraph.stores import kind_of
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.kind import StoreOptions
from personagraph.stores.neo4j.connection import Address
from personagraph.stores.neo4j.waiting import Patience
from personagraph.stores.sqlite.kind import GRAPH, missing
from personagraph.workspace.settings import FILE, Settings, store_fault
from personagraph.workspace.trust import shown

LEDGER = workspace_files.LEDGER
OPTION = "--store"
_LAST = "graph"
"""The word under which a ledger remembers where its graph was last written."""
_SHOWN = 200
_LOOPBACK = ("127.0.0.1", "::1")
_ELSE_RESCUE = ", or, where it is lost, `personagraph store rescue TO` builds it again from the ledger"


@contextmanager
def opened_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a workspace whose graph is not opened. Raises ConfigError when the folder is none."""
    check_ledger(folder)
    with closing(Ledger(folder / LEDGER)) as ledger:
        yield ledger


def check_ledger(folder: Path) -> None:
    """Raises ConfigError when the folder is no workspace, or one that lost its ledger, or that is a link or no file.

    So it does for a drive on which no database can be looked into.
    """
    refuse_lockless(folder)
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
    option: str = OPTION,
) -> GraphStore:
    """The graph of the workspace at a URL; one is made if `new`, and nothing was decided that it would have to hold.

    Raises ConfigError for another's, or one that lacks what the ledger says it holds, and says where the graph was
    last written when that is elsewhere; `option` names another store.
    """
    from personagraph.runs.projection import bring_up_to_date

    new = new and not decided_runs(ledger)
    with told_where(url, folder, settings, ledger, option):
        store = store_at(url, folder, settings, ledger.workspace, patience, new=new)
    if lacking := _lacking(store, ledger):
        store.close()
        if last := elsewhere(url, folder, settings, ledger):
            raise ConfigError(_apart(last, url, settings, option, f"lacks {lacking}", _ELSE_RESCUE))
        raise ConfigError(
            f"the store {url} does not hold {lacking} of {folder}: it is an older copy, or the graph of this workspace"
            f" is in another store; {_remedy(option)}"
        )
    with ExitStack() as undo:
        undo.callback(store.close)
        bring_up_to_date(ledger, store)
        undo.pop_all()
    return store


@contextmanager
def told_where(url: str, folder: Path, settings: Settings, ledger: Ledger, option: str = OPTION) -> Iterator[None]:
    """Adds to an error of opening a store where the graph was last written, or what can be done without one."""
    try:
        yield
    except (ConfigError, StoreError) as error:
        if decided_runs(ledger) and (last := elsewhere(url, folder, settings, ledger)):
            gone = isinstance(error, NoGraphError)
            why = "holds no graph" if gone else f"cannot be used ({str(error).partition('; ')[0].rstrip('.')})"
            remedy = str(error).partition("; ")[2]
            more = f"; or {remedy}" if remedy and not gone else ""
            if gone and option == OPTION:
                more = f", `personagraph store copy --to {_typed(url)}` copies it there"
            kind = ConfigError if gone else type(error)
            raise kind(_apart(last, url, settings, option, why, more)) from error
        if isinstance(error, NoGraphError):
            raise ConfigError(f"{error}; {_remedy(option)}") from error
        raise


def check_place(url: str, folder: Path, settings: Settings, ledger: Ledger) -> None:
    """Raises ConfigError as `open_store` does when the graph was last written to another store than this one."""
    if decided_runs(ledger) and elsewhere(url, folder, settings, ledger):
        open_store(url, folder, settings, ledger, new=False).close()


def moving(url: str, folder: Path, settings: Settings, ledger: Ledger) -> str:
    """What to tell of a store that holds the whole graph, and is not where it was last written; empty where it is."""
    if not (decided_runs(ledger) and remembered_place(ledger)):
        return ""
    last = elsewhere(url, folder, settings, ledger)
    told = "holds all of it: what is written from now on is there alone"
    return last and f"{_where(last, url, settings, OPTION)}, which {told}"


def elsewhere(url: str, folder: Path, settings: Settings, ledger: Ledger) -> str:
    """Where the graph was last written, when that is another store than the one at the URL; empty where it is none.

    It is the ledger's word, which may be a stranger's: to be shown, and not to be connected to. Of an older version's
    ledger, which has none, it is the file in the folder if that holds all of the graph.
    """
    last = remembered_place(ledger)
    if not last and url != "sqlite":
        last = "sqlite" if _is_in_file(folder, settings, ledger) else ""
    return "" if not last or _is_told(place_of(last, folder), place_of(url, folder)) else last


def _is_in_file(folder: Path, settings: Settings, ledger: Ledger) -> bool:
    """Whether the file in the folder holds all of the graph."""
    with suppress(ConfigError, StoreError), ExitStack() as opened:
        store = store_at("sqlite", folder, settings, ledger.workspace, new=False)
        opened.callback(store.close)
        return not _lacking(store, ledger)
    return False


def remembered_place(ledger: Ledger) -> str:
    """The store that the ledger says its graph was last written to; empty where it names none."""
    told = ledger.remembered(_LAST)
    with suppress(ConfigError):
        if told and not store_fault(told):
            place_of(told, Path())
            return told
    return ""


def remember_place(ledger: Ledger, url: str) -> None:
    """Keep in the ledger that the graph is written to the store at this URL, which holds no password."""
    if ledger.remembered(_LAST) != url:
        ledger.remember(_LAST, url)


def _apart(last: str, url: str, settings: Settings, option: str, why: str, more: str) -> str:
    """That the graph was last written elsewhere than the store at the URL, and how to go on: always in these words."""
    return f"{_where(last, url, settings, option)}, which {why}; `{option} {_typed(last)}` goes on with it{more}"


def _where(last: str, url: str, settings: Settings, option: str) -> str:
    named = settings.whence("store") if option == OPTION else option
    return f"the graph of this workspace was last written to {told_place(last)}, and {named} names {shown(url)}"


def told_place(url: str) -> str:
    """A store for people, on one line."""
    return f"{GRAPH} (sqlite)" if url == "sqlite" else shown(url, most=_SHOWN)


def _typed(url: str) -> str:
    """A store as a word of a command line."""
    return shown(shlex.quote(url), most=_SHOWN)


def _remedy(option: str) -> str:
    named = f"{OPTION} or PERSONAGRAPH_STORE" if option == OPTION else option
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
    """The runs that decided anything, oldest first: without one, a workspace has no graph yet.

    Of a run that was given up only what the graph was seen to hold counts.
    """
    seen = ledger.runs.applied()
    return [run for run in ledger.runs.all() if run.decided and (run.status != "abandoned" or seen[run.id])]


def _lacking(store: GraphStore, ledger: Ledger) -> str:
    """The first run of which the graph holds less than was decided, or less than it was seen to hold."""
    from personagraph.runs.session import BATCH

    held, seen = store.held().applied, ledger.runs.applied()
    batch = max(BATCH, store.steps_at_once)
    for run in decided_runs(ledger):
        # A crash or a failing store can have kept one commit from being written; what was given up may never have been.
        unwritten = {"running": batch, "failed": batch, "abandoned": run.decided}.get(run.status, 0)
        if (steps := held.get(run.id, 0)) < max(seen[run.id], run.decided - unwritten):
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


def _is_told(told: object, place: object) -> bool:
    """Whether a store that only the ledger tells of is that one. Nobody is asked for the number of a name it tells."""
    if not (isinstance(told, Address) and isinstance(place, Address)):
        return told == place
    alike = (told.port, told.database.lower()) == (place.port, place.database.lower())
    name = told.host.strip("[]").lower()
    return alike and not _hosts(place).isdisjoint({name, *(_LOOPBACK if name == "localhost" else ())})


def _hosts(address: Address) -> set[str]:
    """The name of a server, and the numbers that it stands for."""
    name = address.host.strip("[]").lower()
    try:
        return {name, *(str(found[4][0]) for found in socket.getaddrinfo(name, address.port))}
    except OSError:
        return {name}
