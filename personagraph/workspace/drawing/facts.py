"""What samplers are handed of each persona, by position: communities, weights, vectors."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.errors import ConfigError
from personagraph.workspace.run_settings import shares_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.part import Part
    from personagraph.workspace.workspace import Workspace


class Fact(NamedTuple):
    """How something is found out for everybody in a part of the graph, and whether that takes no time to speak of."""

    of: "Callable[[Workspace, Part, Mapping[str, Any]], NDArray[Any]]"
    quick: bool


def _communities(workspace: "Workspace", part: "Part", options: Mapping[str, Any]) -> "NDArray[np.integer]":
    """The communities of the whole graph, as `metrics` and `--community` number them."""
    from personagraph.graph.metrics import METRICS
    from personagraph.graph.metrics.metric import MetricOptions

    numbers = METRICS["communities"].measure(part.snapshot, MetricOptions()).columns["community"]
    found: NDArray[np.integer] = numbers[part.positions]
    return found


def _weights(workspace: "Workspace", part: "Part", options: Mapping[str, Any]) -> "NDArray[np.float64]":
    """By cells of `by`: the share that the target wants of each, beside how many of the part are in it."""
    from personagraph.steering.targets.weights import weights

    by = options["by"]
    try:
        wanted = shares_of(by, options["target"], options.get("wanted"))
    except ValueError as error:
        raise ConfigError(f"target {options['target']}: {error}") from None
    found = weights({name: part.graph.attributes[name] for name in by}, by, wanted)
    _tell(workspace, found > 0, f"are known to be in no cell of {' and '.join(by)} that the target wants")
    return found


def _vectors(workspace: "Workspace", part: "Part", options: Mapping[str, Any]) -> "NDArray[np.float32]":
    """By the encoder that comes with the package, so that the same are drawn whatever the settings."""
    import numpy as np

    from personagraph.meaning.encoders import encoder_named
    from personagraph.workspace.index.vectors import described

    encoder = encoder_named("static")
    found = described(workspace, part.snapshot, encoder).vectors(part.positions)
    _tell(workspace, np.any(found, axis=1), f"have a description that the encoder {encoder.name} cannot read")
    return found


def _tell(workspace: "Workspace", there: "NDArray[np.bool_]", why: str) -> None:
    if missing := int((~there).sum()):
        workspace.note(f"{missing:,} of {len(there):,} personas {why}; they are not drawn")


FACTS: Mapping[str, Fact] = {
    "communities": Fact(_communities, quick=False),
    "weights": Fact(_weights, quick=True),
    "vectors": Fact(_vectors, quick=False),
}
"""By what a sampler says that it needs."""
