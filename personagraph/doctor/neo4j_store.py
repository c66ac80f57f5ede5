"""Examines a Neo4j database that is the store of a workspace; changes nothing."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from personagraph.doctor.finding import Finding, failed
from personagraph.doctor.sqlite_store import applied
from personagraph.errors import ConfigError, SchemaVersionError

if TYPE_CHECKING:
    from personagraph.stores.neo4j.connection import Server

SUPPORTED = re.compile(r"5\.26\.|2026\.")
_MIGRATE = "`personagraph store migrate` carries them out"


def findings(server: "Server", workspace: str, runs: Mapping[str, int]) -> list[Finding]:
    """The server, whose database it is, its schema, and whether it holds what the ledger says; `runs` as there.

    Raises StoreUnavailableError when the server cannot be reached, does not let the user in, or lacks the database.
    """
    found = [_server(server), _schema_version(server, workspace)]
    if not found[-1].ok:
        return found
    found += [*_rules(server), Finding("workspace", True, f"it is that of this one, {workspace}")]
    [(personas, sources, merges)] = server.read("read/counts")
    relationships = sum(count for _, count in server.read("read/count_by_type"))
    counted = f"{personas} personas, {relationships} relationships, {sources} sources, {merges} merges"
    return [*found, Finding("counts", True, counted), applied(runs, dict(server.read("read/runs")))]


def _server(server: "Server") -> Finding:
    [(version, edition)] = server.read("read/server")
    told = f"{server.address} answers: Neo4j {version}, {edition} edition"
    if SUPPORTED.match(version):
        return Finding("server", True, told)
    return Finding("server", False, told, "5.26 (LTS) and 2026.x are supported; install one of these")


def _schema_version(server: "Server", workspace: str) -> Finding:
    from personagraph.stores.neo4j.schema import due, newest

    try:
        lacking = due(server, workspace)
    except (ConfigError, SchemaVersionError) as error:
        return failed("schema", error)
    if lacking:
        return Finding(
            "schema", False, f"migrations {', '.join(str(m.version) for m in lacking)} are missing", _MIGRATE
        )
    return Finding("schema", True, f"version {newest()}, as it was made")


def _rules(server: "Server") -> list[Finding]:
    from personagraph.stores.neo4j.schema import missing, rules

    gone = [rule.name for rule in missing(server)]
    offline = [f"{name} is {state}" for name, state in sorted(server.read("read/indexes")) if state != "ONLINE"]
    found = []
    if gone:
        found.append(Finding("rules", False, f"missing: {', '.join(gone)}", "`personagraph store migrate` makes them"))
    if offline:
        remedy = "wait while one is POPULATING; drop one that FAILED, then `personagraph store migrate` makes it again"
        found.append(Finding("rules", False, ", ".join(offline), remedy))
    constraints = sum(rule.constraint for rule in rules())
    told = f"{constraints} constraints and {len(rules()) - constraints} indexes are there and online"
    return found or [Finding("rules", True, told)]
