"""The audit counts what is there, holds it against what it says it does, and can be told of any graph."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.steering.audit import SECTIONS, audit
from personagraph.steering.audit.facts import Entrants, GrowthHistory, RunTally
from personagraph.steering.misreadings import confusion
from personagraph.steering.targets import target_of
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from tests.graphs import tie
from tests.steering.audit.audited import facts
from tests.stored import persona

REGIONS = (*ATTRIBUTES["region"].values, UNKNOWN)
AGES = (*ATTRIBUTES["age"].values, UNKNOWN)


def someone(number: int, *, depth: int | None = 0, bases: Attributes | None = None, **known: str):
    attributes = Attributes(**known)
    return persona(f"person {number}", number, depth=depth, attributes=attributes, bases=bases or Attributes())


@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_section_can_be_told_of_a_graph_with_hardly_anybody(count):
    found = audit(facts([someone(n, region="oceania") for n in range(count)]))
    json.dumps(found, allow_nan=False)
    told = [line for name, values in found.items() for line in SECTIONS[name].lines(values)]
    assert told
    assert any("empty" in line for line in told) == (count == 0)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from(AGES), st.booleans()), min_size=1, max_size=40))
def test_rows_count_seeds_and_everyone_cell_by_cell(people):
    everyone = [
        someone(n, depth=0 if seed else 1, region=region, age=age) for n, (region, age, seed) in enumerate(people)
    ]
    found = audit(facts(everyone, axes=("age", "region")))
    known = [(age, region, seed) for region, age, seed in people if UNKNOWN not in (age, region)]
    now, seeds = Counter(one[:2] for one in known), Counter(one[:2] for one in known if one[2])
    for row in found["cells"]["rows"]:
        assert (row["now"], row["seeds"]) == (now[tuple(row["cell"])], seeds[tuple(row["cell"])])
        assert row["share"] == (row["now"] / len(known) if known else None)
    assert sum(found["cells"]["answers"].values()) == len(found["cells"]["rows"]) == 60
    ages = {row["cell"][0]: row["now"] for row in found["attributes"]["age"]["rows"]}
    assert ages == {age: sum(one[1] == age for one in people) for age in AGES if age != UNKNOWN}


def test_a_value_that_lacks_is_named_and_one_of_few_personas_is_left_open():
    many = [someone(n, sex="male" if n % 10 else "female") for n in range(400)]
    rows = {row["cell"][0]: row for row in audit(facts(many))["attributes"]["sex"]["rows"]}
    assert (rows["female"]["answer"], rows["male"]["answer"]) == ("under", "enough")
    assert rows["female"]["ratio"] == pytest.approx(0.1 / (1 / 3))
    low, high = rows["female"]["ratio_interval"]
    assert low < rows["female"]["ratio"] < high < 0.8
    few = audit(facts(many[:3]))["attributes"]["sex"]
    assert {row["answer"] for row in few["rows"]} == {"inconclusive"}


def test_every_target_is_named_beside_its_figures():
    found = audit(facts([someone(1, sex="male", region="oceania")], target="world"))
    names = {found["cells"]["target"]["name"], *(one["target"]["name"] for one in found["attributes"].values())}
    assert names | {one["target"] for one in found["pairs"]["pairs"]} == {"world"}
    assert any("The target is world" in line for line in SECTIONS["limits"].lines(found["limits"]))


def test_a_share_that_the_target_assumes_is_told_as_assumed():
    found = audit(facts([someone(n, activity="managers") for n in range(200)], target="world"))
    rows = {row["cell"][0]: row for row in found["attributes"]["activity"]["rows"]}
    assert (rows["unemployed"]["assumed"], rows["service"]["assumed"]) == (True, False)
    told = "\n".join(SECTIONS["attributes"].lines(found["attributes"]))
    assert "of 9.4 % (assumed)" in told
    assert "of 7.1 % (assumed)" not in told
    assert any("marked as assumed" in line for line in found["limits"]["sentences"])
    assert not any("assumed" in line for line in audit(facts([someone(1, sex="male")]))["limits"]["sentences"])


def test_bases_add_up_to_what_is_known_and_what_nobody_checked_is_told_apart():
    people = [
        someone(1, sex="male", bases=Attributes(sex="words")),
        someone(2, sex="male", region="oceania", bases=Attributes(sex="label", region="stated")),
        someone(3, sex="female"),
        someone(4),
    ]
    found = audit(facts(people))["people"]["attributes"]
    assert found["sex"]["known"] == 3
    assert (found["sex"]["words"], found["sex"]["label"], found["sex"]["unchecked"]) == (1, 1, 1)
    assert (found["region"]["stated"], found["region"]["unknown"]) == (1, 3)


def test_the_like_that_are_tied_are_found_and_steered_ties_are_left_out():
    people = [someone(n, sex="female" if n < 20 else "male") for n in range(40)]
    within = [tie(people[n + half], people[n + half + 1]) for half in (0, 20) for n in range(19)]
    found = audit(facts(people, [replace(one, steering=0) for one in within]))["ties"]["attributes"]["sex"]["unsteered"]
    assert (found["pairs"], found["alike"]) == (38, 1.0)
    assert found["z"] > 3
    assert audit(facts(people, within))["ties"]["attributes"]["sex"]["unsteered"]["pairs"] == 0


def test_links_are_told_apart_from_what_nobody_had_named():
    people = [someone(n, sex="female" if n < 20 else "male") for n in range(40)]
    within = [tie(people[n + half], people[n + half + 1]) for half in (0, 20) for n in range(19)]
    across = [replace(tie(people[n], people[n + 20]), via="bridge") for n in range(20)]
    found = audit(facts(people, [replace(one, steering=0) for one in (*within, *across)]))["ties"]
    told = found["attributes"]["sex"]
    assert (found["relationships"], found["unsteered"], found["links"]) == (58, 38, 20)
    assert (told["unsteered"]["alike"], told["links"]["alike"], told["links"]["pairs"]) == (1.0, 0.0, 20)
    assert told["all"]["pairs"] == 58
    lines = SECTIONS["ties"].lines(found)
    assert "of 58 relationships 20 are links between personas who were there, and are told apart" in lines
    assert any(line.startswith("sex, links alone: share of the like among neighbours 0") for line in lines), lines


def test_who_reached_whom_is_counted_from_the_arrivals():
    potter = someone(1, activity="craft", region="south_asia")
    judge = someone(2, activity="professionals", region="east_asia")
    brought = [someone(n, depth=1, activity="craft", region="south_asia") for n in range(3, 8)]
    came = [(potter, brought[0], 0, "TEACHES"), *((judge, one, 1, "SERVES") for one in brought[1:])]
    found = audit(facts([potter, judge, *brought], came=came))["gateways"]
    links = {(tuple(one["from"]), tuple(one["to"])): one["new"] for one in found["links"]}
    craft = ("craft", "south_asia")
    assert links == {(craft, craft): 1, (("professionals", "east_asia"), craft): 4}
    assert {tuple(one["cell"]): (one["calls"], one["new"]) for one in found["cells"]} == {
        craft: (1, 1),
        ("professionals", "east_asia"): (4, 4),
    }
    assert {one["type"]: one["new"] for one in found["types"]} == {"TEACHES": 1, "SERVES": 4}
    assert found["egos"][0] == {"persona": judge.id, "new": 4}
    assert found["axes"]["activity"] == [["craft", "craft", 1], ["professionals", "craft", 4]]


def test_what_runs_brought_and_took_adds_up():
    people = [someone(n) for n in range(4)]
    runs = (
        RunTally("r1", "import", "", False, {("new", ""): 2}, 0, 0.0, 0.0),
        RunTally("r2", "expand", "m", False, {("new", ""): 2, ("rejected", "echo"): 3}, 8, 0.5, 4.0),
        RunTally("r3", "expand", "m", False, {("rejected", "cut"): 1}, 2, 0.1, 1.0),
    )
    nobody = Entrants(np.array([0]), np.array([1]), np.array([2], np.int8), facts(people).history.arrivals.types)
    history = GrowthHistory(
        nobody,
        np.zeros(4, np.int64),
        runs,
        rejected=[("echo", Attributes(sex="male", activity="craft", region="oceania"))],
    )
    found = SECTIONS["growth"].measure(facts(people, history=history))
    assert found is not None
    assert (found["new"], found["calls"], found["cost_per_persona_usd"]) == (2, 10, pytest.approx(0.3))
    assert found["steering"]["personas"] == [0, 0, 1, 0]
    assert found["rejections"]["by_reason"] == {"echo": 3, "cut": 1}
    assert found["rejections"]["by_attribute"]["sex"] == {"male": 1, "unknown": 0}
    assert found["rejections"]["by_cell"] == [[["craft", "oceania"], 1]]


def test_labels_take_misreadings_out_of_the_shares():
    people = [someone(n, sex="male" if n % 2 else "female") for n in range(400)]
    # Of the women labelled, a third were read as men.
    pairs = [("female", "female")] * 40 + [("female", "male")] * 20 + [("male", "male")] * 60
    labelled = {"sex": confusion(pairs, (*ATTRIBUTES["sex"].values, UNKNOWN))}
    found = audit(facts(people, labelled=labelled))["readings"]["attributes"]["sex"]
    assert found["share_right"] == pytest.approx(100 / 120)
    rows = {row["cell"][0]: row for row in found["rows"]}
    assert rows["female"]["share"] == 0.5
    assert rows["female"]["corrected"] == pytest.approx(0.75, abs=0.05)
    assert rows["female"]["interval"][0] < 0.75 < rows["female"]["interval"][1]


def test_what_was_not_labelled_and_what_the_reader_did_not_read_is_told():
    bases = [Attributes(sex="words")] * 30 + [Attributes(sex="field")] * 10
    people = [someone(n, sex="male" if n % 2 else "female", bases=basis) for n, basis in enumerate(bases)]
    labelled = {"sex": confusion([("male", "male")] * 30, (*ATTRIBUTES["sex"].values, UNKNOWN))}
    said = "\n".join(audit(facts(people, labelled=labelled))["limits"]["sentences"])
    assert "Intervals of activity, age, region comprise chance, not misreading" in said
    assert "known otherwise (by a column, a model or a label): sex of 10" in said
    assert "known otherwise" not in "\n".join(audit(facts(people))["limits"]["sentences"])


def test_cells_that_are_left_open_are_counted_also_where_they_are_too_many_to_be_told():
    axes = ("activity", "age", "region", "language")
    found = audit(facts([someone(1, sex="male")], axes=axes))
    assert len(found["cells"]["rows"]) < found["cells"]["now"]["cells"]
    cells = f"{found['cells']['now']['cells']:,}"
    assert any(f"Of {cells} cells {cells} are inconclusive" in line for line in found["limits"]["sentences"])


def test_an_answer_that_misreadings_leave_open_is_inconclusive():
    people = [someone(n, sex="female" if n % 5 == 0 else "male") for n in range(400)]
    assert audit(facts(people))["attributes"]["sex"]["answers"]["under"] >= 1
    pairs = [("female", "female")] * 6 + [("female", "male")] * 5 + [("male", "male")] * 9
    labelled = {"sex": confusion(pairs, (*ATTRIBUTES["sex"].values, UNKNOWN))}
    found = audit(facts(people, labelled=labelled))
    rows = {row["cell"][0]: row["answer"] for row in found["attributes"]["sex"]["rows"]}
    assert rows["female"] == "inconclusive"
    json.dumps(found, allow_nan=False)


def test_a_crosstab_is_held_against_the_cells_of_its_axes(tmp_path):
    file = tmp_path / "given.csv"
    file.write_text("sex,region,share\nfemale,oceania,0.5\nmale,east_asia,0.5\n")
    people = [someone(n, sex="female", region="oceania" if n % 2 else "east_asia") for n in range(40)]
    given_target = target_of(file, ("sex", "region"))
    found = audit(facts(people, joint=given_target))["joint"]
    rows = {tuple(row["cell"]): row for row in found["rows"]}
    assert rows["female", "oceania"]["share"] == 0.5
    assert rows["male", "east_asia"]["answer"] == "under"
    assert found["now"]["js_divergence"] == pytest.approx(0.5)
