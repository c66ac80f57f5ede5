"""Backs a workspace up while it is at work: both databases as they are at one moment, and a manifest."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, StoreError
from personagraph.ledger.ledger import KIND
from personagraph.progress import Progress, Tick
from personagraph.storage.workspace_files import open_plain
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import FILE, load_settings
from personagraph.workspace.stores import LEDGER, check_ledger, check_place, open_store, opened_ledger, place_of

if TYPE_CHECKING:
    import sqlite3

MANIFEST, FORMAT = "manifest.json", 1
NEEDED = (LEDGER, GRAPH)
_COUNTED = {
    LEDGER: {"runs": "run", "calls": "call"},
    GRAPH: {"personas": "persona", "relationships": "relationship", "sources": "source", "merges": "merge"},
}
"""What the manifest counts in which file, by the table."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as its manifest has it: the version and the time (UTC) that made it, whose it is, what it holds.

    `store` is where the graph was. `files` has the size and the SHA-256 of each file by its name.
    """

    made: str
    version: str
    workspace: str
    store: str
    counts: Mapping[str, int]
    files: Mapping[str, Mapping[str, int | str]]


def backup_workspace(
    folder: str | Path,
    to: str | Path,
    *,
    store: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
) -> Backup:
    """Write ledger, graph and settings file as they are at one moment into the new folder `to`; what it holds.

    Another process may be at work in the workspace; only with the graph in a server none may. The folder appears when
    it is complete. Raises ConfigError when there is something at `to`, it is in the workspace, the folder is none, or
    only its file names the store and the user did not confirm that; StoreError for a file that is damaged;
    KeyboardInterrupt when it is stopped.
    """
    from personagraph import __version__
    from personagraph.storage.new_folders import new_folder

    path, target = Path(folder), Path(to)
    check_ledger(path)
    if is_within(target, path):
        raise ConfigError(f"{target} is in the workspace, and would be lost with it; name a folder outside")
    settings = load_settings(path, store=store)
    url = settings.trusted("store")
    with opened_ledger(path) as ledger:
        check_place(url, path, settings, ledger)
    with new_folder(target) as part:
        _copy_databases(path, url, part, store, teller(progress, stopping))
        with suppress(FileNotFoundError), os.fdopen(open_plain(path / FILE, os.O_RDONLY), "rb") as file:
            (part / FILE).write_bytes(file.read())
        made = Backup(
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            version=__version__,
            workspace=check_pair(part),
            store=url,
            counts=_counts(part),
            files={file.name: measured(file) for file in _files(part)},
        )
        text = json.dumps({"personagraph backup": FORMAT, **asdict(made)}, indent=2)
        (part / MANIFEST).write_text(text, encoding="utf-8")
    return made


def _copy_databases(path: Path, url: str, part: Path, store: str | None, tell: Callable[[int, int], None]) -> None:
    from personagraph.storage.backup import at_one_moment, copy_database
    from personagraph.storage.read_only import is_writable
    from personagraph.storage.writer_lock import writer

    graph = place_of(url, path)
    beside = isinstance(graph, Path)
    # Only a file has states that last while it is written: a server's graph must not change meanwhile. But what cannot
    # be written to needs no lock, and has no room for one.
    with nullcontext() if beside or not is_writable(path / LEDGER) else writer(path):
        with at_one_moment([graph, path / LEDGER] if isinstance(graph, Path) else [path / LEDGER]) as files:
            pairs = dict(zip((GRAPH, LEDGER) if beside else (LEDGER,), files, strict=True))
            sizes = {name: _pages(file) for name, file in pairs.items()}
            done, total = 0, sum(sizes.values())
            for name, file in pairs.items():
                copy_database(file, part / name, progress=partial(tell_more, tell, done, total))
                done += sizes[name]
        if not beside:
            _fetch(path, url, part, store, tell)


def _fetch(path: Path, url: str, part: Path, store: str | None, tell: Callable[[int, int], None]) -> None:
    """Copy the graph of a server into a file of the backup."""
    from personagraph.ledger import Ledger
    from personagraph.stores.copy import copy
    from personagraph.stores.sqlite.store import SQLiteStore

    settings = load_settings(path, store=store)
    with ExitStack() as opened:
        ledger = opened.enter_context(closing(Ledger(path / LEDGER)))
        graph = opened.enter_context(closing(open_store(url, path, settings, ledger, new=False)))
        target = opened.enter_context(closing(SQLiteStore.open(part / GRAPH, ledger.workspace)))
        copy(graph, target, [run.id for run in ledger.runs.all()], workspace=ledger.workspace, progress=tell)
    _settle(part / GRAPH)


def _settle(file: Path) -> None:
    """Have all of a database in its one file."""
    import sqlite3

    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def check_pair(part: Path, *, full: bool = False) -> str:
    """Whose databases these are. Raises StoreError for a damaged one, ConfigError for two that do not belong together.

    `full` takes the time to compare what their indexes say with their tables.
    """
    from personagraph.storage.damage.integrity import RESCUE, damage
    from personagraph.stores.sqlite.store import KIND as GRAPH_KIND

    for name, kind in ((LEDGER, KIND), (GRAPH, GRAPH_KIND)):
        if reasons := damage(part / name, full=full, kind=kind):
            raise StoreError(f"the {kind.name} is damaged ({'; '.join(reasons)}); {RESCUE}")
    with _read(part / LEDGER) as ledger, _read(part / GRAPH) as graph:
        [ours] = ledger.execute("SELECT value FROM meta WHERE name = 'workspace'").fetchone() or [""]
        [theirs] = graph.execute("SELECT id FROM workspace").fetchone() or [""]
    if ours != theirs:
        raise ConfigError(f"the ledger is of workspace {ours}, and the graph of {theirs}; they do not belong together")
    return str(ours)


def _counts(part: Path) -> dict[str, int]:
    found = {}
    for name, tables in _COUNTED.items():
        with _read(part / name) as file:
            for counted, table in tables.items():
                found[counted] = file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def tell_more(tell: Callable[[int, int], None], before: int, total: int, done: int, _: int) -> None:
    """Tell how far all of it is, when so much was done before this part."""
    tell(before + done, total)


def _pages(file: "sqlite3.Connection") -> int:
    return int(file.execute("PRAGMA page_count").fetchone()[0])


@contextmanager
def _read(file: Path) -> "Iterator[sqlite3.Connection]":
    from personagraph.storage.damage.integrity import read_only

    with closing(read_only(file, frozen=True)) as connection:
        yield connection


def _files(part: Path) -> list[Path]:
    return [part / name for name in (*NEEDED, FILE) if (part / name).exists()]


def measured(file: Path) -> dict[str, int | str]:
    """What a manifest says of a file."""
    from personagraph.storage.backup import hash_of

    return {"bytes": file.stat().st_size, "sha256": hash_of(file)}


def teller(progress: Progress, stopping: Callable[[], bool]) -> Callable[[int, int], None]:
    """What is told of how far it is; raises KeyboardInterrupt when it is to stop."""

    def tell(done: int, total: int) -> None:
        if stopping():
            raise KeyboardInterrupt
        progress(Tick(done, total, 0, {}))

    return tell


def is_plain(file: Path) -> bool:
    """Whether it is a regular file, and no link to one."""
    return file.is_file() and not file.is_symlink()


def is_within(path: Path, folder: Path) -> bool:
    """Whether the path is the folder, or in it."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
