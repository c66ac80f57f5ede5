"""Whether a drive has what shared databases need: locks on files, and memory that is shared through a file."""

import errno
import mmap
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from personagraph.errors import ConfigError

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
"""What the system says of a drive that cannot lock a file; of a lock that somebody holds it says something else."""
_NO_MAPS = {errno.ENODEV, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
_FINE: set[int] = set()
"""The drives, by number, that this process has found to have all of it."""
_MOUNTS = Path("/proc/self/mountinfo")


def refuse_lockless(folder: Path) -> None:
    """Raises ConfigError for a folder on a drive without locks; a file without a name is made there to find out.

    A drive that has them is tried once: where somebody writes much, making a file waits for the disk.
    """
    with suppress(OSError):
        drive = folder.stat().st_dev
        if drive in _FINE:
            return
        lacks = _tried(folder)
        if lacks:
            raise ConfigError(told(folder, lacks))
        _FINE.add(drive)


def lockless(folder: Path) -> str:
    """That a folder is on a drive that databases cannot be kept on, and what to do; empty when it can, or is not known.

    Both kinds of locks are tried: SQLite takes those of a process on a part of a file, we those of a whole file.
    """
    with suppress(OSError):
        lacks = _tried(folder)
        return lacks and told(folder, lacks)
    return ""


def _tried(folder: Path) -> str:
    """What the drive lacks, as tried; empty when nothing. Raises OSError when nothing can be made there."""
    with tempfile.TemporaryFile(dir=folder) as file:
        return _lacks(file.fileno())


def told(folder: Path, lacks: str = "file locks") -> str:
    """What is said of a folder on a drive that lacks them, and what to do."""
    kind = kind_of_drive(folder)
    named = f" ({kind})" if kind else ""
    return f"{folder} is on a drive without {lacks}{named}, which a workspace needs; put the workspace on a local disk"


def kind_of_drive(folder: Path) -> str:
    """The name of the file system that a folder is on, such as nfs4; empty where the system does not tell."""
    with suppress(OSError, LookupError):
        number = folder.stat().st_dev
        for line in reversed(_MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()):
            # The last mount on a place lies over those before it: ID PARENT MAJOR:MINOR ROOT PLACE … - KIND SOURCE …
            mount, _, more = line.partition(" - ")
            if mount.split()[2] == f"{os.major(number)}:{os.minor(number)}":
                return more.split()[0]
    return ""


def _lacks(file: int) -> str:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
    except OSError as error:
        return "file locks" if error.errno in NO_LOCKS else ""
    try:
        os.ftruncate(file, mmap.PAGESIZE)
        mmap.mmap(file, mmap.PAGESIZE).close()
    except OSError as error:
        return "shared memory" if error.errno in _NO_MAPS else ""
    return ""
