"""Annotating without a model: the words of everybody are read again, and what models stated is weighed anew."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from personagraph.annotation import work
from personagraph.graph.snapshot import Snapshot
from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import ChatRequest
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.workspace import Workspace, open_workspace
from tests.annotation.graphs import blind, check_told, known, let_in, people, workspace_at
from tests.crashes import Bomb, mined
from tests.worlds import WORDS, Crash

ALTER = "A nurse from Kenya who keeps a {} boat near the {} and sings to her patients in the evening"
NURSE, FARMER = "A nurse from Kenya who collects stamps", "A 70-year-old farmer from Peru"


@pytest.fixture
def workspace(tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[Workspace]:
    """An empty workspace."""
    password = request.getfixturevalue("neo4j_password") if graph_url else ""
    with workspace_at(tmp_path / "w", graph_url, monkeypatch, password) as made:
        yield made


def stating(**said: str) -> ScriptedBackend:
    """A model that names one alter for each ego, another one each time, and states this of it."""
    pairs = itertools.permutations(WORDS, 2)

    def answer(request: ChatRequest) -> str:
        one, other = next(pairs)
        alter = {"relation": "friend of", "label": "", "confidence": 0.9, "former": False, "nature": "person"}
        alter |= {**dict.fromkeys(ATTRIBUTES, "unknown"), **said, "description": ALTER.format(one, other)}
        return json.dumps({"alters": [alter]})

    return ScriptedBackend(answer, small=False)


def test_words_that_nobody_read_before_are_read(workspace):
    with blind():
        let_in(workspace, NURSE, FARMER, "Somebody")
    assert known(workspace) == {NURSE: {}, FARMER: {}, "Somebody": {}}
    done = workspace.annotate()
    assert (done.run.status, done.run.annotated) == ("done", 2)
    assert known(workspace)[FARMER] == {
        "activity": ("agriculture", "words"),
        "age": ("65+", "words"),
        "region": ("latin_america", "words"),
    }
    assert known(workspace)["Somebody"] == {}
    assert done.known["region"] == {"words": 2, "unknown": 1}
    check_told(workspace)


def test_a_second_time_changes_nothing(workspace):
    with blind():
        let_in(workspace, NURSE, {"persona": FARMER, "activity": "retired"})
    workspace.annotate()
    before = list(workspace.store.scan_personas())
    assert workspace.annotate().run.annotated == 0
    assert list(workspace.store.scan_personas()) == before


def test_a_column_holds_against_the_words(workspace):
    with blind():
        let_in(workspace, {"persona": FARMER, "activity": "retired"})
    workspace.annotate()
    assert known(workspace)[FARMER]["activity"] == ("retired", "field")
    assert known(workspace)[FARMER]["age"] == ("65+", "words")


def test_the_arrays_of_the_graph_know_it_too(workspace):
    with blind():
        let_in(workspace, NURSE, FARMER)
    workspace.snapshot()
    workspace.annotate()
    fresh: Snapshot = workspace.store.snapshot()
    for column, other in ((workspace.snapshot().bases, fresh.bases), *zip_columns(workspace.snapshot(), fresh)):
        assert [column.names[code] for code in column.codes] == [other.names[code] for code in other.codes]
    assert workspace.group(cell="region=latin_america")[0].description == FARMER


def zip_columns(one: Snapshot, other: Snapshot):
    return [(one.attributes[name], other.attributes[name]) for name in one.attributes]


def test_a_description_that_was_merged_in_says_what_the_persona_does_not(workspace):
    first, second = (
        "A potter who teaches village children to paint bowls",
        "A potter who teaches the village children to paint bowls",
    )
    with blind():
        let_in(workspace, first, {"persona": second, "region": "Peru", "sex": "female", "activity": "student"})
    assert workspace.stats().merges == 1
    workspace.annotate()
    assert known(workspace)[first]["region"] == ("latin_america", "field")
    assert known(workspace)[first]["activity"] == ("craft", "words"), "its own words come before another's row"
    check_told(workspace)


def test_once_the_merge_is_undone_they_are_its_own_again(workspace):
    first, second = (
        "A potter who teaches village children to paint bowls",
        "A potter who teaches the village children to paint bowls",
    )
    with blind():
        let_in(workspace, first, {"persona": second, "region": "Peru"})
    workspace.annotate()
    [merge] = workspace.merges()
    notes: list[str] = []
    workspace.undo_merge(merge.key, note=notes.append)
    assert [note.partition(" of ")[0] for note in notes] == ["region"], "its own words say the activity"
    assert "`personagraph annotate` reads again" in notes[0]
    workspace.annotate()
    assert "region" not in known(workspace)[first]
    assert known(workspace)[second]["region"] == ("latin_america", "field")
    check_told(workspace)


def test_what_a_model_stated_counts_once_it_is_found_to_state_well(workspace):
    let_in(workspace, *(f"A teacher of village {n}" for n in range(40)))
    with blind():
        workspace.expand(backend=stating(activity="professionals", language="sw"), hops=1)
    alter = ALTER.format(*WORDS[:2])
    assert known(workspace)[alter] == {}
    done = workspace.annotate()
    assert done.statements["scripted"]["activity"]["agreed"] == 40
    assert known(workspace)[alter]["activity"] == ("professionals", "agreed")
    assert "language" not in known(workspace)[alter], "of it no statement could be checked"


def test_a_statement_that_the_words_contradict_is_dropped(workspace):
    let_in(workspace, "A teacher of the village")
    with blind():
        workspace.expand(backend=stating(activity="agriculture", region="oceania"), hops=1)
    done = workspace.annotate()
    assert known(workspace)[ALTER.format(*WORDS[:2])]["region"] == ("east_southern_africa", "words")
    assert done.statements["scripted"]["region"]["contradicted"] == 1


def test_it_goes_on_where_it_was_killed_and_ends_as_an_undisturbed_one(workspace, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    with blind():
        let_in(workspace, *(f"A farmer from Peru number {n}" for n in range(11)))
    folder = workspace.folder
    bomb = Bomb(3)
    with pytest.raises(Crash), mined(bomb):
        workspace.annotate()
    workspace.close()
    with open_workspace(folder) as again:
        done = again.annotate()
        assert done.run.status == "done"
        assert {told["region"] for told in known(again).values()} == {("latin_america", "words")}
        assert done.run.annotated == 11
        check_told(again)


def test_it_can_be_stopped_and_goes_on(workspace, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    with blind():
        let_in(workspace, *(f"A farmer from Peru number {n}" for n in range(11)))
    asked = iter([False, False, False])
    assert workspace.annotate(stopping=lambda: next(asked, True)).run.status == "interrupted"
    assert workspace.annotate().run.status == "done"
    assert all(person.attributes["region"] == "latin_america" for person in people(workspace).values())


def test_nobody_else_grows_the_graph_meanwhile(workspace, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 1)
    let_in(workspace, NURSE, FARMER)
    assert workspace.annotate(stopping=lambda: True).run.status == "interrupted"
    with pytest.raises(Exception, match="personagraph annotate"):
        let_in(workspace, "A baker")
