"""Workspaces of people who know each other by a law that is easily told, and models that answer by it."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import log
from pathlib import Path
from typing import Any

import pytest

from personagraph import init_workspace
from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace
from tests.stored import empty

TRADES = ("baker", "potter", "weaver", "sailor")
TOWNS = (
    *("Lima", "Oslo", "Accra", "Quito", "Kyoto", "Dakar", "Porto", "Tunis", "Sucre", "Galway"),
    *("Hanoi", "Perth", "Minsk", "Lagos", "Turin", "Davos", "Basra", "Patna", "Leeds", "Izmir"),
)
PEOPLE = tuple(f"A {trade} from {town} who keeps {n + 2} old keys" for n, town in enumerate(TOWNS) for trade in TRADES)
"""Eighty people: whoever is of one town knows the others of it."""


def town(text: str) -> str:
    """Where somebody is from."""
    return text.split(" from ")[1].split()[0].strip(",.")


def know(a: str, b: str) -> bool:
    """The law."""
    return town(a) == town(b)


def answer(request: ChatRequest) -> ChatReply:
    """By the law: odds that overlap a little, a tie of neighbours, people of the same town who are imagined."""
    fields, kind, rng = request.fields, request.prompt.split("@")[0], random.Random(request.key)
    if kind == "judge":
        odds = rng.gauss(2.0 if know(fields["a"], fields["b"]) else -2.0, 1.0)
        yes = 1 / (1 + 2.718281828**-odds)
        said = "Yes" if yes > 0.5 else "No"
        return ChatReply(said, tops={"Yes": log(yes), "No": log(1 - yes)} if request.tops else {})
    if kind.startswith("tie"):
        relation = "lives near" if know(fields["a"], fields["b"]) else "none"
        how = "both fetch water at the same well in the morning" if relation != "none" else ""
        return ChatReply(
            json.dumps({"relation": relation, "label": "", "how": how, "confidence": 0.8, "former": False})
        )
    return ChatReply(json.dumps({"alters": [alter(fields["ego"], rng) for _ in range(3)]}))


def alter(ego: str, rng: random.Random) -> dict[str, Any]:
    """Somebody of the ego's town."""
    trade, keys = rng.choice(TRADES), rng.randrange(20, 90)
    said = dict.fromkeys(("activity", "age", "sex", "region", "language"), "unknown")
    text = f"A {trade} from {town(ego)} who mends {keys} lamps and sings at weddings"
    return {
        "description": text,
        "relation": "friend of",
        "label": "",
        "confidence": 0.7,
        "former": False,
        "nature": "person",
        **said,
    }


def model(
    say: Callable[[ChatRequest], ChatReply | str] = answer, *, asked: list[ChatRequest] | None = None
) -> ScriptedBackend:
    """A large model that says this."""

    def answered(request: ChatRequest) -> ChatReply | str:
        if asked is not None:
            asked.append(request)
        return say(request)

    return ScriptedBackend(answered, small=False)


def without_tops(request: ChatRequest) -> ChatReply:
    """The same, from a server that tells no log-probabilities."""
    return ChatReply(answer(request).text)


@contextmanager
def workspace_at(folder: Path, url: str | None, patch: pytest.MonkeyPatch, password: str = "") -> Iterator[Workspace]:
    """A workspace with the eighty people, its graph in SQLite, or at the URL."""
    if url:
        patch.setenv("PERSONAGRAPH_STORE_PASSWORD", password)
    with init_workspace(folder, store=url) as made:
        let_in(made, PEOPLE)
        yield made
    empty(url)


def let_in(workspace: Workspace, texts: "tuple[str, ...] | list[str]") -> None:
    """Import these."""
    file = workspace.folder / f"{len(workspace.ledger.runs.all())}.jsonl"
    file.write_text("".join(json.dumps({"persona": text}) + "\n" for text in texts), encoding="utf-8")
    workspace.import_personas(file)


def texts(workspace: Workspace) -> Mapping[str, str]:
    """The descriptions by id."""
    return {p.id: p.description for p in workspace.store.scan_personas()}


def ties(workspace: Workspace) -> list[tuple[str, str, str, str, str]]:
    """Source, target, type, via and agreement of all relationships, told by descriptions."""
    said = texts(workspace)
    found = workspace.store.scan_relationships()
    return sorted((said[r.source], said[r.target], r.type, r.via, r.agreement) for r in found)
