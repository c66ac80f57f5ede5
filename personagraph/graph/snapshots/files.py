"""A snapshot in a file, which is mapped as it stands: it is derived from the graph, and made again where it is gone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import ConfigError
from personagraph.graph.snapshot import Categorical, Links, Snapshot, codes_for
from personagraph.graph.snapshots.ids import are_hashes
from personagraph.storage.array_files import DamagedError, read_arrays, write_arrays
from personagraph.storage.atomic_files import make_folder, replacing
from personagraph.vocabulary.attributes import ATTRIBUTES

FILE = "snapshot"
_VERSION = 3
_PLAIN = ("ids", "depths", "entries", "simulated", "sources", "targets", "confidences", "former", "steering")
_PEOPLE = ("ids", "depths", "entries", "simulated")
_SAID = ("types", "via", "agreement")
"""What is said of a relationship in words."""
_LINKS = ("forwards", "backwards", "both")
_MARKS = ("simulated", "former")
_NUMBERS: Mapping[str, tuple[int, type[np.signedinteger[Any]]]] = {
    "depths": (-1, np.int32),
    "entries": (0, np.int64),
    "steering": (0, np.int8),
}
"""The least that each can be; there is a higher one than each, as others count on from them."""
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot from a file, and the word that it was kept with."""

    snapshot: Snapshot
    word: str


def keep(folder: Path, snapshot: Snapshot, word: str) -> None:
    """Put it into the folder, which is made if need be, in place of what is there, with its links in each direction.

    `word` says what it is of. Raises ConfigError when it cannot be written, as when the disk is full.
    """
    arrays = {name: getattr(snapshot, name) for name in _PLAIN} | {"by_id": snapshot.by_id}
    arrays |= {name: arrays[name].view(np.int8) for name in _MARKS}
    columns = _categories(snapshot)
    arrays |= {name: column.codes for name, column in columns.items()}
    for name in _LINKS:
        arrays |= {f"{name}.{part}": array for part, array in getattr(snapshot, name)._asdict().items()}
    note = {
        "snapshot": _VERSION,
        "word": word,
        "applied": dict(snapshot.applied),
        "names": {name: column.names for name, column in columns.items()},
    }
    make_folder(folder)
    with replacing([folder / FILE]) as (file,):
        os.fchmod(file.fileno(), 0o600)
        write_arrays(file, note, arrays)


def kept(folder: Path) -> Kept | None:
    """What is in the folder, mapped; None when there is nothing, or nothing that can be opened.

    Raises DamagedError for what is not what was written, or of another version, and ConfigError for a link.
    """
    try:
        note, arrays = read_arrays(folder / FILE)
    except OSError:
        return None
    except ConfigError as error:
        if isinstance(error.__cause__, OSError):
            return None
        raise
    if note.get("snapshot") != _VERSION:
        raise DamagedError("it is of another version")
    try:
        return Kept(_snapshot(note, arrays), str(note["word"]))
    except DamagedError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DamagedError("it lacks what a snapshot has") from error


def _categories(snapshot: Snapshot) -> dict[str, Categorical]:
    known = {f"attribute.{name}": column for name, column in snapshot.attributes.items()}
    said = {name: getattr(snapshot, name) for name in _SAID}
    return {"runs": snapshot.runs, **said, "bases": snapshot.bases, **known}


def _snapshot(note: Mapping[str, Any], arrays: Arrays) -> Snapshot:
    """What the file holds, when all of it fits together: loops over arrays do not look whether a number leads out."""
    if any(array.ndim != 1 for array in arrays.values()):
        raise DamagedError("one of its columns is none")
    people, ties = len(arrays["ids"]), len(arrays["sources"])
    columns = {name: _category(arrays[name], names) for name, names in note["names"].items()}
    known = {name: columns.pop(f"attribute.{name}") for name in ATTRIBUTES}
    runs, bases, said = columns.pop("runs"), columns.pop("bases"), {name: columns.pop(name) for name in _SAID}
    rows = {name: people if name in _PEOPLE else ties for name in _PLAIN}
    plain = {name: arrays[name] for name in _PLAIN}
    counted = [*(len(plain[name]) == count for name, count in rows.items()), not columns]
    counted += [len(column.codes) == people for column in (runs, bases, *known.values())]
    counted += [len(column.codes) == ties for column in said.values()]
    applied = {str(run): int(steps) for run, steps in note["applied"].items()}
    for name in ("sources", "targets"):
        counted.append(_within(plain[name], people, np.int32))
    for name in _MARKS:
        counted.append(_within(plain[name], 2, np.int8))
        plain[name] = plain[name].view(np.bool_)
    counted += [are_hashes(plain["ids"]), _between(plain["confidences"], 0, 1, np.float32)]
    for name, (least, kind) in _NUMBERS.items():
        counted.append(_between(plain[name], least, np.iinfo(kind).max - 1, kind))
    counted.append(len(arrays["by_id"]) == people and _within(arrays["by_id"], people, np.int32))
    if not all(counted):
        raise DamagedError("its columns do not fit together")
    derived = {name: _links(arrays, name, people, ties, 1 + (name == "both")) for name in _LINKS}
    found = Snapshot(
        **plain,
        runs=runs,
        types=said["types"],
        via=said["via"],
        agreement=said["agreement"],
        attributes=known,
        bases=bases,
        applied=applied,
        derived={name: partial(Links, *made) for name, made in derived.items()},
    )
    # Where a cached property has what it made.
    found.__dict__["by_id"] = arrays["by_id"]
    return found


def _category(codes: NDArray[Any], names: list[str]) -> Categorical:
    if not _within(codes, len(names), codes_for(len(names))) or not all(type(name) is str for name in names):
        raise DamagedError("a column has values without a name")
    return Categorical(codes, tuple(names))


def _links(arrays: Arrays, name: str, people: int, ties: int, times: int) -> Links:
    found = Links(*(arrays[f"{name}.{part}"] for part in Links._fields))
    fits = (
        len(found.starts) == people + 1
        and found.starts.dtype == np.int64
        and len(found.ends) == len(found.edges) == times * ties
        and found.starts[0] == 0
        and found.starts[-1] == len(found.ends)
        and bool((found.starts[1:] >= found.starts[:-1]).all())
        and _within(found.ends, people, np.int32)
        and _within(found.edges, ties, np.int32)
    )
    if not fits:
        raise DamagedError(f"its {name} lead nowhere")
    return found


def _within(array: NDArray[Any], end: int, kind: type[np.generic]) -> bool:
    """Whether it is of this kind, and all of it from 0 to below the end."""
    return _between(array, 0, end - 1, kind)


def _between(array: NDArray[Any], least: int, most: int, kind: type[np.generic]) -> bool:
    """Whether it is of this kind, and all of it from the least to the most; what is no number is not."""
    return array.dtype == kind and (not len(array) or bool(array.min() >= least and array.max() <= most))
