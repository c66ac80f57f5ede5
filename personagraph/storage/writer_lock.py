"""One writer a workspace: a lock that the operating system gives back when the process ends, however it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.storage.workspace_files import LOCK, open_plain

_LONGEST = 20
"""Bytes that the number of a process has at most."""


@contextmanager
def writer(folder: Path) -> Iterator[None]:
    """Hold the workspace's lock. Raises ConfigError naming the process that holds it.

    The number of the holder is written only into a plain file of the folder that is empty, or holds a number. Raises
    ConfigError for any other, and leaves it as it is.
    """
    path = folder / LOCK
    try:
        handle = open_plain(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; the workspace must be a folder that can be written to") from error
    try:
        _lock(handle, folder)
        if not os.fstat(handle).st_nlink:
            raise ConfigError(f"{path} was taken away by the process that held it, which has just ended; try again")
        if _holder(handle) is None:
            raise ConfigError(f"{path} is no lock of personagraph: it holds something else; move it away")
        # On a full disk the lock holds without the name of its holder, and what is to be written says what is wrong.
        with suppress(OSError):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        told = f"process {_holder(handle) or 'unknown'} is writing to this workspace; wait for it, or stop it"
        raise ConfigError(f"{folder}: {told}") from error
    except OSError as error:
        told = f"cannot be locked: {error.strerror}; put the workspace on a disk that has locks"
        raise ConfigError(f"{folder / LOCK} {told}") from error


def _holder(handle: int) -> str | None:
    """The number in the file, or "" when it is empty; None when it holds anything else, which is not repeated."""
    held = os.pread(handle, _LONGEST + 1, 0).strip(b"\0 \n")
    return held.decode() if not held or (len(held) <= _LONGEST and held.isdigit()) else None
