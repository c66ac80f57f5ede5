"""Reads the rows of a Parquet file, as objects of its columns, in pieces that the memory can bear."""

import math
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import count
from typing import Any, BinaryIO

from personagraph.text.files import PARQUET
from personagraph.text.plain import has_half_character
from personagraph.text.rows.lines import LONGEST
from personagraph.text.rows.names import missing, named, places
from personagraph.text.rows.objects import Row

ENDING = ".parquet"
MOST_COLUMNS = 10_000
_MOST_ROWS, _PIECE = 10_000, 16_000_000
"""Rows, and bytes by what the file says of itself, that are read at once."""
_LONGEST_SAID = 200


def is_parquet(file: BinaryIO) -> bool:
    """Whether a file begins as one."""
    file.seek(0)
    begins = file.read(len(PARQUET))
    file.seek(0)
    return begins == PARQUET


def parquet_rows(file: BinaryIO, field: str, *, longest: int = LONGEST) -> Iterator[Row]:
    """The rows, each with its number; one of more than so many characters cannot be used.

    What JSON has no value for is told as a text: dates and times as ISO 8601, decimals by their digits, bytes as the
    text that they are in UTF-8, or else in base64; a number that is none is null. Nothing follows what spoils the file:
    that it is damaged, or has no such column, or that pyarrow is missing.
    """
    try:
        import pyarrow
    except ImportError:
        yield _spoiled("is Parquet, which needs the package pyarrow: pip install 'personagraph[parquet]'")
        return
    try:
        source = _opened(file)
        columns = source.schema_arrow.names
        place = places(tuple(columns), frozenset({field})).get(field)
        if place is None:
            yield _spoiled(missing("column", field, columns))
        elif len(columns) > MOST_COLUMNS:
            yield _spoiled(f"it has {len(columns):,} columns, at most {MOST_COLUMNS:,} are read")
        else:
            names = named(columns)
            for number, values in zip(count(1), _rows(source), strict=False):
                yield _row(number, dict(zip(names, values, strict=True)), names[place], longest)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        yield _spoiled(f"is Parquet that cannot be read: {' '.join(str(error).split())[:_LONGEST_SAID]}")


def _opened(file: BinaryIO) -> Any:
    """The file, with its texts as numbers of the texts that there are.

    So they mostly stand there, and a long text that all rows have takes its own length, and not that of all of them.
    """
    from pyarrow import parquet, types

    try:
        file.seek(0, os.SEEK_END)
    except (OSError, ValueError):
        raise ValueError("it is packed once more; unpack it first") from None
    source = parquet.ParquetFile(file)
    texts = [each.name for each in source.schema_arrow if types.is_string(each.type) or types.is_binary(each.type)]
    return parquet.ParquetFile(file, metadata=source.metadata, read_dictionary=texts)


def _rows(source: Any) -> Iterator[tuple[Any, ...]]:
    """The values of each row, in the order of the columns."""
    said = source.metadata
    size = sum(said.row_group(n).total_byte_size for n in range(said.num_row_groups))
    at_once = min(_MOST_ROWS, max(1, _PIECE * said.num_rows // max(1, size)))
    for batch in source.iter_batches(batch_size=at_once, use_threads=False):
        yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: Any) -> Sequence[Any]:
    """What JSON can tell of a column."""
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        used = column.indices.unique().drop_null()
        told = dict(zip(used.to_pylist(), _values(column.dictionary.take(used)), strict=True))
        return [None if number is None else told[number] for number in column.indices.to_pylist()]
    if types.is_string(kind) or types.is_large_string(kind):
        try:
            return column.to_pylist()  # type: ignore[no-any-return]
        except UnicodeDecodeError:
            found = column.cast("large_binary").to_pylist()
            return [None if value is None else value.decode(errors="surrogateescape") for value in found]
    if types.is_integer(kind) or types.is_boolean(kind):
        return column.to_pylist()  # type: ignore[no-any-return]
    return [_told(value) for value in column.to_pylist()]


def _told(value: Any) -> Any:
    return next(
        (tell(value) for kind, tell in _TOLD if isinstance(value, kind)), value if value is None else str(value)
    )


def _bytes_told(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return b64encode(value).decode()


_TOLD: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((str, bool, int), lambda value: value),
    (float, lambda value: value if math.isfinite(value) else None),
    (bytes, _bytes_told),
    ((datetime, date, time), lambda value: value.isoformat()),
    (Mapping, lambda value: {str(name): _told(each) for name, each in value.items()}),
    ((list, tuple), lambda value: [_told(each) for each in value]),
)
"""How the values of each kind are told in JSON."""


def _row(number: int, fields: Mapping[str, Any], name: str, longest: int) -> Row:
    texts = [value for value in fields.values() if isinstance(value, str)]
    if (length := sum(map(len, texts))) > longest:
        return Row(number, {}, f"the row is {length:,} characters long, at most {longest:,} are read")
    if any(map(has_half_character, texts)):
        return Row(number, {}, "not UTF-8; convert the file first")
    return Row(number, fields, name=name)


def _spoiled(fault: str) -> Row:
    return Row(1, {}, fault, spoils=True)
