"""What every kind of store is: how a URL names one, what opens it, and what is to be known of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.stores.graph_store import GraphStore

if TYPE_CHECKING:
    from personagraph.stores.neo4j.waiting import Patience
    from personagraph.stores.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """Which store is wanted: at which URL, of the workspace with this folder and id.

    `password` gives that of the server, or raises ConfigError when there is none. `patience` says how long a server
    that went away is waited for. Unless it may be `new`, a store that holds no graph is refused with ConfigError.
    """

    url: str
    folder: Path
    workspace: str
    password: Callable[[], str]
    patience: "Patience | None" = None
    new: bool = True


def _in_files(store: GraphStore, folder: Path) -> "VectorIndex":
    from personagraph.stores.vectors import FOLDER, FileVectors

    return FileVectors(folder / FOLDER)


@dataclass(frozen=True, slots=True)
class StoreKind:
    """A kind of store as it is registered.

    `name` is what it is called, `shape` how a URL names one, for people; `fits` says whether a URL does. `open` opens
    one, and makes it when there is none. `place` is where the graph of a URL is, in a workspace's folder: two URLs with
    one place are one store. `cypher` says whether it can be asked in Cypher, `inside` that it is in the workspace's own
    folder, and nowhere else. `owner` says which workspace the one that is there belongs to, or None; the options'
    workspace does not matter to it. `vectors` gives where the vectors of a graph's descriptions are kept: in the folder
    of its workspace, or by the store itself.
    """

    name: str
    shape: str
    fits: Callable[[str], bool]
    open: Callable[[StoreOptions], GraphStore]
    place: Callable[[str, Path], object]
    cypher: bool = False
    inside: bool = False
    owner: Callable[[StoreOptions], str | None] = lambda options: None
    vectors: "Callable[[GraphStore, Path], VectorIndex]" = _in_files
