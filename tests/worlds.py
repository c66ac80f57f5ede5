"""A small scripted world that answers expansions: deterministic, with duplicates, bad items and bad replies."""

import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.errors import ChatError, ReplyFormatError
from personagraph.expansion.work import Expansion
from personagraph.importing.personas import Importing
from personagraph.ledger import Ledger, Run
from personagraph.llm.backend import ChatBackend
from personagraph.llm.simulated import SimulatedBackend
from personagraph.runs.growth import Arrival, Growth, Link, know
from personagraph.runs.session import Limits, Session
from personagraph.steering.policies.bfs import BreadthFirst
from personagraph.stores.graph_store import GraphStore
from personagraph.text.descriptions import DescribedRow
from personagraph.types import Batch, ChatReply, ChatRequest, digest
from tests.stored import open_graph

WORDS = (
    "amber",
    "basalt",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbour",
    "island",
    "juniper",
    "kelp",
    "lagoon",
    "meadow",
)
SEEDS = tuple(
    f"A keeper of the {one} and the old {WORDS[i + 3]} who counts every stone" for i, one in enumerate(WORDS[:10])
)


def answer(request: ChatRequest) -> str:
    """Two alters drawn by the key: from a small set, so that they come again; now and then nothing that can be used."""
    rng = random.Random(request.key)
    if digest(request.fields["ego"]).startswith("0"):
        return "I would rather not."
    return json.dumps({"alters": [_alter(rng) for _ in range(2)]})


def _alter(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.1:
        return {"fault": "cut"}
    one, other = rng.sample(WORDS, 2)
    often = rng.choice(["", " always"])
    text = (
        f"A {one} carver from the {other} coast who{often} sells bowls and cups and plates and spoons and boxes on days"
    )
    return {"text": text, "type": rng.choice(["TEACHES", "FRIEND_OF", "SELLS_TO"]), "forward": rng.random() < 0.5}


class WorldDialogue:
    """Speaks with the world; `prompt` and model are part of what is asked."""

    prompt = "world"
    items = 2

    def prompt_of(self, fields: Mapping[str, Any]) -> str:
        return self.prompt

    def ask(self, fields: Mapping[str, Any]) -> str:
        return digest(self.prompt, json.dumps(fields, sort_keys=True))

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        return ChatRequest(key, self.prompt, ({"role": "user", "content": fields["ego"]},), None, {}, fields)

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        try:
            data: dict[str, Any] = json.loads(reply.text)
        except ValueError as error:
            raise ReplyFormatError("not JSON", reply.text) from error
        return data

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | tuple[str, str]]:
        for alter in data["alters"]:
            if "fault" in alter:
                yield alter["fault"], "stopped in mid-sentence"
            else:
                link = Link(alter["type"], alter["forward"], confidence=0.5)
                yield Arrival(alter["text"], "persona", link=link)


def growth(store: GraphStore, ledger: Ledger) -> Growth:
    """The graph in memory, as the store holds it."""
    finder = Deduplicator(METHODS["partition"].make(THRESHOLD), lambda a, b: None)
    know(finder, store.scan_personas(), store.merges(), ledger.merges.followed())
    return Growth(finder, ledger.assertions.kept_apart(), store.snapshot())


def import_seeds(store: GraphStore, ledger: Ledger, seeds: Iterable[str] = SEEDS) -> None:
    """Import the seeds, or finish their import."""
    run = next((r for r in ledger.runs.all() if r.command == "import"), None) or ledger.runs.start("import", {}, {})
    if run.unfinished:
        work = Importing(
            [DescribedRow(i, text, "") for i, text in enumerate(seeds, 1)], growth(store, ledger), run=run.id
        )
        Session(work, run, ledger=ledger, store=store).carry_out()


def expansion(
    store: GraphStore, ledger: Ledger, backend: ChatBackend, *, max_calls: int | None = 60, **options: Any
) -> Run:
    """Start the expansion, or resume it; the run as it stands afterwards. `dialogue` is the world's unless given.

    A second interruption (KeyboardInterrupt) and a crash leave what is in flight behind.
    """
    from personagraph.llm.client.budget import Budget
    from personagraph.llm.client.client import ChatClient
    from personagraph.llm.client.prices import FREE
    from personagraph.llm.client.retries import Retries

    limits = {"max_calls": max_calls, "max_personas": options.pop("max_personas", None)}
    run = ledger.runs.unfinished()
    run = ledger.runs.start("expand", {}, limits) if run is None else ledger.runs.resume(run.id, limits)
    grown = growth(store, ledger)
    asked = ledger.steps.subjects("expand", model=run.model, before=run.id)
    policy = BreadthFirst(hops=4, calls_per_ego=2, asked=asked)
    policy.begin(store.snapshot())
    dialogue, stop = options.pop("dialogue", None) or WorldDialogue(), options.pop("stop", None)
    work = Expansion(grown, policy, dialogue, run=run.id, stop=stop)
    limit = options.pop("max_cost", None)
    drain = True
    client = ChatClient(
        backend,
        ledger,
        concurrency=options.pop("concurrency", 4),
        budget=Budget(options.pop("price", FREE), limit=limit, spent=ledger.calls.cost(run.id)),
        retries=options.pop("retries", Retries(attempts=2, pause=0.001, patience=0.0)),
        stopping=options.get("stopping", lambda: False),
    )
    try:
        session = Session(
            work, run, ledger=ledger, store=store, client=client, limits=Limits(**limits), window=16, **options
        )
        session.carry_out()
    except (KeyboardInterrupt, Crash):
        drain = False
        raise
    finally:
        client.close(drain=drain)
    return ledger.runs.get(run.id)


def picture(store: GraphStore) -> dict[str, Any]:
    """Everything that the graph says, in a form that can be compared."""
    return {
        "personas": list(store.scan_personas()),
        "relationships": list(store.scan_relationships()),
        "merges": store.merges(),
        "stats": store.stats(),
    }


KEEPERS = tuple(f"A keeper of lighthouse number {n} who counts the ships" for n in range(12))
"""People who are told apart by a number alone."""


class Closing(SimulatedBackend):
    """A world whose server refuses us after so many replies."""

    def __init__(self, replies: int = 10**6) -> None:
        super().__init__(7)
        self._left = replies

    async def complete(self, request: ChatRequest) -> ChatReply:
        self._left -= 1
        if self._left < 0:
            raise ChatError("closed for today")
        return await self.answered(request)

    async def answered(self, request: ChatRequest) -> ChatReply:
        """What it says as long as it is open."""
        return await super().complete(request)


class Crash(BaseException):
    """The process died here."""


class Crashing:
    """A store whose writes die before or after they take effect, as `when` says; all else goes through."""

    def __init__(self, store: GraphStore, when: Any) -> None:
        self._store = store
        self._when = when

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, batch: Batch) -> None:
        self._when()
        self._store.write(batch)
        self._when()


def open_workspace(folder: Path, url: str | None = None) -> tuple[GraphStore, Ledger]:
    """A ledger in a folder, and its graph: beside it in SQLite, or in the Neo4j database at a URL."""
    ledger = Ledger(folder / "ledger.sqlite3")
    return open_graph(folder, url, workspace=ledger.workspace), ledger
