"""Makes a Neo4j database the graph of one workspace, and brings its schema up to date."""

from collections.abc import Iterator
from functools import partial

from personagraph.errors import ConfigError
from personagraph.migrations import Migration, load_migrations, pending
from personagraph.queries import CYPHER
from personagraph.stores.neo4j_connection import Server, Transaction


def prepare(server: Server, workspace: str) -> None:
    """Creates or migrates the schema, and makes sure that the database is the workspace's.

    Raises ConfigError when it holds something else, SchemaVersionError when it is newer.
    """
    [(owner, recorded, filled)] = server.stream("read/database_state")
    if owner is None and filled:
        raise ConfigError(
            f"{server.address} holds data that is not a graph of personagraph: name an empty database, or empty this"
            " one."
        )
    refuse_another(server, owner or workspace, workspace)
    done = [Migration(*row) for row in recorded]
    for migration in pending(load_migrations(CYPHER / "schema"), done, database=str(server.address)):
        for statement in _statements(migration.text):
            server.change_schema(statement)
        owner = server.write(partial(_record, migration=migration, workspace=workspace))
        refuse_another(server, owner, workspace)
    # An index that was just made, or not yet rebuilt after a crash of the server, cannot be searched for a moment.
    server.read("read/await_indexes")


def refuse_another(server: Server, owner: str | None, workspace: str) -> None:
    """Raises ConfigError unless the owner is this workspace."""
    if owner != workspace:
        raise ConfigError(
            f"{server.address} is the graph of workspace {owner}, not of {workspace}: keep a graph and its ledger"
            " together."
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
