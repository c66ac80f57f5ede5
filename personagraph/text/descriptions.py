"""Reads descriptions of personas from files of rows: what can be used, and what is wrong with the rest."""

import json
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from personagraph.errors import InputError
from personagraph.text.files import (
    STDIN,
    check_unchanged,
    copy_of,
    opened,
    standard_input,
    state_of,
    unpack,
    unpacked,
)
from personagraph.text.plain import has_half_character, plain
from personagraph.text.rows import Row, rows

LONGEST_LINE = 1_000_000
_LETTER = re.compile("[A-Za-z0-9]")
LONGEST_DESCRIPTION = 2_000
KEPT = 200_000_000
"""Bytes of rows that are kept from the count to the import, as far as one can tell: larger files are read twice."""
TOLD = 100_000
"""Rows after which somebody who waits is told that so many are read; then whenever they have doubled."""
LOOK = 200
"""Rows after which a file is looked at, whether it is still the one that was counted."""
_ROW = 65
"""Bytes that a row takes in memory beside its letters."""


class DescribedRow(NamedTuple):
    """One row of a file: its line, and a description or what is wrong with it; `fields` is what else it says."""

    line: int
    description: str
    fault: str
    fields: Mapping[str, Any] = MappingProxyType({})


class Descriptions:
    """The rows of a file, or of the standard input (`-`), read once to be counted and checked, then streamed.

    Where they are no more than KEPT, and have nothing but descriptions, they are not read again for that.
    `separator` is that of a table, by default the one that its header has. `sha256` is that of the file, `faults` are
    the rows that cannot be used: also those of which `fault_of` says so, by the other fields and the text. `told` is
    called with how many rows are counted, at TOLD and whenever they have doubled. Raises InputError as `scan` does, and
    for a file that was changed since then.
    """

    def __init__(
        self,
        path: Path,
        field: str,
        *,
        separator: str | None = None,
        fault_of: Callable[[Mapping[str, Any], str], str] = lambda fields, description: "",
        told: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._path, self._field, self._separator, self._fault_of = path, field, separator, fault_of
        self._copy: BufferedReader | None = None
        if str(path) == STDIN:
            self._copy = copy_of(standard_input())
        else:
            with opened(path) as file:
                self._state = state_of(file)
        self.faults: list[DescribedRow] = []
        self._count = size = 0
        tell_at = TOLD
        kept: list[str] | None = []
        self._lines = array("Q")
        for row in self._read():
            self._count += 1
            if self._count == tell_at:
                told(tell_at)
                tell_at *= 2
            if row.fault:
                self.faults.append(row)
            size += len(row.description) + _ROW
            if kept is not None and not row.fields and size <= KEPT:
                kept.append(row.description)
                self._lines.append(row.line)
            elif kept is not None:
                kept, self._lines = None, array("Q")
        self._kept = kept
        if self.faults and len(self.faults) == self._count:
            first = self.faults[0]
            raise InputError(f"no row can be used; the first fault is: {first.fault}", path, first.line)
        # Not before what is in it is known to be rows: a file can be as large as the disk, and hold nothing.
        self.sha256 = self._hash()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[DescribedRow]:
        if self._kept is None:
            yield from self._read()
        elif self._copy is not None:
            yield from self._again(self._kept)
        else:
            # One that is changed is refused all the same: a run goes on with the same file, or not at all.
            with opened(self._path) as file:
                for number, row in enumerate(self._again(self._kept)):
                    if number % LOOK == 0:
                        check_unchanged(file, self._state, self._path)
                    yield row
                check_unchanged(file, self._state, self._path)

    def _again(self, kept: Sequence[str]) -> Iterator[DescribedRow]:
        """The rows that were kept: of those without a description the faults are known."""
        faults = iter(self.faults)
        for line, description in zip(self._lines, kept, strict=True):
            yield DescribedRow(line, description, "") if description else next(faults)

    def _read(self) -> Iterator[DescribedRow]:
        if self._copy is None:
            with unpacked(self._path) as file:
                for number, (row, _) in enumerate(self._rows(file)):
                    if number % LOOK == 0:
                        check_unchanged(file, self._state, self._path)
                    yield self._judged(row)
                check_unchanged(file, self._state, self._path)
        else:
            yield from (self._judged(row) for row, _ in self._rows(unpack(self._copy, self._path)))

    def _judged(self, row: DescribedRow) -> DescribedRow:
        fault = self._fault_of(row.fields, row.description) if row.fields else ""
        return DescribedRow(row.line, "", fault) if fault else row

    def _rows(self, file: BinaryIO) -> Iterator[tuple[DescribedRow, Row]]:
        return _described(file, self._field, self._path, self._separator)

    def _hash(self) -> str:
        if self._copy is not None:
            self._copy.seek(0)
            return file_digest(self._copy, "sha256").hexdigest()
        with opened(self._path) as file:
            found = file_digest(file, "sha256").hexdigest()
            check_unchanged(file, self._state, self._path)
            return found


def scan(path: Path, field: str, *, separator: str | None = None) -> Iterator[tuple[DescribedRow, str]]:
    """The rows one after another, each with its whole object as a line of JSON ("" if it cannot be used).

    Blank lines are left out. An object that stands on one line is given as it stands there; a row of a table becomes an
    object of its columns. `-` is the standard input. Raises InputError when the file cannot be read or is not text,
    and, at its end, when it is empty or has no usable row.
    """
    with unpacked(path) as file:
        for described, row in _described(file, field, path, separator, alone=True):
            try:
                data = "" if described.fault else row.raw or _told(row.fields)
            except RecursionError:
                described, data = DescribedRow(row.line, "", "it is nested too deeply"), ""
            yield described, data


def _told(fields: Mapping[str, Any]) -> str:
    told = json.dumps(fields, ensure_ascii=False)
    return json.dumps(fields) if has_half_character(told) else told


def _described(
    file: BinaryIO, field: str, path: Path, separator: str | None, *, alone: bool = False
) -> Iterator[tuple[DescribedRow, Row]]:
    """The rows, each with its other fields, unless the description is wanted `alone`."""
    first_fault, usable = "", False
    for row in rows(file, path, field=field, separator=separator, longest=LONGEST_LINE):
        if row.spoils:
            raise InputError(row.fault, path, row.line)
        described = checked(row.line, row.fields.get(row.name, ""), row.fault)
        if not alone and len(row.fields) > 1 and not described.fault:
            others = {name: value for name, value in row.fields.items() if name != row.name}
            described = described._replace(fields=others)
        first_fault = first_fault or described.fault
        usable = usable or not described.fault
        yield described, row
    if not usable and not first_fault:
        raise InputError("is empty; it should have one persona a line", path)
    if not usable:
        raise InputError(f"no row can be used; the first fault is: {first_fault}", path)


def cleaned(text: str) -> str:
    """The text without what a terminal would obey, white space collapsed."""
    return " ".join(plain(text, kept="\n\t").split())


def checked(line: int, value: object, fault: str) -> DescribedRow:
    """The row with this value as its description, cleaned, or with what is wrong with it."""
    if not fault and isinstance(value, str) and value.isascii() and value.isprintable():  # as nearly all are
        text = value.strip()
        text = " ".join(text.split()) if "  " in text else text
        if len(text) <= LONGEST_DESCRIPTION and _LETTER.search(text):
            return DescribedRow(line, text, "")
    if not fault and not isinstance(value, str):
        fault = "the description is not a text"
    text = cleaned(value) if isinstance(value, str) else ""
    if not fault and has_half_character(str(value)):
        fault = "the description has half a surrogate pair"
    if not fault and not any(c.isalnum() for c in text):
        fault = "the description is empty"
    if not fault and len(text) > LONGEST_DESCRIPTION:
        fault = f"the description has {len(text):,} characters, at most {LONGEST_DESCRIPTION:,} are taken"
    return DescribedRow(line, "" if fault else text, fault)
