"""A workspace from when ties in own words had no direction opens with the direction that its ledger shows, if any."""

import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from personagraph import open_workspace
from personagraph.errors import StoreError
from personagraph.stores.rows import BEFORE
from personagraph.workspace import accept_loss, backup_workspace, check_store, rescue_workspace, restore_workspace
from personagraph.workspace.upkeep.stores import migrate_store
from tests.kept import cypher
from tests.kept.acts import HERE, variables
from tests.kept.own_words import PEOPLE
from tests.stored import open_graph

ZOE, ABE, CY, DOT = (
    "A retired harbour master",
    "A night porter",
    "A landlord",
    "A chess teacher from Peru who once beat",
)
LIKE_DOT = "A chess teacher from Peru who once gladly"
NAMES = {ZOE: "zoe", ABE: "abe", CY: "cy", DOT: "dot", LIKE_DOT: "like dot"}
OFFICE = {("abe", "RELATED_TO", "reports to", "zoe"), ("cy", "RELATED_TO", "is the landlord of", "zoe")}
"""Of an import that was said to have directions, which it did not record, and nothing else shows."""
TOLD = {
    *OFFICE,
    ("zoe", "TIED_TO", "lends her ladder to", "like dot"),
    ("abe", "TIED_TO", "argues about football with", "dot"),
    ("abe", "TIED_TO", "once lent money to", "dot"),
    ("dot", "TIED_TO", "Once lent money to", "abe"),
    ("dot", "TIED_TO", "buys stamps from", "cy"),
    ("dot", "RELATED_TO", "plays chess with", "zoe"),
    ("abe", "RELATED_TO", "", "cy"),
    ("abe", "FRIEND_OF", "", "cy"),
}
"""Two imports, of which none shows a direction; what a model said, of which one was merged and taken back; no words."""
KEYS_AS_BEFORE = {"0a811cf7f5ad04714f96a7804de97495", "f5e18f2573673c44d66003fc58b83caa"}


@pytest.fixture
def kept(tmp_path: Path, graph_url: str | None, request: pytest.FixtureRequest, monkeypatch) -> Path:
    """A copy of the kept workspace, with its graph in either store."""
    store: Mapping[str, str] = {}
    if graph_url:
        store = variables(graph_url, request.getfixturevalue("neo4j_password"))
        cypher.rebuild(graph_url, (HERE / "own-words.cypher").read_text(encoding="utf-8"))
    for name, value in store.items():
        monkeypatch.setenv(name, value)
    return unpacked(tmp_path / "kept", "neo4j" if graph_url else "sqlite")


@pytest.fixture
def in_files(tmp_path: Path, monkeypatch) -> Path:
    """A copy of the kept workspace, with its graph in SQLite."""
    monkeypatch.delenv("PERSONAGRAPH_STORE", raising=False)
    return unpacked(tmp_path / "kept", "sqlite")


def unpacked(folder: Path, kind: str) -> Path:
    with tarfile.open(HERE / f"own-words-{kind}.tar.gz") as packed:
        packed.extractall(folder, filter="data")
    return folder


def told(folder: Path, **store: Any) -> tuple[set[tuple[str, str, str, str]], set[str]]:
    """Every relationship of the workspace by the names of its ends, and all keys."""
    with open_workspace(folder, **store) as workspace:
        people = list(workspace.store.scan_personas())
        names = {p.id: next(name for words, name in NAMES.items() if p.description.startswith(words)) for p in people}
        ties = list(workspace.store.scan_relationships())
    return {(names[r.source], r.type, r.label, names[r.target]) for r in ties}, {r.key for r in ties}


def check(folder: Path, **store: Any) -> None:
    """All that there is to check is right: the graph is what a fresh projection of the ledger gives."""
    found = {finding.name: finding for finding in check_store(folder, **store)}
    assert all(finding.ok for finding in found.values()), found
    assert found["projection"].detail == "the graph is what the ledger says"


def test_ties_in_own_words_are_told_as_they_were_said_and_other_keys_stay(kept):
    for _ in range(2):
        ties, keys = told(kept)
        assert ties == TOLD
        assert {key for key in keys if key in KEYS_AS_BEFORE} == KEYS_AS_BEFORE
        assert not any(key.startswith(BEFORE) for key in keys)
        check(kept)


def test_what_was_interrupted_after_the_schema_goes_on(kept, graph_url):
    with open_workspace(kept) as workspace:
        owner = workspace.ledger.workspace
    restored = unpacked(kept.parent / "again", "neo4j" if graph_url else "sqlite")
    if graph_url:
        cypher.rebuild(graph_url, (HERE / "own-words.cypher").read_text(encoding="utf-8"))
    with closing(open_graph(restored, graph_url, workspace=owner_of(restored, owner))) as graph:
        outdated = graph.outdated()
        assert {r.label for r in outdated if r.type == "RELATED_TO"} >= {"reports to", "plays chess with"}
        assert all(r.key.startswith(BEFORE) and r.label for r in outdated)
    assert told(restored)[0] == TOLD
    check(restored)


def owner_of(folder: Path, otherwise: str) -> str:
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger:
        found = ledger.execute("SELECT value FROM meta WHERE name = 'workspace'").fetchone()
    return str(found[0]) if found else otherwise


def test_an_import_that_has_ties_of_a_directed_type_had_directions(in_files):
    with closing(sqlite3.connect(in_files / "ledger.sqlite3")) as file, file:
        alter(file, type="TEACHES")
    ties, _ = told(in_files)
    office = {("zoe", "TIED_TO", "reports to", "abe"), ("cy", "TIED_TO", "is the landlord of", "zoe")}
    assert {tie for tie in ties if tie[2]} == {tie for tie in TOLD - OFFICE if tie[2]} | office


def test_an_import_of_which_a_tie_was_turned_down_for_its_direction_had_none_everywhere(in_files):
    with closing(sqlite3.connect(in_files / "ledger.sqlite3")) as file, file:
        alter(file, type="TEACHES")
        file.execute("UPDATE verdict SET run = 'r1', step = 99 WHERE run = 'r2' AND outcome = 'rejected'")
    ties, _ = told(in_files)
    assert ties >= OFFICE


def alter(ledger: sqlite3.Connection, *, type: str) -> None:
    """Let the tie without words of the first import be of another type."""
    row = "run = 'r1' AND outcome = 'linked' AND json_extract(detail, '$.link.label') = ''"
    change = f"UPDATE verdict SET detail = json_set(detail, '$.link.type', ?) WHERE {row}"
    assert ledger.execute(change, (type,)).rowcount == 1


def test_an_import_that_comes_again_doubles_no_ties_that_had_no_direction(kept, tmp_path):
    rows = "".join(f"{name},{PEOPLE[name]}\n" for name in ("zoe", "dot"))
    (tmp_path / "n.csv").write_text(f"id,description\n{rows}")
    (tmp_path / "club.csv").write_text("source,target,type\nzoe,dot,plays chess with\n")
    with open_workspace(kept) as workspace:
        done = workspace.import_graph([tmp_path / "club.csv"], nodes=tmp_path / "n.csv", directed=False)
        assert (done.run.new, done.run.linked) == (0, 1)
    assert told(kept)[0] == TOLD


def test_migrating_says_what_it_did(kept):
    done = migrate_store(kept)
    assert done[-1] == "6 relationships in own words, with the direction that the ledger shows"
    assert migrate_store(kept) == []
    check(kept)


def test_what_an_undone_merge_moved_has_the_direction_too(kept):
    with open_workspace(kept) as workspace:
        [undone] = [
            verdict
            for run in workspace.ledger.runs.all()
            for decided in workspace.ledger.steps.decided(run.id, first=0, last=run.decided)
            for verdict in decided.verdicts
            if verdict.outcome == "undone"
        ]
        [moved] = undone.detail["moved"]
        assert (moved["type"], moved["label"], moved["source"]) == ("TIED_TO", "lends her ladder to", moved["ego"])
    check(kept)


@pytest.mark.parametrize(
    "detail",
    [
        'RELATED_TO is no "RELATED_TO" here',
        '{"link": 3, "moved": {"key":""}, "x": "RELATED_TO"}',
        '{"link": {"type": "RELATED_TO", "label": {}}, "moved": [{"type": "RELATED_TO", "label": 7, "step": "x"}]}',
        '{"moved": [3, null, "\\ud800"], "x": "RELATED_TO"}',
    ],
)
@pytest.mark.parametrize("outcome", ["linked", "undone"])
def test_a_verdict_that_somebody_altered_breaks_nothing(in_files, detail, outcome):
    with closing(sqlite3.connect(in_files / "ledger.sqlite3")) as file, file:
        file.execute("UPDATE verdict SET detail = ? WHERE outcome = ?", (detail, outcome))
    with suppress(StoreError):  # which says that the file cannot be read; anything else fails this test
        told(in_files)


def test_a_rescue_of_the_older_files_gives_the_same(in_files, tmp_path):
    rescue_workspace(in_files, tmp_path / "saved")
    assert told(tmp_path / "saved")[0] == TOLD
    check(tmp_path / "saved")


@pytest.mark.parametrize("name", ["ledger", "graph"])
def test_a_rescue_of_older_files_of_which_one_is_damaged_gives_the_same(in_files, tmp_path, name):
    index = {"ledger": "verdict_persona", "graph": "merge_by_persona"}[name]
    spoil(in_files / f"{name}.sqlite3", index)
    found = rescue_workspace(in_files, tmp_path / "saved")
    assert getattr(found, name) == "damaged"
    assert told(tmp_path / "saved")[0] == TOLD


def spoil(file: Path, index: str) -> None:
    """Blank the root page of an index, so that the file is damaged and every row is there."""
    with closing(sqlite3.connect(file)) as opened:
        (page,) = opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
        (size,) = opened.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as written:
        written.seek((page - 1) * size)
        written.write(bytes(size))


def test_without_the_ledger_they_stay_without_direction(in_files):
    (in_files / "ledger.sqlite3").unlink()
    accept_loss(in_files)
    ties, keys = told(in_files)
    assert {frozenset((a, b)) for a, type, label, b in ties if label == "reports to"} == {frozenset(("zoe", "abe"))}
    assert {type for _, type, label, _ in ties if label} == {"RELATED_TO"}
    assert not any(key.startswith(BEFORE) for key in keys)


@pytest.mark.neo4j
def test_a_backup_of_then_is_restored_into_a_server(in_files, tmp_path, neo4j_url, neo4j_password, monkeypatch):
    cypher.rebuild(neo4j_url, "")
    backup_workspace(in_files, tmp_path / "backup")
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    restore_workspace(tmp_path / "backup", tmp_path / "restored", store=neo4j_url)
    assert told(tmp_path / "restored", store=neo4j_url)[0] == TOLD
    check(tmp_path / "restored", store=neo4j_url)
