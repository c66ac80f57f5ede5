"""Loads the loops that commands compile: what is forked from a process that has imported this finds them ready."""

import tempfile
from pathlib import Path

from personagraph.workspace import dedup_file, init_workspace
from tests.commands import own_configuration


def load(folder: Path) -> None:
    """Have each way that the loops are called be gone once."""
    rows = folder / "rows.jsonl"
    rows.write_text('{"persona": "A baker from Berne who sings"}\n{"persona": "A smith"}\n')
    with init_workspace(folder / "w", store="sqlite") as workspace:
        for _ in range(2):
            workspace.import_personas(rows)
        workspace.extract([rows], field="persona", model="simulated", max_calls=2)
        workspace.expand(model="simulated", max_calls=2)
    dedup_file(rows, folder / "kept.jsonl")


with tempfile.TemporaryDirectory(prefix="personagraph-loaded-") as _place:
    _away = own_configuration()
    load(Path(_place))
    _away()
