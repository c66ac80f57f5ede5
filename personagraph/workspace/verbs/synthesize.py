"""The verb that makes training data from drawn personas."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, cast

from personagraph.errors import ConfigError
from personagraph.graph.selection import Selection, selection_from
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.jobs import Job, carry_out
from personagraph.workspace.options import ModelOptions, check_known, check_positive, strict_options
from personagraph.workspace.results import SynthesisResult
from personagraph.workspace.run_settings import SynthesizeSettings, only_reads, settings_of
from personagraph.workspace.runs import unfinished_beside
from personagraph.workspace.selection import SelectionOptions, drawn, part_of, sampled_from
from personagraph.workspace.spending.ahead import MARK, Ahead, anybody
from personagraph.workspace.verbs.samples import Destination, WritingOptions, with_samples

if TYPE_CHECKING:
    from personagraph.runs.work import Work
    from personagraph.synthesis.tasks.task import Task
    from personagraph.workspace.workspace import Workspace

COMMAND = "synthesize"
CONTEXTS = {"persona": 0, "neighbours": 2}
"""How many neighbours a persona is shown with."""


class SynthesisOptions(ModelOptions, SelectionOptions, WritingOptions, total=False):
    """What a synthesis can be told besides its own: those of every run with a model, and which personas are meant.

    Also how its samples are written.
    """


@strict_options
def synthesize(
    workspace: "Workspace",
    task: str,
    *,
    n: int | None = None,
    context: str | None = None,
    sampler: str | None = None,
    output: str | Path | None = None,
    **options: Unpack[SynthesisOptions],
) -> SynthesisResult:
    """`n` samples (10) of a task, each asked from one of the personas that a sampler draws.

    The task is one of `personagraph.synthesis.tasks.TASKS`, the sampler of `personagraph.graph.sampling.SAMPLERS`.
    `context` is neighbours (the default: the persona with whom it is connected to, and how) or persona (alone).
    The options of a selection say from which part of the graph; to a sampler that begins at a persona, `around` and
    `hops` say where, and how far it goes. The samples are written to `output` when the run is done, as `samples` writes
    them, each with its lineage, beside a manifest; by default below `samples/` in the workspace.
    """
    form = {name: value for name, value in options.items() if name in WritingOptions.__annotations__}
    place = Destination.of(output, **cast(WritingOptions, form))
    place.check(workspace)
    shared = cast(ModelOptions, {name: options.get(name) for name in options if name in ModelOptions.__annotations__})
    part = {name: value for name, value in options.items() if name not in shared and name not in form}
    job = partial(
        synthesize_job, workspace, task, n=n, context=context, sampler=sampler, **cast(SelectionOptions, part)
    )
    job = partial(job, note=shared.get("note") or (lambda text: None))
    return with_samples(workspace, carry_out(workspace, job, shared), place)


def synthesize_job(
    workspace: "Workspace",
    task: str,
    *,
    n: int | None = None,
    context: str | None = None,
    sampler: str | None = None,
    note: Callable[[str], None] = lambda text: None,
    **selection: Unpack[SelectionOptions],
) -> Job:
    """What `synthesize` asks for; `note` is told when the graph is not finished, or another than when the run began.

    Raises ConfigError for a bad option, and when there is nobody to draw.
    """
    from personagraph.graph.sampling import SAMPLERS
    from personagraph.synthesis.tasks import TASKS

    check_known("task", task, TASKS)
    check_known("with", context, CONTEXTS)
    check_known("sampler", sampler, SAMPLERS)
    check_positive(n=n)
    if workspace.store.is_empty():
        raise ConfigError("there is nobody to draw; `personagraph extract` or `personagraph import` comes first")
    unfinished = unfinished_beside(workspace, COMMAND)
    defaults = {**SynthesizeSettings.defaults(), "graph": _graph(workspace)}
    chosen = sampler or (unfinished.settings if unfinished else defaults).get("sampler") or defaults["sampler"]
    meant, where = sampled_from(workspace, chosen, **selection)
    given = {"task": task, "n": n, "context": context, "sampler": sampler, **where}
    given["selection"] = meant.to_json() or None
    if told := _told(workspace, unfinished):
        note(told)
    if unfinished is None:
        _check_somebody(workspace, chosen, meant, where.get("around"))

    def work(run: Run, backend: ChatBackend) -> "Work":
        return synthesis_of(workspace, _drawn(workspace, run), run, backend)

    return Job(COMMAND, given, defaults, work, partial(_ahead, workspace))


def _check_somebody(workspace: "Workspace", sampler: str, meant: Selection, centre: str | None) -> None:
    """Raises ConfigError when a sampler could draw nobody of what is meant; a whole graph is not walked for it."""
    from personagraph.graph.sampling import SAMPLERS

    if meant != Selection():
        drawn(workspace, meant, sampler, 1, seed=0, around=centre)
    if not SAMPLERS[sampler].tied or centre:
        return
    everything = meant == Selection()
    tied = workspace.store.size("relationships") if everything else len(part_of(workspace, meant).graph.sources)
    if not tied:
        raise ConfigError("nobody can be drawn: there are no relationships yet; `personagraph expand` brings some")


def _graph(workspace: "Workspace") -> dict[str, int]:
    """Which graph this is: how many steps it holds of each run that grows it."""
    grew = {run.id for run in workspace.ledger.runs.all() if not only_reads(run.work)}
    return {run: n for run, n in workspace.store.held().applied.items() if run in grew}


def _told(workspace: "Workspace", unfinished: Run | None) -> str:
    """What a person should know of the graph that the samples are drawn from; empty when there is nothing."""
    if unfinished is None:
        growing = workspace.ledger.runs.unfinished(lambda run: not only_reads(run.work))
        return f"run {growing.id} ({growing.command}) is unfinished: the graph is read as it is now" if growing else ""
    then = settings_of(unfinished, SynthesizeSettings).graph if unfinished.command == COMMAND else None
    if then is None or then == (now := _graph(workspace)):
        return ""
    grown = ", ".join(f"{n} steps of {run}, not {then.get(run, 0)}" for run, n in now.items() if n != then.get(run))
    return (
        f"the graph has grown since run {unfinished.id} began (it holds {grown}): whoever was not asked yet is drawn"
        " from the graph as it is now"
    )


def synthesis_of(workspace: "Workspace", ids: Sequence[str], run: Run, backend: ChatBackend) -> "Work":
    """The work of a synthesis about these personas, by the settings of the run."""
    from personagraph.synthesis.work import Synthesis

    settings, dialogue = settings_of(run, SynthesizeSettings), synthesis_dialogue(run, workspace.ledger.secret)
    neighbours = CONTEXTS[settings.context]
    return Synthesis(workspace.store, ids, dialogue, neighbours=neighbours, seed=settings.seed)


def synthesis_dialogue(run: Run, secret: bytes) -> "Task":
    """How the samples of a run are asked for."""
    from personagraph.synthesis.tasks import TASKS

    settings = settings_of(run, SynthesizeSettings)
    dialogue = TASKS[settings.task].dialogues[settings.prompts](
        run.model, secret, seed=settings.seed, language=settings.language
    )
    dialogue.asking = settings.asking
    return dialogue


def _ahead(workspace: "Workspace", run: Run) -> Ahead:
    """The samples that a synthesis is still to ask for."""
    from personagraph.synthesis.work import Synthesis

    store, ids = workspace.store, anybody(workspace.store)
    settings, dialogue = settings_of(run, SynthesizeSettings), synthesis_dialogue(run, MARK)
    work = Synthesis(store, ids, dialogue, neighbours=CONTEXTS[settings.context], seed=settings.seed)
    fields = [step.fields for n in range(len(ids)) if (step := work.next_step(n))]
    return Ahead(dialogue, lambda brings: settings.n - run.decided, fields, f"{settings.n} samples")


def _drawn(workspace: "Workspace", run: Run) -> list[str]:
    """Whom the samples are asked from; when there are fewer than samples, they take turns. Walks the whole graph.

    Who was planned stays, and comes first: nobody of them is drawn once more from a graph that has grown since.
    """
    settings = settings_of(run, SynthesizeSettings)
    where = {"around": settings.around, "hops": settings.hops}
    meant = selection_from(settings.selection or {})
    ids = drawn(workspace, meant, settings.sampler, settings.n, seed=settings.seed, **where)
    planned = dict.fromkeys(planned.step.subject for planned in workspace.ledger.steps.planned(run.id))
    ids = [*planned, *(id for id in ids if id not in planned)]
    return [ids[i % len(ids)] for i in range(settings.n)] if ids else []
