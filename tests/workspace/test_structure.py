"""Expansions by structure through a workspace: plans are in the ledger, hints show who is there, breaks do no harm."""

from typing import Any

import pytest

from personagraph.errors import UsageError
from personagraph.testing import temporary_workspace
from personagraph.types import Step
from personagraph.workspace import Workspace
from personagraph.workspace.index import clusters

PEOPLE = {
    "bookkeeper from Peru who counts wool": 120,
    "nurse from Ghana on a ward for children": 90,
    "tram driver in Lisbon on line": 60,
    "beekeeper from Kenya with hives on a hill": 6,
    "glass blower from Chile with ovens": 7,
}
SEEDS = [f"A {who}, number {n}" for who, count in PEOPLE.items() for n in range(2, 2 + count)]
OPTIONS: dict[str, Any] = {"policy": "structure", "max_calls": 140}


def steps(graph: Workspace) -> list[Step]:
    """What the last run planned and may have asked."""
    run = graph.ledger.runs.all()[-1].id
    return [planned.step for planned in graph.ledger.steps.planned(run)][: OPTIONS["max_calls"]]


def test_a_plan_is_kept_with_its_first_step_and_hints_show_who_is_there() -> None:
    with temporary_workspace(SEEDS, model="simulated") as graph:
        done = graph.expand(**OPTIONS)
        assert done.new > 0
        planned = steps(graph)
        assert [n for n, step in enumerate(planned) if "memo" in step.context] == [0, 64, 128]
        assert {step.steering for step in planned} == {2}
        there = {one.description for one in graph.store.scan_personas()}
        shown = [step.fields["hint"]["like"] for step in planned if "like" in step.fields["hint"]]
        assert shown
        assert {text for like in shown for text in like.split("\n")} <= there


def test_it_is_previewed_and_forecast_and_needs_a_limit() -> None:
    with temporary_workspace(SEEDS, model="simulated") as graph:
        assert len(graph.preview(3, "expand", policy="structure")) == 3
        assert graph.forecast("expand", **OPTIONS).calls == (140, 140, 140)
        with pytest.raises(UsageError, match="the policy structure never ends by itself; give --max-calls"):
            graph.expand(policy="structure")


@pytest.mark.parametrize("every", [9, 50])
def test_stopped_again_and_again_it_asks_as_an_undisturbed_run(every: int) -> None:
    with temporary_workspace(SEEDS, model="simulated") as calm, temporary_workspace(SEEDS, model="simulated") as graph:
        calm.expand(**OPTIONS)
        for _ in range(60):
            looks = iter(range(every))
            if graph.expand(**OPTIONS, stopping=lambda looks=looks: next(looks, every) >= every).status == "done":
                break
        assert steps(graph) == steps(calm)
        assert list(graph.store.scan_relationships()) == list(calm.store.scan_relationships())


def test_clusters_are_of_those_whom_the_run_began_with(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_workspace(SEEDS, model="simulated") as graph:
        graph.expand(policy="bfs", max_calls=5)
        run = graph.ledger.runs.all()[-1]
        found = clusters.clusters_before(graph, run, seed=0)
        assert found is not None
        labels, exemplars = found
        assert (labels[: len(SEEDS)] >= 0).all()
        assert (labels[len(SEEDS) :] == -1).all()
        assert len(labels) == graph.store.size()
        assert exemplars.max() < len(SEEDS)
        monkeypatch.setattr(clusters, "MOST", len(SEEDS) - 1)
        assert clusters.clusters_before(graph, run, seed=0) is None
