"""Writes a graph as two Parquet tables: nodes.parquet and edges.parquet, in row groups, so that it need not fit memory.

The columns are typed: a missing depth is null, the calls of a relationship are a list of texts.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from personagraph.exporting.fields import EDGE, edge_fields, node_fields, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.subgraph import Subgraph

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP = 20_000


def nodes(graph: Subgraph) -> Iterator[bytes]:
    """nodes.parquet, piece by piece: the personas in order of entry."""
    yield from _table(node_types(), map(node_fields, graph.personas()))


def edges(graph: Subgraph) -> Iterator[bytes]:
    """edges.parquet, piece by piece: the relationships between the personas of nodes.parquet."""
    yield from _table(EDGE, map(edge_fields, graph.relationships()))


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


def _table(columns: Mapping[str, type], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    import pyarrow
    from pyarrow import parquet

    schema, file, rows = _schema(pyarrow, columns), _Pieces(), iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(rows, ROW_GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))
            yield file.taken()
    yield file.taken()


def _schema(pyarrow: Any, columns: Mapping[str, type]) -> "pyarrow.Schema":
    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    listed = {"calls": pyarrow.list_(pyarrow.string())}
    return pyarrow.schema([(name, listed.get(name, types[type])) for name, type in columns.items()])


FORMAT = Format(
    {"nodes.parquet": nodes, "edges.parquet": edges}, "a folder with two typed tables", needs="pyarrow", extra="parquet"
)
