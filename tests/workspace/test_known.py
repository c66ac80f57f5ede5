"""The index of descriptions: made once, brought up to date by the ledger, and never believed when it cannot be."""

import json

import pytest

from personagraph.storage.array_files import read_arrays
from personagraph.testing import temporary_workspace
from personagraph.workspace import known as module
from personagraph.workspace.known import growth_of


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
        monkeypatch.setattr(module, "know", lambda *a, **b: pytest.fail("the store is walked"))
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
