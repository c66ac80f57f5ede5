"""Waiting for a server that starts: it may take long, and says so; one that ended is not waited for."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
NOBODY = 9
"""A port at which nothing listens."""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    loader = SourceFileLoader("neo4j_script", str(SCRIPTS / "neo4j"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = module_from_spec(spec_from_loader(loader.name, loader))
    monkeypatch.setitem(sys.modules, loader.name, module)
    loader.exec_module(module)
    monkeypatch.setattr(module, "DRIVER_PYTHON", Path(sys.executable))
    return module


@pytest.fixture
def server(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has the name of a server, and never answers."""
    for folder in ("run", "logs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "logs" / "console.log").write_text("Loading the page cache")
    command = [sys.executable, "-c", "import time; time.sleep(600)", f"--home-dir={tmp_path}", "--console-mode"]
    with subprocess.Popen(command) as started:
        (tmp_path / "run" / "neo4j.pid").write_text(str(started.pid))
        yield started
        started.kill()


class Clock:
    """A clock by which minutes pass between one look at it and the next, and nobody sleeps."""

    def __init__(self) -> None:
        self.monotonic = count(0, 250).__next__

    def sleep(self, seconds: float) -> None:
        """Go on."""


def test_a_start_that_takes_long_says_so_until_it_took_too_long(script, server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "time", Clock())
    with pytest.raises(script.ServerError, match=r"gave no answer within 600 s.*\n(.|\n)*Loading the page cache"):
        script.await_and_print(script.Home(tmp_path), NOBODY, "of a test")
    said = capsys.readouterr()
    assert said.out == ""
    told = "neo4j: no answer yet after {} s of 600; its log is {}/logs/console.log"
    assert said.err.splitlines() == [told.format(seconds, tmp_path) for seconds in (250, 500)]


def test_a_server_that_ended_is_not_waited_for(script, server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "time", Clock())
    server.kill()
    server.wait()
    with pytest.raises(script.ServerError, match="the server ended"):
        script.await_and_print(script.Home(tmp_path), NOBODY, "of a test")
    assert capsys.readouterr().err == ""
