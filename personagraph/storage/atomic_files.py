"""Writes files that take their places only when they are complete."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from personagraph.errors import ConfigError


@contextmanager
def replacing(targets: Sequence[Path]) -> Iterator[list[BinaryIO]]:
    """Open files that replace the targets, in order, when the block ends well; otherwise nothing is changed or left.

    Each is written beside its target and flushed to disk before any is renamed. Raises ConfigError naming the target
    when its folder is missing, it may not be written, it is no regular file, or the disk is full.
    """
    parts = [target.with_name(f".{target.name}.{secrets.token_hex(4)}.part") for target in targets]
    try:
        with translated(targets[0]), ExitStack() as opened:
            for target in targets:
                _check(target)
            files: list[BinaryIO] = [opened.enter_context(part.open("xb")) for part in parts]
            yield files
            for file in files:
                file.flush()
                os.fsync(file.fileno())
        with translated(targets[0]):
            for part, target in zip(parts, targets, strict=True):
                part.replace(target)
            for parent in {target.parent for target in targets}:
                _sync_folder(parent)
    finally:
        for part in parts:
            with suppress(OSError):
                part.unlink()


@contextmanager
def folder(path: Path) -> Iterator[None]:
    """Make the folder if it is not there, and take it away again when the block fails. Raises ConfigError."""
    with translated(path):
        if path.exists() and not path.is_dir():
            raise ConfigError(f"{path} is a file; this format writes a folder: name another --output")
        made = not path.exists()
        path.mkdir(exist_ok=True)
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):
                path.rmdir()
        raise


def make_folder(path: Path) -> None:
    """Make the folder if it is not there. Raises ConfigError."""
    with translated(path):
        path.mkdir(exist_ok=True)


def check_writable(target: Path) -> None:
    """Raises ConfigError naming the file when it could not be written, before anything is paid for."""
    if not target.resolve().parent.is_dir():
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
    if target.is_dir():
        raise ConfigError(f"{target} is a folder; name a file in it as --output")
    if target.exists() and not target.is_file():
        raise ConfigError(f"{target} is not a regular file; name another --output")
    if target.name == "personagraph.toml" or _is_database(target):
        raise ConfigError(f"{target} belongs to a workspace; name another --output")
    if target.exists() and not os.access(target, os.W_OK):
        raise ConfigError(f"{target} cannot be written: it is read-only; name another --output")


def _is_database(target: Path) -> bool:
    """Whether it is, or would be taken for, a file of SQLite: such as a ledger full of paid replies."""
    if ".sqlite3" in target.name:
        return True
    if not target.exists():
        return False
    with target.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def _sync_folder(path: Path) -> None:
    """Make the renames last, where the system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
