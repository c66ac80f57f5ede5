"""Who may write, and the run that a writer carries out: the lock, a new run, or the unfinished one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.dedup.index import THRESHOLD
from personagraph.errors import ConfigError, StoreError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.run_settings import only_reads
from personagraph.workspace.stores import LEDGER, place_of, remember_place

if TYPE_CHECKING:
    from personagraph.runs.growth import Growth
    from personagraph.workspace.workspace import Workspace


@contextmanager
def writing(
    workspace: "Workspace",
    *,
    note: Callable[[str], None] = lambda text: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """The workspace's writer lock; a store that goes away meanwhile is waited for, of which `note` hears.

    Raises ConfigError when another process writes, or nothing may be written: the ledger is behind its graph, or one
    of them cannot be written to; StoreError when the ledger, or a graph in a file, is damaged.
    """
    from personagraph.storage.writer_lock import writer

    check_may_write(workspace)
    waiting = workspace.patience.lasting(workspace.settings.store_patience, note=note, stopping=stopping)
    with writer(workspace.folder), waiting:
        refuse_damaged_files(workspace.folder, workspace.settings.store)
        yield


def check_may_write(workspace: "Workspace") -> None:
    """Raises ConfigError when nothing may be bought or written."""
    from personagraph.storage.read_only import is_writable

    if workspace.behind:
        raise ConfigError(workspace.behind)
    for file in (workspace.folder / LEDGER, place_of(workspace.settings.store, workspace.folder)):
        if isinstance(file, Path) and not is_writable(file):
            raise ConfigError(
                f"{file} cannot be written to, so this workspace can only be read; check the permissions of the file"
                " and its folder, or copy the workspace to where it can be written"
            )


def refuse_damaged_files(folder: Path, store: str) -> None:
    """Nothing is bought or written into a file that is not whole: raises StoreError for one.

    The ledger's indexes are compared with its tables, as they say what need not be bought again; the graph can be made
    again from the ledger, and its structure is looked at alone. That takes a tenth of the time that the graph takes to
    be read.
    """
    from personagraph.storage.damage.integrity import refuse_damaged

    refuse_damaged(folder / LEDGER, full=True)
    if isinstance(graph := place_of(store, folder), Path):
        refuse_damaged(graph, full=False)


@contextmanager
def running(
    workspace: "Workspace",
    command: str,
    settings: Mapping[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    note: Callable[[str], None] = lambda text: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Run]:
    """The lock, and a run without a model: a new one, or the unfinished one of the same command.

    `given` are the settings that the user named (all of them, unless given): an unfinished run must have them.
    Raises ConfigError when another process writes, or when another run must be finished or abandoned first.
    """
    with writing(workspace, note=note, stopping=stopping):
        unfinished = unfinished_beside(workspace, command)
        if unfinished:
            check_same(unfinished, command, settings if given is None else given, None)
        with begun(workspace, unfinished, command, settings, {}, None) as run:
            yield run


@contextmanager
def begun(
    workspace: "Workspace",
    unfinished: Run | None,
    command: str,
    settings: Mapping[str, Any],
    limits: Mapping[str, Any],
    backend: ChatBackend | None,
) -> Iterator[Run]:
    """The unfinished run, set running with these limits, or a new one, which is abandoned when it never begins.

    The ledger remembers that the graph is written to the workspace's store from now on.
    """
    ledger = workspace.ledger
    remember_place(ledger, workspace.settings.store)
    if unfinished:
        yield ledger.runs.resume(unfinished.id, kept(unfinished, limits))
        return
    model, simulated = (backend.model, backend.simulated) if backend else ("", False)
    run = ledger.runs.start(command, settings, limits, model=model, simulated=simulated)
    try:
        yield run
    except BaseException:
        # What failed may be the ledger itself: the error that is told is the first.
        with suppress(StoreError):
            if ledger.runs.get(run.id).status == "running" and not ledger.steps.has_any(run.id):
                ledger.runs.end(run.id, "abandoned", "it never began")
        raise


def unfinished_beside(workspace: "Workspace", work: str) -> Run | None:
    """The unfinished run that goes on, or is given up, before one with this work begins: the one of the same kind.

    At most one run that grows the graph is unfinished, and at most one that only reads it, whichever was first.
    """
    reads = only_reads(work)
    return workspace.ledger.runs.unfinished(lambda run: only_reads(run.work) == reads)


def check_same(run: Run, command: str, given: Mapping[str, Any], backend: ChatBackend | None) -> None:
    """Raises ConfigError when an unfinished run is not what this command would do."""
    again = f"merges undo {run.settings['merge']}" if run.command == "undo" else run.command
    ways = f"finish it with `personagraph {again}`, or give it up with `personagraph runs abandon {run.id}`"
    if run.command != command:
        raise ConfigError(f"run {run.id} ({run.command}) is unfinished; {ways}")
    held = {"language": "", "dedup_threshold": float(THRESHOLD), **run.settings}
    for name, value in given.items():
        if name == "input" and run.settings.get(name) != value:
            raise ConfigError(f"run {run.id} is unfinished and reads other input than this; {ways}")
        if value is not None and held.get(name) != value:
            raise ConfigError(f"run {run.id} is unfinished and has {name} {held.get(name)!r}; {ways}")
    if backend and backend.model != run.model:
        raise ConfigError(f"run {run.id} is unfinished and asks {run.model}, not {backend.model}; {ways}")


def kept(run: Run, limits: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of a resumed run: its own, unless others are given."""
    return {**run.limits, **{name: value for name, value in limits.items() if value is not None}}


def growth_of(workspace: "Workspace", run: Run) -> "Growth":
    """The graph in memory, as the store holds it, with the duplicate index that the run's settings name.

    Walks the whole graph.
    """
    from personagraph.dedup.rules import METHODS, Deduplicator
    from personagraph.dedup.veto.veto import differs
    from personagraph.runs.growth import Growth

    store = workspace.store
    threshold = Fraction(str(run.settings.get("dedup_threshold", THRESHOLD)))
    deduplicator = Deduplicator(METHODS[run.settings["dedup"]].make(threshold), differs)
    growth = Growth(deduplicator, workspace.ledger.assertions.kept_apart(), simulated=run.simulated)
    growth.load(store.scan_personas(), store.scan_relationships(), store.merges())
    return growth
