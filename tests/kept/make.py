"""Makes the kept workspace, at the one commit that README.md names: python -m tests.kept.make sqlite|URL.

It imports what that commit had; no later one needs to run it.
"""

import atexit
import gzip
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from personagraph import Workspace, init_workspace, open_workspace
from personagraph.types import ChatReply, ChatRequest
from tests.commands import ROOT, own_configuration, personagraph
from tests.kept import cypher
from tests.kept.acts import HERE, INPUTS, QUESTIONS, UNFINISHED, finish, grow, take_back, told, variables
from tests.kept.world import answer, backend

STUCK = 9
"""The step of the interrupted run whose reply never comes: those after it are replied to, and not decided."""
REPLIED = 4
DIED = 9
PASSWORD = os.environ.get("PERSONAGRAPH_STORE_PASSWORD", "")


def make(folder: Path, url: str | None) -> None:
    """Everything that a workspace can hold, up to a run that is interrupted in its midst."""
    store = variables(url, PASSWORD)
    with init_workspace(folder, store=url):
        settings = folder / "personagraph.toml"
        settings.write_text(settings.read_text() + "window = 16\n")

    def command(*words: str) -> None:
        personagraph(*words, folder=folder, cwd=HERE, **store)

    command("import", f"{INPUTS}/seeds.csv")
    with open_workspace(folder) as workspace:
        grow(workspace)
    with open_workspace(folder, prompts="small") as workspace:
        workspace.synthesize("math", n=3, output=folder / "math.jsonl", backend=backend())
    network = [f"{INPUTS}/rowing.csv", "--nodes", f"{INPUTS}/people.csv", "--mapping", f"{INPUTS}/rowing.toml"]
    command("import-graph", *network)
    with open_workspace(folder) as workspace:
        letters = workspace.dead_letters()
        assert len(letters) > 2
        workspace.retry([letters[-1].key], backend=backend(willing=True))
        alike = [merge for merge in workspace.merges() if merge.method == "jaccard"]
        assert len(alike) > 2
        workspace.undo_merge(alike[1].key)
    with open_workspace(folder, prompts="small") as workspace:
        abandoned(workspace)
    command("runs", "abandon", "r10")
    again = [sys.executable, "-m", "tests.kept.make", "crash", str(folder)]
    died = subprocess.run(again, cwd=ROOT, env={**os.environ, **store}, timeout=60, check=False)
    assert died.returncode == DIED


def abandoned(workspace: Workspace) -> None:
    """An expansion by hints that was stopped when it had asked a few."""
    asked: list[str] = []

    def counted(request: ChatRequest, **more: bool) -> ChatReply:
        asked.append(request.key)
        return answer(request, **more)

    model = backend(answered=counted)
    options: Any = {"max_calls": 9, "concurrency": 1, "stopping": lambda: len(asked) > 4}
    assert workspace.expand(policy="hint", seed=2, backend=model, **options).status == "interrupted"


def crash(folder: Path) -> None:
    """The process dies between ledger and store, while one reply never comes and some wait behind it."""
    egos: list[str] = []

    def late(request: ChatRequest) -> float:
        if request.fields["ego"] not in egos:
            egos.append(request.fields["ego"])
        n = egos.index(request.fields["ego"])
        if n == STUCK - 1:
            return 1.5
        return 0.0 if n < STUCK or STUCK < n <= STUCK + REPLIED else 3600.0

    with open_workspace(folder) as workspace:
        write = workspace.store.write

        def dying(batch: Any) -> None:
            if batch.last == STUCK:
                os._exit(DIED)
            write(batch)

        workspace.store.write = dying  # type: ignore[method-assign]
        workspace.expand(hops=4, max_calls=24, backend=backend(delay=late), concurrency=4)


def expectations(folder: Path, url: str | None) -> dict[str, Any]:
    """What this commit tells of the workspace, of one whose interrupted run is abandoned, and of one that goes on.

    The last two are made of copies; those of a graph in Neo4j, from what was written down of it.
    """
    store = variables(url, PASSWORD)
    found: dict[str, Any] = {"begun": told(folder, store, QUESTIONS)}
    text = cypher.written(url) if url else ""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "given-up"
        shutil.copytree(folder, copy)
        with open_workspace(copy) as workspace:
            workspace.abandon(UNFINISHED)
        found["abandoned"] = told(copy, store, ("stats", "runs list"))
        del found["abandoned"]["graph"]
        if url:
            cypher.rebuild(url, text)
            assert cypher.written(url) == text
        copy = Path(name) / "gone-on"
        shutil.copytree(folder, copy)
        with open_workspace(copy) as workspace:
            found["asked"], found["samples"] = finish(workspace)
            found["finished"] = told(copy, store)
            take_back(workspace)
        found["taken back"] = told(copy, store)
    return found


def listed(found: Mapping[str, Any]) -> str:
    """The expectations as JSON, with a line for each question, so that what changes is seen."""
    parts = []
    for state, answers in found.items():
        if isinstance(answers, dict):
            lines = (f"{_json(question)}: {_json(answer)}" for question, answer in answers.items())
            parts.append(f"{_json(state)}: {{\n" + ",\n".join(lines) + "\n}")
        else:
            parts.append(f"{_json(state)}: {_json(answers)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def pack(folder: Path, archive: Path) -> None:
    """The workspace as one file, which is the same for the same databases."""
    for file in folder.glob("*.sqlite3"):
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.close()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for file in sorted(folder.glob("*.*")):
            if file.suffix in (".sqlite3", ".toml", ".jsonl"):
                entry = tarfile.TarInfo(file.name)
                entry.size, entry.mode = file.stat().st_size, 0o644
                tar.addfile(entry, io.BytesIO(file.read_bytes()))
    archive.write_bytes(gzip.compress(packed.getvalue(), mtime=0))


def main(where: str) -> None:
    """Make the workspace with its graph in SQLite or in the empty Neo4j database at a URL, and keep it beside this."""
    url = None if where == "sqlite" else where
    atexit.register(own_configuration())
    os.chdir(HERE)
    if url:
        cypher.rebuild(url, "")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "w"
        make(folder, url)
        if url:
            settings = folder / "personagraph.toml"
            settings.write_text(settings.read_text().replace(url, "neo4j://neo4j@localhost:7687"))
            (HERE / "graph.cypher").write_text(cypher.written(url), encoding="utf-8")
        pack(folder, HERE / ("neo4j.tar.gz" if url else "sqlite.tar.gz"))
        os.environ.update(variables(url, PASSWORD))
        found = expectations(folder, url)
    file = HERE / "expected.json"
    if url:
        assert found == json.loads(file.read_text(encoding="utf-8")), "both stores tell the same"
    file.write_text(listed(found), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "crash":
        crash(Path(sys.argv[2]))
    else:
        main(sys.argv[1])
