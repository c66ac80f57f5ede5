"""What the clues of puzzles say: for each its kinds of puzzle, how many it names, when it holds, and in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

KINDS: Final = ("order", "assignment", "liars")
_ORDER = ("order",)
_SEATED = ("assignment",)
_CLAIMED = ("liars",)
_EVERYBODY: Final = 14


@dataclass(frozen=True, slots=True)
class ClueKind:
    """A clue as it is registered.

    `holds` takes the numbers of what is named, in order, and then the clue's number if it has one. In an order the
    number of somebody is the place from 1 on; in an assignment that of a person or a thing is whose it is; of liars it
    is 1 for who tells the truth. `told` is an English sentence with {0}, {1} for what is named, {all} for all of them
    and {n} for the number.
    """

    kinds: tuple[str, ...]
    fewest: int
    most: int
    holds: Callable[[Sequence[int]], bool]
    told: str
    number: bool = False


CLUES: Final[dict[str, ClueKind]] = {
    "before": ClueKind(_ORDER, 2, 2, lambda n: n[0] < n[1], "{0} comes before {1}."),
    "right before": ClueKind(_ORDER, 2, 2, lambda n: n[0] + 1 == n[1], "{0} comes right before {1}."),
    "next to": ClueKind(_ORDER, 2, 2, lambda n: abs(n[0] - n[1]) == 1, "{0} is next to {1}."),
    "not next to": ClueKind(_ORDER, 2, 2, lambda n: abs(n[0] - n[1]) != 1, "{0} is not next to {1}."),
    "between": ClueKind(
        _ORDER, 3, 3, lambda n: n[1] < n[0] < n[2] or n[2] < n[0] < n[1], "{0} is somewhere between {1} and {2}."
    ),
    "at": ClueKind(_ORDER, 1, 1, lambda n: n[0] == n[1], "{0} has place {n}.", number=True),
    "not at": ClueKind(_ORDER, 1, 1, lambda n: n[0] != n[1], "{0} does not have place {n}.", number=True),
    "apart": ClueKind(_ORDER, 2, 2, lambda n: abs(n[0] - n[1]) == n[2], "{0} is {n} places from {1}.", number=True),
    "is": ClueKind(_SEATED, 2, 2, lambda n: n[0] == n[1], "{0} has {1}."),
    "is not": ClueKind(_SEATED, 2, 2, lambda n: n[0] != n[1], "{0} does not have {1}."),
    "together": ClueKind(_SEATED, 2, 2, lambda n: n[0] == n[1], "Whoever has {0} has {1}."),
    "not together": ClueKind(_SEATED, 2, 2, lambda n: n[0] != n[1], "Whoever has {0} does not have {1}."),
    "either": ClueKind(_SEATED, 3, 3, lambda n: n[0] in (n[1], n[2]), "{0} has either {1} or {2}."),
    "liar": ClueKind(_CLAIMED, 1, _EVERYBODY, lambda n: not any(n), "{all} never tell the truth"),
    "truthful": ClueKind(_CLAIMED, 1, _EVERYBODY, all, "{all} always tell the truth"),
    "some liar": ClueKind(_CLAIMED, 1, _EVERYBODY, lambda n: not all(n), "at least one of {all} is a liar"),
    "some truthful": ClueKind(_CLAIMED, 1, _EVERYBODY, any, "at least one of {all} tells the truth"),
    "same": ClueKind(_CLAIMED, 2, 2, lambda n: n[0] == n[1], "{0} and {1} are of the same kind"),
    "different": ClueKind(_CLAIMED, 2, 2, lambda n: n[0] != n[1], "{0} and {1} are of different kinds"),
    "exactly liars": ClueKind(
        _CLAIMED, 1, _EVERYBODY, lambda n: n[:-1].count(0) == n[-1], "exactly {n} of {all} lie", number=True
    ),
    "at least liars": ClueKind(
        _CLAIMED, 1, _EVERYBODY, lambda n: n[:-1].count(0) >= n[-1], "at least {n} of {all} lie", number=True
    ),
}
"""By the word that a form has for it."""
