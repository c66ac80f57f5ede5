"""Where the graph is kept: SQLite in a file, or a Neo4j server."""

from personagraph.errors import ConfigError
from personagraph.stores.kind import StoreKind
from personagraph.stores.neo4j.connection import SCHEMES
from personagraph.stores.neo4j.kind import KIND as NEO4J
from personagraph.stores.sqlite.kind import KIND as SQLITE

STORES: dict[str, StoreKind] = {"sqlite": SQLITE, **dict.fromkeys(SCHEMES, NEO4J)}
"""By the scheme of the URL that `--store` takes: what stands before its first colon."""


def kind_of(url: str) -> StoreKind:
    """The kind of store that a URL names. Raises ConfigError, which does not show the URL."""
    kind = STORES.get(url.partition(":")[0])
    if kind is None:
        raise ConfigError(f"the store's URL names none; it can be {shapes()}")
    return kind


def fits(url: str) -> bool:
    """Whether a URL names a store in which a graph can be kept."""
    kind = STORES.get(url.partition(":")[0])
    return kind is not None and kind.fits(url)


def shapes() -> str:
    """What such a URL can be, for people."""
    return ", or ".join(dict.fromkeys(kind.shape for kind in STORES.values()))
