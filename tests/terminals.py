"""A terminal for tests: what a person sees after a program wrote to it, and programs run with one of their own."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
_PIECE = re.compile(r"\x1b\[(\??)(\d*)([A-Za-z])|([\s\S])")


class Screen:
    """Lines of so many columns; knows the few sequences that a panel may use, and fails at any other."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.lines = [""]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        """Take what was written."""
        for private, number, command, character in _PIECE.findall(text):
            if command:
                self._obey(private + command, int(number or 1))
            elif character == "\n":
                self._down()
            elif character == "\r":
                self.column = 0
            else:
                assert character.isprintable(), f"a terminal would obey {character!r}"
                self._put(character)

    def reflow(self, columns: int) -> None:
        """Become narrower, as most terminals do it: lines that no longer fit go on in the next one."""
        parts = [[line[i : i + columns] for i in range(0, len(line), columns)] or [""] for line in self.lines]
        self.row = sum(map(len, parts[: self.row]))
        self.lines, self.columns = [part for line in parts for part in line], columns

    @property
    def seen(self) -> list[str]:
        """Everything from the first line on, also what has scrolled away."""
        return [line.rstrip() for line in self.lines]

    def _obey(self, command: str, number: int) -> None:
        if command == "A":
            self.row = max(self.row - number, len(self.lines) - self.rows, 0)
        elif command == "K":
            self.lines[self.row] = self.lines[self.row][: self.column]
        elif command == "J":
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1 :]
        else:
            assert command in ("m", "?h", "?l"), f"a terminal need not know {command!r}"

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def _put(self, character: str) -> None:
        if self.column == self.columns:
            self._down()
            self.column = 0
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
        self.column += 1


class Terminal:
    """A pseudo-terminal to draw on from this process: `out` is where to, `look` what is seen then."""

    def __init__(self, columns: int, rows: int) -> None:
        self._far, near = pty.openpty()
        self.out: TextIO = os.fdopen(near, "w", encoding="utf-8")
        self._screen = Screen(columns, rows)
        set_size(self._far, columns, rows)

    def narrow(self, columns: int) -> None:
        """Make the terminal narrower."""
        set_size(self._far, columns, self._screen.rows)
        self._screen.reflow(columns)

    def look(self) -> list[str]:
        """The lines that are seen."""
        while select.select([self._far], [], [], 0.05)[0]:
            self._screen.feed(os.read(self._far, 65536).decode())
        return self._screen.seen

    def close(self) -> None:
        """Take the terminal away."""
        os.close(self._far)


def set_size(terminal: int, columns: int, rows: int) -> None:
    """Give a terminal a size."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Session:
    """A Python program with a terminal of its own, which it is the foreground of."""

    def __init__(
        self, code: str, *arguments: object, columns: int = 80, rows: int = 24, more: Mapping[str, str] | None = None
    ) -> None:
        command: Sequence[str] = [sys.executable, "-c", code, *map(str, arguments)]
        ours = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **(more or {})}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe(command[0], command, ours)
        set_size(self.terminal, columns, rows)
        self.written = ""

    def read_until(self, enough: Callable[[str], bool], *, seconds: float = 30.0) -> str:
        """Everything that was written, once it is enough; fails when it is not, in time."""
        deadline = time.monotonic() + seconds
        while not enough(self.written):
            assert time.monotonic() < deadline, self.written
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    self.written += os.read(self.terminal, 65536).decode()
                except OSError as error:  # The program has ended, and its terminal with it.
                    assert enough(self.written), self.written
                    raise AssertionError("unreachable") from error
        return self.written

    def read_all(self, *, seconds: float = 30.0) -> str:
        """Everything that is written until the program ends."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while time.monotonic() < deadline:
                if select.select([self.terminal], [], [], 0.1)[0]:
                    self.written += os.read(self.terminal, 65536).decode()
        return self.written

    def type(self, text: str) -> None:
        """Type on its keyboard."""
        os.write(self.terminal, text.encode())

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed."""
        os.close(self.terminal)

    def wait(self) -> int:
        """The exit code; negative for a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
