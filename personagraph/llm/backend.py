"""What every language model must do."""

from typing import Protocol

from personagraph.types import ChatReply, ChatRequest


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
