"""Files of arrays: what is read is what was written, and a header that lies is damage and nothing else."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personagraph.storage.array_files import DamagedError, read_arrays, write_arrays


def planted(path: Path, *arrays: Any, version: Any = 2, note: Any = None) -> Path:
    """A file whose header, with its right sum, says this, before eight bytes."""
    header = json.dumps({"version": version, "note": {} if note is None else note, "arrays": arrays}).encode()
    lengths = len(header).to_bytes(4, "little") + zlib.crc32(header).to_bytes(4, "little")
    head = b"PGARRAYS" + lengths + header
    path.write_bytes(head + bytes(-len(head) % 64) + bytes(8))
    return path


def test_what_is_read_is_what_was_written(tmp_path):
    arrays = {"one": np.arange(7, dtype=np.int32), "none": np.zeros((0, 3), np.float32), "ids": np.array([b"a"], "S32")}
    with (tmp_path / "f").open("wb") as file:
        write_arrays(file, {"word": "w"}, arrays)
    note, found = read_arrays(tmp_path / "f")
    assert note == {"word": "w"}
    assert {name: array.tolist() for name, array in found.items()} == {n: a.tolist() for n, a in arrays.items()}
    assert planted(tmp_path / "p", ["a", "<i8", [1], zlib.crc32(bytes(8))])
    assert read_arrays(tmp_path / "p")[1]["a"].tolist() == [0]


@pytest.mark.parametrize(
    "shape",
    [[2], [-1], [2**63], [10**400], [0, 10**30], [0] * 99, [1] * 99, [], [1.0], ["1"], [True], "1", 1, None, {"1": 1}],
    ids=lambda shape: str(shape)[:12],
)
def test_a_length_that_lies_is_damage(tmp_path, shape):
    with pytest.raises(DamagedError):
        read_arrays(planted(tmp_path / "f", ["a", "<i8", shape, zlib.crc32(bytes(8))]))


@pytest.mark.parametrize("kind", ["O", "|O", "V8", "<U2", "<f8", "|S0", "<i8,<i8", ">i8", "float", None, 8, ["<i8"]])
def test_a_kind_of_which_we_write_none_is_damage(tmp_path, kind):
    with pytest.raises(DamagedError):
        read_arrays(planted(tmp_path / "f", ["a", kind, [1], zlib.crc32(bytes(8))]))


@pytest.mark.parametrize("sum", [1, float("inf"), float("nan"), None, [], "x"], ids=str)
def test_a_sum_that_is_none_is_damage(tmp_path, sum):
    with pytest.raises(DamagedError):
        read_arrays(planted(tmp_path / "f", ["a", "<i8", [1], sum]))


@pytest.mark.parametrize("arrays", [[7], [[]], [["a"]], [None], ["abcd"]], ids=str)
def test_a_header_that_says_something_else_is_damage(tmp_path, arrays):
    with pytest.raises(DamagedError):
        read_arrays(planted(tmp_path / "f", *arrays))
    with pytest.raises(DamagedError):
        read_arrays(planted(tmp_path / "f", version=[1]))
    with pytest.raises(DamagedError):
        read_arrays(planted(tmp_path / "f", note=[1]))


def test_what_damage_is_called_moves_no_terminal(tmp_path):
    with pytest.raises(DamagedError) as caught:
        read_arrays(planted(tmp_path / "f", ["\x1b[2J\ud800", "<i8", [1], 7]))
    assert str(caught.value).isprintable()
