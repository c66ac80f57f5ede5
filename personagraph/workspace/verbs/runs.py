"""The verbs over runs and calls: what a workspace knows of its own work, and gives up."""

from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.workspace.options import check_known
from personagraph.workspace.results import RunResult, result_of
from personagraph.workspace.runs import writing

if TYPE_CHECKING:
    from personagraph.ledger.calls import CallTotals
    from personagraph.ledger.steps import RejectedItem
    from personagraph.runs.report import RunReport
    from personagraph.workspace.workspace import Workspace


def runs(workspace: "Workspace") -> list[RunResult]:
    """What every run brought, oldest first."""
    return [result_of(workspace.ledger, run.id) for run in workspace.ledger.runs.all()]


def run_report(workspace: "Workspace", run_id: str) -> "RunReport":
    """How a run stands: settings, what came of it by reason, calls, pace. Raises ConfigError for no such run."""
    from personagraph.runs.report import report

    return report(workspace.ledger, workspace.store, run_id)


def rejected(
    workspace: "Workspace", run_id: str, *, reason: str | None = None, limit: int = 20
) -> "list[RejectedItem]":
    """What guards turned down in a run, the last first."""
    return workspace.ledger.steps.rejected(workspace.ledger.runs.get(run_id).id, reason=reason, limit=limit)


def calls(workspace: "Workspace", *, limit: int = 100, **filters: str | None) -> list[dict[str, Any]]:
    """Calls, newest first; filtered by run, model, prompt and outcome (replied, failed, uncertain)."""
    check_known("outcome", filters.get("outcome"), ("replied", "failed", "uncertain"))
    if run := filters.get("run"):
        workspace.ledger.runs.get(run)
    return workspace.ledger.calls.listed(limit=limit, **filters)


def call_totals(workspace: "Workspace", **filters: str | None) -> "list[CallTotals]":
    """What the calls add up to, by run, model and prompt; filtered as in `calls`."""
    return workspace.ledger.calls.totals(**filters)


def abandon(workspace: "Workspace", run_id: str) -> None:
    """Give an unfinished run up: what it applied stays. Raises ConfigError when it is not unfinished."""
    with writing(workspace):
        run = workspace.ledger.runs.get(run_id)
        if not run.unfinished:
            raise ConfigError(f"run {run.id} is {run.status}; only an unfinished run can be abandoned")
        workspace.ledger.abandon(run.id, applied=workspace.store.applied(run.id))
        for batch in workspace.ledger.batches.open(run.id):
            workspace.note(
                f"batch {batch.remote or batch.token} of {batch.size:,} requests goes on at {batch.place}, and is paid"
                " for there; a run with --batch that asks the same takes up its replies"
            )
