"""The commands that keep a store: check it, migrate it, copy it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from personagraph.cli.app import HERE, Folder, Json, LogJson, Store, answer, stores
from personagraph.cli.options.model_runs import metered
from personagraph.cli.tables.rescue import rescue_lines
from personagraph.cli.terminal import render
from personagraph.cli.terminal.exit_codes import INTERRUPTED


@stores.command("check")
def store_check(workspace: Folder = HERE, store: Store = None, json: Json = False) -> int:
    """Check the store's server, schema and indexes, whose it is, and that it holds what the ledger says."""
    from personagraph.workspace import check_store

    findings = check_store(workspace, store=store)
    fine = all(finding.ok for finding in findings)
    answer(json, {"ok": fine, "findings": [asdict(finding) for finding in findings]}, render.finding_lines(findings))
    return 0 if fine else 1


@stores.command("rescue")
def store_rescue(
    to: Annotated[Path, typer.Argument(help="A new folder, outside of the damaged workspace.")],
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Save what can be read of a damaged workspace into a new one, and say what is missing; the old one stays as it is.

    The graph is made from the ledger, in SQLite; so this also brings back a graph that was deleted.

    \b
    Example: personagraph store rescue ../my-graph-again
    """
    from personagraph.workspace import rescue_workspace

    try:
        with metered("pages") as (meter, stopping):
            found = rescue_workspace(workspace, to, store=store, stopping=stopping, progress=meter)
    except KeyboardInterrupt:
        render.note("stopped; nothing was left behind")
        return INTERRUPTED
    answer(json, {"folder": str(to), **found.to_json()}, rescue_lines(to, found))
    return 0


@stores.command("migrate")
def store_migrate(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Bring the store's schema up to date, and make indexes and constraints that were dropped again."""
    from personagraph.workspace import migrate_store

    done = migrate_store(workspace, store=store)
    answer(json, {"done": done}, done or ["nothing to do: the schema is up to date"])


@stores.command("accept")
def store_accept(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Go on with a ledger that lost its latest part, or with a new one where it was lost: what is lost is bought again.

    Until then nothing that spends or writes is done. What the graph tells of the lost runs is entered in the ledger;
    they are marked as lost in `runs list`, and cannot be resumed. To have it back, put the latest ledger back instead.
    """
    from personagraph.workspace import accept_loss

    lost = accept_loss(workspace, store=store)
    lines = [
        f"accepted: the ledger lacks {lost}",
        "`personagraph runs list` shows the runs as lost; what a new run asks of it is bought again",
    ]
    answer(json, {"lost": lost}, lines if lost else ["nothing to accept: the ledger is not behind its graph"])


@stores.command("copy")
def store_copy(
    to: Annotated[str, typer.Option(help="sqlite, sqlite:FILE, or neo4j://user@host:port/database; empty.")],
    source: Annotated[
        str | None, typer.Option("--from", help="The same.  [default: where the graph was last written]")
    ] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Copy the whole graph to another store, and check that it arrived; interrupted, the same command goes on.

    The password of a second server is in PERSONAGRAPH_TARGET_PASSWORD (or the file that
    PERSONAGRAPH_TARGET_PASSWORD_FILE names), unless it is that of the first. A graph that was lost comes back from a
    copy with --from.

    \b
    Example: personagraph store copy --to neo4j://neo4j@localhost:7687
    Example: personagraph store copy --to sqlite:backup.sqlite3
    """
    from personagraph.workspace import copy_store

    with metered("rows") as (meter, stopping):
        done = copy_store(
            workspace, to, source=source, store=store, stopping=stopping, progress=meter, note=render.note
        )
    if done is None:
        render.note("the same command goes on where this one stopped")
        return INTERRUPTED
    lines = [
        f"{to}: {done.personas} personas, {done.relationships} relationships, {done.sources} sources,"
        f" {done.merges} merges",
        f"both hold the same: {done.hash}",
        f"to work with it, name it with --store or PERSONAGRAPH_STORE, or set store = "
        f'"{to}" in {workspace / "personagraph.toml"}, and confirm it: personagraph trust'
        if not to.startswith("sqlite:")
        else f'to work with it, move it to {workspace / "graph.sqlite3"}, and set store = "sqlite" beside it',
    ]
    answer(json, {"to": to, **asdict(done)}, lines)
    return 0
