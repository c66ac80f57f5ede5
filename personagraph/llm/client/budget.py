"""Keeps a run within its cost: the worst case of an attempt is reserved before it leaves, and settled afterwards."""

import json

from personagraph.llm.client.prices import FREE, Price
from personagraph.types import ChatReply, ChatRequest

_OVERHEAD = 16
"""Tokens that a server may add to a message, for who speaks."""
_CHARACTERS_A_TOKEN = 4
"""Of English text; what a rate limit is planned with."""
_NO_CAP = 4096
"""Tokens of a reply to a request that does not bound them."""


class Budget:
    """What a run may spend in USD (None: no limit), what it has spent, and what is reserved for attempts in flight.

    `spent` begins with what earlier sessions booked: the costs, and the reserves of attempts that were never heard of.
    Used from one thread.
    """

    def __init__(self, price: Price = FREE, *, limit: float | None = None, spent: float = 0.0) -> None:
        self.price = price
        self.limit = limit
        self.spent = spent
        self.reserved = 0.0

    def has_room(self, amount: float) -> bool:
        """Whether an attempt that can cost so much may leave now."""
        return self.limit is None or self.spent + self.reserved + amount <= self.limit

    def reserve(self, amount: float) -> None:
        """Set aside what an attempt can cost."""
        self.reserved += amount

    def settle(self, reserved: float, cost: float) -> None:
        """Give back what was set aside for an attempt, and book what it did cost."""
        self.reserved = max(0.0, self.reserved - reserved)
        self.spent += cost

    def worst(self, request: ChatRequest) -> float:
        """The most that one attempt can cost: a token is at least a byte, and the reply as long as it may be."""
        if self.price == FREE:
            return 0.0
        dearest = self.price._replace(input=max(self.price.input, self.price.cached))
        return dearest.cost(_bytes(request), _longest_reply(request))

    def cost(self, reply: ChatReply, request: ChatRequest) -> float:
        """What a reply cost; the worst, when the server did not say what it used."""
        if not reply.metered:
            return self.worst(request)
        return self.price.cost(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens)


def likely_tokens(request: ChatRequest) -> int:
    """About how many tokens a call counts for in a rate limit: the prompt's, and the most that the reply may have."""
    return sum(len(turn["content"]) for turn in request.messages) // _CHARACTERS_A_TOKEN + _longest_reply(request)


def _bytes(request: ChatRequest) -> int:
    """An upper bound of the tokens of a prompt with its schema."""
    said = sum(len(turn["content"].encode("utf-8", "surrogatepass")) + _OVERHEAD for turn in request.messages)
    return said + (len(json.dumps(request.schema)) if request.schema is not None else 0)


def _longest_reply(request: ChatRequest) -> int:
    return int(request.parameters.get("max_tokens", _NO_CAP))
