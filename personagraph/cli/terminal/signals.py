"""Stops a run on a signal: the first lets what is in flight come back, a second stops at once."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

ASKED = "stopping: what is in flight comes back first (again: stop now)"


@contextmanager
def stopping_on_signals(note: Callable[[str], None], fresh: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Whether to stop. `note` is told of it, `fresh` that the process was suspended and goes on; both in a handler.

    Until somebody asks for the first time, there is nothing to drain, and a signal stops at once (KeyboardInterrupt).
    Then Ctrl-C and SIGTERM ask once to drain, twice to stop now. SIGHUP, which comes more than once when a terminal is
    closed, only ever drains, and the terminal is let go; whoever was told to ignore it (nohup) does.
    """
    asked: list[int] = []
    asking: list[bool] = []
    terminals = [fd for fd in (0, 1, 2) if _is_terminal(fd)]

    def stop(number: int, frame: object) -> None:
        if asked or not asking:
            raise KeyboardInterrupt
        asked.append(number)
        note(ASKED)

    def stopping() -> bool:
        if not asking:
            asking.append(True)
        return bool(asked)

    def hang_up(number: int, frame: object) -> None:
        let_go(terminals)
        asked.append(number)
        if not asking:
            raise KeyboardInterrupt

    wanted: dict[str, Any] = {"SIGINT": stop, "SIGTERM": stop, "SIGHUP": hang_up}
    wanted["SIGCONT"] = lambda number, frame: fresh()
    with _handled(wanted):
        yield stopping


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """SIGTERM, and SIGHUP where it is not ignored, interrupt what is done as Ctrl-C does (KeyboardInterrupt)."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    with _handled({"SIGTERM": interrupt, "SIGHUP": interrupt}):
        yield


@contextmanager
def _handled(wanted: dict[str, Any]) -> Iterator[None]:
    before = {}
    for name, handler in wanted.items():
        number = getattr(signal, name, None)  # Windows has no SIGHUP and no SIGCONT.
        if number is not None and not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def let_go(streams: Iterable[int]) -> None:
    """Point the file descriptors to nowhere: what is written to them from now on is lost, and that is no error."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in streams:
        os.dup2(nowhere, fd)
    os.close(nowhere)


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False
