"""The store in a database of a Neo4j server."""

import re
from importlib.util import find_spec

from personagraph.errors import ConfigError
from personagraph.stores.graph_store import GraphStore
from personagraph.stores.kind import StoreKind, StoreOptions
from personagraph.stores.neo4j.connection import address_of

_SERVER = re.compile(r"(neo4j|bolt)(\+s|\+ssc)?://[^\s\"'\\?#\x00-\x1f\x7f-\x9f]+")


def _opened(options: StoreOptions) -> GraphStore:
    address_of(options.url)
    if find_spec("neo4j") is None:
        raise ConfigError("a Neo4j store needs the package neo4j: pip install 'personagraph[neo4j]'")
    from personagraph.stores.neo4j.store import Neo4jStore

    return Neo4jStore.open(options.url, options.password(), options.workspace, options.patience, new=options.new)


KIND = StoreKind(
    "Neo4j",
    "neo4j://user@host:port/database (also bolt, and +s or +ssc for TLS)",
    lambda url: bool(_SERVER.fullmatch(url)),
    _opened,
    lambda url, folder: address_of(url),
    cypher=True,
)
