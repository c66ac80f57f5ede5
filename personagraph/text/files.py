"""Opens the files that are read, and keeps a copy of what can be read only once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from personagraph.errors import InputError

CHANGED = "was changed while it was read; put it back, or give the run up and begin again"
_IN_MEMORY = 10_000_000
"""Bytes of a copy above which it lies on the disk."""


@contextmanager
def opened(path: str | Path) -> Iterator[BufferedReader]:
    """The bytes of the file. Raises InputError when it cannot be read."""
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise cannot_be_read(path, error) from error


def cannot_be_read(path: str | Path, error: OSError) -> InputError:
    """What is to be raised for a file or folder that the system does not let us read."""
    return InputError(f"cannot be read ({error.strerror}); check the name and the permissions", path)


def is_read_once(path: str | Path) -> bool:
    """Whether the path is of a pipe or a device, whose content is gone once it has been read."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def copy_of(file: BinaryIO, *, most: int | None = None) -> BufferedReader:
    """What the stream holds, at most so many bytes of it, as a temporary file that can be read again and again."""
    copy = cast(BufferedReader, SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    while (most is None or copy.tell() < most) and (piece := file.read(1 << 16)):
        copy.write(piece)
    return copy


def state_of(file: BinaryIO) -> tuple[int, ...]:
    """Which file an open one is, how large, and when it was last written: what tells that it was changed."""
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def check_unchanged(file: BinaryIO, state: tuple[int, ...], path: Path) -> None:
    """Raises InputError for a file that is in another state than it was."""
    if state_of(file) != state:
        raise InputError(CHANGED, path)
