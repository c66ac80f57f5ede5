"""Examines the folder of a workspace: whether it can be written to, what it is, what goes on in it; and its graph."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from personagraph.doctor.finding import Finding, failed
from personagraph.errors import ConfigError, PersonaGraphError
from personagraph.storage.writer_lock import nobody_writing


def folder(path: Path, workspace: bool, unfinished: Callable[[], str | None], fault: str = "") -> list[Finding]:
    """The findings on the folder; those on its lock and its runs only if it is a workspace. `fault` says why not."""
    findings = [_writable(path)]
    if fault and not workspace:
        return [*findings, failed("workspace", ConfigError(fault))]
    if not workspace:
        remedy = f"`personagraph init {path}` makes it one, or name one with --workspace"
        return [*findings, Finding("workspace", False, f"{path} is no workspace", remedy)]
    findings.append(Finding("workspace", True, f"{path} is a workspace"))
    if findings[0].ok:
        findings.append(_lock(path))
    return [*findings, _runs(unfinished)]


def graph(store: Callable[[], str]) -> Finding:
    """Whether the store of the workspace can be reached."""
    try:
        return Finding("store", True, store())
    except PersonaGraphError as error:
        return failed("store", error)


def _writable(path: Path) -> Finding:
    if not path.is_dir():
        return Finding("folder", False, f"{path} is no folder", f"`personagraph init {path}` makes it")
    try:
        with tempfile.TemporaryFile(dir=path):
            return Finding("folder", True, f"{path} can be written to")
    except OSError as error:
        remedy = "change its permissions, or name another folder with --workspace"
        return Finding("folder", False, f"{path} cannot be written to ({error.strerror})", remedy)


def _lock(path: Path) -> Finding:
    try:
        with nobody_writing(path):
            return Finding("lock", True, "no process is writing to it")
    except ConfigError as error:
        return failed("lock", error)


def _runs(unfinished: Callable[[], str | None]) -> Finding:
    try:
        run = unfinished()
    except PersonaGraphError as error:
        return failed("runs", error)
    if run is None:
        return Finding("runs", True, "no run is unfinished")
    return Finding("runs", True, f"unfinished: {run}", "give its command again to finish it, or `runs abandon` it")
