"""The standard streams as commands find them: those that are closed, and characters that they cannot show."""

import contextlib
import os
import sys
from io import TextIOWrapper

from personagraph.cli.terminal.signals import let_go


def open_streams() -> None:
    """Open what was closed of the standard streams, and have characters replaced that an encoding does not have.

    A file that is opened later must not become the standard output. What is read from or written to a closed stream
    fails as it would; notes are lost.
    """
    for descriptor, flags in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)
    sys.stdin = sys.stdin or os.fdopen(0, closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def flushed() -> OSError | None:
    """Why what was printed did not arrive, if it did not; what could not be written is lost from then on."""
    failed = None
    for descriptor, stream in ((2, sys.stderr), (1, sys.stdout)):
        try:
            stream.flush()
        except OSError as error:
            failed = error if descriptor == 1 else None
            with contextlib.suppress(OSError):
                let_go((descriptor,))
    return failed
