"""A whole pipeline as a user would write it, and a made-up model in trouble; also run in a process of its own.

python -m tests.pipeline FOLDER RECORDING CONCURRENCY [STORE]
"""

import asyncio
import json
import random
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from personagraph import Workspace, init_workspace
from personagraph.errors import ChatUnavailableError, ReplyFormatError
from personagraph.exporting import FORMATS
from personagraph.llm.backend import ChatBackend
from personagraph.llm.simulated import SimulatedBackend
from personagraph.testing import RecordedBackend
from personagraph.types import ChatReply, ChatRequest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


class Troubled:
    """The simulated world with what goes wrong in the real one, by key: outages, refusals, and unusable replies."""

    model = "gpt-4.1-mini"
    small = True
    simulated = False
    free = False

    def __init__(self) -> None:
        self._world = SimulatedBackend()
        self._down: set[str] = set()
        self.told: set[str] = set()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply, or trouble."""
        await asyncio.sleep(random.random() * 0.01)
        fate = int(request.key[:6], 16) % 48
        if fate in (20, 30) and not self._down:
            self._down.add(request.key)
            self.told.add("down")
            raise ChatUnavailableError("the server has too much to do", limited=True)
        if fate in (0, 1):
            self.told.add("refused")
            raise ReplyFormatError("refused by the server: BadRequestError (400)", "")
        reply = await self._world.complete(request)
        if fate < 10:
            self.told.add("prose")
            return ChatReply("I would rather not say.\r\nNot today — «sorry»", prompt_tokens=7, cost=0.5, latency=1.0)
        if fate < 14:
            self.told.add("cut")
            return ChatReply(reply.text[:20], "length", 30, 20, 10, cost=0.5, latency=1.0)
        return ChatReply(reply.text, "stop", 40, 20, 10, cost=0.25, latency=2.0)

    async def close(self) -> None:
        """Nothing to release."""


class Passing:
    """A backend in front of another."""

    def __init__(self, backend: ChatBackend) -> None:
        self._backend = backend
        self.model, self.small, self.simulated = backend.model, backend.small, backend.simulated
        self.free = getattr(backend, "free", True)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The other's reply."""
        return await self._backend.complete(request)

    async def close(self) -> None:
        """Close the other."""
        await self._backend.close()


class Delayed(Passing):
    """A backend whose replies take a random time, and so come in another order each time."""

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The reply, late."""
        await asyncio.sleep(random.random() * 0.02)
        return await super().complete(request)


def pipeline(workspace: Workspace, backend: ChatBackend, *, concurrency: int = 4) -> None:
    """From texts and imports to a graph, exports of every format, a sample of personas, and training data."""
    out = workspace.folder / "out"
    out.mkdir()
    options: Any = {"backend": backend, "concurrency": concurrency}
    workspace.extract([EXAMPLES / "texts"], **options)
    workspace.import_personas(EXAMPLES / "duplicates.jsonl")
    workspace.expand(calls_per_ego=2, max_calls=90, **options)
    workspace.expand(policy="hint", max_calls=30, **options)
    workspace.synthesize("math", n=20, output=out / "math.jsonl", **options)
    workspace.synthesize("instruction", n=8, context="persona", output=out / "instruction.jsonl", **options)
    for format in FORMATS:
        workspace.export(out / f"graph.{format}", format=format)
    drawn = [
        {**asdict(p), "attributes": p.attributes.known(), "bases": p.bases.known()}
        for p in workspace.sample(n=15, seed=3)
    ]
    (out / "sample.json").write_text(json.dumps(drawn), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    """What the pipeline wrote: the bytes of every file, by its name below `out`.

    But for what neo4j-admin is told of the workspace's id: a database belongs to one workspace.
    """
    out = folder / "out"
    found = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    return {name: text for name, text in found.items() if name not in OF_ONE_WORKSPACE}


OF_ONE_WORKSPACE = ("graph.neo4j-admin/workspace.csv", "graph.neo4j-admin.manifest.json")


DIFFERENT = {
    "run": {"started", "ended"},
    "call": {"cost", "latency", "received"},
    "assertion": set(),
    "step": set(),
    "verdict": set(),
    "keep_apart": set(),
}
"""The tables of a ledger that a replay fills again, and the columns in which it may differ: when, how long, how dear.

Of the others, `meta` is who the workspace is, and `attempt` and `event` are what happened on the way.
"""


def ledger_rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the ledger of a workspace says, but for what differs in a replay; sorted: replies come in any order."""
    connection = sqlite3.connect(folder / "ledger.sqlite3")
    connection.row_factory = sqlite3.Row
    told = {}
    for table, different in DIFFERENT.items():
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        told[table] = sorted(tuple(row[name] for name in row.keys() if name not in different) for row in rows)  # noqa: SIM118
    connection.close()
    return told


if __name__ == "__main__":
    folder, recording, concurrency, *store = sys.argv[1:]
    with init_workspace(folder, store=store[0] if store else None) as opened:
        pipeline(opened, Delayed(RecordedBackend.of(recording)), concurrency=int(concurrency))
