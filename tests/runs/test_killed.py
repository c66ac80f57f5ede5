"""kill -9 at any moment of a run: the graph is that of an undisturbed run, and nothing is bought twice."""

import itertools
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from personagraph.ledger.assertions import project
from personagraph.runs.lost import loss, take_over
from tests.sessions import begin, undisturbed
from tests.stored import empty
from tests.worlds import import_seeds, open_workspace, picture

SHORT, LONG = 12, 80
"""Calls of a run: a long one goes on over many sessions, a short one has more of start and end."""
IN_FLIGHT = 4


class Life(NamedTuple):
    """A run from its first session to its end: how often it was killed, and after how many decided steps."""

    kills: int
    after: list[int]


def moments(count: int, rng: random.Random) -> Iterator[float]:
    """Shares of a run's length, drawn evenly over all of it, start and end included, in any order."""
    while True:
        for part in rng.sample(range(count), count):
            yield (part + rng.random()) / count


def live(folder: Path, url: str | None, calls: int, *, whole: float, shares: Iterator[float]) -> Life:
    """Kill each session after a share of the seconds that a `whole` run takes, until one comes to its end before."""
    empty(url)
    folder.mkdir()
    for kills in itertools.count():
        child = begin(folder, url, calls)
        child.join(whole * next(shares))
        child.kill()
        child.join()
        if child.exitcode == 0:
            return Life(kills, [int(line) for line in (folder / "sessions").read_text().split()[1:]])
        assert child.exitcode == -signal.SIGKILL, "a session ended with an error"
    raise AssertionError("unreachable")


def seconds_of(folder: Path, url: str | None, calls: int) -> float:
    """How long the run takes when nothing happens."""
    empty(url)
    folder.mkdir()
    began = time.monotonic()
    child = begin(folder, url, calls)
    child.join(60)
    assert child.exitcode == 0
    return time.monotonic() - began


def check(folder: Path, url: str | None, calls: int, kills: int) -> None:
    """The graph is the undisturbed one; only what was in flight was sent again, and all of that is accounted for."""
    store, ledger = open_workspace(folder, url)
    assert picture(store) == undisturbed(calls)
    assert not loss(ledger, store.held())
    sent = [line.split() for line in (folder / "asked").read_text().splitlines()]
    assert [key for key, *known in sent if known] == [], "a reply that was in the ledger was bought again"
    times = Counter(key for key, *_ in sent)
    assert times.keys() == ledger.calls.replies().keys()
    run = ledger.runs.all()[-1]
    assert times.total() - len(times) <= ledger.calls.uncertain(run.id) <= IN_FLIGHT * kills
    store.close()
    ledger.close()


@pytest.mark.slow
def test_a_ledger_whose_changes_were_deleted_after_a_kill_is_behind_its_graph(tmp_path, graph_url):
    store, ledger = open_workspace(tmp_path, graph_url)
    import_seeds(store, ledger)
    ledger.close()
    child = begin(tmp_path, graph_url, 400)
    deadline = time.monotonic() + 60
    while store.applied("r2") < 20:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child.kill()
    child.join()
    for beside in ("ledger.sqlite3-wal", "ledger.sqlite3-shm"):
        (tmp_path / beside).unlink()
    store.close()
    store, ledger = open_workspace(tmp_path, graph_url)
    held = store.held()
    assert held.mark.attempts >= held.applied["r2"] >= 20
    assert loss(ledger, held).steps == {"r2": (0, held.applied["r2"])}
    take_over(ledger, store, loss(ledger, held))
    assert not loss(ledger, held)
    assert set(project(ledger.assertions.all())[0]) == set(store.scan_relationships())
    store.close()
    ledger.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_any_moment_the_graph_is_the_same_and_nothing_is_bought_twice(tmp_path, graph_url):
    total, kills, after = 50 if graph_url is None else 20, 0, set()
    shares = moments(total, random.Random(7))
    seconds_of(tmp_path / "warm", graph_url, SHORT)
    whole = {calls: seconds_of(tmp_path / f"whole{calls}", graph_url, calls) for calls in (SHORT, LONG)}
    for number, calls in enumerate(itertools.cycle((LONG, SHORT))):
        folder = tmp_path / str(number)
        life = live(folder, graph_url, calls, whole=whole[calls], shares=shares)
        check(folder, graph_url, calls, life.kills)
        kills += life.kills
        after |= {n for n in life.after if calls == LONG}
        if kills >= total:
            break
    assert [n for n in after if 0 < n < LONG], "killed on the way, too"
