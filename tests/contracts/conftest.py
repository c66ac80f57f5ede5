"""The store under test, empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from personagraph.stores.graph_store import GraphStore
from tests.stored import open_graph


@pytest.fixture
def store(graph_url: str | None, tmp_path: Path) -> Iterator[GraphStore]:
    """An empty graph in each of the stores."""
    opened = open_graph(tmp_path, graph_url)
    yield opened
    opened.close()
