"""How far long work has come, as it is told to a person who waits."""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Tick(NamedTuple):
    """How far a run has come, over all its sessions. `limit` is how many steps it may take, None when unknown.

    `open` steps are planned and not decided, `in_flight` of them are with the model now. `outcomes` counts verdicts:
    new, merged, sample, rejected, dead. `concurrency` is how many calls may be in flight at present, `pace` why that
    last changed, `trouble` why nobody has been answered since the last reply. `cost` is what replies cost in USD,
    `perhaps_billed` what attempts without one may have cost; both count against `max_cost`. `frontier` counts by depth
    whom the policy has not yet asked.
    `max_new` is how many new personas the run may bring, None when it is not limited so.
    """

    done: int
    limit: int | None
    open: int
    outcomes: Mapping[str, int]
    in_flight: int = 0
    concurrency: int | None = None
    pace: str = ""
    cost: float = 0.0
    max_cost: float | None = None
    frontier: Mapping[int, int] = {}
    max_new: int | None = None
    perhaps_billed: float = 0.0
    trouble: str = ""

    @property
    def booked(self) -> float:
        """What counts against the limit in USD."""
        return self.cost + self.perhaps_billed


Progress = Callable[[Tick], None]
"""Is told now and then how far long work has come, for a person who waits."""
