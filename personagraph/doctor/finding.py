"""What an examination finds."""

from dataclasses import dataclass

from personagraph.errors import PersonaGraphError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined. `remedy` says what to do; it is empty when there is nothing to do."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def unseen(name: str, reason: str) -> Finding:
    """The finding that something was not examined; the reason says why, and, after a semicolon, what to do."""
    detail, _, remedy = reason.partition("; ")
    return Finding(name, False, f"not looked at: {detail}", remedy)


def failed(name: str, error: PersonaGraphError) -> Finding:
    """The finding that an error is; its message says what is wrong, and usually, after a semicolon, what to do."""
    detail, _, remedy = str(error).partition("; ")
    return Finding(name, False, detail, remedy or "do what the message says, then examine again")
