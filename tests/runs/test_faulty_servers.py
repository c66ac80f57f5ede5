"""200 servers, each faulty in its own way: the graph is that of an undisturbed run, and every attempt is accounted for.

Transport may fail in any way, and runs may be stopped, cut off, killed and failed by the server: what the model says
is a function of the request, so the graph must not differ. The server's log is held against the ledger, call by call.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from personagraph.errors import ChatError, ChatUnavailableError
from personagraph.expansion.dialogues import WholeSentences
from personagraph.ledger import Ledger
from personagraph.llm.client.prices import Price
from personagraph.llm.client.retries import Retries
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.progress import Tick
from personagraph.stores.graph_store import GraphStore
from tests.faults import FaultServer, Outage, Plan, Seen, World
from tests.faults.plans import UNREAD
from tests.faults.texts import Asked, tokens
from tests.runs.test_state_machine import Bomb, mined
from tests.worlds import Crash, expansion, import_seeds, open_workspace, picture

ROOT = Path(__file__).resolve().parents[2]
CALLS = 40
PATIENT = Retries(attempts=20, alone=1000, pause=0.002, longest=0.05, patience=5.0)
"""Never gives a request up, nor the server."""
HASTY = replace(PATIENT, attempts=12, patience=0.02)
"""Gives the server up soon, when it answers nobody: the run then fails, and is taken up again."""
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
    """An attempt as the ledger has it: what it is booked with in USD, and when a reply to its call came in, if ever."""

    outcome: str | None
    booked: float
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

    def progress(tick: Tick) -> None:
        if over("cut off"):
            raise KeyboardInterrupt

    expansion(
        store,
        ledger,
        OpenAIBackend("faulty", api_key="none", base_url=server.url, timeout=pace.pop("timeout", 20.0)),
        dialogue=WholeSentences("faulty", ledger.secret),
        max_calls=CALLS,
        stopping=lambda: over("stopped"),
        progress=progress,
        **{"retries": PATIENT, **pace},
    )


def carry_out(folder: Path, server: FaultServer, ends: list[Ending], **pace: Any) -> dict[str, Any]:
    """Begin the expansion, or take it up, again after each ending and each failure, until it is done; the graph."""
    folder.mkdir(exist_ok=True)
    for n in range(SESSIONS):
        # What ends a session may come when all is done: another one would begin a run of its own.
        with suppress(KeyboardInterrupt, Crash, ChatError):
            session(folder, server, ends[n] if n < len(ends) else None, **pace)
        store, ledger = open_workspace(folder)
        try:
            run = next(iter(ledger.runs.all()[-1:]), None)
            if run and run.command == "expand" and (run.status == "done" or run.reason == "max-cost reached"):
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
            "SELECT step.call, attempt.call != step.call, outcome, iif(outcome IS NULL, reserve, attempt.cost),"
            " coalesce(call.reply, ''), coalesce(call.received, '0001-01-01')"
            " FROM attempt JOIN step ON step.run = attempt.run AND step.n = attempt.step"
            " LEFT JOIN call ON call.key = attempt.call ORDER BY attempt.id"
        )
        for key, again, outcome, booked, text, received in rows:
            asked = Asked(int(key[:7], 16), TURNS + 2 * again)
            found[asked].append(Attempt(outcome, booked, text, datetime.fromisoformat(received)))
    file.close()
    return found


def check_accounts(folder: Path, log: Iterable[Seen], *, lost: int = 0) -> None:
    """Hold a finished run's ledger against the server's log, request by request; `lost` calls may be uncertain."""
    told = attempts(folder)
    seen: dict[Asked, list[Seen]] = defaultdict(list)
    for entry in log:
        seen[entry.asked].append(entry)
    assert seen.keys() <= told.keys(), "the server saw a request that is in no ledger"
    for asked, tries in told.items():
        check_request(asked, tries, seen[asked])
    assert sum(attempt.outcome is None for tries in told.values() for attempt in tries) <= lost


def check_request(asked: Asked, tries: list[Attempt], seen: list[Seen]) -> None:
    """Each time that the server saw a request is an attempt, and each whole completion a reply or an uncertain one."""
    outcomes = [attempt.outcome for attempt in tries]
    assert len(seen) <= len(tries), f"{asked}: an attempt is not in the ledger"
    assert outcomes.count("replied") == 1, f"{asked}: {outcomes}"
    assert outcomes[-1] == "replied", f"{asked} was sent again after its reply was in the ledger"
    assert all(entry.at < tries[-1].received + TICK for entry in seen), f"{asked} came after its reply was committed"
    whole = [entry for entry in seen if entry.whole]
    assert 1 <= len(whole) <= 1 + outcomes.count(None), f"{asked}: bought {len(whole)} times, {outcomes}"
    assert whole[-1] is seen[-1]
    assert tries[-1].text == whole[-1].said


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder whose files are in memory where the system has such a place: what a disk keeps is not in question."""
    place = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def undisturbed(memory: Path) -> Mapping[World, dict[str, Any]]:
    """The graph that each world gives when nothing goes wrong."""
    graphs = {}
    for n, world in enumerate(WORLDS):
        with FaultServer(Plan(world=world)) as server:
            graphs[world] = carry_out(memory / f"undisturbed {n}", server, [])
            assert all(entry.whole for entry in server.log)
    return graphs


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("world", range(len(WORLDS)))
def test_whatever_a_server_does_the_graph_is_the_same_and_no_reply_is_bought_twice(world, undisturbed, memory):
    for seed in range(world * 50, world * 50 + 50):
        plan, ends, rng = Plan.drawn(seed, WORLDS[world]), endings(seed), Random(f"pace {seed}")
        pace = {"concurrency": rng.randint(8, 16), "retries": rng.choice([PATIENT, PATIENT, HASTY])}
        folder, lost = memory / f"{seed}", sum(ending.how != "stopped" for ending in ends)
        with FaultServer(plan) as server:
            seen = carry_out(folder, server, ends, **pace)
        try:
            assert seen == undisturbed[WORLDS[world]]
            check_accounts(folder, server.log, lost=lost * pace["concurrency"])
            if not lost and not plan.restarts:
                sent = sum(map(len, attempts(folder).values()))
                assert sent == len(server.log) + server.unread, "an attempt reached nobody"
        except AssertionError as error:
            raise AssertionError(f"plan {seed} ({ends}, {pace}): {error}") from error


@pytest.mark.parametrize("seed", range(200, 208))
def test_a_budget_is_kept_whatever_the_server_does_and_every_completion_is_booked(seed, memory):
    price, limit, folder = Price(1.0, 2.0, 0.5), 0.08, memory / f"budget {seed}"
    with FaultServer(Plan.drawn(seed, WORLDS[seed % len(WORLDS)])) as server:
        carry_out(folder, server, endings(seed), concurrency=12, price=price, max_cost=limit)
    ledger = Ledger(folder / "ledger.sqlite3")
    run = ledger.runs.all()[-1]
    assert run.reason == "max-cost reached"
    # That a server will claim ten times the tokens it may use cannot be known before; it is booked as it says.
    claimed = sum(a.booked for tries in attempts(folder).values() for a in tries if a.booked >= price.cost(0, 10_000))
    assert 0 < ledger.calls.cost(run.id) <= limit + claimed
    ledger.close()
    owed: dict[Asked, float] = defaultdict(float)
    for entry in server.log:
        if entry.whole and entry.fate != "odd usage":
            owed[entry.asked] += price.cost(*tokens(entry.said))
    booked = {asked: sum(attempt.booked for attempt in tries) for asked, tries in attempts(folder).items()}
    assert [asked for asked in owed if owed[asked] > booked[asked] + 1e-12] == []


def test_a_server_that_falls_silent_is_left_after_the_timeout_and_asked_again(undisturbed, memory):
    plan = Plan(world=WORLDS[1], faults={"stalled": 1}, share=0.1, patience=1)
    with FaultServer(plan) as server:
        seen = carry_out(memory / "silent", server, [], concurrency=16, timeout=0.4)
    silent = [entry for entry in server.log if entry.fate == "stalled"]
    assert silent
    assert not any(entry.whole for entry in silent)
    assert seen == undisturbed[WORLDS[1]]
    failed = [attempt for tries in attempts(memory / "silent").values() for attempt in tries[:-1]]
    assert len(failed) >= len(silent)
    assert {attempt.outcome for attempt in failed} == {"failed"}


def test_a_server_that_lacks_structured_output_gives_the_same_graph_and_is_asked_in_vain_a_few_times_only(
    undisturbed, memory
):
    with FaultServer(Plan(world=WORLDS[2], refuses=("response_format",))) as server:
        seen = carry_out(memory / "unstructured", server, [], concurrency=8)
    assert seen == undisturbed[WORLDS[2]]
    refused = [n for n, entry in enumerate(server.log) if entry.fate == "refused"]
    assert refused[-1] < 8 * 5
    check_accounts(memory / "unstructured", server.log)


def test_a_server_that_is_away_fails_the_run_which_goes_on_when_it_is_back(undisturbed, memory):
    folder = memory / "away"
    folder.mkdir()
    with FaultServer(Plan(world=WORLDS[0])) as server, pytest.raises(KeyboardInterrupt):
        session(folder, server, Ending("cut off", 20))
    with pytest.raises(ChatUnavailableError):
        session(folder, server, None, retries=HASTY)
    with FaultServer(Plan(world=WORLDS[0]), port=server.port) as back:
        seen = carry_out(folder, back, [])
    assert seen == undisturbed[WORLDS[0]]
    check_accounts(folder, [*server.log, *back.log], lost=8)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_requests_in_the_same_order_have_the_same_fate(seed):
    fates = []
    for _ in range(2):
        with FaultServer(replace(Plan.drawn(seed), outages=(Outage(4, 2, UNREAD),), slowest=0.0)) as server:
            heard = [post(server, n % 10) for n in range(40)]
        fates.append((heard, [(entry.asked, entry.fate, entry.whole) for entry in server.log]))
    assert fates[0] == fates[1]
    assert len({fate for _, fate, _ in fates[0][1]}) > 3
    assert any(heard.startswith("{") for heard in fates[0][0])


def post(server: FaultServer, seed: int) -> str:
    """The beginning of the body of what a request was answered; the status of an error; or "lost"."""
    asked = {"model": "faulty", "seed": seed, "messages": [{"role": "user", "content": "Who?"}]}
    try:
        with urlopen(f"{server.url}/chat/completions", json.dumps(asked).encode(), timeout=10) as answer:
            body: bytes = answer.read(100_000)
            return body.decode(errors="replace")
    except HTTPError as error:
        return str(error.code)
    except (OSError, HTTPException):
        return "lost"


def test_it_can_be_started_by_hand():
    command = [sys.executable, "-m", "tests.faults", "--delay", "0.01"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/models", timeout=10) as answer:
            assert json.load(answer)["data"][0]["id"] == "faulty"
        process.terminate()
        assert process.wait(timeout=10) == 0
