"""Logic puzzles: a large model writes them with their form; for a small one the code composes and solves them."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from personagraph.runs.growth import Rejected
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.puzzles.composing import KINDS, compose
from personagraph.synthesis.puzzles.telling import ComposedPuzzle, Setting
from personagraph.synthesis.tasks.task import Task, TaskKind
from personagraph.synthesis.tasks.written import WrittenTask


class ChosenThings(Task):
    """Logic by a model that chooses things and place; the people are the persona, its neighbours, and some others."""

    vary = MappingProxyType({"kind": tuple(KINDS)})
    composes = True

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft | Rejected:
        """The puzzle with its solution, its form, and its skeleton."""
        chosen = (data["things"], data["others"])
        setting = Setting(fields["persona"], fields["ties"], chosen, data["place"], data["occasion"])
        made = compose(fields["kind"], setting, self.rng(fields, data))
        told = f"{made.working}\nAnswer: {made.answer}"
        return Draft(made.question, told, made.answer, form_of(made))


class StatedPuzzle(WrittenTask):
    """Logic by a large model, which states the form of its puzzle beside the text."""

    def form(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The puzzle as the check of puzzles reads it."""
        sorts = {one["sort"]: one["things"] for one in data["sorts"]}
        claimed = any(clue["by"] for clue in data["clues"])
        kind = "liars" if claimed else "assignment" if sorts else "order"
        solved = {one["who"]: one["is"] if sorts else next(iter(one["is"]), "") for one in data["solution"]}
        return {
            "puzzle": {
                "kind": kind,
                "who": data["who"],
                "what": sorts,
                "clues": [clue if claimed else {"clue": clue["clue"], "of": clue["of"]} for clue in data["clues"]],
                "solution": solved,
            }
        }


def form_of(puzzle: ComposedPuzzle) -> dict[str, Any]:
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
    {"small": partial(ChosenThings, "logic-small"), "large": partial(StatedPuzzle, "logic-large")},
    "logic puzzles with their solutions",
)
