"""Turns errors into one line on stderr, and into exit codes: 1 error, 2 usage, 5 unreachable, 130 interrupted."""

import re
from collections.abc import Callable
from typing import Any

from personagraph.cli import render
from personagraph.errors import ChatUnavailableError, PersonaGraphError, StoreUnavailableError

DEAD_LETTERS = 3
COST_LIMIT = 4
INTERRUPTED = 130
_SET_IN = re.compile(r"\n(?=  )")
"""Where a message of ours goes on in another line; a line break in what it quotes is shown, and makes no line."""
STOPPED = "personagraph: stopped; the same command resumes what is unfinished"


def exit_code(command: Callable[[], Any]) -> int:
    """Run the command; the exit code that its result or its error stands for."""
    try:
        result = command()
    except PersonaGraphError as error:
        for line in _SET_IN.split(f"personagraph: {error}"):
            render.note(line)
        return 5 if isinstance(error, ChatUnavailableError | StoreUnavailableError) else 1
    except KeyboardInterrupt:
        render.note(STOPPED)
        return INTERRUPTED
    except BrokenPipeError:
        return 1
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        show = getattr(error, "show", None)
        if show:
            _tame(error)
            show()
        elif error.exit_code == INTERRUPTED:
            render.note(STOPPED)
        return int(error.exit_code)
    return result if isinstance(result, int) else 0


def _tame(error: Exception) -> None:
    """Take what a terminal would obey out of a usage error, which quotes what was typed and prints itself."""
    said = getattr(error, "message", None)
    if isinstance(said, str):
        error.message = render.visible(said)  # type: ignore[attr-defined]
