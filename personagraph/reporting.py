"""Tells how one run stands: what it was asked to do, what came of it, and what it took."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from personagraph.ledger import Ledger, Run
from personagraph.protocols import GraphStore


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run, over all its sessions.

    `outcomes` counts its verdicts by outcome and reason ("" when there is none). `calls` are requests that it sent,
    `reused` the replies that it found in the ledger, `pace` replies a second while it was at work (None when too few).

    `repaired` replies were used only after their JSON was mended. `depths` counts the personas that it brought and that
    are still there, by depth; None is without a link to a seed.
    """

    run: Run
    outcomes: Mapping[str, Mapping[str, int]]
    calls: int
    reused: int
    repaired: int
    attempts: int
    failed: int
    uncertain: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    pace: float | None
    depths: Mapping[int | None, int]


def report(ledger: Ledger, store: GraphStore, run_id: str) -> RunReport:
    """How the run stands. Raises ConfigError when there is none with this id."""
    run = ledger.runs.get(run_id)
    outcomes: dict[str, dict[str, int]] = {}
    for (outcome, reason), count in sorted(ledger.steps.outcomes(run.id).items()):
        outcomes.setdefault(outcome, {})[reason] = count
    totals = ledger.calls.totals(run=run.id)
    depths = Counter(p.depth for p in store.scan_personas() if p.run == run.id)
    return RunReport(
        run=run,
        outcomes=outcomes,
        calls=sum(t.calls for t in totals),
        reused=ledger.calls.reused(run.id),
        repaired=ledger.steps.repaired(run.id),
        attempts=sum(t.attempts for t in totals),
        failed=sum(t.failed for t in totals),
        uncertain=ledger.calls.uncertain(run.id),
        prompt_tokens=sum(t.prompt_tokens for t in totals),
        completion_tokens=sum(t.completion_tokens for t in totals),
        cost_usd=ledger.calls.cost(run.id),
        pace=ledger.calls.pace(run.id),
        depths=dict(sorted(depths.items(), key=lambda item: (item[0] is None, item[0] or 0))),
    )
