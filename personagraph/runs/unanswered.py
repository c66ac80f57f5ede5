"""Tells a budget that was used up by replies from one that was used up by a server which gave none."""

from personagraph.errors import ChatUnavailableError
from personagraph.ledger import Ledger, Run

LATEST = 64
"""The attempts of late that are looked at, of those that cost something or may have."""


def check_answered(ledger: Ledger, run: Run) -> None:
    """Raises ChatUnavailableError when most of what the run paid for of late brought no reply, and with what to do."""
    answered, failed = ledger.accounts.latest(run.id, LATEST)
    if failed <= answered:
        return
    booked, (told, _, remedy) = ledger.accounts.booked(run.id), _last(ledger, run)
    lost = f"{failed} of the last {answered + failed} attempts that cost something brought no reply"
    worth = f"${booked.perhaps_billed:.4f} are perhaps billed, and --max-cost has no room for another call"
    then = f"{remedy.removesuffix(', then resume') or 'check the server'}, then resume with a higher --max-cost"
    raise ChatUnavailableError(f"{lost}: {worth}. The last one: {told}; {then}")


def _last(ledger: Ledger, run: Run) -> tuple[str, str, str]:
    """Why the last attempt failed: what was told, and the remedy."""
    return (ledger.accounts.last_failure(run.id) or "no reason is known").partition("; ")
