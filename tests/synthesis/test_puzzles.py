"""Composed puzzles: one solution by brute force, every clue needed, told and explained in good English."""

import random
import re
from collections import Counter
from itertools import product

import pytest

from personagraph.synthesis.puzzles.cast import belongings, listed, people
from personagraph.synthesis.puzzles.clues import DAYS, DIRECT, ORDERS, THINGS, clues
from personagraph.synthesis.puzzles.composing import KINDS
from personagraph.synthesis.puzzles.spaces import assignments, ranks, two_ranks
from personagraph.synthesis.puzzles.telling import ROLES, wording
from tests.synthesis.drawn import chosen, dialogue, fields, samples

MANY = 2000


@pytest.fixture(scope="module")
def made():
    return samples("logic", MANY)


def solutions(form, without=None):
    """All assignments of the form's variables that its clues allow, by trying everything."""
    names = list(form["variables"])
    texts = [text for n, text in enumerate(form["clues"]) if n != without]
    test = eval(f"lambda {', '.join(names)}: {' and '.join(f'({text})' for text in texts) or True}", {"abs": abs})
    groups = [[names.index(name) for name in group] for group in form["distinct"]]
    for values in product(*form["variables"].values()):
        if all(len({values[i] for i in group}) == len(group) for group in groups) and test(*values):
            yield dict(zip(names, values, strict=True))


def test_the_solution_is_the_only_one(made):
    for sample in made[:600]:
        assert list(solutions(sample.form)) == [sample.form["solution"]], sample.user


def test_no_clue_of_an_order_or_of_things_could_be_left_out(made):
    for sample in made[:400]:
        if sample.form["distinct"] and len(sample.form["variables"]) <= 6:
            for n in range(len(sample.form["clues"])):
                assert len(list(solutions(sample.form, without=n))) > 1, sample.user


def test_a_puzzle_gives_at_most_one_part_of_its_solution_away(made):
    for sample in made:
        kinds = sample.form["skeleton"].partition(": ")[2].split(", ")
        assert sum(kind in DIRECT for kind in kinds) <= 1


def test_no_clue_says_outright_what_is_asked(made):
    for sample in made:
        *clues, question = sample.user.splitlines()[1:]
        asked = re.fullmatch(
            r"Who has (the .*)\?|Who (?:is|has|stands in) (the \w+) (?:in the queue|seat.*|place)\?", question
        )
        if asked:
            told = asked[1] or asked[2]
            outright = [rf"^\d+\. {sample.answer} (?:has|is) {told}(?: in the queue| seat from the left)?\."]
            assert not any(re.search(text, clue, re.I) for text in outright for clue in clues), sample.user


def test_the_answer_says_what_the_solution_says(made):
    for sample in made:
        form, names = sample.form, sample.form["names"]
        solution = {names.get(letter, letter): value for letter, value in form["solution"].items()}
        kind = form["skeleton"].partition(": ")[0]
        if kind.startswith("order") and "," in sample.answer:
            assert sample.answer == ", ".join(sorted(names.values(), key=lambda name: solution[name]))
        if kind.startswith("liars"):
            expected = (f"{name} {'tells the truth' if solution[name] else 'lies'}" for name in names.values())
            assert sample.answer == "; ".join(expected)
        if kind.startswith("culprit"):
            who = names["ABCDE"[solution["culprit"] - 1]]
            assert sample.answer == who or sample.answer.startswith(f"it is {who};")


def test_the_explanation_ends_with_all_that_is_asked_for(made):
    """Read from the explanation alone: what the lines that name one value say adds up to the answer."""
    for sample in made:
        working, _, last = sample.assistant.rpartition("\n")
        assert last == f"Answer: {sample.answer}"
        if sample.form["distinct"]:
            used = sorted(map(int, re.findall(r"^Clue (\d+)", working, re.MULTILINE)))
            assert used == list(range(1, len(sample.form["clues"]) + 1))
            for name in sample.form["names"].values():
                assert re.search(rf"{re.escape(name)} (?:is|has|arrives|comes on) (?:(?! or )[^;])*[;.]", working, re.I)
        else:
            first, second = working.splitlines()
            assert first.startswith("Suppose that")
            assert [line.endswith("That fits all that is said.") for line in (first, second)].count(True) == 1


def test_everybody_who_is_asked_about_is_introduced_and_called_otherwise(made):
    for sample in made:
        names = list(sample.form["names"].values())
        assert len(set(names)) == len(names) == sample.form["difficulty"]["people"]
        opening = sample.user.partition("\n")[0].casefold()
        for name in names:
            assert name.removeprefix("the ").removeprefix("other ").split()[0] in opening


def test_the_persona_and_its_neighbours_are_in_the_puzzle():
    asked = dialogue("logic")
    for seed in range(60):
        rng = random.Random(seed)
        step = fields(rng, list(KINDS)[seed % len(KINDS)])
        form = asked.read(step, chosen(rng, "logic")).form
        for description in (step["persona"], *(tie["persona"] for tie in step["ties"])):
            assert any(name.removeprefix("the ") in description for name in form["names"].values())


def test_the_english_is_right(made):
    for sample in made:
        for text in (sample.user, sample.assistant):
            assert not re.search(r"[{}]|  | [.,?]|\.\.", text), text
            assert not re.search(r"\ba [aeio]\w+|\ban [bcdfgjklmpqrtvwyz]\w", text), text
            assert not re.search(r"\bone of them tell\b|\b(?:two|three) of them tells\b", text), text
        lines = sample.user.splitlines()
        assert len(lines) == len(set(lines))
        assert lines[-1].endswith("?")
        for line in lines:
            assert re.match(r"(?:\d+\. )?[A-Z]", line), line


def test_every_kind_of_clue_occurs_and_300_puzzles_have_many_skeletons(made):
    kinds = Counter(kind for s in made for kind in s.form["skeleton"].partition(": ")[2].split(", "))
    assert {*ORDERS, *THINGS, *DAYS} <= set(kinds)
    assert {*wording()["liars"]["says"], *wording()["culprit"]["says"]} <= set(kinds)
    assert len({sample.form["skeleton"] for sample in samples("logic", 300, seed=3)}) >= 150


def test_the_difficulty_counts_people_clues_and_kinds(made):
    people_of = Counter(sample.form["difficulty"]["people"] for sample in made)
    assert set(people_of) == {3, 4, 5}
    for sample in made:
        told = sample.form["skeleton"].partition(": ")[2].split(", ")
        assert sample.form["difficulty"]["clues"] == len(told) == len(sample.form["clues"])
        assert sample.form["difficulty"]["kinds"] == len(set(told))


def test_every_kind_of_clue_has_its_wording():
    for words in wording()["orders"]:
        assert set(words["clues"]) == set(ORDERS)
    assert set(wording()["things"]["clues"]) == set(THINGS)
    assert set(wording()["days"]["clues"]) == set(DAYS)
    assert set(ROLES) == {*ORDERS, *THINGS, *DAYS}


@pytest.mark.parametrize(("group", "n"), [("orders", 4), ("things", 3), ("days", 3)])
def test_the_clues_that_are_true_of_a_solution_leave_no_other(group, n):
    space = two_ranks(n) if group == "days" else ranks(n)
    for solution in assignments(space):
        scope = dict(zip(space.variables, solution, strict=True))
        true = [clue.expression for clue in clues(group, n) if eval(clue.expression, {"abs": abs}, scope)]
        form = {
            "variables": dict(zip(space.variables, space.domains, strict=True)),
            "distinct": space.distinct,
            "clues": true,
        }
        assert list(solutions(form)) == [scope]


def test_who_would_be_called_the_same_is_in_a_puzzle_once():
    rng = random.Random(1)
    ties = [{"persona": "A mason from Kenya"}, {"persona": "A mason from Peru"}, {"persona": "A mason from Mali"}]
    named = people("A mason from Poland", ties, wording()["others"], rng, 5)
    assert len({name.again for name in named}) == 5
    assert [name.again for name in named[:2]] == ["the mason", "the other mason"]


def test_things_are_filled_up_with_others_that_are_treated_alike():
    found = belongings(["lamps", "lamps"], random.Random(2), 4)
    assert len({thing.many for thing in found}) == 4
    assert {thing.verb for thing in found} == {"repairs"}
    assert all(thing.holders for thing in belongings(["massages"], random.Random(2), 5))
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"


def test_the_same_step_and_reply_give_the_same_puzzle():
    rng = random.Random(5)
    asked, told = fields(rng, "things of five people"), chosen(rng, "logic")
    assert dialogue("logic").read(asked, told) == dialogue("logic").read(asked, told)


@pytest.mark.parametrize("persona", ["A cook {v} {0} {", "A }{x!r:>99999999} mason", "{0.__class__}", "A {a} baker"])
def test_braces_in_a_description_are_only_words(persona):
    ties = [{"phrase": 'is the target of "{n}" from', "type": "TIED_TO", "persona": persona[::-1]}]
    for task in ("logic", "math"):
        for kind in dialogue(task).vary["kind"]:
            rng = random.Random(kind)
            made = dialogue(task).read({"persona": persona, "ties": ties, "kind": kind}, chosen(rng, task))
            assert len(made.user) < 3000
            assert "class '" not in made.user
