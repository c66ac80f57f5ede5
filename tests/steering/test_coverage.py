"""What coverage counts, and how far it says the shares lie from a target."""

import json
from collections.abc import Sequence
from math import inf, isclose
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon  # type: ignore[import-untyped]

from personagraph.graph.snapshot import Categorical
from personagraph.steering.coverage import Coverage, expected_js
from personagraph.steering.coverage import coverage as coverage_of
from personagraph.steering.targets import target_of
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import cells

AXES = ("age", "sex")
FARMER = Attributes(activity="agriculture", age="25-44", sex="female", region="oceania")


def personas(counts: list[int]) -> list[Attributes]:
    valid = cells(AXES)
    return [Attributes(age=age, sex=sex) for (age, sex), n in zip(valid, counts, strict=True) for _ in range(n)]


def coverage(people: list[Attributes], *axes: Sequence[str], **options: Any) -> Coverage:
    """That of the columns of a snapshot of these."""
    return coverage_of({name: Categorical.of(one[name] for one in people) for name in ATTRIBUTES}, *axes, **options)


COUNTS = st.lists(st.integers(0, 30), min_size=15, max_size=15).filter(any)


def test_every_persona_is_known_unknown_or_outside() -> None:
    found = coverage(
        [FARMER, FARMER, Attributes(activity="craft"), Attributes(activity="child", age="65+", region="oceania")]
    )
    assert (found.cells, found.known, found.unknown, found.outside) == (660, 2, 1, 1)
    assert found.counts["agriculture", "25-44", "oceania"] == 2


def test_unknowns_keep_what_is_known_of_them() -> None:
    craft, here = Attributes(activity="craft"), Attributes(region="oceania")
    found = coverage([craft, here, here, Attributes(), FARMER], ("activity", "region"))
    assert found.partial == {("craft", "unknown"): 1, ("unknown", "oceania"): 2, ("unknown", "unknown"): 1}
    assert found.unknown == 4
    assert found.to_json()["counts"] == [
        ["agriculture", "oceania", 1],
        ["craft", "unknown", 1],
        ["unknown", "oceania", 2],
        ["unknown", "unknown", 1],
    ]


def test_an_unknown_off_the_axes_does_not_matter() -> None:
    assert coverage([Attributes(region="oceania")], ("region",)).unknown == 0


def test_a_cell_is_covered_at_1_5_and_20() -> None:
    found = coverage(personas([0, 1, 4, 5, 19, 20, 21] + [0] * 8), AXES)
    assert found.to_json()["covered"] == {"1": 6, "5": 4, "20": 2}


def test_the_thinnest_cells_come_first_and_ties_in_order() -> None:
    found = coverage(personas([3, 0, 5, 0] + [9] * 11), AXES)
    valid = cells(AXES)
    assert found.thinnest(3) == [valid[1], valid[3], valid[0]]
    assert found.thinnest(0) == []


def test_the_thinnest_are_those_furthest_below_a_given_target() -> None:
    valid = cells(AXES)
    found = coverage(personas([1] * 15), AXES, target={valid[7]: 3, valid[2]: 1})
    assert found.thinnest(2) == [valid[7], valid[2]]


@given(COUNTS)
def test_the_divergence_from_uniform_is_scipys_squared(counts: list[int]) -> None:
    found = coverage(personas(counts), AXES)
    assert found.js_divergence is not None
    assert isclose(found.js_divergence, jensenshannon(counts, [1] * 15, base=2) ** 2, abs_tol=1e-9)


@given(COUNTS, COUNTS)
def test_the_divergence_from_a_given_target_is_scipys_squared(counts: list[int], weights: list[int]) -> None:
    found = coverage(personas(counts), AXES, target=dict(zip(cells(AXES), weights, strict=True)))
    assert found.js_divergence is not None
    assert isclose(found.js_divergence, jensenshannon(counts, weights, base=2) ** 2, abs_tol=1e-9)


@pytest.mark.parametrize("n", [1, 7, 400])
@pytest.mark.parametrize("weights", [[1] * 15, [1, 2, 3, 50, 0]])
def test_the_null_is_the_mean_over_a_perfect_samplers_draws(n: int, weights: list[int]) -> None:
    target = np.array(weights) / sum(weights)
    draws = np.random.default_rng(1).multinomial(n, target, size=4000)
    simulated = np.square([jensenshannon(draw, target, base=2) for draw in draws])
    assert expected_js(n, target.tolist()) == pytest.approx(
        simulated.mean(), abs=5 * simulated.std() / 4000**0.5 + 1e-9
    )


def test_a_perfect_sampler_of_a_thousand_personas_is_still_seen_to_diverge() -> None:
    assert round(expected_js(1000, [1 / 330] * 330), 3) == 0.071
    assert round(expected_js(1000, [1 / 560] * 560), 3) == 0.134


def test_the_null_vanishes_with_many_personas_and_for_a_single_cell() -> None:
    assert expected_js(1_000_000, [1 / 330] * 330) < 1e-4
    assert expected_js(5, [1.0]) == 0


def test_nobody_known_has_no_divergence() -> None:
    found = coverage([Attributes()])
    assert (found.known, found.unknown, found.js_divergence, found.js_null) == (0, 1, None, None)


@pytest.mark.parametrize(
    "target",
    [
        {},
        {("0-14", "female"): 0.0},
        {("0-14", "female"): -1.0, ("0-14", "male"): 2.0},
        {("0-14", "female"): inf},
        {("0-14",): 1.0},
    ],
)
def test_a_target_that_wants_nothing_sensible_is_refused(target: dict[tuple[str, ...], float]) -> None:
    with pytest.raises(ValueError, match="target"):
        coverage([], AXES, target=target)


def test_by_attribute_counts_all_personas_and_shows_empty_values() -> None:
    found = coverage([FARMER, Attributes(language="sw"), Attributes(language="tlh")]).by_attribute
    assert found["activity"]["agriculture"] == 1
    assert found["activity"]["managers"] == 0
    assert found["activity"]["unknown"] == 2
    assert found["language"] == {"sw": 1, "tlh": 1, "unknown": 1}
    assert list(found) == list(ATTRIBUTES)


def test_the_json_has_the_promised_shape() -> None:
    found = json.loads(json.dumps(coverage([FARMER]).to_json()))
    assert {"cells", "known", "unknown", "covered", "js_divergence", "js_null", "by_attribute"} <= set(found)


def test_a_target_with_a_name_is_named_beside_what_is_held_against_it() -> None:
    found = coverage([FARMER], ("region",), target=target_of("world", ("region",)))
    assert found.target_name == "world"
    assert found.target["oceania",] < 0.01
    assert found.to_json()["target"]["basis"][0].startswith("region: published")
    assert coverage([FARMER]).target_name == "uniform"


def test_a_column_that_is_no_attribute_makes_cells_too() -> None:
    columns = {name: Categorical.of([FARMER[name]] * 3) for name in ATTRIBUTES}
    columns["community"] = Categorical.of(["1", "2", UNKNOWN])
    found = coverage_of(columns, ("region", "community"))
    assert (found.cells, found.known, found.unknown) == (24, 2, 1)
    assert found.counts["oceania", "2"] == 1
    more = coverage_of(columns, ("community",), values={"community": ("1", "2", "3")})
    assert more.counts["3",] == 0
