"""Fixtures that several test modules share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of evaluation data; tests that ask for it are skipped where it is absent."""
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(os.environ.get("PERSONAGRAPH_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no evaluation data at {folder}; set PERSONAGRAPH_SHARED_DATA")
    return folder
