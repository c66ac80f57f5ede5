"""Populations whose figures are known."""

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.population import Population


def of_unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def sphere(count: int, dims: int, seed: int = 0) -> NDArray[np.float32]:
    """Points drawn evenly from the sphere."""
    return of_unit(np.random.default_rng(seed).normal(size=(count, dims)))


def patch(places: NDArray[np.float64], dims: int = 12, size: float = 0.2) -> NDArray[np.float32]:
    """Places (n, k) near the pole of a sphere of `dims` dimensions: distances in proportion, but for a few percent."""
    rows = np.zeros((len(places), dims))
    rows[:, 0], rows[:, 1 : places.shape[1] + 1] = 1.0, size * (places - 0.5)
    return of_unit(rows)


def people(rows: NDArray[np.float32], seed: int = 0) -> Population:
    return Population.of("made", rows, seed=seed)
