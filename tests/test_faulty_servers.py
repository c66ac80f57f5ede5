"""200 servers, each faulty in its own way: the graph is that of an undisturbed run, and every attempt is accounted for.

Transport may fail in any way, and runs may be stopped, cut off, killed and failed by the server: what the model says
is a function of the request, so the graph must not differ. The server's log is held against the ledger, call by call.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from personagraph.alters import WholeSentences
from personagraph.errors import ChatError
from personagraph.expansion import Expansion, acquaint
from personagraph.ledger import Ledger
from personagraph.llm.client import ChatClient
from personagraph.llm.openai import OpenAIBackend
from personagraph.ordered import Limits, Session
from personagraph.policies.bfs import BreadthFirst
from personagraph.protocols import GraphStore, Tick

from .faults import FaultServer, Plan, World
from .faults.texts import Asked
from .test_state_machine import Bomb, mined
from .worlds import Crash, growth, import_seeds, open_workspace, picture

CALLS = 45
TICK = timedelta(milliseconds=1)
"""How exactly the ledger knows the time."""
SESSIONS = 40
"""How often a run may be taken up again before it counts as stuck."""
WORLDS = (World(1, 60), World(2, 60, 0.1), World(3, 60, 0.3), World(4, 60, 0.6))
"""Four models, from one that always answers well to one that mostly does not."""
TURNS = len(WholeSentences("faulty", b"").request({"ego": "", "type": None, "hint": None}, "0" * 32).messages)


class Ending(NamedTuple):
    """How a session ends before its time: stopped, cut off or killed, after so many requests or commits."""

    how: str
    after: int


class Attempt(NamedTuple):
    """An attempt as the ledger has it, and when the reply to its call came in, if one did."""

    outcome: str | None
    text: str
    received: datetime


def endings(seed: int) -> list[Ending]:
    """What interrupts a run: mostly nothing."""
    rng = Random(f"endings {seed}")
    how = ["stopped", "cut off", "killed"]
    return [Ending(rng.choice(how), rng.randrange(1, 60)) for _ in range(rng.choice([0, 0, 1, 1, 2, 3]))]


def session(folder: Path, server: FaultServer, ending: Ending | None, **pace: Any) -> None:
    """One process's part of the expansion: from the files to the end, to its ending, or to a server that fails it."""
    store, ledger = open_workspace(folder)
    bomb = Bomb(ending.after if ending and ending.how == "killed" else None)
    try:
        with mined(bomb):
            import_seeds(store, ledger)
            _expand(store, ledger, server, ending, **pace)
    finally:
        store.close()
        ledger.close()


def _expand(store: GraphStore, ledger: Ledger, server: FaultServer, ending: Ending | None, **pace: Any) -> None:
    begun = len(server.log)

    def over(how: str) -> bool:
        return ending is not None and ending.how == how and len(server.log) - begun >= ending.after

    def stopping() -> bool:
        return over("stopped")

    def progress(tick: Tick) -> None:
        if over("cut off"):
            raise KeyboardInterrupt

    run = ledger.runs.unfinished()
    run = ledger.runs.resume(run.id, run.limits) if run else ledger.runs.start("expand", {}, {}, model="faulty")
    policy = BreadthFirst(hops=4, calls_per_ego=2, asked=ledger.steps.subjects("expand", before=run.id))
    acquaint(policy, store.scan_personas())
    dialogue = WholeSentences("faulty", ledger.secret)
    work = Expansion(growth(store, ledger), policy, dialogue, lambda id: store.personas([id])[0].description, run=run.id)
    backend = OpenAIBackend("faulty", api_key="none", base_url=server.url, timeout=pace.pop("timeout", 20.0))
    client, drain = ChatClient(backend, ledger, stopping=stopping, **{"attempts": 8, "pause": 0.002, **pace}), True
    try:
        limits, say = Limits(max_calls=CALLS), {"stopping": stopping, "progress": progress}
        Session(work, run, ledger=ledger, store=store, client=client, limits=limits, window=32, **say).carry_out()
    except (KeyboardInterrupt, Crash):
        drain = False
        raise
    finally:
        client.close(drain=drain)


def carry_out(folder: Path, server: FaultServer, ends: list[Ending], **pace: Any) -> dict[str, Any]:
    """Begin the expansion, and take it up again after each ending and each failure, until it is done; the graph."""
    folder.mkdir()
    for n in range(SESSIONS):
        try:
            session(folder, server, ends[n] if n < len(ends) else None, **pace)
        except (KeyboardInterrupt, Crash, ChatError):
            continue
        store, ledger = open_workspace(folder)
        try:
            run = ledger.runs.all()[-1]
            if (run.command, run.status) == ("expand", "done"):
                return picture(store)
        finally:
            store.close()
            ledger.close()
    raise AssertionError(f"the run was not done after {SESSIONS} sessions")


def attempts(folder: Path) -> Mapping[Asked, list[Attempt]]:
    """Every attempt in a ledger's file, oldest first, by what the server knows its request by."""
    found: dict[Asked, list[Attempt]] = defaultdict(list)
    with sqlite3.connect(folder / "ledger.sqlite3") as file:
        rows = file.execute(
            "SELECT step.call, attempt.call != step.call, attempt.outcome, call.reply, call.received"
            " FROM attempt JOIN step ON step.run = attempt.run AND step.n = attempt.step"
            " LEFT JOIN call ON call.key = attempt.call ORDER BY attempt.id"
        )
        for key, again, outcome, text, received in rows:
            asked = Asked(int(key[:7], 16), TURNS + 2 * again)
            found[asked].append(Attempt(outcome, text, datetime.fromisoformat(received)))
    file.close()
    return found


def check_accounts(folder: Path, server: FaultServer, *, killed: int, concurrency: int) -> None:
    """Hold the ledger against the server's log, request by request."""
    told = attempts(folder)
    seen: dict[Asked, list[Any]] = defaultdict(list)
    for entry in server.log:
        seen[entry.asked].append(entry)
    assert seen.keys() <= told.keys(), "the server saw a request that is in no ledger"
    for asked, tries in told.items():
        outcomes = [attempt.outcome for attempt in tries]
        assert len(seen[asked]) <= len(tries), f"{asked}: an attempt is not in the ledger"
        assert outcomes.count("replied") == 1, f"{asked}: {outcomes}"
        assert outcomes[-1] == "replied", f"{asked} was sent again after its reply was in the ledger"
        whole = [entry for entry in seen[asked] if entry.whole]
        assert 1 <= len(whole) <= 1 + outcomes.count(None), f"{asked}: bought {len(whole)} times, {outcomes}"
        assert whole[-1] is seen[asked][-1]
        assert tries[-1].text == whole[-1].said
        assert all(entry.at < tries[-1].received + TICK for entry in seen[asked])
    uncertain = sum(attempt.outcome is None for tries in told.values() for attempt in tries)
    assert uncertain <= killed * concurrency
    if not killed:
        assert sum(map(len, told.values())) == len(server.log) + server.unread, "an attempt never left"


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[World, dict[str, Any]]:
    """The graph that each world gives when nothing goes wrong."""
    graphs = {}
    for world in WORLDS:
        with FaultServer(Plan(world=world)) as server:
            graphs[world] = carry_out(tmp_path_factory.mktemp("undisturbed") / "workspace", server, [])
            assert all(entry.whole for entry in server.log)
    return graphs


def seeds(world: int) -> Iterator[int]:
    """The 50 plans whose server speaks for that world."""
    return iter(range(world * 50, world * 50 + 50))


@pytest.mark.parametrize("world", range(len(WORLDS)))
def test_whatever_a_server_does_the_graph_is_the_same_and_no_reply_is_bought_twice(world, undisturbed, tmp_path):
    for seed in seeds(world):
        plan, ends, rng = Plan.drawn(seed, WORLDS[world]), endings(seed), Random(f"pace {seed}")
        pace = {"concurrency": rng.randint(8, 16), "attempts": rng.choice([3, 8, 8])}
        with FaultServer(plan) as server:
            seen = carry_out(tmp_path / f"{seed}", server, ends, **pace)
        killed = sum(end.how != "stopped" for end in ends)
        try:
            assert seen == undisturbed[WORLDS[world]]
            check_accounts(tmp_path / f"{seed}", server, killed=killed, concurrency=pace["concurrency"])
        except AssertionError as error:
            raise AssertionError(f"plan {seed} ({ends}, {pace}): {error}") from error
