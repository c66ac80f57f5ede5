"""What can be put side by side: runs, models, workspaces and reports that were kept."""

import json

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.errors import InputError, UsageError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace.verbs.audits.compare import compare
from tests.commands import code_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two imports and an expansion of a made-up world; another workspace beside it, and a kept report."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "one.csv").write_text("persona\nA nurse from Kenya\nA potter from Peru\n")
    (folder / "two.csv").write_text("persona\nA baker from Norway\n")
    with init_workspace(folder / "a") as workspace:
        workspace.import_personas(folder / "one.csv")
        workspace.import_personas(folder / "two.csv")
        workspace.expand(model="simulated", max_calls=2, hops=2)
        (folder / "kept.json").write_text(json.dumps({"sections": workspace.audit()}))
    with init_workspace(folder / "b") as workspace:
        workspace.import_personas(folder / "two.csv")
    (folder / "empty.json").write_text("{}")
    (folder / "none.json").write_text("no")
    return folder


def test_runs_workspaces_models_and_kept_reports_stand_side_by_side(folder):
    other, kept = str(folder / "b"), str(folder / "kept.json")
    with open_workspace(folder / "a") as workspace:
        found = workspace.compare(["r1", "r2", "model:simulated", other, kept])
        everyone = len(workspace.snapshot())
    assert found["reports"] == ["r1", "r2", "model:simulated", other, kept]
    people = next(one for one in found["numbers"] if one["name"] == "personas")["values"]
    assert people[:2] == [2, 1]
    assert people[3:] == [1, everyone]
    assert sum(people[:3]) == everyone


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Three workspaces each of two policies, from seeds of their own."""
    folder = tmp_path_factory.mktemp("grown")
    for policy in ("bfs", "hint"):
        for n in range(3):
            with init_workspace(folder / f"{policy}{n}") as workspace:
                (folder / "seeds.csv").write_text(f"persona\nA nurse from village {n}\nA potter from town {n}\n")
                workspace.import_personas(folder / "seeds.csv")
                options = {"max_calls": 20, "calls_per_ego": 9, "seed": n}
                workspace.expand(policy=policy, backend=SimulatedBackend(n), **options)
    return folder


def test_runs_of_one_name_are_told_together_and_make_one_curve(grown):
    found = compare(None, [f"{p}={grown / f'{p}{n}'}" for p in ("bfs", "hint") for n in range(3)])
    json.dumps(found, allow_nan=False)
    assert found["groups"] == {"bfs": 3, "hint": 3}
    assert [(one["name"], one["runs"], one["calls"][-1]) for one in found["curves"]] == [
        ("bfs", 3, 20),
        ("hint", 3, 20),
    ]
    rows = {row["name"]: row for row in found["numbers"]}
    covered = rows["cells with at least 1"]
    assert [one["lines"]["1"]["mean"][-1] for one in found["curves"]] == [one["mean"] for one in covered["groups"]]
    assert covered["groups"][0]["mean"] == pytest.approx(sum(covered["values"][:3]) / 3)
    assert all(0 <= end <= 1 for row in found["shares"] for one in row["groups"] for end in one["interval"] or ())
    steered = rows["share of hints that brought somebody into the region"]
    assert (steered["groups"][0]["mean"], steered["groups"][1]["mean"] is None) == (None, False)


def test_the_terminal_and_the_page_draw_the_curves(grown, capsys, tmp_path):
    items = [f"{p}={grown / f'{p}{n}'}" for p in ("bfs", "hint") for n in range(3)]
    assert (
        code_of("coverage", "--compare", *items, "--html", str(tmp_path / "a.html"), "--csv", str(tmp_path / "a.csv"))
        == 0
    )
    told = capsys.readouterr().out
    assert "cells of 180 with 3 or more" in told
    assert "5 calls" in told
    assert "hint (3 runs)" in told
    page = (tmp_path / "a.html").read_text()
    assert page.count('class="band') == 2 * 5
    assert "Coverage against calls" in page
    assert "cells of 180 with 1 or more" in page
    assert 'curve,"hint, personas, after 20 calls"' in (tmp_path / "a.csv").read_text()


def test_a_name_of_one_report_is_what_it_is_called(grown):
    found = compare(None, [f"one={grown / 'bfs0'}", f"other={grown / 'hint0'}"])
    assert found["reports"] == ["one", "other"]
    assert found["groups"] == {}
    assert "difference" in found["numbers"][0]


def test_a_kept_report_has_its_curve_and_one_of_an_older_version_is_told_without(grown, tmp_path):
    with open_workspace(grown / "hint0") as workspace:
        sections = workspace.audit()
    (tmp_path / "new.json").write_text(json.dumps({"sections": sections}))
    del sections["growth"]["curve"], sections["aims"]
    (tmp_path / "old.json").write_text(json.dumps({"sections": sections}))
    found = compare(None, [str(tmp_path / "new.json"), str(tmp_path / "old.json")])
    assert [one["name"] for one in found["curves"]] == [str(tmp_path / "new.json")]
    sections["growth"]["curve"] = {"calls": [1], "cells": {}}
    (tmp_path / "old.json").write_text(json.dumps({"sections": sections}))
    with pytest.raises(InputError, match="it is no report"):
        compare(None, [str(tmp_path / "new.json"), str(tmp_path / "old.json")])


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["r1", "r9"], "'r9' is no run, no folder and no file"),
        (["r1", "model:x"], "these were asked: simulated"),
        (["r1", "r1"], "named twice"),
        (["r1"], "two reports or more"),
        ([], "two reports or more"),
    ],
)
def test_what_is_none_of_these_is_refused(folder, items, said):
    with open_workspace(folder / "a") as workspace, pytest.raises(UsageError, match=said):
        workspace.compare(items)


@pytest.mark.parametrize(
    ("path", "instead"),
    [
        (("cells",), None),
        (("cells", "axes"), [1]),
        (("people", "personas"), "many"),
        (("people", "attributes"), []),
        (("attributes", "sex", "rows"), [{"cell": [], "now": 1, "wanted": 1}]),
        (("attributes", "sex", "now", "known"), {}),
        (("pairs",), {"pairs": 7}),
        (("growth",), {"new": 1}),
    ],
)
def test_a_report_that_somebody_spoiled_is_refused_and_not_half_read(folder, tmp_path, path, instead):
    told = json.loads((folder / "kept.json").read_text())
    inside = told["sections"]
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = instead
    (tmp_path / "spoiled.json").write_text(json.dumps(told))
    with pytest.raises(InputError, match="it is no report"):
        compare(None, [str(folder / "kept.json"), str(tmp_path / "spoiled.json")])


@pytest.mark.parametrize(("file", "said"), [("empty.json", "it is no report"), ("none.json", "it is no JSON")])
def test_a_file_that_is_no_report_is_named(folder, file, said):
    with pytest.raises(InputError, match=said):
        compare(None, [str(folder / "kept.json"), str(folder / file)])
