"""Undoing a merge: the description becomes a persona, what was said of it goes along, and depths are right again."""

import contextlib
import shutil
from pathlib import Path

import networkx as nx
import pytest

from personagraph.errors import ConfigError
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.projection import depths_of
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.crashes import Bomb, mined
from tests.worlds import Crash, Crashing, answer, expansion, import_seeds, picture


@pytest.fixture
def grown(tmp_path) -> Workspace:
    workspace = init_workspace(tmp_path / "w")
    import_seeds(workspace.store, workspace.ledger)
    expansion(workspace.store, workspace.ledger, ScriptedBackend(answer))
    return workspace


def test_the_description_becomes_a_persona_with_what_was_said_of_it(grown):
    merge = grown.merges()[0]
    said = grown.ledger.assertions.of_alias(merge.alias, merge.persona)
    persona = grown.undo_merge(merge.key)
    assert (persona.id, persona.description) == (merge.alias, merge.description)
    assert merge.key not in {m.key for m in grown.merges()}
    ties = grown.store.relationships_at([persona.id])
    egos = {tie.source if tie.target == persona.id else tie.target for tie in ties}
    assert egos == {a.ego for a in said}
    assert egos


def test_a_relationship_that_nothing_supports_any_more_disappears_and_others_stay(grown):
    merge = grown.merges()[0]
    before = {r.key: r for r in grown.store.relationships_at([merge.persona])}
    moved = grown.ledger.assertions.of_alias(merge.alias, merge.persona)
    others = {a.key for a in grown.ledger.assertions.all() if a not in moved}
    grown.undo_merge(merge.key)
    after = {r.key for r in grown.store.relationships_at([merge.persona])}
    assert after == {key for key in before if key in others}


def test_every_merge_can_be_undone_and_the_graph_is_then_what_the_ledger_says(grown):
    while grown.merges():
        grown.undo_merge(grown.merges()[0].key)
    said = {(a.source, a.type, a.target) for a in grown.ledger.assertions.all()}
    assert {(r.source, r.type, r.target) for r in grown.store.scan_relationships()} == said
    graph = nx.Graph([(source, target) for source, _, target in said])
    seeds = [p.id for p in grown.store.scan_personas() if p.origin == "import"]
    graph.add_nodes_from(seeds)
    lengths = nx.multi_source_dijkstra_path_length(graph, seeds)
    assert {p.id: p.depth for p in grown.store.scan_personas()} == {
        p.id: lengths.get(p.id) for p in grown.store.scan_personas()
    }
    entries = [p.entry for p in grown.store.scan_personas()]
    assert len(entries) == len(set(entries))


def test_a_seed_that_was_merged_is_a_seed_of_its_own_again(tmp_path):
    rows = tmp_path / "rows.csv"
    long = "A potter from Peru who teaches the children of the whole village to make and to paint small bowls"
    rows.write_text(f"persona\n{long}\n{long.replace('A potter', 'A dedicated potter')}\n")
    workspace = init_workspace(tmp_path / "w")
    assert workspace.import_personas(rows).merged == 1
    persona = workspace.undo_merge(workspace.merges()[0].key)
    assert (persona.depth, persona.entry, persona.origin) == (0, 1, "import")
    again = workspace.import_personas(rows)
    assert (again.new, again.merged) == (0, 2)
    assert workspace.merges() == [], "the same text is no alias, and the pair is kept apart"


def test_an_unknown_merge_is_an_error_that_says_where_to_look(grown):
    with pytest.raises(ConfigError, match="merges list"):
        grown.undo_merge("r9.9.9")


MOMENTS = 16
"""An undo dies before and after each of its commits: of the ledger, of the graph, and of what the store is asked.

At the first three of them there is no run yet: the ledger remembers where the graph is.
"""


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with merges, to be copied."""
    folder = tmp_path_factory.mktemp("undo") / "w"
    with init_workspace(folder) as workspace:
        import_seeds(workspace.store, workspace.ledger)
        expansion(workspace.store, workspace.ledger, ScriptedBackend(answer))
    return folder


def crash(workspace: Workspace, bomb: Bomb) -> None:
    """Undo the first merge, and die at the bomb's moment."""
    merge, real = workspace.merges()[0], workspace.store
    workspace.store = Crashing(real, bomb)
    with contextlib.suppress(Crash), mined(bomb):
        workspace.undo_merge(merge.key)
    workspace.store = real


def test_an_undo_has_as_many_moments_as_crashes_are_tried_at(closed, tmp_path):
    shutil.copytree(closed, tmp_path / "w")
    bomb = Bomb(None)
    with open_workspace(tmp_path / "w") as workspace:
        crash(workspace, bomb)
    assert bomb.moments == MOMENTS


@pytest.mark.parametrize("abandon", [False, True], ids=["finished", "abandoned"])
@pytest.mark.parametrize("fuse", range(1, MOMENTS + 1))
def test_a_crash_around_any_write_of_an_undo_is_finished_or_abandoned_without_a_trace(fuse, abandon, closed, tmp_path):
    shutil.copytree(closed, tmp_path / "w")
    workspace, bomb = open_workspace(tmp_path / "w"), Bomb(fuse)
    real, before, merge = workspace.store, picture(workspace.store), workspace.merges()[0]
    crash(workspace, bomb)
    assert bomb.fired
    run = workspace.ledger.runs.all()[-1]
    if abandon and run.unfinished:
        applied = real.applied(run.id)
        workspace.abandon(run.id)
        assert (picture(real) == before) == (applied == 0)
    elif run.unfinished:
        workspace.undo_merge(merge.key)
    if not abandon and fuse > 3:
        # Whether or not the user was told before: it is said, and no error.
        heard: list[str] = []
        persona = workspace.undo_merge(merge.key, note=heard.append)
        assert (persona.id, len(heard)) == (merge.alias, 1)
        assert f"the merge {merge.key} was taken back before, by run r" in heard[0]
        assert workspace.ledger.runs.unfinished() is None
    said = {(a.source, a.type, a.target) for a in workspace.ledger.assertions.all()}
    assert {(r.source, r.type, r.target) for r in real.scan_relationships()} == said
    workspace.close()


def test_depths_are_none_without_a_way_to_a_seed():
    assert depths_of(["a"], [("b", "a"), ("b", "c"), ("x", "y")]) == {"a": 0, "b": 1, "c": 2}
