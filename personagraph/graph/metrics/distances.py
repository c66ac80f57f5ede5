"""How many hops are between any two personas, whatever the direction: the six-degree question."""

from collections.abc import Mapping, Sequence
from math import log, sqrt
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.reach import Reach, reach
from personagraph.graph.snapshot import Snapshot

ALL, SAMPLES = 10_000, 1024
"""Up to so many personas everyone is a start; beyond, so many are drawn."""
SIX, LISTED = 6, 30
"""Degrees of separation; and how many distances are told one by one."""
DOUBT = 0.05


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Shares are of all ordered pairs of two different personas, also of those that nothing connects.

    `distribution` has the share at each distance up to LISTED, `farther` that beyond. `within_six_error` bounds, with
    95 % certainty, how far the share lies from that of the whole graph (empirical Bernstein-Serfling, Bardenet and
    Maillard 2015, arXiv 1309.4029); `mean` is over pairs that are connected, its error is the 95 % interval's half by
    the normal approximation of a ratio. Both are 0 when everyone was a start. `median` and `effective` are the
    distances within which half and nine tenths of the connected pairs are; `greatest` is the greatest that was seen.
    """
    n = len(snapshot)
    starts = drawn_starts(n, options)
    count, pairs = len(starts), n > 1
    found = reach(snapshot.both, starts, near=SIX)
    exact = count == n
    share = found.pairs / max(count * (n - 1), 1)
    within = found.near / max(n - 1, 1)
    values = {
        "personas": n,
        "sources": count,
        "exact": exact,
        "connected": int(found.pairs.sum()) / (count * (n - 1)) if pairs else None,
        "within_six": float(within.mean()) if pairs else None,
        "within_six_error": 0.0 if exact else _error(within, n),
        "distribution": {str(hops): float(share[hops]) for hops in range(1, min(len(share), LISTED + 1))},
        "farther": float(share[LISTED + 1 :].sum()),
    }
    return Measurement(values | _lengths(found, exact=exact))


def drawn_starts(n: int, options: MetricOptions) -> NDArray[np.int64]:
    """From which of n positions distances are seen, ascending: all of them up to ALL, else SAMPLES or `samples`."""
    count = min(n, (n if n <= ALL else SAMPLES) if options.samples is None else options.samples)
    return np.array(sorted(Random(options.seed).sample(range(n), count)), np.int64)


def _lengths(found: Reach, *, exact: bool) -> dict[str, Any]:
    """What is said of the pairs that are connected; None where none is, and for the error of a single start."""
    pairs, total = int(found.reached.sum()), int(found.total.sum())
    if not pairs:
        return {"mean": None, "mean_error": None, "median": None, "effective": None, "greatest": None}
    below, mean, count = np.cumsum(found.pairs), total / pairs, len(found.reached)
    off = found.total - mean * found.reached
    error = 1.96 * sqrt(float(off @ off) / (count - 1) * count) / pairs if count > 1 else None
    return {
        "mean": mean,
        "mean_error": 0.0 if exact else error,
        "median": int(np.searchsorted(below, pairs / 2)),
        "effective": int(np.searchsorted(below, pairs * 0.9)),
        "greatest": len(found.pairs) - 1,
    }


def _error(shares: NDArray[np.float64], n: int) -> float:
    """How far the mean of shares, drawn without repetition from n, is from that of all; 1 at most."""
    count = len(shares)
    drawn = 1 - (count - 1) / n if count <= n / 2 else (1 - count / n) * (1 + 1 / count)
    certainty = log(5 / (DOUBT / 2))
    spread = sqrt(2 * drawn * float(shares.var()) * certainty / count)
    return min(1.0, spread + (7 / 3 + 3 / sqrt(2)) * certainty / count)


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if values["within_six"] is None:
        return ["distances: there are no two personas"]
    within = f"{values['within_six']:.1%}"
    if values["exact"]:
        told = [f"{within} of all pairs are within six hops"]
    else:
        drawn = f"seen from {values['sources']:,} of {values['personas']:,} personas"
        told = [f"{within} ± {values['within_six_error']:.1%} of all pairs are within six hops ({drawn})"]
    told.append(f"{values['connected']:.1%} of all pairs are connected")
    if values["mean"] is not None:
        is_off = not values["exact"] and values["mean_error"] is not None
        error = f" ± {values['mean_error']:.2f}" if is_off else ""
        told.append(
            f"those are {values['mean']:.2f}{error} hops apart in the mean, half of them at most {values['median']},"
            f" nine tenths at most {values['effective']}; the farthest seen are {values['greatest']:,}"
        )
    told += [f"  {hops:>2} hop{'s' * (hops != '1')}  {share:7.2%}" for hops, share in values["distribution"].items()]
    return [*told, *([f"  farther  {values['farther']:7.2%}"] if values["farther"] else [])]


METRIC = Metric(_measure, _lines, "hops between any two, and how many are within six")
