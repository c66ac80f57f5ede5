"""Workspaces whose personas were let in by a reader that read nothing, as an older version's did."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from personagraph import init_workspace
from personagraph.runs import projection
from personagraph.types import Attributes, Persona
from personagraph.workspace import Workspace
from tests.stored import empty


@contextmanager
def blind() -> Iterator[None]:
    """Meanwhile nothing is read from words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("personagraph.steering.evidence.read_description", lambda description: Attributes())
        yield


@contextmanager
def workspace_at(folder: Path, url: str | None, patch: pytest.MonkeyPatch, password: str = "") -> Iterator[Workspace]:
    """An empty workspace, with its graph in SQLite, or at the URL."""
    if url:
        patch.setenv("PERSONAGRAPH_STORE_PASSWORD", password)
    with init_workspace(folder, store=url) as made:
        yield made
    empty(url)


def let_in(workspace: Workspace, *rows: str | Mapping[str, Any]) -> None:
    """Import these, one after the other."""
    file = workspace.folder / f"{len(workspace.ledger.runs.all())}.jsonl"
    said: Sequence[Mapping[str, Any]] = [{"persona": row} if isinstance(row, str) else row for row in rows]
    file.write_text("".join(json.dumps(row) + "\n" for row in said), encoding="utf-8")
    workspace.import_personas(file)


def people(workspace: Workspace) -> dict[str, Persona]:
    """Everybody by description."""
    return {p.description: p for p in workspace.store.scan_personas()}


def known(workspace: Workspace) -> dict[str, dict[str, tuple[str, str]]]:
    """What is known of everybody, with its grounds ("" for none), by description."""
    return {
        p.description: {name: (value, p.bases[name].replace("unknown", "")) for name, value in told.items()}
        for p in workspace.store.scan_personas()
        if (told := p.attributes.known()) or True
    }


def check_told(workspace: Workspace) -> None:
    """The graph is what the ledger tells, as it would be made again from it."""
    said = projection.projection(workspace.ledger)
    held = projection.rows_of(workspace.store, [run.id for run in workspace.ledger.runs.all()])
    assert projection.differing(said, held, workspace.ledger.steps.seeds()) == {}
