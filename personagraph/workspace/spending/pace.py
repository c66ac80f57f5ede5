"""Makes the client of a run: how fast it may go, what it may spend, and what it says to the person who waits."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.llm.backend import ChatBackend, Client
from personagraph.workspace.settings import Settings

if TYPE_CHECKING:
    from personagraph.llm.client.prices import Price

HIGHEST = 64
"""Calls in flight at a server, unless the user says otherwise."""
_UNKNOWN = "the price of {} is not known"


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """How many calls may be in flight, at most and at the beginning (None: at most), and what the model costs.

    `beside` is what another model costs that some steps are asked of, as long as there is one. `batch` says that calls
    are asked in batches, at the price of those.
    """

    highest: int
    first: int | None
    price: "Price | None"
    beside: "Price | None" = None
    has_other: bool = False
    batch: bool = False

    @property
    def may_cost(self) -> bool:
        """Whether somebody is paid for the replies, as far as is known."""
        return any(price is None or any(price[:3]) for price in self.prices)

    @property
    def prices(self) -> "tuple[Price | None, ...]":
        """What each of the models costs."""
        return (self.price, self.beside) if self.has_other else (self.price,)


def pace_for(
    backend: ChatBackend,
    settings: Settings,
    *,
    concurrency: int | None,
    window: int,
    max_cost: float | None,
    other: ChatBackend | None = None,
    batch: bool = False,
) -> PaceLimits:
    """The pace of a run that plans `window` steps ahead, some of them for another model.

    Raises ConfigError for limits that cannot be kept.
    """
    from personagraph.llm.client.concurrency import FIRST

    if batch:
        single = price_for(backend, settings, max_cost)
        return PaceLimits(window, None, single and single.batched, batch=True)
    given = concurrency or settings.concurrency or getattr(backend, "slots", None)
    if given and given > window // 2:
        raise ConfigError(
            f"--concurrency {given} needs steps to be planned further ahead: set window to {2 * given} or more in "
            f"personagraph.toml before the run begins (it is {window} for this one)"
        )
    price = price_for(backend, settings, max_cost)
    beside = price_for(other, settings, max_cost) if other else None
    highest = given or min(HIGHEST, window // 2)
    return PaceLimits(highest, None if given else FIRST, price, beside, has_other=other is not None)


def client_of(
    run: Run,
    backend: ChatBackend,
    pace: PaceLimits,
    ledger: Ledger,
    settings: Settings,
    *,
    stopping: Callable[[], bool],
    other: tuple[ChatBackend, Collection[str]] | None = None,
) -> Client:
    """The client that buys the run's replies; those to steps that ask what `other` names, of that other model.

    Raises ConfigError where the run's batches are somewhere else.
    """
    from personagraph.llm.client.budget import Budget
    from personagraph.llm.client.client import ChatClient
    from personagraph.llm.client.prices import FREE
    from personagraph.llm.client.retries import Retries
    from personagraph.llm.paired import PairedClients

    price, limit = pace.price or FREE, run.limits.get("max_cost")
    # What an earlier session bought at a price that was not known then is counted at the price that is known now.
    booked = ledger.accounts.booked(run.id)
    spent = booked.answered if other else max(booked.answered, price.cost(*ledger.calls.used(run.id)))
    budget = Budget(price, limit=limit, spent=spent, perhaps_billed=booked.perhaps_billed)
    if pace.batch:
        from personagraph.llm.batches.client import BatchClient
        from personagraph.llm.batches.endpoint import endpoint_of

        patience = settings.patience
        return BatchClient(endpoint_of(backend), ledger, run.id, budget=budget, patience=patience, stopping=stopping)
    made = partial(
        ChatClient,
        ledger=ledger,
        concurrency=pace.highest,
        first=pace.first,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        retries=Retries(patience=settings.patience),
        stopping=stopping,
    )
    first = made(backend, budget=budget)
    if other is None:
        return first
    return PairedClients(
        first, made(other[0], budget=Budget(pace.beside or FREE, limit=limit, beside=budget)), other[1]
    )


def prices_of(settings: Settings) -> "dict[str, Price]":
    """The prices that the user set, by model."""
    from personagraph.llm.client.prices import Price

    return {
        name: Price(p.input, p.output, p.input if p.cached is None else p.cached, p.batch)
        for name, p in settings.prices.items()
    }


def price_for(backend: ChatBackend, settings: Settings, limit: float | None) -> "Price | None":
    """What the model costs, None when nobody knows. Raises ConfigError when a limit in USD hangs on it."""
    from personagraph.llm.client.prices import FREE, price_of

    if not backend.free:
        settings.trusted("prices")
    price = FREE if backend.free else price_of(backend.model, prices_of(settings))
    if price is None and limit is not None:
        raise ConfigError(f"{_UNKNOWN.format(backend.model)}, so --max-cost cannot be kept; {_remedy(backend)}")
    return price


def _remedy(backend: ChatBackend) -> str:
    return f'[prices."{backend.model}"] in personagraph.toml sets it (input and output, USD for a million tokens)'


def unpriced_line(backend: ChatBackend) -> str:
    """What follows from not knowing what a model costs, in a sentence."""
    return f"{_UNKNOWN.format(backend.model)}: its cost counts as 0; {_remedy(backend)}"


def found_line(run: Run, found: Mapping[str, Any]) -> str:
    """What a resumption found, in a sentence."""
    parts = [f"{run.id} goes on: {found['applied']} of {found['planned']} planned steps are in the graph"]
    if found["decided"] > found["applied"]:
        parts.append(f"{found['decided'] - found['applied']} more are decided, and written now")
    if found["replied"]:
        parts.append(f"{found['replied']} replies wait in the ledger")
    if found.get("in_batches"):
        parts.append(f"{found['in_batches']} calls are in batches at their provider, and are taken up")
    if found["uncertain"]:
        most = f" (${found['reserved']:.4f} stay booked)" if found["reserved"] else ""
        parts.append(f"{found['uncertain']} calls were cut off in flight: what is unanswered is sent again{most}")
    return "; ".join(parts)
