"""Texts by their number, on disk: what millions of descriptions would take of the memory."""

import os
import secrets
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PENDING = 1 << 20
"""Bytes that wait in memory to be written at once."""


class TextFile:
    """A list of texts that grows at its end, in a file without a name in `folder`, which is gone when it is closed.

    In memory are eight bytes a text, and the last ones. Raises OSError when the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._ends = array("Q", [0])
        self._pending = bytearray()
        self._written = 0

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> None:
        """Add a text; its number is how many there were."""
        self._pending += text.encode()
        self._ends.append(self._written + len(self._pending))
        if len(self._pending) >= _PENDING:
            self._write()

    def __getitem__(self, number: int) -> str:
        begin, end = self._ends[number], self._ends[number + 1]
        if begin >= self._written:
            return self._pending[begin - self._written : end - self._written].decode()
        return os.pread(self._file.fileno(), end - begin, begin).decode()

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def _write(self) -> None:
        rest = memoryview(bytes(self._pending))
        while rest:
            rest = rest[self._file.write(rest) :]
        self._written += len(self._pending)
        self._pending.clear()


@contextmanager
def passing(target: Path) -> Iterator[Path]:
    """A new, empty file beside the target, which loses its name when the block ends: whoever opened it has it alone.

    What a killed process left of it is removed as what it left of the target is. Raises OSError when it cannot be made.
    """
    name = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield name
    finally:
        os.unlink(name)
