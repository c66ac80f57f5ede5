"""How a verb that asks a language model is carried out, or previewed: the model, the run, its limits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from personagraph.errors import ConfigError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.progress import Progress
from personagraph.types import ChatRequest
from personagraph.workspace.opened import Opened, check_known, check_positive, check_same, kept
from personagraph.workspace.pacing import client_of, found_line, pace_for, unpriced_line
from personagraph.workspace.parts import ENDLESS, backend_of, check_unmixed, prompts_of, remember_lacks
from personagraph.workspace.results import RunResult, result_of

if TYPE_CHECKING:
    from personagraph.runs.session import Work
    from personagraph.text.documents import Document


class ModelOptions(TypedDict, total=False):
    """What every run with a language model can be told. None counts as not given."""

    model: str | None
    """local, simulated, openai:NAME or recorded:FILE; by default what the settings say."""
    backend: ChatBackend | None
    """A backend of the caller's own, instead of `model`."""
    seed: int | None
    max_calls: int | None
    max_personas: int | None
    max_cost: float | None
    """In USD; needs a model whose price is known."""
    concurrency: int | None
    dedup: str | None
    fresh: bool
    """Ask again, also what the ledger has replies to."""
    allow_mixed: bool
    """Let a made-up world and a real model grow one graph."""
    stopping: Callable[[], bool]
    progress: Progress
    note: Callable[[str], None]
    """Is told, in a sentence, what a person should know while the run goes on."""


class Texts(Protocol):
    """Texts that are counted, and can be read again and again, in the same order."""

    def __len__(self) -> int: ...
    def __iter__(self) -> "Iterator[Document]": ...


@dataclass(frozen=True, slots=True)
class Job:
    """What a verb asks for: the settings that the user named, the defaults of the others, and how the work is made.

    `faults` are (file, line, what is wrong) of the input, `documents` the texts in it. `model` is asked when the user
    names none, unless it is None, too: then the workspace's settings say which.
    """

    command: str
    given: Mapping[str, Any]
    defaults: Mapping[str, Any]
    work_of: "Callable[[Run, ChatBackend], Work]"
    faults: tuple[tuple[str, int, str], ...] = ()
    model: str | None = None
    documents: Texts = ()


class Asking(Opened):
    """What the verbs that ask a language model share."""

    def _carry_out(self, job: Job, options: ModelOptions) -> RunResult:
        """Carry out a run, or go on with the unfinished one."""
        from personagraph.runs.session import WINDOW, Limits, Session

        given, limits, backend = self._asked(job, options)
        if self.ledger.runs.unfinished() is None:
            check_ends(given, limits)
        stopping = options.get("stopping", lambda: False)
        settings = self._settings(job, given, options, backend)
        note = options.get("note") or _silent
        before = self.ledger.runs.unfinished()
        window = (before.settings if before else settings).get("window", WINDOW)
        max_cost = (kept(before, limits) if before else limits).get("max_cost")
        pace = pace_for(
            backend, self.settings, concurrency=options.get("concurrency"), window=window, max_cost=max_cost
        )
        with self._run(
            job.command, settings, limits, given=given, backend=backend, note=note, stopping=stopping
        ) as run:
            client, drain = client_of(run, backend, pace, self.ledger, self.settings, stopping=stopping), True
            try:
                session = Session(
                    job.work_of(run, backend),
                    run,
                    ledger=self.ledger,
                    store=self.store,
                    client=client,
                    limits=Limits(**run.limits),
                    window=window,
                    salt=salt_of(run),
                    stopping=stopping,
                    progress=options.get("progress", lambda tick: None),
                )
                if pace.price is None:
                    note(unpriced_line(backend))
                if session.found:
                    note(found_line(run, session.found))
                session.carry_out()
            except KeyboardInterrupt:
                drain = False
                raise
            finally:
                client.close(drain=drain)
                remember_lacks(backend, self.settings, self.ledger)
        return result_of(self.ledger, run.id, job.faults)

    def _preview(self, n: int, job: Job, options: ModelOptions) -> list[ChatRequest]:
        """The next calls of a run, or of the one that would be started; nothing is sent or kept."""
        from personagraph.runs.session import Session

        check_positive(preview=n)
        given, limits, backend = self._asked(job, options)
        run = self.ledger.runs.unfinished()
        if run is None:
            run = Run.planned(job.command, self._settings(job, given, options, backend), limits, backend.model)
        else:
            check_same(run, job.command, given, backend)
        work = job.work_of(run, backend)
        return Session(work, run, ledger=self.ledger, store=self.store, salt=salt_of(run)).preview(n)

    def _asked(self, job: Job, options: ModelOptions) -> tuple[dict[str, Any], dict[str, Any], ChatBackend]:
        """The settings and the limits that the user named, and the model that is to be asked."""
        steps = {"max_calls": options.get("max_calls"), "max_personas": options.get("max_personas")}
        check_positive(**steps, concurrency=options.get("concurrency"))
        cost = options.get("max_cost")
        if cost is not None and not 0 <= cost < inf:
            raise ConfigError(f"--max-cost is {cost}; it must be an amount in USD, 0 or more")
        limits = {**steps, "max_cost": cost}
        self._dedup(options.get("dedup"))
        backend = options.get("backend") or backend_of(
            self._model(options.get("model") or job.model), self.settings, self.ledger, options.get("concurrency")
        )
        if "task" not in {**job.defaults, **job.given}:
            check_unmixed(self.ledger, backend, allow_mixed=options.get("allow_mixed", False))
        common = {"seed": options.get("seed"), "dedup": options.get("dedup"), "fresh": options.get("fresh") or None}
        common["prompts"] = self.settings.prompts
        return {**job.given, **common}, limits, backend

    def _settings(
        self, job: Job, given: Mapping[str, Any], options: ModelOptions, backend: ChatBackend
    ) -> dict[str, Any]:
        """The settings of a new run: what was given, else the command's defaults, else the workspace's."""
        model = None if options.get("backend") else options.get("model") or job.model or self.settings.model
        common = {"seed": 0, "fresh": False, "dedup": self.settings.dedup, "model": model}
        common["window"] = self.settings.window
        chosen = {name: value for name, value in given.items() if value is not None}
        return {**common, "prompts": prompts_of(backend, self.settings), **job.defaults, **chosen}

    def _model(self, given: str | None) -> str:
        """The model to ask: what was given, else the unfinished run's, else the setting."""
        run = self.ledger.runs.unfinished()
        return given or (run.settings.get("model") if run else None) or self.settings.model

    def _dedup(self, given: str | None) -> str:
        from personagraph.dedup.rules import INDEXES

        check_known("dedup", given, INDEXES)
        return given or self.settings.dedup


def check_ends(given: Mapping[str, Any], limits: Mapping[str, Any]) -> None:
    """Raises ConfigError for a policy that would go on for ever."""
    if given.get("policy") in ENDLESS and not (limits["max_calls"] or limits["max_personas"]):
        raise ConfigError(f"the policy {given['policy']} never ends by itself; give --max-calls or --max-personas")


def salt_of(run: Run) -> str:
    """What sets the calls of a run apart that is to buy anew what the ledger has."""
    return run.id if run.settings["fresh"] else ""


def _silent(text: str) -> None:
    """Say nothing."""
