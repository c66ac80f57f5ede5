"""How a run stands, as lines for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.ledger.steps import RejectedItem
    from personagraph.runs.report import RunReport, SessionReport

MOST = 10
"""How many sessions, changes of concurrency and uncertain attempts are shown, the last ones."""


def run_report_lines(report: "RunReport", rejected: "Sequence[RejectedItem]") -> list[str]:
    """How a run stands, what it met on its way, and some of what guards turned down."""
    run = report.run
    lines = [f"{run.id} {run.command}: {run.status}{f' ({run.reason})' if run.reason else ''}"]
    lines.append(f"  started {run.started}, ended {run.ended or 'not yet'}")
    lines.append("  settings " + ", ".join(f"{name} {value}" for name, value in run.settings.items()))
    lines.append(
        "  steps " + ", ".join(f"{count:,} {state}" for state, count in reversed([*report.states.items()]) if count)
    )
    for outcome, reasons in report.outcomes.items():
        named = ", ".join(f"{name} {count}" for name, count in reasons.items() if name)
        lines.append(f"  {sum(reasons.values())} {outcome}{f': {named}' if named else ''}")
    if run.model:
        lines += _calls(report)
    if report.depths:
        names = {depth: "tied to no seed" if depth is None else str(depth) for depth in report.depths}
        told = [f"{names[depth]}: {count}" for depth, count in report.depths.items()]
        lines.append("  new by depth: " + ", ".join(told))
    if len(report.sessions) > 1 or report.changes:
        lines += _last("sessions", [_session(each) for each in report.sessions])
        lines += _last("changes of concurrency", [f"{c.at}  {c.limit} ({c.why})" for c in report.changes])
    return [*lines, *(f"  rejected ({item.reason}, step {item.step}): {item.text}" for item in rejected)]


def _calls(report: "RunReport") -> Iterator[str]:
    pace = f", {report.pace:.2f} a second" if report.pace else ""
    yield f"  {report.calls} calls to {report.run.model}{pace}, {report.reused} replies reused from earlier runs"
    if report.repaired:
        yield f"  {report.repaired} replies were used after their JSON was mended"
    yield f"  {report.attempts} attempts: {report.failed} failed, {report.uncertain} uncertain"
    if report.in_batches:
        yield f"    {report.in_batches} more are in batches at their provider: the same command takes them up"
    yield from (f"    {count} failed: {kind}" for kind, count in report.failures.items())
    told = [
        f"{u.sent}  step {u.step}, call {u.call[:12]}, reserve {u.reserve:.4f} USD, "
        f"{'answered when it was sent again' if u.answered else 'not answered yet'}"
        for u in report.uncertain_calls
    ]
    yield from _last("uncertain attempts", told)
    cost = report.cost_usd - report.perhaps_billed_usd
    yield f"  {report.prompt_tokens} tokens in, {report.completion_tokens} out, {cost:.4f} USD"
    if report.perhaps_billed_usd:
        part = f", {report.reserved_usd:.4f} of it for uncertain ones" if report.reserved_usd else ""
        yield f"  {report.perhaps_billed_usd:.4f} USD perhaps billed for attempts that brought no reply{part}"
    yield from (f"  {remark}" for remark in report.remarks)


def _session(session: "SessionReport") -> str:
    found = ", ".join(f"{count} {name}" for name, count in session.found.items() if count)
    reason = f" ({session.reason})" if session.reason else ""
    end = f"{session.status}{reason} at {session.ended}" if session.ended else "at work, or stopped at once"
    return f"{session.began}  {f'found {found}; ' if found else ''}{end}"


def _last(name: str, told: Sequence[str]) -> Iterator[str]:
    if told:
        earlier = len(told) - MOST
        yield f"  {len(told)} {name}{f', the last {MOST}' if earlier > 0 else ''}:"
        yield from (f"    {line}" for line in told[-MOST:])
