"""How far shares lie from those that are wanted, and how far those of a perfect sample would."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p, log2, sqrt

import numpy as np

_DEVIATIONS, _LEAST = 10, 60
"""How far from the mode counts are looked at: so many standard deviations, and as many more where there are few. What
lies beyond has a probability below 1e-17."""


def js_divergence(counts: Iterable[float], target: Iterable[float]) -> float:
    """The Jensen-Shannon divergence, in bits (0 to 1), of counts from shares that add up to 1, cell by cell.

    Raises ValueError where one has more cells than the other, or all counts are 0.
    """
    found = list(counts)
    if not (total := fsum(found)):
        raise ValueError("there is nobody whose shares could be compared")
    return max(0.0, fsum(_js_term(count / total, q) for count, q in zip(found, target, strict=True)))


def expected_js(n: int, target: Iterable[float]) -> float:
    """The mean Jensen-Shannon divergence, in bits, between `target` and the shares of `n` >= 1 draws from it.

    Exact, no simulation: the divergence is a sum over cells, and a cell's count is binomial whatever the others are.
    """
    return fsum(_expected_term(n, q) * times for q, times in Counter(target).items() if q > 0)


@lru_cache(maxsize=4096)
def _expected_term(n: int, q: float) -> float:
    """The mean of `_js_term(K / n, q)` over K ~ Binomial(n, q), summed to both sides of the mode."""
    if q >= 1:
        return 0.0
    mode, reach = min(n, int((n + 1) * q)), int(_DEVIATIONS * sqrt(n * q * (1 - q))) + _LEAST
    log_peak = lgamma(n + 1) - lgamma(mode + 1) - lgamma(n - mode + 1) + mode * log(q) + (n - mode) * log1p(-q)
    above, below = np.arange(mode, min(n, mode + reach)), np.arange(mode, max(0, mode - reach), -1)
    odds = q / (1 - q)
    counts = np.concatenate([below[::-1] - 1, [mode], above + 1])
    falling, rising = np.cumprod(below / (n - below + 1) / odds), np.cumprod((n - above) / (above + 1) * odds)
    probability = exp(log_peak) * np.concatenate([falling[::-1], [1.0], rising])
    p = counts / n
    middle = (p + q) / 2
    # What nobody is in adds nothing for its p.
    terms = p * np.log2(np.where(p > 0, p, middle) / middle) + q * np.log2(q / middle)
    return float(probability @ terms) / 2


def _js_term(p: float, q: float) -> float:
    """What one cell of shares `p` and `q` adds to the Jensen-Shannon divergence in bits."""
    middle = (p + q) / 2
    return (p * log2(p / middle) if p else 0.0) / 2 + (q * log2(q / middle) if q else 0.0) / 2
