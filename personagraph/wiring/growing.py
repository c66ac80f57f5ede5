"""The verbs that grow the graph: import, extract, expand; each wires up a run and hands it to one workflow."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from personagraph.errors import ConfigError, InputError
from personagraph.ledger import Run
from personagraph.protocols import ChatBackend, Policy, Progress
from personagraph.types import ChatRequest
from personagraph.wiring.opened import Opened, check_known, check_positive, check_same
from personagraph.wiring.parts import POLICIES, backend_of, check_unmixed, growth_of, policy_of, prompts_of
from personagraph.wiring.results import RunResult, result_of

if TYPE_CHECKING:
    from personagraph.ordered import Work

_SILENT: Progress = lambda tick: None  # noqa: E731
_NEVER: Callable[[], bool] = lambda: False  # noqa: E731


class ModelOptions(TypedDict, total=False):
    """What every run with a language model can be told. None counts as not given."""

    model: str | None
    """local, simulated, openai:NAME or recorded:LEDGER; by default what the settings say."""
    backend: ChatBackend | None
    """A backend of the caller's own, instead of `model`."""
    seed: int | None
    max_calls: int | None
    max_personas: int | None
    concurrency: int | None
    dedup: str | None
    fresh: bool
    """Ask again, also what the ledger has replies to."""
    allow_mixed: bool
    """Let a made-up world and a real model grow one graph."""
    stopping: Callable[[], bool]
    progress: Progress


class Growing(Opened):
    """The growing verbs of a workspace."""

    def import_personas(
        self,
        path: str | Path,
        *,
        field: str = "persona",
        strict: bool = False,
        dedup: str | None = None,
        progress: Progress = _SILENT,
    ) -> RunResult:
        """Let the personas of a JSONL or CSV file in as seeds. Raises InputError; if `strict`, also for one bad row."""
        from personagraph.importing import Importing
        from personagraph.ordered import Session
        from personagraph.rows import faults, read

        rows, sha256 = read(Path(path), field)
        bad = tuple((row.line, row.fault) for row in faults(rows))
        if strict and bad:
            raise InputError(f"{bad[0][1]} (and {len(bad) - 1} more rows cannot be used)", path, bad[0][0])
        settings = {"sha256": sha256, "field": field, "dedup": self._dedup(dedup)}
        with self._run("import", settings, {}) as run:
            work = Importing(rows, growth_of(self.ledger, self.store, run), run=run.id)
            Session(work, run, ledger=self.ledger, store=self.store, progress=progress).carry_out()
        return result_of(self.ledger, run.id, bad)

    def expand(
        self,
        *,
        policy: str | None = None,
        hops: int | None = None,
        calls_per_ego: int | None = None,
        **options: Unpack[ModelOptions],
    ) -> RunResult:
        """Grow the graph from persona to persona by a policy, bfs or hint, to `hops` from the seeds.

        An unfinished expansion goes on, with its own settings unless given.
        """
        given = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego}
        self._check_expansion(given, options)
        return self._grow("expand", given, _EXPANSION, options, self._expansion)

    def preview_expand(
        self,
        n: int,
        *,
        policy: str | None = None,
        hops: int | None = None,
        calls_per_ego: int | None = None,
        **options: Unpack[ModelOptions],
    ) -> list[ChatRequest]:
        """The next `n` calls that `expand` would make, rendered; nothing is sent."""
        given = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego}
        self._check_expansion(given, options)
        return self._preview(n, "expand", given, _EXPANSION, options, self._expansion)

    def _grow(
        self,
        command: str,
        given: Mapping[str, Any],
        defaults: Mapping[str, Any],
        options: ModelOptions,
        work_of: "Callable[[Run, ChatBackend], Work]",
        *,
        faults: tuple[tuple[int, str], ...] = (),
    ) -> RunResult:
        """Carry out a run that asks a language model, or go on with the unfinished one."""
        from personagraph.llm.client import ChatClient
        from personagraph.ordered import Limits, Session

        given, limits, backend = self._asked(given, options)
        settings = self._settings(given, defaults, options, backend)
        stopping = options.get("stopping", _NEVER)
        with self._run(command, settings, limits, given=given, backend=backend) as run:
            work = work_of(run, backend)
            concurrency = options.get("concurrency") or self.settings.concurrency
            client = ChatClient(backend, self.ledger, concurrency=concurrency, stopping=stopping)
            try:
                Session(
                    work,
                    run,
                    ledger=self.ledger,
                    store=self.store,
                    client=client,
                    limits=Limits(**run.limits),
                    salt=run.id if run.settings["fresh"] else "",
                    stopping=stopping,
                    progress=options.get("progress", _SILENT),
                ).carry_out()
            finally:
                client.close()
        return result_of(self.ledger, run.id, faults)

    def _preview(
        self,
        n: int,
        command: str,
        given: Mapping[str, Any],
        defaults: Mapping[str, Any],
        options: ModelOptions,
        work_of: "Callable[[Run, ChatBackend], Work]",
    ) -> list[ChatRequest]:
        """The next calls of a run, or of the one that would be started; nothing is sent or kept."""
        from personagraph.ordered import Session

        check_positive(preview=n)
        given, limits, backend = self._asked(given, options)
        run = self.ledger.runs.unfinished()
        if run is None:
            run = Run.planned(command, self._settings(given, defaults, options, backend), limits, backend.model)
        else:
            check_same(run, command, given, backend)
        salt = run.id if run.settings["fresh"] else ""
        return Session(work_of(run, backend), run, ledger=self.ledger, store=self.store, salt=salt).preview(n)

    def _asked(
        self, given: Mapping[str, Any], options: ModelOptions
    ) -> tuple[dict[str, Any], dict[str, Any], ChatBackend]:
        """The settings and the limits that the user named, and the model that is to be asked."""
        limits = {"max_calls": options.get("max_calls"), "max_personas": options.get("max_personas")}
        check_positive(**limits, concurrency=options.get("concurrency"))
        backend = options.get("backend") or backend_of(self._model(options.get("model")), self.settings)
        check_unmixed(self.ledger, backend, allow_mixed=options.get("allow_mixed", False))
        self._dedup(options.get("dedup"))
        common = {"seed": options.get("seed"), "dedup": options.get("dedup"), "fresh": options.get("fresh") or None}
        return {**given, **common}, limits, backend

    def _settings(
        self, given: Mapping[str, Any], defaults: Mapping[str, Any], options: ModelOptions, backend: ChatBackend
    ) -> dict[str, Any]:
        """The settings of a new run: what was given, else the command's defaults, else the workspace's."""
        model = None if options.get("backend") else options.get("model") or self.settings.model
        common = {"seed": 0, "fresh": False, "dedup": self.settings.dedup, "model": model}
        chosen = {name: value for name, value in given.items() if value is not None}
        return {**common, "prompts": prompts_of(backend, self.settings), **defaults, **chosen}

    def _model(self, given: str | None) -> str:
        """The model to ask: what was given, else the unfinished run's, else the setting."""
        if given is not None:
            return given
        run = self.ledger.runs.unfinished()
        return (run.settings.get("model") if run else None) or self.settings.model

    def _dedup(self, given: str | None) -> str:
        from personagraph.dedup.rules import INDEXES

        check_known("dedup", given, INDEXES)
        return given or self.settings.dedup

    def _check_expansion(self, given: Mapping[str, Any], options: ModelOptions) -> None:
        check_positive(hops=given["hops"], calls_per_ego=given["calls_per_ego"])
        check_known("policy", given["policy"], POLICIES)
        limited = options.get("max_calls") is not None or options.get("max_personas") is not None
        if given["policy"] == "hint" and not limited and self.ledger.runs.unfinished() is None:
            raise ConfigError("the policy hint never ends by itself; give --max-calls or --max-personas")
        if not self.store.stats().personas:
            raise ConfigError(
                "there is nobody to expand; `personagraph extract` or `personagraph import` brings the first ones in"
            )

    def _expansion(self, run: Run, backend: ChatBackend) -> "Work":
        from personagraph.alters import DIALOGUES
        from personagraph.expansion import Expansion, acquaint

        settings = run.settings
        dialogue = DIALOGUES[settings["prompts"]](backend.model, self.ledger.secret, seed=settings["seed"])
        chooser: Policy = policy_of(run, self.ledger, dialogue.countries)
        acquaint(chooser, self.store.scan_personas())
        return Expansion(growth_of(self.ledger, self.store, run), chooser, dialogue, self._describe, run=run.id)

    def _describe(self, id: str) -> str:
        return self.store.personas([id])[0].description


_EXPANSION = {"policy": "bfs", "hops": 6, "calls_per_ego": 1}
