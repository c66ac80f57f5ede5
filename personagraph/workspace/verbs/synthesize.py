"""The verb that makes training data from drawn personas."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from personagraph.errors import ConfigError
from personagraph.graph.selection import Selection
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.workspace.drawing.asked import DrawOptions, count_of, sampled_from, sampler_for
from personagraph.workspace.drawing.draw import ALONE, NOBODY, check_somebody, draw_in, drawn
from personagraph.workspace.drawing.version import changes, graph_of
from personagraph.workspace.jobs import Job, carry_out
from personagraph.workspace.options import ModelOptions, check_known, check_positive, strict_options
from personagraph.workspace.results import SynthesisResult
from personagraph.workspace.run_settings import SynthesizeSettings, only_reads, settings_of
from personagraph.workspace.runs import unfinished_beside
from personagraph.workspace.selection import part_of
from personagraph.workspace.spending.ahead import MARK, Ahead, anybody
from personagraph.workspace.verbs.samples import Destination, WritingOptions, with_samples

if TYPE_CHECKING:
    from personagraph.runs.work import Work
    from personagraph.synthesis.tasks.task import Task
    from personagraph.workspace.workspace import Workspace

COMMAND = "synthesize"
CONTEXTS = {"persona": 0, "neighbours": 2}
"""How many neighbours a persona is shown with."""


class SynthesisOptions(ModelOptions, DrawOptions, WritingOptions, total=False):
    """What a synthesis can be told besides its own: those of every run with a model, whom it draws, how it writes."""


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
    """`n` samples (10) of a task, each asked from one of the personas that a sampler draws, in its order.

    The task is one of `personagraph.synthesis.tasks.TASKS`, the sampler of `personagraph.graph.sampling.SAMPLERS`: by
    default ego where `around` is given, else random. `context` is neighbours (the default: the persona with whom it is
    connected to, and how; only those are drawn who are connected to somebody) or persona (alone).
    The other options say from which part of the graph, and what the sampler is told; `drawn_from` is a file whose
    personas are drawn, all of them unless `n` is given. The samples are written to `output` when the run is done, as
    `samples` writes them, each with its lineage, beside a manifest; by default below `samples/` in the workspace.
    """
    form = {name: value for name, value in options.items() if name in WritingOptions.__annotations__}
    place = Destination.of(output, **cast(WritingOptions, form))
    place.check(workspace)
    shared = cast(ModelOptions, {name: options.get(name) for name in options if name in ModelOptions.__annotations__})
    part = {name: value for name, value in options.items() if name not in shared and name not in form}
    job = partial(synthesize_job, workspace, task, n=n, context=context, sampler=sampler, **cast(DrawOptions, part))
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
    **options: Unpack[DrawOptions],
) -> Job:
    """What `synthesize` asks for; `note` is told when the graph is not finished, or another than when the run began.

    It is told, too, of whoever is not drawn for want of a relationship. Raises ConfigError for a bad option, and when
    there is nobody to draw.
    """
    from personagraph.synthesis.tasks import TASKS

    check_known("task", task, TASKS)
    check_known("with", context, CONTEXTS)
    check_positive(n=n)
    chosen = sampler_for(sampler, options.get("around"))
    if workspace.store.is_empty():
        raise ConfigError(NOBODY)
    unfinished = unfinished_beside(workspace, COMMAND)
    defaults = {**SynthesizeSettings.defaults(), "graph": graph_of(workspace)}
    if unfinished and sampler is None:
        chosen = unfinished.settings.get("sampler", defaults["sampler"])
    meant, own = sampled_from(workspace, chosen, again=unfinished is not None, **options)
    given: dict[str, Any] = {"task": task, "context": context, "sampler": sampler, "n": n}
    given |= {"around": own.pop("around", None), "hops": own.pop("hops", None), "drawing": own or None}
    given["selection"] = meant.to_json() or None
    if unfinished is None:
        given |= {"n": count_of(meant, options.get("drawn_from"), n), "sampler": chosen}
        named = {name: value for name, value in given.items() if value is not None}
        defaults["connected"] = _connected(workspace, context, meant, note)
        check_somebody(workspace, draw_in(SynthesizeSettings.of({**defaults, **named, "dealt": True})))
    if told := _told(workspace, unfinished):
        note(told)

    def work(run: Run, backend: ChatBackend) -> "Work":
        return synthesis_of(workspace, _drawn(workspace, run, note), run, backend)

    return Job(COMMAND, given, defaults, work, partial(_ahead, workspace))


def _connected(workspace: "Workspace", context: str | None, meant: Selection, note: Callable[[str], None]) -> bool:
    """Whether only those are drawn who have a relationship: where they are shown with whom they know.

    Where nobody has one, each is shown alone, which is noted. Raises ConfigError when neighbours were asked for.
    """
    if not CONTEXTS[context or SynthesizeSettings.defaults()["context"]]:
        return False
    if workspace.store.size("relationships"):
        if meant == Selection():
            return True
        part = part_of(workspace, meant)
        if part.snapshot.both.degrees[part.positions].any():
            return True
    if context:
        raise ConfigError(f"nobody who is meant has a relationship to show: `personagraph expand` brings some{ALONE}")
    note("nobody who is meant has a relationship to show: each is asked about alone, as with --with persona")
    return False


def _told(workspace: "Workspace", unfinished: Run | None) -> str:
    """What a person should know of the graph that the samples are drawn from; empty when there is nothing."""
    if unfinished is None:
        growing = workspace.ledger.runs.unfinished(lambda run: not only_reads(run.work))
        return f"run {growing.id} ({growing.command}) is unfinished: the graph is read as it is now" if growing else ""
    then = settings_of(unfinished, SynthesizeSettings).graph if unfinished.command == COMMAND else None
    if then is None or not (grown := changes(then, graph_of(workspace))):
        return ""
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


def _drawn(workspace: "Workspace", run: Run, note: Callable[[str], None]) -> list[str]:
    """Whom the samples are asked from; when there are fewer than samples, they take turns. Walks the whole graph.

    Who was planned stays, and comes first: nobody of them is drawn once more from a graph that has grown since.
    """
    settings = settings_of(run, SynthesizeSettings)
    found = drawn(workspace, draw_in(settings))
    if found.lone:
        note(
            f"{found.lone:,} of those who are meant have no relationship to show, and are not drawn; `--with persona`"
            " draws them, too"
        )
    planned = dict.fromkeys(planned.step.subject for planned in workspace.ledger.steps.planned(run.id))
    ids = [*planned, *(id for id in found.ids if id not in planned)]
    if 0 < len(ids) < settings.n:
        note(f"{len(ids):,} personas can be drawn for {settings.n:,} samples: they take turns")
    return [ids[i % len(ids)] for i in range(settings.n)] if ids else []
