"""Makes a Neo4j database the graph of one workspace, and brings its schema up to date.

Two clients may do so at once: each statement of a migration does nothing the second time, and one that loses a race
is tried again; a migration is recorded under a unique version, together with whose the database is.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from personagraph.errors import ConfigError, NoGraphError
from personagraph.storage.migrations import Migration, load_migrations, pending
from personagraph.stores.neo4j.connection import FIRST_SECONDS, Server, Transaction
from personagraph.stores.neo4j.queries import CYPHER

_RULE = re.compile(
    r"^CREATE (?:FULLTEXT )?(?P<kind>CONSTRAINT|INDEX) (?P<name>\w+) IF NOT EXISTS"
    r" FOR (?:\(\)-\[)?\(?\w+:(?P<label>\w+)[^.]*?(?:REQUIRE|ON)[^.\n]*?\w+\.(?P<property>\w+)",
    re.MULTILINE,
)


class SchemaRule(NamedTuple):
    """An index or a constraint, as a migration names it; `label` and `property` are what a constraint holds for."""

    name: str
    constraint: bool
    label: str
    property: str


def prepare(server: Server, workspace: str, *, new: bool = True) -> list[Migration]:
    """Creates or migrates the schema, and makes sure that the database is the workspace's; what it carried out.

    Raises ConfigError when it holds something else, or nothing, unless `new`; SchemaVersionError when it is newer, or
    altered. What is refused stays as it was.
    """
    carried_out = due(server, workspace)
    if not new and carried_out == load_migrations(CYPHER / "schema"):
        raise NoGraphError(f"{server.address} holds no graph: the graph is in another store")
    for migration in carried_out:
        for statement in _statements(migration.text):
            server.change_schema(statement)
        owner = server.write(partial(_record, migration=migration, workspace=workspace))
        refuse_another(server, owner, workspace)
    # An index that was just made, or not yet rebuilt after a crash of the server, cannot be searched for a moment.
    server.read("read/await_indexes")
    return carried_out


def due(server: Server, workspace: str) -> list[Migration]:
    """The migrations that the database lacks; changes nothing. Raises as `prepare` does."""
    [(owner, recorded, filled)] = server.answer(FIRST_SECONDS, lambda: list(server.stream("read/database_state")))
    if owner is None and filled:
        raise ConfigError(
            f"{server.address} holds data that is not a graph of personagraph: name an empty database, or empty this"
            " one."
        )
    refuse_another(server, owner or workspace, workspace)
    done = [Migration(*row) for row in recorded]
    return pending(load_migrations(CYPHER / "schema"), done, database=str(server.address))


def newest() -> int:
    """The schema version that this version of personagraph makes."""
    return load_migrations(CYPHER / "schema")[-1].version


def missing(server: Server) -> list[SchemaRule]:
    """The indexes and constraints of the migrations that the database lacks, whoever dropped them.

    A constraint may have another name; an index is asked by its own.
    """
    indexes = {name for name, _ in server.read("read/indexes")}
    held = {(label, *properties) for label, properties in server.read("read/constraints")}
    return [r for r in rules() if ((r.label, r.property) not in held if r.constraint else r.name not in indexes)]


def repair(server: Server) -> list[SchemaRule]:
    """Makes the indexes and constraints that are missing again; which they were."""
    gone = missing(server)
    names = {rule.name for rule in gone}
    for migration in load_migrations(CYPHER / "schema"):
        for statement in _statements(migration.text):
            if names & {rule["name"] for rule in _RULE.finditer(statement)}:
                server.change_schema(statement)
    if gone:
        server.read("read/await_indexes")
    return gone


def rules() -> list[SchemaRule]:
    """Every index and constraint that the migrations make, in their order."""
    text = "\n".join(migration.text for migration in load_migrations(CYPHER / "schema"))
    return [SchemaRule(m["name"], m["kind"] == "CONSTRAINT", m["label"], m["property"]) for m in _RULE.finditer(text)]


def refuse_another(server: Server, owner: str | None, workspace: str) -> None:
    """Raises ConfigError unless the owner is this workspace."""
    if owner != workspace:
        raise ConfigError(
            f"{server.address} is the graph of workspace {owner}, not of {workspace}: keep a graph and its ledger"
            f" together; name another database, put the ledger of {owner} there, or, when it is lost, have one made for"
            " this graph, in an empty folder, with `personagraph store accept --workspace FOLDER --store URL`"
        )


def _record(transaction: Transaction, migration: Migration, workspace: str) -> str:
    """Claims the database unless it has an owner, and enters the migration; the owner."""
    version, name, checksum, _ = migration
    [(owner,)] = transaction.rows("write/claim", workspace=workspace)
    transaction.rows("write/migration", version=version, name=name, checksum=checksum)
    return str(owner)


def _statements(script: str) -> Iterator[str]:
    """The statements of a file: each ends with a semicolon at the end of a line."""
    return (statement for part in script.split(";\n") if (statement := part.strip()))
