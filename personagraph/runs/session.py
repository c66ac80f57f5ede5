"""Ordered replies: plans steps, has them answered concurrently, decides and applies the answers in planned order.

What a step does depends only on the settings, the seed and the replies to the steps before it: the next steps are
planned at fixed moments (after each decided step, while fewer than `window` are open), verdicts are in the ledger
before the store is written, and the store's number of applied steps is the authority on what the graph holds.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from personagraph.errors import ChatError, ConfigError, InputError, StoreError
from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Decided, Planned
from personagraph.llm.backend import Answer, Client
from personagraph.progress import Progress, Tick
from personagraph.runs.outbox import Outbox
from personagraph.runs.unanswered import check_answered
from personagraph.runs.work import BEFORE, Work
from personagraph.stores.graph_store import GraphStore
from personagraph.types import ChatRequest, Step, Verdict, digest

WINDOW = 128
BATCH = 64
"""Steps that ask a model are written so many at a time, at most; how many of others, the store says."""
LOOK = 0.5
"""Seconds after which a session that waits for a reply, or decides without one, says how it stands."""
LONGEST = 5.0
"""Seconds for which steps are decided before they are written, at most."""
HOPELESS = 5
"""A run whose first so many requests are all refused is stopped: it is not about what they say."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run gets, counted over all its sessions. `max_cost` is in USD; the client's budget keeps it."""

    max_calls: int | None = None
    max_personas: int | None = None
    max_cost: float | None = None


@dataclass(slots=True)
class _OpenStep:
    """A planned step that is not decided yet."""

    step: Step
    call: str
    future: Future[Answer | None] | None = None


class Session:
    """One process's part of a run: from what the store holds to the end, a limit, an interruption or a failure.

    `beside` has what was decided written while the next is decided, for a work that reads neither ledger nor store.
    """

    def __init__(
        self,
        work: Work,
        run: Run,
        *,
        ledger: Ledger,
        store: GraphStore,
        client: Client | None = None,
        limits: Limits = Limits(),
        window: int = WINDOW,
        salt: str = "",
        beside: bool = False,
        stopping: Callable[[], bool] = lambda: False,
        progress: Progress = lambda tick: None,
        note: Callable[[str], None] = lambda text: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._work, self._run, self._ledger, self._client = work, run, ledger, client
        self._limits, self._window, self._salt = limits, window, salt
        self._stopping, self._progress, self._note = stopping, progress, note
        self._items = work.dialogue.items if work.dialogue else 1
        self._batch = BATCH if work.dialogue else store.steps_at_once
        self._outbox = Outbox(run, ledger, store, work.collect, beside=beside)
        self._clock = clock
        self._written = self._told = clock()
        self._outcomes: Counter[str] = Counter()
        for (outcome, _), count in ledger.steps.outcomes(run.id).items():
            self._outcomes[outcome] += count
        self._asks: Counter[str] = Counter()
        self._open: deque[_OpenStep] = deque()
        self._unsent: deque[_OpenStep] = deque()
        self._next = 0
        for step, ask, call in ledger.steps.planned(run.id):
            work.planned(step)
            self._asks[ask] += 1
            self._next = step.n + 1
            if step.n >= self._outbox.applied:
                self._add(_OpenStep(step, call))
            now = work.dialogue.prompt_of(step.fields) if work.dialogue else ""
            if now and step.n >= self._outbox.recorded and step.prompt != now:
                raise ConfigError(
                    f"run {run.id} was planned with the prompt {step.prompt}, and this version of personagraph has "
                    f"{now}: give it up with `personagraph runs abandon {run.id}`, and start again"
                )

        self.found = self._look_around()
        """What a resumed run begins with; empty for a new one."""

    def carry_out(self) -> str:
        """Go on until nothing is left to do; the status that the run ended in: done or interrupted.

        Raises ChatError, StoreError or InputError when the model, the store or the input fails; the run is then failed,
        and can be resumed.
        """
        with closing(self._outbox):
            return self._carried_out()

    @property
    def enough(self) -> str:
        """Why the work is done, where it says so."""
        return self._work.enough

    def bought_ahead(self) -> int:
        """How many replies the run has bought to steps that are not decided."""
        return self._ledger.calls.bought(self._run.id, [open.call for open in self._open if open.call])

    def preview(self, n: int) -> list[ChatRequest]:
        """The next calls, at most `n` and as many as can be planned before a reply comes; nothing is sent or kept."""
        self._plan()
        dialogue, calls = self._work.dialogue, [open for open in self._open if open.call]
        return [dialogue.request(open.step.fields, open.call) for open in calls[:n]] if dialogue else []

    def _carried_out(self) -> str:
        self._outbox.note("resumed" if self.found else "began", self.found)
        try:
            self._plan()
            self._commit()
            while self._send():
                for step, answer in self._answered():
                    dead = [Verdict(0, "dead", answer.error)]
                    verdicts = []
                    for verdict in dead if answer.data is None else self._work.decide(step, answer.data):
                        self._work.fold(step, verdict)
                        verdicts.append(verdict)
                    self._decide(step, answer, verdicts)
                    self._tell()
                if not self._outbox.decided:
                    break
                self._commit()
            self._outbox.settle()
            status, reason = "done", self._reached()
        except (ChatError, StoreError, InputError) as error:
            # What failed may be the ledger itself: the error that is told is the first.
            with suppress(StoreError):
                self._end("failed", str(error))
                if isinstance(error, ChatError):
                    self._outbox.mark()
            raise
        if self._open and self._stopping() and not reason:
            status, reason = "interrupted", "stopped by a signal"
        elif not self._work.enough and self._has_bought_ahead():
            status = "interrupted"
        self._end(status, reason)
        # All is done and written by now, also where a store that went away cannot take the mark.
        with suppress(StoreError):
            self._outbox.mark()
        return status

    def _look_around(self) -> Mapping[str, Any]:
        if not self._next:
            return {}
        waiting = [open.call for open in self._open if open.call and open.step.n >= self._outbox.recorded]
        found = {"planned": self._next, "applied": self._outbox.applied, "decided": self._outbox.recorded}
        return found | self._ledger.calls.standing(self._run.id, waiting)

    def _has_bought_ahead(self) -> bool:
        """Whether the ledger has replies that wait for one which the budget has no room for.

        Such a run is not done: with a higher limit it goes on, and they are not bought again.
        """
        spent = self._client is not None and self._client.exhausted
        return spent and bool(self._ledger.calls.known([open.call for open in self._open]))

    def _end(self, status: str, reason: str) -> None:
        self._hear()
        self._outbox.end(status, reason)

    def _plan(self) -> None:
        """Plan while the window has room. The moments at which this is called decide what a policy sees."""
        while len(self._open) < self._window:
            step = self._work.next_step(self._next)
            if step is None:
                return
            ask = self._work.dialogue.ask(step.fields) if self._work.dialogue else ""
            turn = self._asks[ask] + step.context.get(BEFORE, 0)
            call = digest(ask, str(turn), self._salt) if ask else ""
            self._asks[ask] += 1
            self._next += 1
            self._work.planned(step)
            self._outbox.plan(Planned(step, ask, call))
            self._add(_OpenStep(step, call))

    def _add(self, open: _OpenStep) -> None:
        self._open.append(open)
        self._unsent.append(open)

    def _send(self) -> bool:
        """Submit what the limits allow; whether the next step in order can be decided."""
        stopping = self._stopping()
        leaving: list[_OpenStep] = []
        while self._unsent:
            open = self._unsent[0]
            if open.call and open.step.n >= self._outbox.recorded:
                if stopping or not self._may_send(open.step.n, len(self._open) - len(self._unsent)):
                    break
                leaving.append(open)
            self._unsent.popleft()
        if leaving:
            assert self._client is not None, "a step that calls a model needs a client"
            assert self._work.dialogue is not None, "a step with a call was asked by a dialogue"
            asked = [(open.step, open.call) for open in leaving]
            for open, future in zip(
                leaving, self._client.submit(self._run.id, asked, self._work.dialogue), strict=True
            ):
                open.future = future
        return self._can_decide(stopping)

    def _may_send(self, n: int, waiting: int) -> bool:
        """Whether the limits let step n be carried out, while so many steps before it are not decided."""
        if self._work.enough:
            return False
        if self._work.may_end and self._client is not None and waiting >= max(1, self._client.pace.concurrency):
            return False
        most, personas = self._limits.max_calls, self._limits.max_personas
        if most is not None and n >= most:
            return False
        new = self._outcomes["new"]
        if personas is None or new >= personas:
            return personas is None
        return waiting == 0 or new + (waiting + 1) * self._items <= personas

    def _can_decide(self, stopping: bool) -> bool:
        if not self._open:
            return False
        first = self._open[0]
        if first.step.n < self._outbox.recorded:
            return True
        if first.future is not None:
            return not self._work.enough
        return not first.call and not stopping and self._may_send(first.step.n, 0)

    def _answered(self) -> Iterator[tuple[Step, Answer]]:
        """The open steps that are answered, in order, at most a batch at once; none when the first was never sent.

        Each is to be decided before the next is asked for. What an earlier session decided is folded on the way.
        """
        recorded = self._outbox.recorded
        from_ledger = self._ledger.steps.decided(self._run.id, first=self._outbox.reached, last=recorded)
        while self._open and self._outbox.decided < self._batch and not self._is_late():
            first = self._open[0]
            if first.step.n < recorded:
                self._fold_recorded(first.step, next(from_ledger))
                self._tell()
            elif (self._outbox.decided and not self._is_ready(first)) or (answer := self._answer(first)) is None:
                return
            else:
                yield first.step, answer
            self._open.popleft()
            if self._unsent and self._unsent[0] is first:
                self._unsent.popleft()
            self._work.decided(first.step)
            self._plan()

    def _is_late(self) -> bool:
        """Whether steps that ask no model were decided for so long that they are to be written, however few."""
        return self._work.dialogue is None and self._outbox.decided > 0 and self._clock() - self._written > LONGEST

    def _is_ready(self, open: _OpenStep) -> bool:
        if self._work.enough:
            return False
        if open.future is not None:
            return open.future.done() and open.future.exception() is None
        return not open.call and not self._stopping() and self._may_send(open.step.n, 0)

    def _fold_recorded(self, step: Step, decided: Decided) -> None:
        for verdict in decided.verdicts:
            self._work.fold(step, verdict)
        self._outbox.decide(step, decided)

    def _decide(self, step: Step, answer: Answer, verdicts: list[Verdict]) -> None:
        """Take the verdicts on a step, which are folded by now. Raises ChatError when nothing is ever answered."""
        self._outcomes.update(verdict.outcome for verdict in verdicts)
        if answer.refused and not step.retries and self._outcomes["dead"] == self._outcomes.total() >= HOPELESS:
            raise ChatError(f"the first {HOPELESS} requests were all {answer.error}; check the model and the settings")
        self._outbox.decide(step, Decided(step.n, answer.call, tuple(verdicts)))

    def _answer(self, open: _OpenStep) -> Answer | None:
        if open.future is None:
            return Answer("", {})
        if self._client is not None and not open.future.done():
            self._client.awaited(open.future)
        while True:
            try:
                return open.future.result(timeout=LOOK)
            except TimeoutError as error:
                # A reply may have come since the wait ended: only the backend's own error is raised.
                if open.future.done() and open.future.exception() is error:
                    raise
                self._hear()
                self._progress(self._tick())

    def _hear(self) -> None:
        """Note what the client has to tell."""
        for limit, why in self._client.changes() if self._client else ():
            self._outbox.note("concurrency", {"limit": limit, "why": why})
        for text in self._client.remarks() if self._client else ():
            self._outbox.note("remark", {"text": text})
            self._note(text)

    def _commit(self) -> None:
        """Write what has been planned and decided."""
        self._hear()
        some = self._outbox.decided
        self._outbox.write()
        self._written = self._clock()
        if some:
            self._tell(at_once=True)

    def _tell(self, *, at_once: bool = False) -> None:
        """Say how the session stands, when that was not said just now."""
        if at_once or self._clock() - self._told > LOOK:
            self._told = self._clock()
            self._progress(self._tick())

    def _tick(self) -> Tick:
        limit = min((n for n in (self._limits.max_calls, self._work.total) if n is not None), default=None)
        tick = Tick(self._outbox.reached, limit, len(self._open), dict(self._outcomes))
        tick = tick._replace(frontier=self._work.waiting(), max_new=self._limits.max_personas)
        if self._client is None:
            return tick
        return tick._replace(**self._client.pace._asdict(), max_cost=self._limits.max_cost)

    def _reached(self) -> str:
        """The limit that keeps the next step from being carried out; "" when none does.

        Raises ChatUnavailableError when it is the budget, and the server is to blame.
        """
        if self._work.enough or not self._open:
            return self._work.enough
        if self._client is not None and self._client.exhausted:
            wait([open.future for open in self._open if open.future])
            check_answered(self._ledger, self._run)
            return "max-cost reached"
        n, most = self._open[0].step.n, self._limits.max_calls
        if most is not None and n >= most:
            return "max-calls reached"
        return "" if self._may_send(n, 0) else "max-personas reached"
