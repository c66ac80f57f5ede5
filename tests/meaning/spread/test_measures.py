"""Each measure says what is known of populations that were made for it, and why where it says nothing."""

import json
from math import exp, factorial, log, log2, sinh

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from personagraph.meaning.embedded.frame import Frame, even, frame_of
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.encoders.static import KIND
from personagraph.meaning.spread import MEASURES
from personagraph.meaning.spread.dimension import two_nn
from personagraph.meaning.spread.empty_ball import ENOUGH, largest_empty_ball
from personagraph.meaning.spread.hull import hull_volume
from personagraph.meaning.spread.measure import ALL_ALIKE, TOO_FEW, Spread
from personagraph.meaning.spread.sobol import boxes_of, divergence
from tests.meaning.embedded.populations import patch, people, sphere


def value(name: str, whole: Population, frame: Frame | None = None) -> float:
    found = MEASURES[name](whole, frame or frame_of(whole)).value
    assert found is not None
    return found


@pytest.mark.parametrize("name", MEASURES)
class TestEveryMeasure:
    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_says_nothing_of_fewer_than_three(self, name, count):
        whole = people(sphere(count, 4))
        found = MEASURES[name](whole, frame_of(whole))
        assert (found.value, found.reason) == (None, TOO_FEW)

    def test_says_something_of_people_who_are_all_alike_or_why_not(self, name):
        whole = people(np.repeat(sphere(1, 4), 12, axis=0))
        found = MEASURES[name](whole, frame_of(whole))
        known = {"voices": 1 / 12, "smallest": 0, "mean_distance": 0, "uniformity": 0, "vendi": 1}
        if name in known:
            assert found.value == pytest.approx(known[name], abs=1e-3)
        else:
            assert found.value is None
            assert found.reason
            assert not MEASURES[name].framed or found.reason == ALL_ALIKE

    def test_says_something_of_three_and_of_more_dimensions_than_people(self, name):
        for count in (3, 7):
            whole = people(sphere(count, 64))
            found = MEASURES[name](whole, frame_of(whole))
            assert (found.value is None) == bool(found.reason)

    def test_is_the_same_each_time_and_json_holds_it(self, name):
        def found() -> Spread:
            whole = people(sphere(300, 6), seed=2)
            return MEASURES[name](whole, frame_of(whole))

        assert found() == found()
        assert json.loads(json.dumps(dict(found().detail), allow_nan=False)) == dict(found().detail)

    def test_says_whether_more_is_wider_as_it_is_with_people_spread_widely_and_not(self, name):
        wide = people(sphere(400, 6))
        narrow = people(patch(np.random.default_rng(1).random((400, 2)), dims=6))
        frame = frame_of(wide)
        assert MEASURES[name].wider * (value(name, wide, frame) - value(name, narrow, frame)) > 0

    def test_leaves_out_whom_the_encoder_cannot_read(self, name):
        rows = sphere(200, 6)
        with_zeros = np.vstack([rows, np.zeros((5, 6), np.float32)])
        assert value(name, people(rows)) == value(name, people(with_zeros))


def test_coverage_is_the_share_of_probes_that_brute_force_finds_near():
    whole = people(sphere(150, 6))
    frame = frame_of(whole)
    near = cdist(frame.probes(), frame.in_cube(whole)).min(axis=1) <= frame.radius
    assert value("coverage", whole) == pytest.approx(near.mean(), rel=1e-5)


def test_people_who_lie_as_a_sobol_set_cover_what_is_said_and_hardly_diverge():
    size, count, dims = 0.01, 1024, 3
    radius = frame_of(people(sphere(count, dims))).radius
    sides, axes = np.full(dims, size / 2), np.eye(12)[1 : dims + 1]
    frame = Frame("made", np.zeros(12), axes, -sides, sides, 1.0, radius, 0.8, count, 0)
    evenly = people(patch(even(count, dims), size=size))
    heaped = people(patch(np.random.default_rng(0).beta(4, 4, (count, dims)), size=size))
    assert value("coverage", evenly, frame) == pytest.approx(0.99, abs=0.004)
    assert value("coverage", heaped, frame) < 0.8
    assert value("sobol", evenly, frame) < 0.02 < 0.5 < value("sobol", heaped, frame)
    assert value("hull", evenly, frame) == pytest.approx(0.95, abs=0.05)


@pytest.mark.parametrize("dims", [1, 2, 3, 5])
def test_the_hull_of_a_cube_is_its_volume_and_of_a_corner_that_of_the_simplex(dims):
    corners = np.indices((2,) * dims).reshape(dims, -1).T.astype(float)
    assert hull_volume(corners * 0.5) == pytest.approx(0.5**dims)
    assert hull_volume(np.vstack([np.zeros(dims), np.eye(dims)])) == pytest.approx(1 / factorial(dims))


def test_the_hull_of_people_in_fewer_dimensions_is_empty():
    flat = np.random.default_rng(0).random((30, 3))
    flat[:, 2] = flat[:, 0] + flat[:, 1]
    assert hull_volume(flat) == 0
    assert hull_volume(flat[:3]) == 0


@pytest.mark.parametrize("dims", [1, 2, 3, 5])
def test_the_largest_empty_ball_around_one_point_reaches_the_far_corner(dims):
    low, high, place = largest_empty_ball(np.zeros((1, dims)), looks=2_000_000)
    assert low <= dims**0.5 <= high
    assert high <= low * (1 + 2 * ENOUGH)
    assert place == pytest.approx(np.ones(dims), abs=0.1)


@pytest.mark.parametrize("dims", [1, 2, 4])
@pytest.mark.parametrize("looks", [1, 200_000])
def test_the_bounds_of_the_largest_empty_ball_hold(dims, looks):
    rng = np.random.default_rng(dims)
    points = rng.random((60, dims)) ** 2
    low, high, place = largest_empty_ball(points, looks=looks)
    assert cdist([place], points).min() == pytest.approx(low)
    assert cdist(rng.random((20_000, dims)), points).min(axis=1).max() <= high


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("bits", [1, 3, 6])
def test_a_sobol_set_has_as_many_points_in_each_box(dims, bits):
    counts = np.bincount(boxes_of(even(1 << 9, dims), bits), minlength=1 << bits)
    assert set(counts.tolist()) == {(1 << 9) >> bits}
    assert divergence(counts) == 0


def test_divergence_is_that_of_the_shares_and_greatest_where_all_are_in_one_box():
    counts = np.array([3, 1, 0, 4])
    shares = counts[counts > 0] / 8
    assert divergence(counts) == pytest.approx(sum(p * log2(p / 0.25) for p in shares.tolist()))
    assert divergence(np.array([0, 9, 0, 0])) == 2


def test_on_a_sphere_distances_and_uniformity_are_those_of_the_integral():
    whole = people(sphere(4000, 3))
    assert value("mean_distance", whole) == pytest.approx(4 / 3, rel=0.01)
    assert value("uniformity", whole) == pytest.approx(log(exp(-4) * sinh(4) / 4), abs=0.02)


@pytest.mark.parametrize("dims", [1, 2, 4])
def test_the_dimension_of_a_cube_is_that_of_the_cube(dims):
    whole = people(patch(np.random.default_rng(0).random((3000, dims)), dims=40))
    found = MEASURES["dimension"](whole, frame_of(whole))
    assert found.value == pytest.approx(dims, rel=0.1)
    assert found.low < found.value < found.high


def test_the_dimension_does_not_change_when_some_are_there_twice():
    rows = patch(np.random.default_rng(0).random((1000, 2)))
    assert value("dimension", people(np.vstack([rows, rows[:300]]))) == pytest.approx(
        value("dimension", people(rows)), rel=1e-3
    )


def test_there_is_no_dimension_where_no_ratio_differs_from_one():
    assert two_nn(np.ones(5), np.ones(5)) is None


@pytest.mark.parametrize("count", [5, 40])
def test_vendi_is_the_entropy_of_the_eigenvalues_of_all_cosines(count):
    rows = sphere(count, 12).astype(np.float64)
    values = np.linalg.eigvalsh(rows @ rows.T / count)
    wanted = exp(-sum(v * log(v) for v in values.tolist() if v > 1e-12))
    assert value("vendi", people(rows.astype(np.float32))) == pytest.approx(wanted, rel=1e-4)


def test_vendi_of_people_with_nothing_in_common_is_their_number():
    assert value("vendi", people(np.eye(9, 20, dtype=np.float32))) == pytest.approx(9)


def test_twenty_farmers_in_almost_the_same_words_add_one_voice_and_no_coverage():
    encoder = KIND.make("", None)
    jobs = (
        "nurse",
        "judge",
        "plumber",
        "pianist",
        "biologist",
        "chef",
        "sailor",
        "teacher",
        "tailor",
        "pilot",
        "actor",
    )
    loves = ("chess", "old maps", "birds", "opera", "football", "bread", "rivers", "robots")
    before = [f"a {job} who loves {love}" for job in jobs for love in loves]
    farmers = [f"a {who} farmer who grows corn in {where}" for who in ("young", "old") for where in "abcdefghij"]
    one = people(encoder.encode(before))
    other = people(encoder.encode([*before, *farmers]))
    frame = frame_of(one)
    found = {name: (m(one, frame), m(other, frame)) for name, m in MEASURES.items()}
    voices, more = found["voices"]
    assert more.detail["voices"] == voices.detail["voices"] + 1
    assert found["coverage"][1].value == pytest.approx(found["coverage"][0].value, abs=0.02)
    assert found["empty_ball"][1].value == pytest.approx(found["empty_ball"][0].value, rel=0.02)
