"""The forecast of a run: what it would take and bring, as ranges, from what one of its calls takes and brings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil, floor, inf
from typing import Any, NamedTuple

ENDLESS = 10**9
"""So many calls stand for a run whose end is out of sight."""


class Range(NamedTuple):
    """From `low` to `high`, around what is expected."""

    low: float
    expected: float
    high: float

    def to_json(self) -> dict[str, float]:
        """The three numbers; whole ones as such."""
        return {name: int(n) if float(n).is_integer() else round(n, 6) for name, n in self._asdict().items()}

    def times(self, factor: "float | Range") -> "Range":
        """The product with a number, or end by end with a range."""
        factors = factor if isinstance(factor, Range) else [factor] * 3
        return Range(*(n * by for n, by in zip(self, factors, strict=True)))


@dataclass(frozen=True, slots=True)
class CallRates:
    """What one call brings (personas or samples) and takes. `cost` is in USD, None when the price is not known.

    `seconds` are those of the run, not of the call: with ten in flight, a tenth. None when nobody knows. `worst` is the
    most that a call can cost, which must be left of a limit before one is sent.
    """

    brought: Range
    prompt_tokens: Range
    completion_tokens: Range
    cost: Range | None = None
    seconds: Range | None = None
    worst: float = 0.0


@dataclass(frozen=True, slots=True)
class LimitsLeft:
    """How many more calls and new personas there may be, and what they may cost in USD."""

    calls: float = inf
    personas: float = inf
    cost: float = inf


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would take and bring from now on.

    `calls` are steps, as `--max-calls` counts them; `reused_calls` of them have a reply in the ledger, and take no
    tokens. `cost_usd` is None when the price is not known, `seconds` when no reply was seen yet. `notes` say what the
    figures rest on, the last `history_calls` replies to such prompts among it.
    """

    command: str
    model: str
    calls: Range
    prompt_tokens: Range
    completion_tokens: Range
    cost_usd: Range | None
    seconds: Range | None
    new: Range
    samples: Range
    history_calls: int
    reused_calls: int
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape that `--dry-run --json` prints."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"dry_run": True} | {n: v.to_json() if isinstance(v, Range) else v for n, v in found.items()}


def forecast(
    command: str,
    model: str,
    work: Callable[[float], float],
    rates: CallRates,
    limits: LimitsLeft,
    *,
    history_calls: int = 0,
    reused_calls: int = 0,
    notes: tuple[str, ...] = (),
) -> Forecast:
    """Multiply what a call takes and brings by how many there are: as many as there is work for, within the limits.

    `work` says how many calls there would be without limits, if each brought so many personas.
    """
    nothing = Range(0, 0, 0)
    costs = rates.cost or nothing
    wanted = [min(work(brings), limits.calls, ENDLESS) for brings in rates.brought]
    # A limit is reached the soonest with what brings or costs the most: there is the low end of the calls.
    filled = [limits.personas / brings if brings else inf for brings in reversed(rates.brought)]
    spendable = limits.cost if limits.cost >= rates.worst else 0.0
    paid = [reused_calls + _payable(spendable, cost, rates.worst) for cost in reversed(costs)]
    calls = _whole(*map(min, wanted, filled, paid))
    brought = _whole(*(min(n * b, limits.personas) for n, b in zip(map(min, wanted, paid), rates.brought, strict=True)))
    spent = (max(0, n - reused_calls) * cost for n, cost in zip(map(min, wanted, filled), costs, strict=True))
    sent = Range(*(max(0, n - reused_calls) for n in calls))
    return Forecast(
        command=command,
        model=model,
        calls=calls,
        prompt_tokens=_whole(*rates.prompt_tokens.times(sent)),
        completion_tokens=_whole(*rates.completion_tokens.times(sent)),
        cost_usd=rates.cost and Range(*(min(spendable, cost) for cost in spent)),
        seconds=rates.seconds and rates.seconds.times(sent),
        new=nothing if command == "synthesize" else brought,
        samples=brought if command == "synthesize" else nothing,
        history_calls=history_calls,
        reused_calls=min(reused_calls, int(calls.high)),
        notes=notes,
    )


def mixed(rates: Sequence[tuple[CallRates, float]]) -> CallRates:
    """What a call takes, on the average, of several kinds with their shares of all calls; the worst of all."""
    if len(rates) == 1:
        return rates[0][0]

    def mean(of: Callable[[CallRates], Range | None]) -> Range | None:
        parts = [(found.times(share)) if (found := of(each)) else None for each, share in rates]
        told = [part for part in parts if part is not None]
        return Range(*map(sum, zip(*told, strict=True))) if len(told) == len(parts) else None

    nothing = Range(0, 0, 0)
    return CallRates(
        brought=mean(lambda each: each.brought) or nothing,
        prompt_tokens=mean(lambda each: each.prompt_tokens) or nothing,
        completion_tokens=mean(lambda each: each.completion_tokens) or nothing,
        cost=mean(lambda each: each.cost),
        seconds=mean(lambda each: each.seconds),
        worst=max(each.worst for each, _ in rates),
    )


def waiting(near: Mapping[int, int], *, repeats: int, done: int) -> dict[int, int]:
    """The calls that each depth still waits for, if all who are `near` (by depth) are to be asked `repeats` times.

    `done` calls are taken off where breadth-first would have begun.
    """
    found = {}
    for depth, count in sorted(near.items()):
        off = min(count * repeats, done)
        found[depth], done = count * repeats - off, done - off
    return found


def expansion(waiting: Mapping[int, int], *, hops: int, repeats: int, brings: float) -> float:
    """How many calls there are until nobody nearer than `hops` is left, if each brings so many personas one hop on."""
    calls, entered = 0.0, 0.0
    for depth in range(hops):
        here = waiting.get(depth, 0) + entered * repeats
        calls, entered = calls + here, here * brings
        if calls > ENDLESS or (here < 1 / ENDLESS and depth >= max(waiting, default=0)):
            break
    return calls


def _payable(limit: float, cost: float, worst: float) -> float:
    """How many calls of this cost a limit allows, if the worst must be left of it before each."""
    return max(0.0, limit - max(0.0, worst - cost)) / cost if cost else inf


def _whole(low: float, expected: float, high: float) -> Range:
    return Range(floor(low + 1e-9), round(expected), ceil(high - 1e-9))
