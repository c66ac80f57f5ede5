"""The descriptions of a graph as vectors, in the order of the graph."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from personagraph.workspace.verbs.explore import encoding

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.workspace.workspace import Workspace


def vectors_of(workspace: "Workspace", graph: "Snapshot") -> tuple[str, list[str], NDArray[np.float32]]:
    """The name of the encoder of the settings, everyone's description, and the vectors of these (n, dims).

    Reads all descriptions; a paid encoder spends at most what nobody is asked about. Raises ConfigError when something
    that it needs is missing.
    """
    from personagraph.stores.rows import persona_columns

    text_at = persona_columns().index("description")
    texts: list[str] = []
    with encoding(workspace, workspace.note) as encoder:
        parts = [np.zeros((0, encoder.dims), np.float32)]
        for page in workspace.store.persona_pages(graph.ids_of(np.arange(len(graph)))):
            texts += page[text_at]
            parts.append(encoder.encode(page[text_at]))
        name = encoder.name
    return name, texts, np.concatenate(parts)
