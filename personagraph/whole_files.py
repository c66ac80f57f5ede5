"""Writes a file whole or not at all: what was there stays until the new one is on disk."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from personagraph.errors import ConfigError


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8) that takes the name `path` when the block ends well; after an error nothing is left of it.

    Raises ConfigError naming the file when it cannot be written, or is there and is no file.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise ConfigError(f"{path}: is there and is no file; name another output")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written ({error.strerror}); check the folder, its permissions and the free space"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
