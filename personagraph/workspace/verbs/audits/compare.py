"""The verb that puts reports side by side: of runs, of models, of workspaces, and of reports that were kept."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import InputError, UsageError
from personagraph.storage.plain_files import read_plain
from personagraph.vocabulary.cells import PAIR
from personagraph.workspace.verbs.audits.audit import audit

if TYPE_CHECKING:
    from personagraph.workspace.workspace import Workspace

MODEL = "model:"
"""What begins the name of all runs of a model."""
LARGEST_REPORT = 100_000_000
"""Bytes of a file."""


def compare(
    workspace: "Workspace | None",
    items: Sequence[str],
    by: Sequence[str] = PAIR,
    *,
    target: str | Path | None = None,
) -> dict[str, Any]:
    """Reports side by side, as `personagraph.steering.audit.comparison.compared` has them.

    Each of `items` is the folder of a workspace, a file that `coverage --json` wrote, or, in this workspace, a run or
    the runs of a model (`model:NAME`): then it is about whom these let in. Without a workspace there are no runs. As
    NAME=ITEM it is told under that name; several of one name are runs of the same.
    Raises UsageError for what is none of these and for fewer than two, InputError for a file that is no report.
    """
    from personagraph.steering.audit.comparison import compared

    named = [named_item(item) for item in items]
    if len({item for _, item in named}) < len(named):
        raise UsageError("--compare: something is named twice; name different ones")
    reports = {item: _report(workspace, item, by, target) for _, item in named}
    groups = {item: name for name, item in named if name}
    if len(set(groups.values())) < len(groups):
        return compared(reports, groups)
    return compared({groups.get(item, item): report for item, report in reports.items()})


def named_item(item: str) -> tuple[str, str]:
    """The name that something is given as NAME=ITEM, and what it is; what is there as it stands has no name."""
    name, given, rest = item.partition("=")
    return (name.strip(), rest) if given and name.strip() and rest and not Path(item).exists() else ("", item)


def _report(workspace: "Workspace | None", item: str, by: Sequence[str], target: str | Path | None) -> dict[str, Any]:
    from personagraph.workspace.open import open_workspace

    path = Path(item)
    if path.is_dir():
        with open_workspace(path) as other:
            return audit(other, by, target=target)
    if path.is_file():
        return _kept(path)
    if workspace is None:
        raise UsageError(f"--compare: {item} is no folder and no file")
    runs = workspace.ledger.runs.all()
    if item.startswith(MODEL):
        named = [run.id for run in runs if run.model == item.removeprefix(MODEL)]
        if not named:
            models = ", ".join(sorted({run.model for run in runs if run.model})) or "none"
            raise UsageError(f"--compare: no run asked {item.removeprefix(MODEL)!r}; these were asked: {models}")
        return audit(workspace, by, target=target, runs=named)
    if item not in {run.id for run in runs}:
        raise UsageError(f"--compare: {item!r} is no run, no folder and no file; `personagraph runs list` lists runs")
    return audit(workspace, by, target=target, runs=[item])


def _kept(path: Path) -> dict[str, Any]:
    """The report in a file."""
    from personagraph.steering.audit.comparison import is_report

    try:
        told = json.loads(read_plain(path, most=LARGEST_REPORT))
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}", path) from error
    except (ValueError, RecursionError) as error:
        raise InputError("it is no JSON; `personagraph coverage --json` writes a report", path) from error
    found = told.get("sections") if isinstance(told, dict) else None
    if not isinstance(found, dict) or not is_report(found):
        raise InputError("it is no report; `personagraph coverage --json` writes one", path)
    return found
