"""What a session has planned and decided and not yet written: it goes to the ledger first, and then to the store."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from personagraph.ledger import Ledger, Run
from personagraph.ledger.assertions import project
from personagraph.ledger.merges import TAKEN_BACK, parted
from personagraph.ledger.steps import Decided, Planned
from personagraph.runs.growth import Changes, Link
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Assertion, Batch, Removal, Step, Verdict
from personagraph.vocabulary.relationships import TYPES, endpoints, relationship_key


@dataclass(slots=True)
class _Unwritten:
    """`fresh` are the decided steps that the ledger does not know yet, `asserted` what these say.

    `said` are what all decided steps take back, and what they assert instead.
    """

    plans: list[Planned] = field(default_factory=list)
    decided: int = 0
    last: int = 0
    said: list[tuple[Assertion | None, Assertion]] = field(default_factory=list)
    fresh: list[Decided] = field(default_factory=list)
    asserted: list[Assertion] = field(default_factory=list)
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


class Outbox:
    """The writes of one run. `applied` steps are in the store, `recorded` ones are decided in the ledger.

    `reached` are decided, written or not. `collect` hands out what has changed in memory since it was last called.
    `beside` has one write carried out while the next is decided; then it is called before the ledger has the verdicts.
    """

    def __init__(
        self, run: Run, ledger: Ledger, store: GraphStore, collect: Callable[[], Changes], *, beside: bool = False
    ) -> None:
        self._run, self._ledger, self._store, self._collect = run, ledger, store, collect
        self.applied = self.reached = store.applied(run.id)
        self.recorded = run.decided
        self._unwritten = _Unwritten()
        self._thread = ThreadPoolExecutor(1, "writing") if beside else None
        self._writing: Future[None] | None = None

    @property
    def decided(self) -> int:
        """How many decided steps are not written yet."""
        return self._unwritten.decided

    def plan(self, planned: Planned) -> None:
        """A step was planned."""
        self._unwritten.plans.append(planned)

    def decide(self, step: Step, decided: Decided) -> None:
        """The next step was decided, now or, when the ledger knows it, in an earlier session."""
        unwritten = self._unwritten
        unwritten.decided += 1
        unwritten.last = self.reached = step.n + 1
        said = [pair for v in decided.verdicts for pair in assertions(self._run.id, step, decided.call, v)]
        unwritten.said += said
        if step.n >= self.recorded:
            unwritten.fresh.append(decided)
            unwritten.asserted += [now for _, now in said]

    def note(self, kind: str, detail: Mapping[str, Any]) -> None:
        """Something happened that the ledger keeps."""
        self._unwritten.events.append((kind, detail))

    def end(self, status: str, reason: str) -> None:
        """The session ended so: write that, and what was noted before; unwritten plans and verdicts are left behind."""
        self.settle()
        events, self._unwritten.events = self._unwritten.events, []
        with self._ledger.transaction():
            self._ledger.runs.reach(self._run.id, applied=self.applied)
            self._ledger.runs.end(self._run.id, status, reason)
            for kind, detail in [*events, ("ended", {"status": status, "reason": reason})]:
                self._ledger.events.add(self._run.id, kind, detail)

    def write(self) -> None:
        """Write verdicts and plans to the ledger, then what they change to the store.

        Beside other work, that has only begun when this returns, and what went wrong with the one before is raised.
        """
        self.settle()
        unwritten, self._unwritten = self._unwritten, _Unwritten()
        if self._thread is None:
            self._write(unwritten, self._collect)
        else:
            changes = self._collect()
            self._writing = self._thread.submit(self._write, unwritten, lambda: changes)

    def settle(self) -> None:
        """Wait until all is written that `write` was called for. Raises what went wrong with it."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def close(self) -> None:
        """Wait for what is being written, and tell nothing of it; the outbox takes nothing more."""
        if self._thread is not None:
            self._thread.shutdown()

    def _write(self, unwritten: _Unwritten, collect: Callable[[], Changes]) -> None:
        with self._ledger.transaction():
            self._ledger.steps.plan(self._run.id, unwritten.plans)
            self._ledger.steps.decide(self._run.id, unwritten.fresh)
            self._ledger.assertions.enter(unwritten.asserted)
            self._ledger.runs.reach(self._run.id, applied=self.applied)
            for kind, detail in unwritten.events:
                self._ledger.events.add(self._run.id, kind, detail)
            for apart in filter(None, (parted(v) for decided in unwritten.fresh for v in decided.verdicts)):
                self._ledger.assertions.keep_apart(*apart, self._run.id)
        if unwritten.decided:
            self.recorded = max(self.recorded, unwritten.last)
            self._store.write(self._batch(unwritten, collect()))
            self.applied = unwritten.last

    def _supporting(self, unwritten: _Unwritten) -> Iterator[Assertion]:
        """All assertions with the keys of what was said; what is said for the first time need not be read again."""
        log, keys = self._ledger.assertions, list(dict.fromkeys(a.key for pair in unwritten.said for a in pair if a))
        moved = {a.key for pair in unwritten.said if pair[0] for a in pair if a}
        known = {a.key: a for a in unwritten.asserted if a.key not in moved}
        for key in log.shared(list(known)):
            del known[key]
        yield from known.values()
        yield from log.of_keys([key for key in keys if key not in known])

    def mark(self) -> None:
        """Have the store remember how far the ledger is, which is on disk by now."""
        self._store.mark(self._ledger.mark)

    def _batch(self, unwritten: _Unwritten, changes: Changes) -> Batch:
        relationships, links = project(self._supporting(unwritten))
        gone = [before for before, _ in unwritten.said if before]
        return Batch(
            run=self._run.id,
            first=self.applied,
            last=unwritten.last,
            personas=tuple(changes.personas),
            depths=changes.depths,
            relationships=tuple(relationships),
            sources=tuple(changes.sources),
            source_links=tuple(links),
            merges=tuple(changes.merges),
            known=changes.known,
            removed=Removal(
                relationships=tuple(a.key for a in gone if a.type in TYPES),
                source_links=tuple((a.source, a.target, a.type) for a in gone if a.type not in TYPES),
                merges=tuple(changes.unmerged),
            ),
            mark=self._ledger.mark,
        )


def assertions(run: str, step: Step, call: str, verdict: Verdict) -> list[tuple[Assertion | None, Assertion]]:
    """What a verdict has the ledger say of two ends: what was said before (None: nothing), and what is said now."""
    if verdict.outcome in TAKEN_BACK:
        before = [Assertion(**row) for row in verdict.detail["moved"]]
        return [(old, _repointed(old, verdict.persona, verdict.detail.get("alias", ""))) for old in before]
    link = Link.of(verdict) if verdict.outcome in ("new", "merged", "linked", "declined") else None
    if link is None:
        return []
    type, ego = link.type, link.ego or link.source
    source, target = _ends(ego, verdict.persona, type, forward=link.forward)
    made = Assertion(
        run=run,
        step=step.n,
        item=verdict.item,
        call=call,
        ego=ego,
        persona=verdict.persona,
        alias=verdict.detail.get("alias", ""),
        key=relationship_key(source, type, target, link.label),
        source=source,
        target=target,
        type=type,
        label=link.label,
        confidence=link.confidence,
        former=link.former,
        steering=step.steering,
        via=link.via,
    )
    return [(None, made)]


def _repointed(old: Assertion, persona: str, alias: str = "") -> Assertion:
    """The same item, said of another persona than the one that its description was merged into.

    `alias` is the id of the description where it is merged into that one, too.
    """
    source, target = _ends(old.ego, persona, old.type, forward=old.source == old.ego)
    key = relationship_key(source, old.type, target, old.label)
    return old._replace(persona=persona, alias=alias, source=source, target=target, key=key)


def _ends(ego: str, persona: str, type: str, *, forward: bool) -> tuple[str, str]:
    return endpoints(ego, persona, type, forward=forward) if type in TYPES else (ego, persona)
