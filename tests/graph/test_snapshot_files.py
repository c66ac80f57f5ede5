"""Snapshots in files: what is opened is what was kept, and nothing in a file leads a loop or a terminal astray."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personagraph.errors import ConfigError
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.snapshots.extension import Since, extended
from personagraph.graph.snapshots.files import FILE, keep, kept
from personagraph.storage.array_files import DamagedError, read_arrays, write_arrays
from tests.graph.test_extension import assert_same_snapshot
from tests.stored import people, tie


def snapshot(count: int = 6) -> Snapshot:
    """A ring of people."""
    some = people(count)
    ties = [tie(a, b) for a, b in zip(some, some[1:] + some[:1], strict=True)]
    ties[0] = replace(ties[0], via="similar")
    return Snapshot.build(some, sorted(ties, key=lambda tie: (tie.source, tie.target)))


def planted(folder: Path, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """A file with sums that are right, and something changed."""
    keep(folder, snapshot(), "w")
    note, arrays = read_arrays(folder / FILE)
    arrays = {name: np.array(array) for name, array in arrays.items()}
    change(note, arrays)
    with (folder / FILE).open("wb") as file:
        write_arrays(file, note, arrays)


def test_what_is_opened_is_what_was_kept(tmp_path):
    keep(tmp_path, snapshot(), "w")
    found = kept(tmp_path)
    assert found.word == "w"
    assert_same_snapshot(found.snapshot, snapshot())


_VALUES = {
    "ids": [b"f" * 31, b"F" * 32, b"\x1b[2J" + b"0" * 28, b"\xff" * 32, b"g" * 32, b""],
    "depths": [-2, 2**31 - 1],
    "entries": [-1, 2**63 - 1],
    "confidences": [np.nan, np.inf, -0.1, 1.5],
    "steering": [-1, 127],
    "simulated": [2, -1],
    "former": [2, -1],
    "sources": [-1, 6, 2**31 - 1],
    "targets": [-1, 6, -(2**31)],
    "by_id": [-1, 6],
    "runs": [-1, 1],
    "types": [-1, 1],
    "via": [-1, 2],
    "agreement": [-1, 1],
    "attribute.sex": [-1, 1],
    **{f"{way}.{part}": [-1, 2**31 - 1] for way in ("forwards", "backwards", "both") for part in ("ends", "edges")},
    **{f"{way}.starts": [-1, 2**62, 1] for way in ("forwards", "backwards", "both")},
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, some in _VALUES.items() for value in some])
def test_a_number_that_a_snapshot_cannot_have_is_damage(tmp_path, name, value):
    planted(tmp_path, lambda note, arrays: arrays[name].__setitem__(0, value))
    with pytest.raises(DamagedError):
        kept(tmp_path)


def _falling(note: dict[str, Any], arrays: dict[str, Any]) -> None:
    arrays["both.starts"][2:4] = 5, 3


def _shorter(note: dict[str, Any], arrays: dict[str, Any]) -> None:
    arrays["depths"] = arrays["depths"][:-1]


def _longer(note: dict[str, Any], arrays: dict[str, Any]) -> None:
    arrays["by_id"] = np.append(arrays["by_id"], np.int32(0))


def _of_another_kind(note: dict[str, Any], arrays: dict[str, Any]) -> None:
    arrays["sources"] = arrays["sources"].astype(np.uint32)


def _without(name: str) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(note: dict[str, Any], arrays: dict[str, Any]) -> None:
        del (note if name in note else arrays)[name]

    return change


def _saying(**said: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda note, arrays: note.update(said)


@pytest.mark.parametrize(
    "change",
    [
        *(_falling, _shorter, _longer, _of_another_kind),
        *(_without(name) for name in ("ids", "sources", "both.starts", "by_id", "types", "word", "applied", "names")),
        *(_saying(applied=said) for said in ([1], "r1", {"r1": None}, {"r1": "x"}, {"r1": float("inf")}, None)),
        *(_saying(names=said) for said in ([], {}, {"runs": ["r1"]}, {"runs": 7}, None)),
        *(_saying(snapshot=said) for said in (0, "1", None, [1])),
    ],
)
def test_columns_and_words_that_do_not_fit_together_are_damage(tmp_path, change):
    planted(tmp_path, change)
    with pytest.raises(DamagedError):
        kept(tmp_path)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "second name"])
def test_what_is_no_file_of_its_own_is_refused_and_not_waited_for(tmp_path, kind):
    keep(tmp_path / "elsewhere", snapshot(), "w")
    file = tmp_path / FILE
    elsewhere = tmp_path / "elsewhere" / FILE
    {"link": file.symlink_to, "second name": file.hardlink_to}.get(kind, lambda _: None)(elsewhere)
    {"pipe": os.mkfifo, "folder": os.mkdir}.get(kind, lambda _: None)(file)
    with pytest.raises(ConfigError, match=r"remove (it|the link)"):
        kept(tmp_path)


def test_a_place_that_cannot_be_looked_into_is_as_if_nothing_was_kept(tmp_path):
    assert kept(tmp_path / ("x" * 300)) is None
    assert kept(tmp_path / "none") is None


def test_a_graph_of_more_runs_than_a_short_number_tells_is_kept_and_extended(tmp_path):
    some = [replace(person, run=f"r{number}") for number, person in enumerate(people(33_000))]
    whole, part = (Snapshot.build(which, ()) for which in (some, some[:32_000]))
    grown = extended(part, Since(some[32_000:], (), {}, {}))
    assert_same_snapshot(grown, whole)
    keep(tmp_path, grown, "w")
    assert_same_snapshot(kept(tmp_path).snapshot, whole)
