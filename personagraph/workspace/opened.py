"""An opened workspace: its folder, settings, ledger and store, and the lock and the run that a writer holds."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from personagraph.errors import ConfigError, PersonaNotFoundError, StoreError
from personagraph.ledger import Ledger, Run
from personagraph.llm.backend import ChatBackend
from personagraph.stores.neo4j.waiting import Patience
from personagraph.types import Persona
from personagraph.workspace.settings import Settings
from personagraph.workspace.storing import open_store

LEDGER = "ledger.sqlite3"


class Opened:
    """What every verb works with. Use as a context manager, or call `close`."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.ledger = Ledger(folder / LEDGER)
        self._patience = Patience()
        try:
            self.store = open_store(settings.store, folder, settings, self.ledger, self._patience)
        except BaseException:
            self.ledger.close()
            raise

    def close(self) -> None:
        """Close the ledger and the graph."""
        self.store.close()
        self.ledger.close()

    def resolve(self, name: str) -> Persona:
        """The persona with this id, prefix of an id, or description that a search finds alone.

        Raises PersonaNotFoundError; when several fit, it lists them.
        """
        ids = self.store.ids_with_prefix(name.lower()) if name else []
        found = self.store.personas(ids) if ids else self.store.search(name)
        if not found:
            raise PersonaNotFoundError(f"nobody is named by {name!r}; `personagraph search` finds personas by words")
        if len(found) > 1:
            listed = "\n".join(f"  {p.id[:12]}  {p.description}" for p in found)
            raise PersonaNotFoundError(f"{name!r} names more than one persona; name one by its id:\n{listed}")
        return found[0]

    @contextmanager
    def _run(
        self,
        command: str,
        settings: Mapping[str, Any],
        limits: Mapping[str, Any],
        *,
        given: Mapping[str, Any] | None = None,
        backend: ChatBackend | None = None,
        note: Callable[[str], None] = lambda text: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Iterator[Run]:
        """The workspace's writer lock, and the run: a new one, or the unfinished one of the same command.

        `given` are the settings that the user named (all of them, unless given): an unfinished run must have them.
        Raises ConfigError when another process writes, or when another run must be finished or abandoned first.
        """
        from personagraph.storage.writer_lock import writer

        waiting = self._patience.lasting(self.settings.store_patience, note=note, stopping=stopping)
        with writer(self.folder), waiting:
            unfinished = self.ledger.runs.unfinished()
            if unfinished is None:
                model, simulated = (backend.model, backend.simulated) if backend else ("", False)
                run = self.ledger.runs.start(command, settings, limits, model=model, simulated=simulated)
                try:
                    yield run
                except BaseException:
                    # What failed may be the ledger itself: the error that is told is the first.
                    with suppress(StoreError):
                        if self.ledger.runs.get(run.id).status == "running" and not self.ledger.steps.has_any(run.id):
                            self.ledger.runs.end(run.id, "abandoned", "it never began")
                    raise
                return
            check_same(unfinished, command, settings if given is None else given, backend)
            yield self.ledger.runs.resume(unfinished.id, kept(unfinished, limits))


@contextmanager
def opened_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a workspace whose graph is not opened. Raises ConfigError when the folder is none."""
    if not (folder / LEDGER).is_file():
        raise ConfigError(f"{folder} is no workspace; `personagraph init {folder}` makes it one")
    with closing(Ledger(folder / LEDGER)) as ledger:
        yield ledger


def check_same(run: Run, command: str, given: Mapping[str, Any], backend: ChatBackend | None) -> None:
    """Raises ConfigError when an unfinished run is not what this command would do."""
    ways = f"finish it with `personagraph {run.command}`, or give it up with `personagraph runs abandon {run.id}`"
    if run.command != command:
        raise ConfigError(f"run {run.id} ({run.command}) is unfinished; {ways}")
    for name, value in given.items():
        if name == "input" and run.settings.get(name) != value:
            raise ConfigError(f"run {run.id} is unfinished and reads other input than this; {ways}")
        if value is not None and run.settings.get(name) != value:
            raise ConfigError(f"run {run.id} is unfinished and has {name} {run.settings.get(name)!r}; {ways}")
    if backend and backend.model != run.model:
        raise ConfigError(f"run {run.id} is unfinished and asks {run.model}, not {backend.model}; {ways}")


def kept(run: Run, limits: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of a resumed run: its own, unless others are given."""
    return {**run.limits, **{name: value for name, value in limits.items() if value is not None}}


def check_positive(**options: int | None) -> None:
    """Raises ConfigError naming the option that is below 1."""
    for name, value in options.items():
        if value is not None and value < 1:
            raise ConfigError(f"--{name.replace('_', '-')} is {value}; it must be 1 or more")


def check_known(option: str, value: str | None, known: Mapping[str, object]) -> None:
    """Raises ConfigError listing the names that the option may have."""
    if value is not None and value not in known:
        raise ConfigError(f"--{option} {value!r} is not known; it can be {' or '.join(known)}")
