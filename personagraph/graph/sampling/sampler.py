"""What every sampler is: a function that draws personas from a snapshot, and what is to be known of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sampler:
    """A sampler as it is registered.

    `draw` takes (snapshot, count, *, rng, …options), and gives at most `count` different ids, fewer when it finds no
    more; what it gives depends on these alone, not on the process or the store. `about` says in a few words whom it
    draws. A `tied` one begins, unless told where, at somebody with a relationship: without any, it draws nobody.
    """

    draw: Callable[..., list[str]]
    about: str
    tied: bool = False
