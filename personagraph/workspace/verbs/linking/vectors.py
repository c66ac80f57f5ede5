"""The vectors of the people of a graph, by their positions."""

from typing import TYPE_CHECKING

from personagraph.workspace.verbs.linking.beginning import encode_with_static

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.linking.people import Described
    from personagraph.workspace.workspace import Workspace


def described_of(workspace: "Workspace", graph: "Snapshot") -> "Described":
    """The vectors of everybody in a graph."""
    import numpy as np

    from personagraph.linking.people import Described
    from personagraph.meaning.nearest import Nearest
    from personagraph.stores.rows import persona_columns

    encode, text_at = encode_with_static(), persona_columns().index("description")
    ids, index = graph.ids_of(np.arange(len(graph))), None
    for page in workspace.store.persona_pages(ids):
        vectors = encode(page[text_at])
        index = index or Nearest(vectors.shape[1])
        index.add([id for id in page[0]], vectors)
    return Described(index or Nearest(0), graph.ids)
