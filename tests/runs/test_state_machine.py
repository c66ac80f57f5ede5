"""A workspace's life as a state machine: sessions that end, stop, fail or crash around any single write, and go on.

Whatever happens, the store is never ahead of the ledger, the graph is the projection of what is applied, no committed
reply is bought again, and in the end the graph is that of an undisturbed life.
"""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import networkx as nx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from personagraph.errors import ChatUnavailableError
from personagraph.ledger import Ledger
from personagraph.ledger.assertions import project
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.lost import loss
from personagraph.stores.graph_store import GraphStore
from personagraph.types import ChatRequest, Verdict
from tests.crashes import Bomb, mined
from tests.stored import empty
from tests.worlds import Crash, Crashing, answer, expansion, import_seeds, open_workspace, picture

LIMITS = (20, 40, 60)
RUNS = 2


@cache
def undisturbed(limits: tuple[int, ...]) -> dict[str, Any]:
    """The graph after one expansion for each limit, without any trouble."""
    with tempfile.TemporaryDirectory() as folder:
        store, ledger = open_workspace(Path(folder))
        import_seeds(store, ledger)
        for limit in limits:
            expansion(store, ledger, ScriptedBackend(answer), max_calls=limit)
        seen = picture(store)
        store.close()
        ledger.close()
    return seen


def verdicts(store: GraphStore, ledger: Ledger) -> Iterator[tuple[str, int, Verdict]]:
    """Run, step and verdict of every item of every applied step, in order."""
    for run in ledger.runs.all():
        for n, _, items in ledger.steps.decided(run.id, first=0, last=store.applied(run.id)):
            yield from ((run.id, n, item) for item in items)


def answer_until(calls: int | None) -> Callable[[ChatRequest], str]:
    """The world's answers, that many of them; then the model is gone."""
    left = count(calls or 0, -1)

    def answered(request: ChatRequest) -> str:
        if calls is not None and next(left) <= 0:
            raise ChatUnavailableError("the server went away")
        return answer(request)

    return answered


class Life(RuleBasedStateMachine):
    """What can happen to a workspace; `url` says in which store.

    Threads decide what a crash finds half done, so no rule depends on it: hypothesis must be able to repeat a life.
    """

    url: ClassVar[str | None] = None

    def __init__(self) -> None:
        super().__init__()
        empty(self.url)
        self._folder = tempfile.TemporaryDirectory()
        self._limits = [LIMITS[0]]
        self._store, self._ledger = open_workspace(Path(self._folder.name), self.url)

    @property
    def _done(self) -> bool:
        """Whether every expansion that was asked for is done."""
        runs = self._ledger.runs.all()
        return sum(run.command == "expand" and run.status == "done" for run in runs) == len(self._limits)

    @rule(fuse=st.integers(1, 150))
    def crash_before_or_after_some_commit(self, fuse: int) -> None:
        self._go_on(fuse=fuse)

    @rule(calls=st.integers(0, 20))
    def interrupt_after_some_calls(self, calls: int) -> None:
        self._go_on(stop_after=calls)

    @rule(calls=st.integers(0, 20))
    def lose_the_model_after_some_calls(self, calls: int) -> None:
        self._go_on(lose_after=calls)

    @rule()
    def raise_the_limit(self) -> None:
        if not self._done:
            self._limits[-1] = min(LIMITS[-1], self._limits[-1] + LIMITS[0])

    def _go_on(self, *, fuse: int | None = None, stop_after: int | None = None, lose_after: int | None = None) -> None:
        """One session, of another run when the last is done; it may crash, be stopped, or lose its model."""
        if self._done and len(self._limits) == RUNS:
            return
        if self._done:
            self._limits.append(LIMITS[0])
        bomb, backend = Bomb(fuse), ScriptedBackend(answer_until(lose_after))
        bought = set(self._ledger.calls.replies())
        try:
            with mined(bomb):
                self._session(Crashing(self._store, bomb), backend, stop_after)
        except Crash:
            self._start_again()
        except ChatUnavailableError:
            assert lose_after is not None, "the model fails only when it is told to"
        again = bought & set(backend.requests)
        assert not again, f"bought once more: {again}"

    def _session(self, store: Any, backend: ScriptedBackend, stop_after: int | None) -> None:
        import_seeds(store, self._ledger)
        expansion(
            store,
            self._ledger,
            backend,
            max_calls=self._limits[-1],
            stopping=lambda: stop_after is not None and len(backend.requests) >= stop_after,
        )

    def _start_again(self) -> None:
        self._store.close()
        self._ledger.close()
        self._store, self._ledger = open_workspace(Path(self._folder.name), self.url)

    @invariant()
    def the_store_is_never_ahead_of_the_ledger(self) -> None:
        for run in self._ledger.runs.all():
            assert self._store.applied(run.id) <= run.decided

    @invariant()
    def the_ledger_is_not_taken_for_one_that_lost_anything(self) -> None:
        assert not loss(self._ledger, self._store.held())
        assert self._store.held().mark <= self._ledger.mark

    @invariant()
    def the_graph_is_the_projection_of_what_is_applied(self) -> None:
        applied = list(verdicts(self._store, self._ledger))
        last = {run.id: self._store.applied(run.id) for run in self._ledger.runs.all()}
        relationships, _ = project(a for a in self._ledger.assertions.all() if a.step < last[a.run])
        assert set(self._store.scan_relationships()) == set(relationships)
        personas = list(self._store.scan_personas())
        assert [p.id for p in personas] == [v.persona for *_, v in applied if v.outcome == "new"]
        merged = [(run, n, v) for run, n, v in applied if v.outcome == "merged" and v.detail["alias"]]
        assert [merge.key for merge in self._store.merges()] == [f"{run}.{n}.{v.item}" for run, n, v in merged]
        graph = nx.Graph([(r.source, r.target) for r in relationships])
        seeds = [p.id for p in personas if p.origin == "import"]
        graph.add_nodes_from(seeds)
        depths = nx.multi_source_dijkstra_path_length(graph, seeds) if seeds else {}
        assert {p.id: p.depth for p in personas} == depths

    def teardown(self) -> None:
        try:
            if not self._done:
                self._go_on()
            assert self._done
            assert picture(self._store) == undisturbed(tuple(self._limits))
        finally:
            self._store.close()
            self._ledger.close()
            self._folder.cleanup()


@pytest.mark.slow
def test_a_workspace_survives_whatever_happens_to_it():
    lives = settings(max_examples=20, stateful_step_count=12, deadline=None, derandomize=True)
    run_state_machine_as_test(Life, settings=lives)  # type: ignore[no-untyped-call]


@pytest.mark.neo4j
def test_a_workspace_on_neo4j_survives_whatever_happens_to_it(neo4j_url):
    lives = settings(
        max_examples=6,
        stateful_step_count=8,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    life = type("LifeOnNeo4j", (Life,), {"url": neo4j_url})
    run_state_machine_as_test(life, settings=lives)  # type: ignore[no-untyped-call]
