"""Reads texts from plain text, Markdown, files of rows, folders of all of them, or the standard input."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, NamedTuple

from personagraph.errors import InputError
from personagraph.text.files import (
    BEGINNING,
    CHANGED,
    STDIN,
    cannot_be_read,
    copy_of,
    encoding_of,
    ending,
    standard_input,
    unpack,
    unpacked,
)
from personagraph.text.markdown import prose
from personagraph.text.plain import has_half_character
from personagraph.text.rows.headers import SEPARATORS
from personagraph.text.rows.lines import LONGEST
from personagraph.text.rows.parquet import ENDING
from personagraph.text.rows.reading import JSON, rows
from personagraph.types import digest, normalise

_AGAIN, _SKIPPED = "the same text as", "skipped"
"""How faults begin that are none of a text: it is known, or nobody asked for it."""


class Document(NamedTuple):
    """A text: its id (a content hash, the same however its words are spaced), where it was found, and its SHA-256."""

    id: str
    uri: str
    sha256: str
    text: str


class Fault(NamedTuple):
    """What was not used, and why: a line of a file, or the whole file when `line` is 0."""

    path: str
    line: int
    what: str


class _Found(NamedTuple):
    """A text, or what is wrong: with a whole file when `line` is 0. `id` is the row's own, or empty."""

    path: str
    line: int
    text: str
    fault: str = ""
    id: str = ""


class _RowsAsked(NamedTuple):
    """How the rows of files are read: the field that is the text, and what separates the cells of tables."""

    field: str | None
    separator: str | None


class Corpus:
    """The usable texts of some paths, as `read` gives them: read once to be counted and hashed, then streamed.

    Each iteration reads them anew, in the same order. `sha256` is that of all texts in order, wherever they lie: what
    tells one input from another. `faults` are what is not used, `unusable` what of it is wrong by itself. Raises
    InputError as `read` does, and for a text that was changed since it was counted.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        field: str | None = None,
        separator: str | None = None,
        stdin: BinaryIO | None = None,
    ) -> None:
        self._paths, self._asked = paths, _RowsAsked(field, separator)
        self._copies = _copies(paths, field, stdin)
        self._hashes: list[bytes] = []
        self.faults: list[Fault] = []
        self.unusable: list[Fault] = []
        for item in self._read():
            if isinstance(item, Document):
                self._hashes.append(bytes.fromhex(item.sha256))
            else:
                self.faults.append(item)
                if not item.what.startswith((_AGAIN, _SKIPPED)):
                    self.unusable.append(item)
        self.sha256 = sha256("".join(f"{one.hex()}\n" for one in self._hashes).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self._hashes)

    def __iter__(self) -> Iterator[Document]:
        texts = (item for item in self._read() if isinstance(item, Document))
        for text, known in zip_longest(texts, self._hashes):
            if text is None or text.sha256 != (known or b"").hex():
                raise InputError(CHANGED, text.uri if text else ", ".join(map(str, self._paths)))
            yield text

    def _read(self) -> Iterator[Document | Fault]:
        return _checked_all(self._paths, self._asked, self._copies)


def read(
    paths: Sequence[str], *, field: str | None = None, separator: str | None = None, stdin: BinaryIO | None = None
) -> Iterator[Document | Fault]:
    """The texts and what is wrong, in the order of the paths, of the names in a folder, and of the lines; streamed.

    `field` names the field that holds the text in a file of rows, "text" by default, `separator` that of a table, by
    default the one that its header has. A folder is read with all that is in it; files of other kinds, and those that
    cannot be read, are faults. `-` is the standard input: one text, or rows if a field is named. The same text a
    second time is a fault. The uri of a row is `path#id`, or `path#line` if it has no id.

    Raises InputError for a path that cannot be read, and in the end if no text could be used.
    """
    return _checked_all(paths, _RowsAsked(field, separator), _copies(paths, field, stdin))


def _copies(paths: Sequence[str], field: str | None, stdin: BinaryIO | None) -> dict[str, BinaryIO]:
    """The standard input, if it is among the paths; without a field, no more of it than a text may have."""
    if STDIN not in paths:
        return {}
    return {STDIN: copy_of(stdin or standard_input(), most=None if field else LONGEST + 1)}


def _checked_all(paths: Sequence[str], asked: _RowsAsked, copies: Mapping[str, BinaryIO]) -> Iterator[Document | Fault]:
    known: dict[str, str] = {}
    first: Fault | None = None
    for found in _find(paths, asked, copies):
        item = _checked(found, known)
        if isinstance(item, Document):
            known[item.id] = item.uri
        else:
            first = first or item
        yield item
    if not known:
        path, line, what = first or Fault(", ".join(paths), 0, "holds no text")
        raise InputError(f"{what}; there is no other text", path, line or None)


def _checked(found: _Found, known: dict[str, str]) -> Document | Fault:
    text = found.text.strip()
    fault = found.fault or _fault(text)
    if has_half_character(found.path):
        found, fault = found._replace(path=repr(found.path)), "has a name that is not UTF-8; rename it"
    id = digest("source", normalise(text)) if not fault else ""
    if id in known:
        fault = f"{_AGAIN} {known[id]}"
    if fault:
        return Fault(found.path, found.line, fault)
    uri = f"{found.path}#{found.id or found.line}" if found.line else found.path
    return Document(id, uri, sha256(text.encode()).hexdigest(), text)


def _fault(text: str) -> str:
    if not any(c.isalnum() for c in text):
        return "is empty"
    if has_half_character(text):
        return "has half a surrogate pair"
    if "\0" in text:
        return "is not a text"
    return ""


def _find(paths: Sequence[str], asked: _RowsAsked, copies: Mapping[str, BinaryIO]) -> Iterator[_Found]:
    for path in paths:
        if path == STDIN:
            read = _rows if asked.field else _plain
            yield from read(unpack(copies[path], path), path, asked)
        elif os.path.isdir(path):
            yield from _folder(path, asked)
        else:
            yield from _file(path, asked)


def _folder(folder: str, asked: _RowsAsked) -> Iterator[_Found]:
    """The files of a folder and the folders in it, sorted; links to folders, or out of the folder, are not followed."""
    root = os.path.realpath(folder)
    waiting = [iter(_entries(folder))]
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
            continue
        try:
            if fault := _skipped(entry, root):
                yield _Found(entry.path, 0, "", f"{_SKIPPED}{fault}")
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(iter(_entries(entry.path)))
            else:
                yield from _file(entry.path, asked)
        except OSError as error:
            yield _Found(entry.path, 0, "", f"cannot be read ({error.strerror})")
        except InputError as error:
            yield _Found(entry.path, 0, "", str(error).removeprefix(f"{entry.path}: "))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise cannot_be_read(folder, error) from error


def _skipped(entry: os.DirEntry[str], root: str) -> str:
    """Why an entry of a folder is not read; empty when it is."""
    if entry.name.startswith("."):
        return ", since it is hidden"
    if entry.is_dir(follow_symlinks=False):
        return ""
    # A link that leads round in a circle has no end to lead to, either.
    if entry.is_symlink() and not os.path.exists(entry.path):
        return ", since it is a link that leads nowhere"
    if entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(root):
        return ", since it is a link out of the folder; name it to have it read"
    if ending(entry.path) not in _READERS or not entry.is_file():
        return f"; in a folder only {', '.join(_READERS)} files are read"
    return ""


def _file(path: str, asked: _RowsAsked) -> Iterator[_Found]:
    with unpacked(path) as file:
        yield from _READERS.get(ending(path), _plain)(file, path, asked)


def _plain(file: BinaryIO, path: str, asked: _RowsAsked) -> Iterator[_Found]:
    raw = file.read(LONGEST + 1)
    encoding = encoding_of(raw)
    if len(raw) > LONGEST:
        yield _Found(path, 0, "", f"is longer than {LONGEST:,} bytes; split it, or make it JSONL")
    elif encoding == "utf-8-sig" and b"\0" in raw[:BEGINNING]:
        yield _Found(path, 0, "", "is not a text file")
    else:
        try:
            yield _Found(path, 0, raw.decode(encoding))
        except UnicodeDecodeError as error:
            yield _Found(path, 0, "", f"not UTF-8 (byte {error.start + 1:,}); convert the file first")


def _markdown(file: BinaryIO, path: str, asked: _RowsAsked) -> Iterator[_Found]:
    for found in _plain(file, path, asked):
        yield found._replace(text=prose(found.text))


def _rows(file: BinaryIO, path: str, asked: _RowsAsked) -> Iterator[_Found]:
    field = asked.field or "text"
    for row in rows(file, path, field=field, separator=asked.separator):
        text, id = row.fields.get(row.name, ""), row.fields.get("id")
        fault = row.fault or ("" if isinstance(text, str) else f"the field {field!r} is not a text")
        yield _Found(path, row.line, "" if fault else text, fault, str(id) if isinstance(id, str | int) else "")


_READERS: dict[str, Callable[[BinaryIO, str, _RowsAsked], Iterator[_Found]]] = {
    ".txt": _plain,
    ".md": _markdown,
    ".markdown": _markdown,
    **dict.fromkeys((*JSON, *SEPARATORS, ENDING), _rows),
}
