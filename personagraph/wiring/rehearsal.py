"""The client of a rehearsal: every step is answered at once, by what the ledger knows or by the simulated world."""

import json
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from personagraph.errors import ReplyFormatError
from personagraph.forecasting import Asked
from personagraph.llm.client import Answer
from personagraph.protocols import ChatBackend, Dialogue
from personagraph.types import ChatReply, ChatRequest, Step, digest

_BYTES_A_TURN = 16
"""Tokens that a server may add to a message, for who speaks."""


class Rehearsal:
    """What a session takes for its client. Replies that `known` has are given again; the simulated world makes others.

    `reused` are the steps that were answered from what is known; `asked` says what each other request would use.
    `salt` makes the simulated replies other ones, not the questions. Nothing is kept, and nothing is sent.
    """

    exhausted = False
    pace = (0, 1, "", 0.0)

    def __init__(self, world: ChatBackend, known: Callable[[str], ChatReply | None], *, salt: str) -> None:
        self._world, self._known, self._salt = world, known, salt
        self.reused: set[int] = set()
        self.asked: dict[str, Asked] = {}
        self.longest_prompt = 0
        self.longest_reply = 0

    def submit(self, run: str, step: Step, key: str, dialogue: Dialogue) -> "Future[Answer | None]":
        """Answer a step."""
        future: Future[Answer | None] = Future()
        future.set_result(self._given_again(step, key, dialogue) or self._made_up(step, key, dialogue))
        return future

    def changes(self) -> list[tuple[int, str]]:
        """The concurrency of a rehearsal never changes."""
        return []

    def _given_again(self, step: Step, key: str, dialogue: Dialogue) -> Answer | None:
        reply = self._known(key)
        if reply is None:
            return None
        try:
            answer = Answer(key, dialogue.parse(step.fields, reply))
        except ReplyFormatError as error:
            again = digest(key, "again", str(error))
            reply = self._known(again)
            if reply is None:
                return None
            try:
                answer = Answer(again, dialogue.parse(step.fields, reply))
            except ReplyFormatError as last:
                answer = Answer(again, None, str(last))
        self.reused.add(step.n)
        return answer

    def _made_up(self, step: Step, key: str, dialogue: Dialogue) -> Answer:
        request = dialogue.request(step.fields, key)
        reply = _at_once(self._world.complete(replace(request, key=digest(key, self._salt))))
        characters = sum(len(turn["content"]) for turn in request.messages)
        self.asked[key] = Asked(characters, reply.prompt_tokens, reply.completion_tokens)
        self.longest_prompt = max(self.longest_prompt, _most_tokens(request))
        self.longest_reply = max(self.longest_reply, int(request.parameters.get("max_tokens", 0)))
        try:
            return Answer(key, dialogue.parse(step.fields, reply))
        except ReplyFormatError as error:
            return Answer(key, None, str(error))


def _at_once(reply: Coroutine[Any, Any, ChatReply]) -> ChatReply:
    """The reply of a simulated world, which waits for nothing."""
    try:
        reply.send(None)
    except StopIteration as done:
        answered: ChatReply = done.value
        return answered
    raise RuntimeError("a simulated world waited for something")


def _most_tokens(request: ChatRequest) -> int:
    """An upper bound of a prompt's tokens: one a byte, the schema included."""
    said = sum(len(turn["content"].encode()) + _BYTES_A_TURN for turn in request.messages)
    return said + (len(json.dumps(request.schema)) if request.schema is not None else 0)
