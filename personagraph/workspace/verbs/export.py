"""The verbs that take something out of the graph: samples of personas, exports."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from personagraph.errors import UsageError
from personagraph.types import Persona
from personagraph.workspace.options import check_positive
from personagraph.workspace.verbs.explore import check_types, resolve

if TYPE_CHECKING:
    import networkx as nx

    from personagraph.exporting import Export, Owner
    from personagraph.graph.selection import Selection
    from personagraph.workspace.workspace import Workspace


def sample(
    workspace: "Workspace",
    sampler: str = "random",
    *,
    n: int,
    around: str | None = None,
    hops: int | None = None,
    seed: int = 0,
) -> list[Persona]:
    """`n` personas that a sampler draws, in its order; fewer when there are no more.

    `sampler` is one of `personagraph.graph.sampling.SAMPLERS`; `around` (a persona) and `hops` go to those that take
    them. Walks the whole graph.
    """
    from personagraph.graph.sampling import sample

    centre = resolve(workspace, around).id if around else None
    ids = sample(workspace.snapshot(), n, sampler, rng=Random(seed), around=centre, hops=hops)
    return workspace.store.personas(ids)


def export(
    workspace: "Workspace",
    output: str | Path,
    *,
    format: str,
    around: str | None = None,
    hops: int | None = None,
    types: Sequence[str] = (),
    ids: Sequence[str] | None = None,
) -> "Export":
    """Write the graph, or a part of it, for another tool, with a manifest beside it.

    `format` is one of `personagraph.exporting.FORMATS`; those of several files make a folder.

    A part is what lies within `hops` (1) of a persona (`around`), relationships of some types with their ends, or
    some personas by their ids, with every relationship between them.
    """
    from personagraph.exporting import export

    return export(
        workspace.store, Path(output), format, _selection(workspace, around, hops, types, ids), owner=_owner(workspace)
    )


def to_networkx(
    workspace: "Workspace",
    *,
    around: str | None = None,
    hops: int | None = None,
    types: Sequence[str] = (),
    ids: Sequence[str] | None = None,
) -> "nx.MultiDiGraph[str]":
    """The graph, or a part of it as in `export`, for networkx: nodes by id, edges by key, with all attributes."""
    from personagraph.exporting import to_networkx

    return to_networkx(workspace.store, _selection(workspace, around, hops, types, ids))


def _owner(workspace: "Workspace") -> "Owner":
    from personagraph.exporting import Owner
    from personagraph.text.search import indexed_words

    applied = {run.id: n for run in workspace.ledger.runs.all() if (n := workspace.store.applied(run.id))}
    return Owner(workspace.ledger.workspace, applied, indexed_words)


def _selection(
    workspace: "Workspace", around: str | None, hops: int | None, types: Sequence[str], ids: Sequence[str] | None
) -> "Selection":
    from personagraph.graph.selection import Selection

    check_positive(hops=hops)
    check_types(types)
    if hops is not None and not around:
        raise UsageError("--hops counts from a persona; name one with --around")
    centre = resolve(workspace, around).id if around else None
    return Selection(centre, hops or 1, tuple(types), None if ids is None else tuple(ids))
