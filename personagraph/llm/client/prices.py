"""What tokens cost: a table of published prices, which the settings can correct and extend."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4,8}|latest)$")
_MILLION = 1_000_000


class Price(NamedTuple):
    """USD for a million tokens: of the prompt, of the completion, and of that part of a prompt which is cached."""

    input: float
    output: float
    cached: float
    batch: float = 0.5
    """The part of it that a batch costs."""

    @property
    def batched(self) -> "Price":
        """What tokens cost in a batch, where a cached one costs what others do: not every provider takes off both."""
        dearest = max(self.input, self.cached)
        return Price(self.input * self.batch, self.output * self.batch, dearest * self.batch, self.batch)

    def cost(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """USD for a call; the cached tokens are part of the prompt's."""
        cached = min(cached_tokens, prompt_tokens)
        fresh = prompt_tokens - cached
        return (fresh * self.input + cached * self.cached + completion_tokens * self.output) / _MILLION


FREE = Price(0.0, 0.0, 0.0)


def price_of(model: str, overrides: Mapping[str, Price]) -> Price | None:
    """What the model costs: as the user says, else as the table says; None for a model that neither knows.

    A name that ends in a date has the price of the name without it, unless it is listed itself.
    """
    undated = _DATED.sub("", model)
    for known in (overrides, _table()):
        for name in (model, undated):
            if name in known:
                return known[name]
    return None


@lru_cache
def _table() -> Mapping[str, Price]:
    data = tomllib.loads(files(__package__).joinpath("prices.toml").read_text(encoding="utf-8"))
    return {
        name: Price(p["input"], p["output"], p.get("cached", p["input"]), p.get("batch", 0.5))
        for name, p in data["models"].items()
    }
