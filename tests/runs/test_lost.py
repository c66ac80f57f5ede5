"""A ledger that lost its latest part: found out, told, and, once that is accepted, whole again but for what is gone."""

import contextlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.errors import ConfigError, StoreError
from personagraph.ledger import Ledger
from personagraph.ledger.assertions import project
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.lost import loss, take_over
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Assertion, Batch, Mark
from personagraph.workspace import Workspace, accept_loss
from tests.crashes import Bomb, mined
from tests.stored import people, tie
from tests.worlds import Crash, answer, expansion, import_seeds

CALLS = 24


def grow(workspace: Workspace, calls: int, *, stop_after: int | None = None) -> None:
    """Expand; stopped after so many requests."""
    backend = ScriptedBackend(answer)
    expansion(
        workspace.store,
        workspace.ledger,
        backend,
        max_calls=calls,
        stopping=lambda: stop_after is not None and len(backend.requests) >= stop_after,
    )


def kept(folder: Path) -> Path:
    """A copy of the ledger as it is now."""
    copy = folder / "kept.sqlite3"
    with (
        closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger,
        closing(sqlite3.connect(copy)) as other,
    ):
        ledger.backup(other)
    return copy


def put_back(folder: Path, copy: Path) -> None:
    """An old copy of the ledger in its place."""
    for beside in folder.glob("ledger.sqlite3*"):
        beside.unlink()
    shutil.copy(copy, folder / "ledger.sqlite3")


def check_projected(store: GraphStore, ledger: Ledger) -> None:
    """The graph is what the ledger's assertions add up to, seeds are at depth 0, and whoever is there has entered."""
    relationships, links = project(ledger.assertions.all())
    assert set(store.scan_relationships()) == set(relationships)
    assert {link for _, link in store.source_links()} == set(links)
    everyone = list(store.scan_personas())
    assert {p.id for p in everyone if p.depth == 0} == ledger.steps.seeds()
    assert {p.id for p in everyone} <= ledger.losses.personas()


def test_what_a_graph_alone_says_of_links_and_of_both_ends_is_taken_over_whatever_the_ledger_still_has(tmp_path):
    some = people(8)
    said = [
        ("similar", "both", ("c1",)),
        ("", "denied", ("c1", "c2")),
        ("grounded", "", ()),
        ("", "both", ()),
        ("", "denied", ()),
    ]
    ties = [
        tie(one, other, "FRIEND_OF", via=via, agreement=agreement, calls=calls)
        for (via, agreement, calls), one, other in zip(said, some, some[1:], strict=False)
    ]
    with init_workspace(tmp_path / "w") as workspace:
        store, ledger = workspace.store, workspace.ledger
        store.write(Batch("r1", 0, 1, tuple(some), relationships=tuple(ties), mark=Mark(1, 0)))
        known = [(ties[0], ties[0].target, "c1", "similar"), (ties[1], ties[1].source, "c2", "")]
        ledger.assertions.enter(
            Assertion("r1", 0, n, call, ego, r.target, "", r.key, r.source, r.target, r.type, via=via)
            for n, (r, ego, call, via) in enumerate(known)
        )
        take_over(ledger, store, loss(ledger, store.held()))
        assert set(project(ledger.assertions.all())[0]) == set(store.scan_relationships()) == set(ties)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with seeds."""
    with init_workspace(tmp_path / "w") as workspace:
        import_seeds(workspace.store, workspace.ledger)
    return tmp_path / "w"


@pytest.fixture(params=["between runs", "within a run", "before everything"])
def behind(request, folder: Path) -> Path:
    """The workspace after an expansion, with a ledger of before it, of its middle, or of before the import."""
    copy = kept(folder) if request.param == "between runs" else None
    if request.param == "before everything":
        with closing(Ledger(folder / "empty.sqlite3")) as ledger, closing(Ledger(folder / "ledger.sqlite3")) as ours:
            ledger.adopt(ours.workspace)
        copy = folder / "empty.sqlite3"
    with open_workspace(folder) as workspace:
        if request.param == "within a run":
            grow(workspace, CALLS, stop_after=10)
            copy = kept(folder)
        grow(workspace, CALLS)
        grow(workspace, CALLS)
    assert copy
    put_back(folder, copy)
    return folder


def test_a_ledger_that_is_behind_is_told_and_read_and_nothing_is_bought(behind):
    with open_workspace(behind) as workspace:
        assert workspace.stats().personas > 10
        assert workspace.search("carver")
        workspace.runs()
        with pytest.raises(ConfigError, match=r"behind its graph: it lacks .*run r\d.*store accept"):
            workspace.expand(backend=ScriptedBackend(answer), max_calls=70)
        with pytest.raises(ConfigError, match="behind its graph"):
            workspace.abandon("r2")


def test_what_is_accepted_is_lost_once_and_no_number_is_used_twice(behind):
    with open_workspace(behind) as workspace:
        held = workspace.store.held()
    assert "run r3" in accept_loss(behind)
    assert accept_loss(behind) == ""
    with open_workspace(behind) as workspace:
        assert not workspace.behind
        assert not loss(workspace.ledger, held)
        assert workspace.ledger.calls.next_attempt() > held.mark.attempts
        assert workspace.ledger.runs.unfinished() is None
        statuses = {run.run: run.status for run in workspace.runs()}
        assert list(statuses) == ["r1", "r2", "r3"]
        assert statuses["r3"] == "lost"
        for run in statuses:
            workspace.run_report(run)
        check_projected(workspace.store, workspace.ledger)


@pytest.mark.parametrize("name", ["graph.sqlite3", "ledger.sqlite3"])
def test_nothing_is_accepted_of_or_into_a_file_that_lost_an_index(behind, name):
    """SQLite opens such a file without a word."""
    with closing(sqlite3.connect(behind / name)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
        [(page, size)] = file.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema"
            " WHERE name IN ('relationship_backwards', 'call_run')"
        )
    data = bytearray((behind / name).read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    (behind / name).write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        accept_loss(behind)
    with closing(Ledger(behind / "ledger.sqlite3")) as ledger:
        assert not [run for run in ledger.runs.all() if run.status == "lost"]


def test_after_it_is_accepted_the_graph_grows_on_and_merges_are_taken_back(behind):
    with open_workspace(behind) as workspace:
        before = {p.id for p in workspace.store.scan_personas()}
    accept_loss(behind)
    with open_workspace(behind) as workspace:
        grow(workspace, 3 * CALLS)
        assert workspace.runs()[-1].run == "r4"
        check_projected(workspace.store, workspace.ledger)
        assert before <= {p.id for p in workspace.store.scan_personas()}
        lost = [merge.key for merge in workspace.merges() if merge.run == "r3"]
        with pytest.raises(ConfigError, match="was lost from the ledger"):
            workspace.undo_merge(lost[0])
        gone = {(merge.alias, merge.persona) for merge in workspace.merges() if merge.run in ("r2", "r3")}
        whole = [merge for merge in workspace.merges() if (merge.alias, merge.persona) not in gone]
        assert whole
        for key in {(merge.alias, merge.persona): merge.key for merge in whole}.values():
            workspace.undo_merge(key)
            check_projected(workspace.store, workspace.ledger)


def test_a_merge_whose_undoing_was_lost_stays_undone(folder):
    with open_workspace(folder) as workspace:
        grow(workspace, CALLS)
        copy = kept(folder)
        merge = workspace.merges()[0]
        persona = workspace.undo_merge(merge.key)
        grow(workspace, CALLS)
    put_back(folder, copy)
    assert accept_loss(folder).startswith("run r3 (1 step), run r4")
    with open_workspace(folder) as workspace:
        check_projected(workspace.store, workspace.ledger)
        assert (merge.alias, merge.persona) in workspace.ledger.assertions.kept_apart()
        heard: list[str] = []
        assert workspace.undo_merge(merge.key, note=heard.append) == persona
        assert "was taken back before" in heard[0]


def test_a_run_that_went_on_elsewhere_is_not_unfinished_any_more(folder):
    with open_workspace(folder) as workspace:
        grow(workspace, 40, stop_after=10)
        assert workspace.runs()[-1].status == "interrupted"
        copy = kept(folder)
        workspace.abandon("r2")
        grow(workspace, CALLS)
    put_back(folder, copy)
    accept_loss(folder)
    with open_workspace(folder) as workspace:
        assert [run.status for run in workspace.runs()] == ["done", "abandoned", "lost"]


def test_a_ledger_that_lacks_calls_only_is_behind_too(folder):
    copy = kept(folder)
    with open_workspace(folder) as workspace:
        workspace.store.mark(Mark(1, 7))
    put_back(folder, copy)
    with open_workspace(folder) as workspace:
        assert "lacks 7 calls that had been sent" in workspace.behind
    accept_loss(folder)
    with open_workspace(folder) as workspace:
        assert not workspace.behind
        assert workspace.ledger.calls.next_attempt() == 8


def test_a_run_that_brought_nothing_keeps_its_number(folder):
    copy = kept(folder)
    with open_workspace(folder) as workspace:
        grow(workspace, 0)
    put_back(folder, copy)
    accept_loss(folder)
    with open_workspace(folder) as workspace:
        assert [(run.run, run.status) for run in workspace.runs()] == [("r1", "done"), ("r2", "lost")]
        grow(workspace, 4)
        assert workspace.runs()[-1].run == "r3"


def test_a_ledger_that_was_lost_altogether_is_made_anew_for_the_graph(folder):
    with open_workspace(folder) as workspace:
        grow(workspace, CALLS)
        id = workspace.ledger.workspace
    (folder / "ledger.sqlite3").rename(folder / "gone")
    (folder / "ledger.sqlite3-wal").write_bytes(b"what is left of it")
    with pytest.raises(ConfigError, match="the ledger was lost"):
        open_workspace(folder)
    assert accept_loss(folder).startswith("run r1 (1 step), run r2 (24 steps), ")
    [left] = folder.glob("lost-*")
    assert left.read_bytes() == b"what is left of it"
    with open_workspace(folder) as workspace:
        assert workspace.ledger.workspace == id
        check_projected(workspace.store, workspace.ledger)
        grow(workspace, CALLS)
        check_projected(workspace.store, workspace.ledger)


def test_a_sound_workspace_has_nothing_to_accept_and_a_folder_without_a_graph_neither(folder, tmp_path):
    assert accept_loss(folder) == ""
    (tmp_path / "none").mkdir()
    with pytest.raises(ConfigError, match="is no workspace"):
        accept_loss(tmp_path / "none")
    assert not list((tmp_path / "none").glob("*.sqlite3*"))


@pytest.mark.parametrize("runs", ["r99999999999999999999", "r0", "x", "r1'", "copy-1.0"])
def test_a_graph_that_names_no_run_is_not_believed(folder, runs):
    with closing(sqlite3.connect(folder / "graph.sqlite3")) as graph, graph:
        graph.execute("INSERT INTO run VALUES (?, 5)", (runs,))
        graph.execute("UPDATE workspace SET attempts = 'many'")
    with open_workspace(folder) as workspace:
        assert not workspace.behind


@pytest.mark.parametrize("gone", [False, True], ids=["behind", "gone"])
def test_a_crash_around_any_commit_of_an_acceptance_leaves_all_or_nothing(gone, folder, tmp_path):
    copy = kept(folder)
    with open_workspace(folder) as workspace:
        grow(workspace, CALLS)
    put_back(folder, copy)
    if gone:
        (folder / "ledger.sqlite3").unlink()
    fuse, bomb = 0, Bomb(None)
    while fuse == 0 or bomb.fired:
        fuse += 1
        again, bomb = tmp_path / str(fuse), Bomb(fuse)
        shutil.copytree(folder, again)
        with contextlib.suppress(Crash), mined(bomb):
            accept_loss(again)
        assert accept_loss(again) == "" or bomb.fired
        with open_workspace(again) as workspace:
            assert not workspace.behind
            check_projected(workspace.store, workspace.ledger)
            assert workspace.runs()[-1].status == "lost"
    assert fuse > 2
