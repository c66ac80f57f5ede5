"""The index of vectors finds what brute force finds, however it grew, and is whole on the disk or not there at all."""

import json
import os
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from personagraph.errors import ConfigError
from personagraph.meaning.nearest import Nearest
from personagraph.meaning.nearest.lists import FIRST
from personagraph.meaning.nearest.numbers import scores

DIMS = 128


def vectors(count: int, seed: int = 0, dims: int = DIMS) -> NDArray[np.float32]:
    """Vectors of length 1 around some forty centres, with what weighs most in front."""
    rng = np.random.default_rng(seed)
    weights = np.linspace(1.5, 0.5, dims)
    centres = np.random.default_rng(99).normal(size=(40, dims)) * weights
    rows = centres[rng.integers(0, 40, count)] + rng.normal(size=(count, dims)) * weights * 0.6
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def keys(count: int, first: int = 0) -> list[str]:
    return [f"{number:032x}" for number in range(first, first + count)]


def grown(rows: NDArray[np.float32], chunk: int) -> Nearest:
    """An index of these, added so many at a time."""
    index, names = Nearest(rows.shape[1]), keys(len(rows))
    for at in range(0, len(rows), chunk):
        index.add(names[at : at + chunk], rows[at : at + chunk])
    return index


def brute(rows: NDArray[np.float32], query: NDArray[np.float32], k: int) -> list[str]:
    order = np.argsort(-(rows @ query), kind="stable")
    return [keys(len(rows))[i] for i in order[:k]]


@pytest.mark.parametrize("dims", [3, 64, 96, DIMS, 256])
def test_the_nearest_are_those_that_brute_force_finds(dims):
    rows, queries = vectors(500, dims=dims), vectors(10, seed=1, dims=dims)
    found, cosines = grown(rows, 100).search(queries, 1)
    exact = [float((rows @ query).max()) for query in queries]
    assert [each[0] for each in cosines] == pytest.approx(exact, abs=0.01)
    if dims > 3:
        shared = [len(set(each) & set(brute(rows, q, 5))) for each, q in zip(found, queries, strict=True)]
        assert min(shared) == 1


def test_a_cosine_is_the_one_that_is_computed_from_the_whole_numbers_of_the_vector():
    rows, query = vectors(50), vectors(1, seed=1)
    index = grown(rows, 50)
    found, cosines = index.search(query, 50)
    from personagraph.meaning.nearest.numbers import quantised

    expected = dict(zip(keys(50), scores(quantised(rows), query[0]).tolist(), strict=True))
    assert dict(zip(found[0], cosines[0], strict=True)) == expected


def test_those_that_are_equally_near_come_in_order_of_entry():
    row = vectors(1)
    index = grown(np.concatenate([row, vectors(20, seed=3), np.repeat(row, 4, axis=0)]), 3)
    assert index.search(row, 4)[0] == [[keys(25)[i] for i in (0, 21, 22, 23)]]


def test_nothing_below_the_least_cosine_is_found():
    rows, queries = vectors(300), vectors(20, seed=1)
    found, cosines = grown(rows, 300).within(queries, 0.5, most=300, probes=None)
    exact = [int((rows @ query >= 0.5).sum()) for query in queries]
    assert sum(map(len, found)) == pytest.approx(sum(exact), abs=len(queries))
    assert min(min(each) for each in cosines if each) >= 0.5


def test_a_vector_of_zeros_is_kept_and_near_nothing():
    index = Nearest(DIMS)
    index.add(["a", "b"], np.concatenate([np.zeros((1, DIMS), np.float32), vectors(1)]))
    assert (len(index), index.unread()) == (2, 1)
    assert index.search(np.zeros((1, DIMS), np.float32), 5) == ([[]], [[]])
    assert index.search(vectors(1), 5)[0] == [["b"]]


def test_what_was_removed_is_found_no_more_nor_after_it_was_kept(tmp_path):
    rows = vectors(200)
    index = grown(rows, 64)
    assert index.remove([*keys(3), "unknown", "наука"]) == 3
    index.save(tmp_path / "index")
    again = Nearest.open(tmp_path / "index")
    assert again is not None
    for each in (index, again):
        assert len(each) == 197
        assert not set(each.search(rows[:3], 200)[0][0]) & set(keys(3))


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (["x" * 33], vectors(1)),
        (["я"], vectors(1)),
        ([""], vectors(1)),
        (["a"], vectors(1, dims=4)),
        (["a", "b"], vectors(1)),
        (["a"], np.full((1, DIMS), np.nan, np.float32)),
    ],
    ids=["long key", "key not of ASCII", "empty key", "other dimensions", "fewer vectors", "no number"],
)
def test_what_cannot_be_kept_is_refused(names, rows):
    index = Nearest(DIMS)
    with pytest.raises(ValueError, match=r"key|vector"):
        index.add(names, rows)
    assert len(index) == 0


def test_it_goes_on_from_the_disk_where_it_was(tmp_path):
    rows = vectors(900)
    index = grown(rows[:500], 500)
    index.note = {"encoder": "x", "count": 500}
    index.save(tmp_path)
    again = Nearest.open(tmp_path)
    assert again is not None
    assert again.note == {"encoder": "x", "count": 500}
    again.add(keys(400, 500), rows[500:])
    again.save(tmp_path)
    last, queries = Nearest.open(tmp_path), vectors(5, seed=1)
    assert last is not None
    assert last.search(queries, 20) == again.search(queries, 20) == grown(rows, 900).search(queries, 20)


def test_its_files_are_for_their_owner_alone(tmp_path):
    grown(vectors(10), 10).save(tmp_path)
    assert [file.stat().st_mode & 0o777 for file in tmp_path.iterdir()] == [0o600]


def header(text: dict[str, Any]) -> bytes:
    """The beginning of a file of arrays that says this."""
    import zlib

    said = json.dumps(text).encode()
    return b"PGARRAYS" + len(said).to_bytes(4, "little") + zlib.crc32(said).to_bytes(4, "little") + said


HUGE = [["keys", "|S32", [1 << 60], 0]]
DAMAGES = {
    "empty": lambda held: b"",
    "another file": lambda held: b"SQLite format 3\0" + held,
    "cut in half": lambda held: held[: len(held) // 2],
    "cut by a byte": lambda held: held[:-1],
    "longer": lambda held: held + b"\0",
    "a letter of the header": lambda held: held.replace(b'"dims": 128', b'"dims": 129', 1),
    "another version": lambda held: header({"version": 1, "note": {}, "arrays": []}),
    "no arrays": lambda held: header({"version": 2, "note": {"dims": 128, "note": {}, "body": ""}, "arrays": []}),
    "huge": lambda held: header({"version": 2, "note": {"dims": 128, "note": {}, "body": ""}, "arrays": HUGE}),
    "negative": lambda held: header({"version": 2, "note": {}, "arrays": [["keys", "|S32", [-1], 0]]}),
    "objects": lambda held: header({"version": 2, "note": {}, "arrays": [["keys", "|O", [1], 0]]}) + bytes(64),
    "no object": lambda held: header([1]),  # type: ignore[arg-type]
    "lists that are gone": lambda held: header(
        {"version": 2, "note": {"dims": 128, "note": {}, "body": "x"}, "arrays": []}
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_not_whole_is_none(tmp_path, damage):
    grown(vectors(100), 100).save(tmp_path)
    file = tmp_path / "vectors"
    file.write_bytes(damage(file.read_bytes()))
    assert Nearest.open(tmp_path) is None


@pytest.mark.parametrize("name", ["keys", "lead", "rest", "left", "inverse", "lists"])
def test_numbers_that_are_others_than_were_written_are_none(tmp_path, name):
    """Also where they might stand: the file is as long as before, and its header the same."""
    from personagraph.storage.array_files import read_arrays

    grown(vectors(100), 100).save(tmp_path)
    file = tmp_path / "vectors"
    held, array = file.read_bytes(), read_arrays(file)[1][name]
    at = held.rindex(array.tobytes()) + array.nbytes // 2
    file.write_bytes(held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :])
    assert Nearest.open(tmp_path) is None


def test_where_there_is_none_there_is_none(tmp_path):
    assert Nearest.open(tmp_path / "nowhere") is None


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["symbolic link", "hard link"])
def test_a_link_is_not_followed(tmp_path, link):
    grown(vectors(10), 10).save(tmp_path / "elsewhere")
    (tmp_path / "index").mkdir()
    link(tmp_path / "elsewhere" / "vectors", tmp_path / "index" / "vectors")
    with pytest.raises(ConfigError, match="link"):
        Nearest.open(tmp_path / "index")


COUNT = FIRST * 4 + 3000
"""From FIRST vectors on they lie in lists, and a query looks into a few."""


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    return vectors(COUNT)


@pytest.fixture(scope="module")
def index(rows: NDArray[np.float32]) -> Nearest:
    return grown(rows, COUNT)


@pytest.mark.slow
def test_however_it_was_cut_it_is_the_same(index, rows):
    queries = vectors(200, seed=1)
    for chunk in (997, 5000):
        assert grown(rows, chunk).within(queries, 0.6) == index.within(queries, 0.6)


@pytest.mark.slow
def test_looking_at_all_finds_the_same_with_and_without_machine_code(index):
    queries = vectors(40, seed=1)
    at_once = index.search(queries, 7)
    one_by_one = [index.search(query[None, :], 7) for query in queries]
    assert at_once == ([keys[0] for keys, _ in one_by_one], [cosines[0] for _, cosines in one_by_one])


@pytest.mark.slow
def test_what_is_found_for_one_does_not_depend_on_who_else_is_looked_for(index):
    queries = vectors(600, seed=1)
    at_once = index.within(queries, 0.6)
    one_by_one = [index.within(query[None, :], 0.6) for query in queries[::7]]
    assert (at_once[0][::7], at_once[1][::7]) == ([a[0] for a, _ in one_by_one], [b[0] for _, b in one_by_one])


@pytest.mark.slow
def test_few_lists_have_nearly_all_that_lie_near(index):
    queries = vectors(300, seed=1)
    near, every = index.within(queries, 0.7), index.within(queries, 0.7, probes=None)
    found = sum(len(set(a) & set(b)) for a, b in zip(near[0], every[0], strict=True))
    assert found >= 0.97 * sum(map(len, every[0]))


@pytest.mark.slow
def test_it_is_kept_and_extended_in_two_files(index, rows, tmp_path):
    queries = vectors(50, seed=1)
    index.save(tmp_path)
    again = Nearest.open(tmp_path)
    assert again is not None
    assert again.within(queries, 0.6) == index.within(queries, 0.6)
    body = (tmp_path / "vectors.lists").stat().st_mtime_ns
    again.add(["new"], queries[:1])
    again.save(tmp_path)
    last = Nearest.open(tmp_path)
    assert last is not None
    assert last.within(queries[:1], 0.99)[0] == [["new"]]
    assert (tmp_path / "vectors.lists").stat().st_mtime_ns == body


@pytest.mark.slow
def test_the_lists_of_another_index_are_none(index, tmp_path):
    index.save(tmp_path)
    held = (tmp_path / "vectors").read_bytes()
    other = grown(vectors(FIRST, seed=5), FIRST)
    other.save(tmp_path)
    (tmp_path / "vectors").write_bytes(held)
    assert Nearest.open(tmp_path) is None


@pytest.mark.slow
def test_what_is_removed_from_lists_is_gone(rows, tmp_path):
    index = grown(rows[: FIRST + 10], 1000)
    index.remove(keys(5))
    index.save(tmp_path)
    again = Nearest.open(tmp_path)
    assert again is not None
    assert len(again) == len(index) == FIRST + 5
    assert not {key for each in again.within(rows[:5], 0.9)[0] for key in each} & set(keys(5))


@pytest.mark.parametrize("probes", [None, 4])
def test_places_are_where_the_keys_that_are_found_lie_with_their_vectors(probes):
    rows = vectors(FIRST + 900)
    index = grown(rows, 700)
    index.remove(keys(1, first=3))
    keyed, (cosines, places) = index.search(rows[:9], 5, probes=probes), index.find(rows[:9], 5, probes=probes)
    at, numbers = index.places(), index.numbers(places.reshape(-1))
    assert [[key.decode() for key in at[row].tolist()] for row in places] == keyed[0]
    assert np.minimum(cosines, 1).tolist() == keyed[1]
    own = np.array([int(key, 16) for each in keyed[0] for key in each])
    found = (numbers / np.linalg.norm(numbers, axis=1, keepdims=True) * rows[own]).sum(axis=1)
    assert found == pytest.approx(1, abs=0.001)
    assert (at == b"").sum() == 1
