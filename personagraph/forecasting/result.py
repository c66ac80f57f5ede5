"""The forecast of a run: what it would take and bring, each as a range with the mean of all courses."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from personagraph.cells import Cell
from personagraph.coverage import LEVELS
from personagraph.forecasting.course import Courses, Limits, Start, take
from personagraph.forecasting.evidence import Asked, Evidence, Seen
from personagraph.forecasting.filling import Filling
from personagraph.forecasting.rates import Rates, draw_rates, weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 1000
INTERVAL = (0.05, 0.95)
"""A range goes from this quantile of the courses to that."""
NOTHING = Evidence([Seen((1, 0, 0), asked=Asked(4, 1, 1))])
"""Stands in where there is nothing to ask, and so nothing to be seen."""
TIME_SPREAD = 0.15
"""How far the seconds of a call lie apart from one run to the next (a standard deviation of logs)."""


@dataclass(frozen=True, slots=True)
class Range:
    """Nine courses in ten lie from `low` to `high`; `expected` is their mean."""

    low: float
    expected: float
    high: float

    def to_json(self) -> dict[str, float]:
        """The three numbers; whole ones as such."""
        return {name: int(n) if n.is_integer() else round(n, 6) for name, n in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class CoverageForecast:
    """How many of `cells` on the axes hold at least 1, 5, 20 personas: now, and behind the run."""

    axes: tuple[str, ...]
    cells: int
    now: Mapping[int, int]
    then: Mapping[int, Range]


@dataclass(frozen=True, slots=True)
class Question:
    """The run that is asked about.

    `items` is how many a reply can let in; whoever is new is asked `repeats` times, unless at depth `hops`. `cost` is
    that of (prompt, completion, cached) tokens in USD, None for a price that nobody knows; `worst` the most that one
    request can cost. `longest` is how many tokens a reply can have. `pace` are replies a second as history has them,
    `concurrency` what the user asks for. `exact`: the rehearsed world itself is to be asked. `samples`: what is let in
    are samples. `cells` are the personas in each cell now, None when nobody enters; `nameable`, `wished` are of hints.
    """

    limits: Limits
    items: int = 1
    repeats: int = 1
    hops: int = 0
    cost: Callable[[int, int, int], float] | None = None
    worst: float | None = None
    longest: int = 0
    pace: float | None = None
    concurrency: int | None = None
    exact: bool = False
    samples: bool = False
    axes: tuple[str, ...] = ()
    valid: Collection[Cell] = ()
    cells: Mapping[Cell, int] | None = None
    nameable: Collection[Cell] | None = None
    wished: Mapping[Cell, int] | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would take and bring from now on.

    `calls` are steps, as `--max-calls` counts them; tokens are of all requests, those that are asked again included.
    `cost_usd` is None when the price is unknown, `seconds` when history does not know the pace. `worst_case_usd` is
    the cost if each of the calls at the high end were asked twice, with every prompt and reply as long as it can be.
    """

    command: str
    model: str
    calls: Range
    prompt_tokens: Range
    completion_tokens: Range
    cost_usd: Range | None
    worst_case_usd: float | None
    seconds: Range | None
    new: Range
    merged: Range
    samples: Range
    rejected: Range
    dead_letters: Range
    coverage: CoverageForecast | None
    interval: tuple[float, float]
    draws: int
    simulated_runs: int
    simulated_calls: int
    history_calls: int
    history_weight: float
    reused_calls: int
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape that `--dry-run --json` prints."""
        data = {"dry_run": True, **{f.name: getattr(self, f.name) for f in fields(self)}}
        plain = {name: value.to_json() if isinstance(value, Range) else value for name, value in data.items()}
        if self.coverage:
            then = {str(level): range.to_json() for level, range in self.coverage.then.items()}
            now = {str(level): count for level, count in self.coverage.now.items()}
            plain["coverage"] = {"axes": self.coverage.axes, "cells": self.coverage.cells, "now": now, "forecast": then}
        return plain


def forecast(
    command: str,
    model: str,
    question: Question,
    start: Start,
    rehearsed: Evidence,
    history: Evidence,
    *,
    simulated_runs: int,
    seed: int = 0,
    notes: Sequence[str] = (),
) -> Forecast:
    """Draw rates, let the run take its course under each, and sum up; the same for the same values and seed."""
    import numpy as np

    q, rng = question, np.random.default_rng(seed)
    shown = next((some for some in (rehearsed, history) if some.asked), NOTHING)
    rates = draw_rates(shown, history, rng, draws=DRAWS, exact=q.exact, longest=q.longest)
    price = _of_a_token(q, rates)
    cost = None if price is None else (1 + rates.again) * (rates.prompt * price[0] + rates.completion * price[1])
    filling = _filling(q, shown, history, rng)
    free = np.zeros(DRAWS) if cost is None else cost
    courses = take(
        start, rates, q.limits, rng, items=q.items, repeats=q.repeats, hops=q.hops, cost=free, filling=filling
    )
    again, prompts, completions = _used(courses, start, rates, q, rng)
    merged = 0 if q.samples else courses.let_in - courses.new
    spent = None if price is None else prompts * price[0] + completions * price[1]
    if spent is not None and q.limits.cost is not None:
        spent = np.minimum(spent, q.limits.cost)
    calls = _range(courses.calls)
    worst = None if q.worst is None else 2 * (calls.high - start.calls) * q.worst
    if worst is not None and q.limits.cost is not None:
        worst = min(worst, q.limits.cost)
    return Forecast(
        command=command,
        model=model,
        calls=calls,
        prompt_tokens=_range(prompts),
        completion_tokens=_range(completions),
        cost_usd=None if spent is None else _range(spent),
        worst_case_usd=worst,
        seconds=_seconds(courses.calls - start.calls + again, q, history, rng),
        new=_range(courses.new * (not q.samples)),
        merged=_range(merged + np.zeros(DRAWS)),
        samples=_range(courses.let_in * q.samples),
        rejected=_range(courses.rejected),
        dead_letters=_range(courses.dead),
        coverage=_coverage(q, filling),
        interval=INTERVAL,
        draws=DRAWS,
        simulated_runs=simulated_runs,
        simulated_calls=len(rehearsed),
        history_calls=len(history),
        history_weight=round(weight(history), 3),
        reused_calls=start.calls,
        notes=tuple(notes),
    )


def _used(
    courses: Courses, start: Start, rates: Rates, question: Question, rng: "np.random.Generator"
) -> "tuple[Floats, Floats, Floats]":
    """Replies asked for once more, prompt tokens and completion tokens, in each course."""
    import numpy as np

    calls = courses.calls - start.calls
    again = np.maximum(rng.binomial(calls, rates.again), courses.dead - start.dead)
    requests, noise = calls + again, rng.normal(size=(2, DRAWS))
    completions = requests * rates.completion + noise[0] * rates.completion_spread * requests**0.5
    most = requests * question.longest if question.longest else np.inf
    prompts = requests * rates.prompt + again * rates.completion + noise[1] * rates.prompt_spread * requests**0.5
    return again, np.maximum(prompts, 0), np.clip(completions, 0, most)


def _of_a_token(question: Question, rates: Rates) -> tuple[float, float] | None:
    """What a token of a prompt and of a completion costs, in USD."""
    if question.cost is None:
        return None
    many = 1_000_000
    return question.cost(many, 0, round(rates.cached * many)) / many, question.cost(0, many, 0) / many


def _seconds(requests: "Floats", question: Question, history: Evidence, rng: "np.random.Generator") -> Range | None:
    """By the pace of history, or its seconds a call where another concurrency is asked for than history had.

    Whether a server bears more calls in flight than it had is not known: the low end is for one that does.
    """
    import numpy as np

    waited = [asked.seconds for asked in history.asked if asked.seconds > 0]
    if question.pace is None or not waited:
        return None
    a_call = float(np.mean(waited))
    before = max(1.0, question.pace * a_call)
    wanted = question.concurrency or before
    open = np.exp(rng.uniform(np.log(min(before, wanted)), np.log(wanted), size=DRAWS))
    return _range(requests * a_call / open * np.exp(rng.normal(0, TIME_SPREAD, size=DRAWS)))


def _filling(question: Question, rehearsed: Evidence, history: Evidence, rng: "np.random.Generator") -> Filling | None:
    if question.cells is None:
        return None
    return Filling(
        question.axes,
        question.cells,
        rehearsed,
        history,
        rng,
        draws=DRAWS,
        exact=question.exact,
        nameable=question.nameable,
        wished=question.wished,
    )


def _coverage(question: Question, filling: Filling | None) -> CoverageForecast | None:
    if filling is None or question.cells is None:
        return None
    held = [question.cells.get(cell, 0) for cell in question.valid]
    now = {level: sum(count >= level for count in held) for level in LEVELS}
    then = {level: _range(filling.covered(question.valid, level)) for level in LEVELS}
    return CoverageForecast(question.axes, len(question.valid), now, then)


def _range(values: "np.ndarray[Any, Any]") -> Range:
    import numpy as np

    low, high = (float(value) for value in np.quantile(values, INTERVAL, method="inverted_cdf"))
    return Range(low, min(max(float(values.mean()), low), high), high)
