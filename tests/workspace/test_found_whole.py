"""A run does not read again what the last one left whole, and refuses what was damaged since."""

import json
from pathlib import Path

import pytest

import personagraph
from personagraph.errors import StoreError
from personagraph.storage.damage import found_whole
from personagraph.storage.workspace_files import GRAPH, LEDGER

TEXTS = [f"A keeper of {n:03d} bees who sells honey from village number {n}" for n in range(300)]


@pytest.fixture
def grown(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(found_whole, "LEAST", 1)
    personagraph.init_workspace(tmp_path / "w").close()
    grow(tmp_path / "w", 0)
    return tmp_path / "w"


def grow(folder: Path, first: int) -> None:
    rows = folder.parent / "rows.jsonl"
    rows.write_text("".join(f"{json.dumps({'persona': text})}\n" for text in TEXTS[first : first + 50]))
    with personagraph.open_workspace(folder) as workspace:
        workspace.import_personas(rows)


def read(folder: Path) -> dict[str, float]:
    """When each file was last read whole."""
    return {name: row[-1] for name, row in json.loads((folder / "index" / found_whole.FILE).read_bytes()).items()}


def test_runs_one_after_another_and_reading_between_them_read_the_files_once(grown):
    before = read(grown)
    assert set(before) == {LEDGER, GRAPH}
    for first in (50, 100):
        with personagraph.open_workspace(grown) as workspace:
            workspace.stats()
        grow(grown, first)
    assert read(grown) == before


@pytest.mark.parametrize("name", [LEDGER, GRAPH])
def test_a_file_that_was_damaged_between_two_runs_is_refused(grown, name):
    data = (grown / name).read_bytes()
    with personagraph.open_workspace(grown) as workspace:
        with (grown / name).open("r+b") as file:
            for page in range(8, len(data) // 4096, 3):
                file.seek(page * 4096)
                file.write(b"\x07" * 4096)
        with pytest.raises(StoreError, match="is damaged"):
            workspace.import_personas(grown.parent / "rows.jsonl")
