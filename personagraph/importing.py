"""Imports personas from a file: PersonaHub's JSONL, or any JSONL or CSV with a field of descriptions."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.errors import InputError
from personagraph.growth import Arrival, Changes, Growth
from personagraph.types import Step, Verdict

CHUNK = 200
LONGEST_LINE = 1_000_000
LONGEST_DESCRIPTION = 2_000


class Row(NamedTuple):
    """One row of a file: its line, and a description or what is wrong with it."""

    line: int
    description: str
    fault: str


def read(path: Path, field: str) -> tuple[list[Row], str]:
    """The rows of a JSONL or CSV file, blank lines left out, and the file's sha256.

    Raises InputError when the file cannot be read, is empty, or has no usable row.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}); check the name and the permissions", path) from error
    if not raw.strip():
        raise InputError("is empty; it should have one persona a line", path)
    if b"\x00" in raw:
        raise InputError("is not a text file; JSONL or CSV in UTF-8 is needed", path)
    rows = list(_csv_rows(raw, field, path) if path.suffix.lower() == ".csv" else _jsonl_rows(raw, field))
    if not any(row.description for row in rows):
        raise InputError(f"no row can be used; the first fault is: {rows[0].fault} (--field names the field)", path)
    return rows, sha256(raw).hexdigest()


class Importing:
    """The work of an import: a step for every CHUNK rows, without a model."""

    dialogue = None

    def __init__(self, rows: Sequence[Row], growth: Growth, *, run: str) -> None:
        self._rows = rows
        self._growth = growth
        self._run = run

    def next_step(self, n: int) -> Step | None:
        """The next chunk of rows."""
        return Step(n, subject="") if n * CHUNK < len(self._rows) else None

    def planned(self, step: Step) -> None:
        """Nothing to remember: the chunks are known beforehand."""

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict a row: new, merged, or rejected with the line and the fault."""
        for item, row in enumerate(self._rows[step.n * CHUNK : (step.n + 1) * CHUNK]):
            if row.fault:
                yield Verdict(item, "rejected", "malformed", "", {"line": row.line, "fault": row.fault})
            else:
                yield self._growth.judge(item, Arrival(row.description, "import"))

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the persona in."""
        self._growth.fold(self._run, step, verdict)

    def decided(self, step: Step) -> None:
        """Nothing follows from a chunk."""

    def collect(self) -> Changes:
        """What the chunks brought."""
        return self._growth.collect()


def _jsonl_rows(raw: bytes, field: str) -> Iterator[Row]:
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            yield _checked(number, *_jsonl_value(line, field))


def _jsonl_value(line: bytes, field: str) -> tuple[object, str]:
    if len(line) > LONGEST_LINE:
        return "", f"the line is {len(line):,} bytes long, at most {LONGEST_LINE:,} are read"
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


def _csv_rows(raw: bytes, field: str, path: Path) -> Iterator[Row]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError("not UTF-8; convert the file first", path, line) from error
    csv.field_size_limit(min(LONGEST_LINE, sys.maxsize))
    reader = csv.DictReader(text.splitlines(keepends=True))
    if field not in (reader.fieldnames or ()):
        raise InputError(f"no column {field!r}; it has {', '.join(reader.fieldnames or ())}", path, 1)
    try:
        yield from (_checked(reader.line_num, row[field], "") for row in reader)
    except csv.Error as error:
        raise InputError(f"not CSV: {error}", path, reader.line_num) from error


def _checked(line: int, value: object, fault: str) -> Row:
    if not fault and not isinstance(value, str):
        fault = "the description is not a text"
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not fault and not any(c.isalnum() for c in text):
        fault = "the description is empty"
    if not fault and len(text) > LONGEST_DESCRIPTION:
        fault = f"the description has {len(text):,} characters, at most {LONGEST_DESCRIPTION:,} are taken"
    if not fault and not _encodable(text):
        fault = "the description has half a surrogate pair"
    return Row(line, "" if fault else text, fault)


def _encodable(text: str) -> bool:
    return not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def faults(rows: Iterable[Row]) -> list[Row]:
    """The rows that cannot be used."""
    return [row for row in rows if row.fault]
