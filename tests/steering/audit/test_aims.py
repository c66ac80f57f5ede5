"""What was asked for, and what came of it: by region, by attribute, by how hard it was asked."""

import json

import pytest

from personagraph.ledger.steps import Decided, Planned
from personagraph.llm.simulated import SimulatedBackend
from personagraph.steering.audit import SECTIONS, audit
from personagraph.steering.audit.facts import GrowthHistory
from personagraph.steering.audit.wishes import Wish, region_of, told_of
from personagraph.steering.hints import aim_of
from personagraph.steering.shares import wilson
from personagraph.testing import temporary_workspace
from personagraph.types import Attributes, Step, Verdict, persona_id
from personagraph.vocabulary.cells import PAIR
from personagraph.workspace.verbs.audits.history import history_of
from tests.steering.audit.audited import facts
from tests.stored import persona

CRAFT = (("activity", "craft"), ("region", "oceania"))
CLERK = (("activity", "clerks"), ("region", "east_asia"))
POTTER, BAKER = {"activity": "craft", "region": "oceania"}, {"activity": "craft", "region": "unknown"}


def wish(region=CRAFT, level="2", outcome="new", known=POTTER):
    return Wish(region, dict(region), level, outcome, known)


def test_who_came_is_in_the_region_when_all_that_it_names_is_known_and_so():
    some = [wish(), wish(outcome="merged"), wish(known=BAKER), wish(outcome="rejected", known={}), wish(outcome="dead")]
    found = told_of(some)
    [region] = found["regions"]
    told = {name: region[name] for name in ("asked", "came", "known", "right", "new")}
    assert told == {"asked": 5, "came": 3, "known": 2, "right": 2, "new": 1}
    assert region["share"] == 0.4
    assert region["interval"] == list(wilson(2, 5))
    activity, place = found["attributes"]
    assert (activity["attribute"], activity["known"], activity["right"], activity["share"]) == ("activity", 3, 3, 1.0)
    assert (place["attribute"], place["known"], place["right"]) == ("region", 2, 2)


def test_regions_say_how_hard_they_were_tried_and_come_in_the_order_of_how_often():
    found = told_of([wish(CLERK), wish(level="2 narrowed"), wish(level="3"), wish(level="3")])
    assert [one["region"]["activity"] for one in found["regions"]] == ["craft", "clerks"]
    assert found["regions"][0]["by_level"] == {"2": 0, "2 narrowed": 1, "3": 2}
    assert [(one["level"], one["asked"]) for one in found["levels"]] == [("2", 1), ("2 narrowed", 1), ("3", 2)]
    assert [(one["level"], one["right"]) for one in found["levels"]] == [("2", 0), ("2 narrowed", 1), ("3", 2)]


def test_what_nobody_came_into_is_listed_the_empty_first_with_what_was_tried():
    there = [persona("a clerk", 0, attributes=Attributes(activity="clerks", region="east_asia"))]
    empty = (("activity", "managers"), ("region", "oceania"))
    wishes = [*[wish(CLERK)] * 5, wish(empty, "3", "rejected", {}), wish(empty, "2", "dead", {}), wish()]
    found = audit(facts(there, history=GrowthHistory(wishes=wishes)))["aims"]
    json.dumps(found, allow_nan=False)
    assert [(one["region"]["activity"], one["now"], one["asked"]) for one in found["unreached"]] == [
        ("managers", 0, 2),
        ("clerks", 1, 5),
    ]
    lines = "\n".join(SECTIONS["aims"].lines(found))
    assert "asked for, and not reached: 2" in lines
    assert "activity=managers,region=oceania" in lines
    assert "nobody there" in lines
    assert "2 times: with a hint 1, without an ego 1" in " ".join(lines.split())


def test_without_a_hint_there_is_nothing_to_tell():
    assert "aims" not in audit(facts([persona("a", 0)]))


@pytest.mark.parametrize(
    ("aim", "said", "region"),
    [
        (("craft", "oceania"), {}, CRAFT),
        (("65+", "female"), {}, (("age", "65+"), ("sex", "female"))),
        (None, {"activity": "craft"}, (("activity", "craft"),)),
        (("c07",), {"activity": "craft"}, (("group", "c07"),)),
        (("unknown", "craft"), {}, (("group", "unknown, craft"),)),
    ],
)
def test_a_region_is_the_cell_that_was_meant_else_what_the_hint_says(aim, said, region):
    assert region_of(aim, said) == region


def test_the_words_of_a_hint_are_read_as_values():
    hint = {"occupation": "potter", "country": "Samoa", "age": "70", "sex": "female", "like": "A potter"}
    assert aim_of(hint) == {"activity": "craft", "region": "oceania", "age": "65+", "sex": "female"}
    assert aim_of({"occupation": "xyzzy"}) == {}


def test_a_run_that_hints_is_told_as_counting_its_ledger_anew_gives():
    with temporary_workspace(("A baker from Lima", "A nurse of Nairobi who keeps bees")) as workspace:
        done = workspace.expand(policy="hint", backend=SimulatedBackend(5), max_calls=60, calls_per_ego=9)
        found = workspace.audit()["aims"]
        steps = [one.step for one in workspace.ledger.steps.planned(done.run)][: done.calls]
        decided = list(workspace.ledger.steps.decided(done.run, first=0, last=done.calls))
        right = came = 0
        for step, one in zip(steps, decided, strict=True):
            for verdict in one.verdicts:
                if verdict.item == 0 and verdict.outcome in ("new", "merged"):
                    who = workspace.resolve(verdict.persona).attributes
                    came += 1
                    right += [who[axis] for axis in PAIR] == step.context["aims"][0]
    [level] = found["levels"]
    assert (level["level"], level["asked"], level["came"], level["right"]) == ("2", 60, came, right)
    assert sum(one["asked"] for one in found["regions"]) == 60
    assert sum(one["right"] for one in found["regions"]) == right
    assert all(one["now"] for one in found["regions"] if one["right"])


def test_each_alter_of_a_reply_answers_its_own_wish_and_a_dead_letter_none():
    with temporary_workspace(("A baker from Lima",)) as workspace:
        ledger = workspace.ledger
        run = ledger.runs.start("expand", {}, {}, model="m", simulated=False)
        hints = [{"occupation": "potter", "country": "Samoa"}, {"occupation": "office clerk", "country": "Japan"}]
        aims = {"aims": [["craft", "oceania"], ["clerks", "east_asia"]]}
        several = {"ego": "x", "hint": hints[0], "hints": hints}
        steps = [
            Step(0, "x", "p", {**several, "narrow": True}, aims, 2),
            Step(1, "", "p", {"hint": hints[0], "asked": "alone"}, {"aims": aims["aims"][:1]}, 3),
            Step(2, "x", "p", several, aims, 2),
            Step(3, "x", "p", {"ego": "x"}, {}, 1),
        ]
        ledger.steps.plan(run.id, [Planned(step, "", "") for step in steps])
        clerk = {"known": {"activity": "clerks", "region": "east_asia"}}
        told = [
            Decided(0, "", (Verdict(0, "rejected", "echo"), Verdict(1, "new", "", persona_id("c"), clerk))),
            Decided(1, "", ()),
            Decided(2, "", (Verdict(0, "dead", "not JSON"),)),
            Decided(3, "", (Verdict(0, "new", "", persona_id("d"), clerk),)),
        ]
        ledger.steps.decide(run.id, told)
        wishes = history_of(ledger, workspace.snapshot()).wishes
    assert [(one.region[0][1], one.level, one.outcome) for one in wishes] == [
        ("craft", "2 narrowed", "rejected"),
        ("clerks", "2 narrowed", "new"),
        ("craft", "3", ""),
        ("craft", "2", "dead"),
        ("clerks", "2", "dead"),
    ]
    assert wishes[1].known == clerk["known"]
