"""Writes files that take their places only when they are complete."""

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from personagraph.errors import ConfigError
from personagraph.storage.workspace_files import SAMPLES, belongs_to_workspace, in_workspace, linked_folder

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def replacing(targets: Sequence[Path], *, of_workspace: bool = False) -> Iterator[list[BinaryIO]]:
    """Open files that replace the targets, in order, when the block ends well; otherwise nothing is changed or left.

    Each is written beside its target and flushed to disk before any is renamed. It keeps the mode of what it replaces;
    a new one has what the umask leaves. What a killed process left beside a target is removed. Raises ConfigError
    naming the target when its folder is missing, it may not be written, it is a link or no regular file, it belongs to
    a workspace and is not said to be `of_workspace`, or the disk is full.
    """
    with ExitStack() as opened:
        with translated(targets[0]):
            for target in targets:
                _check(target, of_workspace)
            parts: list[_Part] = [opened.enter_context(_part(target)) for target in targets]
            yield [each.file for each in parts]
            for each in parts:
                each.file.flush()
                os.fsync(each.file.fileno())
        with translated(targets[0]):
            for each in parts:
                each.put_in_place()
            for each in parts:
                with suppress(OSError):
                    os.fsync(each.folder)


@contextmanager
def folder(path: Path) -> Iterator[None]:
    """Make the folder if it is not there, and take it away again when the block fails. Raises ConfigError."""
    with translated(path):
        _refuse_links(path)
        if path.exists() and not path.is_dir():
            raise ConfigError(f"{path} is a file; this format writes a folder: name another --output")
        if belongs_to_workspace(path):
            raise ConfigError(f"{path} belongs to a workspace; name another --output")
        made = not path.exists()
        path.mkdir(exist_ok=True)
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):
                path.rmdir()
        raise


def check_folder(path: Path) -> None:
    """Raises ConfigError when a folder of a workspace is a link or a file, or holds a link; it need not be there."""
    with translated(path):
        _refuse_links(path)
        if path.exists() and not path.is_dir():
            raise ConfigError(f"{path} is no folder; remove it, or move it away")
        for each in sorted(path.glob("*")):
            if each.is_symlink() or not (each.is_file() or each.is_dir()):
                raise ConfigError(f"{each} is a link or no file, and is not written to; remove it, or move it away")


def make_folder(path: Path) -> None:
    """Make a folder of a workspace if it is not there. Raises ConfigError, also when it is a link."""
    check_folder(path)
    with translated(path):
        path.mkdir(exist_ok=True)


def check_package(what: str, package: str, extra: str = "") -> None:
    """Raises ConfigError, saying what to install, when the package that `what` needs is missing; none is never missing.

    `extra` is what of personagraph brings it.
    """
    try:
        if package:
            import_module(package)
    except ImportError as error:
        wanted = f"'personagraph[{extra}]'" if extra else package
        raise ConfigError(f"{what} needs the package {package}: pip install {wanted}") from error


def check_writable(target: Path) -> None:
    """Raises ConfigError naming the file when it could not be written, before anything is paid for."""
    with translated(target):
        if not target.absolute().parent.is_dir():
            raise ConfigError(f"{target} cannot be written: its folder does not exist; make it first")
        _check(target)


def is_part(path: Path, target: Path) -> bool:
    """Whether a file is called as what is being written in place of the target: that is swept away as a left-over."""
    beside = os.path.realpath(path.parent) == os.path.realpath(target.parent)
    return beside and _parts_of(re.escape(target.name)).fullmatch(path.name) is not None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns OSError into ConfigError, naming the file and what to do."""
    try:
        yield
    except OSError as error:
        hint = "its folder does not exist; make it first"
        if not isinstance(error, FileNotFoundError) or path.absolute().parent.is_dir():
            full = error.errno in _FULL
            hint = f"{error.strerror}; {'make room there' if full else 'check the permissions'}, or name another place"
        raise ConfigError(f"{path} cannot be written: {hint}") from error


def _check(target: Path, of_workspace: bool = False) -> None:
    if target.is_dir() and not target.is_symlink():
        raise ConfigError(f"{target} is a folder; name a file in it as --output")
    if not of_workspace and belongs_to_workspace(target):
        raise ConfigError(f"{target} belongs to a workspace; name another --output")
    _refuse_links(target)
    if target.exists() and not stat.S_ISREG(target.lstat().st_mode):
        raise ConfigError(f"{target} is not a regular file; name another --output")
    if target.exists() and not os.access(target, os.W_OK):
        raise ConfigError(f"{target} cannot be written: it is read-only; name another --output")


def _refuse_links(path: Path) -> None:
    """Raises ConfigError for a link, and for what is reached by one that lies in a workspace."""
    if path.is_symlink():
        raise ConfigError(f"{path} is a link, which is not followed; name what it leads to, or another place")
    if link := linked_folder(path):
        raise ConfigError(f"{link} is a link in a workspace, which is not followed; name another place")


@dataclass(frozen=True, slots=True)
class _Part:
    """A file that is being written: open, locked, and named for nobody else. `folder` is a descriptor."""

    folder: int
    name: str
    target: str
    file: BinaryIO

    def put_in_place(self) -> None:
        """Rename it to its target, whatever is there; a link is replaced, and not followed."""
        os.replace(self.name, self.target, src_dir_fd=self.folder, dst_dir_fd=self.folder)


@contextmanager
def _part(target: Path) -> Iterator[_Part]:
    """A part for the target, with its mode; what is still there at the end is removed. Raises OSError.

    As long as its process lives it holds a lock on the part, which is how the next one knows what is left over. Where
    the file system has no locks, nothing is known to be left over, and nothing is removed.
    """
    folder = _opened_folder(target.parent)
    try:
        _sweep(folder, target)
        replaced = _regular(folder, target.name)
        # What replaces a file is its owner's alone until it has the mode of that file.
        name, descriptor = _made_part(folder, target.name, 0o600 if replaced else 0o666)
        try:
            file = os.fdopen(descriptor, "wb")
            if replaced:
                _take_mode(descriptor, replaced)
            yield _Part(folder, name, target.name, file)
        finally:
            with suppress(OSError):  # what could not be written was told when it was flushed
                file.close()
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
    finally:
        os.close(folder)


def _opened_folder(folder: Path) -> int:
    """A descriptor of the folder; within a workspace it can be no link."""
    within = in_workspace(folder.absolute().parent)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if within else 0))


def _made_part(folder: int, target: str, mode: int) -> tuple[str, int]:
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
    for name in filter(_parts_of(".+" if ours else re.escape(target.name)).fullmatch, os.listdir(folder)):
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


def _parts_of(targets: str) -> re.Pattern[str]:
    return re.compile(rf"\.{targets}\.[0-9a-f]{{8}}\.part")


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
