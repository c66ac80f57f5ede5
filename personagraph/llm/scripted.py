"""A backend that answers from a function: for tests, users' too."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from personagraph.types import ChatReply, ChatRequest


class ScriptedBackend:
    """Answers what `answer` returns for a request: a reply, its text, or data to be sent as JSON.

    What `answer` raises is raised. `requests` lists the keys of all that was asked, in order; `delay` gives
    the seconds that a request takes. `small` and `simulated` say what kind of model it plays.
    """

    def __init__(
        self,
        answer: Callable[[ChatRequest], ChatReply | str | Mapping[str, Any]],
        *,
        model: str = "scripted",
        small: bool = True,
        simulated: bool = False,
        free: bool = True,
        delay: Callable[[ChatRequest], float] = lambda request: 0.0,
    ) -> None:
        self.model = model
        self.small = small
        self.simulated = simulated
        self.free = free
        self.requests: list[str] = []
        self._answer = answer
        self._delay = delay

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One scripted reply."""
        self.requests.append(request.key)
        await asyncio.sleep(self._delay(request))
        answer = self._answer(request)
        if isinstance(answer, ChatReply):
            return answer
        return ChatReply(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False))

    async def close(self) -> None:
        """Nothing to release."""
