"""Turns errors into one line on stderr, and into exit codes: 1 error, 2 usage, 5 unreachable, 130 interrupted."""

import contextlib
import errno
import re
import sqlite3
import traceback
from collections.abc import Callable
from typing import Any

from personagraph.cli.terminal import render
from personagraph.cli.terminal.render import UnwrittenError
from personagraph.cli.terminal.streams import flushed
from personagraph.errors import (
    ChatUnavailableError,
    PersonaGraphError,
    PersonaNotFoundError,
    StoreUnavailableError,
    UsageError,
)

USAGE = 2
DEAD_LETTERS = 3
COST_LIMIT = 4
UNREACHABLE = 5
INTERRUPTED = 130
_SET_IN = re.compile(r"\n(?=  )")
"""Where a message of ours goes on in another line; a line break in what it quotes is shown, and makes no line."""
_GONE = (errno.EPIPE, errno.EIO)
"""What is said of a pipe or a terminal that nobody reads any more."""
_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EFBIG: "let files be larger (ulimit -f)",
    errno.EMFILE: "let more files be open (ulimit -n)",
    errno.ENFILE: "end other programs",
    errno.EACCES: "check the permissions",
    errno.EROFS: "name a place that can be written to",
    errno.ELOOP: "mend the links",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ENOENT: "check the name, and that the folder you are in is still there",
}
STOPPED = "stopped; the same command resumes what is unfinished"


class StoppedError(Exception):
    """A command was interrupted, where an interruption itself would not be passed on."""


def exit_code(command: Callable[[], Any]) -> int:
    """Run the command; the exit code that its result or its error stands for. What was printed has arrived by then."""
    unwritten: BaseException | None = None
    try:
        code = _code_of(command)
    except UnwrittenError as error:
        code, unwritten = 1, error.__cause__
    unwritten = flushed() or unwritten
    if isinstance(unwritten, OSError):
        code = code or 1
        # Whoever read our output may be gone, which is no fault.
        if unwritten.errno not in _GONE:
            _failed(f"the result cannot be written to stdout ({unwritten.strerror}); nothing else is wrong", code)
    return code


def _code_of(command: Callable[[], Any]) -> int:
    try:
        result = command()
    except PersonaGraphError as error:
        return _failed(str(error), _code_for(error))
    except (KeyboardInterrupt, StoppedError):
        return _failed(STOPPED, INTERRUPTED)
    except UnwrittenError:
        raise
    except Exception as error:
        if isinstance(error, BrokenPipeError):
            raise UnwrittenError from error
        fault = _refused_by_the_machine(error)
        return _failed(fault, 1) if fault else _refused(error)
    return result if isinstance(result, int) else 0


def _code_for(error: PersonaGraphError) -> int:
    match error:
        case UsageError() | PersonaNotFoundError():
            return USAGE
        case ChatUnavailableError() | StoreUnavailableError():
            return UNREACHABLE
    return 1


def _refused_by_the_machine(error: Exception) -> str:
    """What the machine, and nothing of ours, is in the way of; empty when it is something else."""
    match error:
        case MemoryError():
            return "there is not enough memory; end other programs, or let this one have more (ulimit -v)"
        case RecursionError():
            return "what was given is nested too deeply to be read"
        case UnicodeError():
            return f"what was given is no text in UTF-8 ({error.reason if hasattr(error, 'reason') else error})"
        case sqlite3.Error():
            return f"a database cannot be read or written ({error}); `personagraph doctor` says what it can of it"
        case ImportError():
            return f"cannot be loaded ({error}); install it anew, or give it more memory and open files (ulimit)"
        case OSError():
            named = f"{error.filename}: " if error.filename is not None else ""
            remedy = _REMEDIES.get(error.errno or 0, "")
            return f"{named}{error.strerror or error}{remedy and '; '}{remedy}"
    threads = "no thread can be started; let more processes run (ulimit -u), or give this one more memory (ulimit -v)"
    return threads if "start new thread" in str(error) else ""


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
        with contextlib.suppress(OSError):
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
