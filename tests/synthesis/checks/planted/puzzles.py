"""Puzzles with one solution, found by trying all arrangements, and faults planted in them."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from typing import Any

from tests.synthesis.checks.planted.sample import Sample

Rng = random.Random
Clue = dict[str, Any]
NAMES = ("Ada", "Bo", "Chidi", "Dora", "Emre", "Fumi", "Goran", "Hedda")
SORTS = {"pet": ("cat", "dog", "parrot", "tortoise"), "drink": ("tea", "coffee", "milk", "cider")}
SORTS |= {"tool": ("hammer", "needle", "sickle", "oar")}


class Puzzle:
    """A puzzle as this generator has it: all arrangements, which clues hold in which, and words for both."""

    def __init__(self, kind: str, who: Sequence[str], what: dict[str, tuple[str, ...]] | None = None) -> None:
        self.kind, self.who, self.what = kind, tuple(who), what or {}

    def arrangements(self) -> Iterator[dict[str, Any]]:
        size = len(self.who)
        if self.kind == "order":
            yield from (dict(zip(self.who, places, strict=True)) for places in permutations(range(1, size + 1)))
        elif self.kind == "liars":
            yield from (dict(zip(self.who, ways, strict=True)) for ways in product((True, False), repeat=size))
        else:
            for chosen in product(*(permutations(values) for values in self.what.values())):
                yield {name: tuple(values[n] for values in chosen) for n, name in enumerate(self.who)}

    def holds(self, clue: Clue, at: dict[str, Any]) -> bool:
        of = clue["of"]
        if self.kind == "liars":
            return at[clue["by"]] == self._claimed(clue["clue"], of, at)
        if self.kind == "order":
            places = [at.get(name, name) for name in of]
            return {
                "before": lambda: places[0] < places[1],
                "right before": lambda: places[1] - places[0] == 1,
                "next to": lambda: abs(places[0] - places[1]) == 1,
                "at": lambda: places[0] == places[1],
                "not at": lambda: places[0] != places[1],
            }[clue["clue"]]()
        if clue["clue"] in ("is", "is not"):
            return (of[1] in at[of[0]]) == (clue["clue"] == "is")
        together = any(of[0] in things and of[1] in things for things in at.values())
        return together == (clue["clue"] == "together")

    @staticmethod
    def _claimed(said: str, of: Sequence[str], at: dict[str, Any]) -> bool:
        if said == "liar":
            return not at[of[0]]
        if said == "truthful":
            return bool(at[of[0]])
        return (at[of[0]] == at[of[1]]) == (said == "same")

    def count(self, clues: Sequence[Clue]) -> int:
        return sum(all(self.holds(clue, at) for clue in clues) for at in self.arrangements())

    def random_clue(self, rng: Rng) -> Clue:
        one, other = rng.sample(self.who, 2)
        if self.kind == "liars":
            said = rng.choice(("liar", "truthful", "same", "different"))
            third = rng.choice([name for name in self.who if name not in (one, other)])
            return {"by": one, "clue": said, "of": [other] if said in ("liar", "truthful") else [other, third]}
        if self.kind == "order":
            said = rng.choice(("before", "right before", "next to", "at", "not at"))
            return {"clue": said, "of": [one, rng.randint(1, len(self.who)) if "at" in said else other]}
        if rng.random() < 0.5:
            thing = rng.choice(rng.choice(list(self.what.values())))
            return {"clue": rng.choice(("is", "is not")), "of": [one, thing]}
        first, second = rng.sample(list(self.what), 2)
        things = [rng.choice(self.what[first]), rng.choice(self.what[second])]
        return {"clue": rng.choice(("together", "not together")), "of": things}

    def told(self, clue: Clue) -> str:
        of = [str(each) for each in clue["of"]]
        words = {
            "before": "{0} stands somewhere in front of {1}.",
            "right before": "{1} follows directly after {0}.",
            "next to": "{0} and {1} stand side by side.",
            "at": "{0} is number {1} in the queue.",
            "not at": "{0} is not number {1}.",
            "is": "{0} owns the {1}.",
            "is not": "{0} never had the {1}.",
            "together": "The one with the {0} also has the {1}.",
            "not together": "The one with the {0} does not have the {1}.",
            "liar": "{0} is a liar",
            "truthful": "{0} always tells the truth",
            "same": "{0} and {1} are alike",
            "different": "{0} and {1} are not alike",
        }
        said = words[clue["clue"]].format(*of)
        return f'{clue["by"]} says: "{said}."' if "by" in clue else said

    def text(self, clues: Sequence[Clue]) -> str:
        opening = f"{', '.join(self.who)} meet at the market."
        if self.what:
            opening += " Each has " + "; ".join(f"one of {', '.join(values)}" for values in self.what.values()) + "."
        question = {"order": "Who stands where?", "liars": "Who lies?", "assignment": "Who has what?"}[self.kind]
        return " ".join([opening, *map(self.told, clues), question])

    def solution(self, at: dict[str, Any]) -> Any:
        if self.kind == "liars":
            return {name: "truthful" if at[name] else "liar" for name in self.who}
        return {name: list(at[name]) for name in self.who} if self.kind == "assignment" else dict(at)

    def answer(self, at: dict[str, Any]) -> str:
        if self.kind == "order":
            return ", ".join(sorted(self.who, key=lambda name: at[name]))
        if self.kind == "liars":
            return "; ".join(f"{name} {'tells the truth' if at[name] else 'lies'}" for name in self.who)
        return "; ".join(f"{name}: {', '.join(at[name])}" for name in self.who)


def made(rng: Rng) -> tuple[Puzzle, list[Clue], dict[str, Any]]:
    """A puzzle with clues that have one solution, and it."""
    while True:
        kind = rng.choice(("order", "assignment", "liars"))
        size = rng.randint(3, 4) if kind == "assignment" else rng.randint(3, 5)
        sorts = {sort: values[:size] for sort, values in rng.sample(list(SORTS.items()), 2)}
        puzzle = Puzzle(kind, rng.sample(NAMES, size), sorts if kind == "assignment" else None)
        hidden = rng.choice(list(puzzle.arrangements()))
        clues: list[Clue] = []
        for _ in range(200):
            clue = puzzle.random_clue(rng)
            if puzzle.holds(clue, hidden) and clue not in clues:
                before = puzzle.count(clues)
                if puzzle.count([*clues, clue]) < before:
                    clues.append(clue)
            if puzzle.count(clues) == 1:
                return puzzle, clues, hidden


def sample(puzzle: Puzzle, clues: Sequence[Clue], at: dict[str, Any], **changes: Any) -> Sample:
    stated = {"kind": puzzle.kind, "who": list(puzzle.who), "clues": list(clues), "solution": puzzle.solution(at)}
    if puzzle.what:
        stated["what"] = {sort: list(values) for sort, values in puzzle.what.items()}
    user, answer = changes.pop("user", puzzle.text(clues)), changes.pop("answer", puzzle.answer(at))
    return Sample("puzzle", user, answer, answer, {"puzzle": stated}, checks=("logic",), **changes)


def good(rng: Rng) -> Sample:
    """A puzzle with its solution."""
    return sample(*made(rng))


def another(rng: Rng, puzzle: Puzzle, at: dict[str, Any]) -> dict[str, Any]:
    return rng.choice([other for other in puzzle.arrangements() if other != at])


def wrong_solution(rng: Rng) -> Sample:
    puzzle, clues, at = made(rng)
    return sample(puzzle, clues, another(rng, puzzle, at), fault="wrong solution")


def wrong_answer(rng: Rng) -> Sample:
    """The form has the solution, the answer says another."""
    puzzle, clues, at = made(rng)
    return sample(puzzle, clues, at, answer=puzzle.answer(another(rng, puzzle, at)), fault="wrong answer")


def contradictory(rng: Rng) -> Sample:
    puzzle, clues, at = made(rng)
    while True:
        clue = puzzle.random_clue(rng)
        if not puzzle.count([*clues, clue]):
            more = [*clues, clue]
            rng.shuffle(more)
            return sample(puzzle, more, at, fault="contradiction")


def ambiguous(rng: Rng) -> Sample:
    puzzle, clues, at = made(rng)
    fewer = list(clues)
    while puzzle.count(fewer) == 1:
        fewer.pop(rng.randrange(len(fewer)))
    return sample(puzzle, fewer, at, fault="ambiguous") if fewer else ambiguous(rng)


def other_prose(rng: Rng) -> Sample:
    """The prose leaves out a clue that the form has: only who reads it knows."""
    puzzle, clues, at = made(rng)
    return sample(puzzle, clues, at, user=puzzle.text(clues[1:]), fault="prose without a clue", decidable=False)


FAULTS: tuple[tuple[Callable[[Rng], Sample], int], ...] = (
    (wrong_solution, 30),
    (wrong_answer, 15),
    (contradictory, 30),
    (ambiguous, 30),
    (other_prose, 15),
)
