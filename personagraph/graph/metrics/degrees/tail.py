"""The tail of a distribution of degrees: a power law by maximum likelihood, and a log-normal to compare with.

Clauset, Shalizi and Newman, Power-law distributions in empirical data, arXiv:0706.1062.
"""

from collections.abc import Callable
from math import erfc, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]

_LEAST = 50
"""A tail has at least so many values: of fewer, an exponent says nothing (section 3 of the paper)."""
_MOST_STARTS = 256
_EXPONENTS = (1.01, 20.0)
_DOUBT = 0.1
"""Up to this p neither law is told to fit better, as in section 6 of the paper."""


def fitted(degrees: Degrees, counts: Degrees) -> dict[str, Any] | None:
    """The tail of these different degrees (ascending), each of so many personas; None if there is none to fit.

    `from` is the start at which the power law is nearest to the data (`ks`); `exponent` is the discrete maximum
    likelihood estimate there, with its standard error. `better` says which law the likelihood ratio prefers (Vuong's
    test, two-sided p), "neither" above p = .1. At most 256 starts are tried, spread over the different degrees.
    """
    above = counts[::-1].cumsum()[::-1]
    starts = np.flatnonzero((degrees > 0) & (above >= _LEAST))
    starts = starts[starts < len(degrees) - 1]
    if not len(starts):
        return None
    starts = starts[np.unique(np.linspace(0, len(starts) - 1, min(len(starts), _MOST_STARTS)).astype(int))]
    exponents = _exponents(degrees, counts, starts)
    gaps = [_ks(degrees[at:], counts[at:], float(a)) for at, a in zip(starts, exponents, strict=True)]
    best = int(np.argmin(gaps))
    at, exponent = int(starts[best]), float(exponents[best])
    tail, weights = degrees[at:], counts[at:]
    told = {"from": int(tail[0]), "personas": int(weights.sum()), "exponent": exponent, "ks": float(gaps[best])}
    error = _exponent_error(exponent, int(tail[0]), int(weights.sum()))
    return {**told, "exponent_error": error, **_compared(tail, weights, exponent)}


def hurwitz(s: Floats, q: Floats) -> Floats:
    """The sum of (q + k) ** -s for k = 0, 1, …, for s > 1 and q > 0 (Euler and Maclaurin, to about 1e-12)."""
    s, q = np.broadcast_arrays(np.asarray(s, float), np.asarray(q, float))
    terms = 12
    total = sum((q + k) ** -s for k in range(terms))
    end = q + terms
    total = total + end ** (1 - s) / (s - 1) + 0.5 * end**-s
    # Bernoulli numbers by their factorials: B2/2!, B4/4!, B6/6!, B8/8!.
    factor = s * end ** (-s - 1)
    for order, weight in enumerate((1 / 12, -1 / 720, 1 / 30240, -1 / 1209600)):
        total = total + weight * factor
        factor = factor * (s + 2 * order + 1) * (s + 2 * order + 2) / end**2
    return np.asarray(total)


def _exponents(degrees: Degrees, counts: Degrees, starts: NDArray[np.int64]) -> Floats:
    """The exponent of greatest likelihood for the tail from each start (golden section, all at once)."""
    logs = np.where(degrees > 0, counts * np.log(np.maximum(degrees, 1)), 0.0)
    mean = (logs[::-1].cumsum()[::-1] / counts[::-1].cumsum()[::-1])[starts]
    first = degrees[starts].astype(float)

    def cost(s: Floats) -> Floats:
        # Scaled by the first degree, so that no power underflows.
        return np.asarray(np.log(hurwitz(s, first)) + s * mean)

    low, high = (np.full(len(starts), edge) for edge in _EXPONENTS)
    golden = (sqrt(5) - 1) / 2
    for _ in range(60):
        left, right = high - golden * (high - low), low + golden * (high - low)
        lower = cost(left) < cost(right)
        high, low = np.where(lower, right, high), np.where(lower, low, left)
    return np.asarray((low + high) / 2)


def _exponent_error(exponent: float, first: int, count: int) -> float:
    """One over the square root of the observed information (the second derivative of ln zeta)."""
    step = 1e-3
    at = np.log(hurwitz(np.array([exponent - step, exponent, exponent + step]), np.array(float(first))))
    curvature = float(at[0] - 2 * at[1] + at[2]) / step**2
    return 1 / sqrt(count * curvature) if curvature > 0 else 0.0


def _ks(tail: Degrees, counts: Degrees, exponent: float) -> float:
    """The largest distance between the distribution of the tail and that of the law."""
    whole = hurwitz(np.array(exponent), np.array(float(tail[0])))
    law = 1 - hurwitz(np.array(exponent), tail + 1.0) / whole
    data = counts.cumsum() / counts.sum()
    before = np.concatenate([[0.0], data[:-1]])
    # Between two degrees that occur the law grows on, so that its value just before the next one counts, too.
    just_before = 1 - hurwitz(np.array(exponent), tail.astype(float)) / whole
    return float(max(np.abs(law - data).max(), np.abs(just_before - before).max()))


def _compared(tail: Degrees, counts: Degrees, exponent: float) -> dict[str, Any]:
    """Vuong's test of the power law against the log-normal of greatest likelihood, both from the same start."""
    power = -exponent * np.log(tail) - np.log(float(hurwitz(np.array(exponent), np.array(float(tail[0])))))

    def cost(place: float, width: float) -> float:
        return -float(counts @ _log_normal(tail, place, width))

    logs = np.log(tail)
    mean = float(counts @ logs) / int(counts.sum())
    spread = sqrt(max(float(counts @ (logs - mean) ** 2) / int(counts.sum()), 1e-4))
    place, width = _lowest(cost, mean, spread)
    ratios = power - _log_normal(tail, place, width)
    count = int(counts.sum())
    average = float(counts @ ratios) / count
    deviation = sqrt(float(counts @ (ratios - average) ** 2) / count)
    z = average * sqrt(count) / deviation if deviation else 0.0
    p = erfc(abs(z) / sqrt(2))
    better = "neither" if p > _DOUBT else "power law" if z > 0 else "log-normal"
    return {"better": better, "p": p, "log_normal": {"mu": place, "sigma": width}}


def _log_normal(tail: Degrees, place: float, width: float) -> Floats:
    """The log of the probability of each degree, given that it is in the tail: the log-normal between its halves."""

    def above(edge: Floats) -> Floats:
        return np.array([erfc(x) for x in ((np.log(edge) - place) / (width * sqrt(2))).tolist()]) / 2

    first = float(above(np.array([tail[0] - 0.5]))[0])
    mass = above(tail - 0.5) - above(tail + 0.5)
    return np.log(np.maximum(mass, 1e-300)) - log(max(first, 1e-300))


def _lowest(cost: Callable[[float, float], float], place: float, width: float) -> tuple[float, float]:
    """Where the cost is lowest: steps to whichever neighbour is lower, which are halved where none is."""
    best, step = cost(place, width), 1.0
    low = log(1e-9)
    for _ in range(400):
        tries = [(place + a * step, width * 2 ** (b * step)) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
        found = [(cost(*each), each) for each in tries if each[0] > low and 0.01 < each[1] < 20]
        if found and min(found)[0] < best:
            best, (place, width) = min(found)
        elif step < 1e-4:
            break
        else:
            step /= 2
    return place, width
