"""Workspaces with a few people in them, in either store."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personagraph.workspace import Workspace, init_workspace
from tests.worlds import KEEPERS


@pytest.fixture
def seeds() -> tuple[str, ...]:
    """Who is there at the beginning; tests that want others say so."""
    return KEEPERS


@pytest.fixture
def made(
    tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request, seeds: tuple[str, ...]
) -> Iterator[Callable[..., Workspace]]:
    """Makes a workspace of that name into which the seeds were imported, from seeds.jsonl beside it.

    One for each test is in the store that is tested; what it is held against, `beside`, is in SQLite.
    """
    if graph_url:
        monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", request.getfixturevalue("neo4j_password"))
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps({"persona": seed}) + "\n" for seed in seeds))

    def workspace(name: str, *, beside: bool = False) -> Workspace:
        opened = init_workspace(tmp_path / name, store=None if beside else graph_url)
        opened.import_personas(tmp_path / "seeds.jsonl")
        closing.append(opened)
        return opened

    closing: list[Workspace] = []
    yield workspace
    for one in closing:
        one.close()


@pytest.fixture
def workspace(made: Callable[..., Workspace]) -> Workspace:
    """One of them."""
    return made("w")
