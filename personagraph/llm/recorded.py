"""A backend that answers from the replies that a ledger holds: a run replayed, offline and exactly."""

from collections.abc import Mapping

from personagraph.errors import ChatError
from personagraph.types import ChatReply, ChatRequest


class RecordedBackend:
    """Answers each request with the recorded reply of the same key. Raises ChatError for one that was not recorded."""

    free = True

    def __init__(
        self, replies: Mapping[str, ChatReply], *, model: str, small: bool = True, simulated: bool = False
    ) -> None:
        self.model = model
        self.small = small
        self.simulated = simulated
        self._replies = replies

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The recorded reply."""
        try:
            return self._replies[request.key]
        except KeyError:
            raise ChatError(
                f"the recording of {self.model} has no reply to the call {request.key} ({request.prompt}): "
                "replay with the settings and the inputs of the recorded run"
            ) from None

    async def close(self) -> None:
        """Nothing to release."""
