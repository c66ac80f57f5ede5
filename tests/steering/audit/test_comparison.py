"""Reports side by side: differences of two, and intervals over several."""

import json

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from personagraph.errors import UsageError
from personagraph.steering.audit import audit
from personagraph.steering.audit.comparison import OF_ONE_GRAPH, compared
from personagraph.steering.audit.facts import GrowthHistory, RunTally
from personagraph.steering.shares import t_quantile, wilson
from personagraph.types import Attributes
from personagraph.workspace.verbs.audits.columns import DERIVED
from tests.steering.audit.audited import facts
from tests.stored import persona


def report(women: int, men: int, target: str = "uniform"):
    sexes = ["female"] * women + ["male"] * men
    people = [persona(f"person {n}", n, attributes=Attributes(sex=sex)) for n, sex in enumerate(sexes)]
    return audit(facts(people, target=target))


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 6, 9, 10, 29, 120])
def test_the_quantile_of_students_t_is_that_of_scipy(freedom):
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-6)


def test_of_two_the_difference_of_a_share_has_an_interval_and_says_whether_it_is_chance():
    found = compared({"a": report(150, 50), "b": report(60, 140)})
    json.dumps(found, allow_nan=False)
    rows = {row["value"]: row for row in found["shares"] if row["axis"] == "sex"}
    women = rows["female"]
    assert women["values"] == [0.75, 0.3]
    assert women["difference"] == pytest.approx(-0.45)
    assert women["interval"][0] < -0.45 < women["interval"][1] < 0
    assert women["differs"] is True
    alike = compared({"a": report(15, 10), "b": report(14, 11)})
    assert not any(row.get("differs") for row in alike["shares"])
    assert {row["name"]: row["difference"] for row in found["numbers"]}["personas"] == 0


def test_the_test_of_two_shares_is_exact():
    found = compared({"a": report(30, 10), "b": report(18, 30)})
    rows = [row for row in found["shares"] if row["axis"] == "sex" and row["p"] is not None]
    tails = stats.hypergeom(88, 48, 40)
    expected = 2 * min(tails.cdf(30), tails.sf(29))
    # Two shares are tested, which are the two sides of one coin: adjusted for their number the p-values stay.
    assert [row["p"] for row in rows if row["value"] in ("female", "male")] == pytest.approx([expected, expected])
    # By a normal test this would be less than 5 %.
    few = {row["value"]: row for row in compared({"a": report(0, 4), "b": report(4, 2)})["shares"]}
    assert few["female"]["differs"] is False


def test_of_several_runs_the_mean_has_students_interval():
    women = [40, 50, 70, 44]
    found = compared({str(n): report(n, 100 - n) for n in women})
    row = next(row for row in found["shares"] if row["value"] == "female")
    shares = np.array(women) / 100
    expected = stats.t.interval(0.95, 3, shares.mean(), stats.sem(shares))
    assert row["mean"] == pytest.approx(shares.mean())
    assert row["interval"] == pytest.approx(expected)


def test_what_is_not_measured_alike_is_not_compared():
    with pytest.raises(UsageError, match="two reports or more"):
        compared({"a": report(1, 1)})
    with pytest.raises(UsageError, match="the target of a is uniform, that of b world"):
        compared({"a": report(1, 1), "b": report(1, 1, target="world")})


def test_reports_that_agree_leave_as_much_open_as_so_few_personas_do():
    found = compared({str(n): report(0, 10) for n in range(3)})
    rows = {row["value"]: row for row in found["shares"] if row["axis"] == "sex"}
    assert rows["female"]["interval"] == pytest.approx(list(wilson(0, 30)))
    assert rows["male"]["interval"][1] == 1
    spread = compared({"a": report(0, 10), "b": report(0, 10), "c": report(9, 1)})
    low, high = next(row["interval"] for row in spread["shares"] if row["value"] == "female")
    assert (low, high) == (0, 1)


def test_what_every_graph_has_of_its_own_is_not_compared():
    assert set(OF_ONE_GRAPH) == set(DERIVED)
    one = report(3, 3)
    one["cells"]["axes"] = ["community", "age"]
    with pytest.raises(UsageError, match="every graph has its own community"):
        compared({"a": one, "b": one})


def test_targets_that_are_called_alike_and_differ_are_told():
    one, other = report(3, 3), report(3, 3)
    other["attributes"]["sex"]["rows"][0]["wanted"] = 0.5
    with pytest.raises(UsageError, match=r"want 0\.3333 to 0\.5 of sex=female"):
        compared({"a": one, "b": other})


def test_who_was_merged_counts_among_the_items_of_which_some_were_turned_down():
    runs = (
        RunTally("r1", "expand", "m", False, {("new", ""): 5, ("merged", ""): 3, ("rejected", "cut"): 2}, 4, 1.0, 1),
    )
    one = audit(facts([persona("p", 1)], history=GrowthHistory(runs=runs)))
    numbers = {row["name"]: row["values"] for row in compared({"a": one, "b": one})["numbers"]}
    assert numbers["share of items turned down"] == [0.2, 0.2]
    assert numbers["USD per new persona"] == [0.2, 0.2]


def test_a_report_of_nobody_has_no_shares_to_compare():
    found = compared({"a": report(0, 0), "b": report(3, 3)})
    assert all(row["difference"] is None for row in found["shares"])
