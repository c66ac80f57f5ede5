"""Ordered replies: the same graph whatever the timing and the crashes, and no reply bought twice."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.errors import ChatUnavailableError
from personagraph.llm.client.prices import Price
from personagraph.llm.recorded import RecordedBackend
from personagraph.llm.scripted import ScriptedBackend
from personagraph.steering import stops
from personagraph.steering.stops import Stop, Until
from personagraph.types import ChatRequest
from personagraph.vocabulary.cells import PAIR
from tests.crashes import Bomb, mined
from tests.stored import empty
from tests.worlds import Crash, Crashing, answer, expansion, import_seeds, open_workspace, picture


def undisturbed(folder: Path, **options: Any) -> tuple[dict[str, Any], ScriptedBackend]:
    folder.mkdir()
    store, ledger = open_workspace(folder)
    import_seeds(store, ledger)
    backend = ScriptedBackend(answer)
    expansion(store, ledger, backend, **options)
    return picture(store), backend


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], ScriptedBackend]:
    return undisturbed(tmp_path_factory.mktemp("reference") / "workspace")


def test_the_world_brings_new_personas_merges_cycles_and_dead_letters(reference, tmp_path):
    seen, _ = reference
    assert seen["stats"].personas > 30
    assert seen["stats"].merges > 3
    assert seen["stats"].relationships >= seen["stats"].personas - 10
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    run = expansion(store, ledger, ScriptedBackend(answer))
    outcomes = {outcome for outcome, _ in ledger.steps.outcomes(run.id)}
    assert outcomes >= {"new", "merged", "rejected", "dead"}
    assert run.status == "done"
    assert run.reason == "max-calls reached"


def test_concurrency_and_delays_do_not_change_the_graph(reference, tmp_path, graph_url):
    store, ledger = open_workspace(tmp_path, graph_url)
    import_seeds(store, ledger)
    delay: Callable[[ChatRequest], float] = lambda request: random.random() * 0.01  # noqa: E731
    expansion(store, ledger, ScriptedBackend(answer, delay=delay), concurrency=16)
    assert picture(store) == reference[0]


def test_a_run_that_is_replayed_from_its_ledger_gives_the_same_graph(tmp_path, reference):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    store, ledger = open_workspace(tmp_path / "one")
    import_seeds(store, ledger)
    expansion(store, ledger, ScriptedBackend(answer))
    other_store, other_ledger = open_workspace(tmp_path / "two")
    import_seeds(other_store, other_ledger)
    expansion(other_store, other_ledger, RecordedBackend.of(tmp_path / "one" / "ledger.sqlite3"))
    assert picture(other_store) == picture(store) == reference[0]


def test_a_limit_raised_on_resume_gives_what_the_higher_limit_would_have_given(reference, tmp_path, graph_url):
    store, ledger = open_workspace(tmp_path, graph_url)
    import_seeds(store, ledger)
    calls = 0

    def failing(request: ChatRequest) -> str:
        nonlocal calls
        calls += 1
        if calls > 15:
            raise ChatUnavailableError("the server went away")
        return answer(request)

    with pytest.raises(ChatUnavailableError):
        expansion(store, ledger, ScriptedBackend(failing), max_calls=20)
    assert ledger.runs.all()[-1].status == "failed"
    expansion(store, ledger, ScriptedBackend(answer), max_calls=60)
    assert picture(store) == reference[0]


def test_max_personas_is_never_exceeded_by_more_than_one_reply(tmp_path):
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    before = store.stats().personas
    run = expansion(store, ledger, ScriptedBackend(answer), max_calls=None, max_personas=11)
    assert 11 <= store.stats().personas - before <= 12
    assert run.reason == "max-personas reached"


def test_depth_is_the_fewest_hops_from_any_seed(reference):
    import networkx as nx

    seen, _ = reference
    graph = nx.Graph([(r.source, r.target) for r in seen["relationships"]])
    seeds = [p.id for p in seen["personas"] if p.origin == "import"]
    graph.add_nodes_from(seeds)
    lengths = nx.multi_source_dijkstra_path_length(graph, seeds)
    assert {p.id: p.depth for p in seen["personas"]} == lengths


def test_stopping_drains_and_resuming_completes(reference, tmp_path, graph_url):
    store, ledger = open_workspace(tmp_path, graph_url)
    import_seeds(store, ledger)
    backend = ScriptedBackend(answer)
    run = expansion(store, ledger, backend, stopping=lambda: len(backend.requests) > 20)
    assert run.status == "interrupted"
    assert ledger.calls.uncertain(run.id) == 0
    again = ScriptedBackend(answer)
    assert expansion(store, ledger, again).status == "done"
    assert picture(store) == reference[0]
    assert not set(backend.requests) & set(again.requests)


def test_a_reply_that_comes_just_when_the_wait_for_it_ends_is_taken(tmp_path, monkeypatch):
    class Late(Future):
        """Its reply comes between the end of the wait for it and the look at what became of it."""

        def result(self, timeout=None):
            if self.done():
                return super().result()
            while not self.done():
                time.sleep(0.001)
            raise TimeoutError

    monkeypatch.setattr("personagraph.llm.client.client.Future", Late)
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    backend = ScriptedBackend(answer, delay=lambda request: 0.05)
    assert expansion(store, ledger, backend, max_calls=4).status == "done"


def test_after_a_call_that_the_budget_has_no_room_for_no_later_one_is_sent(tmp_path):
    store, ledger = open_workspace(tmp_path)
    seeds = [f"A keeper of the number {n} and the {n + 50} who counts {n + 100} stones" for n in range(30)]
    seeds[10] += " and the words of a very long song" * 100
    import_seeds(store, ledger, seeds)
    backend = ScriptedBackend(lambda request: {"alters": []})
    run = expansion(store, ledger, backend, max_calls=None, price=Price(1_000.0, 0.0, 0.0), max_cost=2.0)
    assert run.reason == "max-cost reached"
    assert len(backend.requests) == run.decided


def test_a_run_that_has_done_enough_is_done_though_the_budget_is_used_up_by_what_was_bought_ahead(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(stops, "WINDOW", 1)
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    slow = iter([0.5])
    backend = ScriptedBackend(lambda request: {"alters": []}, delay=lambda request: next(slow, 0.0))
    stop = Stop(Until(gain=0.5), {("craft", "oceania"): 1.0}, PAIR)
    options = {"price": Price(1_000.0, 0.0, 0.0), "max_cost": 0.25, "max_calls": None}
    run = expansion(store, ledger, backend, stop=stop, **options)
    assert (run.status, run.decided) == ("done", 1)
    assert run.reason == "the last 1 calls brought 0 personas into cells below their share"
    assert 1 < len(backend.requests) < 4, "a later one found no room"


def crash_and_resume(
    folder: Path, fuses: list[int], url: str | None = None
) -> tuple[dict[str, Any], list[str], list[Bomb]]:
    """Run import and expansion, dying at each fuse in turn and starting again from the files, until they are done."""
    bought: list[str] = []
    bombs = [Bomb(fuse) for fuse in fuses]
    for bomb in [*bombs, Bomb(None)]:
        store, ledger = open_workspace(folder, url)
        backend = ScriptedBackend(answer)
        guarded: Any = Crashing(store, bomb)
        with suppress(Crash), mined(bomb):
            import_seeds(guarded, ledger)
            expansion(guarded, ledger, backend)
        bought += backend.requests
        seen = picture(store)
        store.close()
        ledger.close()
    return seen, bought, bombs


def check_crashes(
    folder: Path, fuses: list[int], reference: tuple[dict[str, Any], ScriptedBackend], url: str | None = None
) -> None:
    seen, bought, bombs = crash_and_resume(folder, fuses, url)
    assert [bomb.fired for bomb in bombs] == [True] * len(fuses), "a crash that was armed came too late to be one"
    assert seen == reference[0]
    assert len(bought) - len(set(bought)) <= 4 * len(fuses), "only calls in flight at a crash may be sent again"


some_fuses = st.integers(1, 68).map(lambda fuse: [fuse]) | st.lists(st.integers(1, 17), min_size=2, max_size=4)
"""The moments of crashes, one after the other; an import and an expansion have at least 100 between them."""


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True)
@given(fuses=some_fuses)
def test_crashes_around_any_write_lose_nothing_and_buy_nothing_twice(fuses, tmp_path_factory, reference):
    check_crashes(tmp_path_factory.mktemp("crash"), fuses, reference)


@pytest.mark.neo4j
@settings(max_examples=5, deadline=None, derandomize=True)
@given(fuses=some_fuses)
def test_on_neo4j_crashes_around_any_write_lose_nothing_either(fuses, tmp_path_factory, reference, neo4j_url):
    empty(neo4j_url)
    check_crashes(tmp_path_factory.mktemp("crash"), fuses, reference, neo4j_url)
