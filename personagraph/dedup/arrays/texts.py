"""Texts by number: in memory, or in a file from which each is read when it is asked for."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from personagraph.arrays.columns import GrowingColumn

CODE = ("utf-8", "surrogatepass")
_UNWRITTEN = 1 << 20
"""Bytes that wait until they are written together."""


class Texts:
    """Texts that are only added, numbered from 0. With a file, memory holds eight bytes for each.

    What the file held before is cut off. Raises OSError for a file that cannot be used.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.ends = GrowingColumn(np.int64)
        self.held = GrowingColumn(np.uint8)
        """What is in memory: all, or what is not in the file yet."""
        self._written = 0
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        self._file = os.open(file, flags, 0o666) if file else -1

    def __len__(self) -> int:
        return self.ends.size

    def __getitem__(self, number: int) -> str:
        start = self.ends.data.item(number - 1) if number else 0
        end = self.ends.data.item(number)
        if start >= self._written:
            found = self.held.data[start - self._written : end - self._written].tobytes()
        else:
            found = os.pread(self._file, end - start, start)
        return found.decode(*CODE)

    def extend(self, texts: Sequence[str]) -> None:
        """Put texts at the end."""
        rows = [text.encode(*CODE) for text in texts]
        before = self._written + self.held.size
        self.ends.extend(np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows))) + before)
        self.held.extend(np.frombuffer(b"".join(rows), np.uint8))
        if self._file >= 0 and self.held.size > _UNWRITTEN:
            self.write()

    def write(self) -> None:
        """Put what is held into the file. A text never stands in part in the file, and in part in memory."""
        view = memoryview(self.held.rows().tobytes())
        while view:
            done = os.pwrite(self._file, view, self._written)
            self._written, view = self._written + done, view[done:]
            self.held.replace(np.frombuffer(view, np.uint8))

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
