"""Ordered replies: plans steps, has them answered concurrently, decides and applies the answers in planned order.

What a step does depends only on the settings, the seed and the replies to the steps before it: the next steps are
planned at fixed moments (after each decided step, while fewer than `window` are open), verdicts are in the ledger
before the store is written, and the store's number of applied steps is the authority on what the graph holds.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from personagraph.errors import ChatError, ConfigError, StoreError
from personagraph.growth import Changes, assertions
from personagraph.ledger import Ledger, Run
from personagraph.ledger.assertions import project
from personagraph.ledger.steps import Decided, Planned
from personagraph.protocols import Dialogue, GraphStore, Progress, Tick
from personagraph.relationships import TYPES
from personagraph.types import Assertion, Batch, ChatRequest, Removal, Step, Verdict, digest

if TYPE_CHECKING:
    from personagraph.llm.client import Answer, ChatClient

WINDOW = 128
BATCH = 64
HOPELESS = 5
"""A run whose first so many requests are all refused is stopped: it is not about what they say."""


class Work(Protocol):
    """What a workflow brings: which steps, how they are asked, and what to make of the answers."""

    @property
    def dialogue(self) -> Dialogue | None:
        """How the steps are asked; None when they need no model."""

    @property
    def total(self) -> int | None:
        """How many steps there are in all; None when nobody knows beforehand."""

    def next_step(self, n: int) -> Step | None:
        """Step n, or None when there is nothing to offer for now."""

    def planned(self, step: Step) -> None:
        """The step is planned; called once for each step of the run, in order, also when the run is resumed."""

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict an item, each made after `fold` took the one before."""

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Carry a verdict out in memory."""

    def decided(self, step: Step) -> None:
        """All verdicts of the step are folded."""

    def collect(self) -> Changes:
        """What has changed in memory since the last call; the ledger holds the verdicts by then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run gets, counted over all its sessions."""

    max_calls: int | None = None
    max_personas: int | None = None


@dataclass(slots=True)
class _Open:
    """A planned step that is not decided yet."""

    step: Step
    call: str
    future: "Future[Answer | None] | None" = None


@dataclass(slots=True)
class _Pending:
    """Decided steps that are not in the store yet; `said` are what they take back and what they assert instead."""

    decided: list[Decided] = field(default_factory=list)
    said: list[tuple[Assertion | None, Assertion]] = field(default_factory=list)
    fresh: list[Decided] = field(default_factory=list)
    asserted: list[Assertion] = field(default_factory=list)
    plans: list[Planned] = field(default_factory=list)


class Session:
    """One process's part of a run: from what the store holds to the end, a limit, an interruption or a failure."""

    def __init__(
        self,
        work: Work,
        run: Run,
        *,
        ledger: Ledger,
        store: GraphStore,
        client: "ChatClient | None" = None,
        limits: Limits = Limits(),
        window: int = WINDOW,
        salt: str = "",
        stopping: Callable[[], bool] = lambda: False,
        progress: Progress = lambda tick: None,
    ) -> None:
        self._work, self._run, self._ledger, self._store, self._client = work, run, ledger, store, client
        self._limits, self._window, self._salt = limits, window, salt
        self._stopping, self._progress = stopping, progress
        self._items = work.dialogue.items if work.dialogue else 1
        self._applied = store.applied(run.id)
        self._recorded = run.decided
        self._outcomes: Counter[str] = Counter()
        for (outcome, _), count in ledger.steps.outcomes(run.id).items():
            self._outcomes[outcome] += count
        self._asks: Counter[str] = Counter()
        self._open: deque[_Open] = deque()
        self._next = 0
        self._pending = _Pending()
        for step, ask, call in ledger.steps.planned(run.id):
            work.planned(step)
            self._asks[ask] += 1
            self._next = step.n + 1
            if step.n >= self._applied:
                self._open.append(_Open(step, call))
            if work.dialogue and step.n >= self._recorded and step.prompt != work.dialogue.prompt:
                raise ConfigError(
                    f"run {run.id} was planned with the prompt {step.prompt}, and this version of personagraph has "
                    f"{work.dialogue.prompt}: give it up with `personagraph runs abandon {run.id}`, and start again"
                )

    def carry_out(self) -> str:
        """Go on until nothing is left to do; the status that the run ended in: done or interrupted.

        Raises ChatError or StoreError when the model or the store fails; the run is then failed, and can be resumed.
        """
        try:
            self._plan()
            self._commit()
            while self._send() and self._decide_some():
                self._commit()
        except (ChatError, StoreError) as error:
            self._ledger.runs.end(self._run.id, "failed", str(error))
            raise
        stopped = bool(self._open) and self._stopping()
        status, reason = ("interrupted", "stopped by a signal") if stopped else ("done", self._reached())
        self._ledger.runs.end(self._run.id, status, reason)
        return status

    def preview(self, n: int) -> list[ChatRequest]:
        """The next calls, at most `n` and as many as can be planned before a reply comes; nothing is sent or kept."""
        self._plan()
        dialogue, calls = self._work.dialogue, [open for open in self._open if open.call]
        return [dialogue.request(open.step.fields, open.call) for open in calls[:n]] if dialogue else []

    def _plan(self) -> None:
        """Plan while the window has room. The moments at which this is called decide what a policy sees."""
        while len(self._open) < self._window:
            step = self._work.next_step(self._next)
            if step is None:
                return
            ask = self._work.dialogue.ask(step.fields) if self._work.dialogue else ""
            call = digest(ask, str(self._asks[ask]), self._salt) if ask else ""
            self._asks[ask] += 1
            self._next += 1
            self._work.planned(step)
            self._pending.plans.append(Planned(step, ask, call))
            self._open.append(_Open(step, call))

    def _send(self) -> bool:
        """Submit what the limits allow; whether the next step in order can be decided."""
        stopping = self._stopping()
        waiting = 0
        for open in self._open:
            if open.step.n < self._recorded or not open.call or open.future:
                waiting += 1
                continue
            if stopping or not self._may_send(open.step.n, waiting):
                break
            assert self._client is not None, "a step that calls a model needs a client"
            assert self._work.dialogue is not None, "a step with a call was asked by a dialogue"
            open.future = self._client.submit(self._run.id, open.step, open.call, self._work.dialogue)
            waiting += 1
        return self._can_decide(stopping)

    def _may_send(self, n: int, waiting: int) -> bool:
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
        if first.step.n < self._recorded or first.future is not None:
            return True
        return not first.call and not stopping and self._may_send(first.step.n, 0)

    def _decide_some(self) -> bool:
        """Decide the steps that are answered, at least one, at most BATCH; False when the first was never sent."""
        from_ledger = self._ledger.steps.decided(self._run.id, first=self._applied, last=self._recorded)
        while self._open and len(self._pending.decided) < BATCH:
            first = self._open[0]
            if first.step.n < self._recorded:
                self._fold_recorded(first.step, next(from_ledger))
            elif self._pending.decided and not self._is_ready(first):
                break
            elif not self._decide(first):
                return bool(self._pending.decided)
            self._open.popleft()
            self._work.decided(first.step)
            self._plan()
        return True

    def _is_ready(self, open: _Open) -> bool:
        if open.future is not None:
            return open.future.done() and open.future.exception() is None
        return not open.call and not self._stopping() and self._may_send(open.step.n, 0)

    def _fold_recorded(self, step: Step, decided: Decided) -> None:
        for verdict in decided.verdicts:
            self._work.fold(step, verdict)
        self._keep(step, decided, fresh=False)

    def _decide(self, open: _Open) -> bool:
        answer = self._answer(open)
        if answer is None:
            return False
        call, data, error, refused = answer
        verdicts = []
        for verdict in self._work.decide(open.step, data) if data is not None else [Verdict(0, "dead", error)]:
            self._work.fold(open.step, verdict)
            verdicts.append(verdict)
            self._outcomes[verdict.outcome] += 1
        if refused and self._outcomes["dead"] == self._outcomes.total() >= HOPELESS:
            raise ChatError(f"the first {HOPELESS} requests were all {error}; check the model and the settings")
        self._keep(open.step, Decided(open.step.n, call, tuple(verdicts)), fresh=True)
        return True

    def _answer(self, open: _Open) -> tuple[str, Mapping[str, Any] | None, str, bool] | None:
        if open.future is None:
            return "", {}, "", False
        answer = open.future.result()
        return None if answer is None else (answer.call, answer.data, answer.error, answer.refused)

    def _keep(self, step: Step, decided: Decided, *, fresh: bool) -> None:
        self._pending.decided.append(decided)
        said = [pair for v in decided.verdicts for pair in assertions(self._run.id, step, decided.call, v)]
        self._pending.said += said
        if fresh:
            self._pending.fresh.append(decided)
            self._pending.asserted += [now for _, now in said]

    def _commit(self) -> None:
        """Write verdicts and plans to the ledger, then what they change to the store."""
        pending, self._pending = self._pending, _Pending()
        with self._ledger.transaction():
            self._ledger.steps.plan(self._run.id, pending.plans)
            self._ledger.steps.decide(self._run.id, pending.fresh)
            self._ledger.assertions.enter(pending.asserted)
            for verdict in (v for decided in pending.fresh for v in decided.verdicts if v.outcome == "undone"):
                self._ledger.assertions.keep_apart(verdict.persona, verdict.detail["from"], self._run.id)
        if not pending.decided:
            return
        last = pending.decided[-1].n + 1
        self._recorded = max(self._recorded, last)
        self._store.write(self._batch(pending, last))
        self._applied = last
        self._progress(self._tick())

    def _tick(self) -> Tick:
        limit = min((n for n in (self._limits.max_calls, self._work.total) if n is not None), default=None)
        return Tick(self._applied, limit, len(self._open), dict(self._outcomes))

    def _batch(self, pending: _Pending, last: int) -> Batch:
        keys = list(dict.fromkeys(a.key for pair in pending.said for a in pair if a))
        relationships, links = project(self._ledger.assertions.of_keys(keys))
        changes, gone = self._work.collect(), [before for before, _ in pending.said if before]
        return Batch(
            run=self._run.id,
            first=self._applied,
            last=last,
            personas=tuple(changes.personas),
            depths=changes.depths,
            relationships=tuple(relationships),
            sources=tuple(changes.sources),
            source_links=tuple(links),
            merges=tuple(changes.merges),
            removed=Removal(
                relationships=tuple(a.key for a in gone if a.type in TYPES),
                source_links=tuple((a.source, a.target, a.type) for a in gone if a.type not in TYPES),
                merges=tuple(changes.unmerged),
            ),
        )

    def _reached(self) -> str:
        if not self._open:
            return ""
        most = self._limits.max_calls
        return "max-calls reached" if most is not None and self._open[0].step.n >= most else "max-personas reached"
