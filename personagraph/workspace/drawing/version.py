"""Which graph something was drawn from: how many steps it held of each run that grows it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from personagraph.workspace.run_settings import only_reads

if TYPE_CHECKING:
    from personagraph.workspace.workspace import Workspace


def graph_of(workspace: "Workspace") -> dict[str, int]:
    """The graph as it is now."""
    grew = {run.id for run in workspace.ledger.runs.all() if not only_reads(run.work)}
    return {run: n for run, n in workspace.store.held().applied.items() if run in grew}


def changes(then: Mapping[str, Any], now: Mapping[str, int]) -> str:
    """What a graph holds by now that it did not hold then, in words; empty where that is nothing."""
    return ", ".join(f"{n} steps of {run}, not {then.get(run, 0)}" for run, n in now.items() if n != then.get(run))
