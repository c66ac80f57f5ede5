"""The verb that asks a graph in Neo4j in its own language."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.stores import kind_of
from personagraph.stores.neo4j.queries import CYPHER
from personagraph.text.files import STDIN, text_of
from personagraph.workspace.options import check_positive

if TYPE_CHECKING:
    from personagraph.stores.neo4j.query.user_query import QueryResult
    from personagraph.workspace.workspace import Workspace

WORTH_KNOWING = CYPHER / "worth_knowing"
LONGEST = 86_400
"""Seconds that a query may take, at most."""


def query(
    workspace: "Workspace",
    file: str | Path,
    parameters: Mapping[str, Any] = MappingProxyType({}),
    *,
    limit: int = 1000,
    seconds: float = 60.0,
) -> "QueryResult":
    """The first rows of the Cypher statement in a file, or of one in `cypher/worth_knowing` by its name.

    Raises StoreError for one that could do anything but read, or takes longer than `seconds`; UsageError for a name
    that no query has; InputError for no such file; ConfigError for a graph that is not in Neo4j.
    """
    statement = read_statement(file)
    check_positive(limit=limit)
    if not 0 < seconds <= LONGEST:
        raise UsageError(f"--timeout is {seconds:g}; it must be more than 0 seconds, at most {LONGEST} (a day)")
    kind = kind_of(workspace.settings.store)
    if not kind.cypher:
        raise ConfigError(
            f"a query in Cypher needs Neo4j, and the graph of {workspace.folder} is in {kind.name};"
            " `personagraph path`, `neighbours`, `search` and `coverage` ask it, or copy it into a Neo4j store"
        )
    from personagraph.stores.neo4j.store import Neo4jStore

    assert isinstance(workspace.store, Neo4jStore)
    return workspace.store.query(statement, parameters, limit=limit, seconds=seconds)


def read_statement(file: str | Path) -> str:
    """The text of a Cypher file, of `-`, or of the one of that name that comes with personagraph.

    Raises UsageError for a name that nothing has, InputError for a path to no file, or to one that is no text.
    """
    path = Path(file)
    if not os.path.lexists(path) and (known := WORTH_KNOWING / f"{path.name.removesuffix('.cypher')}.cypher").is_file():
        path = known
    if str(path) != STDIN and not os.path.lexists(path):
        known_names = ", ".join(sorted(known.stem for known in WORTH_KNOWING.glob("*.cypher")))
        if not path.suffix and path.name == str(file):
            raise UsageError(f"there is no query and no file {path.name!r}; these queries can be named: {known_names}")
        raise InputError(f"there is no such file; these queries can be named without one: {known_names}", path)
    text = text_of(path).strip()
    if not text.removesuffix(";").strip():
        raise InputError("it is empty; it must hold one Cypher statement", path)
    return text.removesuffix(";")
