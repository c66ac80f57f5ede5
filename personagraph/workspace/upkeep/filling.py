"""Makes a folder that is there a workspace; what a killed process left of that is taken back by the next one."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import translated
from personagraph.storage.plain_files import read_plain
from personagraph.storage.workspace_files import LOCK
from personagraph.stores.sqlite.kind import GRAPH
from personagraph.workspace.settings import FILE
from personagraph.workspace.stores import LEDGER
from personagraph.workspace.upkeep.backup import is_plain, measured

WAITING = ".restored"
"""The folder in which the files wait, complete, to be moved."""
MOVED = "moved.json"
"""What each of them is, which tells those that were moved from any others."""
ORDER = (FILE, GRAPH, LEDGER)
"""The ledger comes last: it makes the folder a workspace."""


@contextmanager
def filled(path: Path) -> Iterator[Path]:
    """A folder whose files are moved into this one when the block ends well; otherwise it is as it was.

    What else is in it stays. Raises ConfigError when it is no folder, somebody is writing to it, or it is a workspace
    or a part of one; but what a killed process had moved there is taken back.
    """
    from personagraph.storage.new_folders import new_folder, sync
    from personagraph.storage.writer_lock import writer

    if not path.is_dir():
        raise ConfigError(f"{path} is no folder; name another one with --workspace")
    waiting, locked = path / WAITING, os.path.lexists(path / LOCK)
    with writer(path), ExitStack() as undo:
        if not locked:
            undo.callback((path / LOCK).unlink, missing_ok=True)
        _take_back(path)
        _refuse_parts(path)
        undo.callback(_take_back, path)
        with new_folder(waiting) as part:
            yield part
            files = {name: measured(part / name) for name in ORDER if (part / name).exists()}
            (part / MOVED).write_text(json.dumps(files), encoding="utf-8")
        _refuse_parts(path)
        with translated(path):
            for name in files:
                (waiting / name).rename(path / name)
                sync(path)


def _refuse_parts(path: Path) -> None:
    # A file that SQLite kept beside another database would be read into ours.
    for name in (name + beside for name in ORDER for beside in ("", "-wal", "-shm", "-journal")):
        if os.path.lexists(path / name):
            raise ConfigError(f"{path / name} is there already; name a new folder with --workspace")


def _take_back(path: Path) -> None:
    """Take away what waits, and what was moved, unless the ledger was: then all is where it belongs.

    Where there is another ledger by now, nothing is taken away: what was moved may belong to it.
    """
    from personagraph.storage.new_folders import is_own_folder

    waiting = path / WAITING
    waits = os.path.lexists(waiting / LEDGER)
    if not os.path.lexists(waiting) or (waits and os.path.lexists(path / LEDGER)):
        return
    files = _files(waiting)
    if files is None or not is_own_folder(waiting):
        raise ConfigError(f"{waiting} is there already, and no restore has left it; move it away, or name a new folder")
    with translated(waiting):
        if waits:
            for name in [name for name in files if not os.path.lexists(waiting / name)]:
                # What is another now has been put there since.
                if is_plain(path / name) and measured(path / name) == files[name]:
                    (path / name).unlink()
        # Last what tells of them, so that a kill in between changes nothing.
        for name in (*ORDER, LOCK, MOVED):
            (waiting / name).unlink(missing_ok=True)
        waiting.rmdir()


def _files(waiting: Path) -> dict[str, object] | None:
    """What is said of the files that wait or were moved; None when the folder is not of this kind."""
    with suppress(OSError, ValueError, RecursionError):
        if not any(waiting.iterdir()):
            return {}
        files = json.loads(read_plain(waiting / MOVED, linked=False))
        if isinstance(files, dict) and {*files} <= {*ORDER} and {*os.listdir(waiting)} <= {*files, LOCK, MOVED}:
            return files
    return None
