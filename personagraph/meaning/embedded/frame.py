"""By what populations are measured so that their figures can be compared: a projection, its cube, a radius, a cosine.

The six measures and the calibration by a Sobol set are those of "Persona Generators" (arXiv 2602.03545), which has them
on answers to questionnaires; vectors of descriptions say less.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.population import Population

AXES = 5
PERCENTILES = (1.0, 99.0)
"""The reference's, along each axis: what lies between them is the cube."""
COVERED = 0.99
"""The share of the cube that as many points as the reference has cover when they are spread evenly."""
ALIKE = 0.8
"""The cosine from which on two descriptions are one voice, unless the caller says otherwise."""
PROBES = 16_384
FITTED = 65_536
"""So many rows, at most, are looked at to find the axes."""
_FLAT = 1e-5
"""A spread along an axis that rounding explains."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What a reference population sets.

    `axes` (k, dims) are its first principal axes, at most AXES and fewer where it does not spread in so many, through
    `centre` (dims,); `low` and `high` (k,) are PERCENTILES of it along each. `explained` is the share of its variance
    in them. `radius`, in sides of the cube, is that around each of `of` points of a Sobol set at which they cover
    COVERED of the cube; 0 without axes. `alike` is the cosine of one voice. `seed` draws the probes.
    """

    name: str
    centre: NDArray[np.float64]
    axes: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    explained: float
    radius: float
    alike: float
    of: int
    seed: int

    def placed(self, people: Population) -> NDArray[np.float64]:
        """Where each row (n, k) lies, in sides of the cube, which is from 0 to 1 along each axis; some lie outside.

        Raises ValueError for another embedding space.
        """
        if people.name != self.name:
            raise ValueError(f"vectors of {people.name} cannot be measured by those of {self.name}")
        along = people.rows @ self.axes.T.astype(np.float32) - self.axes @ self.centre
        places: NDArray[np.float64] = (along - self.low) / (self.high - self.low)
        return places

    def in_cube(self, people: Population) -> NDArray[np.float64]:
        """The same, with what lies outside of the cube moved to its nearest face."""
        return np.clip(self.placed(people), 0.0, 1.0)

    def probes(self) -> NDArray[np.float64]:
        """PROBES points (PROBES, k) drawn evenly from the cube: always the same."""
        return np.random.default_rng(self.seed).random((PROBES, len(self.axes)))

    def told(self) -> str:
        """What it is, in words."""
        return (
            f"the first {len(self.axes)} principal axes of {self.of:,} vectors by {self.name} ({self.explained:.0%} of "
            f"their variance), each from the {PERCENTILES[0]:g}st to the {PERCENTILES[1]:g}th percentile"
        )


def frame_of(people: Population, *, alike: float = ALIKE) -> Frame:
    """The frame that a reference population sets; without axes where it has fewer than three rows, or all are alike."""
    dims = people.rows.shape[1]
    centre, spreads, axes = principal(people) if len(people) > 2 else (np.zeros(dims), np.zeros(0), np.zeros((0, dims)))
    kept = axes[:AXES][np.sqrt(spreads[:AXES]) > _FLAT]
    along = people.rows @ kept.T.astype(np.float32) - kept @ centre
    low, high = np.percentile(along, PERCENTILES, axis=0) if len(kept) else (np.zeros(0), np.zeros(0))
    wide = high - low > _FLAT
    kept, low, high = kept[wide], low[wide], high[wide]
    explained = float(spreads[: len(kept)].sum() / spreads.sum()) if len(kept) else 0.0
    radius = _radius(len(people), len(kept), people.seed) if len(kept) else 0.0
    return Frame(people.name, centre, kept, low, high, explained, radius, alike, len(people), people.seed)


def principal(people: Population) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The centre (dims,), the variances and the principal axes (dims, dims), widest first; of FITTED rows, or all.

    The largest number of each axis is positive, so that it does not turn round from one machine to another.
    """
    rows = people.drawn(FITTED).rows
    centre = rows.mean(axis=0, dtype=np.float64)
    around = np.zeros((len(centre), len(centre)))
    for at in range(0, len(rows), 4096):
        some = rows[at : at + 4096] - centre.astype(np.float32)
        around += some.T @ some
    variances, vectors = np.linalg.eigh(around / len(rows))
    axes = vectors.T[::-1]
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    return centre, np.maximum(variances[::-1], 0.0), axes * signs[:, None]


def even(count: int, dims: int) -> NDArray[np.float64]:
    """The first points (count, dims) of the Sobol sequence, without scrambling."""
    from scipy.stats import qmc

    points: NDArray[np.float64] = qmc.Sobol(dims, scramble=False).random_base2(max(0, (count - 1).bit_length()))
    return points[:count]


def _radius(count: int, dims: int, seed: int) -> float:
    from scipy.spatial import cKDTree

    probes = np.random.default_rng(seed).random((PROBES, dims))
    return float(np.quantile(cKDTree(even(count, dims)).query(probes)[0], COVERED))
