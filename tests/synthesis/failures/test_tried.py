"""What of a sample is a failure, what is not counted, and why."""

import json

import pytest

from personagraph.synthesis.checks import Draft, Opinions, checked
from personagraph.synthesis.failures.tried import DIFFER, UNCLEAR, UNSOLVED, kind_of, tried
from tests.synthesis.failures.planted import figures

LINEAGE = {"run": "r1", "personas": "ada bob", "checker": ""}


def sample(check="agreed", reason="", checks=None, form=None, about=None):
    return {
        "task": "math",
        "check": check,
        "reason": reason,
        "checks": json.dumps(checks if checks is not None else {}),
        "about": json.dumps(about or {}),
        "lineage": LINEAGE,
        "form": form or {},
    }


@pytest.mark.parametrize(
    ("made", "fails", "why"),
    [
        (sample("agreed", checks=figures(2, 1)), False, ""),
        (sample("verified"), False, ""),
        (sample("disputed", "2 of 2 independent answers differ"), True, "disputed: independent answers differ"),
        (sample("unanswerable", "the clues allow 3 solutions"), True, "unanswerable: the clues allow … solutions"),
        (sample("unchecked"), None, "unchecked"),
        (sample("unchecked", "no formula is stated"), None, "unchecked: no formula is stated"),
        (sample("computed"), None, UNSOLVED),
        (sample("computed", checks={"asked": 2, "agree": 0, "differ": 0, "unclear": 2}), None, UNCLEAR),
        (sample("computed", checks=figures(2, 0)), False, ""),
        (sample("computed", checks=figures(1, 1)), True, DIFFER),
        (sample("computed", checks=figures(0, 2, majority="7")), True, DIFFER),
        (sample("computed", checks=[]), None, UNSOLVED),
        (sample("computed", checks={"asked": "two", "agree": True, "differ": -3}), None, UNSOLVED),
    ],
)
def test_a_sample_fails_holds_or_is_not_counted_with_the_reason(made, fails, why):
    found = tried(made)
    assert (found.fails, found.why) == (fails, why)


def test_whom_and_what_a_sample_is_about_is_read():
    found = tried(sample(about={"field": "algebra"}, form={"skeleton": "an amount"}, checks=figures(3, 1)))
    assert (found.persona, found.about, found.skeleton) == ("ada", {"field": "algebra"}, "an amount")
    assert (found.answers, found.wrong) == (4, 1)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("3 of 4 independent answers differ", "independent answers differ"),
        ("the formula gives 12.5, the answer is 1,000", "the formula gives … the answer is …"),
        ("the working says 12 × 4 = 49", "the working says"),
        ("the critic says wrong: she cannot be 7 feet tall", "the critic says wrong"),
        ("x" * 500, "x" * 99 + "…"),
    ],
)
def test_reasons_that_are_of_one_kind_are_told_as_one(reason, kind):
    assert kind_of(reason) == kind


def test_of_composed_problems_it_is_known_whether_those_who_agree_are_right():
    told = {
        figures_: tried(sample("computed", checks=dict(figures_), form={"difficulty": {"operations": 3}})).agreement
        for figures_ in (
            tuple(figures(2, 0).items()),
            tuple(figures(0, 2, majority="7").items()),
            tuple(figures(0, 2).items()),
        )
    }
    assert [tuple(found) for found in told.values()] == [(True, True, 3), (True, False, 3), (False, True, 3)]


def test_what_was_executed_is_held_against_what_is_agreed():
    problem = "A welder works 8 hours at 15 dollars an hour. What does she earn?"
    form = {"formula": "8 * 15"}
    for answer, others, expected in (
        ("$120", ["120", "120"], (True, True, 1)),
        ("$120", ["125", "125"], (False, True, 1)),
        ("$125", ["125", "125"], (True, False, 1)),
    ):
        judged = checked(["formula", "agreement"], Draft(problem, "", answer, form), Opinions(others))
        made = sample(judged.outcome, judged.reason, dict(judged.figures), form)
        assert tuple(tried(made).agreement) == expected
    alone = checked(["agreement"], Draft(problem, "", "$120", form), Opinions(["120"]))
    assert tried(sample(alone.outcome, checks=dict(alone.figures))).agreement.right is None
