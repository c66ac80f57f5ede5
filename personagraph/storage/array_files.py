"""Files of arrays: derived data, that is mapped into memory as it stands, and made anew when it is damaged."""

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from personagraph.storage.workspace_files import open_plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAGIC = b"PGARRAYS"
_VERSION = 2
_ALIGNED = 64
_LONGEST = 1 << 24
"""Bytes of a header, at most: it names every run of a graph."""
_MOST_WAYS, _MOST_ROWS = 2, 1 << 48
"""Dimensions of an array, and how long it is in each, at most: of more than these none is made."""
_KINDS = frozenset({"|i1", "|u1", "<i2", "<i4", "<i8", "<u4", "<u8", "<f4", "|S32"})


class DamagedError(ValueError):
    """The file is none of this kind and version, or not what was written."""


def write_arrays(file: BinaryIO, note: Mapping[str, Any], arrays: "Mapping[str, NDArray[Any]]") -> None:
    """Write a header with the note (what JSON can hold) and a sum for each array, then the arrays, from places that 64
    divides."""
    told = [[name, array.dtype.str, list(array.shape), _sum(array)] for name, array in arrays.items()]
    header = json.dumps({"version": _VERSION, "note": note, "arrays": told}).encode()
    head = _MAGIC + len(header).to_bytes(4, "little") + zlib.crc32(header).to_bytes(4, "little") + header
    at = file.write(head)
    for array in arrays.values():
        at += file.write(bytes(-at % _ALIGNED))
        for part in _parts(array):
            at += file.write(part)


def read_arrays(path: Path) -> "tuple[dict[str, Any], dict[str, NDArray[Any]]]":
    """The note, and the arrays by name, as they lie on the disk; what is changed in them stays in memory.

    All of it is read once, a tenth of a second for 100 MB, to see that it is what was written; what is mapped can be
    put out of memory again. Raises OSError when it is not there or cannot be opened, DamagedError, and ConfigError when
    it is a link or no file.
    """
    import numpy as np

    with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
        note, told, at = _header(file)
        size, arrays = os.fstat(file.fileno()).st_size, {}
        for name, kind, shape, said in told:
            at += -at % _ALIGNED
            dtype, count = np.dtype(kind), _count(shape)
            if at + count * dtype.itemsize > size:
                raise DamagedError(f"{path} is cut off")
            arrays[name] = _mapped(file, dtype, at, shape) if count else np.zeros(shape, dtype)
            if _sum(arrays[name]) != said:
                raise DamagedError(f"{path} has other {name!r} than were written")
            at += count * dtype.itemsize
    if at != size:
        raise DamagedError(f"{path} is longer than it says")
    return note, arrays


def _mapped(file: BinaryIO, dtype: "np.dtype[Any]", at: int, shape: list[int]) -> "NDArray[Any]":
    import numpy as np

    return np.memmap(file, dtype=dtype, mode="c", offset=at, shape=tuple(shape)).view(np.ndarray)


def _header(file: BinaryIO) -> tuple[dict[str, Any], list[tuple[str, str, list[int], int]], int]:
    """The note, (name, kind, shape, sum) of each array, and where the header ends."""
    head = file.read(16)
    length = int.from_bytes(head[8:12], "little")
    if head[:8] != _MAGIC or length > _LONGEST:
        raise DamagedError("it is no file of arrays")
    header = file.read(length)
    if zlib.crc32(header).to_bytes(4, "little") != head[12:16]:
        raise DamagedError("its header is damaged")
    try:
        said = json.loads(header)
        if said["version"] != _VERSION:
            raise DamagedError("it is of another version")
        note = said["note"]
        told = [(str(name), str(kind), list(shape), int(crc)) for name, kind, shape, crc in said["arrays"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise DamagedError("its header says nothing") from error
    if not all(kind in _KINDS and _is_shape(shape) for _, kind, shape, _ in told) or not isinstance(note, dict):
        raise DamagedError("its header names what no array is")
    return note, told, len(head) + length


def _is_shape(shape: list[Any]) -> bool:
    return 1 <= len(shape) <= _MOST_WAYS and all(type(n) is int and 0 <= n < _MOST_ROWS for n in shape)


def _count(shape: list[int]) -> int:
    count = 1
    for n in shape:
        count *= n
    return count


def _sum(array: "NDArray[Any]") -> int:
    crc = 0
    for part in _parts(array):
        crc = zlib.crc32(part, crc)
    return crc


def _parts(array: "NDArray[Any]") -> "list[memoryview]":
    """The bytes of an array, a part at a time: a write of gigabytes may be cut short."""
    import numpy as np

    whole = np.ascontiguousarray(array).view(np.uint8).reshape(-1).data if array.size else memoryview(b"")
    return [whole[at : at + (1 << 26)] for at in range(0, len(whole), 1 << 26)]
