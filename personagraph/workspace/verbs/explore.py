"""The verbs that ask the graph, and change nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, PersonaNotFoundError, UsageError
from personagraph.stores.graph_store import Neighbour
from personagraph.stores.routes import Routes
from personagraph.types import Path, Paths, Persona, Relationship, Source, SourceLink, Stats
from personagraph.vocabulary.cells import cell_named
from personagraph.vocabulary.relationships import TYPES
from personagraph.workspace.options import check_known, check_positive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.paths.apart import Apart
    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.stores.vectors import VectorIndex
    from personagraph.workspace.workspace import Workspace

EVERYONE = 2**31 - 1
MOST_ALIKE = 1000
"""How many are looked for whose descriptions mean what a text means, at most."""
End = str | Sequence[Persona]
"""One persona by its name, or a group."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Personas with the cosine of their description to a text, best first, by the encoder of this name.

    `unread` is how many descriptions it cannot read: they were not compared.
    """

    encoder: str
    personas: tuple[tuple[Persona, float], ...]
    unread: int


def resolve(workspace: "Workspace", name: str) -> Persona:
    """The persona with this id, prefix of an id, or description that a search finds alone.

    Raises PersonaNotFoundError; when several fit, it lists them.
    """
    ids = workspace.store.ids_with_prefix(name.lower()) if name else []
    found = workspace.store.personas(ids) if ids else workspace.store.search(name)
    if not found:
        raise PersonaNotFoundError(f"nobody is named by {name!r}; `personagraph search` finds personas by words")
    if len(found) > 1:
        listed = "\n".join(f"  {p.id[:12]}  {p.description}" for p in found)
        raise PersonaNotFoundError(f"{name!r} names more than one persona; name one by its id:\n{listed}")
    return found[0]


def stats(workspace: "Workspace") -> Stats:
    """Counts of the whole graph."""
    from personagraph.graph.counts import by_depth, by_type

    whole, size = workspace.snapshot(), workspace.store.size
    counts = len(whole), len(whole.sources), size("sources"), size("merges")
    return Stats(*counts, by_depth(whole), by_type(whole))


def components(workspace: "Workspace") -> int:
    """How many connected components the graph has, whatever the direction; a lone persona is one."""
    from personagraph.graph.traversal import components

    return components(workspace.snapshot())


def search(workspace: "Workspace", text: str, *, limit: int = 10) -> list[Persona]:
    """Personas whose description has every word of the text."""
    check_positive(limit=limit)
    return workspace.store.search(text, limit=limit)


def like(
    workspace: "Workspace", text: str, *, limit: int = 10, note: Callable[[str], None] = lambda text: None
) -> Alike:
    """The personas whose description means most nearly what the text means, then by entry.

    Descriptions that have no vector yet get one first, from the encoder of the settings; one that is paid for spends at
    most what nobody is asked about. `note` hears when the vectors cannot be kept. Raises UsageError for a text that it
    cannot read, ConfigError when something that it needs is missing.
    """
    from personagraph.stores import kind_of
    from personagraph.stores.vectors import bring_up_to_date

    check_positive(limit=limit)
    if limit > MOST_ALIKE:
        raise UsageError(f"--limit is {limit}; with --like it must be at most {MOST_ALIKE}")
    vectors = kind_of(workspace.settings.store).vectors(workspace.store, workspace.folder)
    with encoding(workspace, note) as encoder:
        vector = encoder.encode([text])[0]
        if not vector.any():
            raise UsageError(
                f"--like: the encoder {encoder.name} cannot read {shorten(text, 40)!r}; say it in a language that it"
                " reads, or name another one in the setting encoder"
            )
        seen = bring_up_to_date(vectors, workspace.store, encoder, note=note)
        try:
            ranked = _nearest(workspace, vectors, vector, min(seen.count, 2 * limit + 10))
        except PersonaNotFoundError:
            # The index names somebody whom the graph does not have: it was changed behind our back.
            seen = bring_up_to_date(vectors, workspace.store, encoder, whole=True, note=note)
            ranked = _nearest(workspace, vectors, vector, min(seen.count, 2 * limit + 10))
    return Alike(encoder.name, tuple(ranked[:limit]), seen.unread)


def _nearest(
    workspace: "Workspace", vectors: "VectorIndex", vector: "NDArray[np.float32]", k: int
) -> list[tuple[Persona, float]]:
    """The `k` nearest with their cosines, best first, then by entry: ask for some more than are told."""
    found = dict(vectors.nearest(vector, k) if k else ())
    people = sorted(workspace.store.personas(list(found)), key=lambda p: (-found[p.id], p.entry, p.id))
    return [(persona, found[persona.id]) for persona in people]


def show(
    workspace: "Workspace", name: str
) -> tuple[Persona, list[tuple[Relationship, Persona]], list[tuple[Source, SourceLink]]]:
    """A persona, each of its relationships with the persona at the other end, and the texts it comes from."""
    persona = resolve(workspace, name)
    ties = workspace.store.relationships_at([persona.id])
    others = workspace.store.personas([r.target if r.source == persona.id else r.source for r in ties])
    return persona, list(zip(ties, others, strict=True)), workspace.store.source_links(personas=[persona.id])


def group(workspace: "Workspace", *, cell: str | None = None, search: str | None = None) -> list[Persona]:
    """Who is in a cell, has all these words in the description, or both; in order of entry.

    `cell` is of the form activity=agriculture,region=south_asia. Raises UsageError for a cell that there is not,
    ConfigError when nobody is in the group.
    """
    wanted = cell_named(cell) if cell is not None else {}
    if search is None:
        found = workspace.store.in_cell(wanted)
    else:
        everyone = sorted(workspace.store.search(search, limit=EVERYONE), key=lambda p: (p.entry, p.id))
        found = [p for p in everyone if all(p.attributes[name] == value for name, value in wanted.items())]
    if not found:
        words = [f"the cell {cell}"] * (cell is not None) + [f"the search {search!r}"] * (search is not None)
        raise ConfigError(f"nobody is in {' and '.join(words)}; `personagraph coverage` shows who is there")
    return found


def neighbours(
    workspace: "Workspace",
    of: End,
    *,
    hops: int = 1,
    types: Sequence[str] = (),
    directed: bool = False,
    limit: int | None = None,
) -> list[Neighbour]:
    """Everyone within `hops` of a persona, or of the nearest of a group (who is not listed), nearest first."""
    check_positive(hops=hops, limit=limit)
    check_types(types)
    return _routes(workspace).neighbours(_ids(workspace, of), hops=hops, types=types, directed=directed, limit=limit)


def path(
    workspace: "Workspace",
    start: End,
    end: End,
    *,
    max_hops: int | None = None,
    types: Sequence[str] = (),
    directed: bool = False,
    avoid: Sequence[str] = (),
) -> Path | None:
    """One path with the fewest relationships between two personas or groups, or None.

    It leads through nobody of `avoid`; those are left out of groups too.
    """
    found = paths(workspace, start, end, limit=1, max_hops=max_hops, types=types, directed=directed, avoid=avoid)
    return found.paths[0] if found.paths else None


def paths(
    workspace: "Workspace",
    start: End,
    end: End,
    *,
    best: int | None = None,
    limit: int = 20,
    max_hops: int | None = None,
    types: Sequence[str] = (),
    directed: bool = False,
    avoid: Sequence[str] = (),
) -> Paths:
    """All shortest paths between two personas or groups, counted, `limit` of them told; or the `best` ones.

    The best are those of `personagraph.graph.paths.best`: the most confident, with a price on passing through hubs.
    They are looked for in the whole graph as arrays, as are the others when that takes many relationships.
    """
    check_positive(best=best, limit=limit)
    starts, ends, avoided = _ends(workspace, start, end, max_hops, types, avoid)
    options = {"max_hops": max_hops, "types": types, "directed": directed, "avoid": avoided}
    if best is None:
        return _routes(workspace).shortest(starts, ends, limit=limit, **options)
    return _routes(workspace).best(starts, ends, best, **options)


def apart(
    workspace: "Workspace",
    start: End,
    end: End,
    *,
    max_hops: int | None = None,
    types: Sequence[str] = (),
    directed: bool = False,
    avoid: Sequence[str] = (),
) -> "tuple[Apart, Persona, Persona]":
    """Why `path` finds none with these options, which it is known to do, and the best connected on either side."""
    starts, ends, avoided = _ends(workspace, start, end, max_hops, types, avoid)
    options = {"max_hops": max_hops, "types": types, "directed": directed, "avoid": avoided}
    return _routes(workspace).apart(starts, ends, **options)


@contextmanager
def encoding(workspace: "Workspace", note: Callable[[str], None]) -> "Iterator[Encoder]":
    """The encoder of the settings; while a paid one is asked, nobody else writes into the ledger."""
    from personagraph.meaning.encoders import kind_of
    from personagraph.workspace.runs import writing
    from personagraph.workspace.spending.encoders import encoder_of

    settings = workspace.settings
    name: str = settings.trusted("encoder")
    paid = kind_of(name)[0].paid
    limit = settings.trusted("ask_above_usd") if paid else None
    with (
        writing(workspace, note=note) if paid else nullcontext(),
        encoder_of(name, settings, workspace.ledger, limit=limit, note=note) as encoder,
    ):
        yield encoder


def _routes(workspace: "Workspace") -> Routes:
    return Routes(workspace.store, workspace.snapshot, ready=workspace.whole is not None)


def _ids(workspace: "Workspace", end: End) -> list[str]:
    return [resolve(workspace, end).id] if isinstance(end, str) else [p.id for p in end]


def _ends(
    workspace: "Workspace", start: End, end: End, max_hops: int | None, types: Sequence[str], avoid: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """The ids at both ends and those to avoid. Raises ConfigError when they leave no question to ask."""
    check_positive(max_hops=max_hops)
    check_types(types)
    starts, ends = _ids(workspace, start), _ids(workspace, end)
    avoided = [resolve(workspace, name).id for name in avoid]
    for ids in (starts, ends):
        if not set(ids) - set(avoided):
            which = f"the persona {ids[0][:12]} is an end of the path" if len(ids) == 1 else "an end is left empty"
            raise UsageError(f"--avoid: {which}; avoid others, or ask for other ends")
    return starts, ends, avoided


def check_types(types: Sequence[str]) -> None:
    for type in types:
        check_known("type", type, TYPES)
