"""Copies a whole graph from one store to another, in numbered batches, and proves that both hold the same.

A copy is a piece of work of its own in the target: the runs `copy-HASH.N`, where the hash stands for the state of the
source, so that an interrupted copy goes on where it stopped, and never on top of another state.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from typing import Any

from personagraph.errors import StoreError
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Batch, Merge, Persona, Relationship, Source, SourceLink, digest

BATCH = 5_000
LANES = 2
"""Parts that are written at once: a server takes three quarters of the time for two; more would wait for each other."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds: counts, and a hash of every field of every row in canonical order.

    BLAKE2b (128 bits) over personas, sources, source links, merges and relationships, each in the order that
    `GraphStore` promises, and then over the applied number of every run, by id.
    """

    personas: int
    relationships: int
    sources: int
    merges: int
    hash: str


class DifferentError(StoreError):
    """The target holds something else than the source, or than a part of it."""


def copy(
    source: GraphStore,
    target: GraphStore,
    runs: Iterable[str],
    *,
    workspace: str,
    stopping: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Contents | None:
    """Copy everything; what both hold then, or None when it was stopped before the end.

    `runs` are those whose applied numbers go along. The source must not change meanwhile. Calling it again goes on
    behind the last batch that the target holds. Raises DifferentError when the target is not empty and no part of this
    copy, or when what arrived is not what was sent.
    """
    applied = {run: n for run in sorted(runs) if (n := source.applied(run))}
    name = f"copy-{digest(workspace, repr(sorted(applied.items())), str(BATCH))[:12]}"
    lanes = [_Lane(target, f"{name}.{n}") for n in range(LANES)]
    if not any(lane.done for lane in lanes):
        _refuse_filled(target)
    hashed, total = _Hash(), _rows_of(source)
    sent, kind = 0, ""
    with ThreadPoolExecutor(LANES) as threads:
        for n, part in enumerate(_parts(source, hashed)):
            nth, turn = divmod(n, LANES)
            lane = lanes[turn]
            # What a row names must be there before it is.
            for busy in (lane,) if kind in part else lanes:
                busy.writing.result()
            if stopping():
                return None
            lane.take(threads, nth, part)
            [kind] = part
            sent += len(part[kind]) if kind != "source_links" else 0
            progress(sent, total)
        for lane in lanes:
            lane.writing.result()
    for run, last in applied.items():
        if (first := target.applied(run)) < last:
            target.write(Batch(run, first, last))
    target.mark(source.held().mark)
    hashed.add("runs", applied.items())
    ours, theirs = hashed.contents(source), contents(target, applied)
    if ours != theirs:
        raise DifferentError(
            f"the copy holds {_told(theirs)}, and the graph {_told(ours)}: they differ; empty the"
            " target, and copy again"
        )
    return ours


def contents(store: GraphStore, runs: Iterable[str]) -> Contents:
    """Counts and hash of a store, with the applied numbers of these runs."""
    hashed = _Hash()
    for _ in _parts(store, hashed):
        pass
    hashed.add("runs", ((run, store.applied(run)) for run in sorted(runs)))
    return hashed.contents(store)


def _rows_of(store: GraphStore) -> int:
    stats = store.stats()
    return stats.personas + stats.sources + stats.merges + stats.relationships


class _Lane:
    """A run of the target that takes every so many parts; `done` of them are there already."""

    def __init__(self, target: GraphStore, run: str) -> None:
        self._target, self._run = target, run
        self.done = target.applied(run)
        self.writing: Future[None] = Future()
        self.writing.set_result(None)

    def take(self, threads: Executor, n: int, part: dict[str, Any]) -> None:
        """Begin to write its nth part, when the one before it is written."""
        if n >= self.done:
            self.writing = threads.submit(self._target.write, Batch(self._run, n, n + 1, fresh=True, **part))


class _Hash:
    def __init__(self) -> None:
        self._hashed = blake2b(digest_size=16)

    def add(self, kind: str, rows: Iterable[Any]) -> None:
        self._hashed.update("\n".join([kind, *map(repr, rows)]).encode("utf-8", "backslashreplace"))

    def contents(self, store: GraphStore) -> Contents:
        stats = store.stats()
        return Contents(stats.personas, stats.relationships, stats.sources, stats.merges, self._hashed.hexdigest())


def _parts(store: GraphStore, hashed: _Hash) -> Iterator[dict[str, Any]]:
    """Everything, in parts of at most BATCH rows of one kind; what a row names comes before it."""
    kinds: dict[str, Callable[[], Iterable[Any]]] = {
        "personas": store.scan_personas,
        "sources": store.scan_sources,
        "source_links": lambda: (link for _, link in store.source_links()),
        "merges": store.merges,
        "relationships": store.scan_relationships,
    }
    for kind, scan in kinds.items():
        rows = iter(scan())
        while part := tuple(islice(rows, BATCH)):
            hashed.add(kind, map(_FIELDS[kind], part))
            yield {kind: part}


_FIELDS: dict[str, Callable[[Any], Any]] = {
    kind: attrgetter(*(field.name for field in fields(row)))
    for kind, row in (
        ("personas", Persona),
        ("sources", Source),
        ("source_links", SourceLink),
        ("merges", Merge),
        ("relationships", Relationship),
    )
}


def _refuse_filled(target: GraphStore) -> None:
    stats = target.stats()
    if stats.personas or stats.relationships or stats.sources:
        raise DifferentError(
            f"the target holds {stats.personas} personas already, and they are no part of this copy: name an empty"
            " store, or empty that one (a copy that was begun before the graph changed must be begun again)"
        )


def _told(found: Contents) -> str:
    return f"{found.personas} personas, {found.relationships} relationships (hash {found.hash})"
