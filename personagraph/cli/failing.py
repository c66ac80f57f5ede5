"""Turns errors into one line on stderr, and into exit codes: 1 error, 2 usage, 5 unreachable, 130 interrupted."""

import errno
import traceback
from collections.abc import Callable
from typing import Any

from personagraph.cli import render
from personagraph.cli.stopping import let_go
from personagraph.errors import ChatUnavailableError, PersonaGraphError, StoreUnavailableError
from personagraph.plain_text import visible

DEAD_LETTERS = 3
COST_LIMIT = 4
INTERRUPTED = 130
STOPPED = "stopped; the same command resumes what is unfinished"


def exit_code(command: Callable[[], Any]) -> int:
    """Run the command; the exit code that its result or its error stands for."""
    try:
        result = command()
    except PersonaGraphError as error:
        return _failed(str(error), 5 if isinstance(error, ChatUnavailableError | StoreUnavailableError) else 1)
    except KeyboardInterrupt:
        return _failed(STOPPED, INTERRUPTED)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        # Whoever read our output is gone.
        let_go((1, 2))
        return 1
    except Exception as error:
        return _refused(error)
    return result if isinstance(result, int) else 0


def _refused(error: Exception) -> int:
    """The exit code of what the command line's parser says; anything else is a defect of ours, and is shown as such."""
    code = getattr(error, "exit_code", None)
    if code is None:
        if not render.wants_log():
            raise error
        return _failed(f"{type(error).__name__}: {error}", 1, traceback=traceback.format_exc())
    if render.wants_log() and hasattr(error, "format_message"):
        return _failed(error.format_message(), int(code))
    if hasattr(error, "show"):
        _tame(error)
        error.show()
    elif code == INTERRUPTED:
        return _failed(STOPPED, INTERRUPTED)
    return int(code)


def _tame(error: Exception) -> None:
    """Take what a terminal would obey out of a usage error, which quotes what was typed and prints itself."""
    said = getattr(error, "message", None)
    if isinstance(said, str):
        error.message = visible(said)  # type: ignore[attr-defined]


def _failed(message: str, code: int, **fields: str) -> int:
    render.note(message if render.wants_log() else f"personagraph: {message}", "error", exit_code=code, **fields)
    return code
