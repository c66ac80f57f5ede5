"""Symbolic equality of answers: processes that run math-verify, each killed when it takes too long, and made anew.

math-verify's own limit of time holds only in the main thread, and a computation inside sympy can ignore it; so the
limit is held from outside. A process that the system killed is replaced, and the pair asked again, once.
"""

import json
import selectors
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Final, cast

from personagraph.synthesis.checks.equality.answers import is_mathematics, same_plainly

LONGEST: Final = 1000
"""Longer answers are not compared symbolically."""
SECONDS: Final = 5.0
STARTING: Final = 60.0
"""How long the first answer of a new process may take: it imports sympy."""
_WORKER = Path(__file__).with_name("worker.py")
_LONGEST_LINE = 64


class SymbolicEquality:
    """Compares answers, first plainly, then by math-verify in up to `processes` processes; from any thread.

    A pair takes at most `seconds`. Processes start when they are first needed, and end with `close` or the `with`.
    """

    def __init__(self, *, processes: int = 1, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free: list[_Worker | None] = [None] * processes
        self._waiting = threading.Condition()
        self._closed = False

    def __enter__(self) -> "SymbolicEquality":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def same(self, one: str, other: str) -> bool | None:
        """Whether two answers say the same; None where that cannot be told, not in time, or without math-verify."""
        plainly = same_plainly(one, other)
        if plainly is not None or max(len(one), len(other)) > LONGEST:
            return plainly
        if not (is_mathematics(one) and is_mathematics(other) and is_installed()):
            return None
        with self._waiting:
            self._waiting.wait_for(lambda: self._free or self._closed)
            if self._closed:
                return None
            process = self._free.pop()
        try:
            if process is not None:
                try:
                    return process.ask(one, other, self._seconds)
                except _DiedError:
                    process = None
            process = _Worker()
            return process.ask(one, other, self._seconds)
        except _DiedError:
            process = None
            return None
        except BaseException:
            if process is not None:
                process.end()
            process = None
            raise
        finally:
            with self._waiting:
                if process is not None and (self._closed or not process.lives()):
                    process.end()
                    process = None
                self._free.append(process)
                self._waiting.notify()

    def pids(self) -> list[int]:
        """The processes that wait for a pair."""
        with self._waiting:
            return [process.pid for process in self._free if process is not None]

    def close(self) -> None:
        """End all processes; nothing is compared symbolically from then on."""
        with self._waiting:
            self._closed = True
            for process in self._free:
                if process is not None:
                    process.end()
            self._free = []
            self._waiting.notify_all()


def is_installed() -> bool:
    """Whether math-verify is there."""
    return find_spec("math_verify") is not None


class _DiedError(Exception):
    """A process that ended before it answered."""


class _Worker:
    """One process that compares."""

    def __init__(self) -> None:
        # -I: neither the current directory nor the environment says what is imported.
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={},
        )
        # Both are pipes, as was asked for above.
        self._in, self._out = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        self.pid = self._process.pid
        self._is_new = True

    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, one: str, other: str, seconds: float) -> bool | None:
        """The process's answer; None when it took too long, and was ended for that. Raises _DiedError."""
        try:
            self._in.write(json.dumps([text.replace("**", "^") for text in (one, other)]).encode() + b"\n")
            line = self._line(monotonic() + seconds + (STARTING if self._is_new else 0.0))
        except OSError as error:
            self.end()
            raise _DiedError from error
        if line is None:
            self.end()
            return None
        if not line.endswith(b"\n"):
            self.end()
            raise _DiedError
        self._is_new = False
        return {b"true\n": True, b"false\n": False}.get(line)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.close()

    def _line(self, deadline: float) -> bytes | None:
        """What the process writes until the end of a line, or of its output; None when the deadline comes first."""
        read = b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._out, selectors.EVENT_READ)
            while not read.endswith(b"\n") and len(read) < _LONGEST_LINE:
                if not waiting.select(max(0.0, deadline - monotonic())):
                    return None
                more = self._out.read(_LONGEST_LINE)
                if not more:
                    return read
                read += more
        return read
