"""Distances are those that scipy finds; the frame is that of a singular value decomposition."""

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist, squareform

from personagraph.meaning.embedded import population
from personagraph.meaning.embedded.frame import AXES, COVERED, even, frame_of
from personagraph.meaning.embedded.pairs import pairs_of
from personagraph.meaning.embedded.population import Population
from tests.meaning.embedded.populations import of_unit, people, sphere


@pytest.mark.parametrize("count", [2, 3, 511, 513, 700])
def test_pairs_are_those_of_scipy(count):
    rows = sphere(count, 8)
    rows[1] = rows[0] if count > 3 else rows[1]
    every, found = pdist(rows.astype(np.float64)), pairs_of(rows)
    assert found.mean == pytest.approx(every.mean(), rel=1e-5)
    assert found.potential == pytest.approx(np.exp(-2 * every**2).mean(), rel=1e-5)
    nearest = np.sort(squareform(every) + np.diag(np.full(count, np.inf)), axis=1)
    assert found.first == pytest.approx(nearest[:, 0], abs=1e-9)
    assert found.second == pytest.approx(nearest[:, 1], abs=1e-9)


def test_two_that_all_but_coincide_are_as_far_apart_as_they_are():
    rows = of_unit(np.array([[1.0, 0.0, 0.0], [1.0, 3e-5, 0.0], [0.0, 1.0, 0.0]]))
    assert pairs_of(rows).first[:2] == pytest.approx(3e-5, rel=1e-3)


def test_one_row_makes_no_pair():
    with pytest.raises(ValueError, match="takes two"):
        pairs_of(sphere(1, 3))


def test_rows_have_the_length_one_and_those_without_a_direction_are_counted():
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 2.0]], np.float32)
    found = Population.of("made", rows)
    assert found.rows.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0.0, 1.0]]
    assert (found.at.tolist(), found.unread, len(found)) == ([0, 2], 1, 2)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="no finite number"):
        Population.of("made", np.array([[1.0, number]], np.float32))


def test_vectors_that_are_no_rows_are_refused():
    with pytest.raises(ValueError, match="rows of numbers"):
        Population.of("made", np.ones(4, np.float32))


def test_a_sample_is_the_same_for_a_seed_and_has_no_row_twice(monkeypatch):
    monkeypatch.setattr(population, "PAIRED", 50)
    whole = people(sphere(200, 6), seed=3)
    assert whole.drawn(50).at.tolist() == whole.drawn(50).at.tolist() == sorted(set(whole.drawn(50).at.tolist()))
    assert whole.drawn(50).at.tolist() != people(sphere(200, 6), seed=4).drawn(50).at.tolist()
    assert len(whole.pairs.first) == 50


def test_the_axes_are_those_of_a_singular_value_decomposition():
    rows = of_unit(np.random.default_rng(0).normal(size=(300, 9)) * np.linspace(2, 0.5, 9) + 0.5)
    frame = frame_of(people(rows))
    centred = rows - rows.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    assert np.abs(np.einsum("ij,ij->i", frame.axes, axes[:AXES])) == pytest.approx(1, abs=1e-3)
    assert frame.explained == pytest.approx((lengths[:AXES] ** 2).sum() / (lengths**2).sum(), rel=1e-4)
    along = centred @ frame.axes.T
    low, high = np.percentile(along, (1, 99), axis=0)
    assert frame.placed(people(rows)) == pytest.approx((along - low) / (high - low), abs=1e-4)
    assert "percentile" in frame.told()
    assert "made" in frame.told()


def test_the_cube_has_those_outside_on_its_faces():
    whole = people(sphere(400, 6))
    frame = frame_of(whole)
    inside, placed = frame.in_cube(whole), frame.placed(whole)
    assert (inside.min(), inside.max()) == (0, 1)
    assert (inside == np.clip(placed, 0, 1)).all()
    assert 0.01 < (inside != placed).any(axis=1).mean() < 0.15


def test_at_the_radius_as_many_points_spread_evenly_cover_what_is_said():
    frame = frame_of(people(sphere(256, 6)))
    other = np.random.default_rng(99).random((20_000, AXES))
    assert (cKDTree(even(256, AXES)).query(other)[0] <= frame.radius).mean() == pytest.approx(COVERED, abs=0.004)


def test_a_population_that_spreads_in_fewer_directions_has_fewer_axes():
    rows = np.zeros((50, 8))
    rows[:, :3] = sphere(50, 3)
    assert len(frame_of(people(of_unit(rows))).axes) == 3


@pytest.mark.parametrize("rows", [sphere(2, 4), np.repeat(sphere(1, 4), 9, axis=0), np.zeros((0, 4), np.float32)])
def test_few_or_all_alike_set_no_axes(rows):
    frame = frame_of(people(rows))
    assert (len(frame.axes), frame.radius, frame.explained) == (0, 0.0, 0.0)


def test_another_embedding_space_is_refused():
    with pytest.raises(ValueError, match="vectors of other cannot be measured by those of made"):
        frame_of(people(sphere(20, 4))).placed(Population.of("other", sphere(20, 4)))
