"""Finds the files that hold texts, and reads each kind: a whole file as one text, or a text in every row."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, NamedTuple

from personagraph.errors import InputError
from personagraph.markdown import prose

STDIN = "-"
LONGEST = 10_000_000
"""Bytes of a file that is one text, or of one row, that are read at most."""


class Found(NamedTuple):
    """A text, or what is wrong: with a whole file when `line` is 0. `id` is the row's own, or empty."""

    path: str
    line: int
    text: str
    fault: str = ""
    id: str = ""


def find(paths: Sequence[str], field: str | None, stdin: BinaryIO) -> Iterator[Found]:
    """What the paths hold, in order. Raises InputError for a path that cannot be read."""
    for path in paths:
        if path == STDIN:
            yield from (_jsonl if field else _plain)(stdin, path, field or "")
        elif os.path.isdir(path):
            yield from _folder(path, field, root=Path(path).resolve())
        else:
            yield from _file(path, field)


def _folder(folder: str, field: str | None, *, root: Path) -> Iterator[Found]:
    """The files of a folder and the folders in it, sorted; links to folders, or out of `root`, are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(_unreadable(error), folder) from error
    for entry in entries:
        if entry.name.startswith("."):
            yield Found(entry.path, 0, "", "skipped, since it is hidden")
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(entry.path, field, root=root)
        elif entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
            yield Found(entry.path, 0, "", "skipped, since it is a link out of the folder; name it to have it read")
        elif _suffix(entry.path) not in _READERS or not entry.is_file():
            yield Found(entry.path, 0, "", f"skipped; in a folder only {', '.join(_READERS)} files are read")
        else:
            yield from _file(entry.path, field)


def _file(path: str, field: str | None) -> Iterator[Found]:
    try:
        file = open(path, "rb")  # noqa: SIM115
    except OSError as error:
        raise InputError(_unreadable(error), path) from error
    try:
        with closing(file):
            if b"\0" in file.peek(8192):
                yield Found(path, 0, "", "is not a text file")
                return
            yield from _READERS.get(_suffix(path), _plain)(file, path, field or "text")
    except OSError as error:
        raise InputError(_unreadable(error), path) from error


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _unreadable(error: OSError) -> str:
    return f"cannot be read ({error.strerror}); check the name and the permissions"


def _plain(file: BinaryIO, path: str, field: str) -> Iterator[Found]:
    raw = file.read(LONGEST + 1)
    if len(raw) > LONGEST:
        yield Found(path, 0, "", f"is longer than {LONGEST:,} bytes; split it, or make it JSONL")
        return
    text, fault = _decoded(raw)
    yield Found(path, 0, text, fault)


def _markdown(file: BinaryIO, path: str, field: str) -> Iterator[Found]:
    for found in _plain(file, path, field):
        yield found._replace(text=prose(found.text))


def _jsonl(file: BinaryIO, path: str, field: str) -> Iterator[Found]:
    for number, line, length in _lines(file):
        if length > LONGEST:
            yield Found(path, number, "", f"the line is {length:,} bytes long, at most {LONGEST:,} are read")
        elif line.strip():
            yield _json_row(path, number, line, field)


def _json_row(path: str, number: int, line: bytes, field: str) -> Found:
    text, fault = _decoded(line)
    if fault:
        return Found(path, number, "", fault)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Found(path, number, "", "not JSON")
    if not isinstance(data, dict):
        return Found(path, number, "", "not a JSON object")
    if field not in data:
        return Found(path, number, "", f"no field {field!r}; it has {', '.join(sorted(data)[:8]) or 'none'}")
    if not isinstance(data[field], str):
        return Found(path, number, "", f"the field {field!r} is not a text")
    id = data.get("id")
    return Found(path, number, data[field], id=str(id) if isinstance(id, str | int) else "")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Number, content and length of each line; of one longer than LONGEST, only the beginning is kept."""
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        length = len(line)
        while not line.endswith(b"\n") and (rest := file.readline(1 << 20)):
            length += len(rest)
            if rest.endswith(b"\n"):
                break
        yield number, line, length


def _csv(file: BinaryIO, path: str, field: str) -> Iterator[Found]:
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    csv.field_size_limit(LONGEST)
    reader = csv.DictReader(lines)
    try:
        if field not in (reader.fieldnames or ()):
            has = ", ".join(reader.fieldnames or ()) or "none"
            yield Found(path, 1, "", f"no column {field!r}; it has {has}")
            return
    except csv.Error as error:
        yield Found(path, 1, "", f"its header is not CSV: {error}")
        return
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Found(path, reader.reader.line_num, "", f"not CSV: {error}")
            continue
        text = row[field] or ""
        fault = "not UTF-8" if any(0xDC80 <= ord(c) <= 0xDCFF for c in text) else ""
        yield Found(path, reader.line_num, "" if fault else text, fault, row.get("id") or "")


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text, or why it is none."""
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        return "", f"not UTF-8 (byte {error.start + 1:,}); convert the file first"


_READERS: dict[str, Callable[[BinaryIO, str, str], Iterator[Found]]] = {
    ".txt": _plain,
    ".md": _markdown,
    ".markdown": _markdown,
    ".jsonl": _jsonl,
    ".csv": _csv,
}
