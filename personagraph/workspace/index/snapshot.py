"""The graph of a workspace as arrays, for whoever looks at all of it: kept under index/, extended by what is new."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, PersonaNotFoundError
from personagraph.stores.vectors import FOLDER

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.graph.snapshots.extension import Since
    from personagraph.workspace.workspace import Workspace

LEAST = 20_000
"""Personas and relationships from which on a file is sooner read than the graph."""
_WORTH = 64
"""It is kept again when a part in so many is new: sooner, writing takes longer than extending what is kept."""
_MUCH, _FEW = 4, 5_000
"""Where more than a part in so many is new, reading all takes no longer, unless these are few."""
_TRIES = 3
_SILENT_SECONDS = 3.0
"""How long the graph is read before it is told how far that is."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The graph as it was read last; `kept` is how many rows of it the file has, or need not have."""

    snapshot: "Snapshot"
    kept: int


def snapshot(workspace: "Workspace") -> "Snapshot":
    """The whole graph as it is now, in arrays that nobody may change; the same object as long as nothing is written.

    A large one is kept under index/ in the folder, mapped from there the next time, and extended by what entered since;
    it is read again when something was taken back, or what is kept cannot be used. `workspace.note` hears of that.
    Raises StoreError when the graph is damaged, ConfigError when the folder for it is a link.
    """
    held = workspace.store.held().applied
    known = workspace.whole or _kept(workspace)
    if known is None or known.snapshot.applied != held:
        found = _extended(workspace, known.snapshot) if known else None
        known = Whole(_read(workspace), 0) if known is None or found is None else Whole(found, known.kept)
    rows = _rows(known.snapshot)
    if rows >= LEAST and rows - known.kept > rows // _WORTH:
        _keep(workspace, known.snapshot)
        known = Whole(known.snapshot, rows)
    workspace.whole = known
    return known.snapshot


def _rows(snapshot: "Snapshot") -> int:
    return len(snapshot) + len(snapshot.sources)


def _kept(workspace: "Workspace") -> Whole | None:
    """What is kept of this graph, as it was or is; None when nothing of it can be used."""
    from personagraph.graph.snapshots.files import FILE, kept
    from personagraph.storage.array_files import DamagedError

    try:
        found = kept(workspace.folder / FOLDER)
    except DamagedError as error:
        workspace.note(f"{workspace.folder / FOLDER / FILE} cannot be used, and is made again: {error}")
        return None
    if not found or found.word != workspace.ledger.word(found.snapshot.applied, like=found.word):
        return None
    return Whole(found.snapshot, _rows(found.snapshot))


def _keep(workspace: "Workspace", snapshot: "Snapshot") -> None:
    from personagraph.graph.snapshots.files import keep

    try:
        keep(workspace.folder / FOLDER, snapshot, workspace.ledger.word(snapshot.applied))
    except ConfigError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        workspace.note(f"{error}; until then each command reads the whole graph")


def _read(workspace: "Workspace") -> "Snapshot":
    """All of the graph, read from the store."""
    begun = time.monotonic()
    snapshot = workspace.store.snapshot(_telling(workspace.note, begun))
    if _rows(snapshot) >= LEAST:
        size = f"{len(snapshot):,} personas and {len(snapshot.sources):,} relationships"
        workspace.note(f"read the whole graph, {size}, in {time.monotonic() - begun:.1f} s")
    return snapshot


def _telling(note: Callable[[str], None], begun: float) -> Callable[[float], None]:
    """Notes every now and then which share is read; nothing of what is soon over."""
    told = begun

    def progress(share: float) -> None:
        nonlocal told
        if (now := time.monotonic()) - told > _SILENT_SECONDS:
            told = now
            note(f"reading the whole graph: {share:.0%} in {now - begun:.0f} s")

    return progress


def _extended(workspace: "Workspace", known: "Snapshot") -> "Snapshot | None":
    """What is known with what was written since; None when the graph has to be read again.

    A batch that another process writes meanwhile would be seen in half: then it is looked again.
    """
    from personagraph.graph.snapshots.extension import extended

    store = workspace.store
    for _ in range(_TRIES):
        held = store.held().applied
        try:
            since = _since(workspace, known, held)
        except PersonaNotFoundError:
            return None
        size = store.size()
        if since is None:
            return None
        if store.held().applied == held:
            found = extended(known, since)
            return found if found is not None and len(found) == size else None
    return None


def _since(workspace: "Workspace", known: "Snapshot", held: Mapping[str, int]) -> "Since | None":
    """What the graph has by now that is not known; None when that is much, or the ledger does not tell it all.

    What a run brought is told by its assertions and merges. One that took back may have moved what others brought.
    """
    from personagraph.graph.snapshots.extension import Since

    ledger, store = workspace.ledger, workspace.store
    grown = {run: steps for run, steps in held.items() if steps != known.applied.get(run, 0)}
    runs = {run.id: run for run in ledger.runs.all()}
    told = all(run in runs and runs[run].only_adds and steps <= runs[run].decided for run, steps in grown.items())
    if not told or any(held.get(run, 0) < steps for run, steps in known.applied.items()):
        return None
    most = max(_FEW, _rows(known) // _MUCH)
    if not 0 <= store.size() - len(known) <= most:
        return None
    pairs: set[tuple[str, str]] = set()
    merged: set[str] = set()
    for run, steps in grown.items():
        pairs |= ledger.assertions.ends(run, first=known.applied.get(run, 0), last=steps)
        merged |= ledger.steps.merged_into(run, first=known.applied.get(run, 0), last=steps)
    tied = sorted({id for pair in pairs for id in pair})
    if len(pairs) > most:
        return None
    entered = list(store.scan_personas(since=int(known.entries[-1]) + 1 if len(known) else 0))
    ties = [tie for tie in store.relationships(tied) if (tie.source, tie.target) in pairs]
    depths = {persona.id: persona.depth for persona in store.personas(sorted(merged.union(tied)))}
    return Since(entered, ties, depths, held)
