"""Reads rows of descriptions from JSONL and CSV files: what can be used, and what is wrong with the rest."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple

from personagraph.errors import InputError
from personagraph.plain_text import has_half_character, plain

LONGEST_LINE = 1_000_000
LONGEST_DESCRIPTION = 2_000


class Row(NamedTuple):
    """One row of a file: its line, and a description or what is wrong with it."""

    line: int
    description: str
    fault: str


def read(path: Path, field: str) -> tuple[list[Row], str]:
    """All rows of a JSONL or CSV file, and the file's sha256. Raises InputError as `scan` does."""
    with _open(path) as file:
        raw = file.read()
    return [row for row, _ in _rows(io.BytesIO(raw), field, path)], sha256(raw).hexdigest()


def scan(path: Path, field: str) -> Iterator[tuple[Row, str]]:
    """The rows one after another, each with its whole object as a line of JSON ("" if it cannot be used).

    Blank lines are left out. An object of a JSONL file is given as it stands there; a row of a CSV file becomes an
    object of its columns. Raises InputError when the file cannot be read or is not text, and, at its end, when it is
    empty or has no usable row.
    """
    with _open(path) as file:
        yield from _rows(file, field, path)


def faults(rows: Iterable[Row]) -> list[Row]:
    """The rows that cannot be used."""
    return [row for row in rows if row.fault]


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}); check the name and the permissions", path) from error


def _rows(file: BinaryIO, field: str, path: Path) -> Iterator[tuple[Row, str]]:
    first_fault, usable = "", False
    rows = _csv_rows(file, field, path) if path.suffix.lower() == ".csv" else _jsonl_rows(file, field, path)
    for row, data in rows:
        first_fault = first_fault or row.fault
        usable = usable or not row.fault
        yield row, "" if row.fault else data
    if not usable and not first_fault:
        raise InputError("is empty; it should have one persona a line", path)
    if not usable:
        raise InputError(f"no row can be used; the first fault is: {first_fault} (--field names the field)", path)


def _jsonl_rows(file: BinaryIO, field: str, path: Path) -> Iterator[tuple[Row, str]]:
    for number, line, length in _lines(file, path):
        if length > LONGEST_LINE:
            fault = f"the line is {length:,} bytes long, at most {LONGEST_LINE:,} are read"
            yield Row(number, "", fault), ""
        elif line.strip():
            value, fault = _jsonl_value(line, field)
            yield checked(number, value, fault), line.decode("utf-8-sig", errors="replace").strip()


def _lines(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes, int]]:
    """Each line's number, its beginning (whole unless it is longer than LONGEST_LINE), and its length in bytes."""
    for number in count(1):
        line = part = file.readline(LONGEST_LINE + 1)
        length = len(line)
        while part and b"\x00" not in part and not part.endswith(b"\n"):
            part = file.readline(LONGEST_LINE)
            length += len(part)
        if b"\x00" in part or b"\x00" in line:
            raise InputError("is not a text file; JSONL or CSV in UTF-8 is needed", path)
        if not line:
            return
        yield number, line.removesuffix(b"\n"), length - part.endswith(b"\n")


def _jsonl_value(line: bytes, field: str) -> tuple[object, str]:
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "", "not UTF-8"
    except (ValueError, RecursionError):
        return "", "not JSON"
    if not isinstance(data, dict):
        return "", "not a JSON object"
    if field not in data:
        return "", f"no field {field!r}; it has {', '.join(sorted(data)[:8]) or 'none'}"
    return data[field], ""


def _csv_rows(file: BinaryIO, field: str, path: Path) -> Iterator[tuple[Row, str]]:
    csv.field_size_limit(min(LONGEST_LINE, sys.maxsize))
    reader = csv.DictReader(text_lines(file, path), restkey="")
    try:
        columns = [name for name in reader.fieldnames or () if name.strip()]
    except csv.Error as error:
        raise InputError(f"its header is not CSV: {error}", path, 1) from error
    if columns and field not in columns:
        raise InputError(f"no column {field!r}; it has {', '.join(columns)}", path, 1)
    while columns:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.reader.line_num, "", f"not CSV: {error}"), ""
        else:
            yield checked(reader.line_num, row[field], ""), json.dumps(row, ensure_ascii=False)


def text_lines(file: BinaryIO, path: Path) -> Iterator[str]:
    """The lines of a text with their ends. Raises InputError, naming the line, for what is not UTF-8."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    for number, line in enumerate(text, 1):
        if "\x00" in line:
            raise InputError("is not a text file; JSONL or CSV in UTF-8 is needed", path)
        if has_half_character(line):
            raise InputError("not UTF-8; convert the file first", path, number)
        yield line


def cleaned(text: str) -> str:
    """The text without what a terminal would obey, white space collapsed."""
    return " ".join(plain(text, kept="\n\t").split())


def checked(line: int, value: object, fault: str) -> Row:
    """The row with this value as its description, cleaned, or with what is wrong with it."""
    if not fault and not isinstance(value, str):
        fault = "the description is not a text"
    text = cleaned(value) if isinstance(value, str) else ""
    if not fault and has_half_character(str(value)):
        fault = "the description has half a surrogate pair"
    if not fault and not any(c.isalnum() for c in text):
        fault = "the description is empty"
    if not fault and len(text) > LONGEST_DESCRIPTION:
        fault = f"the description has {len(text):,} characters, at most {LONGEST_DESCRIPTION:,} are taken"
    return Row(line, "" if fault else text, fault)
