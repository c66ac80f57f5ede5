"""How strongly attributes go together, beside scipy, a simulation, and the target."""

import numpy as np
import pytest
from scipy.stats.contingency import association  # type: ignore[import-untyped]

from personagraph.graph.snapshot import Categorical
from personagraph.steering.joints import associations, cramers_v
from personagraph.steering.targets import target_of
from personagraph.types import UNKNOWN


def test_uncorrected_it_is_scipys() -> None:
    table = np.random.default_rng(2).integers(1, 40, (4, 6))
    assert cramers_v(table.astype(float), corrected=False) == pytest.approx(association(table, method="cramer"))


def test_the_correction_is_that_of_bergsma() -> None:
    table = np.array([[20.0, 5.0, 3.0], [4.0, 18.0, 7.0]])
    n, r, c = table.sum(), 2, 3
    phi = association(table.astype(int), method="cramer") ** 2
    phi = max(0, phi - (r - 1) * (c - 1) / (n - 1))
    least = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    assert cramers_v(table) == pytest.approx((phi / least) ** 0.5)


def test_independent_attributes_of_few_personas_seem_related_only_without_the_correction() -> None:
    rng = np.random.default_rng(4)
    tables = [rng.multinomial(150, np.full(60, 1 / 60)).reshape(10, 6).astype(float) for _ in range(200)]
    plain = np.mean([cramers_v(table, corrected=False) for table in tables])
    corrected = np.mean([cramers_v(table) for table in tables])
    assert plain > 0.2
    assert corrected < 0.06


def test_what_determines_each_other_is_one_and_what_has_one_value_is_none() -> None:
    assert cramers_v(np.diag([30.0, 40.0, 50.0])) == pytest.approx(1)
    assert cramers_v(np.array([[5.0, 6.0], [0.0, 0.0]])) is None
    assert cramers_v(np.zeros((2, 2))) is None
    assert cramers_v(np.array([[1.0, 0.0], [0.0, 0.0]])) is None


def test_each_pair_is_told_beside_the_target() -> None:
    rng = np.random.default_rng(6)
    target = target_of("world", ("activity", "age", "sex"))
    cells = list(target.weights)
    drawn = rng.choice(len(cells), 20_000, p=list(target.weights.values()))
    people = [cells[place] for place in drawn] + [(UNKNOWN, UNKNOWN, "female")]
    columns = {axis: Categorical.of(one[place] for one in people) for place, axis in enumerate(target.axes)}
    found = associations(columns, target)
    assert [one.pair for one in found] == [("activity", "age"), ("activity", "sex"), ("age", "sex")]
    for one in found:
        assert one.known == 20_000
        assert one.v is not None
        assert one.wanted is not None
        assert one.v == pytest.approx(one.wanted, abs=0.02)
        assert one.js_divergence is not None
        assert one.js_null is not None
        assert one.js_divergence < 2 * one.js_null


def test_a_sample_of_the_target_lies_where_perfect_samples_do_and_a_stereotype_beyond() -> None:
    rng = np.random.default_rng(7)
    target = target_of("world", ("activity", "age"))
    cells = list(target.weights)
    within = 0
    for seed in range(40):
        drawn = rng.choice(len(cells), 60, p=list(target.weights.values()))
        columns = {
            axis: Categorical.of(cells[at][place] for at in drawn.tolist()) for place, axis in enumerate(target.axes)
        }
        (one,) = associations(columns, target, seed=seed)
        assert one.v is not None
        assert one.by_chance is not None
        within += one.by_chance.low <= one.v <= one.by_chance.high
    assert within >= 33
    sexes = ["female"] * 30 + ["male"] * 30
    stereotype = {"activity": Categorical.of(["clerks"] * 30 + ["craft"] * 30), "sex": Categorical.of(sexes)}
    (one,) = associations(stereotype, target_of("world", ("activity", "sex")))
    assert one.v is not None
    assert one.by_chance is not None
    assert one.v > one.by_chance.high
    assert associations(stereotype, target_of("world", ("activity", "sex"))) == [one]


def test_a_joint_that_is_off_while_its_marginals_fit_is_seen() -> None:
    columns = {
        "age": Categorical.of(["15-24", "15-24", "25-44", "25-44"] * 50),
        "sex": Categorical.of(["female", "female", "male", "male"] * 50),
    }
    (one,) = associations(columns, target_of("uniform", ("age", "sex")))
    assert one.v == pytest.approx(1, abs=0.01)
    assert one.wanted == pytest.approx(0)
    assert one.js_divergence is not None
    assert one.js_divergence > 0.3


def test_nobody_has_no_association() -> None:
    empty = {axis: Categorical.of([]) for axis in ("age", "sex")}
    (one,) = associations(empty, target_of("uniform", ("age", "sex")))
    assert (one.known, one.v, one.js_divergence, one.js_null) == (0, None, None, None)
