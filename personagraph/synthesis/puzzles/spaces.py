"""All that could be the case in a puzzle: variables with whole numbers as values, and every assignment of them."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product
from typing import Final

LETTERS: Final = "ABCDE"
"""What the people of a puzzle are called in its form."""
Assignment = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PuzzleSpace:
    """Variables, each with the values that it can have, and those groups of them that are all different."""

    variables: tuple[str, ...]
    domains: tuple[tuple[int, ...], ...]
    distinct: tuple[tuple[str, ...], ...] = ()

    def index(self, variable: str) -> int:
        """The place of a variable in an assignment."""
        return self.variables.index(variable)


@lru_cache(maxsize=64)
def assignments(space: PuzzleSpace) -> tuple[Assignment, ...]:
    """Every assignment of the space, in order: at most some hundreds."""
    parts: list[list[Assignment]] = []
    names: list[str] = []
    free = set(space.variables)
    for group in space.distinct:
        parts.append(list(permutations(space.domains[space.index(group[0])], len(group))))
        names += group
        free -= set(group)
    for name in space.variables:
        if name in free:
            parts.append([(value,) for value in space.domains[space.index(name)]])
            names.append(name)
    order = [names.index(variable) for variable in space.variables]
    flat = (tuple(value for part in found for value in part) for found in product(*parts))
    return tuple(tuple(values[i] for i in order) for values in flat)


@lru_cache(maxsize=64)
def ranks(n: int) -> PuzzleSpace:
    """People, each with one of as many different numbers: places in an order, or things."""
    letters = tuple(LETTERS[:n])
    return PuzzleSpace(letters, (tuple(range(1, n + 1)),) * n, (letters,))


@lru_cache(maxsize=64)
def two_ranks(n: int) -> PuzzleSpace:
    """People, each with a thing and with a day (`A_day`), all different."""
    letters = tuple(LETTERS[:n])
    days = tuple(f"{letter}_day" for letter in letters)
    return PuzzleSpace((*letters, *days), (tuple(range(1, n + 1)),) * (2 * n), (letters, days))


@lru_cache(maxsize=64)
def liars(n: int) -> PuzzleSpace:
    """People who tell the truth (1) or lie (0)."""
    return PuzzleSpace(tuple(LETTERS[:n]), ((0, 1),) * n)


@lru_cache(maxsize=64)
def culprits(n: int) -> PuzzleSpace:
    """People who tell the truth or lie, and the number of the one who did it."""
    return PuzzleSpace((*LETTERS[:n], "culprit"), (*((0, 1),) * n, tuple(range(1, n + 1))))
