"""Whose replies are wanted: requests that wait for a batch, those that are in one, and what replies come to."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from personagraph.errors import ReplyFormatError
from personagraph.ledger.calls import CallLog
from personagraph.llm.backend import Answer
from personagraph.llm.client.retries import asked_again
from personagraph.prompts.dialogue import Dialogue
from personagraph.types import ChatReply, ChatRequest, Step


@dataclass(slots=True, eq=False)
class WantedReply:
    """A step on its way to an answer; `again` is its second request, once the reply to the first did not fit."""

    run: str
    step: Step
    key: str
    dialogue: Dialogue
    future: "Future[Answer | None]"
    again: ChatRequest | None = None

    def request(self) -> ChatRequest:
        """What is asked now."""
        return self.again or self.dialogue.request(self.step.fields, self.key)


class Wants:
    """The steps that wait for an answer, by the key of their request; used from two threads.

    A request is gathered until it is `sent`, and again once it is to be asked anew. One that is in a batch already,
    whoever submitted that, is not gathered.
    """

    def __init__(self, calls: CallLog, in_batches: Iterable[str]) -> None:
        self._calls = calls
        self._lock = threading.RLock()
        self._waiting: dict[str, list[WantedReply]] = {}
        self._gathered: set[str] = set()
        self._sent = set(in_batches)
        self._is_over = False
        self._error: BaseException | None = None

    def add(self, run: str, steps: Sequence[tuple[Step, str]], dialogue: Dialogue) -> "list[Future[Answer | None]]":
        """The futures of steps, each with the key of its call; what the ledger has is answered from there."""
        known = self._calls.known([key for _, key in steps])
        wanted = [WantedReply(run, step, key, dialogue, Future()) for step, key in steps]
        with self._lock:
            for one in wanted:
                self._want(one, one.key, known)
        return [one.future for one in wanted]

    def gathered(self) -> list[tuple[str, WantedReply]]:
        """The requests that wait for a batch, those of the earliest steps first."""
        with self._lock:
            found = [(key, self._waiting[key][0]) for key in self._gathered]
        return sorted(found, key=lambda one: (one[1].step.n, one[0]))

    def of(self, key: str) -> WantedReply | None:
        """Who wants the reply to a request."""
        with self._lock:
            waiting = self._waiting.get(key)
            return waiting[0] if waiting else None

    def sent(self, keys: Iterable[str]) -> None:
        """They are in a batch now."""
        with self._lock:
            self._gathered.difference_update(keys)
            self._sent.update(keys)

    def back(self, keys: Iterable[str]) -> None:
        """They are in no batch any more, and gathered again, as far as somebody wants them."""
        with self._lock:
            for key in keys:
                self._sent.discard(key)
                if key in self._waiting:
                    self._gathered.add(key)

    def settle(self, got: Mapping[str, ChatReply | ReplyFormatError]) -> None:
        """What came of requests: replies, or why this one request cannot be answered."""
        with self._lock:
            for key, one in got.items():
                self._sent.discard(key)
                for wanted in self._waiting.pop(key, ()):
                    self._take(wanted, key, one)

    def release(self, error: BaseException | None = None) -> None:
        """Nothing more is asked: who still waits hears of the error, or that nothing was sent."""
        with self._lock:
            self._is_over, self._error = True, error
            left = [one for waiting in self._waiting.values() for one in waiting]
            self._waiting.clear()
            self._gathered.clear()
            for wanted in left:
                self._leave(wanted)

    def _want(self, wanted: WantedReply, key: str, known: Mapping[str, ChatReply]) -> None:
        if reply := known.get(key):
            self._take(wanted, key, reply)
        elif self._is_over:
            self._leave(wanted)
        else:
            self._waiting.setdefault(key, []).append(wanted)
            if key not in self._sent:
                self._gathered.add(key)

    def _take(self, wanted: WantedReply, key: str, got: ChatReply | ReplyFormatError) -> None:
        is_first = wanted.again is None
        if isinstance(got, ReplyFormatError):
            wanted.future.set_result(Answer(key, None, str(got), refused=is_first))
            return
        try:
            data = wanted.dialogue.parse(wanted.step.fields, got)
        except ReplyFormatError as error:
            if not is_first:
                wanted.future.set_result(Answer(key, None, str(error)))
                return
            wanted.again = asked_again(wanted.request(), got, str(error))
            self._want(wanted, wanted.again.key, self._calls.known([wanted.again.key]))
        except BaseException as error:
            wanted.future.set_exception(error)
        else:
            wanted.future.set_result(Answer(key, data))

    def _leave(self, wanted: WantedReply) -> None:
        if self._error is None:
            wanted.future.set_result(None)
        else:
            wanted.future.set_exception(self._error)
