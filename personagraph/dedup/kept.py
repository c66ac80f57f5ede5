"""Known descriptions in a file: they are opened where they lie, instead of being read again."""

import os
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from personagraph.dedup.rules import Deduplicator
from personagraph.errors import ConfigError
from personagraph.storage.array_files import DamagedError, read_arrays, write_arrays
from personagraph.storage.atomic_files import make_folder, replacing

FILE = "descriptions"
_READ_BY = ("arrays", "dedup", "text", "vocabulary")
"""The rooms by whose code and tables descriptions are read."""


def keep(folder: Path, known: Deduplicator, note: Mapping[str, Any]) -> None:
    """Write what is known, and the note (what JSON can hold), in place of what is there, whole or not at all.

    Raises ConfigError when it cannot be written, as when the disk is full, and for a link.
    """
    saved = known.saved()
    sizes = {name: size for name, (_, size) in saved.items()}
    make_folder(folder)
    with replacing([folder / FILE]) as (file,):
        os.fchmod(file.fileno(), 0o600)
        told = {"code": code(), "sizes": sizes, "note": dict(note)}
        write_arrays(file, told, {name: data for name, (data, _) in saved.items()})


def kept(folder: Path, make: Callable[[], Deduplicator]) -> tuple[Deduplicator, Mapping[str, Any]] | None:
    """What the file in the folder says, as one that `make` gives, and the note; None unless it is whole, and the code
    is what it was.

    What is read as it is asked for stays in the file. Raises ConfigError for a link.
    """
    try:
        told, arrays = read_arrays(folder / FILE)
        if told["code"] != code():
            return None
        known, sizes = make(), dict(told["sizes"])
        known.take({name: (data, _size(sizes[name])) for name, data in arrays.items()})
        return known, dict(told["note"])
    except (OSError, DamagedError, KeyError, TypeError, ValueError):
        return None
    except ConfigError as error:
        if isinstance(error.__cause__, OSError):
            return None
        raise


@cache
def code() -> str:
    """What changes when descriptions are read otherwise: the sum of all that reads them, and the version of Unicode."""
    package, crc = Path(__file__).parents[1], 0
    for room in _READ_BY:
        files = (path for path in (package / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        for file in sorted(files):
            crc = zlib.crc32(file.read_bytes(), zlib.crc32(file.name.encode(), crc))
    return f"{crc:08x} {unicodedata.unidata_version}"


def _size(told: object) -> int:
    if type(told) is not int:
        raise DamagedError("it does not say how long its columns are")
    return told
