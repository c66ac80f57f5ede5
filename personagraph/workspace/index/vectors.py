"""The vectors of a graph's descriptions by position, for who links personas: from files, whatever the store."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from personagraph.stores.vectors import FOLDER, FileVectors, bring_up_to_date
from personagraph.workspace.index.known import FEWEST

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.linking.people import Described
    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.meaning.nearest import Nearest
    from personagraph.types import Persona
    from personagraph.workspace.workspace import Workspace

APART = "linking"
"""The folder in the index for these vectors where searches by meaning have an encoder of their own."""
_CHUNK = 4096


def described(workspace: "Workspace", graph: "Snapshot", encoder: "Encoder") -> "Described":
    """The vectors by this encoder of everyone in `graph`, which is the workspace's, or the first of it by entry.

    The index on disk is brought up to date with the whole graph first, and read as far as it is asked. What is found
    near is the same for the same `graph` in every store, however many entered since: whoever did is taken out, or the
    index is made anew in memory where its lists would have been others; so it is for few, of whom nothing is kept.
    `workspace.note` hears where it cannot be kept.
    """
    from personagraph.linking.people import Described

    if workspace.store.size() < FEWEST:
        return Described(_made(workspace, graph, encoder), graph.ids)
    vectors = _files(workspace, encoder)

    def opened(*, whole: bool) -> "Described":
        bring_up_to_date(vectors, workspace.store, encoder, whole=whole, note=workspace.note)
        return Described(_first(workspace, vectors.index, graph, encoder), graph.ids)

    try:
        return opened(whole=False)
    except ValueError:
        # The index names others than the graph has: it was changed behind our back.
        return opened(whole=True)


def _files(workspace: "Workspace", encoder: "Encoder") -> FileVectors:
    """Those that `search --like` has, too, as long as both are by one encoder."""
    from personagraph.meaning.encoders import encoder_named, kind_of

    name: str = workspace.settings.trusted("encoder")
    shared = kind_of(name)[0].inside and encoder_named(name).name == encoder.name
    return FileVectors(workspace.folder / FOLDER if shared else workspace.folder / FOLDER / APART)


def _first(workspace: "Workspace", index: "Nearest", graph: "Snapshot", encoder: "Encoder") -> "Nearest":
    """The index as it was when only those of `graph` were there."""
    import numpy as np

    from personagraph.meaning.nearest.lists import due

    if len(index) == len(graph):
        return index
    if due(len(index)) == due(len(graph)):
        keys = index.keys()
        index.remove([key.decode() for key in keys[~np.isin(keys, graph.ids)].tolist()])
        return index
    return _made(workspace, graph, encoder)


def _made(workspace: "Workspace", graph: "Snapshot", encoder: "Encoder") -> "Nearest":
    """An index of those of `graph` alone, in memory."""
    from personagraph.meaning.nearest import Nearest

    made, people = Nearest(encoder.dims), workspace.store.scan_personas()
    for some in _chunks(islice(people, len(graph))):
        made.add([one.id for one in some], encoder.encode([one.description for one in some]))
    return made


def _chunks(people: Iterator["Persona"]) -> Iterator[list["Persona"]]:
    while some := list(islice(people, _CHUNK)):
        yield some
