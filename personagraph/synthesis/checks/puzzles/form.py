"""The form of a puzzle, as a model states it in JSON, and as it is once it has been read.

    {"kind": "order", "who": ["Ana", "Ben", "Cleo"],
     "clues": [{"clue": "before", "of": ["Ana", "Ben"]}, {"clue": "at", "of": ["Cleo", 3]}],
     "asks": ["Cleo"], "solution": {"Ana": 1, "Ben": 2, "Cleo": 3}}
    {"kind": "assignment", "who": ["Ana", "Ben"], "what": {"pet": ["cat", "dog"], "drink": ["tea", "milk"]},
     "clues": [{"clue": "is", "of": ["Ana", "cat"]}, {"clue": "together", "of": ["cat", "tea"]}],
     "solution": {"Ana": ["cat", "tea"], "Ben": ["dog", "milk"]}}
    {"kind": "liars", "who": ["Ana", "Ben"],
     "clues": [{"by": "Ana", "clue": "liar", "of": ["Ben"]}],
     "solution": {"Ana": "truthful", "Ben": "liar"}}

An order gives everybody a place from 1 on; an assignment gives everybody one thing of each sort, and each thing to one
person; of liars, everyone either always tells the truth or always lies. `asks` names who the question is about; without
it, it is about all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from personagraph.synthesis.checks.puzzles.clues import CLUES, KINDS

MOST_WHO: Final = {"order": 9, "assignment": 6, "liars": 14}
"""How many may take part, by the kind of puzzle."""
MOST_SORTS: Final = 5
MOST_CLUES: Final = 60
LONGEST_NAME: Final = 60
TRUTHFUL, LIAR = "truthful", "liar"


class PuzzleError(ValueError):
    """A form that is none of a puzzle, or is beyond a limit; the message says which."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A clue: what is said (one of CLUES), of which names and numbers, and by whom where somebody claims it."""

    clue: str
    of: tuple[str | int, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A puzzle: its kind, who takes part, the sorts of things with their values, the clues, and whom it asks about."""

    kind: str
    who: tuple[str, ...]
    clues: tuple[Clue, ...]
    what: Mapping[str, tuple[str, ...]]
    asks: tuple[str, ...]


Solution = Mapping[str, tuple[str, ...]]
"""What is found of each: ("3",) is a place in an order, ("cat", "tea") things by sort, ("liar",) what somebody is."""


def read_puzzle(stated: Any) -> Puzzle:
    """The puzzle that a form states. Raises PuzzleError."""
    if not isinstance(stated, Mapping):
        raise PuzzleError("the puzzle is no object")
    kind = stated.get("kind")
    if kind not in KINDS:
        raise PuzzleError(f"the kind of the puzzle is none of {', '.join(KINDS)}")
    who = _names(stated.get("who"), "who")
    if not 2 <= len(who) <= MOST_WHO[kind]:
        raise PuzzleError(f"a puzzle of kind {kind} takes 2 to {MOST_WHO[kind]}, not {len(who)}")
    what = _sorts(stated.get("what"), who) if kind == "assignment" else {}
    clues = stated.get("clues")
    if not _is_list(clues) or len(clues) > MOST_CLUES:
        raise PuzzleError(f"the clues are no list of at most {MOST_CLUES}")
    asks = _names(stated.get("asks") or list(who), "asks")
    if not set(asks) <= set(who):
        raise PuzzleError("the puzzle asks about somebody who does not take part")
    known = {*who, *(value for values in what.values() for value in values)}
    return Puzzle(kind, who, tuple(_clue(kind, each, who, known) for each in clues), what, asks)


def read_solution(stated: Any, puzzle: Puzzle) -> Solution:
    """The solution that a form states, for those whom the puzzle asks about; an order may be a list of names.

    Raises PuzzleError when it says nothing, or no valid thing, of somebody who is asked about.
    """
    if puzzle.kind == "order" and _is_list(stated):
        stated = {name: place for place, name in enumerate(_names(stated, "solution"), 1)}
    if not isinstance(stated, Mapping):
        raise PuzzleError("the solution is no object")
    found = {}
    for name in puzzle.asks:
        told = stated.get(name)
        values = tuple(told.values()) if isinstance(told, Mapping) else tuple(told) if _is_list(told) else (told,)
        found[name] = _valid(puzzle, name, tuple(_word(value) for value in values))
    return found


def _valid(puzzle: Puzzle, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """What is said of somebody, in the order of the sorts."""
    if puzzle.kind == "assignment":
        sorted_ = tuple(next((v for v in values if v in known), "") for known in puzzle.what.values())
        if len(values) == len(sorted_) and all(sorted_):
            return sorted_
    elif len(values) == 1:
        places = [str(place) for place in range(1, len(puzzle.who) + 1)]
        if values[0] in (places if puzzle.kind == "order" else (TRUTHFUL, LIAR)):
            return values
    raise PuzzleError(f"the solution says nothing valid of {name}")


def _clue(kind: str, stated: Any, who: Sequence[str], known: set[str]) -> Clue:
    if not isinstance(stated, Mapping):
        raise PuzzleError("a clue is no object")
    clue, of, by = stated.get("clue"), stated.get("of"), stated.get("by", "")
    if not isinstance(clue, str) or clue not in CLUES or kind not in CLUES[clue].kinds:
        raise PuzzleError(f"a puzzle of kind {kind} has no clue {str(clue)[:40]!r}")
    form = CLUES[clue]
    if not _is_list(of) or not form.fewest <= len(of) - bool(form.number) <= form.most:
        raise PuzzleError(f"a clue {clue!r} names too few or too many")
    named = of[:-1] if form.number else of
    if not all(isinstance(name, str) and name in known for name in named):
        raise PuzzleError(f"a clue {clue!r} names somebody or something that the puzzle does not have")
    number = [_whole(of[-1])] if form.number else []
    if (kind == "liars") != bool(by) or (by and by not in who):
        raise PuzzleError("a clue is claimed by nobody who takes part" if kind == "liars" else "a clue is claimed")
    return Clue(clue, (*named, *number), by)


def _sorts(stated: Any, who: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if not isinstance(stated, Mapping) or not 1 <= len(stated) <= MOST_SORTS:
        raise PuzzleError(f"what is assigned are not 1 to {MOST_SORTS} sorts")
    sorts = {str(sort)[:LONGEST_NAME]: _names(values, str(sort)[:LONGEST_NAME]) for sort, values in stated.items()}
    every = [*who, *(value for values in sorts.values() for value in values)]
    if any(len(values) != len(who) for values in sorts.values()) or len(set(every)) < len(every):
        raise PuzzleError("each sort has as many different things as there are people, none twice")
    return sorts


def _names(stated: Any, where: str) -> tuple[str, ...]:
    if not _is_list(stated) or not all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in stated):
        raise PuzzleError(f"{where} is no list of names of 1 to {LONGEST_NAME} characters")
    if len(set(stated)) < len(stated):
        raise PuzzleError(f"{where} names somebody twice")
    return tuple(stated)


def _whole(stated: Any) -> int:
    text = _word(stated)
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise PuzzleError("a clue has no whole number where one belongs")
    return int(text)


def _word(stated: Any) -> str:
    """A text as it is, and a whole number that could be a place as a text; anything else is empty."""
    if isinstance(stated, str):
        return stated[:LONGEST_NAME]
    return str(stated) if isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated < 1000 else ""


def _is_list(stated: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(stated, Sequence) and not isinstance(stated, str)
