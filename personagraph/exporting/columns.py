"""Writes a row a persona with what was measured of it: a table, or a Parquet file."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import ConfigError, UsageError
from personagraph.storage.atomic_files import check_writable, replacing

ENDINGS = (".csv", ".parquet")
_ROWS = 50_000

Columns = Mapping[str, NDArray[Any]]


def check_columns_writable(path: Path) -> None:
    """Raises UsageError for another ending than ENDINGS, ConfigError where the file cannot be written."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"{path} ends with neither {' nor '.join(ENDINGS)}; give it one of these, which says its format"
        )
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            needs = "needs the package pyarrow: pip install 'personagraph[parquet]', or write .csv"
            raise ConfigError(f"{path} {needs}") from error
    check_writable(path)


def write_columns(path: Path, ids: NDArray[np.bytes_], columns: Columns) -> None:
    """Replace the file by a row for each id, in their order: the column `id`, then the others. Raises ConfigError."""
    write = _parquet if path.suffix.lower() == ".parquet" else _csv
    with replacing([path]) as [file]:
        for piece in write(ids, columns):
            file.write(piece)


def _csv(ids: NDArray[np.bytes_], columns: Columns) -> Iterator[bytes]:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["id", *columns])
    for start in range(0, len(ids), _ROWS):
        part = slice(start, start + _ROWS)
        listed = [[id.decode() for id in ids[part].tolist()], *(column[part].tolist() for column in columns.values())]
        rows.writerows(zip(*listed, strict=True))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _parquet(ids: NDArray[np.bytes_], columns: Columns) -> Iterator[bytes]:
    import pyarrow
    from pyarrow import parquet

    texts = pyarrow.array(ids.tolist(), pyarrow.binary()).cast(pyarrow.string())
    table = pyarrow.table({"id": texts, **{name: pyarrow.array(column) for name, column in columns.items()}})
    file = io.BytesIO()
    parquet.write_table(table, file, compression="zstd", row_group_size=_ROWS)
    yield file.getvalue()
