"""Composes a word problem: draws its skeleton and numbers, tells it, and works it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from personagraph.synthesis.problems.beside import beside, mixed_in
from personagraph.synthesis.problems.numbers import Numbers
from personagraph.synthesis.problems.skeletons import Skeleton, draw_skeleton
from personagraph.synthesis.problems.solving import Values, solve, values
from personagraph.synthesis.problems.things import Thing
from personagraph.synthesis.problems.wording import PARTS, TellingFields, sentences, tellings, them

TRIES: Final = 12
"""How often numbers are drawn for a skeleton before another one is."""


@dataclass(frozen=True, slots=True)
class WordProblem:
    """A problem as it was composed, with its solution.

    `answer` is a number in plain digits, counted in `unit`; `formula` is plain arithmetic that works out to it, of the
    `givens`, which are told, and constants (100 of a percentage, 60 minutes). `unneeded` are numbers that are told as
    well. The `skeleton` names the structure, without words and numbers.
    """

    question: str
    working: str
    answer: str
    unit: str
    formula: str
    givens: tuple[int, ...]
    unneeded: tuple[int, ...]
    skeleton: str
    operations: int


def compose(
    thing: Thing,
    people: Mapping[str, str],
    rng: Random,
    *,
    operations: int,
    distractors: int = 0,
    chosen: Sequence[int] = (),
) -> WordProblem:
    """A problem of that many operations and distractors about a thing.

    `people` are the fields of persons in `wording.toml`: ego, alter, gives, buyer, seller, and `opening`, the sentence
    that the problem begins with. Numbers in `chosen` are used where they fit. The same arguments, with `rng` in the
    same state, give the same problem.
    """
    while True:
        skeleton = draw_skeleton(rng, thing, operations)
        for _ in range(TRIES):
            numbers = Numbers(rng, thing, chosen)
            if found := values(skeleton, numbers):
                return _told(skeleton, found, TellingFields(thing, people), numbers, distractors)


def _told(skeleton: Skeleton, found: Values, words: TellingFields, numbers: Numbers, distractors: int) -> WordProblem:
    sort, rng = numbers.thing.sort, numbers.rng
    solved = solve(skeleton, found, words)
    told, question = _sentences(skeleton, found, words, sort, rng)
    used = {*found.givens(skeleton), int(solved.answer)}
    more = beside(skeleton, found.amounts[0], words, rng, distractors, used)
    text = " ".join((words["opening"], *mixed_in(told, question, [text for text, _ in more], rng)))
    return WordProblem(
        question=sentences(text),
        working=solved.working,
        answer=solved.answer,
        unit=solved.unit,
        formula=solved.formula,
        givens=tuple(found.givens(skeleton)),
        unneeded=tuple(number for _, number in more),
        skeleton=str(skeleton),
        operations=len(skeleton.operations),
    )


def _sentences(
    skeleton: Skeleton, found: Values, words: TellingFields, sort: str, rng: Random
) -> tuple[list[str], str]:
    """What is told, in order, and the question."""
    names = (skeleton.beginning, *skeleton.operations)
    told, question = [], ""
    what = ""
    for place, name in enumerate(names):
        now = words.with_numbers(**found.numbers(place))
        now["what"] = what
        if skeleton.hidden == place:
            told_so, question = rng.choice(tellings(name, "hides", sort))
            told.append(told_so.format_map(now))
            question = question.format_map(now)
        else:
            now["part"] = PARTS.get(int(now.get("n", 0)), "")
            told.append(rng.choice(tellings(name, "tells", sort)).format_map(now))
        if place < len(names) - 1 and (more := tellings(name, "then", sort)):
            told.append(rng.choice(more).format_map(now))
        if place == len(names) - 1:
            if skeleton.hidden is None:
                question = rng.choice(tellings(name, "asks", sort)).format_map(now)
            else:
                now = now.with_numbers(r=found.amounts[-1])
                told.append(rng.choice(tellings(name, "results", sort)).format_map(now))
        if name in skeleton.renaming:
            what = them(name, sort).format_map(now)
    return told, question
