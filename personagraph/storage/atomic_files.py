"""Writes files that take their places only when they are complete."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from personagraph.errors import ConfigError
from personagraph.storage.parts import Part, part
from personagraph.storage.plain_files import belongs_to_workspace, linked_folder


@contextmanager
def replacing(targets: Sequence[Path]) -> Iterator[list[BinaryIO]]:
    """Open files that replace the targets, in order, when the block ends well; otherwise nothing is changed or left.

    Each is written beside its target and flushed to disk before any is renamed. It keeps the mode of what it replaces;
    a new one has what the umask leaves. What a killed process left beside a target is removed. Raises ConfigError
    naming the target when its folder is missing, it may not be written, it is a link or no regular file, it belongs to
    a workspace, or the disk is full.
    """
    with ExitStack() as opened:
        with translated(targets[0]):
            for target in targets:
                _check(target)
            parts: list[Part] = [opened.enter_context(part(target)) for target in targets]
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


def check_writable(target: Path) -> None:
    """Raises ConfigError naming the file when it could not be written, before anything is paid for."""
    with translated(target):
        if not target.absolute().parent.is_dir():
            raise ConfigError(f"{target} cannot be written: its folder does not exist; make it first")
        _check(target)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns OSError into ConfigError, naming the file and what to do."""
    try:
        yield
    except OSError as error:
        hint = "its folder does not exist; make it first" if isinstance(error, FileNotFoundError) else error.strerror
        raise ConfigError(f"{path} cannot be written: {hint}") from error


def _check(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        raise ConfigError(f"{target} is a folder; name a file in it as --output")
    if belongs_to_workspace(target):
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
