"""What several checks say together, how independent answers are counted, and what counting them misses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.synthesis.checks import CHECKS, Draft, Judgement, Opinions, checked, same_plainly, together
from personagraph.synthesis.checks.agreement import groups
from personagraph.synthesis.checks.check import OUTCOMES
from personagraph.synthesis.checks.missed import CountedSample, missed

DRAFT = Draft("A welder works 8 hours at 15 dollars an hour. What does she earn?", "8 × 15 = 120", "$120")
FORMULA = Draft(DRAFT.user, DRAFT.assistant, DRAFT.answer, {"formula": "8 * 15"})


def test_the_strongest_outcome_wins_with_its_reason_and_the_figures_of_all():
    ranked = list(OUTCOMES)
    for at, outcome in enumerate(ranked):
        findings = [Judgement(each, f"why {each}", {each: 1}) for each in reversed(ranked[at:])]
        told = together(findings)
        assert (told.outcome, told.reason) == (outcome, f"why {outcome}" if outcome != "unchecked" else told.reason)
        assert set(told.figures) == set(ranked[at:])


def test_no_finding_is_unchecked():
    assert together([]) == Judgement("unchecked", "", {})


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([], "verified"),
        (["120 dollars", "120", "$120.00"], "verified"),
        (["120 dollars", "120", "125"], "agreed"),
        (["120", "125"], "disputed"),
        (["125", "125", "120"], "disputed"),
        (["no idea", "whatever"], "verified"),
    ],
)
def test_what_was_executed_is_verified_only_while_no_answer_differs(answers, outcome):
    assert checked(["formula", "agreement"], FORMULA, Opinions(answers)).outcome == outcome


def test_agreement_alone_is_never_called_verified():
    told = checked(["agreement"], DRAFT, Opinions(["120"] * 5))
    assert told.outcome == "agreed"
    assert told.figures == {"asked": 5, "agree": 5, "differ": 0, "unclear": 0}


def test_what_most_believe_instead_is_kept():
    told = checked(["agreement"], DRAFT, Opinions(["125 dollars", "$125", "120", "none"]))
    assert told.outcome == "disputed"
    assert told.figures == {"asked": 4, "agree": 1, "differ": 2, "unclear": 1, "majority": "125 dollars"}


def test_an_answer_that_cannot_be_read_is_unclear_and_never_wrong():
    told = checked(["agreement"], DRAFT, Opinions(["it depends", "", "x" * 1_000_000]))
    assert (told.outcome, told.figures["unclear"], told.figures["differ"]) == ("unchecked", 3, 0)


def test_answers_that_say_the_same_are_one_group():
    told = groups(["7 jars", "seven jars", "8", "7"], same_plainly)
    assert told.sizes == [("7 jars", 3), ("8", 1)]
    assert told.majority == "7 jars"
    assert groups(["1", "2"], same_plainly).majority is None


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("sound", "unchecked"),
        ("contradictory", "unanswerable"),
        (" Unanswerable ", "unanswerable"),
        ("wrong", "disputed"),
        ("", "unchecked"),
        ("verified", "unchecked"),
        ("x" * 1_000_000, "unchecked"),
    ],
)
def test_a_critic_sets_apart_and_verifies_nothing(verdict, outcome):
    told = checked(["critic"], DRAFT, Opinions(verdict=verdict, reason="because\nof that " * 100_000))
    assert told.outcome == outcome
    assert len(told.reason) < 500
    assert "\n" not in told.reason


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_takes_an_empty_draft_and_any_form(name):
    assert checked([name], Draft("", "")).outcome == "unchecked"
    for form in (dict.fromkeys(CHECKS[name].reads, value) for value in (None, 7, "x", [], [[]], [7], {}, {"a": 1})):
        assert checked([name], Draft("It is 7.", "7", "7", form)).outcome in OUTCOMES
    assert CHECKS[name].about


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from([10**400])
SAID = "kind who what clues asks solution of clue by order liars assignment Ana Ben at before liar name parameters"
SAID += " arguments type object properties required value unit a 7 a*7 ^("
WORDS = st.sampled_from(SAID.split())
FORMS = st.recursive(
    LEAVES | WORDS,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), part),
    max_leaves=12,
)
PARTS = sorted({part for kind in CHECKS.values() for part in kind.reads})


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, FORMS)), st.text(max_size=40), st.text(max_size=40))
def test_no_form_and_no_text_makes_a_check_fail(form, problem, answer):
    told = checked(CHECKS, Draft(problem, answer, answer, form), Opinions([problem, answer], answer, problem))
    assert told.outcome in OUTCOMES
    assert len(told.reason) < 2000


@pytest.mark.parametrize("formula", ["2**1500", "2**1500/3", "-(9**600)", "1/3", "10**20 + 1/7", "2**-1500"])
def test_a_number_of_any_size_can_be_told(formula):
    told = checked(["formula"], Draft("2, 3, 7, 9, 10, 20, 600, 1500", "", "5", {"formula": formula}))
    assert told.outcome == "disputed"
    assert len(told.figures["computed"]) < 30


def test_what_agreement_misses_is_told_with_intervals():
    rows = [CountedSample(True, True, 2)] * 90 + [CountedSample(True, False, 4)] * 10
    rows += [CountedSample(False, True, 6)] * 30 + [CountedSample(False, None, 6)] * 10
    told = missed(rows)
    assert (told["samples"], told["agreed"], told["executed"]) == (140, 100, 130)
    share, low, high = told["shared_errors"]
    assert share == 0.1
    assert 0.05 < low < 0.1 < high < 0.18
    assert told["right_but_disputed"][0] == 0.25
    assert [told["agreed_by_size"][size][0] for size in (2, 4, 6)] == [1, 1, 0]
    assert told["mean_size"] == {"agreed": 2.2, "others": 6}
    assert missed([])["shared_errors"] is None
