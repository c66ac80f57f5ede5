"""What is believed of a model's rates: the simulated world's figures, corrected by what earlier runs saw.

Every rate is drawn `draws` times from a posterior. The rehearsal's figures are its prior, and count as so many
observations (`PRIOR_STEPS`, …): with n steps of history, history has the weight n / (n + PRIOR_STEPS). They count in
full where the simulated world itself is to be asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

from personagraph.forecasting.evidence import DEAD, Asked, Evidence, Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PRIOR_STEPS = 10.0
"""As many steps of history outweigh the rehearsal in what becomes of a reply."""
PRIOR_DEAD, PRIOR_AGAIN = 0.005, 0.02
"""A real model's share of dead letters, and of replies that are asked for once more, before anything is seen of it. Any
simulated reply fits its schema."""
PRIOR_REJECTED = 0.1
"""So much more often than a simulated item is one of a real model turned down, before anything is seen of it: of a
small model's, a fifth was, of the simulated world's a tenth."""
PRIOR_MERGES = 2.0
"""As many merges of history outweigh the rehearsal in how often a model repeats itself."""
WORLD_MERGES = 0.025
"""The share of merges at a thousand generated personas that a rehearsal without a merge is judged by."""
GROWS, GROWS_BY = 0.66, 0.15
"""Merges grow with the graph by this power of its size (what the simulated world does), give or take this much."""
MOST_MERGES = 0.98
TOKENS_A_CHARACTER, SPREAD = 0.25, 0.18
"""English has about four characters a token; tokenizers differ by this (a standard deviation of logs)."""
LONGER, REPLY_SPREAD = 1.15, 0.35
"""Replies of real models are a little longer than the simulated world's, give or take much."""
DRIFT = 0.02
"""How far the mean tokens of a call lie apart from one run to the next, as other egos are asked."""


@dataclass(frozen=True, slots=True)
class Rates:
    """One row or number a draw. `kinds` are the columns of `shares`; tokens are means a request, with their spreads."""

    kinds: tuple[Kind, ...]
    shares: "Floats"
    again: "Floats"
    merges: "Floats"
    growth: "Floats"
    reference: float
    """The size of the graph at which `merges` holds."""
    prompt: "Floats"
    prompt_spread: float
    completion: "Floats"
    completion_spread: float
    cached: float
    """The share of a prompt's tokens that the server has in its cache."""

    def merging(self, size: "NDArray[Any]") -> "Floats":
        """The share of those let in that are merged, at this size of the graph in each draw."""
        import numpy as np

        merging: Floats = np.minimum(MOST_MERGES, self.merges * (np.maximum(size, 1) / self.reference) ** self.growth)
        return merging


def draw_rates(
    rehearsed: Evidence, history: Evidence, rng: "np.random.Generator", *, draws: int, exact: bool, longest: int
) -> Rates:
    """Rates as rehearsal and history have them; `exact` when the rehearsed world is the one to be asked.

    `longest` is how many tokens a reply may have at most.
    """
    kinds, shares = _shares(rehearsed, history, rng, draws=draws, exact=exact)
    merges, growth, reference = _merges(rehearsed, history, rng, draws=draws, exact=exact)
    prompt, prompt_spread = _prompt_tokens(rehearsed.asked, history.asked, rng, draws=draws, exact=exact)
    completion, spread = _completion_tokens(rehearsed.asked, history.asked, rng, draws=draws, exact=exact)
    return Rates(
        kinds=kinds,
        shares=shares,
        again=_again(rehearsed, history, rng, draws=draws, exact=exact),
        merges=merges,
        growth=growth,
        reference=reference,
        prompt=prompt,
        prompt_spread=prompt_spread,
        completion=completion.clip(1, longest or None),
        completion_spread=spread,
        cached=sum(a.cached_tokens for a in history.asked) / max(1, sum(a.prompt_tokens for a in history.asked)),
    )


def weight(history: Evidence) -> float:
    """How far history outweighs the rehearsal in what becomes of a reply: from 0 to 1."""
    return len(history) / (len(history) + PRIOR_STEPS)


def _shares(
    rehearsed: Evidence, history: Evidence, rng: "np.random.Generator", *, draws: int, exact: bool
) -> "tuple[tuple[Kind, ...], Floats]":
    """How often a step is of each kind: a Dirichlet posterior."""
    import numpy as np

    steps, seen = max(1, len(rehearsed)), history.kinds
    known = {kind: count / steps for kind, count in rehearsed.kinds.items()}
    known = known if exact else _as_real(known)
    kinds = tuple(sorted({*known, *seen, DEAD}))
    prior = np.array([known.get(kind, 0.0) for kind in kinds])
    strength = float(steps) if exact else PRIOR_STEPS
    alpha = prior * strength + np.array([seen[kind] for kind in kinds])
    return kinds, rng.dirichlet(np.maximum(alpha, 1e-3), size=draws)


def _as_real(shares: Mapping[Kind, float]) -> dict[Kind, float]:
    """The shares of a simulated world's kinds, as far as they hold for a real model: more is turned down, some dead."""
    real = {DEAD: PRIOR_DEAD}
    for kind, share in shares.items():
        let_in, rejected, dead = kind
        worse = PRIOR_REJECTED if let_in else 0.0
        for one, part in ((kind, 1 - worse), ((let_in - 1, rejected + 1, dead), worse)):
            if part:
                real[one] = real.get(one, 0.0) + share * part * (1 - PRIOR_DEAD)
    return real


def _again(rehearsed: Evidence, history: Evidence, rng: "np.random.Generator", *, draws: int, exact: bool) -> "Floats":
    before, steps = (rehearsed.again, len(rehearsed)) if exact else (PRIOR_AGAIN * PRIOR_STEPS, PRIOR_STEPS)
    more = before + history.again
    return rng.beta(max(more, 1e-3), max(steps + len(history) - more, 1e-3), size=draws)


def _merges(
    rehearsed: Evidence, history: Evidence, rng: "np.random.Generator", *, draws: int, exact: bool
) -> "tuple[Floats, Floats, float]":
    """The share of merges at a reference size, how it grows, and that size: a gamma posterior."""
    made, exposed, _ = _exposure(rehearsed, 1000.0)
    prior = (made + 1) / (exposed + 1 / WORLD_MERGES)
    shape = made + 1 if exact else PRIOR_MERGES
    seen, met, _ = _exposure(history, 1000.0)
    at_thousand = rng.gamma(shape + seen, 1 / (shape / prior + met), size=draws)
    reference = _exposure(history if history.entries else rehearsed, 1000.0)[2]
    growth = rng.normal(GROWS, GROWS_BY, size=draws).clip(0.1, 1.3)
    return at_thousand * (reference / 1000.0) ** GROWS, growth, reference


def _exposure(evidence: Evidence, unit: float) -> tuple[int, float, float]:
    """How many were merged, how many would be at a share of 1 at size `unit`, and the mean size."""
    entries = evidence.entries
    met = sum(let_in * (max(size, 1) / unit) ** GROWS for size, let_in, _ in entries)
    sizes = sum(max(size, 1) for size, _, _ in entries)
    return sum(merged for _, _, merged in entries), met, sizes / len(entries) if entries else unit


def _prompt_tokens(
    rehearsed: Sequence[Asked], history: Sequence[Asked], rng: "np.random.Generator", *, draws: int, exact: bool
) -> "tuple[Floats, float]":
    """Mean tokens of a prompt: the rehearsed prompts' characters times the tokens a character of the model."""
    import numpy as np

    lengths = np.array([a.characters for a in rehearsed], dtype=float)
    told = [a for a in history if a.characters]
    ratios = np.array([a.prompt_tokens / a.characters for a in told])
    prior = sum(a.prompt_tokens for a in rehearsed) / max(1.0, lengths.sum()) if exact else TOKENS_A_CHARACTER
    centre, spread = _combined(prior, 0.002 if exact else SPREAD, ratios)
    a_character = np.exp(rng.normal(log(centre), spread, size=draws))
    means = lengths.mean() + rng.normal(0, lengths.std() / len(lengths) ** 0.5, size=draws)
    noise = float(ratios.std() * lengths.mean()) if len(ratios) > 1 else 0.0
    return np.maximum(1, means * a_character), float(np.hypot(lengths.std() * centre, noise))


def _completion_tokens(
    rehearsed: Sequence[Asked], history: Sequence[Asked], rng: "np.random.Generator", *, draws: int, exact: bool
) -> "tuple[Floats, float]":
    """Mean tokens of a reply."""
    import numpy as np

    said = np.array([a.completion_tokens for a in rehearsed], dtype=float)
    seen = np.array([a.completion_tokens for a in history], dtype=float)
    own = said.std() / max(1.0, said.mean()) / len(said) ** 0.5
    longer, known = (1.0, own) if exact else (LONGER, REPLY_SPREAD)
    centre, spread = _combined(max(1.0, said.mean()) * longer, known, seen, drift=0.0 if exact else DRIFT)
    return np.exp(rng.normal(log(centre), spread, size=draws)), float((seen if len(seen) > 9 else said).std())


def _combined(prior: float, spread: float, seen: "Floats", *, drift: float = DRIFT) -> tuple[float, float]:
    """A positive mean and its relative error: the prior's and the observations', weighted by their precisions."""
    if not len(seen) or seen.mean() <= 0:
        return prior, spread
    error = (max(float(seen.std() / seen.mean()), 0.05) ** 2 / len(seen) + drift**2) ** 0.5
    ours, theirs = spread**-2 if spread else 1e12, error**-2
    centre = exp((log(prior) * ours + log(float(seen.mean())) * theirs) / (ours + theirs))
    return centre, (ours + theirs) ** -0.5
