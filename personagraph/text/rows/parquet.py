"""Reads the rows of a Parquet file, as objects of its columns, in pieces that the memory can bear."""

import math
import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from personagraph.text.files import PARQUET, copy_of
from personagraph.text.plain import has_half_character
from personagraph.text.rows.lines import LONGEST
from personagraph.text.rows.names import missing, named, places
from personagraph.text.rows.objects import Row

ENDING = ".parquet"
MOST_COLUMNS = 10_000
_MOST_ROWS, _PIECE = 10_000, 16_000_000
"""Rows, and bytes by what the file says of itself, that are read at once."""
_LONGEST_SAID = 200
_FRACTION_OF_NONE = re.compile(r"(?<=:\d\d)\.0+(?!\d)")
_ZONE = re.compile(r"([+-]\d\d)(\d\d)\Z")


def is_parquet(file: BinaryIO) -> bool:
    """Whether a file begins as one."""
    file.seek(0)
    begins = file.read(len(PARQUET))
    file.seek(0)
    return begins == PARQUET


def parquet_rows(file: BinaryIO, path: str | Path, field: str, *, longest: int = LONGEST) -> Iterator[Row]:
    """The rows, each with its number; one of more than so many characters cannot be used.

    What JSON has no value for is told as a text: dates and times of any year and with all their digits as ISO 8601,
    decimals by their digits, bytes as the text that they are in UTF-8, or else in base64; a number that is none is
    null. Nothing follows what spoils the file: that it is damaged, has no such column, or that pyarrow is missing.
    Of a packed file (gzip) an unpacked copy is kept while it is read. Raises InputError when that cannot be made.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        yield _spoiled("is Parquet, which needs the package pyarrow: pip install 'personagraph[parquet]'")
        return
    with ExitStack() as stack:
        if not _has_an_end(file):
            file = stack.enter_context(copy_of(file, path))
        yield from _read(file, field, longest)


def _read(file: BinaryIO, field: str, longest: int) -> Iterator[Row]:
    import pyarrow

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
    except (pyarrow.ArrowException, OSError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        yield _spoiled(f"is Parquet that cannot be read: {' '.join(str(error).split())[:_LONGEST_SAID]}")


def _has_an_end(file: BinaryIO) -> bool:
    """Whether it can be read from its end, as Parquet is: not while it is unpacked."""
    try:
        file.seek(0, os.SEEK_END)
    except (OSError, ValueError):
        return False
    finally:
        file.seek(0)
    return True


def _opened(file: BinaryIO) -> Any:
    """The file, with its texts as numbers of the texts that there are.

    So they mostly stand there, and a long text that all rows have takes its own length, and not that of all of them.
    """
    from pyarrow import parquet, types

    source = parquet.ParquetFile(file, coerce_int96_timestamp_unit="us")
    texts = [each.name for each in source.schema_arrow if types.is_string(each.type) or types.is_binary(each.type)]
    return parquet.ParquetFile(file, metadata=source.metadata, read_dictionary=texts, coerce_int96_timestamp_unit="us")


def _rows(source: Any) -> Iterator[tuple[Any, ...]]:
    """The values of each row, in the order of the columns."""
    said = source.metadata
    size = sum(said.row_group(n).total_byte_size for n in range(said.num_row_groups))
    at_once = min(_MOST_ROWS, max(1, _PIECE * said.num_rows // max(1, size)))
    for batch in source.iter_batches(batch_size=at_once, use_threads=False):
        yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: Any) -> Sequence[Any]:
    """What JSON can tell of a column, of what it is nested in, too.

    Of times and dates Python's own types hold neither all years nor nanoseconds, so they are told from the column.
    """
    from pyarrow import types

    return next((tell for is_kind, tell in _kinds(types) if is_kind(column.type)), _others)(column)


def _kinds(types: Any) -> Iterator[tuple[Callable[[Any], bool], Callable[[Any], Sequence[Any]]]]:
    """How the columns of each kind are told, the more usual ones first."""
    yield types.is_dictionary, _dictionary
    for is_text in (types.is_string, types.is_large_string, types.is_string_view):
        yield is_text, _texts
    for is_plain in (types.is_integer, types.is_boolean, types.is_null):
        yield is_plain, lambda column: column.to_pylist()
    yield types.is_floating, _numbers
    yield types.is_duration, _durations
    yield types.is_interval, _others
    yield types.is_temporal, _moments
    yield types.is_struct, _objects
    yield types.is_map, _maps
    for is_list in (types.is_list, types.is_large_list, types.is_fixed_size_list):
        yield is_list, _lists
    for is_list in (types.is_list_view, types.is_large_list_view):
        yield is_list, _lists
    yield lambda kind: hasattr(kind, "extension_name"), _extension


def _dictionary(column: Any) -> Sequence[Any]:
    used = column.indices.unique().drop_null()
    told = dict(zip(used.to_pylist(), _values(column.dictionary.take(used)), strict=True))
    return [None if number is None else told[number] for number in column.indices.to_pylist()]


def _texts(column: Any) -> Sequence[Any]:
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        found = column.cast("large_binary").to_pylist()
        return [None if value is None else value.decode(errors="surrogateescape") for value in found]


def _numbers(column: Any) -> Sequence[Any]:
    return [None if value is None or not math.isfinite(value) else float(value) for value in column.to_pylist()]


def _moments(column: Any) -> Sequence[Any]:
    """Dates, times of day and moments in ISO 8601; those of a zone that nobody knows in UTC."""
    import pyarrow

    end = ""
    try:
        found = column.cast("string")
    except pyarrow.ArrowInvalid:
        found, end = column.cast(pyarrow.timestamp(column.type.unit)).cast("string"), "+00:00"
    return [None if value is None else _iso(value) + end for value in found.to_pylist()]


def _iso(text: str) -> str:
    if text.startswith("<"):  # a number of days, or of whatever it is, that no calendar has
        return text
    text = _FRACTION_OF_NONE.sub("", text.replace(" ", "T"))
    return _ZONE.sub(r"\1:\2", text) if text[-1:] != "Z" else f"{text[:-1]}+00:00"


def _durations(column: Any) -> Sequence[Any]:
    """Seconds in ISO 8601, as PT90.5S."""
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[column.type.unit]

    def told(value: int) -> str:
        whole, rest = divmod(abs(value), 10**digits)
        fraction = f".{rest:0{digits}}".rstrip("0") if rest else ""
        return f"{'-' * (value < 0)}PT{whole}{fraction}S"

    return [None if value is None else told(value) for value in column.cast("int64").to_pylist()]


def _objects(column: Any) -> Sequence[Any]:
    names = named([each.name for each in column.type])
    fields = [_values(each) for each in column.flatten()]
    rows = zip(*fields, strict=True) if fields else repeat((), len(column))
    there = column.is_valid().to_pylist()
    return [dict(zip(names, row, strict=True)) if is_there else None for row, is_there in zip(rows, there, strict=True)]


def _lists(column: Any) -> Sequence[Any]:
    from pyarrow import compute

    values = iter(_values(column.flatten()))
    lengths = compute.list_value_length(column).to_pylist()
    return [None if length is None else [*islice(values, length)] for length in lengths]


def _maps(column: Any) -> Sequence[Any]:
    """Lists of pairs of a key and a value: a key may be there twice."""
    import pyarrow

    entry = pyarrow.struct([("key", column.type.key_type), ("value", column.type.item_type)])
    told = _values(column.cast(pyarrow.list_(entry)))
    return [None if entries is None else [[*each.values()] for each in entries] for entries in told]


def _extension(column: Any) -> Sequence[Any]:
    """What it is stored as; a UUID as it is written."""
    tell = _EXTENSIONS.get(column.type.extension_name)
    if tell is None:
        return _values(column.storage)
    return [None if value is None else tell(value) for value in column.storage.to_pylist()]


def _others(column: Any) -> Sequence[Any]:
    """Bytes as a text, and decimals by their digits."""
    found = column.to_pylist()
    return [_bytes_told(each) if isinstance(each, bytes) else each if each is None else str(each) for each in found]


def _bytes_told(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return b64encode(value).decode()


_EXTENSIONS: dict[str, Callable[[Any], Any]] = {
    "arrow.uuid": lambda value: str(UUID(bytes=value)),
    "arrow.bool8": bool,
}
"""How the values of extensions are told of which it does not tell enough how they are stored."""


def _row(number: int, fields: Mapping[str, Any], name: str, longest: int) -> Row:
    texts = [*_texts_in(fields.values())]
    if (length := sum(map(len, texts))) > longest:
        return Row(number, {}, f"the row is {length:,} characters long, at most {longest:,} are read")
    if any(map(has_half_character, texts)):
        return Row(number, {}, "not UTF-8; convert the file first")
    return Row(number, fields, name=name)


def _texts_in(values: Iterable[Any]) -> Iterator[str]:
    """The texts among the values, and in those that are nested."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _texts_in(value.values())
        elif isinstance(value, list):
            yield from _texts_in(value)


def _spoiled(fault: str) -> Row:
    return Row(1, {}, fault, spoils=True)
