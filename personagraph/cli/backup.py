"""The commands that keep a workspace safe: back it up, and make one from a backup."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from personagraph.cli.app import HERE, Folder, Json, LogJson, Store, answer, app
from personagraph.cli.options.model_runs import metered
from personagraph.cli.terminal import render
from personagraph.cli.terminal.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from personagraph.workspace.upkeep.backup import Backup


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A new folder, outside of the workspace.")],
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Write ledger, graph and settings as they are at one moment into a new folder, also while a run goes on.

    A graph in Neo4j is written as a SQLite file; no run may go on then. What `synthesize` wrote is not in it, but can
    be made again from the ledger.

    \b
    Example: personagraph backup ../my-graph-monday
    """
    from personagraph.workspace import backup_workspace

    try:
        with metered("pages") as (meter, stopping):
            made = backup_workspace(workspace, to, store=store, stopping=stopping, progress=meter)
    except KeyboardInterrupt:
        render.note("stopped; nothing was left behind")
        return INTERRUPTED
    answer(json, {"folder": str(to), **asdict(made)}, [f"{to}: {_held(made)}"])
    return 0


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.")],
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Make a workspace from a backup, which is checked first; its graph is in SQLite, or goes to an empty --store.

    \b
    Example: personagraph restore ../my-graph-monday --workspace my-graph-again
    """
    from personagraph.workspace import restore_workspace

    try:
        with metered("bytes") as (meter, stopping):
            found = restore_workspace(
                source, workspace, store=store, stopping=stopping, progress=meter, note=render.note
            )
    except KeyboardInterrupt:
        render.note("stopped; no workspace was made")
        return INTERRUPTED
    answer(json, {"workspace": str(workspace), **asdict(found)}, [f"{workspace}: {_held(found)}", f"of {found.made}"])
    return 0


def _held(found: "Backup") -> str:
    return ", ".join(f"{count} {name}" for name, count in found.counts.items())
