"""A workspace with a few bakers, and a run of samples about them."""

from collections.abc import Iterator

import pytest

from personagraph.testing import temporary_workspace
from personagraph.workspace import Workspace
from tests.synthesis.formats.made import SEEDS, entered, every_kind


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with temporary_workspace(SEEDS) as made:
        yield made


@pytest.fixture
def run(workspace) -> str:
    return entered(workspace.ledger, every_kind([p.id for p in workspace.store.scan_personas()]))
