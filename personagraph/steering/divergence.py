"""How far shares lie from those that are wanted, and how far those of a perfect sample would."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p, log2

_NEGLIGIBLE = 1e-17


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
    """The mean of `_js_term(K / n, q)` over K ~ Binomial(n, q), summed outwards from the mode."""
    if q >= 1:
        return 0.0
    mode = min(n, int((n + 1) * q))
    log_peak = lgamma(n + 1) - lgamma(mode + 1) - lgamma(n - mode + 1) + mode * log(q) + (n - mode) * log1p(-q)
    terms = [exp(log_peak) * _js_term(mode / n, q)]
    odds = q / (1 - q)
    probability, k = exp(log_peak), mode
    while k < n and probability > _NEGLIGIBLE:
        probability *= (n - k) / (k + 1) * odds
        k += 1
        terms.append(probability * _js_term(k / n, q))
    probability, k = exp(log_peak), mode
    while k > 0 and probability > _NEGLIGIBLE:
        probability *= k / (n - k + 1) / odds
        k -= 1
        terms.append(probability * _js_term(k / n, q))
    return fsum(terms)


def _js_term(p: float, q: float) -> float:
    """What one cell of shares `p` and `q` adds to the Jensen-Shannon divergence in bits."""
    middle = (p + q) / 2
    return (p * log2(p / middle) if p else 0.0) / 2 + (q * log2(q / middle) if q else 0.0) / 2
