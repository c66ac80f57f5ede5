"""Tells a puzzle and its solution in English, from its form."""

from collections.abc import Sequence

from personagraph.synthesis.checks.puzzles.clues import CLUES
from personagraph.synthesis.checks.puzzles.form import Clue, Puzzle, Solution


def told(puzzle: Puzzle) -> str:
    """The puzzle as a text: who takes part, what is true, and the question."""
    return " ".join([_opening(puzzle), *(_sentence(clue) for clue in puzzle.clues), _question(puzzle)])


def told_solution(puzzle: Puzzle, solution: Solution) -> str:
    """A solution as a sentence, in the order of those who take part: "Ana is in place 1, and Ben is in place 2."."""
    verb = {"order": "is in place", "assignment": "has", "liars": "is"}[puzzle.kind]
    said = {"truthful": "truthful", "liar": "a liar"}
    parts = [
        f"{name} {verb} {listed([said.get(value, value) for value in solution[name]])}"
        for name in puzzle.asks
        if name in solution
    ]
    return f"{listed(parts)}."


def listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _opening(puzzle: Puzzle) -> str:
    who = listed(puzzle.who)
    if puzzle.kind == "order":
        return f"{who} stand in a line; place 1 is the first."
    if puzzle.kind == "liars":
        return f"Each of {who} either always tells the truth or always lies."
    sorts = "; ".join(f"{sort}: {listed(values)}" for sort, values in puzzle.what.items())
    return f"{who} each have one thing of every sort, and no two have the same ({sorts})."


def _sentence(clue: Clue) -> str:
    named = [str(each) for each in clue.of]
    form = CLUES[clue.clue]
    every = named[:-1] if form.number else named
    said = form.told.format(*named, all=listed(every), n=named[-1])
    if not clue.by:
        return said
    if len(every) == 1:
        said = said.replace("never tell", "never tells").replace("always tell ", "always tells ")
    return f'{clue.by} says: "{said[:1].upper()}{said[1:]}."'


def _question(puzzle: Puzzle) -> str:
    who = "everybody" if puzzle.asks == puzzle.who else listed(puzzle.asks)
    if puzzle.kind == "order":
        return f"Which place has {who}?"
    return f"What is {who}: truthful, or a liar?" if puzzle.kind == "liars" else f"What does {who} have?"
