"""Makes folders that appear only when they are complete."""

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import translated
from personagraph.storage.drives import refuse_lockless
from personagraph.storage.workspace_files import LOCK
from personagraph.storage.writer_lock import writer

_PART = re.compile(r"\.[0-9a-f]{8}\.part")
"""What is added to the name of a folder while it is made."""


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place when the block ends well; otherwise nothing is left.

    What a killed process left there of the same target is taken away. Raises ConfigError when there is something at
    the target, even an empty folder or a link to nowhere, when its parent is not there, it cannot be written, the disk
    is full, or it has no file locks.
    """
    place = Path(os.path.abspath(target))
    refuse_existing(place, named=target)
    if not place.parent.is_dir():
        raise ConfigError(f"{target} cannot be made: its folder does not exist; make it first")
    refuse_lockless(place.parent)
    _remove_leftovers(place)
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    with translated(target):
        part.mkdir(mode=0o700)
    try:
        with translated(target), writer(part):
            yield part
            for file in part.rglob("*"):
                if file.is_file():
                    sync(file)
            refuse_existing(place, named=target)
            part.rename(place)
            # Last, as what a kill leaves without its lock is not known to be ours.
            (place / LOCK).unlink()
            sync(place)
            sync(place.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def refuse_existing(place: Path, *, named: Path | None = None) -> None:
    """Raises ConfigError when there is something at a place, be it a link to nowhere."""
    if os.path.lexists(place):
        raise ConfigError(f"{named or place} exists already; name a new folder")


def sync(path: Path) -> None:
    """Have a file or a folder on disk, where the system lets it be opened."""
    with suppress(PermissionError, IsADirectoryError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_own_folder(path: Path) -> bool:
    """Whether there is a folder that belongs to the user, and no link to one."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _remove_leftovers(place: Path) -> None:
    with suppress(OSError):
        for left in list(place.parent.iterdir()):
            ours = left.name.startswith(f".{place.name}.") and _PART.fullmatch(left.name[len(place.name) + 1 :])
            if ours and is_own_folder(left) and os.path.lexists(left / LOCK):
                # Who still works on it holds its lock.
                with suppress(ConfigError), writer(left):
                    shutil.rmtree(left, ignore_errors=True)
