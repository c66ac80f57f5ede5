"""Reads texts from plain text, Markdown, JSONL and CSV files, folders of them, or the standard input."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from personagraph.errors import InputError
from personagraph.plain_text import has_half_character
from personagraph.textfiles import Found, find
from personagraph.types import digest, normalise


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


def read(
    paths: Sequence[str], *, field: str | None = None, stdin: BinaryIO | None = None
) -> Iterator[Document | Fault]:
    """The texts and what is wrong, in the order of the paths, of the names in a folder, and of the lines; streamed.

    `field` names the field of a JSONL or CSV file that holds the text, "text" by default. A folder is read with all
    that is in it; files of other kinds are faults. `-` is the standard input: one text, or JSONL if a field is named.
    The same text a second time is a fault. The uri of a row is `path#id`, or `path#line` if it has no id.

    Raises InputError for a path that cannot be read, and in the end if no text could be used.
    """
    known: dict[str, str] = {}
    first: Fault | None = None
    for found in find(paths, field, sys.stdin.buffer if stdin is None else stdin):
        item = _checked(found, known)
        if isinstance(item, Document):
            known[item.id] = item.uri
        else:
            first = first or item
        yield item
    if not known:
        path, line, what = first or Fault(", ".join(paths), 0, "holds no text")
        raise InputError(f"{what}; there is no other text (--field names the field of rows)", path, line or None)


def digest_of(documents: Iterable[Document]) -> str:
    """The SHA-256 of all texts in order, wherever they lie: what tells one input from another."""
    whole = hashlib.sha256()
    for document in documents:
        whole.update(f"{document.sha256}\n".encode())
    return whole.hexdigest()


def _checked(found: Found, known: dict[str, str]) -> Document | Fault:
    text = found.text.strip()
    fault = found.fault or _fault(text)
    if has_half_character(found.path):
        found, fault = found._replace(path=repr(found.path)), "has a name that is not UTF-8; rename it"
    id = digest("source", normalise(text)) if not fault else ""
    if id in known:
        fault = f"the same text as {known[id]}"
    if fault:
        return Fault(found.path, found.line, fault)
    uri = f"{found.path}#{found.id or found.line}" if found.line else found.path
    return Document(id, uri, hashlib.sha256(text.encode()).hexdigest(), text)


def _fault(text: str) -> str:
    if not any(c.isalnum() for c in text):
        return "is empty"
    if has_half_character(text):
        return "has half a surrogate pair"
    if "\0" in text:
        return "is not a text"
    return ""
