"""What all tests share: where the real data lies, and that nothing may be skipped in CI."""

import os
from pathlib import Path

import pytest

from tests.commands import own_configuration
from tests.stored import empty


def pytest_configure(config: pytest.Config) -> None:
    """Neither tests nor what they start read or write the configuration of whoever runs them."""
    config.add_cleanup(own_configuration())


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that lies beside the checkout; tests that use it are skipped without it."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PERSONAGRAPH_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip("the shared evaluation data is not here; set PERSONAGRAPH_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder of small inputs that lies beside the data; tests that use it are skipped without it."""
    data = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PERSONAGRAPH_SHARED_DATA", data)).parent / "cases"
    if not folder.is_dir():
        pytest.skip("the shared cases are not here; set PERSONAGRAPH_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def neo4j_url() -> str:
    """A real server that tests may fill and empty as they like; scripts/test starts one."""
    url = os.environ.get("PERSONAGRAPH_TEST_NEO4J")
    if not url:
        pytest.skip("no Neo4j server; set PERSONAGRAPH_TEST_NEO4J, or run scripts/test with Java and Maven installed")
    return url


@pytest.fixture(scope="session")
def neo4j_password(neo4j_url: str) -> str:
    """The password of that server."""
    return os.environ.get("PERSONAGRAPH_TEST_NEO4J_PASSWORD", "")


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def graph_url(request: pytest.FixtureRequest) -> str | None:
    """Where a test keeps its graph: None for SQLite in a folder of its own, or the URL of an empty Neo4j database."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("neo4j_url")
    empty(url)
    return url


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With PERSONAGRAPH_NO_SKIP, a run that skipped anything has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("PERSONAGRAPH_NO_SKIP") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
