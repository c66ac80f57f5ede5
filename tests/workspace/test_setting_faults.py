"""An unfinished run with settings that nobody's version wrote is not gone on with: what is wrong is said by name."""

import sqlite3
from typing import Any

import pytest

from personagraph.errors import ConfigError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace import init_workspace, open_workspace
from personagraph.workspace.setting_faults import fault_of


@pytest.mark.parametrize(
    ("more", "name", "said"),
    [
        ({"task": "nothing"}, "task", "it should be math, logic"),
        ({"task": "mine", "own": "= no TOML"}, "own", "is no TOML"),
        ({"task": "mine", "own": "x = 1"}, "own", "has 'x', which no task has"),
        ({"checks": ["nope"]}, "checks", "there is no 'nope'"),
        ({"checks": ["formula"]}, "", ""),
    ],
)
def test_what_a_synthesis_is_told_is_looked_through(more: dict[str, Any], name: str, said: str) -> None:
    found, fault = fault_of({"task": "math", **more}, "synthesize")
    assert found == name
    assert said in fault


def test_a_task_that_nobody_has_stops_a_run_before_anything_is_asked(tmp_path):
    with init_workspace(tmp_path / "w") as workspace:
        (tmp_path / "in.jsonl").write_text('{"persona": "A baker from Lyon"}\n')
        workspace.import_personas(tmp_path / "in.jsonl")
        workspace.synthesize("math", n=2, backend=SimulatedBackend(), stopping=lambda: True)
    with sqlite3.connect(tmp_path / "w" / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE run SET settings = json_set(settings, '$.task', 'nothing') WHERE command = 'synthesize'")
    ledger.close()
    with (
        open_workspace(tmp_path / "w") as workspace,
        pytest.raises(ConfigError, match="cannot go on with its task nothing"),
    ):
        workspace.synthesize("math", n=2, backend=SimulatedBackend())
