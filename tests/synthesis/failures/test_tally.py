"""Where samples fail: what is planted is found, and where nothing differs nearly nothing is called weak."""

from collections import Counter

import pytest
from scipy.stats import binom

from personagraph.steering.flags import RATE
from personagraph.synthesis.failures.groups import INCONCLUSIVE, STRONG, WEAK
from personagraph.synthesis.failures.tally import FailureTally
from personagraph.synthesis.failures.tried import TriedSample
from personagraph.synthesis.failures.weak import asked_again, wanted_shares, weakness
from tests.synthesis.failures.planted import FIELDS, SKELETONS, Fault, solved

CELLS = tuple(f"c{n}" for n in range(8))
PEOPLE = [f"{cell} {n}" for n in range(50) for cell in CELLS]
PLANTED = Fault(frozenset(one for one in PEOPLE if one.startswith("c3 ")), FIELDS[2], SKELETONS[4])


def cell_of(persona):
    return persona.partition(" ")[0]


def as_tried(verdict, run="r1", task="math"):
    detail = verdict.detail
    told = detail["checks"]
    return TriedSample(
        run,
        task,
        verdict.persona,
        told["differ"] >= told["agree"],
        "wrong",
        told["differ"],
        told["agree"] + told["differ"],
        detail["about"],
        detail["form"]["skeleton"],
        None,
    )


def found(fault, seed, n=1600):
    tally = FailureTally()
    for verdict in solved(PEOPLE, n, fault, seed):
        tally.add(as_tried(verdict))
    return tally.groups(cell_of)[0]


def called(groups, answer):
    return {(group.name.by, group.name.value) for group in groups if group.answer == answer}


def test_a_weak_cell_a_weak_field_and_a_weak_skeleton_are_found():
    planted = {("cell", "c3"), ("field", FIELDS[2]), ("skeleton", SKELETONS[4])}
    hits, false, told = Counter(), 0, 0
    seeds = 40
    for seed in range(seeds):
        weak = called(found(PLANTED, seed), WEAK)
        hits.update(weak & planted)
        false += len(weak - planted)
        told += len(weak)
    assert min(hits[one] for one in planted) >= 0.9 * seeds
    assert false <= 2 * RATE * told


def test_where_nothing_differs_false_alarms_stay_below_the_stated_rate():
    seeds = 200
    groups = [found(Fault(), seed, n=600) for seed in range(seeds)]
    most = binom.ppf(0.999, seeds, RATE)
    for answer in (WEAK, STRONG):
        assert sum(bool(called(one, answer)) for one in groups) <= most


def test_runs_that_fail_more_make_nobody_weak_whom_they_asked_more_often():
    """A run of a worse model that asks about one cell mostly: within each run all are alike."""
    easy, hard = Counter(), Counter()
    tally = FailureTally()
    for n in range(400):
        for run, often, count in (("r1", 5, easy), ("r2", 2, hard)):
            who = PEOPLE[n % 400] if run == "r1" or n % 3 == 0 else "c3 1"
            count[cell_of(who)] += 1
            tally.add(TriedSample(run, "math", who, n % often == 0, "wrong", 0, 1, {}, "", None))
    groups, _ = tally.groups(cell_of)
    [c3] = [group for group in groups if group.name.value == "c3"]
    assert c3.share > 0.35
    assert c3.answer == INCONCLUSIVE


def test_tasks_are_told_apart():
    tally = FailureTally()
    for n in range(600):
        tally.add(TriedSample("r1", "math", PEOPLE[n % 400], n % 10 == 0, "a", 0, 1, {"kind": "x"}, "", None))
        tally.add(TriedSample("r2", "logic", PEOPLE[n % 400], n % 2 == 0, "b", 0, 1, {"kind": "x"}, "", None))
    groups, _ = tally.groups(cell_of)
    told = {(g.name.kind, g.name.task, g.name.value): (g.n, g.failed, g.answer) for g in groups}
    assert told["task", "", "math"] == (600, 60, STRONG)
    assert told["task", "", "logic"] == (600, 300, WEAK)
    assert told["asked", "math", "x"] == (600, 60, INCONCLUSIVE)
    assert told["asked", "logic", "x"] == (600, 300, INCONCLUSIVE)
    assert [(row["task"], row["reason"], row["n"]) for row in tally.reasons()] == [
        ("logic", "b", 300),
        ("math", "a", 60),
    ]


def test_groups_with_too_few_samples_are_inconclusive_and_never_ranked_as_weak():
    tally = FailureTally()
    for n in range(400):
        tally.add(TriedSample("r1", "math", PEOPLE[n], n % 5 == 0, "w", 0, 1, {"field": "usual"}, "", None))
    for n in range(4):
        tally.add(TriedSample("r1", "math", PEOPLE[n], True, "w", 0, 1, {"field": "rare"}, "", None))
    groups, _ = tally.groups(cell_of)
    [rare] = [group for group in groups if group.name.value == "rare"]
    assert (rare.answer, rare.p_more, weakness(rare)) == (INCONCLUSIVE, 1.0, 1.0)
    assert asked_again(groups, "math") == {}


def test_who_is_in_no_cell_is_counted_and_what_is_unchecked_is_not():
    tally = FailureTally()
    tally.add(TriedSample("r1", "math", "nobody", False, "", 0, 2, {}, "", None))
    tally.add(TriedSample("r1", "math", "c1 1", None, "unchecked", 0, 0, {}, "", None))
    groups, unplaced = tally.groups(lambda persona: None)
    assert (unplaced, tally.samples, tally.counted, tally.uncounted) == (1, 2, 1, {"unchecked": 1})
    assert [group.name.kind for group in groups] == ["task"]
    assert tally.about(["nobody", "c1 1"]) == 1


def test_shares_grow_by_how_much_cells_fail_and_three_failures_take_nothing():
    groups = found(PLANTED, 1)
    cells = {name: (name,) for name in CELLS}
    base = dict.fromkeys(cells.values(), 1 / 8)
    shares = wanted_shares(groups, cells, base)
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.__getitem__) == ("c3",)
    ratio = {group.name.value: group.failed / group.expected for group in groups if group.name.kind == "cell"}
    assert 1 < shares["c3",] / (1 / 8) < ratio["c3"], "shrunken towards the mean"
    others = {shares[cells[g.name.value]] for g in groups if g.name.kind == "cell" and g.answer == INCONCLUSIVE}
    assert len({round(share, 12) for share in others}) == 1, "those of which nothing can be said stay at the mean"


def test_what_is_weak_is_asked_for_again_by_its_name():
    assert asked_again(found(PLANTED, 2), "math") == {"field": [FIELDS[2]]}
    assert asked_again(found(PLANTED, 2), "logic") == {}
