"""Conversations as one typed Parquet table, in row groups, so that it need not fit memory."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from personagraph.synthesis.formats.conversations import MESSAGES, messages
from personagraph.synthesis.formats.sample_format import Row, SampleFormat
from personagraph.synthesis.samples import Lineage

if TYPE_CHECKING:
    import pyarrow

GROUP_ROWS, GROUP_CHARACTERS = 1_000, 16_000_000
"""A row group ends with whichever is reached first."""


def table(rows: Iterable[Row]) -> Iterator[bytes]:
    """The file, piece by piece."""
    import pyarrow
    from pyarrow import parquet

    schema, file = _schema(pyarrow), _Held()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(rows):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))
            yield file.taken()
    yield file.taken()


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows of each row group."""
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(len(turn["content"]) for turn in row["messages"])
        if len(group) >= GROUP_ROWS or size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


class _Held(io.RawIOBase):
    """A file that holds what was written to it until that is taken."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


def _schema(pyarrow: Any) -> "pyarrow.Schema":
    text, number, truth = pyarrow.string(), pyarrow.int64(), pyarrow.bool_()
    message = pyarrow.struct([("role", text), ("content", text)])
    types = {str: text, int: number, bool: truth}
    columns = {"messages": pyarrow.list_(message)}
    columns |= dict.fromkeys(("id", "task", "answer", "check", "reason", "checks", "about"), text)
    columns["lineage"] = pyarrow.struct([(name, types[kind]) for name, kind in Lineage.__annotations__.items()])
    return pyarrow.schema(list(columns.items()))


PARQUET = SampleFormat(
    messages,
    "conversations as a typed table",
    MESSAGES.columns,
    MESSAGES.loads,
    MESSAGES.trainer,
    ending=".parquet",
    pieces=table,
    needs="pyarrow",
    extra="parquet",
)
