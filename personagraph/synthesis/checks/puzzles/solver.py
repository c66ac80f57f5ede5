"""All solutions of a puzzle, exhaustively, within a limit of steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from personagraph.synthesis.checks.puzzles.clues import CLUES
from personagraph.synthesis.checks.puzzles.form import LIAR, TRUTHFUL, Clue, Puzzle, Solution

MOST_STEPS: Final = 100_000
"""How many placements are tried before a puzzle is too large."""
ENOUGH: Final = 10
"""More different solutions are not counted."""


class TooLargeError(ValueError):
    """A puzzle that is not solved within the limit of steps."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A condition over some of the unknowns."""

    of: tuple[int, ...]
    holds: Callable[[Sequence[int]], bool]


@dataclass(frozen=True, slots=True)
class _Problem:
    """Unknowns with a number each, from `values`; those of one group differ."""

    values: range
    groups: Sequence[Sequence[int]]
    rules: Sequence[_Rule]

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return sum(map(len, self.groups))


def solutions(puzzle: Puzzle, *, most: int = ENOUGH, steps: int = MOST_STEPS) -> list[Solution]:
    """The different solutions of a puzzle for those whom it asks about, at most `most`, in a fixed order.

    Raises TooLargeError when the limit of steps does not suffice to know.
    """
    names, problem, told = _FORMS[puzzle.kind](puzzle)
    found: dict[tuple[tuple[str, ...], ...], Solution] = {}
    for numbers in _all(problem, steps):
        solution = told(dict(zip(names, numbers, strict=True)))
        key = tuple(solution[name] for name in puzzle.asks)
        found.setdefault(key, {name: solution[name] for name in puzzle.asks})
        if len(found) >= most:
            break
    return list(found.values())


def _all(problem: _Problem, steps: int) -> Iterator[list[int]]:
    """All ways to give numbers to the unknowns, those in the most rules first to fail early."""
    order = sorted(
        range(problem.size), key=lambda unknown: (-sum(unknown in rule.of for rule in problem.rules), unknown)
    )
    rank = {unknown: place for place, unknown in enumerate(order)}
    due: list[list[_Rule]] = [[] for _ in order]
    for rule in problem.rules:
        due[max((rank[unknown] for unknown in rule.of), default=0)].append(rule)
    group = {unknown: number for number, unknowns in enumerate(problem.groups) for unknown in unknowns}
    alone = all(len(unknowns) == 1 for unknowns in problem.groups)
    numbers, used = [0] * problem.size, [set[int]() for _ in problem.groups]
    left = steps

    def place(at: int) -> Iterator[list[int]]:
        nonlocal left
        if at == len(order):
            yield list(numbers)
            return
        unknown = order[at]
        taken = used[group[unknown]]
        for value in problem.values:
            if value in taken and not alone:
                continue
            left -= 1
            if left < 0:
                raise TooLargeError(f"the puzzle is not solved in {steps} steps")
            numbers[unknown] = value
            if all(rule.holds([numbers[each] for each in rule.of]) for rule in due[at]):
                taken.add(value)
                yield from place(at + 1)
                taken.discard(value)

    yield from place(0)


_Told = Callable[[Mapping[str, int]], Solution]
_Formed = tuple[list[str], _Problem, _Told]


def _order(puzzle: Puzzle) -> _Formed:
    names = list(puzzle.who)
    rules = [_rule(clue, names) for clue in puzzle.clues]
    problem = _Problem(range(1, len(names) + 1), [range(len(names))], rules)
    return names, problem, lambda numbers: {name: (str(numbers[name]),) for name in names}


def _assignment(puzzle: Puzzle) -> _Formed:
    """Unknown is whose each thing is; a person is their own number."""
    things = [value for values in puzzle.what.values() for value in values]
    owners = {name: number for number, name in enumerate(puzzle.who)}
    rules = [_rule(clue, things, owners) for clue in puzzle.clues]
    size = len(puzzle.who)
    groups = [range(start, start + size) for start in range(0, len(things), size)]

    def told(numbers: Mapping[str, int]) -> Solution:
        return {
            name: tuple(next(v for v in values if numbers[v] == owner) for values in puzzle.what.values())
            for name, owner in owners.items()
        }

    return things, _Problem(range(size), groups, rules), told


def _liars(puzzle: Puzzle) -> _Formed:
    """Who tells the truth claims what is so, and who lies what is not."""
    names = list(puzzle.who)
    rules = [_claim(clue, names) for clue in puzzle.clues]
    problem = _Problem(range(2), [[number] for number in range(len(names))], rules)
    return names, problem, lambda numbers: {name: (TRUTHFUL if numbers[name] else LIAR,) for name in names}


def _rule(clue: Clue, names: Sequence[str], fixed: Mapping[str, int] | None = None) -> _Rule:
    """The condition that a clue puts on the unknowns; what is fixed is a number already."""
    known = fixed or {}
    of = tuple(names.index(name) for name in clue.of if isinstance(name, str) and name not in known)
    holds = CLUES[clue.clue].holds

    def held(numbers: Sequence[int]) -> bool:
        unknown = iter(numbers)
        given = (each if isinstance(each, int) else known[each] if each in known else next(unknown) for each in clue.of)
        return holds(tuple(given))

    return _Rule(of, held)


def _claim(clue: Clue, names: Sequence[str]) -> _Rule:
    rule = _rule(clue, names)
    by = names.index(clue.by)
    return _Rule((by, *rule.of), lambda numbers: bool(numbers[0]) == bool(rule.holds(numbers[1:])))


_FORMS: Final[dict[str, Callable[[Puzzle], _Formed]]] = {"order": _order, "assignment": _assignment, "liars": _liars}
