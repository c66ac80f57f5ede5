"""What can be put side by side: runs, models, workspaces and reports that were kept."""

import json

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.errors import InputError, UsageError
from personagraph.workspace.verbs.audits.compare import compare


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
