"""Turns errors into one line on stderr and the exit codes: 0 done, 1 error, 2 usage, 5 unreachable, 130 interrupted."""

import sys
from collections.abc import Callable
from typing import Any

from personagraph.errors import ChatUnavailableError, PersonaGraphError, StoreUnavailableError

DEAD_LETTERS = 3
INTERRUPTED = 130


def exit_code(command: Callable[[], Any]) -> int:
    """Run the command; the exit code that its result or its error stands for."""
    try:
        result = command()
    except PersonaGraphError as error:
        print(f"personagraph: {error}", file=sys.stderr)
        return 5 if isinstance(error, ChatUnavailableError | StoreUnavailableError) else 1
    except KeyboardInterrupt:
        print("personagraph: stopped; the same command resumes what is unfinished", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return 1
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        show = getattr(error, "show", None)
        if show:
            show()
        return int(error.exit_code)
    return result if isinstance(result, int) else 0
