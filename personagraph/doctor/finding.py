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


def failed(name: str, error: PersonaGraphError) -> Finding:
    """The finding that an error is; its message says what is wrong, and usually, after a semicolon, what to do."""
    detail, _, remedy = str(error).partition("; ")
    return Finding(name, False, detail, remedy or "do what the message says, then examine again")
