"""Clusters find groups that were planted, and their exemplars are the rows nearest to their centres."""

import numpy as np
import pytest
from numpy.typing import NDArray

from personagraph.meaning.groups import clusters
from personagraph.meaning.groups.clusters import clusters_of, usual


def planted(sizes: list[int], seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    rows = np.eye(len(sizes), 16)[groups] + rng.normal(size=(len(groups), 16)) * 0.05
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), groups


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_groups_that_were_planted_are_found_the_largest_first():
    rows, groups = planted([30, 120, 60])
    found = clusters_of(rows, rng=rng(), k=3)
    assert found.labels.tolist() == [{1: 0, 2: 1, 0: 2}[group] for group in groups.tolist()]
    assert np.linalg.norm(found.centres, axis=1) == pytest.approx(1)


def test_of_more_rows_than_are_looked_at_everyone_has_a_cluster(monkeypatch):
    monkeypatch.setattr(clusters, "FITTED", 90)
    rows, groups = planted([300, 200, 100])
    found = clusters_of(rows, rng=rng(), k=3)
    assert found.fitted == 90
    assert found.labels.tolist() == groups.tolist()


def test_exemplars_are_the_nearest_to_the_centre_and_none_of_another_cluster():
    rows, _ = planted([4, 50, 60])
    found = clusters_of(rows, rng=rng(), k=3, exemplars=6)
    for number, exemplars in enumerate(found.exemplars):
        members = np.flatnonzero(found.labels == number)
        nearest = members[np.argsort(-(rows[members] @ found.centres[number]), kind="stable")][:6]
        assert exemplars.tolist() == [*nearest.tolist(), *[-1] * (6 - len(nearest))]


def test_the_same_seed_gives_the_same():
    rows, _ = planted([40] * 8)
    one, other = (clusters_of(rows, rng=rng(), k=5) for _ in range(2))
    assert one.labels.tolist() == other.labels.tolist()
    assert one.exemplars.tolist() == other.exemplars.tolist()


def test_a_row_of_zeros_is_in_none():
    rows, _ = planted([10, 10])
    rows[3] = 0
    found = clusters_of(rows, rng=rng(), k=2)
    assert found.labels[3] == -1
    assert (np.delete(found.labels, 3) >= 0).all()


@pytest.mark.parametrize("count", [0, 4])
def test_where_nobody_can_be_read_there_are_none(count):
    found = clusters_of(np.zeros((count, 3), np.float32), rng=rng())
    assert (len(found), found.labels.tolist(), found.fitted) == (0, [-1] * count, 0)


def test_there_are_no_more_clusters_than_rows_that_differ():
    rows = np.eye(4, dtype=np.float32)[[0, 1, 1, 2, 2, 2]]
    assert clusters_of(rows, rng=rng(), k=5).labels.tolist() == [2, 1, 1, 0, 0, 0]


def test_by_default_there_are_as_many_as_the_root_of_half_the_rows():
    assert [usual(count) for count in (0, 1, 2, 200, 5000, 10**6)] == [1, 1, 1, 10, 50, 50]
    rows, _ = planted([50, 50])
    assert len(clusters_of(rows, rng=rng())) == 7


def test_no_cluster_at_all_is_refused_and_what_is_no_number():
    with pytest.raises(ValueError, match="at least one cluster"):
        clusters_of(np.eye(3, dtype=np.float32), rng=rng(), k=0)
    with pytest.raises(ValueError, match="no finite number"):
        clusters_of(np.full((2, 2), np.inf, np.float32), rng=rng())
