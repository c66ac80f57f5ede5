"""Who links personas finds the vectors of their descriptions by position, the same however the graph grew since."""

import json
import shutil

import numpy as np
import pytest

from personagraph.meaning.encoders import encoder_named
from personagraph.meaning.nearest.lists import FIRST
from personagraph.vocabulary.reference import table
from personagraph.workspace import init_workspace, open_workspace
from personagraph.workspace.index.vectors import APART, described
from tests.meanings import Meanings

TITLES = sorted({row["title"] for row in table("occupations") if row["role"] in ("hint", "title")})
PLACES = sorted({row["place"] for row in table("places")})
QUERIES = ("someone who treats patients", "a person who grows rice", "who teaches children")


def rows(first: int, count: int) -> list[str]:
    numbers = range(first, first + count)
    return [f"A {TITLES[n % len(TITLES)]} from {PLACES[n // 3 % len(PLACES)]} of house {n}" for n in numbers]


def imported(workspace, descriptions):
    file = workspace.folder.parent / "rows.jsonl"
    file.write_text("".join(json.dumps({"persona": text}) + "\n" for text in descriptions))
    workspace.import_personas(file)


@pytest.fixture(autouse=True)
def _kept_of_few(monkeypatch):
    monkeypatch.setattr("personagraph.workspace.index.vectors.FEWEST", 1)


@pytest.fixture
def workspace(tmp_path):
    with init_workspace(tmp_path / "w") as workspace:
        imported(workspace, rows(0, 60))
        yield workspace


def found(workspace, graph, encoder):
    made = described(workspace, graph, encoder)
    return [part.tolist() for part in made.near(encoder.encode(QUERIES), 20)], made.vectors(np.arange(20)).tolist()


def test_each_position_has_the_vector_of_its_description(workspace):
    graph, encoder = workspace.snapshot(), encoder_named("static")
    made = described(workspace, graph, encoder)
    texts = [persona.description for persona in workspace.store.scan_personas()]
    exact = encoder.encode(texts)
    read = np.flatnonzero(exact.any(axis=1))
    rows = made.vectors(read)
    assert len(read) > 50
    assert (rows * exact[read]).sum(axis=1) / np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=0.001)
    assert made.near(exact[7:8], 1)[1].tolist() == [[7]]


def test_the_same_are_near_for_the_same_graph_whoever_entered_since(workspace):
    encoder, graph = encoder_named("static"), workspace.snapshot()
    before = found(workspace, graph, encoder)
    imported(workspace, rows(60, 40))
    assert len(workspace.snapshot()) == 100
    assert found(workspace, graph, encoder) == before
    shutil.rmtree(workspace.folder / "index")
    assert found(workspace, graph, encoder) == before
    assert found(workspace, workspace.snapshot(), encoder) != before


@pytest.mark.slow
def test_so_they_are_when_the_index_was_put_into_lists_since(tmp_path):
    encoder = encoder_named("static")
    with init_workspace(tmp_path / "w") as workspace:
        imported(workspace, rows(0, FIRST - 20))
        graph = workspace.snapshot()
        before = found(workspace, graph, encoder)
        imported(workspace, rows(FIRST - 20, 50))
        described(workspace, workspace.snapshot(), encoder)
        assert found(workspace, graph, encoder) == before


def test_the_files_are_those_of_a_search_by_meaning_unless_that_has_another_encoder(workspace):
    described(workspace, workspace.snapshot(), encoder_named("static"))
    shared = workspace.folder / "index" / "vectors"
    kept = shared.read_bytes()
    workspace.search("potter")
    described(workspace, workspace.snapshot(), Meanings())
    assert shared.read_bytes() == kept
    assert (workspace.folder / "index" / APART / "vectors").exists()


def test_an_index_that_names_others_than_the_graph_is_made_anew(workspace, tmp_path):
    encoder = encoder_named("static")
    before = found(workspace, workspace.snapshot(), encoder)
    with init_workspace(tmp_path / "other") as other:
        imported(other, [*rows(1000, 59), rows(0, 60)[59]])
        described(other, other.snapshot(), encoder)
    for file in (tmp_path / "other" / "index").glob("vectors*"):
        shutil.copy(file, workspace.folder / "index")
    with open_workspace(workspace.folder) as again:
        assert found(again, again.snapshot(), encoder) == before


def test_nobody_has_no_vector(tmp_path):
    with init_workspace(tmp_path / "w") as workspace:
        made = described(workspace, workspace.snapshot(), encoder_named("static"))
        assert len(made) == 0
        assert made.near(encoder_named("static").encode(QUERIES), 3)[1].tolist() == [[-1] * 3] * 3
