"""The client of a rehearsal: every step is answered at once, by what the ledger knows or by the simulated world."""

import json
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from personagraph.errors import ReplyFormatError
from personagraph.forecasting import Asked
from personagraph.llm.client import Answer
from personagraph.protocols import ChatBackend, Dialogue
from personagraph.types import ChatReply, ChatRequest, Step, digest
from personagraph.work_names import names_of_work, occupation_pattern

_DRAWS = 5
"""How often the world is asked, at most, until it says nothing that it may not."""


class Rehearsal:
    """What a session takes for its client. Replies that `known` has are given again; the simulated world makes others.

    `reused` are the steps that were answered from what is known; `asked` says what each other request would use.
    `worst` is the most, in USD as `most` has it, that any of these can cost; `longest_reply` is in tokens. `salt` makes
    the simulated replies other ones, not the questions. Nothing is kept, and nothing is sent.
    """

    exhausted = False
    pace = (0, 1, "", 0.0)

    def __init__(
        self,
        world: ChatBackend,
        known: Callable[[str], ChatReply | None],
        most: Callable[[ChatRequest], float],
        *,
        salt: str,
    ) -> None:
        self._world, self._known, self._most, self._salt = world, known, most, salt
        self.reused: set[int] = set()
        self.asked: dict[str, Asked] = {}
        self.worst = 0.0
        self.longest_reply = 0

    def submit(self, run: str, steps: Sequence[tuple[Step, str]], dialogue: Dialogue) -> "list[Future[Answer | None]]":
        """Answer steps, each with the key of its call."""
        futures: list[Future[Answer | None]] = []
        for step, key in steps:
            futures.append(Future())
            futures[-1].set_result(self._given_again(step, key, dialogue) or self._made_up(step, key, dialogue))
        return futures

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
        reply = self._reply(request)
        characters = sum(len(turn["content"]) for turn in request.messages)
        self.asked[key] = Asked(characters, reply.prompt_tokens, reply.completion_tokens)
        self.worst = max(self.worst, self._most(request))
        self.longest_reply = max(self.longest_reply, int(request.parameters.get("max_tokens", 0)))
        try:
            return Answer(key, dialogue.parse(step.fields, reply))
        except ReplyFormatError as error:
            return Answer(key, None, str(error))

    def _reply(self, request: ChatRequest) -> ChatReply:
        """A reply of the simulated world.

        The pattern of occupations without the ego's own takes a third of a second to compile, for each ego anew. So
        the world is asked with the whole pattern, and again where it says what the narrower one would have ruled out.
        """
        request, unwanted = _with_whole_pattern(request)
        reply = ChatReply("")
        for draw in range(_DRAWS):
            salted = replace(request, key=digest(request.key, self._salt, str(draw)))
            reply = _at_once(self._world.complete(salted))
            if not unwanted or json.loads(reply.text)["occupation"].split()[-1] not in unwanted:
                break
        return reply


def _with_whole_pattern(request: ChatRequest) -> tuple[ChatRequest, frozenset[str]]:
    """The request with the pattern of all occupations, if it has a part of it; and which names of work that lacked."""
    properties = (request.schema or {}).get("properties", {})
    pattern, whole = properties.get("occupation", {}).get("pattern", ""), occupation_pattern()
    if len(pattern) < len(whole) // 2 or pattern == whole:
        return request, frozenset()
    wider = {**properties, "occupation": {**properties["occupation"], "pattern": whole}}
    schema = {**(request.schema or {}), "properties": wider}
    return replace(request, schema=schema), names_of_work(str(request.fields.get("ego", "")))


def _at_once(reply: Coroutine[Any, Any, ChatReply]) -> ChatReply:
    """The reply of a simulated world, which waits for nothing."""
    try:
        reply.send(None)
    except StopIteration as done:
        answered: ChatReply = done.value
        return answered
    raise RuntimeError("a simulated world waited for something")
