"""Gathers from the ledger how the personas of a graph came."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from personagraph.ledger.cells import object_in
from personagraph.steering.audit.facts import Entrants, GrowthHistory, RunTally
from personagraph.steering.audit.wishes import CAME, Wish, region_of
from personagraph.steering.hints import aim_of
from personagraph.types import Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES, stated

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.ledger import Ledger
    from personagraph.ledger.account import Brought

EXPAND = "expand"
"""The work whose calls coverage is held against."""
MOST_REJECTED = 5_000
"""Items that guards turned down which are looked at one by one; of older ones it is only counted that there are."""


def history_of(ledger: "Ledger", graph: "Snapshot", runs: Collection[str] | None = None) -> GrowthHistory:
    """How the personas of a graph, or of a part of it, came; by these runs alone where any are named."""
    from personagraph.graph.snapshot import Categorical

    outcomes = ledger.outcomes.counts()
    tallies = tuple(tally for tally in _tallies(ledger, outcomes) if runs is None or tally.run in runs)
    waves: list[list[Brought]] = []
    behind, decided = _calls_behind(ledger, [tally.run for tally in tallies])
    claims: dict[str, dict[str, dict[str, int]]] = {}
    rejected: list[tuple[str, Attributes]] = []
    for tally in (one for one in reversed(tallies) if one.model):
        stated_so: Counter[str] = Counter()
        brought = list(ledger.outcomes.brought(tally.run))
        for one in brought:
            stated_so[one.claims] += 1
        waves.append([one for one in brought if one.is_new])
        _add_claims(claims.setdefault(tally.model, {}), stated_so)
        down = ledger.outcomes.turned_down(tally.run, most=MOST_REJECTED - len(rejected))
        rejected += [(item.reason, _known(item.detail, item.item)) for item in down]
    total = sum(n for tally in tallies if tally.model for (what, _), n in tally.outcomes.items() if what == "rejected")
    asking = [tally.run for tally in tallies if tally.model]
    new = [one for wave in reversed(waves) for one in wave]
    calls = [
        behind[run] + one.step + 1 if run in behind else -1
        for run, wave in zip(asking, reversed(waves), strict=True)
        for one in wave
    ]
    arrivals = Entrants(
        _positions(graph, [one.subject for one in new]),
        _positions(graph, [one.persona for one in new]),
        np.array([one.steering for one in new], np.int8),
        Categorical.of(one.type for one in new),
        np.array(calls, np.int64),
    )
    told = {model: found for model, found in claims.items() if found}
    wishes = [wish for run in asking for wish in _wishes(ledger, graph, run)]
    unread = total - len(rejected)
    return GrowthHistory(arrivals, _asked(ledger, graph), tallies, told, rejected, unread, wishes, decided)


def _calls_behind(ledger: "Ledger", runs: Collection[str]) -> tuple[dict[str, int], int]:
    """How many calls expansions decided before each of these began, and in all; other runs are none of them."""
    behind, decided = {}, 0
    for run in ledger.runs.all():
        if run.id in runs and run.model and run.work == EXPAND:
            behind[run.id] = decided
            decided += run.decided
    return behind, decided


def _wishes(ledger: "Ledger", graph: "Snapshot", run: str) -> Iterator[Wish]:
    """What the steered calls of a run asked for, one by one, and what came of each.

    Of somebody who is in the graph, what is known now counts; of others, what their verdict says.
    """
    found: list[tuple[Wish, str]] = []
    for _, verdicts in groupby(ledger.outcomes.wished(run), lambda one: one.step):
        said = list(verdicts)
        first, by_item = said[0], {one.item: one for one in said}
        level = "3" if first.steering > 2 else "2 narrowed" if first.narrow else "2"
        is_dead = first.outcome == "dead"
        for item, (hint, aim) in enumerate(zip_longest(first.hints, first.aims)):
            words, one = aim_of(hint or {}), None if is_dead else by_item.get(item)
            outcome = "dead" if is_dead else one.outcome if one else ""
            known, persona = (one.known, one.persona) if one and outcome in CAME else ({}, "")
            found.append((Wish(region_of(aim, words), words, level, outcome, known), persona))
    at = _positions(graph, [persona for _, persona in found])
    names = {name: column.names for name, column in graph.attributes.items()}
    codes = zip(*(column.codes[at].tolist() for column in graph.attributes.values()), strict=True) if len(graph) else ()
    for (wish, _), place, row in zip_longest(found, at.tolist(), codes):
        now = wish.known if place < 0 else {n: names[n][code] for n, code in zip(names, row, strict=True)}
        yield wish._replace(known=now)


def _add_claims(counts: dict[str, dict[str, int]], stated_so: Counter[str]) -> None:
    """Count what became of the statements of a run, by attribute."""
    for text, times in stated_so.items():
        for name, what in object_in(text).items() if text else ():
            of = counts.setdefault(name, {})
            of[what] = of.get(what, 0) + times


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
