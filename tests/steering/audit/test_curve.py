"""Coverage against calls: the curve of a graph, and of several runs together."""

import json
from collections import Counter

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from personagraph.graph.snapshot import Categorical
from personagraph.steering.audit import audit
from personagraph.steering.audit.curve import curve_of, curves_over, is_curve, value_at
from personagraph.steering.audit.facts import Entrants, GrowthHistory, RunTally
from personagraph.types import Attributes
from tests.steering.audit.audited import facts
from tests.stored import persona

CELLS = (("craft", "oceania"), ("service", "east_asia"), ("clerks", "south_asia"), ("craft", "unknown"))
RUNS = (RunTally("r2", "expand", "m", False, {("new", ""): 60}, 90, 0.0, 0.0),)


def grown(seed: int, *, calls: int = 90):
    """Four seeds and sixty who came by calls, some at the same one; and what brute force counts after each call."""
    rng = np.random.default_rng(seed)
    chosen = [CELLS[n] for n in rng.choice(len(CELLS), 64, p=[0.5, 0.3, 0.1, 0.1])]
    people = [
        persona(f"person {n}", n, attributes=Attributes(activity=activity, region=region))
        for n, (activity, region) in enumerate(chosen)
    ]
    at = np.sort(rng.integers(1, calls + 1, 60))
    nobody = Categorical.of("" for _ in at)
    arrivals = Entrants(np.full(60, -1), np.arange(4, 64), np.zeros(60, np.int8), nobody, at)
    made = facts(people, history=GrowthHistory(arrivals, np.zeros(64, np.int64), RUNS, decided=calls))
    when = [0] * 4 + at.tolist()

    def held(level: int, call: int) -> int:
        there = Counter(cell for cell, then in zip(chosen, when, strict=True) if then <= call and "unknown" not in cell)
        return sum(n >= level for n in there.values())

    return made, held, when


def test_it_counts_after_each_call_what_counting_anew_gives():
    made, held, when = grown(1)
    found = curve_of(made)
    assert found is not None
    assert found["calls"] == list(range(91))
    assert found["personas"] == [sum(then <= call for then in when) for call in range(91)]
    for level in ("1", "3", "5", "20"):
        assert found["cells"][level] == [held(int(level), call) for call in range(91)]
    assert found["cells"]["1"][-1] == 3
    assert is_curve(json.loads(json.dumps(found)))


def test_of_many_calls_a_hundred_places_are_kept_with_the_first_and_the_last():
    made, held, _ = grown(2, calls=4321)
    found = curve_of(made)
    assert found is not None
    assert (found["calls"][0], found["calls"][-1], len(found["calls"])) == (0, 4321, 101)
    assert found["cells"]["3"] == [held(3, call) for call in found["calls"]]


def test_without_a_call_of_an_expansion_there_is_none():
    assert curve_of(facts([persona("a", 0)])) is None
    assert curves_over({"a": audit(facts([persona("a", 0)]))}, {}) == []


def test_of_several_runs_there_is_the_mean_with_students_interval_as_far_as_all_have_come():
    reports = {str(seed): audit(grown(seed, calls=90 + seed)[0]) for seed in range(5)}
    [found] = curves_over(reports, dict.fromkeys(reports, "hint"))
    assert (found["name"], found["runs"], found["calls"][-1], len(found["calls"])) == ("hint", 5, 90, 51)
    line = found["lines"]["5"]
    for at in (20, 50):
        call = found["calls"][at]
        values = [
            r["growth"]["curve"]["cells"]["5"][r["growth"]["curve"]["calls"].index(call)] for r in reports.values()
        ]
        assert line["mean"][at] == pytest.approx(np.mean(values))
        low, high = (
            stats.t.interval(0.95, 4, np.mean(values), stats.sem(values)) if len({*values}) > 1 else values[:1] * 2
        )
        assert line["low"][at] == pytest.approx(max(0, low))
        assert line["high"][at] == pytest.approx(min(180, high))


def test_two_runs_have_no_interval_and_a_curve_says_nothing_beyond_its_end():
    reports = {str(seed): audit(grown(seed)[0]) for seed in range(2)}
    [found] = curves_over(reports, dict.fromkeys(reports, "bfs"))
    assert set(found["lines"]["1"]) == {"mean"}
    assert value_at(found, "1", 90) == (3.0, None, None)
    assert value_at(found, "1", 91) is None


@pytest.mark.parametrize(
    "spoil",
    [
        {"calls": []},
        {"calls": [0, 2, 1]},
        {"calls": "many"},
        {"personas": [1]},
        {"cells": {"1": [0.5, 1, 2]}},
        {"cells": 7},
        {"possible": None},
    ],
)
def test_what_somebody_spoiled_is_no_curve(spoil):
    good = {"axes": ["sex"], "possible": 3, "calls": [0, 1, 2], "personas": [1, 2, 3], "cells": {"1": [0, 1, 1]}}
    assert is_curve(good)
    assert not is_curve(good | spoil)
