"""What every sampler is: a function that draws personas from a snapshot, and what is to be known of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sampler:
    """A sampler as it is registered.

    `draw` takes (snapshot, count, *, rng, …options), and gives at most `count` different ids, fewer when it finds no
    more; what it gives depends on these alone, not on the process or the store. `about` says in a few words whom it
    draws. A `tied` one draws only who has a relationship, unless it is told where to begin. `needs` names what it is
    handed of each persona, by position: communities, weights or vectors; `asks` the options that say how that is made.
    `nobody` says why it may draw nobody where somebody is there.
    A `draw` that takes `among` (n, bool) passes over the others itself; for any other sampler they are not there.
    """

    draw: Callable[..., list[str]]
    about: str
    tied: bool = False
    needs: str = ""
    asks: tuple[str, ...] = ()
    nobody: str = ""
