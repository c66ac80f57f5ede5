"""The verb that forecasts what another verb would take and bring, and changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from personagraph.cells import UNKNOWN, VOCABULARIES, Cell, cell_of, cells
from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.protocols import ChatBackend
from personagraph.settings import Settings
from personagraph.types import ChatReply, ChatRequest, Persona
from personagraph.wiring.asking import Asking, Job, ModelOptions
from personagraph.wiring.browsing import AXES
from personagraph.wiring.opened import check_same, kept
from personagraph.wiring.pacing import price_for
from personagraph.wiring.parts import backend_of

if TYPE_CHECKING:
    from personagraph.forecasting import Evidence, Forecast, Limits, Question
    from personagraph.llm.prices import Price
    from personagraph.wiring.rehearsing import Rehearsed

GENERATED = ("text", "persona", "unlinked")
"""Where a persona that a model described comes from."""
COMPLAINT = 400
"""Tokens, at most, of what is said to a model when its reply could not be used, besides that reply."""


@dataclass(slots=True)
class Named:
    """A model by its name alone: it can be forecast for, without its key or its weights, and not be asked."""

    model: str
    small: bool
    free: bool
    simulated: bool = False

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Raises ConfigError."""
        raise ConfigError(f"{self.model} is only named, for a forecast, and cannot be asked")

    async def close(self) -> None:
        """Nothing to release."""


def named(model: str, settings: Settings, ledger: Ledger) -> ChatBackend:
    """The model with this name, to be forecast for. Raises ConfigError for one that is not known."""
    kind, _, name = model.partition(":")
    if model == "local":
        from personagraph.llm.local import MODEL

        return Named(MODEL, small=True, free=True)
    if kind == "openai" and name:
        return Named(name, small=False, free=False)
    return backend_of(model, settings, ledger)


class Forecasting(Asking):
    """What a workspace can say of a run before it is begun."""

    def _forecast(self, stage: Asking, job: Job, options: ModelOptions) -> "Forecast":
        """The forecast of a job that was made by `stage`, a copy of this workspace that may be given other files."""
        from personagraph.forecasting import forecast
        from personagraph.forecasting.remembering import remember
        from personagraph.wiring.rehearsing import Rehearsing, evidence, start_of

        run, backend = self._foreseen(job, options)
        everyone = list(self.store.scan_personas())
        generated = sum(p.origin in GENERATED and p.simulated == backend.simulated for p in everyone)
        price = price_for(backend, self.settings, run.limits.get("max_cost"))
        stopping, progress = options.get("stopping", lambda: False), options.get("progress", lambda tick: None)
        shown = Rehearsing(
            stage, job, run, backend, price, len(everyone), generated, stopping=stopping, progress=progress
        ).carry_out()
        dialogue = shown[0].work.dialogue
        assert dialogue is not None, "what can be forecast asks a model"
        history = remember(self.ledger, run, dialogue, axes=AXES, imported=len(everyone) - generated)
        question = self._question(run, backend, shown, everyone, price, options.get("concurrency"))
        waiting = self._to_be_asked(run, everyone) if question.hops else None
        start = start_of(shown[0], size=generated, waiting=waiting, repeats=question.repeats, samples=question.samples)
        return forecast(
            job.command,
            backend.model,
            question,
            start,
            evidence(shown),
            history,
            simulated_runs=len(shown),
            notes=_notes(run, backend, shown, history, price),
        )

    def _foreseen(self, job: Job, options: ModelOptions) -> tuple[Run, ChatBackend]:
        """The run that would be started, or the unfinished one with the limits that it would have; and its model."""
        model = options.get("backend") or named(
            self._model(options.get("model") or job.model), self.settings, self.ledger
        )
        asked: ModelOptions = {**options, "backend": model}
        given, limits, backend = self._asked(job, asked)
        run = self.ledger.runs.unfinished()
        if run is not None:
            check_same(run, job.command, given, backend)
            return replace(run, limits=kept(run, limits)), backend
        if given.get("policy") == "hint" and not limits["max_calls"]:
            raise ConfigError("the policy hint never ends by itself; give --max-calls")
        settings = self._settings(job, given, options, backend)
        run = Run.planned(job.command, settings, limits, backend.model)
        return replace(run, simulated=backend.simulated), backend

    def _question(
        self,
        run: Run,
        backend: ChatBackend,
        shown: "Sequence[Rehearsed]",
        everyone: Sequence[Persona],
        price: "Price | None",
        concurrency: int | None,
    ) -> "Question":
        from personagraph.forecasting import Question

        client, dialogue = shown[0].client, shown[0].work.dialogue
        hinted, expands = run.settings.get("policy") == "hint", run.command == "expand"
        return Question(
            limits=self._left(run, shown[0].work.total),
            items=dialogue.items if dialogue else 1,
            repeats=run.settings.get("calls_per_ego", 1),
            hops=run.settings["hops"] if expands and not hinted else 0,
            cost=price.cost if price else None,
            worst=client.worst + price.cost(client.longest_reply + COMPLAINT, 0) / 2 if price else None,
            longest=client.longest_reply,
            pace=self._pace(run),
            concurrency=concurrency,
            exact=backend.simulated,
            samples=run.command == "synthesize",
            axes=AXES,
            valid=cells(AXES),
            cells=None if run.command == "synthesize" else Counter(cell_of(p.stated, AXES) for p in everyone),
            nameable=_nameable(getattr(dialogue, "countries", ())) if hinted else None,
            wished=self._wished(run) if hinted else None,
        )

    def _left(self, run: Run, total: int | None) -> "Limits":
        """What the limits of the run still allow."""
        from personagraph.forecasting import Limits

        calls = [n - run.decided for n in (run.limits.get("max_calls"), total) if n is not None]
        personas, cost = run.limits.get("max_personas"), run.limits.get("max_cost")
        if run.unfinished:
            outcomes = self.ledger.steps.outcomes(run.id)
            new = sum(n for (outcome, _), n in outcomes.items() if outcome == "new")
            personas = None if personas is None else max(0, personas - new)
            cost = None if cost is None else max(0.0, cost - self.ledger.calls.cost(run.id))
        return Limits(max(0, min(calls)) if calls else None, personas, cost)

    def _pace(self, run: Run) -> float | None:
        """Replies a second of the last run that did the same."""
        from personagraph.forecasting.remembering import is_alike

        paces = (self.ledger.calls.pace(r.id) for r in reversed(self.ledger.runs.all()) if is_alike(r, run))
        return next((pace for pace in paces if pace is not None), None)

    def _to_be_asked(self, run: Run, everyone: Sequence[Persona]) -> dict[int, int]:
        """By depth, how often breadth-first would ask somebody who is there."""
        hops, repeats = run.settings["hops"], run.settings["calls_per_ego"]
        before = self.ledger.steps.subjects("expand", before=run.id)
        planned = self.ledger.steps.planned(run.id) if run.unfinished else ()
        asked = Counter(step.subject for step, _, _ in planned if step.n < run.decided)
        waiting: dict[int, int] = {}
        for p in everyone:
            if p.depth is not None and p.depth < hops and p.id not in before:
                waiting[p.depth] = waiting.get(p.depth, 0) + max(0, repeats - asked[p.id])
        return waiting

    def _wished(self, run: Run) -> Mapping[Cell, int]:
        """How often the hints of the unfinished run named each cell."""
        from personagraph.forecasting.remembering import wished

        planned = self.ledger.steps.planned(run.id) if run.unfinished else ()
        found = (wished(step) for step, _, _ in planned if step.n < run.decided)
        return Counter(cell for cell in found if cell)


def _nameable(countries: Sequence[str]) -> set[Cell]:
    """The cells that a hint can name."""
    from personagraph.attributes import read_region, titles

    regions = {read_region(country) for country in countries} - {UNKNOWN}
    return {(activity, region) for activity in VOCABULARIES["activity"] if titles(activity) for region in regions}


def _notes(
    run: Run, backend: ChatBackend, shown: "Sequence[Rehearsed]", history: "Evidence", price: "Price | None"
) -> list[str]:
    """What a reader of the figures should know."""
    notes = []
    if run.unfinished:
        notes.append(f"{run.id} is unfinished, with {run.decided} calls behind it: this is what is left of it")
    if not history.steps and not backend.simulated:
        notes.append(
            f"this workspace has no such calls to {backend.model} yet: the figures are the simulated world's, with "
            "wide margins, and no evidence about the model; run a few calls, and forecast again"
        )
    if price is None:
        notes.append(f"the price of {backend.model} is not known, so there is no cost")
    if any(one.is_cut for one in shown):
        notes.append(
            f"each rehearsal was cut after {max(len(one.steps) + len(one.known) for one in shown)} calls; what comes "
            "after is extrapolated, depth by depth"
        )
    if known := len(shown[0].known):
        notes.append(f"{known} calls are answered from the ledger: they cost nothing")
    return notes
