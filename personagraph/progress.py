"""How far long work has come, as it is told to a person who waits."""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Tick(NamedTuple):
    """How far a run has come, over all its sessions. `limit` is how many steps it may take, None when unknown.

    `open` steps are planned and not decided, `in_flight` of them are with the model now. `outcomes` counts verdicts:
    new, merged, sample, rejected, dead. `concurrency` is how many calls may be in flight at present, `pace` why that
    last changed. `cost` and `max_cost` are in USD. `frontier` counts by depth whom the policy has not yet asked.
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


Progress = Callable[[Tick], None]
"""Is told now and then how far long work has come, for a person who waits."""
