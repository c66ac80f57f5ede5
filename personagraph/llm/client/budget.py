"""Keeps a run within its cost: the worst case of an attempt is reserved before it leaves, and settled afterwards."""

from personagraph.errors import ChatUnavailableError
from personagraph.llm.client.prices import FREE, Price
from personagraph.llm.client.usage import Doubt, doubts, longest_reply, most_of_prompt, most_of_reply
from personagraph.types import ChatReply, ChatRequest

_CHARACTERS_A_TOKEN = 4
"""Of English text; what a rate limit is planned with."""
_ROUNDING = 1e-9
"""USD by which sums of the same amounts may differ."""


class Budget:
    """What a run may spend in USD (None: no limit), what it has spent, and what is reserved for attempts in flight.

    `spent` is what replies cost, `perhaps_billed` what attempts without a reply may have cost; both begin with what
    earlier sessions booked, and both count. Used from one thread. What was booked `beside` it, of the same limit and at
    another price, counts, too.
    """

    def __init__(
        self,
        price: Price = FREE,
        *,
        limit: float | None = None,
        spent: float = 0.0,
        perhaps_billed: float = 0.0,
        beside: "Budget | None" = None,
    ) -> None:
        self.price = price
        self.limit = limit
        self.spent = spent
        self.perhaps_billed = perhaps_billed
        self.reserved = 0.0
        self._beside = beside
        if beside:
            beside._beside = self

    @property
    def booked(self) -> float:
        """What is booked or set aside here, in USD."""
        return self.spent + self.perhaps_billed + self.reserved

    @property
    def is_exceeded(self) -> bool:
        """Whether more than the limit is booked or set aside, which an attempt that cost more than its worst brings."""
        return self.limit is not None and self._booked_in_all > self.limit + _ROUNDING

    def has_room(self, amount: float) -> bool:
        """Whether an attempt that can cost so much may leave now."""
        return self.limit is None or self._booked_in_all + amount <= self.limit

    def reserve(self, amount: float) -> None:
        """Set aside what an attempt can cost."""
        self.reserved += amount

    def settle(self, reserved: float, cost: float, *, answered: bool = True) -> None:
        """Give back what was set aside for an attempt, and book what it did cost, or may have cost."""
        self.reserved = max(0.0, self.reserved - reserved)
        if answered:
            self.spent += cost
        else:
            self.perhaps_billed += cost

    def worst(self, request: ChatRequest) -> float:
        """The most that one attempt can cost: a token is at least a byte, and the reply as long as it may be."""
        return self._most(most_of_prompt(request), longest_reply(request))

    def cost(self, reply: ChatReply, request: ChatRequest) -> float:
        """What a reply cost, as the server says; the most that it can have cost, when that is not said, or not so."""
        if self.price == FREE:
            return 0.0
        told = self.price.cost(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens)
        if all(doubt.believed for doubt in doubts(reply, request)):
            return told
        return max(told, self._most(most_of_prompt(request), most_of_reply(reply, request)))

    def failed(self, error: ChatUnavailableError, request: ChatRequest, reserve: float) -> float:
        """What an attempt without a reply may have cost: nothing, what the server says that it used, or all of it."""
        if not error.billed:
            return 0.0
        return self.cost(error.used, request) if error.used else reserve

    def doubts(self, reply: ChatReply, request: ChatRequest) -> list[Doubt]:
        """What is odd about what the server says that a reply used; nothing, where no money hangs on it."""
        return [] if self.price == FREE else doubts(reply, request)

    @property
    def _booked_in_all(self) -> float:
        return self.booked + (self._beside.booked if self._beside else 0.0)

    def _most(self, prompt: int, completion: int) -> float:
        dearest = self.price._replace(input=max(self.price.input, self.price.cached))
        return dearest.cost(prompt, completion)


def likely_tokens(request: ChatRequest) -> int:
    """About how many tokens a call counts for in a rate limit: the prompt's, and the most that the reply may have."""
    return sum(len(turn["content"]) for turn in request.messages) // _CHARACTERS_A_TOKEN + longest_reply(request)
