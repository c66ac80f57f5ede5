"""What was seen of steps like those of a run: their outcomes, the cells that they filled, and what they used."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from personagraph.cells import Cell

DEAD = (0, 0, 1)
"""The kind of a step whose reply stayed unusable."""

Kind = tuple[int, int, int]
"""How many items of a reply were let in (new, merged or a sample), how many were turned down, whether it is dead."""


class Asked(NamedTuple):
    """A request that was answered. `characters` are the prompt's; tokens and seconds are 0 where they are not known."""

    characters: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    seconds: float = 0.0


class Seen(NamedTuple):
    """A step. `merged` of those let in were known already, `size` generated personas were in the graph by then.

    `cells` are those of the new personas, `wished` the cell that a hint named. `asked` is the first request, if its
    usage is known; `again` says that the reply had to be asked for once more.
    """

    kind: Kind
    merged: int = 0
    size: int = 0
    cells: tuple[Cell, ...] = ()
    wished: Cell | None = None
    asked: Asked | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Steps that were seen, with what is easily asked of them."""

    steps: Sequence[Seen] = ()

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def kinds(self) -> Counter[Kind]:
        """How many steps are of each kind."""
        return Counter(seen.kind for seen in self.steps)

    @property
    def again(self) -> int:
        """How many replies had to be asked for once more."""
        return sum(seen.again for seen in self.steps)

    @property
    def asked(self) -> list[Asked]:
        """The first requests whose tokens are known."""
        return [seen.asked for seen in self.steps if seen.asked and seen.asked.prompt_tokens]

    @property
    def entries(self) -> list[tuple[int, int, int]]:
        """Of each step that let anybody in: the size of the graph, how many it let in, how many of them were merged."""
        return [(seen.size, seen.kind[0], seen.merged) for seen in self.steps if seen.kind[0]]

    def cells(self, *, wished: bool = False) -> Counter[Cell]:
        """The cells of new personas; with `wished` only of those that are not in the cell that was wished for."""
        return Counter(cell for seen in self.steps for cell in seen.cells if not wished or cell != seen.wished)

    @property
    def wishes(self) -> tuple[int, int]:
        """Of new personas that answer a hint: how many are in the cell that it named, and how many there are."""
        answers = [(cell == seen.wished) for seen in self.steps if seen.wished for cell in seen.cells]
        return sum(answers), len(answers)
