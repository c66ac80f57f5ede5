"""Turns errors into one line on stderr, and into exit codes: 1 error, 2 usage, 5 unreachable, 130 interrupted."""

from collections.abc import Callable
from typing import Any

from personagraph.cli import render
from personagraph.errors import ChatUnavailableError, PersonaGraphError, StoreUnavailableError

DEAD_LETTERS = 3
COST_LIMIT = 4
INTERRUPTED = 130
STOPPED = "personagraph: stopped; the same command resumes what is unfinished"


def exit_code(command: Callable[[], Any]) -> int:
    """Run the command; the exit code that its result or its error stands for."""
    try:
        result = command()
    except PersonaGraphError as error:
        for line in f"personagraph: {error}".split("\n"):
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
            show()
        elif error.exit_code == INTERRUPTED:
            render.note(STOPPED)
        return int(error.exit_code)
    return result if isinstance(result, int) else 0
