"""Makes a new workspace of what can be saved from a damaged one, and says what is missing."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, PersonaGraphError
from personagraph.ledger import Ledger
from personagraph.ledger.ledger import KIND
from personagraph.ledger.losses import LOST
from personagraph.ledger.rescue.rescued import RESCUED, Losses, book_again, catch_up, keep_word, salvage_ledger
from personagraph.progress import Progress
from personagraph.storage.plain_files import read_plain
from personagraph.storage.workspace_files import open_plain
from personagraph.storage.writer_lock import nobody_writing
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import FILE, load_settings
from personagraph.workspace.stores import LEDGER, place_of, remember_place, remembered_place, store_at, told_place
from personagraph.workspace.upkeep.backup import is_plain, is_within, teller
from personagraph.workspace.upkeep.old_graph import DAMAGED, GONE, WHOLE, OldGraph, held_by, read_graph
from personagraph.workspace.upkeep.restore import place_graph

if TYPE_CHECKING:
    from personagraph.runs.projection import Projection


@dataclass(frozen=True, slots=True)
class Rescue:
    """What a rescue found and made.

    `ledger` and `graph` say how each was found: whole, damaged or gone. `kept` counts what the new workspace has,
    `lost` is what the ledger lacks. `unnamed` counts what the graph lacks besides, since it names somebody who is lost:
    relationships, source links, merges. `notes` say what else is to be known.
    """

    workspace: str
    ledger: str
    graph: str
    kept: Mapping[str, int]
    lost: Losses
    unnamed: Mapping[str, int]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def rescue_workspace(
    folder: str | Path,
    to: str | Path,
    *,
    store: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
) -> Rescue:
    """Make the new folder `to` a workspace of all that can be read of a damaged one, which stays as it is.

    The graph is made from the ledger, in SQLite wherever it was; what the ledger lost is taken from the old graph.
    Raises ConfigError when there is something at `to`, there is nothing to save, or a process is writing to it;
    KeyboardInterrupt when it is stopped.
    """
    from personagraph.storage.new_folders import new_folder

    path, target = Path(folder), Path(to)
    if not any(is_plain(path / name) for name in (LEDGER, GRAPH)):
        raise ConfigError(f"{path} has neither {LEDGER} nor {GRAPH}; name the folder of a workspace")
    if is_within(target, path):
        raise ConfigError(f"{target} is in the damaged workspace; name a folder outside")
    with nobody_writing(path, shared=True), new_folder(target) as part:
        old = _copied(path, part / "old")
        found = _rescue(path, store, old, part, teller(progress, stopping))
        shutil.rmtree(old)
    return found


def _rescue(path: Path, store: str | None, old: Path, part: Path, tell: Callable[[int, int], None]) -> Rescue:
    from personagraph.runs import projection

    state, lost = _save_ledger(old / LEDGER, part / LEDGER, tell)
    graph, notes = read_graph(old / GRAPH), list[str]()
    if state == GONE == graph.state:
        raise ConfigError(f"{path} has nothing that could be saved: its files are empty; restore a backup")
    if state == GONE or "workspace" in lost.words:
        keep_word(part / LEDGER, "workspace", graph.workspace or os.urandom(8).hex())
        lost.words = [word for word in lost.words if word != "workspace" or not graph.workspace]
    if state == GONE:
        notes.append("with the ledger every reply that was paid for is lost, and what the runs were asked to do")
    with closing(Ledger(part / LEDGER)) as ledger:
        whose, last = ledger.workspace, remembered_place(ledger)
        remember_place(ledger, "sqlite")
    graph = _served(path, store, whose, last, notes) or graph
    if graph.workspace not in ("", whose):
        notes.append(f"{GRAPH} is of another workspace, {graph.workspace}: nothing was taken from it")
        graph = OldGraph(graph.state, graph.workspace, None)
    if graph.rows:
        catch_up(part / LEDGER, graph.rows.applied, graph.mark, lost)
    if state == DAMAGED:
        book_again(part / LEDGER)
    with closing(Ledger(part / LEDGER)) as ledger:
        if state != WHOLE:
            projection.reassert(ledger)
        if graph.rows:
            projection.settle(graph.rows, ledger)
        rows = projection.projection(ledger)
        seeds = ledger.steps.seeds()
        if graph.rows and (lost or _knew_less(ledger)):
            seeds |= {persona.id for persona in graph.rows.personas.values() if persona.depth == 0}
            rows = _joined(ledger, rows, graph.rows, whole=graph.state == WHOLE)
        unnamed = projection.complete(rows, seeds)
        _write(part, ledger, rows)
        kept = {"runs": len(ledger.runs.all()), "calls": ledger.calls.count()}
    kept |= {name: len(getattr(rows, name)) for name in ("personas", "relationships", "sources", "merges")}
    _note_lacking(part, lost)
    notes += _settings(path, part)
    return Rescue(whose, state, graph.state, kept, lost, unnamed, tuple(notes))


def _save_ledger(old: Path, new: Path, tell: Callable[[int, int], None]) -> tuple[str, Losses]:
    """A copy of a ledger that is whole, or a new one with what can be read of it."""
    from personagraph.storage.backup import copy_database
    from personagraph.storage.damage.integrity import damage, read_only

    if not old.is_file() or not old.stat().st_size:
        Ledger(new).close()
        return GONE, Losses(words=["workspace", "secret"], more=True)
    if damage(old, texts=True, kind=KIND) or _disagrees(old):
        return DAMAGED, salvage_ledger(old, new, progress=tell)
    with closing(read_only(old)) as source:
        copy_database(source, new, progress=tell)
    return WHOLE, Losses()


def _disagrees(old: Path) -> bool:
    """Whether the tables of a ledger do not bear each other out, more than an earlier rescue left them."""
    from personagraph.doctor.database_files import ledger

    return not all(finding.ok for finding in ledger(old))


def _knew_less(ledger: Ledger) -> bool:
    """Whether a ledger knew less than its graph before: somebody gave up what it lacks, or it was rescued."""
    return bool(ledger.remembered(RESCUED)) or any(run.status == LOST for run in ledger.runs.all())


def _joined(ledger: Ledger, told: "Projection", old: "Projection", *, whole: bool) -> "Projection":
    """The graph that a ledger with losses tells of, with what the old graph knows besides.

    One that is whole knows better, also what is no longer there; but for what it was never given.
    """
    runs = {run.id: run for run in ledger.runs.all()}
    ahead = [run for run, n in told.applied.items() if n > old.applied.get(run, 0)]
    if whole and all(runs[run].unfinished for run in ahead):
        old.applied = {run: n for run, n in old.applied.items() if run in runs}
        return old
    for name in ("personas", "sources", "source_links", "relationships"):
        setattr(told, name, {**getattr(old, name), **getattr(told, name)})
    merges = {key: merge for key, merge in old.merges.items() if key not in told.undone}
    told.merges = {**merges, **told.merges}
    return told


def _write(part: Path, ledger: Ledger, rows: "Projection") -> None:
    """Write the graph, and note in the ledger how much of it is there."""
    from personagraph.runs import projection
    from personagraph.stores.sqlite.store import SQLiteStore

    with closing(SQLiteStore.open(part / GRAPH, ledger.workspace)) as store:
        projection.write(rows, store)
        store.mark(ledger.mark)
        for run in ledger.runs.all():
            ledger.runs.reach(run.id, applied=store.applied(run.id))


def _note_lacking(part: Path, lost: Losses) -> None:
    """Have the new ledger remember what it lacks, so that a check tells it from new damage."""
    from personagraph.doctor.database_files import lacking
    from personagraph.storage.damage.integrity import read_only

    with closing(read_only(part / LEDGER, frozen=True)) as opened:
        found = lacking(opened)
    if found or lost:
        keep_word(part / LEDGER, RESCUED, json.dumps(found))


def _served(path: Path, store: str | None, whose: str, last: str, notes: list[str]) -> OldGraph | None:
    """The graph in the server that the settings name; None when they name a file, or it cannot be had, which is noted.

    One that the user has not confirmed is not asked, nor one that only the ledger names: that it was written to `last`.
    """
    try:
        settings = load_settings(path, store=store)
        url = settings.trusted("store")
        if isinstance(place_of(url, path), Path):
            if last not in ("", url):
                told = f"the graph was last written to {told_place(last)}"
                notes.append(f"{told}, and nothing was taken from there: that is asked when --store names it")
            return None
        with closing(store_at(url, path, settings, whose, new=False)) as opened:
            return held_by(opened, whose)
    except PersonaGraphError as error:
        notes.append(f"nothing was taken from a server: {error}")
        return None


def _settings(path: Path, part: Path) -> list[str]:
    """Copy the settings file, and have it name the new graph."""
    try:
        if is_plain(path / FILE):
            (part / FILE).write_bytes(read_plain(path / FILE, linked=False))
        place_graph(part, "sqlite")
    except (ConfigError, UnicodeDecodeError, OSError, RecursionError):
        (part / FILE).unlink(missing_ok=True)
        place_graph(part, "sqlite")
        return [f"{FILE} could not be read: the new one has the defaults"]
    return []


def _copied(path: Path, old: Path) -> Path:
    """Copies of the files, so that whatever is tried on them, these stay as they are.

    One with another name (a hard link) is read all the same: a copy of a folder can be made of them (`cp -l`), and what
    is damaged in it could not be saved otherwise. It is only read, and nothing but rows of our own form is taken from
    it. Raises ConfigError for a link and what is no file.
    """
    old.mkdir()
    for name in (LEDGER, GRAPH):
        for file in (path / name, path / f"{name}-wal"):
            handle = _opened(file)
            if handle is not None:
                with os.fdopen(handle, "rb") as read, (old / file.name).open("xb") as written:
                    shutil.copyfileobj(read, written, 1 << 22)
    return old


def _opened(file: Path) -> int | None:
    """A descriptor to read a file of the workspace by, None where there is none. Raises ConfigError."""
    try:
        return open_plain(file, os.O_RDONLY, shared=True)
    except FileNotFoundError:
        return None
    except OSError as error:
        told = f"cannot be read: {error.strerror}; check the permissions of the file and its folder"
        raise ConfigError(f"{file} {told}") from error
