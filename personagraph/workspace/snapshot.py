"""The graph of a workspace as arrays, for whoever looks at all of it: read once, and again when a run has written."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.workspace.workspace import Workspace


def snapshot(workspace: "Workspace") -> "Snapshot":
    """The whole graph as it is now, in arrays that nobody may change; the same object as long as nothing is written."""
    applied = workspace.store.held().applied
    if workspace.whole is None or workspace.whole[0] != applied:
        workspace.whole = applied, workspace.store.snapshot()
    return workspace.whole[1]
