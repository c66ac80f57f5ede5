"""Makes folders that appear only when they are complete."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import translated
from personagraph.storage.writer_lock import writer

_LOCK = "writer.lock"


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place when the block ends well; otherwise nothing is left.

    What a killed process left there of the same target is taken away. Raises ConfigError when there is something at
    the target, even an empty folder or a link to nowhere, when it cannot be written, or the disk is full.
    """
    place = Path(os.path.abspath(target))
    refuse_existing(place, named=target)
    if not place.parent.is_dir():
        raise ConfigError(f"{target} cannot be made: its folder does not exist; make it first")
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
            (part / _LOCK).unlink()
            refuse_existing(place, named=target)
            part.rename(place)
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


def _remove_leftovers(place: Path) -> None:
    for left in place.parent.glob(f".{_literal(place.name)}.????????.part"):
        # Who still works on it holds its lock.
        with suppress(ConfigError), writer(left):
            shutil.rmtree(left, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
