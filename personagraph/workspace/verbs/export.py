"""The verbs that write the graph, or a part of it, for other tools."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from personagraph.graph.selection import Selection
from personagraph.workspace.options import strict_options
from personagraph.workspace.selection import SelectionOptions, part_of, selection_of

if TYPE_CHECKING:
    import networkx as nx

    from personagraph.exporting import Export, Owner
    from personagraph.graph.part import Part
    from personagraph.workspace.workspace import Workspace


@strict_options
def export(
    workspace: "Workspace", output: str | Path, *, format: str, **selection: Unpack[SelectionOptions]
) -> "Export":
    """Write the graph, or a part of it, for another tool, with a manifest beside it.

    `format` is one of `personagraph.exporting.FORMATS`; those of several files make a folder. A part comes with every
    relationship between its personas. Raises ConfigError where nobody is meant.
    """
    from personagraph.exporting import export

    chosen, part = _part(workspace, selection)
    return export(workspace.store, Path(output), format, chosen, owner=_owner(workspace), part=part)


@strict_options
def to_networkx(workspace: "Workspace", **selection: Unpack[SelectionOptions]) -> "nx.MultiDiGraph[str]":
    """The graph, or a part of it as in `export`, for networkx: nodes by id, edges by key, with all attributes."""
    from personagraph.exporting import to_networkx

    chosen, part = _part(workspace, selection)
    return to_networkx(workspace.store, chosen, part=part)


def _part(workspace: "Workspace", options: SelectionOptions) -> "tuple[Selection, Part | None]":
    """What is meant, and who that is; of a whole graph nobody is looked up."""
    chosen = selection_of(workspace, **options)
    return chosen, None if chosen == Selection() else part_of(workspace, chosen)


def _owner(workspace: "Workspace") -> "Owner":
    from personagraph.exporting import Owner
    from personagraph.text.search import indexed_words

    applied = {run.id: n for run in workspace.ledger.runs.all() if (n := workspace.store.applied(run.id))}
    return Owner(workspace.ledger.workspace, applied, indexed_words)
