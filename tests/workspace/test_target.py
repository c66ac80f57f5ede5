"""One target for coverage and hints: chosen by a setting or an option, kept by the run, told beside the figures."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.steering.targets import target_of
from personagraph.testing import temporary_workspace
from personagraph.vocabulary.cells import PAIR
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import read_region
from personagraph.workspace import Workspace
from personagraph.workspace.run_settings import ExpandSettings
from personagraph.workspace.setting_faults import fault_of
from tests.commands import ROOT, code_of

WANTED = "activity,region,share\nagriculture,south_asia,0.75\ncraft,oceania,0.25\n"
HINTS: dict[str, Any] = {"policy": "hint", "max_calls": 8}


def hinted(graph: Workspace) -> Counter[tuple[str, str]]:
    """How often each cell was hinted at by the first steps of the last run."""
    found: Counter[tuple[str, str]] = Counter()
    for planned in islice(graph.ledger.steps.planned(graph.ledger.runs.all()[-1].id), HINTS["max_calls"]):
        hint = planned.step.fields["hint"]
        found[read_activity(hint["occupation"]), read_region(hint["country"])] += 1
    return found


def imported(graph: Workspace, folder: Path) -> Path:
    """A graph of a few seeds; the path of a target."""
    rows = folder / "seeds.jsonl"
    rows.write_text("\n".join(json.dumps({"persona": f"A {who} from Lima"}) for who in ("baker", "nurse", "cook")))
    graph.import_personas(rows)
    (folder / "wanted.csv").write_text(WANTED)
    return folder / "wanted.csv"


def test_hints_are_given_by_the_shares_of_a_file(tmp_path: Path) -> None:
    with temporary_workspace(model="simulated") as graph:
        graph.expand(target=imported(graph, tmp_path), **HINTS)
        assert hinted(graph) == {("agriculture", "south_asia"): 6, ("craft", "oceania"): 2}


def test_a_run_goes_on_with_what_the_file_said_when_it_began(tmp_path: Path) -> None:
    with temporary_workspace(model="simulated") as graph:
        file = imported(graph, tmp_path)
        left = iter([False] * 4)
        graph.expand(target=file, stopping=lambda: next(left, True), **HINTS)
        run = graph.ledger.runs.all()[-1]
        assert run.settings["target"].startswith("wanted.csv (")
        assert sorted(run.settings["wanted"]) == [["agriculture", "south_asia", 0.75], ["craft", "oceania", 0.25]]
        file.write_text("activity,region,share\nclerks,east_asia,1\n")
        with pytest.raises(ConfigError, match=r"is unfinished and has target 'wanted\.csv"):
            graph.expand(target=file, **HINTS)
        graph.expand(**HINTS)
        assert set(hinted(graph)) == {("agriculture", "south_asia"), ("craft", "oceania")}


def test_new_runs_steer_to_the_target_of_the_settings_and_old_ones_to_what_they_began_with(tmp_path: Path) -> None:
    with temporary_workspace(model="simulated") as graph:
        imported(graph, tmp_path)
        graph.expand(**HINTS)
        assert graph.ledger.runs.all()[-1].settings["target"] == "half"
        assert ExpandSettings.of({"policy": "hint"}).target == "uniform"


def test_coverage_is_held_against_the_target_and_names_it(tmp_path: Path) -> None:
    with temporary_workspace(model="simulated") as graph:
        file = imported(graph, tmp_path)
        seeds, now = graph.coverage()
        assert seeds.target_name == now.target_name == "half world, half uniform"
        assert graph.coverage(target="world")[1].target["armed_forces", "oceania"] == 0
        given = graph.coverage(PAIR, target=file)[1]
        assert given.target_name == "wanted.csv"
        assert given.js_divergence is not None
        assert graph.coverage(target="uniform")[1].js_divergence != given.js_divergence


def test_a_target_that_cannot_be_is_refused_before_anything_begins(tmp_path: Path) -> None:
    with temporary_workspace(model="simulated") as graph:
        file = imported(graph, tmp_path)
        with pytest.raises(UsageError, match="the policy bfs steers to no target"):
            graph.expand(target="world", max_calls=1)
        with pytest.raises(UsageError, match="did you mean world"):
            graph.expand(target="wrold", **HINTS)
        file.write_text("activity,region,share\nchild,mars,1\n")
        with pytest.raises(InputError, match="line 2: 'mars' is no region"):
            graph.expand(target=file, **HINTS)
        assert len(graph.ledger.runs.all()) == 1


def test_the_command_line_takes_a_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with temporary_workspace(model="simulated") as graph:
        imported(graph, tmp_path)
        folder = str(graph.folder)
        assert code_of("coverage", "--workspace", folder, "--target", "world") == 0
        said = capsys.readouterr().out
        assert "bits from world" in said
        assert "region: published by age, sex and region" in said
        assert code_of("coverage", "--workspace", folder, "--target", "wrold") == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"target": "/etc/passwd"}, "it should be half or uniform or world"),
        ({"target": "f.csv", "wanted": [["child", "mars", 0.5]]}, "cells of activity and region"),
        ({"target": "f.csv", "wanted": [["craft", "oceania", float("nan")]]}, "cells of activity and region"),
        ({"target": "f.csv", "wanted": [["craft", "oceania"]]}, "cells of activity and region"),
        ({"target": "f.csv", "wanted": [[]]}, ""),
    ],
)
def test_a_ledger_that_wants_what_no_version_wrote_is_not_gone_on_with(settings: dict[str, Any], said: str) -> None:
    name, fault = fault_of(settings, "expand")
    assert name == "target"
    assert said in fault
    assert fault_of({"target": "f.csv", "wanted": [["craft", "oceania", 1]]}, "expand") == ("", "")


def test_the_example_of_the_page_is_a_target(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
    file = tmp_path / "wanted.csv"
    file.write_text(page.split("```")[1].lstrip())
    assert target_of(file, ("age", "region")).weights["25-44", "oceania"] == pytest.approx(0.075)
