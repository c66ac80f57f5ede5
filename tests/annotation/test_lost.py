"""What was known is not lost with a ledger that lost the run which annotated: it is taken over from the graph."""

import json
from pathlib import Path

import pytest

from personagraph.workspace import accept_loss, init_workspace, open_workspace
from tests.annotation.graphs import blind, check_told, known, let_in
from tests.runs.test_lost import kept, put_back

NURSE, FARMER = "A nurse from Kenya", "A farmer from Peru"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose ledger is an old copy: it lacks the runs that labelled the nurse and read the farmer."""
    folder = tmp_path / "w"
    with init_workspace(folder) as graph, blind():
        let_in(graph, {"persona": NURSE, "sex": "female"}, FARMER)
    copy = kept(folder)
    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps({"description": NURSE, "activity": "student"}))
    with open_workspace(folder) as graph:
        graph.annotate(labels=labels)
        graph.annotate()
    put_back(folder, copy)
    return folder


def test_the_ledger_that_was_taken_over_tells_what_the_graph_knows(folder):
    accept_loss(folder)
    with open_workspace(folder) as graph:
        check_told(graph)
        assert known(graph)[NURSE]["activity"] == ("student", "label")
        assert known(graph)[FARMER]["region"] == ("latin_america", "words")


def test_it_is_annotated_again_as_if_nothing_had_been_lost(folder):
    accept_loss(folder)
    with open_workspace(folder) as graph:
        before = known(graph)
        assert graph.annotate().run.annotated == 0
        assert known(graph) == before
        assert before[NURSE]["sex"] == ("female", "field")


def test_of_whom_the_ledger_lost_how_they_came_what_no_words_say_is_kept(tmp_path):
    folder = tmp_path / "w"
    with init_workspace(folder) as graph:
        let_in(graph, "Somebody")
    copy = kept(folder)
    with open_workspace(folder) as graph:
        let_in(graph, {"persona": FARMER, "sex": "female", "activity": "retired"})
    put_back(folder, copy)
    accept_loss(folder)
    with open_workspace(folder) as graph:
        assert graph.annotate().run.annotated == 0
        assert known(graph)[FARMER]["activity"] == ("retired", "field")
        assert known(graph)[FARMER]["region"] == ("latin_america", "words")
        check_told(graph)
