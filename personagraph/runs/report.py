"""Tells how one run stands: what it was asked to do, what came of it, what it took, and what it met on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from personagraph.ledger import Ledger, Run
from personagraph.ledger.account import Uncertain
from personagraph.ledger.events import Event
from personagraph.stores.graph_store import GraphStore


class SessionReport(NamedTuple):
    """One process's part of a run: from when to when (UTC), how it ended and why, and what it found when it resumed.

    `ended` is None, and so is `status`, for one that is at work, or was stopped at once or killed.
    """

    began: str
    ended: str | None
    status: str | None
    reason: str
    found: Mapping[str, Any]


class Change(NamedTuple):
    """When the concurrency changed (UTC), how many calls may be in flight since, and why."""

    at: str
    limit: int
    why: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run, over all its sessions.

    `states` counts its steps by how far they have come, `outcomes` its verdicts by outcome and reason ("" when there is
    none). `calls` are requests that it sent, `reused` the replies that it found in the ledger, `repaired` those that
    were used only after their JSON was mended, `pace` replies a second while it was at work (None when too few).
    `failures` counts failed attempts by kind of error, `uncertain_calls` lists those never heard of. `cost_usd` is all
    that is booked, `perhaps_billed_usd` the part of it for attempts that brought no reply, and `reserved_usd` the part
    of that for uncertain ones. `remarks` are what was said about what replies cost. `depths` counts the personas that
    it brought and that are still there, by depth; None is without a link to a seed. `in_batches` are the attempts whose
    batch goes on at its provider.
    """

    run: Run
    states: Mapping[str, int]
    sessions: tuple[SessionReport, ...]
    changes: tuple[Change, ...]
    outcomes: Mapping[str, Mapping[str, int]]
    calls: int
    reused: int
    repaired: int
    attempts: int
    failed: int
    uncertain: int
    failures: Mapping[str, int]
    uncertain_calls: tuple[Uncertain, ...]
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    perhaps_billed_usd: float
    reserved_usd: float
    remarks: tuple[str, ...]
    pace: float | None
    depths: Mapping[int | None, int]
    in_batches: int = 0


def report(ledger: Ledger, store: GraphStore, run_id: str) -> RunReport:
    """How the run stands. Raises ConfigError when there is none with this id."""
    run = ledger.runs.get(run_id)
    outcomes: dict[str, dict[str, int]] = {}
    for (outcome, reason), count in sorted(ledger.steps.outcomes(run.id).items()):
        outcomes.setdefault(outcome, {})[reason] = count
    totals = ledger.calls.totals(run=run.id)
    events, uncertain = ledger.events.of(run.id), ledger.accounts.uncertain(run.id)
    booked = ledger.accounts.booked(run.id)
    return RunReport(
        run=run,
        states=ledger.accounts.states(run.id, applied=store.applied(run.id)),
        sessions=tuple(_sessions(events)),
        changes=tuple(Change(e.at, e.detail["limit"], e.detail["why"]) for e in events if e.kind == "concurrency"),
        outcomes=outcomes,
        calls=sum(t.calls for t in totals),
        reused=ledger.calls.reused(run.id),
        repaired=ledger.steps.repaired(run.id),
        attempts=sum(t.attempts for t in totals),
        failed=sum(t.failed for t in totals),
        uncertain=len(uncertain),
        failures=ledger.accounts.failures(run.id),
        uncertain_calls=tuple(uncertain),
        prompt_tokens=sum(t.prompt_tokens for t in totals),
        completion_tokens=sum(t.completion_tokens for t in totals),
        cost_usd=booked.total,
        perhaps_billed_usd=booked.perhaps_billed,
        reserved_usd=booked.uncertain,
        remarks=tuple(dict.fromkeys(e.detail["text"] for e in events if e.kind == "remark")),
        pace=ledger.calls.pace(run.id),
        depths=store.depths_of(run.id),
        in_batches=ledger.calls.in_batches(run.id),
    )


def _sessions(events: Iterable[Event]) -> list[SessionReport]:
    """The sessions that the events tell of, oldest first."""
    sessions: list[SessionReport] = []
    for event in events:
        if event.kind in ("began", "resumed"):
            sessions.append(SessionReport(event.at, None, None, "", event.detail))
        elif event.kind == "ended" and sessions:
            detail = event.detail
            sessions[-1] = sessions[-1]._replace(ended=event.at, status=detail["status"], reason=detail["reason"])
    return sessions
