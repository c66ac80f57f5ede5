"""Whom to draw: every sampler, and the checks that they share."""

import inspect
from random import Random
from typing import TYPE_CHECKING, Any

from personagraph.errors import UsageError
from personagraph.graph.sampling import between, communities, deficit, diverse, ego, uniform, walk
from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLERS: dict[str, Sampler] = {
    "random": uniform.SAMPLER,
    "ego": ego.SAMPLER,
    "walk": walk.SAMPLER,
    "between": between.SAMPLER,
    "communities": communities.SAMPLER,
    "deficit": deficit.SAMPLER,
    "diverse": diverse.SAMPLER,
}
"""By the name that `--sampler` takes; the first is the default."""
AROUND = "ego"
"""What draws where a persona is named to begin at, and no sampler."""
_HANDED = ("snapshot", "count", "rng", "among")


def sample(
    snapshot: Snapshot,
    count: int,
    sampler: str,
    *,
    rng: Random,
    among: "NDArray[np.bool_] | None" = None,
    handed: "NDArray[Any] | None" = None,
    **options: Any,
) -> list[str]:
    """What the sampler of this name draws, in its order; options that are None count as not given.

    Only those `among` (n, bool) are drawn. `handed` is what the sampler needs of each persona, by position.
    Raises UsageError as `check_options` does; PersonaNotFoundError for a persona that is not there.
    """
    given = check_options(count, sampler, **options)
    kind = SAMPLERS[sampler]
    given = {name: value for name, value in given.items() if name not in kind.asks}
    if among is not None and "among" in inspect.signature(kind.draw).parameters:
        given["among"] = among
    elif among is not None:
        snapshot = snapshot.part(among.nonzero()[0])
        handed = None if handed is None else handed[among]
    if kind.needs:
        given[kind.needs] = handed
    return kind.draw(snapshot, count, rng=rng, **given)


def options_of(sampler: str) -> list[str]:
    """What a sampler can be told besides how many. Raises UsageError for an unknown one."""
    if sampler not in SAMPLERS:
        raise UsageError(f"--sampler {sampler!r} is not known; it can be {', '.join(SAMPLERS)}")
    kind = SAMPLERS[sampler]
    return [name for name in _parameters(kind) if name not in (*_HANDED, kind.needs)] + [*kind.asks]


def check_options(count: int, sampler: str, *, partly: bool = False, **options: Any) -> dict[str, Any]:
    """The options that are given, not being None.

    Raises UsageError for an unknown sampler, for an option that it does not take, or lacks unless they are given but
    `partly`, and for a count, a number of hops or of relationships below 1.
    """
    known = options_of(sampler)
    given = {name: value for name, value in options.items() if value is not None}
    for name in given:
        if name not in known:
            takers = " or ".join(other for other in SAMPLERS if name in options_of(other))
            instead = f", or take --sampler {takers}" if takers else ""
            raise UsageError(f"{typed(name)} means nothing to the sampler {sampler}; leave it out{instead}")
    for name, parameter in _parameters(SAMPLERS[sampler]).items():
        if not partly and name in known and name not in given and parameter.default is inspect.Parameter.empty:
            raise UsageError(f"the sampler {sampler} needs {typed(name)}")
    for name, value in (("-n", count), *((typed(name), given.get(name, 1)) for name in ("hops", "per_type"))):
        if value < 1:
            raise UsageError(f"{name} is {value}; it must be 1 or more")
    return given


def typed(name: str) -> str:
    """An option as it is typed."""
    return f"--{name.replace('_', '-')}"


def _parameters(sampler: Sampler) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(sampler.draw).parameters)
