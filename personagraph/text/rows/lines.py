"""Reads lines of texts, one after another: each with its number, and with what is wrong with it."""

import io
from collections.abc import Generator, Iterator
from itertools import count
from typing import BinaryIO, NamedTuple

from personagraph.text.files import BEGINNING, encoding_of, no_text
from personagraph.text.plain import has_half_character

LONGEST = 10_000_000
"""Bytes of a line, and characters of a cell, that are read at most; `csv` has one limit for the whole process."""
MOST_ZEROS = 100
"""Lines with a zero byte after which a file is no text, if they are a tenth of what was read."""
_ZERO = "it holds a zero byte; take that out"
_NO_TEXT = "holds zero bytes, so this is not a text file; JSONL or CSV in UTF-8 is needed"


class Line(NamedTuple):
    """A line with its end, or why it cannot be used: then `text` is its beginning.

    `spoils` says that it is about the whole file: what is before and after it should not be trusted either.
    """

    number: int
    text: str
    fault: str = ""
    spoils: bool = False


def lines(file: BinaryIO, *, longest: int = LONGEST, is_table: bool = False) -> Generator[Line]:
    """The lines of a file in UTF-8, or as a mark at its beginning tells; those of a table end at a \\r too.

    A line that is too long, is not in that encoding, or has a zero byte, cannot be used. Nothing follows what spoils
    the file, which no text can be.
    """
    file.seek(0)
    beginning = file.read(BEGINNING)
    file.seek(0)
    if fault := no_text(beginning):
        yield Line(1, "", fault, spoils=True)
        return
    encoding, newline = encoding_of(beginning), "" if is_table else "\n"
    # Bytes that are not UTF-8 become halves of characters, and so do halves in the other encodings.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "surrogatepass"
    text = io.TextIOWrapper(file, encoding, errors, newline=newline)
    number = 0
    try:
        for line in _lines(text, longest, ("\n", "\r") if is_table else ("\n",)):
            number = line.number
            yield line
    except UnicodeDecodeError:
        yield Line(number + 1, "", f"is not {encoding.upper()}, as its first bytes say; convert it", spoils=True)
    finally:
        if not file.closed:
            text.detach()


def _lines(text: io.TextIOWrapper, longest: int, ends: tuple[str, ...]) -> Iterator[Line]:
    with_zeros = 0
    for number in count(1):
        begins = part = text.readline(longest + 2)
        if not part:
            return
        if (
            part.endswith(ends) and part.isascii() and len(part) <= longest + 1 and "\0" not in part
        ):  # as nearly all are
            yield Line(number, part)
            continue
        length, has_zero = _size(part), "\0" in part
        while part and not part.endswith(ends) and not (has_zero and length > longest):
            part = text.readline(1 << 20)
            length += _size(part)
            has_zero = has_zero or "\0" in part
        length -= part.endswith(ends)
        with_zeros += has_zero
        if has_zero and (length > longest or (with_zeros > MOST_ZEROS and with_zeros * 10 > number)):
            yield Line(number, begins, _NO_TEXT, spoils=True)
            return
        yield Line(number, begins, _fault(begins, length, longest, has_zero))


def _fault(begins: str, length: int, longest: int, has_zero: bool) -> str:
    if has_zero:
        return _ZERO
    if length > longest:
        return f"the line is {length:,} bytes long, at most {longest:,} are read"
    if has_half_character(begins):
        place = next(n for n, c in enumerate(begins, 1) if has_half_character(c))
        return f"not UTF-8 (character {place:,}); convert the file first"
    return ""


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
