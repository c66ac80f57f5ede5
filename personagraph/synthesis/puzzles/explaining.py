"""Explains why a puzzle has its solution: clue by clue, what is left of all that could be."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from personagraph.synthesis.problems.wording import sentences
from personagraph.synthesis.puzzles.clues import DrawnClue, allowed
from personagraph.synthesis.puzzles.spaces import Assignment, PuzzleSpace, assignments

WORTH_TELLING: Final = 2
"""Up to how many values of a variable are told."""


class Deduction(NamedTuple):
    """How a variable's value is told: what stands before and after it, and what values are called, from the least."""

    before: str
    after: str
    values: Sequence[str]
    least: int = 1

    def told(self, values: Sequence[int]) -> str:
        """That the variable has one of these values."""
        told = " or ".join(self.values[value - self.least] for value in values)
        return f"{self.before}{told}{self.after}"


def narrowed(space: PuzzleSpace, clues: Sequence[DrawnClue], facts: Sequence[Deduction]) -> str:
    """Line by line, which clue leaves what, in an order in which each leaves as little as possible."""
    left = list(range(len(assignments(space))))
    lines, known, todo = [], _possible(space, left), dict(enumerate(clues, 1))
    while todo:
        kept = {n: _under(space, clue, left) for n, clue in todo.items()}
        n = min(kept, key=lambda n: (len(kept[n]), n))
        left = kept[n]
        del todo[n]
        now = _possible(space, left)
        lines.append(f"clue {n}: {_news(known, now, facts) or _so_many(left)}.")
        known = now
    return "\n".join(map(sentences, lines))


def supposed(space: PuzzleSpace, clues: Sequence[DrawnClue], facts: Sequence[Deduction], names: Sequence[str]) -> str:
    """Line by line, what follows if the first of the people tells the truth, and what if that one lies.

    A clue about nobody's words comes before those of speakers; `names` are those of the speakers.
    """
    spoken = [clue for clue in clues if clue.kind != "honest in all"]
    others = [clue for clue in clues if clue.kind == "honest in all"]
    whole = list(range(len(assignments(space))))
    for clue in others:
        whole = _under(space, clue, whole)
    return "\n".join(_case(space, spoken, whole, honest, facts, names) for honest in (1, 0))


def _case(
    space: PuzzleSpace,
    spoken: Sequence[DrawnClue],
    whole: list[int],
    honest: int,
    facts: Sequence[Deduction],
    names: Sequence[str],
) -> str:
    every = assignments(space)
    does, does_not = ("tells the truth", "cannot tell the truth") if honest else ("lies", "cannot lie")
    left = [i for i in whole if every[i][0] == honest]
    told, known, todo = [f"suppose that {names[0]} {does}."], _possible(space, left), list(spoken)
    while todo:
        if not left:
            return sentences(" ".join([*told, f"so {names[0]} {does_not}."]))
        clue = min(todo, key=lambda clue: len(_under(space, clue, left)))
        left = _under(space, clue, left)
        todo.remove(clue)
        speaker = names[clue.args[0]]
        if not left:
            told.append(f"then what {speaker} says fits neither a truth nor a lie: {names[0]} {does_not}.")
            return sentences(" ".join(told))
        now = _possible(space, left)
        if news := _news(known, now, facts):
            told.append(f"by what {speaker} says, {news}.")
        known = now
    return sentences(" ".join([*told, "that fits all that is said."]))


def _under(space: PuzzleSpace, clue: DrawnClue, left: Sequence[int]) -> list[int]:
    bits = allowed(space, clue)
    return [i for i in left if bits >> i & 1]


def _possible(space: PuzzleSpace, left: Sequence[int]) -> list[tuple[int, ...]]:
    """The values that each variable has in what is left."""
    found: list[Assignment] = [assignments(space)[i] for i in left]
    return [tuple(sorted(set(values))) for values in zip(*found, strict=True)] or [()] * len(space.variables)


def _news(before: Sequence[Sequence[int]], now: Sequence[Sequence[int]], facts: Sequence[Deduction]) -> str:
    """What is known now and was not before."""
    changed = [
        fact.told(values)
        for fact, old, values in zip(facts, before, now, strict=True)
        if old != values and len(values) <= WORTH_TELLING
    ]
    return "; ".join(changed)


def _so_many(left: Sequence[int]) -> str:
    return f"{len(left)} possibilities are left"
