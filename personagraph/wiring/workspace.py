"""A workspace and its verbs; each wires up what it needs and hands it to one workflow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, PersonaNotFoundError
from personagraph.ledger import Ledger, Run
from personagraph.protocols import ChatBackend, GraphStore, Neighbour, Progress
from personagraph.types import Path, Persona, Relationship, Stats
from personagraph.wiring.parts import backend_of, growth_of, policy_of
from personagraph.wiring.results import RunResult, result_of

if TYPE_CHECKING:
    from personagraph.coverage import Coverage

LEDGER = "ledger.sqlite3"
GRAPH = "graph.sqlite3"


class Workspace:
    """A folder with a ledger and a graph. Use as a context manager, or call `close`."""

    def __init__(self, folder: FilePath) -> None:
        from personagraph.stores.sqlite import SQLiteStore

        self.folder = folder
        self.ledger = Ledger(folder / LEDGER)
        self.store: GraphStore = SQLiteStore.open(folder / GRAPH, self.ledger.workspace)

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the ledger and the graph."""
        self.store.close()
        self.ledger.close()

    def import_personas(
        self, path: FilePath, *, field: str = "persona", strict: bool = False, progress: Progress = lambda line: None
    ) -> RunResult:
        """Let the personas of a JSONL or CSV file in as seeds. Raises InputError; if `strict`, also for one bad row."""
        from personagraph.errors import InputError
        from personagraph.importing import Importing, faults, read
        from personagraph.ordered import Session

        rows, sha256 = read(path, field)
        bad = tuple((row.line, row.fault) for row in faults(rows))
        if strict and bad:
            raise InputError(f"{bad[0][1]} (and {len(bad) - 1} more rows cannot be used)", path, bad[0][0])
        with self._run("import", {"sha256": sha256, "field": field}, {}) as run:
            work = Importing(rows, growth_of(self.ledger, self.store), run=run.id)
            Session(work, run, ledger=self.ledger, store=self.store, progress=progress).carry_out()
        return result_of(self.ledger, run.id, bad)

    def expand(
        self,
        *,
        policy: str | None = None,
        hops: int | None = None,
        calls_per_ego: int | None = None,
        seed: int | None = None,
        max_calls: int | None = None,
        max_personas: int | None = None,
        model: str | None = None,
        concurrency: int = 4,
        backend: ChatBackend | None = None,
        stopping: Callable[[], bool] = lambda: False,
        progress: Progress = lambda line: None,
    ) -> RunResult:
        """Grow the graph by a policy, bfs or hint. An unfinished run goes on, with its own settings unless given."""
        from personagraph.alters import ShortFields
        from personagraph.expansion import Expansion, acquaint
        from personagraph.llm.client import ChatClient
        from personagraph.ordered import Limits, Session

        given = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego, "seed": seed, "model": model}
        limits = {"max_calls": max_calls, "max_personas": max_personas}
        defaults = {"policy": "bfs", "hops": 6, "calls_per_ego": 1, "seed": 0, "model": "local"}
        _check_positive(given | limits)
        if policy not in (None, "bfs", "hint"):
            raise ConfigError(f"--policy {policy!r} is not known; it can be bfs or hint")
        if policy == "hint" and max_calls is None and max_personas is None and self.ledger.runs.unfinished() is None:
            raise ConfigError("the policy hint never ends by itself; give --max-calls or --max-personas")
        if not self.store.stats().personas:
            raise ConfigError("there is nobody to expand; `personagraph import FILE` brings the first personas in")
        chosen = backend or backend_of(model or self._unfinished_model() or "local")
        settings = {**defaults, **{name: value for name, value in given.items() if value is not None}}
        with self._run("expand", settings, limits, given=given, backend=chosen) as run:
            dialogue = ShortFields(chosen.model, self.ledger.secret, seed=run.settings["seed"])
            chooser = policy_of(run, self.ledger, dialogue.countries)
            acquaint(chooser, self.store.scan_personas())
            work = Expansion(growth_of(self.ledger, self.store), chooser, dialogue, self._describe, run=run.id)
            client = ChatClient(chosen, self.ledger, concurrency=concurrency)
            try:
                Session(
                    work,
                    run,
                    ledger=self.ledger,
                    store=self.store,
                    client=client,
                    limits=Limits(**run.limits),
                    stopping=stopping,
                    progress=progress,
                ).carry_out()
            finally:
                client.close()
        return result_of(self.ledger, run.id)

    def stats(self) -> Stats:
        """Counts of the whole graph."""
        return self.store.stats()

    def components(self) -> int:
        """How many connected components the graph has, whatever the direction; a lone persona is one."""
        from personagraph.traversal import components

        return components(self.store.snapshot())

    def search(self, text: str, *, limit: int = 10) -> list[Persona]:
        """Personas whose description has every word of the text."""
        return self.store.search(text, limit=limit)

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

    def show(self, name: str) -> tuple[Persona, list[tuple[Relationship, Persona]]]:
        """A persona, and each of its relationships with the persona at the other end."""
        persona = self.resolve(name)
        ties = self.store.relationships_of(persona.id)
        others = self.store.personas([r.target if r.source == persona.id else r.source for r in ties])
        return persona, list(zip(ties, others, strict=True))

    def neighbours(self, name: str, *, hops: int = 1, limit: int | None = None) -> list[Neighbour]:
        """Everyone within `hops`, nearest first."""
        _check_positive({"hops": hops})
        return self.store.neighbours([self.resolve(name).id], hops=hops, limit=limit)

    def path(self, start: str, end: str, *, max_hops: int | None = None, directed: bool = False) -> Path | None:
        """One path with the fewest relationships, or None."""
        _check_positive({"max-hops": max_hops})
        ends = self.resolve(start).id, self.resolve(end).id
        return self.store.shortest_path(*ends, max_hops=max_hops, directed=directed)

    def runs(self) -> list[RunResult]:
        """What every run brought, oldest first."""
        return [result_of(self.ledger, run.id) for run in self.ledger.runs.all()]

    def abandon(self, run_id: str) -> None:
        """Give an unfinished run up: what it applied stays. Raises ConfigError when it is not unfinished."""
        from personagraph.locking import writer

        with writer(self.folder):
            run = self.ledger.runs.get(run_id)
            if not run.unfinished:
                raise ConfigError(f"run {run.id} is {run.status}; only an unfinished run can be abandoned")
            with self.ledger.transaction():
                self.ledger.assertions.remove_from(run.id, self.store.applied(run.id))
                self.ledger.runs.end(run.id, "abandoned")

    @contextmanager
    def _run(
        self,
        command: str,
        settings: Mapping[str, Any],
        limits: Mapping[str, Any],
        *,
        given: Mapping[str, Any] | None = None,
        backend: ChatBackend | None = None,
    ) -> Iterator[Run]:
        """The workspace's writer lock, and the run: a new one, or the unfinished one of the same command."""
        from personagraph.locking import writer

        with writer(self.folder):
            unfinished = self.ledger.runs.unfinished()
            if unfinished is None:
                model, simulated = (backend.model, backend.simulated) if backend else ("", False)
                yield self.ledger.runs.start(command, settings, limits, model=model, simulated=simulated)
                return
            _check_same(unfinished, command, settings if given is None else given)
            if backend and backend.model != unfinished.model:
                raise ConfigError(f"run {unfinished.id} is unfinished and asks {unfinished.model}, not {backend.model}")
            kept = {**unfinished.limits, **{name: value for name, value in limits.items() if value is not None}}
            yield self.ledger.runs.resume(unfinished.id, kept)

    def coverage(self, axes: Sequence[str] = ("activity", "region")) -> "tuple[Coverage, Coverage]":
        """Which cells the stated attributes cover: those of the seeds alone, and of everyone."""
        from personagraph.coverage import coverage

        everyone = list(self.store.scan_personas())
        seeds = [p.stated for p in everyone if p.depth == 0]
        return coverage(seeds, axes), coverage([p.stated for p in everyone], axes)

    def _describe(self, id: str) -> str:
        return self.store.personas([id])[0].description

    def _unfinished_model(self) -> str | None:
        run = self.ledger.runs.unfinished()
        return run.settings.get("model") if run else None


def init_workspace(folder: FilePath) -> Workspace:
    """Make a folder a workspace, or open the one that it is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be made a workspace ({error.strerror}); name another folder") from error
    return Workspace(folder)


def open_workspace(folder: str | FilePath) -> Workspace:
    """Open a workspace. Raises ConfigError when the folder is none."""
    path = FilePath(folder)
    if not (path / LEDGER).is_file():
        raise ConfigError(f"{path} is no workspace; `personagraph init {path}` makes it one")
    return Workspace(path)


def _check_positive(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name not in ("policy", "seed", "model") and value is not None and value < 1:
            raise ConfigError(f"--{name.replace('_', '-')} is {value}; it must be 1 or more")


def _check_same(run: Run, command: str, given: Mapping[str, Any]) -> None:
    ways = f"finish it with `personagraph {run.command}`, or give it up with `personagraph runs abandon {run.id}`"
    if run.command != command:
        raise ConfigError(f"run {run.id} ({run.command}) is unfinished; {ways}")
    for name, value in given.items():
        if value is not None and run.settings.get(name) != value:
            raise ConfigError(f"run {run.id} is unfinished and has {name} {run.settings.get(name)!r}; {ways}")
