"""Puzzles are read, told and solved; the solver finds what trying everything finds."""

import random
from time import process_time
from typing import Any

import pytest

from personagraph.synthesis.checks import Draft, Judgement, checked
from personagraph.synthesis.checks.puzzles.clues import CLUES, KINDS
from personagraph.synthesis.checks.puzzles.form import PuzzleError, read_puzzle, read_solution
from personagraph.synthesis.checks.puzzles.prose import told, told_solution
from personagraph.synthesis.checks.puzzles.solver import TooLargeError, solutions
from tests.synthesis.checks.planted import puzzles as planted

ORDER: dict[str, Any] = {
    "kind": "order",
    "who": ["Ana", "Ben", "Cleo"],
    "clues": [{"clue": "right before", "of": ["Ana", "Ben"]}, {"clue": "at", "of": ["Cleo", 3]}],
    "solution": {"Ana": 1, "Ben": 2, "Cleo": 3},
}
THINGS: dict[str, Any] = {
    "kind": "assignment",
    "who": ["Ana", "Ben"],
    "what": {"pet": ["cat", "dog"], "drink": ["tea", "milk"]},
    "clues": [{"clue": "is", "of": ["Ana", "cat"]}, {"clue": "together", "of": ["cat", "tea"]}],
    "solution": {"Ana": ["cat", "tea"], "Ben": {"drink": "milk", "pet": "dog"}},
}
LIARS: dict[str, Any] = {
    "kind": "liars",
    "who": ["Ana", "Ben"],
    "clues": [
        {"by": "Ana", "clue": "liar", "of": ["Ben"]},
        {"by": "Ben", "clue": "exactly liars", "of": ["Ana", "Ben", 2]},
    ],
    "solution": {"Ana": "truthful", "Ben": "liar"},
}
FORMS = {"order": ORDER, "assignment": THINGS, "liars": LIARS}


def found(puzzle: Any, answer: str = "", user: str | None = None) -> Judgement:
    text = told(read_puzzle(puzzle)) if user is None else user
    return checked(["logic"], Draft(text, "", answer, {"puzzle": puzzle}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_puzzle_that_is_told_from_its_form_is_verified(kind):
    puzzle = read_puzzle(FORMS[kind])
    [solution] = solutions(puzzle)
    assert solution == read_solution(FORMS[kind]["solution"], puzzle)
    assert found(FORMS[kind], told_solution(puzzle, solution)).outcome == "verified"


def test_a_puzzle_and_its_solution_are_told_in_english():
    assert told(read_puzzle(ORDER)) == (
        "Ana, Ben and Cleo stand in a line; place 1 is the first. Ana comes right before Ben. Cleo has place 3. "
        "Which place has everybody?"
    )
    assert 'Ana says: "Ben never tells the truth."' in told(read_puzzle(LIARS))
    puzzle = read_puzzle(THINGS)
    assert told_solution(puzzle, solutions(puzzle)[0]) == "Ana has cat and tea and Ben has dog and milk."


def test_no_solution_and_several_are_unanswerable():
    none = {**ORDER, "clues": [*ORDER["clues"], {"clue": "before", "of": ["Ben", "Ana"]}]}
    many = {**ORDER, "clues": ORDER["clues"][1:]}
    assert found(none).reason == "the clues contradict each other: there is no solution"
    assert found(many) == Judgement("unanswerable", "the clues allow 2 solutions", {"solutions": 2})


def test_only_those_who_are_asked_about_need_one_solution():
    asked = {**ORDER, "clues": ORDER["clues"][1:], "asks": ["Cleo"], "solution": {"Cleo": "3"}}
    assert found(asked, "3").outcome == "verified"
    assert found({**asked, "solution": {"Cleo": 2}}).outcome == "disputed"


@pytest.mark.parametrize(
    ("kind", "solution"),
    [
        ("order", {"Ana": 2, "Ben": 1, "Cleo": 3}),
        ("order", ["Ben", "Ana", "Cleo"]),
        ("assignment", {"Ana": ["cat", "milk"], "Ben": ["dog", "tea"]}),
        ("liars", {"Ana": "liar", "Ben": "truthful"}),
    ],
)
def test_another_solution_is_disputed_and_the_true_one_is_told(kind, solution):
    finding = found({**FORMS[kind], "solution": solution})
    assert finding.outcome == "disputed"
    assert "Ana" in finding.figures["computed"]


@pytest.mark.parametrize(
    ("kind", "answer", "outcome"),
    [
        ("order", "Ana, Ben, Cleo", "verified"),
        ("order", "Ana is number 1, Ben number 2 and Cleo number 3", "verified"),
        ("order", "Ben, Ana, Cleo", "disputed"),
        ("order", "Ana 1, Ben 3, Cleo 2", "disputed"),
        ("assignment", "Ana: cat, tea. Ben: dog, milk.", "verified"),
        ("assignment", "Ana: dog. Ben: cat.", "disputed"),
        ("assignment", "Ana: cat, milk. Ben: dog, tea.", "disputed"),
        ("liars", "Ana tells the truth, Ben lies.", "verified"),
        ("liars", "Ana lies, Ben tells the truth.", "disputed"),
        ("liars", "It is what it is.", "verified"),
    ],
)
def test_the_answer_is_held_against_the_solution(kind, answer, outcome):
    assert found(FORMS[kind], answer).outcome == outcome


def test_names_that_the_problem_does_not_have_are_unchecked():
    assert (
        found(ORDER, user="Ana and Ben stand in a line.").reason == "the form has Cleo, which the problem does not name"
    )


def test_the_solver_finds_what_trying_everything_finds():
    for seed in range(60):
        rng = random.Random(seed)
        puzzle, clues, _ = planted.made(rng)
        if rng.random() < 0.5:
            clues = rng.sample(clues, rng.randint(0, len(clues)))
        stated = {"kind": puzzle.kind, "who": list(puzzle.who), "what": puzzle.what, "clues": clues}
        assert len(solutions(read_puzzle(stated), most=10_000)) == puzzle.count(clues)


@pytest.mark.parametrize("clue", CLUES)
def test_every_clue_is_read_told_and_solved(clue):
    form = CLUES[clue]
    for kind in form.kinds:
        who = ["Ana", "Ben", "Cleo"]
        names = {"is": ["Ana", "cat"], "is not": ["Ana", "cat"], "either": ["Ana", "cat", "dog"]}.get(clue)
        names = names or (["cat", "tea"] if kind == "assignment" else who[: form.fewest])
        stated = {
            "clue": clue,
            "of": [*names, *([1] if form.number else [])],
            **({"by": "Ben"} if kind == "liars" else {}),
        }
        what = {"pet": ["cat", "dog", "owl"], "drink": ["tea", "milk", "rum"]}
        puzzle = read_puzzle({"kind": kind, "who": who, "what": what, "clues": [stated]})
        assert "{" not in told(puzzle)
        assert solutions(puzzle)


SPOILED: dict[str, Any] = {
    "no object": 7,
    "a list": [ORDER],
    "no kind": {},
    "another kind": {**ORDER, "kind": "sudoku"},
    "a kind that is a list": {**ORDER, "kind": ["order"]},
    "nobody": {**ORDER, "who": []},
    "a number as a name": {**ORDER, "who": [1, 2, 3]},
    "a name twice": {**ORDER, "who": ["Ana", "Ana", "Ben"]},
    "a long name": {**ORDER, "who": ["Ana", "Ben", "x" * 1_000_000]},
    "too many": {**ORDER, "who": [f"P{n}" for n in range(50)]},
    "no clues": {**ORDER, "clues": None},
    "too many clues": {**ORDER, "clues": ORDER["clues"] * 100_000},
    "a clue of nothing": {**ORDER, "clues": [{}]},
    "a clue that is none": {**ORDER, "clues": [{"clue": "loves", "of": ["Ana", "Ben"]}]},
    "a clue that is a list": {**ORDER, "clues": [{"clue": ["at"], "of": ["Ana", 1]}]},
    "a clue of another kind": {**ORDER, "clues": [{"clue": "together", "of": ["Ana", "Ben"]}]},
    "a clue of a stranger": {**ORDER, "clues": [{"clue": "before", "of": ["Ana", "Zoe"]}]},
    "a clue of too few": {**ORDER, "clues": [{"clue": "before", "of": ["Ana"]}]},
    "a clue without a number": {**ORDER, "clues": [{"clue": "at", "of": ["Ana", "Ben"]}]},
    "a clue with a huge number": {**ORDER, "clues": [{"clue": "at", "of": ["Ana", 10**5000]}]},
    "a claim by a stranger": {**LIARS, "clues": [{"by": "Zoe", "clue": "liar", "of": ["Ben"]}]},
    "a claim by nobody": {**LIARS, "clues": [{"clue": "liar", "of": ["Ben"]}]},
    "things for too few": {**THINGS, "what": {"pet": ["cat"]}},
    "no things": {**THINGS, "what": {}},
    "a thing twice": {**THINGS, "what": {"pet": ["cat", "dog"], "more": ["cat", "owl"]}},
    "a question about a stranger": {**ORDER, "asks": ["Zoe"]},
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_form_that_is_none_is_unchecked(what):
    with pytest.raises(PuzzleError):
        read_puzzle(SPOILED[what])
    finding = found(SPOILED[what], user="Ana, Ben and Cleo.")
    assert finding.outcome == "unchecked"
    assert len(finding.reason) < 300


@pytest.mark.parametrize("solution", [None, 7, [], ["Ana"], {"Ana": 9}, {"Ana": [1, 2]}, {"Ana": {"a": 10**5000}}])
def test_a_solution_that_is_none_is_unchecked(solution):
    assert found({**ORDER, "solution": solution}).outcome == "unchecked"


def test_a_puzzle_that_takes_too_many_steps_is_unchecked_in_time():
    who = [f"P{n}" for n in range(9)]
    clues = [{"clue": "not next to", "of": [who[0], who[1]]}, {"clue": "apart", "of": [who[7], who[8], 9]}]
    started = process_time()
    finding = found({"kind": "order", "who": who, "clues": clues, "solution": {}})
    assert finding.outcome in ("unchecked", "unanswerable")
    liars = [{"by": f"P{n}", "clue": "different", "of": ["P12", "P13"]} for n in range(12)]
    found({"kind": "liars", "who": [f"P{n}" for n in range(14)], "clues": liars, "solution": {}})
    assert process_time() - started < 5
    with pytest.raises(TooLargeError):
        solutions(read_puzzle({**ORDER, "clues": []}), steps=3)
