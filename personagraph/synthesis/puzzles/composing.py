"""Composes a puzzle of a kind: draws its clues so that one solution is left, and has it told."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from personagraph.synthesis.problems.things import Thing
from personagraph.synthesis.puzzles.cast import belongings, listed
from personagraph.synthesis.puzzles.clues import clues, enough, holds
from personagraph.synthesis.puzzles.spaces import PuzzleSpace, assignments, ranks, two_ranks
from personagraph.synthesis.puzzles.statements import said
from personagraph.synthesis.puzzles.telling import COUNTS, ComposedPuzzle, Setting, Solvable, Telling, tell, wording
from personagraph.text.english import article

ASKS_FOR_ALL: Final = 0.6
"""How often the whole solution is asked for, and not a part of it."""


def compose(kind: str, setting: Setting, rng: Random) -> ComposedPuzzle:
    """A puzzle of one of KINDS. The same arguments, with `rng` in the same state, give the same puzzle."""
    make, n = KINDS[kind]
    return make(setting, rng, n)


def _order(setting: Setting, rng: Random, n: int) -> ComposedPuzzle:
    words = rng.choice(wording()["orders"])
    telling = Telling(setting, rng, n, words, wording()["ordinals"][:n])
    found = _solvable("orders", ranks(n), rng, n)
    placed = [telling.names[found.solution.index(place)] for place in range(1, n + 1)]
    if rng.random() < ASKS_FOR_ALL:
        question, answer = telling.asked("all"), ", ".join(placed)
    else:
        place = rng.choice([i for i in range(n) if i + 1 not in _told(found, "at", 1)])
        question, answer = telling.asked("one", v=telling.values[place]), placed[place]
    facts = telling.facts("fact", telling.values)
    return telling.numbered(f"order of {n}", found, telling.opening(), facts, question, answer)


def _things(setting: Setting, rng: Random, n: int) -> ComposedPuzzle:
    owned = belongings(setting.chosen, rng, n)
    telling = Telling(setting, rng, n, wording()["things"], [f"the {thing.one}" for thing in owned])
    found = _solvable("things", ranks(n), rng, n)
    has = [telling.values[v - 1] for v in found.solution]
    if rng.random() < ASKS_FOR_ALL:
        question = telling.asked("all")
        answer = "; ".join(f"{name} has {thing}" for name, thing in zip(telling.names, has, strict=True))
    else:
        i = rng.choice([i for i in range(n) if i not in _told(found, "has", 0)])
        question, answer = telling.asked("one", v=has[i]), telling.names[i]
    opening, facts = telling.opening(things=_each(owned, rng)), telling.facts("fact", telling.values)
    return telling.numbered(f"things of {n}", found, opening, facts, question, answer)


def _days(setting: Setting, rng: Random, n: int) -> ComposedPuzzle:
    days = wording()["weekdays"][:n]
    owned = belongings(setting.chosen, rng, n)
    telling = Telling(setting, rng, n, wording()["days"], [f"the {thing.one}" for thing in owned])
    found = _solvable("days", two_ranks(n), rng, n)
    pairs = [(telling.values[v - 1], days[day - 1]) for v, day in zip(found.solution, found.solution[n:], strict=False)]
    if rng.random() < ASKS_FOR_ALL:
        question, told = telling.asked("all"), zip(telling.names, pairs, strict=True)
        answer = "; ".join(f"{name} has {thing} and comes on {day}" for name, (thing, day) in told)
    else:
        i = rng.choice([i for i in range(n) if i not in _told(found, "has", 0)])
        question, answer = telling.asked("one", v=pairs[i][0]), f"{telling.names[i]}, on {pairs[i][1]}"
    opening = telling.opening(things=_each(owned, rng), last=days[-1])
    facts = telling.facts("fact", telling.values) + telling.facts("fact_day", days)
    return telling.numbered(f"things and days of {n}", found, opening, facts, question, answer)


def _liars(setting: Setting, rng: Random, n: int) -> ComposedPuzzle:
    telling = Telling(setting, rng, n, wording()["liars"])
    found = Solvable(*said(rng, n, culprit=False))
    honesty = zip(telling.names, found.solution, strict=True)
    answer = "; ".join(f"{name} tells the truth" if honest else f"{name} lies" for name, honest in honesty)
    return telling.spoken(f"liars among {n}", found, telling.opening(), telling.asked("all"), answer)


def _culprit(setting: Setting, rng: Random, n: int) -> ComposedPuzzle:
    [owned] = belongings(setting.chosen, rng, 1)
    telling = Telling(setting, rng, n, wording()["culprit"])
    found = Solvable(*said(rng, n, culprit=True))
    honest = sum(found.solution[:n])
    opening = telling.opening(
        n_people=f"{COUNTS[n]} people",
        thing=f"{article(owned.one)} {owned.one}",
        k=COUNTS[honest],
        tell=tell(honest),
        rest=f"the other {COUNTS[n - honest]} lie" if n - honest > 1 else "the other one lies",
    )
    who = telling.names[found.solution[-1] - 1]
    if rng.random() < ASKS_FOR_ALL:
        truthful = [name for name, value in zip(telling.names, found.solution, strict=False) if value]
        question, answer = telling.asked("all"), f"it is {who}; {listed(truthful)} {tell(honest)} the truth"
    else:
        question, answer = telling.asked("one"), who
    return telling.spoken(f"culprit among {n}", found, opening, question, answer)


KINDS: Final[Mapping[str, tuple[Callable[[Setting, Random, int], ComposedPuzzle], int]]] = {
    "an order of three": (_order, 3),
    "things of four people": (_things, 4),
    "liars among three": (_liars, 3),
    "an order of four": (_order, 4),
    "things and days of three people": (_days, 3),
    "one of three who has taken a thing": (_culprit, 3),
    "an order of five": (_order, 5),
    "things of three people": (_things, 3),
    "liars among four": (_liars, 4),
    "things and days of four people": (_days, 4),
    "one of four who has taken a thing": (_culprit, 4),
    "things of five people": (_things, 5),
}
"""How each kind of puzzle is made, and of how many people, by what it is called."""


def _solvable(group: str, space: PuzzleSpace, rng: Random, n: int) -> Solvable:
    """A solution, and clues of a group that allow it alone."""
    solution = rng.choice(assignments(space))
    true = [clue for clue in clues(group, n) if holds(clue, space, solution)]
    return Solvable(space, enough(rng, space, true), solution)


def _told(found: Solvable, kind: str, place: int) -> set[int]:
    """The numbers that stand at a place of the clues of a kind: what they say outright need not be asked."""
    return {clue.args[place] for clue in found.clues if clue.kind == kind}


def _each(owned: Sequence[Thing], rng: Random) -> str:
    """The things with their articles, in an order of their own."""
    return listed([f"{article(thing.one)} {thing.one}" for thing in rng.sample(owned, len(owned))])
