"""Says which cells are underrepresented, as far as the number of personas allows to say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, fsum, lgamma, log, log1p
from types import MappingProxyType
from typing import Final, Literal

from personagraph.steering.shares import Interval, Representation, representation
from personagraph.vocabulary.cells import Cell

FACTOR: Final = 0.8
"""A cell is underrepresented when its share is below so much of what is wanted."""
RATE: Final = 0.05
"""The share of wrong ones among the cells that are flagged, on average."""
_NEGLIGIBLE: Final = 1e-17

NOT_AUDITED: Final[Mapping[Cell, Interval]] = MappingProxyType({})

Answer = Literal["under", "enough", "inconclusive", "not wanted"]


@dataclass(frozen=True, slots=True)
class Flag:
    """What is said of a cell: its representation (None when nothing is wanted of it or nobody is known), the answer.

    `p_under` and `p_enough` are the adjusted p-values of the two one-sided tests behind the answer.
    """

    representation: Representation | None
    p_under: float
    p_enough: float
    answer: Answer


def flags(
    counts: Mapping[Cell, int],
    target: Mapping[Cell, float],
    *,
    factor: float = FACTOR,
    rate: float = RATE,
    truth: Mapping[Cell, Interval] = NOT_AUDITED,
) -> dict[Cell, Flag]:
    """An answer for every cell of `counts`, in their order; what `target` does not name is not wanted.

    A cell is "under" when a share of `factor` of what is wanted or more is refuted by an exact binomial test, "enough"
    when one of that or less is, and "inconclusive" when neither is: most cells are, while personas are few. Each of the
    two answers is kept to a false discovery rate of `rate` (Benjamini and Hochberg 1995). The tests take personas for
    independent draws and their attributes for true: they tell of what makes the personas, more than of one graph.
    Where `truth` has the interval of a cell's true share, misreadings taken into account, an answer stands only if all
    of the interval lies on its side of `factor`, and else becomes "inconclusive".
    """
    total = sum(counts.values())
    asked = [cell for cell in counts if target.get(cell, 0.0) > 0]
    tails = [binomial_tails(counts[cell], total, factor * target[cell]) for cell in asked]
    under = adjusted([low for low, _ in tails])
    enough = adjusted([high for _, high in tails])
    found = {}
    for cell, low, high in zip(asked, under, enough, strict=True):
        answer: Answer = "under" if low <= rate else "enough" if high <= rate else "inconclusive"
        if cell in truth and not _borne_out(answer, truth[cell], factor * target[cell]):
            answer = "inconclusive"
        found[cell] = Flag(representation(counts[cell], total, target[cell]), low, high, answer)
    return {cell: found.get(cell, Flag(None, 1.0, 1.0, "not wanted")) for cell in counts}


def _borne_out(answer: Answer, truth: Interval, least: float) -> bool:
    """Whether all of an interval of the true share lies on the side of `least` that an answer says it is on."""
    return truth.high < least if answer == "under" else truth.low > least


def adjusted(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for their number (Benjamini and Hochberg 1995), in the same order.

    Those that are at most some rate can be called discoveries at that false discovery rate. That is proven for tests
    that are independent or depend positively; counts of cells depend slightly negatively, which does little.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    found = [1.0] * len(p_values)
    least = 1.0
    for place, number in enumerate(order):
        least = min(least, p_values[number] * len(p_values) / (len(p_values) - place))
        found[number] = least
    return found


@lru_cache(maxsize=4096)
def binomial_tails(count: int, total: int, share: float) -> tuple[float, float]:
    """P(K <= count) and P(K >= count) for K ~ Binomial(total, share); summed from the count outwards, exactly."""
    if not total or share <= 0 or share >= 1:
        sure = 0 if share <= 0 else total
        return float(count >= sure), float(count <= sure)
    at = exp(
        lgamma(total + 1)
        - lgamma(count + 1)
        - lgamma(total - count + 1)
        + count * log(share)
        + (total - count) * log1p(-share)
    )
    odds = share / (1 - share)
    if count <= total * share:
        terms, k = [at], count
        while k > 0 and terms[-1] > _NEGLIGIBLE * at:
            terms.append(terms[-1] * k / (total - k + 1) / odds)
            k -= 1
        low = min(1.0, fsum(terms))
        return low, min(1.0, 1 - low + at)
    terms, k = [at], count
    while k < total and terms[-1] > _NEGLIGIBLE * at:
        terms.append(terms[-1] * (total - k) / (k + 1) * odds)
        k += 1
    high = min(1.0, fsum(terms))
    return min(1.0, 1 - high + at), high
