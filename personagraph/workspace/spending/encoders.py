"""The encoder of a name, with what buys its vectors where it is paid for: within the limits, and in the ledger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from personagraph.ledger import Ledger
from personagraph.meaning.encoders import encoder_named, kind_of
from personagraph.workspace.settings import Settings
from personagraph.workspace.spending.pace import prices_of, unpriced_line

if TYPE_CHECKING:
    from personagraph.llm.client.budget import Budget
    from personagraph.meaning.encoders.encoder import Encoder

AT_ONCE = 8
"""Calls in flight; each has many texts."""


@contextmanager
def encoder_of(
    name: str,
    settings: Settings,
    ledger: Ledger,
    *,
    run: str = "",
    beside: "Budget | None" = None,
    limit: float | None = None,
    stopping: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda text: None,
) -> "Iterator[Encoder]":
    """The encoder, until the block ends; its calls are of the run, or of none.

    A paid one spends at most `limit` in USD, or what is left `beside` the budget of the run's other calls. Raises
    ConfigError when something that it needs is missing, or may not be asked; for a price that nobody knows where there
    is a limit.
    """
    from personagraph.errors import ConfigError

    kind, model = kind_of(name)
    if not kind.paid:
        yield encoder_named(name)
        return
    from personagraph.llm.client.budget import Budget
    from personagraph.llm.client.client import ChatClient
    from personagraph.llm.client.prices import FREE, price_of
    from personagraph.llm.client.retries import Retries
    from personagraph.llm.embeddings import Embeddings
    from personagraph.llm.openai.embeddings import OpenAIEmbeddings

    settings.trusted("prices")
    key, base_url = settings.secret("openai_api_key"), settings.trusted("base_url")
    if not key and not base_url:
        raise ConfigError(f"{name} needs the environment variable OPENAI_API_KEY, or base_url for another server")
    backend = OpenAIEmbeddings(model, api_key=key or "none", base_url=base_url)
    price = price_of(model, prices_of(settings))
    limit = beside.limit if beside else limit
    if price is None:
        if limit is not None:
            raise ConfigError(f"{unpriced_line(backend)}; without it --max-cost cannot be kept")
        note(unpriced_line(backend))
    client = ChatClient(
        backend,
        ledger,
        concurrency=min(AT_ONCE, settings.concurrency or AT_ONCE),
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        budget=Budget(price or FREE, limit=limit, beside=beside),
        retries=Retries(patience=settings.patience),
        stopping=stopping,
    )
    try:
        yield encoder_named(name, Embeddings(client, model, run))
    finally:
        client.close()
        for text in client.remarks():
            note(text)
