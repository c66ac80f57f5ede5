"""Runs commands as a user does, in a process of their own."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import typer.main

from personagraph.cli import THEMES, main

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-c", "from personagraph.cli import main; main()"]


def own_configuration() -> Callable[[], None]:
    """Give this process, and all that it starts, a configuration folder of its own; what takes it away again."""
    folder = tempfile.TemporaryDirectory(prefix="personagraph-configuration-")
    os.environ["XDG_CONFIG_HOME"] = folder.name
    return folder.cleanup


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a command on the workspace in this folder, whatever else is set here."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PERSONAGRAPH_", "OPENAI_"))}
    return {**ours, "PERSONAGRAPH_WORKSPACE": str(folder), "PYTHONPATH": str(ROOT), **more}


def personagraph(*words: object, folder: Path, code: int = 0, cwd: Path | None = None, **more: str) -> str:
    """Run a command; its stdout, or with a `code` that is not 0 its stderr. Fails for another code or a traceback.

    Its process is forked from one that has imported everything: what starting takes is no part of what is tested here.
    """
    from tests.sessions import Started  # which starts from our environment

    done = Started(*words, folder=folder, cwd=cwd, **more).end(600)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    return done.out if code == 0 else done.err


def every_command() -> dict[tuple[str, ...], Any]:
    """The command line's parsers by their words, groups too; the whole is ()."""
    for theme in THEMES:
        import_module(f"personagraph.cli.{theme}")
    from personagraph.cli.app import app

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        yield words, command
        for name, each in getattr(command, "commands", {}).items():
            yield from below(each, (*words, name))

    return dict(below(typer.main.get_command(app), ()))


def code_of(*words: str) -> int:
    """Run a command in this process; its exit code. A traceback comes out as the exception that it is."""
    with mock.patch.object(sys, "argv", ["personagraph", *words]), pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)
