"""The clusters of a graph's descriptions, for a policy that asks by them."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.ledger import Run
    from personagraph.workspace.workspace import Workspace

MOST: Final = 20_000
"""Personas whose descriptions are read for it, at most: a run should not wait long for its first call."""


def clusters_before(
    workspace: "Workspace", run: "Run", *, seed: int
) -> "tuple[NDArray[np.int32], NDArray[np.int64]] | None":
    """The cluster of everyone whom the run began with, by position, -1 for who came in by it; two who stand for each.

    By the encoder that comes with the package: a run that goes on has the same, whatever the settings. Reads and
    encodes the descriptions; None where they are more than MOST, or nobody's.
    """
    import numpy as np

    from personagraph.meaning.encoders import encoder_named
    from personagraph.meaning.groups.clusters import clusters_of
    from personagraph.stores.rows import persona_columns

    graph = workspace.snapshot()
    own = [code for code, name in enumerate(graph.runs.names) if name == run.id]
    there = np.flatnonzero(~np.isin(graph.runs.codes, own))
    if not 0 < len(there) <= MOST:
        return None
    encoder, text_at = encoder_named("static"), persona_columns().index("description")
    pages = workspace.store.persona_pages(graph.ids_of(there))
    found = clusters_of(
        np.concatenate([encoder.encode(page[text_at]) for page in pages]), rng=np.random.default_rng(seed), exemplars=2
    )
    labels = np.full(len(graph), -1, np.int32)
    labels[there] = found.labels
    return labels, np.where(found.exemplars < 0, -1, there[found.exemplars])
