"""Turns errors into one line on stderr, and into exit codes: 1 error, 2 usage, 5 unreachable, 130 interrupted."""

import errno
import re
import traceback
from collections.abc import Callable
from typing import Any

from personagraph.cli.terminal import render
from personagraph.cli.terminal.signals import let_go
from personagraph.errors import ChatUnavailableError, PersonaGraphError, StoreUnavailableError

DEAD_LETTERS = 3
COST_LIMIT = 4
INTERRUPTED = 130
_SET_IN = re.compile(r"\n(?=  )")
"""Where a message of ours goes on in another line; a line break in what it quotes is shown, and makes no line."""
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


def _failed(message: str, code: int, **fields: str) -> int:
    """Tell what went wrong, as an event of the log where one is wanted."""
    if render.wants_log():
        render.note(message, "error", exit_code=code, **fields)
    else:
        for line in _SET_IN.split(f"personagraph: {message}"):
            render.note(line)
    return code


def _tame(error: Exception) -> None:
    """Take what a terminal would obey out of a usage error, which quotes what was typed and prints itself.

    That nothing was typed is such an error, too: its message is the help, and quotes nothing.
    """
    said = getattr(error, "message", None)
    if isinstance(said, str) and type(error).__name__ != "NoArgsIsHelpError":
        error.message = render.visible(said)  # type: ignore[attr-defined]
