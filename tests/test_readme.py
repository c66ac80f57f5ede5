"""What the README says of long paid runs, on a server that now and then says what nobody can use."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT, environment, personagraph
from tests.faults import FaultServer, Plan
from tests.faults.texts import World

SECTION = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Long paid runs")[2]


@pytest.fixture(scope="module")
def asked():
    """The server's address and key, as a command finds them."""
    with FaultServer(Plan(world=World(seed=5, unruly=0.15))) as server:
        yield {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-nothing"}


@pytest.mark.slow
def test_every_command_of_the_readme_on_long_runs_runs_and_stays_within_its_cost(tmp_path, asked):
    folder = tmp_path / "my-graph"
    personagraph("init", folder, folder=folder)
    for number in range(3):
        seeds = tmp_path / f"{number}.jsonl"
        rows = ({"persona": f"A cook who keeps {number}{n} jars of pickles in the cellar"} for n in range(5))
        seeds.write_text("\n".join(map(json.dumps, rows)))
        personagraph("import", seeds, folder=folder)
    commands = [line for line in SECTION.split("```")[1].splitlines() if line.startswith("personagraph ")]
    assert len(commands) == 5
    codes = []
    for command in commands:
        words = [re.sub(r"^5\.00$", "0.02", word) for word in shlex.split(command)[1:]]
        done = subprocess.run(
            [sys.executable, "-c", "from personagraph.cli import main; main()", *words],
            capture_output=True,
            text=True,
            env=environment(folder, **asked),
            timeout=180,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert done.returncode in (0, 3, 4), done.stderr
        codes.append(done.returncode)
        if "a higher --max-cost goes on" in done.stderr:
            personagraph("runs", "abandon", "r4", folder=folder)
    assert codes[1] == 4, "the limit is reached"
    [expanded] = [
        r for r in json.loads(personagraph("runs", "list", "--json", folder=folder))["runs"] if r["run"] == "r4"
    ]
    assert 0 < expanded["cost_usd"] <= 0.02
    assert expanded["dead_letters"] > 0


def test_the_readme_s_recording_can_be_replayed(tmp_path, asked):
    folder = tmp_path / "my-graph"
    personagraph("init", folder, folder=folder)
    personagraph("extract", ROOT / "examples" / "texts", "--model", "simulated", folder=folder, code=0)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    code = SECTION.split("```python")[1].split("```")[0]
    told = f"{code}    print(workspace.stats().personas)\n"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=tmp_path, env=environment(folder), capture_output=True, text=True, check=True
    )
    found = json.loads(personagraph("stats", "--json", folder=folder))
    assert int(done.stdout) == found["personas"] > 0
    assert Path(tmp_path / "pipeline.jsonl").stat().st_size > 0
