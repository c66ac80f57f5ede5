"""The graph of a workspace as arrays: kept under index/, extended by what runs bring, made again when it must be."""

import errno
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personagraph import init_workspace, open_workspace
from personagraph.errors import ConfigError
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.snapshots.files import FILE
from personagraph.storage.array_files import read_arrays, write_arrays
from personagraph.stores.vectors import FOLDER
from personagraph.types import Batch
from personagraph.workspace import Workspace
from personagraph.workspace.index import snapshot as snapshots
from tests.graph.test_extension import assert_same_snapshot
from tests.sessions import command
from tests.stored import empty, people, tie

PRAISE = ("", "very old ", "passionate ", "truly passionate ", "young ")
TRADES = ("potter", "surgeon", "baker", "farmer", "pilot", "judge")
PLACES = ("Peru", "Oslo", "Accra", "Hanoi", "Quito")


@pytest.fixture(autouse=True)
def _kept_however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "LEAST", 1)


@pytest.fixture
def folder(tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[Path]:
    """The folder of an empty workspace."""
    if graph_url:
        monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", request.getfixturevalue("neo4j_password"))
    init_workspace(tmp_path / "w", store=graph_url).close()
    yield tmp_path / "w"
    empty(graph_url)


def opened(folder: Path) -> tuple[Workspace, list[str]]:
    """The workspace, and what it notes."""
    workspace, notes = open_workspace(folder, dedup="partition", model="simulated"), list[str]()
    workspace.note = notes.append
    return workspace, notes


def let_in(workspace: Workspace, *rows: str) -> None:
    """Import the descriptions, one after the other."""
    file = workspace.folder / f"{len(workspace.ledger.runs.all())}.jsonl"
    file.write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    workspace.import_personas(file)


def tie_in(workspace: Workspace, rng: random.Random, names: list[str]) -> None:
    """Import a network of these."""
    file = workspace.folder / f"{len(workspace.ledger.runs.all())}.json"
    nodes = [{"id": name, "description": name} for name in names]
    links = [dict(zip(("source", "target"), rng.sample(names, 2), strict=True)) for _ in names]
    file.write_text(json.dumps({"directed": True, "multigraph": True, "graph": {}, "nodes": nodes, "edges": links}))
    workspace.import_graph([file])


def described(rng: random.Random, count: int) -> list[str]:
    """Descriptions, some of which are merged into others."""
    return [
        f"A {rng.choice(PRAISE)}{rng.choice(TRADES)} from {rng.choice(PLACES)} teaches village children to paint bowls"
        for _ in range(count)
    ]


def read_again(workspace: Workspace) -> Snapshot:
    """What all of it is, from objects."""
    built = Snapshot.build(workspace.store.scan_personas(), workspace.store.scan_relationships())
    return replace(built, applied=workspace.store.held().applied)


def is_extended(notes: list[str]) -> bool:
    return not any("read the whole graph" in note for note in notes)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_whatever_runs_bring_it_is_what_the_graph_is_when_all_of_it_is_read(folder, seed):
    rng = random.Random(seed)
    kinds = ["import", "expand", "network", "undo", "extract", "import", "expand", "import", "network"]
    workspace, notes = opened(folder)
    let_in(workspace, *described(rng, 8))
    workspace.snapshot()
    for kind in rng.sample(kinds, len(kinds)):
        notes.clear()
        if kind == "import":
            let_in(workspace, *described(rng, 6))
        elif kind == "expand":
            workspace.expand(max_calls=6)
        elif kind == "network":
            tie_in(workspace, rng, [*dict.fromkeys(described(rng, 6)), "A fresh one of no trade", "Another fresh one"])
        elif kind == "extract":
            text = workspace.folder / "text.txt"
            text.write_text("A potter of Peru wrote to a surgeon of Oslo about the bowls that she paints.")
            workspace.extract([text])
        elif merges := workspace.merges():
            workspace.undo_merge(rng.choice(merges).key)
        else:
            continue
        assert_same_snapshot(workspace.snapshot(), read_again(workspace))
        assert is_extended(notes) == (kind != "undo")
        if rng.random() < 0.5:
            workspace.close()
            workspace, notes = opened(folder)
            assert_same_snapshot(workspace.snapshot(), read_again(workspace))
            assert is_extended(notes)
    workspace.close()


def test_what_is_not_written_to_stays_the_same_object(folder):
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 5))
    assert workspace.snapshot() is workspace.snapshot()
    workspace.close()


def test_what_another_process_wrote_meanwhile_is_there(folder):
    workspace, notes = opened(folder)
    let_in(workspace, *described(random.Random(1), 5))
    workspace.snapshot()
    other, _ = opened(folder)
    let_in(other, *described(random.Random(2), 5))
    other.close()
    notes.clear()
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    assert is_extended(notes)
    workspace.close()


def test_what_was_written_past_the_ledger_is_read_again(folder):
    workspace, notes = opened(folder)
    let_in(workspace, *described(random.Random(1), 5))
    workspace.snapshot()
    notes.clear()
    a, b = (replace(one, entry=100 + one.entry) for one in people(2))
    workspace.store.write(Batch("r77", 0, 1, (a, b), relationships=(tie(a, b),)))
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    assert not is_extended(notes)
    workspace.close()


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _changed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-5] ^= 1
    file.write_bytes(data)


def _written_anew(file: Path, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """The same file, of what is whole but for the change."""
    note, arrays = read_arrays(file)
    change(note, arrays)
    with open(file.with_name("other"), "wb") as other:
        write_arrays(other, note, arrays)
    file.with_name("other").replace(file)


def _of_another_version(file: Path) -> None:
    _written_anew(file, lambda note, arrays: note.update(snapshot=99))


def _leading_out(file: Path) -> None:
    def change(note: dict[str, Any], arrays: dict[str, Any]) -> None:
        arrays["both.ends"][-1] = len(arrays["ids"])

    _written_anew(file, change)


def _in_two_dimensions(file: Path) -> None:
    _written_anew(file, lambda note, arrays: arrays.update(depths=np.stack([arrays["depths"]] * 2, axis=1)))


def _without_names(file: Path) -> None:
    _written_anew(file, lambda note, arrays: note.update(names=7))


def _of_something_else(file: Path) -> None:
    file.write_bytes(b"what somebody else put here")


@pytest.mark.parametrize(
    "harm", [_cut, _changed, _of_another_version, _leading_out, _in_two_dimensions, _without_names, _of_something_else]
)
def test_what_cannot_be_used_is_made_again_with_one_note(folder, harm):
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    workspace.expand(max_calls=5)
    workspace.snapshot()
    workspace.close()
    harm(folder / FOLDER / FILE)
    workspace, notes = opened(folder)
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    assert sum("cannot be used, and is made again" in note for note in notes) == 1
    workspace.close()
    workspace, notes = opened(folder)
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    assert notes == []
    workspace.close()


def test_what_is_gone_is_made_again(folder):
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    workspace.snapshot()
    workspace.close()
    (folder / FOLDER / FILE).unlink()
    workspace, notes = opened(folder)
    workspace.snapshot()
    assert not is_extended(notes)
    assert (folder / FOLDER / FILE).exists()
    workspace.close()


def test_a_run_of_the_same_name_that_began_at_another_time_is_another(folder):
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    workspace.snapshot()
    with workspace.ledger.transaction():
        workspace.ledger._database.execute("UPDATE run SET started = '2001-01-01T00:00:00+00:00'")
    workspace.close()
    workspace, notes = opened(folder)
    workspace.snapshot()
    assert not is_extended(notes)
    workspace.close()


def test_an_older_copy_that_went_another_way_is_read_again(tmp_path):
    folder = tmp_path / "w"
    init_workspace(folder).close()
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    workspace.close()
    shutil.copytree(folder, tmp_path / "copy")
    kept = [place / FOLDER / FILE for place in (folder, tmp_path / "copy")]
    for file in kept:
        workspace, _ = opened(file.parents[1])
        workspace.expand(max_calls=9)
        workspace.snapshot()
        workspace.close()
    kept[0].replace(kept[1])
    workspace, notes = opened(tmp_path / "copy")
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    assert not is_extended(notes)
    workspace.close()


def test_a_link_in_the_place_of_the_file_is_not_followed(folder, tmp_path):
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    (folder / FOLDER).mkdir()
    (tmp_path / "elsewhere").write_text("mine")
    (folder / FOLDER / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="link"):
        workspace.snapshot()
    assert (tmp_path / "elsewhere").read_text() == "mine"
    workspace.close()


@pytest.mark.parametrize(("number", "remedy"), [(errno.ENOSPC, "make room there"), (errno.EROFS, "permissions")])
def test_where_it_cannot_be_kept_it_is_there_all_the_same_and_is_told_once(folder, monkeypatch, number, remedy):
    from personagraph.graph.snapshots import files

    def failing(*parts: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "write_arrays", failing)
    workspace, notes = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    assert workspace.snapshot() is workspace.snapshot()
    assert [remedy in note for note in notes] == [True]
    assert list((folder / FOLDER).iterdir()) == []
    workspace.close()


def test_an_empty_graph_and_one_persona_are_arrays_too(folder):
    workspace, _ = opened(folder)
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    let_in(workspace, "A potter of Peru")
    assert_same_snapshot(workspace.snapshot(), read_again(workspace))
    workspace.close()


def test_of_a_small_graph_nothing_is_kept(folder, monkeypatch):
    monkeypatch.setattr(snapshots, "LEAST", 1000)
    workspace, notes = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    workspace.snapshot()
    assert not (folder / FOLDER).exists()
    assert notes == []
    workspace.close()


def test_a_command_tells_that_what_is_kept_cannot_be_used_and_answers(tmp_path):
    folder = tmp_path / "w"
    init_workspace(folder).close()
    workspace, _ = opened(folder)
    let_in(workspace, *(f"A {trade} of {place}" for trade, place in zip(TRADES, PLACES, strict=False)))
    workspace.snapshot()
    workspace.close()
    _cut(folder / FOLDER / FILE)
    said = command("path", "potter", "surgeon", "--best", "1", folder=folder)
    assert "no path" in said.out.lower()
    assert said.err.count("cannot be used, and is made again") == 1


def test_a_file_where_the_folder_should_be_is_refused(folder):
    workspace, _ = opened(folder)
    let_in(workspace, *described(random.Random(1), 8))
    (folder / FOLDER).write_text("in the way")
    with pytest.raises(ConfigError, match="no folder"):
        workspace.snapshot()
    workspace.close()
