"""One writer a workspace: a lock that the operating system gives back when the process ends, however it ends."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError
from personagraph.storage import drives
from personagraph.storage.workspace_files import LOCK, open_plain

_LONGEST = 20
"""Bytes that the number of a process has at most."""
_LOCKS = Path("/proc/locks")
_SLACK = 2.0
"""Seconds by which clocks that count whole ones can be apart."""


@contextmanager
def writer(folder: Path) -> Iterator[None]:
    """Hold the workspace's lock. Raises ConfigError naming the process that holds it, or the drive that has no locks.

    The number of the holder is written only into a plain file of the folder that is empty, or holds a number. Raises
    ConfigError for any other, and leaves it as it is.
    """
    import fcntl

    path = folder / LOCK
    try:
        handle = open_plain(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; the workspace must be a folder that can be written to") from error
    try:
        _lock(handle, folder, fcntl.LOCK_EX)
        if not os.fstat(handle).st_nlink:
            raise ConfigError(f"{path} was taken away by the process that held it, which has just ended; try again")
        if _number(handle) is None:
            raise ConfigError(f"{path} is no lock of personagraph: it holds something else; move it away")
        # On a full disk the lock holds without the name of its holder, and what is to be written says what is wrong.
        with suppress(OSError):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        try:
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextmanager
def nobody_writing(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Keep others from beginning to write, by a lock that is looked at and not changed.

    Raises ConfigError as `writer` does; where it may be `shared`, a file with another name (a hard link) is looked at.
    """
    import fcntl

    try:
        handle = open_plain(folder / LOCK, os.O_RDONLY, shared=shared)
    except FileNotFoundError:
        yield
        return
    except OSError as error:
        told = f"cannot be read: {error.strerror}; check the permissions of the file and its folder"
        raise ConfigError(f"{folder / LOCK} {told}") from error
    try:
        _lock(handle, folder, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path, how: int) -> None:
    import fcntl

    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        number = _number(handle)
        named = f"process {number}" if number and _holds(int(number), handle) else "another process"
        raise ConfigError(f"{folder}: {named} is writing to this workspace; wait for it, or stop it") from error
    except OSError as error:
        if error.errno in drives.NO_LOCKS:
            raise ConfigError(drives.told(folder)) from error
        told = f"cannot be locked: {error.strerror}; put the workspace on a disk that has locks"
        raise ConfigError(f"{folder / LOCK} {told}") from error


def _number(handle: int) -> str | None:
    """The number in the file, or "" when it is empty; None when it holds anything else, which is not repeated."""
    held = os.pread(handle, _LONGEST + 1, 0).strip(b"\0 \n")
    return held.decode() if not held or (len(held) <= _LONGEST and held.isdigit()) else None


def _holds(process: int, handle: int) -> bool:
    """Whether a process of this number lives and holds the lock: that of a killed one may be another's by now.

    Where the system lists its locks, it must be there; elsewhere the process must have begun before its number was
    written. A process on another machine is none of ours.
    """
    lock = os.fstat(handle)
    listed = _listed(lock.st_ino)
    if listed is not None:
        return process in listed and _lives(process)
    began = _began(process)
    return began is not None and began <= lock.st_mtime + _SLACK


def _listed(inode: int) -> set[int] | None:
    """The processes that the system lists as holders of a lock on this file; None where there is no list."""
    try:
        lines = [line.split() for line in _LOCKS.read_text().splitlines()]
    except OSError:
        return None
    # NUMBER: FLOCK ADVISORY WRITE PROCESS MAJOR:MINOR:INODE 0 EOF; of one that waits "->" stands before its kind.
    held = [line for line in lines if line[1:2] == ["FLOCK"] and line[5].rpartition(":")[2] == str(inode)]
    return {int(line[4]) for line in held}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _began(process: int) -> float | None:
    """When a process that lives began, as `ps` tells it, the one tool that every system has; None when it does not."""
    asked = ["ps", "-o", "etime=", "-p", str(process)]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
        days, _, clock = told.rpartition("-")
        seconds = 0
        for part in clock.split(":"):
            seconds = 60 * seconds + int(part)
        return time.time() - 86400 * int(days or 0) - seconds
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
