"""The store in a database of a Neo4j server."""

import re
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from personagraph.errors import ConfigError
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.kind import StoreKind, StoreOptions
from personagraph.stores.neo4j.connection import address_of

if TYPE_CHECKING:
    from personagraph.stores.vectors import VectorIndex

_SERVER = re.compile(r"(neo4j|bolt)(\+s|\+ssc)?://[^\s\"'\\?#\x00-\x1f\x7f-\x9f]+")


def _opened(options: StoreOptions) -> GraphStore:
    _check(options.url)
    from personagraph.stores.neo4j.store import Neo4jStore

    return Neo4jStore.open(options.url, options.password(), options.workspace, options.patience, new=options.new)


def _owner(options: StoreOptions) -> str | None:
    _check(options.url)
    from personagraph.stores.neo4j.connection import Server

    with closing(Server(address_of(options.url), options.password())) as server:
        found = server.read("read/owner")
    return str(found[0][0]) if found else None


def _vectors(store: GraphStore, folder: Path) -> "VectorIndex":
    from personagraph.stores.neo4j.store import Neo4jStore

    return cast(Neo4jStore, store).vectors()


def _check(url: str) -> None:
    """Raises ConfigError for a URL that names no server, or when the driver is missing."""
    address_of(url)
    if find_spec("neo4j") is None:
        raise ConfigError("a Neo4j store needs the package neo4j: pip install 'personagraph[neo4j]'")


KIND = StoreKind(
    "Neo4j",
    "neo4j://user@host:port/database (also bolt, and +s or +ssc for TLS)",
    lambda url: bool(_SERVER.fullmatch(url)),
    _opened,
    lambda url, folder: address_of(url),
    cypher=True,
    owner=_owner,
    vectors=_vectors,
)
