"""Composed word problems: right by an evaluation of its own, varied, plausible, and in good English."""

import math
import random
import re
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest

from personagraph.synthesis.problems.formulas import number
from personagraph.synthesis.problems.operations import BEGINNINGS, NOUNS, OPERATIONS
from personagraph.synthesis.problems.skeletons import Skeleton, draw_skeleton, hideable
from personagraph.synthesis.problems.things import things
from personagraph.synthesis.problems.wording import TellingFields, sentences, tellings, wording
from personagraph.synthesis.word_problems import DIFFICULTIES
from tests.synthesis.drawn import chosen, dialogue, fields, samples

MANY = 2000
PART_WORDS = {"half": 2, "a third": 3, "a quarter": 4, "a fifth": 5}


@pytest.fixture(scope="module")
def made():
    return samples("math", MANY)


def evaluated(formula: str) -> Fraction:
    """A formula in plain arithmetic, worked out by Python over fractions."""
    assert re.fullmatch(r"(?:\d+|ceil|[-+*/%() ])+", formula)
    text = re.sub(r"\d+", r"F(\g<0>)", formula)
    return Fraction(eval(text, {"F": Fraction, "ceil": math.ceil, "__builtins__": {}}))


def told_numbers(text: str) -> Counter[int]:
    """The numbers that a problem tells, fractions in words among them."""
    found = Counter(int(n) for n in re.findall(r"\d+", text))
    for words, n in PART_WORDS.items():
        found[n] += len(re.findall(rf"\b{words} of the\b", text))
    return +found


def test_the_formula_works_out_to_the_answer(made):
    for sample in made:
        assert evaluated(sample.form["formula"]) == Fraction(sample.answer.split()[0])


def test_every_line_of_the_working_is_true_and_the_last_line_is_the_answer(made):
    for sample in made:
        *steps, last = sample.assistant.splitlines()
        assert last == f"Answer: {sample.answer}"
        assert steps
        for step in steps:
            _, _, calculation = step.rpartition(": ")
            left, _, right = calculation.partition(" = ")
            told = re.match(r"(\d+ × \d+ \+ \d+, so )?(.*)\.$", right)
            assert told
            right = told[1].removesuffix(", so ") if told[1] else told[2].split()[0]
            plain = str.maketrans("×÷−", "*/-")
            assert evaluated(left.translate(plain)) == evaluated(right.translate(plain)), step
        assert steps[-1].removesuffix(".").endswith(sample.answer)


def test_the_numbers_told_are_the_givens_and_those_that_are_not_needed(made):
    for sample in made:
        expected = Counter([given["value"] for given in sample.form["givens"]] + sample.form["unneeded"])
        told = told_numbers(sample.user)
        for constant in (100,):
            told[constant] = min(told[constant], expected[constant])
        assert +told == expected, sample.user


def test_the_formula_is_of_the_givens_and_of_known_constants(made):
    for sample in made:
        givens = {given["value"] for given in sample.form["givens"]}
        derived = {n - 1 for n in givens} | {a + b for a, b in product(givens, repeat=2)}
        used = set(map(int, re.findall(r"\d+", sample.form["formula"])))
        assert used <= givens | {1, 2, 3, 60, 100, 1000} | derived


def test_a_problem_has_the_operations_and_the_distractors_of_its_kind():
    asked = dialogue("math")
    for kind, (operations, distractors) in DIFFICULTIES.items():
        for seed in range(30):
            rng = random.Random(f"{kind} {seed}")
            form = asked.read(fields(rng, kind), chosen(rng, "math")).form
            assert form["difficulty"] == {"operations": operations, "distractors": distractors}
            assert form["skeleton"].partition(" ? ")[0].count(" > ") == operations
            assert len(form["unneeded"]) == distractors
            assert not set(form["unneeded"]) & {given["value"] for given in form["givens"]}


def test_300_samples_have_at_least_200_skeletons_whatever_the_seed():
    for seed in range(1, 6):
        skeletons = {sample.form["skeleton"] for sample in samples("math", 300, seed)}
        assert len(skeletons) >= 200, seed


def test_what_is_asked_stands_anywhere_in_the_chain(made):
    asked = Counter(sample.form["skeleton"].partition(" ? ")[2] for sample in made)
    assert asked["the end"] < 0.8 * MANY
    assert min(asked[place] for place in ("the beginning", "operand 1", "operand 2", "operand 3")) > 20


def test_every_beginning_and_every_operation_occurs(made):
    parts = {part for sample in made for part in sample.form["skeleton"].partition(" ? ")[0].split(" > ")}
    assert parts == {*BEGINNINGS, *OPERATIONS}


def test_no_amount_is_negative_absurd_or_in_parts(made):
    for sample in made:
        amount, unit = sample.answer.split(maxsplit=1)
        assert amount.isdigit()
        assert int(amount) >= 1
        assert all(int(n) <= 50_000 for n in re.findall(r"\d+", sample.user + sample.assistant)), sample.user
        if unit in {thing.many for thing in things().values() if thing.scale == "few"}:
            assert int(amount) <= 80, sample.user


def test_the_english_is_right(made):
    one = {thing.one: thing.many for thing in things().values()}
    for sample in made:
        for text in (sample.user, sample.assistant):
            assert not re.search(r"\b1 (?:minutes|hours|days|dollars|kilometres|kilograms|people)\b", text), text
            assert not re.search(r"[{}]|  | [.,?]|\.\.", text), text
            assert not re.search(r"\ba (?:[aeio]\w+|apple)\b(?<!one)|\ban [bcdfgjklmpqrtvwyz]\w", text), text
        for sentence in re.split(r"(?<=[.?]) ", sample.user):
            assert sentence[0].isupper() or sentence[0].isdigit() or sentence.startswith("e-mails"), sentence
        for count, noun in re.findall(r"\b(\d+) ([a-z-]+ ?[a-z-]*)", sample.user):
            if noun in one and one[noun] != noun:
                assert count == "1", sample.user


def test_no_sentence_stands_twice_in_a_problem(made):
    for sample in made:
        told = re.split(r"(?<=[.?]) ", sample.user)
        assert len(told) == len(set(told)), sample.user
        assert told[-1].endswith("?")
        assert sum(sentence.endswith("?") for sentence in told) == 1


def test_an_operation_is_told_in_several_ways():
    texts = [len(tellings(name, "tells", sort)) for name in OPERATIONS for sort in ("goods", "tasks", "animals")]
    assert sum(n > 1 for n in texts) > 0.75 * sum(n > 0 for n in texts)
    for name in ("put together", "take away", "share", "pack", "unit price", "minutes each", "wage", "costs"):
        assert len(tellings(name, "tells", "goods")) > 1


def test_every_operation_has_its_wording_and_every_wording_its_operation():
    named = {*BEGINNINGS, *OPERATIONS}
    assert set(wording()) == {*named, "opening", "beside"}
    for name in named:
        sorts = {sort for sort in ("goods", "tasks", "animals") if tellings(name, "tells", sort)}
        assert sorts, name
        if name in OPERATIONS:
            assert sorts == {sort for sort in ("goods", "tasks", "animals") if tellings(name, "asks", sort)}, name


@pytest.mark.parametrize("name", OPERATIONS)
def test_undoing_and_finding_bring_back_what_an_operation_took(name):
    operation = OPERATIONS[name]
    for amount, operand in ((840, 12), (60, 5), (7, 2)):
        given = (number(operand),) if operation.undo or operation.find else ()
        if name in ("there and back",):
            given = ()
        if operation.undo:
            assert operation.undo(operation.apply(number(amount), *given), *given).value == amount
        if operation.find:
            assert operation.find(number(amount), operation.apply(number(amount), *given)).value == operand
            assert operation.counts


def test_what_is_hidden_can_be_found_from_the_rest():
    for seed in range(MANY):
        rng = random.Random(seed)
        thing = rng.choice(list(things().values()))
        drawn = draw_skeleton(rng, thing, rng.randint(1, 4))
        assert drawn.hidden is None or drawn.hidden in hideable(drawn, thing)
        kinds = drawn.kinds
        for name, source in zip(drawn.operations, kinds, strict=False):
            assert source in OPERATIONS[name].source
        assert all(kind in NOUNS for kind in kinds)


def test_the_same_step_and_reply_give_the_same_problem_and_another_seed_another():
    rng = random.Random(5)
    asked, told = fields(rng, "3 operations, 1 number not needed"), chosen(rng, "math")
    one, again = dialogue("math").read(asked, told), dialogue("math").read(asked, told)
    assert one == again
    from personagraph.synthesis.tasks import TASKS

    other = TASKS["math"].dialogues["small"]("scripted", b"secret", seed=7).read(asked, told)
    assert other != one


def test_numbers_of_the_model_are_used_where_they_fit():
    asked, used = dialogue("math"), 0
    for seed in range(200):
        rng = random.Random(seed)
        told = chosen(rng, "math")
        form = asked.read(fields(rng, "3 operations, 0 numbers not needed"), told).form
        used += bool({told["first"], told["second"], told["third"]} & {given["value"] for given in form["givens"]})
    assert used > 120


def test_a_telling_has_its_nouns_in_the_right_number():
    eggs = TellingFields(things()["eggs"], {}).with_numbers(n=1, m=2)
    assert "{n_things}, {m_things}, {n_holders}, {m_dollars}".format_map(eggs) == "1 egg, 2 eggs, 1 box, 2 dollars"
    kits = TellingFields(things()["X-rays"], {})
    assert (kits["a_thing"], kits["a_holder"], kits["per"]) == ("an X-ray", "a folder", "an hour")
    assert sentences("one.  two? three. 4 are") == "One. Two? Three. 4 are"


def test_a_structure_is_named_without_words_and_numbers():
    made = Skeleton("an amount", ("put together", "pack"), 1)
    assert str(made) == "an amount > put together > pack ? operand 1"
    assert made.kinds == ("things", "things", "full")


def test_every_thing_has_what_a_problem_needs_of_it():
    for thing in things().values():
        assert thing.scale in ("few", "some", "many")
        assert thing.one
        assert thing.holder == "" or thing.holders.startswith(thing.holder[:3])
        assert 0 <= thing.price <= 1000
        assert 0 <= thing.minutes <= 900
        assert thing.done.endswith(("ed", "n", "t", "d", "wn", "de"))
