"""Puzzles with a form: they are solved exhaustively, and the stated solution is held against what is found."""

import re
from typing import Final

from personagraph.synthesis.checks.check import (
    DISPUTED,
    UNANSWERABLE,
    UNCHECKED,
    VERIFIED,
    CheckKind,
    Draft,
    Judgement,
    Opinions,
    Same,
)
from personagraph.synthesis.checks.puzzles.form import Puzzle, PuzzleError, Solution, read_puzzle, read_solution
from personagraph.synthesis.checks.puzzles.prose import told_solution
from personagraph.synthesis.checks.puzzles.solver import ENOUGH, TooLargeError, solutions

LONGEST: Final = 20_000


def check_logic(draft: Draft, opinions: Opinions, same: Same) -> Judgement:
    """Verified when the puzzle of the form has one solution, and the stated solution and answer are that one.

    Unanswerable: no solution, or several for those whom it asks about. Disputed: the stated one is another, with what
    is true as the figure `computed`. Unchecked: there is no form, it names somebody whom the problem does not, it is
    beyond the limits, or it is not solved within them.
    """
    stated = draft.form.get("puzzle")
    if not stated:
        return Judgement(UNCHECKED, "no form of the puzzle is stated")
    try:
        puzzle = read_puzzle(stated)
        absent = _absent(puzzle, draft.user)
        if absent:
            return Judgement(UNCHECKED, f"the form has {absent}, which the problem does not name")
        found = solutions(puzzle)
    except (PuzzleError, TooLargeError) as error:
        return Judgement(UNCHECKED, str(error))
    figures: dict[str, object] = {"solutions": len(found)}
    if not found:
        return Judgement(UNANSWERABLE, "the clues contradict each other: there is no solution", figures)
    if len(found) > 1:
        many = f"{len(found)} or more" if len(found) >= ENOUGH else str(len(found))
        return Judgement(UNANSWERABLE, f"the clues allow {many} solutions", figures)
    figures["computed"] = told_solution(puzzle, found[0])
    try:
        solution = read_solution(stated.get("solution"), puzzle)
    except PuzzleError as error:
        return Judgement(UNCHECKED, str(error), figures)
    if solution != found[0]:
        return Judgement(DISPUTED, "the stated solution is not the one that the clues have", figures)
    if _is_otherwise(draft.answer, puzzle, solution):
        return Judgement(DISPUTED, "the answer says something else than the stated solution", figures)
    return Judgement(VERIFIED, "the clues have exactly the stated solution", figures)


def _absent(puzzle: Puzzle, problem: str) -> str:
    """The first name of the form that the problem does not have."""
    text = problem[:LONGEST].casefold()
    names = (*puzzle.who, *(value for values in puzzle.what.values() for value in values))
    return next((name for name in names if name.casefold() not in text), "")


def _is_otherwise(answer: str, puzzle: Puzzle, solution: Solution) -> bool:
    """Whether an answer plainly says something else: the names of an order in another one, or another's thing.

    In an assignment and among liars, what follows a name up to the next name is taken to be of that name.
    """
    text = answer[:LONGEST].casefold()
    spots = [(match.start(), name) for name in puzzle.asks for match in [_whole(name).search(text)] if match]
    if len(spots) < len(puzzle.asks) or any(len(_whole(name).findall(text)) > 1 for name in puzzle.asks):
        return False
    spots.sort()
    ends = [*(start for start, _ in spots[1:]), len(text)]
    said = {name: text[start + len(name) : end] for (start, name), end in zip(spots, ends, strict=True)}
    if puzzle.kind == "order":
        if not re.search(r"\d", text) and set(puzzle.asks) == set(puzzle.who):
            return [name for _, name in spots] != sorted(puzzle.who, key=lambda name: int(solution[name][0]))
        return any(re.findall(r"\d{1,3}", said[name]) not in ([], [solution[name][0]]) for name in puzzle.asks)
    if puzzle.kind == "liars":
        return any(_says(said[name], "liar", "lie") == (solution[name] != ("liar",)) for name in puzzle.asks)
    for name in puzzle.asks:
        for values, value in zip(puzzle.what.values(), solution[name], strict=True):
            named = [each for each in values if _whole(each).search(said[name])]
            if named and value not in named:
                return True
    return False


def _says(text: str, *words: str) -> bool | None:
    """Whether a text has one of the words or one of truth; None when it has neither or both."""
    lies = any(word in text for word in words)
    truth = "truth" in text or "honest" in text
    return None if lies == truth else lies


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name.casefold())}(?!\w)")


CHECK = CheckKind(check_logic, "solves puzzles that have a form", ("puzzle",), executes=True)
