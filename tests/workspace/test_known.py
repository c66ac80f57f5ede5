"""The index of descriptions: made once, brought up to date by the ledger, and never believed when it cannot be."""

import json
import shutil

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.errors import ConfigError
from personagraph.storage.array_files import read_arrays, write_arrays
from personagraph.testing import temporary_workspace
from personagraph.workspace.index import known as module
from personagraph.workspace.index.known import growth_of


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 3)


def _imported(workspace, tmp_path, count, start=0):
    file = tmp_path / f"{start}.jsonl"
    rows = [{"persona": f"A baker of rye bread in village number {n} who keeps {n + 2} bees"} for n in range(count)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows[start:]))
    workspace.import_personas(file)


def _applied(workspace):
    return read_arrays(workspace.folder / "index" / "descriptions")[0]["note"]["applied"]


def _seen(workspace):
    """What a new run would find: everyone, as read from the index, and as read from the store."""
    run = workspace.ledger.runs.all()[0]
    found = []
    for _ in range(2):
        growth = growth_of(workspace, run)
        people = list(workspace.store.scan_personas())
        texts = [p.description.replace("baker", "passionate baker") for p in people]
        found.append([growth._finder.find(text, apart=lambda id: False) for text in texts])
        (workspace.folder / "index" / "descriptions").unlink(missing_ok=True)
    return found


def test_an_index_is_kept_and_later_commands_go_on_from_it(tmp_path, monkeypatch):
    with temporary_workspace() as workspace:
        _imported(workspace, tmp_path, 20)
        assert _applied(workspace) == workspace.store.held().applied
        monkeypatch.setattr("personagraph.runs.growth.know", lambda *a, **b: pytest.fail("the store is walked"))
        workspace.expand(model="simulated", max_calls=6)
        monkeypatch.undo()
        monkeypatch.setattr(module, "FEWEST", 3)
        one, other = _seen(workspace)
        assert one == other


def test_what_was_taken_back_has_the_index_made_again(tmp_path):
    with temporary_workspace() as workspace:
        _imported(workspace, tmp_path, 20)
        file = tmp_path / "again.jsonl"
        file.write_text(json.dumps({"persona": "A passionate baker of rye bread in village number 3 who keeps 5 bees"}))
        workspace.import_personas(file)
        [merge] = workspace.store.merges()
        undone = workspace.undo_merge(merge.key)
        one, other = _seen(workspace)
        assert one == other
        assert undone.id in {match[0] for match in one if match}


def test_a_preview_reads_no_index_and_leaves_none(tmp_path):
    with temporary_workspace() as workspace:
        _imported(workspace, tmp_path, 5)
        (workspace.folder / "index" / "descriptions").unlink()
        assert len(workspace.preview(2, "expand", model="simulated")) == 2
        assert not (workspace.folder / "index" / "descriptions").exists()


def test_a_small_graph_keeps_no_index(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 100)
    with temporary_workspace() as workspace:
        _imported(workspace, tmp_path, 20)
        workspace.expand(model="simulated", max_calls=2)
        assert not (workspace.folder / "index" / "descriptions").exists()


@pytest.mark.parametrize(
    "said",
    [
        *({"applied": said} for said in (None, [], {"r1": "1"}, {"r1": None}, {"r1": -1}, {"r1": 1.0}, {"r1": 10**30})),
        *({"word": said} for said in (None, 7, "", "0.0.ff", [], "9" * 99)),
        *({"rules": said} for said in (None, [], {})),
    ],
)
def test_a_note_that_is_none_of_ours_has_the_index_made_again(tmp_path, said):
    with temporary_workspace() as workspace:
        _imported(workspace, tmp_path, 8)
        file = workspace.folder / "index" / "descriptions"
        told, arrays = read_arrays(file)
        with (tmp_path / "other").open("wb") as other:
            write_arrays(other, told | {"note": told["note"] | said}, arrays)
        (tmp_path / "other").replace(file)
        one, other = _seen(workspace)
        assert one == other


def test_an_index_of_a_ledger_that_went_another_way_is_made_again(tmp_path, monkeypatch):
    folder, twin = tmp_path / "w", tmp_path / "twin"
    init_workspace(folder).close()
    rows = ["A baker of rye bread in the village who keeps bees", "A surgeon of Lima", "A potter of Peru"]
    other = "A passionate baker of rye bread in the village who keeps bees"
    (tmp_path / "0.jsonl").write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    with open_workspace(folder) as workspace:
        workspace.import_personas(tmp_path / "0.jsonl")
    shutil.copytree(folder, twin)
    with open_workspace(folder) as workspace:
        (tmp_path / "1.jsonl").write_text(json.dumps({"persona": other}) + "\n")
        workspace.import_personas(tmp_path / "1.jsonl")
        monkeypatch.setattr(module, "MOST_READ", 0)
        growth_of(workspace, workspace.ledger.runs.all()[0])._finder.prepare([])
        (folder / "index" / "descriptions").replace(tmp_path / "index")
    monkeypatch.setattr(module, "MOST_READ", 10_000)
    with open_workspace(twin) as workspace:
        (tmp_path / "1.jsonl").write_text(json.dumps({"persona": rows[0]}) + "\n")
        workspace.import_personas(tmp_path / "1.jsonl")
        (tmp_path / "index").replace(twin / "index" / "descriptions")
        one, other = _seen(workspace)
        assert one == other


@pytest.mark.parametrize("kind", ["link", "second name", "folder that is a link"])
def test_an_index_that_is_no_file_of_its_own_is_refused_before_anything_is_bought(tmp_path, kind):
    with temporary_workspace() as workspace:
        _imported(workspace, tmp_path, 8)
        index = workspace.folder / "index"
        (index / "descriptions").replace(tmp_path / "elsewhere")
        before = (tmp_path / "elsewhere").read_bytes()
        if kind == "link":
            (index / "descriptions").symlink_to(tmp_path / "elsewhere")
        elif kind == "second name":
            (index / "descriptions").hardlink_to(tmp_path / "elsewhere")
        else:
            index.replace(tmp_path / "folder")
            index.symlink_to(tmp_path / "folder")
        with pytest.raises(ConfigError, match="link"):
            workspace.expand(model="simulated", max_calls=6)
        assert workspace.ledger.calls.replies() == {}
        assert workspace.ledger.runs.unfinished() is None
        assert (tmp_path / "elsewhere").read_bytes() == before
