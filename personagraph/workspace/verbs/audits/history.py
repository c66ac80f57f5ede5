"""Gathers from the ledger how the personas of a graph came."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.audit.facts import Arrivals, GrowthHistory, RunTally
from personagraph.types import Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES, stated

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.ledger import Ledger

MOST_REJECTED = 20_000
"""Items that guards turned down which are looked at one by one; of older ones it is only counted that there are."""


def history_of(ledger: "Ledger", graph: "Snapshot", runs: Collection[str] | None = None) -> GrowthHistory:
    """How the personas of a graph, or of a part of it, came; by these runs alone where any are named."""
    outcomes = ledger.outcomes.counts()
    tallies = tuple(tally for tally in _tallies(ledger, outcomes) if runs is None or tally.run in runs)
    model_of = {tally.run: tally.model for tally in tallies}
    latest = ledger.outcomes.turned_down(most=MOST_REJECTED)
    rejected = [(item.reason, _known(item.detail, item.item)) for item in latest if item.run in model_of]
    total = sum(n for (run, outcome, _), n in outcomes.items() if outcome == "rejected" and model_of.get(run))
    claims: dict[str, dict[str, dict[str, int]]] = {}
    for run, told, times in ledger.outcomes.claims():
        for name, what in told.items() if run in model_of else ():
            counts = claims.setdefault(model_of[run], {}).setdefault(name, {})
            counts[what] = counts.get(what, 0) + times
    return GrowthHistory(
        _arrivals(ledger, graph, model_of),
        _asked(ledger, graph),
        tallies,
        claims,
        rejected,
        max(0, total - len(rejected)) if len(latest) == MOST_REJECTED else 0,
    )


def _tallies(ledger: "Ledger", outcomes: Mapping[tuple[str, str, str], int]) -> list[RunTally]:
    taken: dict[str, list[float]] = {}
    for total in ledger.calls.totals():
        sums = taken.setdefault(total.run, [0, 0.0, 0.0])
        for at, amount in enumerate((total.calls, total.cost, total.seconds)):
            sums[at] += amount
    by_run: dict[str, dict[tuple[str, str], int]] = {}
    for (run, outcome, reason), n in outcomes.items():
        by_run.setdefault(run, {})[outcome, reason] = n
    return [
        RunTally(run.id, run.command, run.model, run.simulated, by_run.get(run.id, {}), int(calls), cost, seconds)
        for run in ledger.runs.all()
        for calls, cost, seconds in [taken.get(run.id, (0, 0.0, 0.0))]
    ]


def _arrivals(ledger: "Ledger", graph: "Snapshot", runs: Collection[str]) -> Arrivals:
    from personagraph.graph.snapshot import Categorical

    brought = [one for one in ledger.outcomes.brought() if one.run in runs]
    return Arrivals(
        _positions(graph, [one.subject for one in brought]),
        _positions(graph, [one.persona for one in brought]),
        np.array([one.steering for one in brought], np.int8),
        Categorical.of(one.type for one in brought),
    )


def _asked(ledger: "Ledger", graph: "Snapshot") -> NDArray[np.int64]:
    calls = ledger.outcomes.asked()
    found = np.zeros(len(graph), np.int64)
    at = _positions(graph, list(calls))
    times = np.array(list(calls.values()), np.int64)
    found[at[at >= 0]] = times[at >= 0]
    return found


def _positions(graph: "Snapshot", ids: list[str]) -> NDArray[np.int64]:
    """Where these are in the graph, -1 for who is not there."""
    if not ids or not len(graph):
        return np.full(len(ids), -1, np.int64)
    wanted = np.array(ids, "S32")
    at = np.minimum(np.searchsorted(graph.ids, wanted, sorter=graph.by_id), len(graph) - 1)
    found = graph.by_id[at].astype(np.int64)
    return np.where(graph.ids[found] == wanted, found, -1)


def _known(detail: Mapping[str, Any], item: int) -> Attributes:
    """What is known of somebody who was turned down: what the verdict says, else what the reply stated of them."""
    said = detail.get("known") or detail.get("stated")
    if isinstance(said, dict):
        return Attributes(**{name: value for name, value in said.items() if name in ATTRIBUTES})
    reply = detail.get("item")
    if not isinstance(reply, dict):
        return Attributes()
    lists = [value for value in reply.values() if isinstance(value, list)]
    people = lists[0] if len(lists) == 1 else [reply]
    one = people[item] if item < len(people) else {}
    if not isinstance(one, dict):
        return Attributes()
    return stated({name: value for name, value in one.items() if isinstance(value, str)})
