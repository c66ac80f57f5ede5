"""Workspaces with people whom nothing ties."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from personagraph.workspace import Workspace
from tests.linking.graphs import workspace_at


@pytest.fixture
def workspace(tmp_path: Path, graph_url: str | None, monkeypatch: pytest.MonkeyPatch, request) -> Iterator[Workspace]:
    """A workspace with people whom nothing ties, in either store, of whom few steps are open at once."""
    monkeypatch.setenv("PERSONAGRAPH_WINDOW", "12")
    password = request.getfixturevalue("neo4j_password") if graph_url else ""
    with workspace_at(tmp_path / "w", graph_url, monkeypatch, password) as made:
        yield made


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The same, in SQLite."""
    monkeypatch.setenv("PERSONAGRAPH_WINDOW", "12")
    with workspace_at(tmp_path / "w", None, monkeypatch) as made:
        yield made
