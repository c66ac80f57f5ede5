"""The workspace that networks are let into, in every store that there is."""

import pytest

from personagraph.workspace import init_workspace


@pytest.fixture
def graph(tmp_path, graph_url, neo4j_environment):
    with init_workspace(tmp_path / "graph", store=graph_url) as opened:
        yield opened


@pytest.fixture
def neo4j_environment(request, monkeypatch):
    if request.getfixturevalue("graph_url"):
        monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", request.getfixturevalue("neo4j_password"))
