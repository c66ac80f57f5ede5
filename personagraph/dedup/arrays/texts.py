"""Texts by number: in memory, or in a file from which each is read when it is asked for."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn, Saved, check_texts
from personagraph.arrays.compiled import compiled

CODE = ("utf-8", "surrogatepass")
_UNWRITTEN = 1 << 20
"""Bytes that wait until they are written together."""


@compiled
def _copy_rows(data, ends, rows, before, held, size, text_ends, number):  # type: ignore[no-untyped-def]
    """How many bytes are held then; the first that is added is at `before` in all."""
    first = size
    for row in rows:
        start = ends[row - 1] if row else 0
        for index in range(start, ends[row] - 1):
            held[size] = data[index]
            size += 1
        text_ends[number] = before + size - first
        number += 1
    return size


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

    def saved(self) -> Saved:
        """Texts that are in memory, as they can be written to a file of arrays."""
        return {"ends": self.ends.saved(), "held": self.held.saved()}

    def take(self, saved: Saved) -> None:
        """Hold what was saved, where it lies. Raises ValueError when that is not such texts."""
        self.ends.take(saved["ends"])
        self.held.take(saved["held"])
        check_texts(self.held.rows(), self.ends.rows(), "texts")

    def extend(self, texts: Sequence[str]) -> None:
        """Put texts at the end."""
        rows = [text.encode(*CODE) for text in texts]
        before = self._written + self.held.size
        self.ends.extend(np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows))) + before)
        self.held.extend(np.frombuffer(b"".join(rows), np.uint8))
        self._write_much()

    def extend_by(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], rows: npt.NDArray[np.int32]) -> None:
        """Put some rows of the data at the end, of which each, and a line feed that is left out, ends at `ends`."""
        size, before = int(ends[-1]) if len(ends) else 0, self._written + self.held.size
        held, text_ends = self.held.reserve(size), self.ends.reserve(len(rows))
        self.held.size = _copy_rows(data, ends, rows, before, held, self.held.size, text_ends, self.ends.size)
        self.ends.size += len(rows)
        self._write_much()

    def _write_much(self) -> None:
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
