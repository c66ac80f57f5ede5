"""Writes a graph as two Parquet tables: nodes.parquet and edges.parquet, in row groups, so that it need not fit memory.

The columns are typed: a missing depth is null, the calls of a relationship are a list of texts.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from personagraph.exporting.fields import EDGE, Table, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.subgraph import Subgraph

if TYPE_CHECKING:
    import pyarrow


def nodes(graph: Subgraph) -> Iterator[bytes]:
    """nodes.parquet, piece by piece: the personas in order of entry."""
    yield from _table(node_types(), graph.personas())


def edges(graph: Subgraph) -> Iterator[bytes]:
    """edges.parquet, piece by piece: the relationships between the personas of nodes.parquet."""
    yield from _table(EDGE, graph.relationships())


class _Pieces(io.RawIOBase):
    """A file that hands back what was written to it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def _table(columns: Mapping[str, type], tables: Iterable[Table]) -> Iterator[bytes]:
    import pyarrow
    from pyarrow import parquet

    schema, file = _schema(pyarrow, columns), _Pieces()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in tables:
            group = {name: column.values for name, column in table.items()}
            writer.write_table(pyarrow.Table.from_pydict(group, schema))
            yield file.taken()
    yield file.taken()


def _schema(pyarrow: Any, columns: Mapping[str, type]) -> "pyarrow.Schema":
    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    listed = {"calls": pyarrow.list_(pyarrow.string())}
    return pyarrow.schema([(name, listed.get(name, types[type])) for name, type in columns.items()])


FORMAT = Format(
    {"nodes.parquet": nodes, "edges.parquet": edges}, "a folder with two typed tables", needs="pyarrow", extra="parquet"
)
