"""What every language model must do, and what buys its replies."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from personagraph.types import ChatReply, ChatRequest, Step

if TYPE_CHECKING:
    from personagraph.prompts.dialogue import Dialogue


class ChatBackend(Protocol):
    """A language model: one asynchronous method from request to reply.

    `model` names it in keys and in the ledger; `small` chooses the prompts for small models; `simulated` marks what
    no real model wrote; `free` is one that nobody is paid for.
    """

    model: str
    small: bool
    simulated: bool
    free: bool

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One attempt, no retries.

        Raises ChatUnavailableError when a retry may help or the server is not there, ReplyFormatError when this one
        request cannot be answered, ChatError when the server refuses us.
        """

    async def close(self) -> None:
        """Release connections and processes."""


def lifted(request: ChatRequest, backend: ChatBackend) -> ChatRequest:
    """The request with a cap that the server takes, as far as the backend knows (`least_cap`); itself, if it has one.

    Its key stays. One without a cap, or for no words at all, has none to be lifted.
    """
    least: int = getattr(backend, "least_cap", 1)
    if not 0 < request.parameters.get("max_tokens", 0) < least:
        return request
    return replace(request, parameters={**request.parameters, "max_tokens": least})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a step was answered: the data, or why the last reply could not be used; and that reply's key.

    `refused` says that no reply came: the server would not take the request, or failed on it alone.
    """

    call: str
    data: Mapping[str, Any] | None
    error: str = ""
    refused: bool = False


class Pace(NamedTuple):
    """How the client stands, in the words of `Tick`: calls in flight, how many may be, why that last changed.

    And what replies have cost so far, what is perhaps billed besides, and why nobody has been answered of late.
    """

    in_flight: int
    concurrency: int
    pace: str
    cost: float
    perhaps_billed: float = 0.0
    trouble: str = ""


class Client(Protocol):
    """What buys replies, and owns money, pace and retries; whoever has one need not know the backend."""

    @property
    def exhausted(self) -> bool:
        """Whether the budget has no room for the next call."""

    @property
    def pace(self) -> Pace:
        """How the client stands."""

    def changes(self) -> list[tuple[int, str]]:
        """The changes of the concurrency since the last call: the new limit, and why."""

    def remarks(self) -> list[str]:
        """What the user should know of the money that was spent, since the last call."""

    def submit(self, run: str, steps: Sequence[tuple[Step, str]], dialogue: "Dialogue") -> list[Future[Answer | None]]:
        """Begin to answer steps, each with the key of its call.

        A future has None if the step was never sent; it raises ChatError when the provider fails.
        """

    def awaited(self, reply: "Future[Answer | None]") -> None:
        """Somebody waits for this reply, and submits nothing more before it comes."""

    def close(self, *, drain: bool = True) -> None:
        """Release the backend; with `drain` only when what is in flight has come back, and is in the ledger."""
