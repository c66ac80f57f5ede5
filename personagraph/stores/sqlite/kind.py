"""The store in a file: `sqlite` is the one in the workspace's folder, `sqlite:FILE` another."""

from pathlib import Path

from personagraph.errors import NoGraphError
from personagraph.storage import workspace_files
from personagraph.storage.database import is_empty
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.kind import StoreKind, StoreOptions

GRAPH = workspace_files.GRAPH
"""The file in a workspace's folder."""


def place(url: str, folder: Path) -> Path:
    """The file that a URL stands for."""
    return Path(url.removeprefix("sqlite:")) if url.startswith("sqlite:") else folder / GRAPH


def _opened(options: StoreOptions) -> GraphStore:
    from personagraph.stores.sqlite.store import SQLiteStore

    file = place(options.url, options.folder)
    if not options.new and (gone := missing(file)):
        raise NoGraphError(f"{file} {gone}, and so holds no graph: it was lost, or the graph is in another store")
    return SQLiteStore.open(file, options.workspace)


def missing(file: Path) -> str:
    """What is said of a file that is not there, or holds nothing; empty for any other. Raises ConfigError as `look`."""
    if not workspace_files.look(file):
        return "is not there"
    return "is empty" if is_empty(file) else ""


def _owner(options: StoreOptions) -> str | None:
    from personagraph.stores.sqlite.store import owner_of

    file = place(options.url, options.folder)
    return None if missing(file) else owner_of(file)


KIND = StoreKind("SQLite", "sqlite", lambda url: url == "sqlite", _opened, place, inside=True, owner=_owner)
