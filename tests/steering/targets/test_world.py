"""The world's population as a target: what the tables say is met, what they do not say is even and told so."""

from collections import Counter
from math import fsum, isclose

import pytest

from personagraph.steering.targets import TARGETS, target_of
from personagraph.types import UNKNOWN
from personagraph.vocabulary.cells import cells
from personagraph.vocabulary.occupations import EMPLOYED, ISCO_MAJOR_GROUPS
from personagraph.vocabulary.reference import table

ALL = ("activity", "age", "sex", "region")
PEOPLE = fsum(float(row["thousands"]) for row in table("population"))


def told_by_activity() -> dict[tuple[str, str], float]:
    """Thousands of the employed of 2025 by activity and sex, from the table."""
    found: Counter[tuple[str, str]] = Counter()
    for row in table("employment"):
        if row["year"] == "2025":
            for group in row["isco"]:
                found[ISCO_MAJOR_GROUPS[group], row["sex"]] += float(row["thousands"]) / len(row["isco"])
    return found


def test_the_table_of_people_has_the_population_that_the_united_nations_projected() -> None:
    by_sex = Counter[str]()
    for row in table("population"):
        by_sex[row["sex"]] += float(row["thousands"])
    assert round(by_sex["male"]) == 4_124_920
    assert round(by_sex["female"]) == 4_059_518


def test_age_sex_and_region_are_those_of_the_table_together() -> None:
    told: Counter[tuple[str, ...]] = Counter()
    for row in table("population"):
        told[row["age"], row["sex"], row["region"]] += float(row["thousands"]) / PEOPLE
    found = target_of("world", ("age", "sex", "region")).weights
    assert all(isclose(found[cell], told[cell], abs_tol=1e-12) for cell in found)
    assert set(told) <= set(found)


def test_the_employed_are_those_of_the_table_by_occupation_and_sex() -> None:
    found = target_of("world", ("activity", "sex")).weights
    for cell, thousands in told_by_activity().items():
        assert found[cell] == pytest.approx(thousands / PEOPLE, rel=1e-6)
    employed = fsum(share for (activity, _), share in found.items() if activity in EMPLOYED)
    assert employed == pytest.approx(3_599_075.9 / PEOPLE, rel=1e-6)


def test_occupations_differ_between_regions_as_they_do_between_incomes() -> None:
    found = target_of("world", ("activity", "region")).weights

    def among_employed(activity: str, region: str) -> float:
        return found[activity, region] / fsum(found[one, region] for one in EMPLOYED)

    assert among_employed("professionals", "north_america") > 3 * among_employed("professionals", "west_central_africa")
    assert among_employed("agriculture", "west_central_africa") > 4 * among_employed("agriculture", "north_america")


def test_what_is_published_as_one_number_is_halved() -> None:
    found = target_of("world", ("activity", "sex", "region")).weights
    halves = [(found["agriculture", *rest], found["elementary", *rest]) for (_, *rest) in found]
    assert all(isclose(one, other) for one, other in halves)


def test_those_who_are_not_employed_are_even_where_age_allows_it() -> None:
    found = target_of("world", ("activity", "age")).weights
    assert found["student", "0-14"] == pytest.approx(found["child", "0-14"])
    assert found["student", "15-24"] == pytest.approx(found["carer", "15-24"]) == found["unemployed", "15-24"]
    assert found["retired", "65+"] == pytest.approx(found["carer", "65+"])


def test_what_has_no_figure_has_no_share_and_the_notes_say_so() -> None:
    target = target_of("world", ("activity", "sex", "language"))
    for axis, value in (("activity", "armed_forces"), ("sex", "other")):
        assert target.marginal([axis]).weights[value,] == 0
        assert "No figure" in target.notes[axis]
    languages = target.marginal(["language"]).weights.values()
    assert list(languages) == pytest.approx([1 / len(languages)] * len(languages))
    assert "evenly" in target.notes["language"]


@pytest.mark.parametrize("choice", TARGETS)
@pytest.mark.parametrize("axes", [ALL, ("activity", "region"), ("region", "activity"), ("language",), ("sex", "age")])
def test_a_named_target_has_a_share_for_every_possible_cell_and_a_note_for_every_axis(
    choice: str, axes: tuple[str, ...]
) -> None:
    target = target_of(choice, axes)
    assert list(target.weights) == cells(axes)
    assert isclose(fsum(target.weights.values()), 1)
    assert list(target.notes) == list(axes)
    assert all(target.basis)
    assert not any(UNKNOWN in cell for cell in target.weights)


def test_the_marginals_of_the_world_are_those_of_one_joint() -> None:
    whole = target_of("world", ALL)
    for axes in (("region", "activity"), ("age",), ("sex", "region")):
        part, alone = whole.marginal(axes).weights, target_of("world", axes).weights
        assert all(isclose(part.get(cell, 0), share, abs_tol=1e-12) for cell, share in alone.items())


def test_the_default_is_half_world_and_half_uniform() -> None:
    assert next(iter(TARGETS)) == "half"
    one, world, uniform = (target_of(name, ("activity", "region")).weights for name in ("half", "world", "uniform"))
    assert all(isclose(one[cell], (world[cell] + uniform[cell]) / 2) for cell in one)
    assert min(one.values()) > 0


def test_a_column_that_is_no_attribute_is_an_axis_when_its_values_are_given() -> None:
    values = {"community": ("0", "1", "2")}
    target = target_of("world", ("region", "community"), values)
    assert len(target.weights) == 36
    assert list(target.marginal(["community"]).weights.values()) == pytest.approx([1 / 3] * 3)
    with pytest.raises(ValueError, match="community"):
        target_of("world", ("region", "community"))


def test_a_marginal_of_an_axis_that_a_target_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no axis sex"):
        target_of("uniform", ("age",)).marginal(["sex"])


def test_values_whose_share_no_table_has_are_marked_as_assumed_in_every_marginal_and_mixture():
    for name in ("world", "half"):
        target = target_of(name, ("activity", "region"))
        for found in (target, target.marginal(("activity",))):
            assert {"unemployed", "student", "carer", "retired", "child"} <= found.assumed["activity"]
            assert "professionals" not in found.assumed["activity"]
            assert not found.assumed.get("region")
    assert not target_of("uniform", ("activity",)).assumed
