"""The store in a file: `sqlite` is the one in the workspace's folder, `sqlite:FILE` another."""

from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.storage import workspace_files
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
    found = workspace_files.look(file)
    if not (options.new or (found and found.st_size)):
        raise ConfigError(f"{file} holds no graph: the graph is in another store; name that one")
    return SQLiteStore.open(file, options.workspace)


KIND = StoreKind("SQLite", "sqlite", lambda url: url == "sqlite", _opened, place, inside=True)
