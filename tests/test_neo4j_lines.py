"""Fetching a server's jars: once, however many ask for them at the same time."""

import importlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
MAVEN = """#!/bin/sh
echo once >> "$CALLS"
for option; do case $option in -DoutputDirectory=*) out=${option#-DoutputDirectory=} ;; esac; done
sleep 0.3
mkdir -p "$out" && touch "$out/org.neo4j.neo4j-$VERSION.jar"
"""


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, with a Maven that writes down each of its calls, and an empty cache."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = importlib.import_module("neo4j_lines")
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(MAVEN)
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{maven.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("VERSION", module.LINES["2026"].version)
    monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    return module


def test_what_another_fetches_at_the_same_time_is_not_fetched_again(lines: ModuleType, tmp_path: Path) -> None:
    """Else the second takes the jars away from under the server that the first has started."""
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lines.fetched_jars, ["2026"] * 3))
    assert found == [tmp_path / "cache" / "lib-2026"] * 3
    assert (tmp_path / "calls").read_text() == "once\n"
