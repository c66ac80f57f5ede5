"""Opens the files that are read: regular ones only, packed or not, and the standard input, of which a copy is kept."""

import codecs
import errno
import gzip
import io
import os
import select
import stat
import sys
import tempfile
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from personagraph.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STDIN = "-"
"""What the standard input is called where a file is named."""
CHANGED = "was changed while it was read; put it back, or give the run up and begin again"
LONGEST_INPUT = 1_000_000_000
"""Bytes of the standard input that are taken at most; a file may have any length where it is streamed."""
LONGEST_SETTINGS = 1_000_000
"""Bytes of a mapping or a query: of what a person writes. The settings are read elsewhere, with who may write them."""
MOST_UNPACKED = 200
"""How many times as long a file may become by unpacking, when that is more than LONGEST_INPUT."""
BEGINNING = 8192
"""Bytes of a file by which is told what it is."""
MOST_POINTS = 100
"""Points in a line of TOML."""
_IN_MEMORY = 10_000_000
"""Bytes of a copy above which it lies on the disk."""
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
PARQUET = b"PAR1"
"""What a file of Parquet begins with: rows can be read of it, and no text."""
_PACKED = b"\x1f\x8b"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = (
    (b"PK\x03\x04", "a ZIP file, as those of Excel are; save it as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "a file of an old Office; save it as CSV (UTF-8)"),
    (PARQUET, "Parquet; write it as JSONL or CSV"),
    (b"%PDF", "a PDF; save what it says as text"),
    (b"BZh", "packed with bzip2; unpack it"),
    (b"\xfd7zXZ", "packed with xz; unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it"),
)
_SAVE = "save what comes out of it, and name that, or pipe it in where `-` is taken"


@contextmanager
def opened(path: str | Path) -> Iterator[BufferedReader]:
    """The bytes of a regular file; of `-`, a copy of the standard input.

    Raises InputError for a file that cannot be read, and for a folder, a pipe, a device: nothing is waited for.
    """
    if str(path) == STDIN:
        with copy_of(standard_input()) as copy:
            yield copy
        return
    try:
        with open(path, "rb", opener=_regular) as file:
            yield file
    except OSError as error:
        raise cannot_be_read(path, error) from error
    except ValueError as error:
        if "\0" in str(path):
            raise InputError("has a zero byte in its name; check the name", repr(str(path))) from error
        raise


@contextmanager
def unpacked(path: str | Path) -> Iterator[BinaryIO]:
    """The same, unpacked where it is packed (gzip). Raises InputError, also while it is read."""
    with opened(path) as file:
        yield unpack(file, path)


def unpack(file: BinaryIO, path: str | Path) -> BinaryIO:
    """An open file from its beginning, unpacked when its name ends in .gz, or its first bytes say that it is packed."""
    file.seek(0)
    is_packed = file.read(len(_PACKED)) == _PACKED or str(path).lower().endswith(".gz")
    file.seek(0)
    return cast(BinaryIO, io.BufferedReader(_Unpacked(file, path))) if is_packed else file


def ending(path: str | Path) -> str:
    """The ending that says how a file is written, in small letters and without .gz."""
    return Path(os.path.basename(path).lower().removesuffix(".gz")).suffix


def encoding_of(beginning: bytes) -> str:
    """How a text is encoded, by the mark at its beginning; UTF-8 where there is none."""
    return next((name for mark, name in _ENCODINGS if beginning.startswith(mark)), "utf-8-sig")


def no_text(beginning: bytes) -> str:
    """Why what begins so is no text that can be read; empty when it may be one.

    A zero byte here and there is a fault of its line; where one byte in twenty is a control character, all are.
    """
    if known := next((what for mark, what in _FORMATS if beginning.startswith(mark)), ""):
        return f"is {known}"
    controls = len(beginning) - len(beginning.translate(None, _CONTROLS))
    if encoding_of(beginning) == "utf-8-sig" and controls > max(1, len(beginning) // 20):
        return f"{'holds zero bytes, so this ' * (0 in beginning)}is not a text file; JSONL or CSV in UTF-8 is needed"
    return ""


def text_of(path: str | Path, *, longest: int = LONGEST_SETTINGS) -> str:
    """The whole text of a small file in UTF-8, without a mark at its beginning. Raises InputError."""
    with opened(path) as file:
        content = file.read(longest + 1)
    if len(content) > longest:
        raise InputError(f"is longer than {longest:,} bytes; check the name", path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 (byte {error.start + 1:,}); convert it first", path) from error


def toml_of(path: str | Path) -> dict[str, Any]:
    """What a small file of TOML holds. Raises InputError."""
    text = text_of(path)
    try:
        return toml_in(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not TOML: {error}", path) from error


def toml_in(text: str) -> dict[str, Any]:
    """What a text in TOML says. Raises ValueError, and RecursionError for one that is nested too deeply."""
    # The parts of a name take the reader the square of their number.
    if any(line.count(".") > MOST_POINTS for line in text.splitlines()):
        raise ValueError(f"a line has more than {MOST_POINTS} points")
    return tomllib.loads(text)


def cannot_be_read(path: str | Path, error: OSError) -> InputError:
    """What is to be raised for a file or folder that the system does not let us read."""
    return InputError(f"cannot be read ({error.strerror or error}); check the name and the permissions", path)


def standard_input() -> BinaryIO:
    """The standard input. Raises InputError when there is none."""
    if sys.stdin is None:
        raise InputError("there is no standard input; name a file", STDIN)
    return sys.stdin.buffer


def copy_of(stream: BinaryIO, path: str | Path = STDIN, *, most: int | None = None) -> BufferedReader:
    """What a stream that can be read only once holds, as a temporary file; at most so many bytes, where that is said.

    Of what is no text, no more is taken than the piece that shows it. Raises InputError for a stream that cannot be
    read, for a standard input that is longer than LONGEST_INPUT, and where no copy can be kept. `path` names it.
    """
    copy = cast(BufferedReader, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    may_have_zeros = False
    try:
        while (most is None or copy.tell() < most) and (piece := _piece(stream, path)):
            if not copy.tell():
                may_have_zeros = piece.startswith((_PACKED, PARQUET)) or encoding_of(piece) != "utf-8-sig"
            _keep(copy, piece, path)
            if not may_have_zeros and no_text(piece):
                break
            if str(path) == STDIN and copy.tell() > LONGEST_INPUT:
                raise InputError(f"is longer than {LONGEST_INPUT:,} bytes; save it, and name the file", STDIN)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def state_of(file: BinaryIO) -> tuple[int, ...]:
    """Which file an open one is, how large, and when it was last written: what tells that it was changed."""
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def check_unchanged(file: BinaryIO, state: tuple[int, ...], path: Path) -> None:
    """Raises InputError for a file that is in another state than it was."""
    if state_of(file) != state:
        raise InputError(CHANGED, path)


class _Unpacked(io.RawIOBase):
    """What a packed file holds, as it is read; a file that holds far more than its length lets expect is given up."""

    def __init__(self, file: BinaryIO, path: str | Path) -> None:
        self._file, self._path = file, path
        self._content = gzip.GzipFile(fileobj=file, mode="rb")
        length = file.seek(0, os.SEEK_END)
        file.seek(0)
        self._most = max(LONGEST_INPUT, MOST_UNPACKED * length)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            raise io.UnsupportedOperation("where it ends is not known before all of it is unpacked")
        return self._content.seek(offset, whence)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            count = self._content.readinto(buffer)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"cannot be unpacked: {error}", self._path) from error
        if self._content.tell() > self._most:
            raise InputError(f"is longer than {self._most:,} bytes when it is unpacked; unpack it first", self._path)
        return count


def _regular(path: str, flags: int) -> int:
    """Open a file without waiting for whoever is at its other end. Raises InputError for what is no regular file.

    What a name stands for is looked at before, since opening a device can do something, and after, since it may have
    been changed in between. The files of /proc say that they are regular and empty, and hold something, or never end.
    """
    _check_regular(os.stat(path).st_mode, path)
    if ".sqlite3" in os.path.basename(os.path.realpath(path)):
        # Closing it would take away the locks that this process may hold on it through SQLite.
        raise InputError("is a database, and no text; name another file", path)
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    try:
        found = os.fstat(descriptor)
        _check_regular(found.st_mode, path)
        if not found.st_size and os.read(descriptor, 1):
            raise InputError(f"is no regular file, but made by the system; {_SAVE}", path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_regular(mode: int, path: str) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if kind := next((kind for is_kind, kind in _KINDS if is_kind(mode)), None):
        raise InputError(f"is no regular file, but {kind}; {_SAVE}", path)


def _piece(stream: BinaryIO, path: str | Path) -> bytes:
    try:
        # A stream that others made non-blocking has nothing for now, which is not its end.
        while (piece := stream.read(1 << 16)) is None:
            select.select([stream], [], [])
        return piece
    except OSError as error:
        raise cannot_be_read(path, error) from error


def _keep(copy: BinaryIO, piece: bytes, path: str | Path) -> None:
    try:
        copy.write(piece)
    except OSError as error:
        fault = f"no copy of it can be kept on the disk ({error.strerror}); set TMPDIR to a folder with space"
        raise InputError(fault, path) from error
