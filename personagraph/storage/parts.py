"""Parts: a file that is being written, beside the one that it will replace; what killed processes left is removed."""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from personagraph.storage.plain_files import SAMPLES, in_workspace


@dataclass(frozen=True, slots=True)
class Part:
    """A file that is being written: open, locked, and named for nobody else. `folder` is a descriptor."""

    folder: int
    name: str
    target: str
    file: BinaryIO

    def put_in_place(self) -> None:
        """Rename it to its target, whatever is there; a link is replaced, and not followed."""
        os.replace(self.name, self.target, src_dir_fd=self.folder, dst_dir_fd=self.folder)


@contextmanager
def part(target: Path) -> Iterator[Part]:
    """A part for the target, with its mode; what is still there at the end is removed. Raises OSError.

    As long as its process lives it holds a lock on the part, which is how the next one knows what is left over. Where
    the file system has no locks, nothing is known to be left over, and nothing is removed.
    """
    folder = _opened(target.parent)
    try:
        _sweep(folder, target)
        replaced = _regular(folder, target.name)
        # What replaces a file is its owner's alone until it has the mode of that file.
        name, descriptor = _made(folder, target.name, 0o600 if replaced else 0o666)
        try:
            file = os.fdopen(descriptor, "wb")
            if replaced:
                _take_mode(descriptor, replaced)
            yield Part(folder, name, target.name, file)
        finally:
            with suppress(OSError):  # what could not be written was told when it was flushed
                file.close()
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
    finally:
        os.close(folder)


def _opened(folder: Path) -> int:
    """A descriptor of the folder; within a workspace it can be no link."""
    within = in_workspace(folder.absolute().parent)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if within else 0))


def _made(folder: int, target: str, mode: int) -> tuple[str, int]:
    """The name and the descriptor of a new part that is locked, and was not swept away before it was."""
    while True:
        name = f".{target}.{secrets.token_hex(4)}.part"
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode, dir_fd=folder)
        if _locked(descriptor) is not False and os.fstat(descriptor).st_nlink:
            return name, descriptor
        os.close(descriptor)


def _take_mode(descriptor: int, replaced: os.stat_result) -> None:
    """Give a part the permissions of the file that it replaces, and its group, or else nothing for any group."""
    mode = stat.S_IMODE(replaced.st_mode) & 0o777
    if os.fstat(descriptor).st_gid != replaced.st_gid:
        try:
            os.fchown(descriptor, -1, replaced.st_gid)
        except OSError:
            mode &= ~0o070
    with suppress(OSError):  # some file systems have no modes
        os.fchmod(descriptor, mode)


def _sweep(folder: int, target: Path) -> None:
    """Remove the parts of the target that no process is writing; in the samples of a workspace, of all targets."""
    ours = target.parent.name == SAMPLES and in_workspace(target.parent)
    pattern = re.compile(rf"\.{'.+' if ours else re.escape(target.name)}\.[0-9a-f]{{8}}\.part")
    for name in filter(pattern.fullmatch, os.listdir(folder)):
        with suppress(OSError):
            found = _regular(folder, name)
            if not found or found.st_uid != os.geteuid():
                continue
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            try:
                if os.path.samestat(found, os.fstat(descriptor)) and _locked(descriptor):
                    os.unlink(name, dir_fd=folder)
            finally:
                os.close(descriptor)


def _regular(folder: int, name: str) -> os.stat_result | None:
    """The file of this name, unless there is none, or it is something else."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _locked(descriptor: int) -> bool | None:
    """Whether the file could be locked; False when another process holds it, None where files cannot be locked."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
