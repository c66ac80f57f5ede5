"""Cells of any attributes: what steering fills, what its hints name, and what is refused."""

import json
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ConfigError, UsageError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace import Workspace, init_workspace
from tests.worlds import Closing

SEEDS = [f"A baker {n} from Lima who sells bread" for n in range(9)]


@pytest.fixture
def workspace(tmp_path: Path):
    (tmp_path / "seeds.jsonl").write_text("\n".join(json.dumps({"persona": text}) for text in SEEDS))
    with init_workspace(tmp_path / "w") as made:
        made.import_personas(tmp_path / "seeds.jsonl")
        yield made


def hints(workspace: Workspace, run: str) -> list[dict[str, str]]:
    return [planned.step.fields["hint"] for planned in workspace.ledger.steps.planned(run)]


@pytest.mark.parametrize("policy", ["hint", "bandit", "structure", "direct"])
@pytest.mark.parametrize(
    ("by", "named"),
    [
        (["age", "sex"], {"age", "sex"}),
        (["activity", "age", "region"], {"occupation", "age", "country"}),
        (["region"], {"country"}),
    ],
)
def test_hints_name_what_the_cells_are_made_of_and_they_fill(workspace, policy, by, named):
    def held() -> int:
        return workspace.coverage(by)[1].covered(1)

    before = held()
    done = workspace.expand(policy=policy, by=by, backend=SimulatedBackend(7), max_calls=30)
    assert all(set(hint) == named for hint in hints(workspace, done.run))
    assert held() > before + 3
    assert workspace.ledger.runs.get(done.run).settings["by"] == by


def test_a_run_goes_on_by_what_it_began_with_and_by_nothing_else(workspace):
    options = {"policy": "hint", "max_calls": 12, "target": "uniform"}
    with pytest.raises(ChatError):
        workspace.expand(backend=Closing(5), by=["age", "sex"], **options)
    with pytest.raises(ConfigError, match="by"):
        workspace.expand(backend=SimulatedBackend(7), by=["age"], **options)
    done = workspace.expand(backend=SimulatedBackend(7), **options)
    assert done.status == "done"
    assert all(set(hint) == {"age", "sex"} for hint in hints(workspace, done.run))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"policy": "hint", "by": ["colour"]}, "--by: axes must be different attributes"),
        ({"policy": "hint", "by": ["age", "age"]}, "--by: axes must be different attributes"),
        ({"policy": "bfs", "by": ["age"]}, "the policy bfs has no use for --by"),
    ],
)
def test_what_makes_no_cells_or_is_of_no_use_is_refused_before_any_call(workspace, options, said):
    with pytest.raises(UsageError, match=said):
        workspace.expand(backend=SimulatedBackend(7), max_calls=3, **options)
    assert workspace.runs()[-1].command == "import"


def test_what_ends_a_run_counts_cells_of_the_same_attributes(workspace):
    backend = SimulatedBackend(7)
    done = workspace.expand(policy="bfs", by=["sex"], until={"covered": 1, "each": 1}, backend=backend, max_calls=9)
    assert done.reason in ("3 of 3 cells wanted hold 1 or more", "max-calls reached")
