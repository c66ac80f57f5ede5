"""Merges: what was merged because of a merge that is undone is judged again, and stays what it becomes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from personagraph import init_workspace, open_workspace
from personagraph.errors import ConfigError
from personagraph.runs import projection
from personagraph.stores.graph_store import GraphStore
from personagraph.types import persona_id
from personagraph.workspace import Workspace, accept_loss
from personagraph.workspace.index import known
from tests.stored import empty
from tests.worlds import picture

FIRST = "A potter from Peru teaches village children to paint bowls"
SECOND, THIRD, FOURTH = (
    f"A {praise} potter from Peru teaches village children to paint bowls"
    for praise in ("passionate", "very passionate", "truly very passionate")
)
"""Each is like the one before it, and none like an earlier one."""
OTHER = "A surgeon of Oslo"


@pytest.fixture
def workspace(tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[Workspace]:
    """An empty workspace whose duplicates are found by word sets."""
    if graph_url:
        monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", request.getfixturevalue("neo4j_password"))
    init_workspace(tmp_path / "w", store=graph_url).close()
    with open_workspace(tmp_path / "w", dedup="partition") as made:
        yield made
    empty(graph_url)


def let_in(workspace: Workspace, *rows: str) -> None:
    """Import the descriptions, one after the other."""
    file = workspace.folder / f"{len(workspace.ledger.runs.all())}.jsonl"
    file.write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    workspace.import_personas(file)


def people(store: GraphStore) -> dict[str, list[str]]:
    """Every persona's descriptions: its own, and those that were merged into it."""
    return {p.description: [m.description for m in store.merges(persona=p.id)] for p in store.scan_personas()}


def check_told(workspace: Workspace) -> None:
    """The graph is what the ledger tells, as it would be made again from it."""
    told = projection.projection(workspace.ledger)
    held = projection.rows_of(workspace.store, [run.id for run in workspace.ledger.runs.all()])
    assert projection.differing(told, held, workspace.ledger.steps.seeds()) == {}


def merge_of(workspace: Workspace, description: str) -> str:
    return next(merge.key for merge in workspace.merges() if merge.description == description)


def test_what_was_merged_because_of_an_undone_merge_goes_with_it(workspace):
    let_in(workspace, FIRST, SECOND, THIRD, OTHER)
    assert people(workspace.store) == {FIRST: [SECOND, THIRD], OTHER: []}
    key = merge_of(workspace, SECOND)
    assert workspace.undo_merge(key).description == SECOND
    assert people(workspace.store) == {FIRST: [], OTHER: [], SECOND: [THIRD]}
    [freed] = workspace.freed(key)
    assert (freed.description, freed.persona, freed.method) == (THIRD, persona_id(SECOND), "jaccard")
    assert 0.9 <= freed.score < 1
    check_told(workspace)


def test_what_is_like_the_persona_too_stays_with_it(workspace):
    both = "A dedicated potter from Peru teaches village children to paint bowls"
    let_in(workspace, FIRST, SECOND, both)
    workspace.undo_merge(merge_of(workspace, SECOND))
    assert people(workspace.store) == {FIRST: [both], SECOND: []}
    check_told(workspace)


def test_what_came_before_the_undone_description_stays(workspace):
    let_in(workspace, FIRST, SECOND, THIRD)
    workspace.undo_merge(merge_of(workspace, THIRD))
    assert people(workspace.store) == {FIRST: [SECOND], THIRD: []}
    check_told(workspace)


def test_a_chain_is_freed_link_by_link(workspace):
    let_in(workspace, FIRST, SECOND, THIRD, FOURTH)
    assert people(workspace.store) == {FIRST: [SECOND, THIRD, FOURTH]}
    workspace.undo_merge(merge_of(workspace, SECOND))
    assert people(workspace.store) == {FIRST: [], SECOND: [THIRD, FOURTH]}
    workspace.undo_merge(merge_of(workspace, THIRD))
    assert people(workspace.store) == {FIRST: [], SECOND: [], THIRD: [FOURTH]}
    workspace.undo_merge(merge_of(workspace, FOURTH))
    assert people(workspace.store) == {FIRST: [], SECOND: [], THIRD: [], FOURTH: []}
    assert {p.depth for p in workspace.store.scan_personas()} == {0}
    check_told(workspace)


def test_what_was_undone_and_freed_is_not_merged_again_when_the_file_is_read_again(workspace):
    let_in(workspace, FIRST, SECOND, THIRD, FOURTH)
    workspace.undo_merge(merge_of(workspace, SECOND))
    before = picture(workspace.store)
    let_in(workspace, FIRST, SECOND, THIRD, FOURTH, FOURTH)
    again = {m.key: m for m in workspace.merges()}
    assert {(m.description, m.persona) for m in again.values()} == {
        (m.description, m.persona) for m in before["merges"]
    }
    assert list(workspace.store.scan_personas()) == before["personas"]
    check_told(workspace)


def test_a_freed_description_that_came_several_times_is_freed_once(workspace):
    let_in(workspace, FIRST, SECOND, THIRD, THIRD, FOURTH)
    key = merge_of(workspace, SECOND)
    workspace.undo_merge(key)
    assert people(workspace.store) == {FIRST: [], SECOND: [THIRD, FOURTH]}
    assert [freed.description for freed in workspace.freed(key)] == [THIRD, FOURTH]
    check_told(workspace)


def test_what_is_like_nobody_without_it_becomes_a_persona(workspace):
    """The pair is kept apart, since a person said so once: so it is nobody's any more."""
    let_in(workspace, FIRST, SECOND, THIRD)
    workspace.ledger.assertions.keep_apart(persona_id(THIRD), persona_id(SECOND), "r1")
    key = merge_of(workspace, SECOND)
    workspace.undo_merge(key)
    assert people(workspace.store) == {FIRST: [], SECOND: [], THIRD: []}
    assert workspace.freed(key) == [(THIRD, persona_id(THIRD), "", 0.0)]
    check_told(workspace)


def test_an_undo_that_is_given_up_leaves_what_it_would_have_freed(workspace, monkeypatch):
    let_in(workspace, FIRST, SECOND, THIRD)
    before, real = picture(workspace.store), workspace.store.write

    def dies(batch: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace.store, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        workspace.undo_merge(merge_of(workspace, SECOND))
    monkeypatch.setattr(workspace.store, "write", real)
    workspace.abandon(workspace.ledger.runs.all()[-1].id)
    assert picture(workspace.store) == before
    assert workspace.ledger.assertions.kept_apart() == set()
    check_told(workspace)


def test_an_undo_whose_run_the_ledger_lost_stays_done(workspace):
    let_in(workspace, FIRST, SECOND, THIRD)
    key = merge_of(workspace, SECOND)
    workspace.undo_merge(key)
    before = picture(workspace.store)
    ledger = workspace.ledger
    with ledger.transaction():
        for statement in (
            "DELETE FROM verdict WHERE run = 'r2'",
            "DELETE FROM step WHERE run = 'r2'",
            "DELETE FROM run WHERE id = 'r2'",
            "DELETE FROM event WHERE run = 'r2'",
            "DELETE FROM keep_apart",
        ):
            ledger._database.execute(statement)
    accept_loss(workspace.folder)
    assert picture(workspace.store) == before
    standing = {(merge.alias, merge.persona) for merge in ledger.merges.standing()}
    assert standing == set(), "the new merge is in the graph alone"
    assert ledger.assertions.kept_apart() == {
        (persona_id(SECOND), persona_id(FIRST)),
        (persona_id(THIRD), persona_id(FIRST)),
    }


def test_a_merge_that_the_ledger_lost_is_not_taken_back_and_no_way_is_named_that_is_none(workspace):
    """The same row would be merged again."""
    let_in(workspace, FIRST, SECOND)
    key, before = merge_of(workspace, SECOND), picture(workspace.store)
    with workspace.ledger.transaction():
        workspace.ledger._database.execute("DELETE FROM verdict WHERE item = 1")
    with pytest.raises(ConfigError, match=r"lost from the ledger.* a backup") as raised:
        workspace.undo_merge(key)
    assert "import" not in str(raised.value)
    assert picture(workspace.store) == before
    assert len(workspace.ledger.runs.all()) == 1


def test_it_is_told_which_description_a_merge_was_made_by(workspace):
    let_in(workspace, FIRST, SECOND, THIRD)
    assert workspace.matched(merge_of(workspace, SECOND)) == FIRST
    assert workspace.matched(merge_of(workspace, THIRD)) == SECOND


def test_an_undo_on_a_graph_whose_descriptions_are_kept_begins_from_its_index_and_decides_the_same(
    workspace, monkeypatch
):
    monkeypatch.setattr(known, "FEWEST", 2)
    let_in(workspace, FIRST, SECOND, THIRD, FOURTH, OTHER)
    let_in(workspace, OTHER)
    assert (workspace.folder / "index" / "descriptions").is_file()
    monkeypatch.setattr("personagraph.runs.growth.know", lambda *told, **more: pytest.fail("the store is walked"))
    workspace.undo_merge(merge_of(workspace, SECOND))
    assert people(workspace.store) == {FIRST: [], OTHER: [], SECOND: [THIRD, FOURTH]}
    monkeypatch.undo()
    check_told(workspace)
    let_in(workspace, SECOND)
    assert people(workspace.store) == {FIRST: [], OTHER: [], SECOND: [THIRD, FOURTH]}
