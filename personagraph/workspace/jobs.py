"""How a verb that asks a language model is carried out, or previewed: the model, the run, its limits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import UsageError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.prompts.tongue import OWN
from personagraph.text.english import may_be_english
from personagraph.types import ChatRequest
from personagraph.workspace.index.known import keep_known
from personagraph.workspace.models import (
    backend_of,
    check_asked,
    check_readable,
    check_recorded,
    check_unmixed,
    deals_examples,
    default_language,
    is_english_tag,
    keep_asked,
    keep_named,
    kept_lines,
    language_asked,
    prompts_of,
    remember_lacks,
    room_of,
)
from personagraph.workspace.options import ModelOptions, check_known, check_positive, checked_language
from personagraph.workspace.results import RunResult, result_of
from personagraph.workspace.run_settings import SETTINGS, ModelSettings
from personagraph.workspace.runs import (
    begun,
    check_same,
    kept,
    meaning_of,
    rules_kept,
    rules_of,
    unfinished_beside,
    writing,
)
from personagraph.workspace.spending.ahead import Ahead, forecast, most
from personagraph.workspace.spending.consent import ask_first
from personagraph.workspace.spending.pace import PaceLimits, client_of, found_line, pace_for, unpriced_line

if TYPE_CHECKING:
    from personagraph.runs.session import Session
    from personagraph.runs.work import Work
    from personagraph.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OtherModel:
    """Another model that is asked some steps of a run: its name, whether the user named it now, and which steps."""

    model: str
    is_named: bool
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What a verb asks for: the settings that the user named, the defaults of the others, and how the work is made.

    `ahead` says what is ahead of a planned or unfinished run. `faults` are (file, line, what is wrong) of the input.
    `model` is asked when the user names none, unless it is None, too: then the workspace's settings say which.
    `endless` says what never ends by itself, or nothing; `unbatched` why it cannot be asked in batches, or nothing, and
    `batched` what is to be known of it there. `beside` is another model that some steps are asked of.
    """

    command: str
    given: Mapping[str, Any]
    defaults: Mapping[str, Any]
    work_of: "Callable[[Run, ChatBackend], Work]"
    ahead: Callable[[Run], Ahead]
    faults: tuple[tuple[str, int, str], ...] = ()
    model: str | None = None
    endless: str = ""
    beside: OtherModel | None = None
    unbatched: str = ""
    batched: str = ""

    @property
    def work(self) -> str:
        """The command whose work it does: its own, or for a retry that of the letters."""
        return str(self.defaults.get("command", self.command))


@dataclass(frozen=True, slots=True)
class Asked:
    """A job with all that the user said: the settings named, the limits, the model, and the run that goes on.

    `model` is its name, empty for a backend of the caller's own. `other` is the model that some steps are asked of.
    """

    job: Job
    model: str
    given: Mapping[str, Any]
    limits: Mapping[str, Any]
    backend: ChatBackend
    unfinished: Run | None
    other: ChatBackend | None = None


def carry_out(workspace: "Workspace", job_of: Callable[[], Job], options: ModelOptions) -> RunResult:
    """Carry out a run, or go on with the unfinished one. Of the ledger nothing is read before the lock is held."""
    stopping, note = options.get("stopping", lambda: False), options.get("note") or _silent
    ledger, settings = workspace.ledger, workspace.settings
    with writing(workspace, note=note, stopping=stopping):
        asked = asked_of(workspace, job_of(), options)
        before, backend = asked.unfinished, asked.backend
        check_ends(asked)
        plan = planned(workspace, asked, options)
        pace = pace_of(workspace, plan, asked, options)
        check_agreed(workspace, plan, pace, asked, options)
        for model in (asked.model, asked.job.beside.model if asked.job.beside else ""):
            if model:
                keep_named(model, settings, note)
        keep_asked(asked.given, settings, note)
        with begun(workspace, before, plan.command, plan.settings, plan.limits, backend) as run:
            other = (asked.other, asked.job.beside.asked) if asked.other and asked.job.beside else None
            client, drain = client_of(run, backend, pace, ledger, settings, stopping=stopping, other=other), True
            try:
                session = _session(workspace, asked, run, options, client=client)
                if remark := getattr(backend, "remark", ""):
                    note(remark)
                for one, price in zip((backend, asked.other), pace.prices, strict=False):
                    if one and price is None:
                        note(unpriced_line(one))
                for text in _notes(workspace, asked, plan, options):
                    note(text)
                if session.found:
                    note(found_line(run, session.found))
                keep_known(workspace, session.carry_out())
            except KeyboardInterrupt:
                drain = False
                raise
            finally:
                client.close(drain=drain)
                for text in client.remarks():  # of what came back after the session's end
                    note(text)
                for one in (backend, asked.other):
                    if one:
                        remember_lacks(one, settings, ledger)
            if session.enough and (ahead := session.bought_ahead()):
                note(_ahead_line(ahead))
    return result_of(ledger, run.id, asked.job.faults)


def preview(workspace: "Workspace", n: int, job: Job, options: ModelOptions) -> list[ChatRequest]:
    """The next `n` calls of a run, or of the one that would be started; nothing is sent or kept."""
    check_positive(preview=n)
    asked = asked_of(workspace, job, options)
    session = _session(workspace, asked, planned(workspace, asked, options), options)
    if session.enough:
        workspace.note(session.enough)
    return session.preview(n)


def planned(workspace: "Workspace", asked: Asked, options: ModelOptions) -> Run:
    """The unfinished run with the limits that hold now, or the one that would be started, which is in no ledger."""
    if asked.unfinished:
        return replace(asked.unfinished, limits=kept(asked.unfinished, asked.limits))
    return Run.planned(asked.job.command, _settings(workspace, asked), asked.limits, asked.backend.model)


def pace_of(workspace: "Workspace", run: Run, asked: Asked, options: ModelOptions) -> PaceLimits:
    """How fast a planned run may go. Raises ConfigError for limits that cannot be kept."""
    return pace_for(
        asked.backend,
        workspace.settings,
        concurrency=options.get("concurrency"),
        window=ModelSettings.of(run.settings).window,
        max_cost=run.limits.get("max_cost"),
        other=asked.other,
        batch=ModelSettings.of(run.settings).batch,
    )


def model_of(workspace: "Workspace", job: Job, options: ModelOptions) -> str:
    """The name of the model to ask: what was given, else the unfinished run's, else the setting.

    Raises ConfigError for one that only the workspace itself names, and nobody confirmed.
    """
    if given := options.get("model"):
        from personagraph.llm.models import placed

        return placed(given, Path())
    run, settings = unfinished_beside(workspace, job.work), workspace.settings
    if recorded := job.model or (run.settings.get("model") if run else None):
        check_recorded(str(recorded), settings)
        return str(recorded)
    return str(settings.trusted("model"))


def check_ends(asked: Asked) -> None:
    """Raises ConfigError for a new run that would never end."""
    limited = asked.limits["max_calls"] or asked.limits["max_personas"]
    if asked.job.endless and not asked.unfinished and not limited:
        raise UsageError(f"{asked.job.endless} never ends by itself; give --max-calls or --max-personas")


def check_agreed(workspace: "Workspace", plan: Run, pace: PaceLimits, asked: Asked, options: ModelOptions) -> None:
    """Ask before a run that may cost more than little, unless the user said now how far it may go.

    Raises UsageError where there is nobody to ask, ConfigError for a no.
    """
    is_said = options.get("yes") or any(asked.limits[name] is not None for name in ("max_calls", "max_cost"))
    if not is_said and pace.may_cost:
        ahead, ledger = asked.job.ahead(plan), workspace.ledger
        told = forecast(ledger, plan, pace, ahead)
        ask_first(told, most(ledger, plan, pace, ahead), workspace.settings, options)


def asked_of(workspace: "Workspace", job: Job, options: ModelOptions) -> Asked:
    """The job with what the user said besides. Raises ConfigError for what cannot be."""
    from personagraph.dedup.rules import METHODS

    steps = {"max_calls": options.get("max_calls"), "max_personas": options.get("max_personas")}
    check_positive(**steps, concurrency=options.get("concurrency"))
    check_known("dedup", options.get("dedup"), METHODS)
    cost = options.get("max_cost")
    if cost is not None and not 0 <= cost < inf:
        raise UsageError(f"--max-cost is {cost}; it must be an amount in USD, 0 or more")
    settings, ledger = workspace.settings, workspace.ledger
    unfinished = unfinished_beside(workspace, job.work)
    if unfinished and unfinished.command == job.command:
        check_readable(unfinished)
    model = "" if options.get("backend") else model_of(workspace, job, options)
    backend = options.get("backend") or backend_of(model, settings, ledger, options.get("concurrency"))
    given = {**job.given, "seed": options.get("seed"), "dedup": options.get("dedup")}
    given["fresh"] = options.get("fresh") or None
    given["batch"] = options.get("batch") or None
    # An unfinished run goes on as it began, unless this very command says otherwise.
    given["prompts"] = settings.told("prompts") if unfinished else settings.prompts
    given |= settings.told_of(backend.model) if unfinished else settings.asked_of(backend.model)
    given["language"] = _language(workspace, job, options, backend, unfinished)
    if SETTINGS[job.work].grows:
        check_unmixed(ledger, backend, allow_mixed=options.get("allow_mixed", False))
    if unfinished:
        check_same(unfinished, job.command, given, backend)
        check_asked(unfinished, settings)
    if ModelSettings.of(unfinished.settings).batch if unfinished else given["batch"]:
        _check_batched(job, backend, options)
    other = _other(workspace, job.beside, options) if job.beside else None
    return Asked(job, model, given, {**steps, "max_cost": cost}, backend, unfinished, other)


def _other(workspace: "Workspace", beside: OtherModel, options: ModelOptions) -> ChatBackend:
    """The model that some steps are asked of. Raises ConfigError for one that the ledger alone names."""
    if not beside.is_named:
        check_recorded(beside.model, workspace.settings)
    return backend_of(beside.model, workspace.settings, workspace.ledger, options.get("concurrency"))


def _check_batched(job: Job, backend: ChatBackend, options: ModelOptions) -> None:
    """Raises UsageError for what cannot be asked in batches."""
    if not getattr(backend, "batches", False):
        raise UsageError(
            f"--batch: {backend.model} is asked call by call; leave it out, or name a model of a provider that has a"
            " batch endpoint, as --model openai:NAME"
        )
    if job.beside:
        raise UsageError("--batch asks one model, and --checker names another; leave one of them out")
    if job.unbatched:
        raise UsageError(f"--batch: {job.unbatched}")
    if options.get("concurrency"):
        raise UsageError(
            "--concurrency says how many calls are in flight, and --batch sends none; leave one of them out"
        )


def _language(
    workspace: "Workspace", job: Job, options: ModelOptions, backend: ChatBackend, unfinished: Run | None
) -> str | None:
    """The language that the user named for the run; dead letters are asked again in their own."""
    if "command" in job.defaults:
        if options.get("language"):
            raise UsageError("dead letters are asked again in their own language; leave the language out")
        return None
    named, told = _named(workspace, options), _told(workspace, options)
    if not unfinished:
        return language_asked(named, backend, prompts_of(backend, workspace.settings), told=told is not None)
    held = ModelSettings.of(unfinished.settings)
    asked = language_asked(told, backend, held.prompts, told=True)
    # One that an older version began asks in English, and need not be given up for a setting that it did not know.
    return "" if not held.language and asked in ("en", OWN) else asked


def _named(workspace: "Workspace", options: ModelOptions) -> str | None:
    return checked_language(options.get("language")) or workspace.settings.language


def _told(workspace: "Workspace", options: ModelOptions) -> str | None:
    """The language that the command itself was given."""
    told: str | None = checked_language(options.get("language")) or workspace.settings.told("language")
    return told


def _notes(workspace: "Workspace", asked: Asked, run: Run, options: ModelOptions) -> Iterator[str]:
    """What is to be known before anything is asked: what is set otherwise than a run has it, and its language."""
    if asked.unfinished:
        yield from kept_lines(asked.unfinished, asked.backend, workspace.settings)
        if SETTINGS[asked.job.work].grows:
            told = {name: value for name, value in asked.given.items() if value is not None}
            yield from rules_kept(asked.unfinished, {**rules_of(workspace.settings), **told})
    yield from _language_notes(workspace, asked, run, options)
    yield from _batch_notes(workspace, asked, run)


def _batch_notes(workspace: "Workspace", asked: Asked, run: Run) -> Iterator[str]:
    """What is to be known of batches: how this work is asked in them, or which this run does not look for."""
    if ModelSettings.of(run.settings).batch:
        if asked.job.batched:
            yield asked.job.batched
        return
    for batch in workspace.ledger.batches.open():
        if batch.model == asked.backend.model:
            yield (
                f"batch {batch.remote or batch.token} of run {batch.run} is still at {batch.place}: what it holds is"
                " paid for there, and only a run with --batch takes it up"
            )


def _language_notes(workspace: "Workspace", asked: Asked, run: Run, options: ModelOptions) -> Iterator[str]:
    """What is to be known where replies will be English, and something else was named or is read."""
    if asked.backend.simulated:
        if _named(workspace, options) not in (None, OWN, "en"):
            yield "the made-up world answers in English, whatever language is named"
    elif ModelSettings.of(run.settings).prompts == "small":
        named = _named(workspace, options) or OWN
        if named != OWN and not is_english_tag(named):
            yield (
                f"language is {named} in the settings, and the prompts for small models write English alone; a larger"
                " model with --prompts large follows it"
            )
        ahead = asked.job.ahead(run)
        read = [str(fields[subject]) for fields in ahead.fields if (subject := ahead.dialogue.subject)]
        if foreign := sum(not may_be_english(text) for text in read):
            kind = "texts" if run.work == "extract" else "personas"
            yield (
                f"{foreign} of {len(read)} {kind} looked at are not in English, and the prompts for small models write"
                " English alone; a larger model with --prompts large follows it"
            )


def _settings(workspace: "Workspace", asked: Asked) -> dict[str, Any]:
    """The settings of a new run: what was given, else the command's defaults, else the workspace's."""
    settings, job = workspace.settings, asked.job
    prompts = prompts_of(asked.backend, settings)
    chosen = {name: value for name, value in asked.given.items() if value is not None}
    room = room_of(asked.backend, chosen)  # beside a cap, too: who answers in one word thinks before it
    meaning_of(settings)
    common = ModelSettings(
        model=asked.model or None,
        prompts=prompts,
        **rules_of(settings),
        window=settings.window,
        room=room,
        language=default_language(asked.backend, prompts),
        dealt=deals_examples(asked.backend),
    )
    found = {**asdict(common), **job.defaults, **chosen}
    least = SETTINGS[job.work].batch_window if found["batch"] else 0
    return {**found, "window": max(found["window"], least)}


def _session(workspace: "Workspace", asked: Asked, run: Run, options: ModelOptions, **more: Any) -> "Session":
    from personagraph.runs.session import Limits, Session

    settings = ModelSettings.of(run.settings)
    return Session(
        asked.job.work_of(run, asked.backend),
        run,
        ledger=workspace.ledger,
        store=workspace.store,
        limits=Limits(**run.limits),
        window=settings.window,
        salt=run.id if settings.fresh else "",
        stopping=options.get("stopping", lambda: False),
        progress=options.get("progress", lambda tick: None),
        note=options.get("note") or _silent,
        **more,
    )


def _ahead_line(count: int) -> str:
    """That replies were bought that the run did not wait for."""
    one = count == 1
    return (
        f"{count} more {'reply was' if one else 'replies were'} in flight when the run had done enough:"
        f" {'it is' if one else 'they are'} in the ledger and not in the graph, and not bought again by a run that asks"
        " the same"
    )


def _silent(text: str) -> None:
    """Say nothing."""
