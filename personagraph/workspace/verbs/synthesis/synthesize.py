"""The verb that makes training data from drawn personas."""

from collections.abc import Callable, Mapping
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
from personagraph.workspace.jobs import Job, OtherModel, carry_out
from personagraph.workspace.options import ModelOptions, check_known, check_positive, strict_options
from personagraph.workspace.results import SynthesisResult
from personagraph.workspace.run_settings import SynthesizeSettings, only_reads, settings_of
from personagraph.workspace.runs import unfinished_beside
from personagraph.workspace.selection import part_of
from personagraph.workspace.verbs.synthesis.asked import CONTEXTS, TaskOptions, asked_for, task_named
from personagraph.workspace.verbs.synthesis.samples import Destination, WritingOptions, with_samples
from personagraph.workspace.verbs.synthesis.settled import ahead_of, synthesis_of

if TYPE_CHECKING:
    from personagraph.runs.work import Work
    from personagraph.workspace.workspace import Workspace

COMMAND = "synthesize"


class JobOptions(DrawOptions, TaskOptions, total=False):
    """What decides which samples are asked for: whom a synthesis draws, and how it asks about them."""


class SynthesisOptions(ModelOptions, JobOptions, WritingOptions, total=False):
    """What a synthesis can be told besides its own: what every run with a model can, whom it draws, how it writes."""


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

    The task is one of `personagraph.synthesis.tasks.TASKS`, or a file of your own that ends in .toml. The sampler is
    one of `personagraph.graph.sampling.SAMPLERS`: by default ego where `around` is given, else random. `context` is
    neighbours (the default: the persona with whom it is connected to, and how; only those are drawn who are connected
    to somebody), persona (alone), or conversation (what it and one of them say to each other comes first).
    The other options say from which part of the graph, and what the sampler is told; `drawn_from` is a file whose
    personas are drawn, all of them unless `n` is given. The samples are written to `output` when the run is done, as
    `samples` writes them, each with its lineage, beside a manifest; by default below `samples/` in the workspace.
    """
    form = {name: value for name, value in options.items() if name in WritingOptions.__annotations__}
    place = Destination.of(output, **cast(WritingOptions, form))
    place.check(workspace)
    shared = cast(ModelOptions, {name: options.get(name) for name in options if name in ModelOptions.__annotations__})
    part = {name: value for name, value in options.items() if name not in shared and name not in form}
    job = partial(synthesize_job, workspace, task, n=n, context=context, sampler=sampler, **cast(JobOptions, part))
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
    **options: Unpack[JobOptions],
) -> Job:
    """What `synthesize` asks for; `note` is told when the graph is not finished, or another than when the run began.

    It is told, too, of whoever is not drawn for want of a relationship. Raises ConfigError for a bad option, and when
    there is nobody to draw.
    """
    from personagraph.synthesis.work import CRITICISE, SOLVE

    name, own_file = task_named(task)
    check_known("with", context, CONTEXTS)
    check_positive(n=n)
    chosen = sampler_for(sampler, options.get("around"))
    if workspace.store.is_empty():
        raise ConfigError(NOBODY)
    unfinished = unfinished_beside(workspace, COMMAND)
    defaults = {**SynthesizeSettings.defaults(), "graph": graph_of(workspace)}
    if unfinished and sampler is None:
        chosen = unfinished.settings.get("sampler", defaults["sampler"])
    asked = asked_for(name, own_file, cast(TaskOptions, _only(options, TaskOptions)))
    drawing = cast(DrawOptions, _only(options, DrawOptions))
    meant, own = sampled_from(workspace, chosen, again=unfinished is not None, **drawing)
    given: dict[str, Any] = {"task": name, "own": own_file or None, "context": context, "sampler": sampler, "n": n}
    given |= asked
    given |= {"around": own.pop("around", None), "hops": own.pop("hops", None), "drawing": own or None}
    given["selection"] = meant.to_json() or None
    if unfinished is None:
        given |= {"n": count_of(meant, options.get("drawn_from"), n), "sampler": chosen}
        named = {name: value for name, value in given.items() if value is not None}
        defaults["connected"] = _connected(workspace, context, meant, given["around"], note)
        check_somebody(workspace, draw_in(SynthesizeSettings.of({**defaults, **named, "dealt": True})))
    if told := _told(workspace, unfinished):
        note(told)

    def work(run: Run, backend: ChatBackend) -> "Work":
        return synthesis_of(workspace, _drawn(workspace, run, note), run, backend)

    checker = asked["checker"] or (unfinished.settings.get("checker") if unfinished else None)
    beside = OtherModel(checker, asked["checker"] is not None, (SOLVE, CRITICISE)) if checker else None
    return Job(COMMAND, given, defaults, work, partial(ahead_of, workspace), beside=beside)


def _only(options: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Those of the options that are of one kind."""
    return {name: options[name] for name in options if name in kind.__annotations__}


def _connected(
    workspace: "Workspace", context: str | None, meant: Selection, around: str | None, note: Callable[[str], None]
) -> bool:
    """Whether only those are drawn who have a relationship: where they are shown with whom they know.

    Where nobody has one, or the one whom a sampler begins `around` has none, each is shown alone, which is noted.
    Raises ConfigError when neighbours were asked for.
    """
    if not CONTEXTS[context or SynthesizeSettings.defaults()["context"]]:
        return False
    if around and not context and not any(True for _ in workspace.store.relationships_at([around])):
        note(f"{around[:12]} has no relationship to show: it is asked about alone, as with --with persona")
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


def _drawn(workspace: "Workspace", run: Run, note: Callable[[str], None]) -> list[str]:
    """Whom the samples are asked from; when there are fewer than samples, they take turns. Walks the whole graph.

    Who was planned stays, and comes first: nobody of them is drawn once more from a graph that has grown since.
    """
    from personagraph.synthesis.work import OF

    settings = settings_of(run, SynthesizeSettings)
    found = drawn(workspace, draw_in(settings))
    if found.lone:
        note(
            f"{found.lone:,} of those who are meant have no relationship to show, and are not drawn; `--with persona`"
            " draws them, too"
        )
    first = (planned.step for planned in workspace.ledger.steps.planned(run.id) if OF not in planned.step.context)
    planned = dict.fromkeys(step.subject for step in first)
    ids = [*planned, *(id for id in found.ids if id not in planned)]
    if 0 < len(ids) < settings.n:
        note(f"{len(ids):,} personas can be drawn for {settings.n:,} samples: they take turns")
    return [ids[i % len(ids)] for i in range(settings.n)] if ids else []
