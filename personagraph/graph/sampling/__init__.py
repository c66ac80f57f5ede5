"""Whom to draw: every sampler, and the checks that they share."""

import inspect
from random import Random
from typing import Any

from personagraph.errors import UsageError
from personagraph.graph.sampling import ego, uniform
from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot

SAMPLERS: dict[str, Sampler] = {"random": uniform.SAMPLER, "ego": ego.SAMPLER}
"""By the name that `--sampler` takes; the first is the default."""


def sample(snapshot: Snapshot, count: int, sampler: str, *, rng: Random, **options: Any) -> list[str]:
    """What the sampler of this name draws; options that are None count as not given.

    Raises ConfigError as `check_options` does; PersonaNotFoundError for a persona that is not there.
    """
    given = check_options(count, sampler, **options)
    return SAMPLERS[sampler].draw(snapshot, count, rng=rng, **given)


def options_of(sampler: str) -> list[str]:
    """What a sampler can be told besides how many. Raises UsageError for an unknown one."""
    if sampler not in SAMPLERS:
        raise UsageError(f"--sampler {sampler!r} is not known; it can be {', '.join(SAMPLERS)}")
    return [*inspect.signature(SAMPLERS[sampler].draw).parameters]


def check_options(count: int, sampler: str, **options: Any) -> dict[str, Any]:
    """The options that are given, not being None.

    Raises ConfigError for an unknown sampler, for an option that it does not take, and for a count or number of hops
    below 1.
    """
    known = options_of(sampler)
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if name not in known:
            raise UsageError(f"--{name} means nothing to the sampler {sampler}; leave it out")
    for name, value in (("-n", count), ("--hops", given.get("hops", 1))):
        if value < 1:
            raise UsageError(f"{name} is {value}; it must be 1 or more")
    return given
