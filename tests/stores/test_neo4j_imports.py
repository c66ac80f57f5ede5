"""An import of personas into a Neo4j server that goes away: nothing is lost, and the graph is as if it had stayed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import StoreUnavailableError
from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.servers import OwnServer
from tests.stores.test_neo4j_failures import LITTLE, emptied, once, running, start_again
from tests.worlds import picture

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(900)]  # servers are started again and waited for

ROWS, IMPORTED = 600, 20


@pytest.fixture(scope="module")
def server(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    with running(tmp_path_factory.mktemp("server") / "home") as own:
        yield own


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A file of personas, every third one of before reworded, and the graph that an undisturbed import makes of it."""
    folder = tmp_path_factory.mktemp("crowded")
    file, texts = folder / "personas.jsonl", (f"A baker who sold {n} loaves" for n in range(1, ROWS + 1))
    reworded = (text if n % 3 else f"A baker that sold {n // 2} loaves" for n, text in enumerate(texts, 1))
    file.write_text("".join(json.dumps({"persona": text}) + "\n" for text in reworded))
    with pytest.MonkeyPatch.context() as patch, init_workspace(folder / "w") as graph:
        patch.setattr("personagraph.importing.personas.CHUNK", IMPORTED)
        graph.import_personas(file)
        made = picture(graph.store)
        assert made["stats"].merges > ROWS // 10
        return file, made


@contextmanager
def importing(server: OwnServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty workspace on the server, in which IMPORTED rows are a step, and few steps a batch."""
    server.start(LITTLE)
    emptied(server)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", server.password)
    monkeypatch.setattr("personagraph.importing.personas.CHUNK", IMPORTED)
    monkeypatch.setattr(Neo4jStore, "steps_at_once", 5)
    with init_workspace(folder / "w", store=server.url) as graph:
        yield graph


def test_an_import_of_personas_waits_for_a_server_that_is_killed(server, tmp_path, monkeypatch, crowded):
    notes = list[str]()
    killing = once(server.kill, after=ROWS // 2 // IMPORTED, then=lambda: start_again(server, notes))
    with importing(server, tmp_path, monkeypatch) as graph:
        done = graph.import_personas(crowded[0], progress=lambda tick: killing(tick.done), note=notes.append)
        assert done.status == "done"
        assert picture(graph.store) == crowded[1]
    went, came = (note for note in notes if "server" in note or "again" in note)
    assert "cannot be reached" in went
    assert "the run goes on" in came


def test_an_import_of_personas_whose_server_stays_away_fails_and_goes_on_where_it_was(
    server, tmp_path, monkeypatch, crowded
):
    monkeypatch.setenv("PERSONAGRAPH_STORE_PATIENCE", "0")
    killing = once(server.kill, after=ROWS // 2 // IMPORTED)
    with importing(server, tmp_path, monkeypatch) as graph:
        with pytest.raises(StoreUnavailableError, match="cannot be reached"):
            graph.import_personas(crowded[0], progress=lambda tick: killing(tick.done))
        assert graph.ledger.runs.unfinished().status == "failed"
    server.start(LITTLE)
    with open_workspace(tmp_path / "w") as graph:
        assert 0 < graph.store.applied("r1") <= graph.ledger.runs.get("r1").decided < ROWS // IMPORTED
        assert graph.import_personas(crowded[0]).status == "done"
        assert picture(graph.store) == crowded[1]
