"""One writer a workspace: a lock that the operating system gives back when the process ends, however it ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from personagraph.errors import ConfigError


@contextmanager
def writer(folder: Path) -> Iterator[None]:
    """Hold the workspace's lock. Raises ConfigError naming the process that holds it."""
    import fcntl

    path = folder / "writer.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; the workspace must be a folder that can be written to") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 20).decode(errors="replace").strip()
            raise ConfigError(
                f"{folder}: process {holder or 'unknown'} is writing to this workspace; wait for it, or stop it"
            ) from error
        # On a full disk the lock holds without the name of its holder, and what is to be written says what is wrong.
        with suppress(OSError):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
