"""Surroundings that are hostile to a command, and a command that is carried out in them, in a process of its own."""

import io
import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.sessions import IMPORTED

Surroundings = Callable[[Path], None]
"""What is done to a process that stands in the folder."""


def closed(*descriptors: int) -> Surroundings:
    return lambda folder: [os.close(each) for each in descriptors] and None


def at(descriptor: int, path: str) -> Surroundings:
    return lambda folder: os.dup2(os.open(path, os.O_RDWR), descriptor) and None


def encoded(encoding: str) -> Surroundings:
    return lambda folder: os.environ.update(PYTHONIOENCODING=encoding)


def limited(kind: int, value: int, *, more: bool = False) -> Surroundings:
    """A limit on what the process may have; of memory, on top of what it has."""

    def limit(folder: Path) -> None:
        has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if more else 0
        resource.setrlimit(kind, (has + value, has + value))

    return limit


def without(name: str) -> Surroundings:
    return lambda folder: os.environ.pop(name, None) and None


def nowhere(folder: Path) -> None:
    """The folder that one is in is deleted."""
    os.mkdir("gone")
    os.chdir("gone")
    os.rmdir(folder / "gone")


def unread(folder: Path) -> None:
    """Nobody reads what is printed."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, 1)


def silent(folder: Path) -> None:
    """Nothing comes from the standard input, and it does not end."""
    os.dup2(os.pipe()[0], 0)


def no_temporary_files(folder: Path) -> None:
    os.environ.update(TMPDIR="/proc/none", TEMP="/proc/none", TMP="/proc/none")


SURROUNDINGS: dict[str, Surroundings] = {
    "stdin closed": closed(0),
    "stdout closed": closed(1),
    "stderr closed": closed(2),
    "all closed": closed(0, 1, 2),
    "stdout full": at(1, "/dev/full"),
    "stderr full": at(2, "/dev/full"),
    "stdin endless": at(0, "/dev/zero"),
    "stdin silent": silent,
    "nobody reads": unread,
    "ascii": encoded("ascii"),
    "ascii, strictly": encoded("ascii:strict"),
    "cp1252": encoded("cp1252"),
    "no HOME": without("HOME"),
    "no folder": nowhere,
    "few open files": limited(resource.RLIMIT_NOFILE, 14),
    "hardly any open files": limited(resource.RLIMIT_NOFILE, 6),
    "small files": limited(resource.RLIMIT_FSIZE, 20_000),
    "no files": limited(resource.RLIMIT_FSIZE, 0),
    "little memory": limited(resource.RLIMIT_AS, 12_000_000, more=True),
    "some memory": limited(resource.RLIMIT_AS, 30_000_000, more=True),
    "nowhere for temporary files": no_temporary_files,
}


def carry_out(words: list[str], folder: Path, around: str | None, out: Path, err: Path, env: dict[str, str]) -> None:
    """Run the command as a process that has imported what commands do, with what it says in files."""
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["personagraph", *words]
    for module in IMPORTED:
        import_module(module)
    from personagraph.cli import main

    if around:
        SURROUNDINGS[around](folder)
    sys.stdin, sys.stdout, sys.stderr = stream(0, "r"), stream(1, "w"), stream(2, "w")
    main()


def stream(descriptor: int, mode: str) -> io.TextIOWrapper | None:
    """A standard stream as Python makes it when it starts: None for one that is closed."""
    try:
        os.fstat(descriptor)
    except OSError:
        return None
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    errors = errors or ("backslashreplace" if descriptor == 2 else "strict")
    buffering = 1 if descriptor == 2 else -1
    return open(descriptor, mode, buffering, encoding=encoding, errors=errors, closefd=False)
