"""Sessions in processes of their own, forked from one that has imported everything: at work within milliseconds."""

import ctypes
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.cli import THEMES
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.lost import loss
from tests.commands import environment
from tests.worlds import answer, expansion, import_seeds, open_workspace, picture

IMPORTED = (
    "neo4j",
    "networkx",
    "numpy",
    "personagraph.expansion.dialogues",
    "personagraph.extraction.dialogues",
    "personagraph.cli",
    "personagraph.llm.simulated",
    "personagraph.stores.neo4j.store",
    "personagraph.stores.sqlite.store",
    "personagraph.synthesis.tasks",
    "personagraph.workspace",
    "tests.sessions",
    *(f"personagraph.cli.{theme}" for theme in THEMES),
)
"""What commands import, but for the compiler and the loops that it compiled."""
WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload([*IMPORTED, "tests.surroundings", "tests.loaded"])
PACE = 0.02
"""Seconds that the scripted world takes for a reply."""


def expand(folder: Path, url: str | None, calls: int) -> None:
    """Import the seeds and expand them with the scripted world, as far as other sessions have not done so.

    It notes in `sessions` how many steps had been decided before (-1: there was no expansion), and in `asked` every
    request that it sends, with the word "known" if the ledger had a reply to it.
    """
    store, ledger = open_workspace(folder, url)
    assert not loss(ledger, store.held()), "a kill is no loss"
    before = next((run.decided for run in ledger.runs.all() if run.command == "expand"), -1)
    with (folder / "sessions").open("a") as log:
        print(before, file=log)
    import_seeds(store, ledger)
    known = set(ledger.calls.replies())
    with (folder / "asked").open("a") as log:

        def logged(request: Any) -> str:
            print(request.key, "known" if request.key in known else "", file=log, flush=True)
            return answer(request)

        if not any(run.command == "expand" and run.status == "done" for run in ledger.runs.all()):
            expansion(store, ledger, ScriptedBackend(logged, delay=lambda request: PACE), max_calls=calls)
    store.close()
    ledger.close()


def begin(folder: Path, url: str | None, calls: int) -> ForkServerProcess:
    """Start `expand` in a process of its own."""
    child = WARM.Process(target=expand, args=(folder, url, calls))
    child.start()
    return child


@cache
def undisturbed(calls: int) -> dict[str, Any]:
    """The graph that `expand` makes when nothing happens."""
    with tempfile.TemporaryDirectory() as folder:
        store, ledger = open_workspace(Path(folder))
        import_seeds(store, ledger)
        expansion(store, ledger, ScriptedBackend(answer), max_calls=calls)
        return picture(store)


class Said(NamedTuple):
    """How a command ended: its exit code, stdout and stderr."""

    code: int | None
    out: str
    err: str


class Started:
    """A command on the workspace in this folder, as in tests.commands, but warm, and not waited for.

    `largest` is how many bytes a file may have (a write beyond fails, as on a full disk); `bound` says that
    permissions hold also for root, `sealed` that the folder is on a mount that is read-only. `more` is added to its
    environment.
    """

    def __init__(
        self,
        *words: object,
        folder: Path,
        largest: int | None = None,
        bound: bool = False,
        sealed: bool = False,
        cwd: Path | None = None,
        **more: str,
    ) -> None:
        self._place = tempfile.TemporaryDirectory()
        self._said = Path(self._place.name) / "out", Path(self._place.name) / "err"
        surroundings = environment(folder, **more)
        arguments = (
            list(map(str, words)),
            surroundings,
            cwd or Path.cwd(),
            *self._said,
            largest,
            bound,
            folder if sealed else None,
        )
        self.process = WARM.Process(target=_carry_out, args=arguments)
        self.process.start()

    def end(self, seconds: float = 60) -> Said:
        """Wait for it; it is killed when it takes longer."""
        self.process.join(seconds)
        self.process.kill()
        self.process.join()
        out, err = (path.read_text() for path in self._said)
        self._place.cleanup()
        return Said(self.process.exitcode, out, err)


def command(
    *words: object, folder: Path, largest: int | None = None, bound: bool = False, sealed: bool = False
) -> Said:
    """Run a command to its end."""
    return Started(*words, folder=folder, largest=largest, bound=bound, sealed=sealed).end()


def can_seal() -> bool:
    """Whether a mount can be made that only one process sees."""
    try_it = ["unshare", "--mount", "true"]
    return os.getuid() == 0 and subprocess.run(try_it, capture_output=True, check=False).returncode == 0


def seal(folder: Path) -> None:
    """Have this process see a folder on a mount that is read-only; nobody else does."""
    libc, place = ctypes.CDLL(None, use_errno=True), str(folder).encode()
    new_mounts, bind, remount, read_only, recursive, private = 0x20000, 0x1000, 0x20, 0x1, 0x4000, 0x40000
    assert libc.unshare(new_mounts) == 0
    assert libc.mount(b"none", b"/", None, ctypes.c_ulong(recursive | private), None) == 0
    assert libc.mount(place, place, None, ctypes.c_ulong(bind), None) == 0
    assert libc.mount(b"none", place, None, ctypes.c_ulong(bind | remount | read_only), None) == 0


def bind_root() -> None:
    """Give up what lets root write to what is read-only (the capabilities CAP_DAC_OVERRIDE and _READ_SEARCH)."""
    if os.getuid() == 0:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        data = (ctypes.c_uint32 * 6)()
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.capget(header, data) == 0
        data[0] &= ~0b110
        assert libc.capset(header, data) == 0


def _carry_out(
    words: list[str],
    surroundings: dict[str, str],
    cwd: Path,
    out: Path,
    err: Path,
    largest: int | None,
    bound: bool,
    sealed: Path | None,
) -> None:
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    os.environ.clear()
    os.environ.update(surroundings)
    os.chdir(cwd)
    if largest is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    if bound:
        bind_root()
    if sealed:
        seal(sealed)
    sys.argv = ["personagraph", *words]
    from personagraph.cli import main

    main()
