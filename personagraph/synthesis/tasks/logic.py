"""Logic puzzles: the model chooses what they are about; the code composes, tells and solves them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from personagraph.runs.growth import Rejected
from personagraph.synthesis.puzzles.composing import KINDS, compose
from personagraph.synthesis.puzzles.telling import Puzzle, Setting
from personagraph.synthesis.tasks.task import Exchange, Task, TaskKind


class ChosenThings(Task):
    """Logic by a model that chooses things and place; the people are the persona, its neighbours, and some others."""

    kinds = tuple(KINDS)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The puzzle with its solution, its form, and its skeleton."""
        chosen = (data["things"], data["others"])
        setting = Setting(fields["persona"], fields["ties"], chosen, data["place"], data["occasion"])
        made = compose(fields["kind"], setting, self.rng(fields, data))
        told = f"{made.working}\nAnswer: {made.answer}"
        return Exchange(made.question, told, "computed", made.answer, form_of(made))


def form_of(puzzle: Puzzle) -> dict[str, Any]:
    """What a solver needs, and what is counted.

    `variables` have their values, those in a group of `distinct` are all different, each of `clues` is an expression of
    them, `solution` is the only assignment in which all clues are true. `names` are what the letters stand for.
    """
    space = puzzle.space
    return {
        "variables": {name: list(values) for name, values in zip(space.variables, space.domains, strict=True)},
        "distinct": [list(group) for group in space.distinct],
        "clues": [clue.expression for clue in puzzle.clues],
        "solution": dict(zip(space.variables, puzzle.solution, strict=True)),
        "names": dict(puzzle.names),
        "skeleton": puzzle.skeleton,
        "difficulty": {
            "people": len(puzzle.names),
            "clues": len(puzzle.clues),
            "kinds": len({clue.kind for clue in puzzle.clues}),
        },
    }


TASK = TaskKind(
    {"small": partial(ChosenThings, "logic-small"), "large": partial(ChosenThings, "logic-small")},
    "logic puzzles with their solutions",
)
