"""The options of every command that asks a language model, and how such a command is carried out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personagraph.cli.app import HERE, Dedup, Folder, Json, LogJson, Store, answer, opened
from personagraph.cli.options.shared import shares
from personagraph.cli.progress.meter import Meter
from personagraph.cli.tables.annotation import annotation_lines
from personagraph.cli.tables.forecast import DryRun, forecast_lines
from personagraph.cli.tables.linking import link_lines
from personagraph.cli.tables.synthesis.written import written_lines
from personagraph.cli.terminal import render
from personagraph.cli.terminal.exit_codes import COST_LIMIT, DEAD_LETTERS, INTERRUPTED
from personagraph.cli.terminal.signals import stopping_on_signals
from personagraph.errors import ChatError, StoreError

if TYPE_CHECKING:
    from personagraph.types import ChatRequest
    from personagraph.workspace import AnnotationResult, LinkResult, RunResult, SynthesisResult, Workspace


@dataclass(frozen=True, slots=True)
class ModelRun:
    """What a command that asks a model was told besides its own options: `options` are those of the verb."""

    options: Mapping[str, Any]
    settings: Mapping[str, Any]
    workspace: Path
    store: str | None
    preview: int | None
    dry_run: bool
    json: bool

    def carry_out(
        self, verb: str, *arguments: Any, written: Mapping[str, Any] | None = None, unit: str = "calls", **own: Any
    ) -> int:
        """Have the workspace do it, or look ahead only, and print what came of it; the exit code.

        `written` says where samples go and how, for verbs that make some; a look ahead makes none. `unit` says what a
        step is.
        """
        options = {**own, **self.options}
        looks = self.preview is not None or self.dry_run
        with opened(self.workspace, self.store, changes=not looks, **self.settings) as graph:
            if self.preview is not None:
                return show_prompts(self.json, graph.preview(self.preview, verb, *arguments, **options))
            if self.dry_run:
                forecast = graph.forecast(verb, *arguments, **options)
                answer(self.json, forecast.to_json(), forecast_lines(forecast))
                return 0
            # What is printed comes after the meter has ended, which redraws the terminal.
            try:
                with metered(unit) as (meter, stopping):
                    told = {"stopping": stopping, "progress": meter, "note": meter.note}
                    told["agree"] = None if self.json else meter.asking(render.asker())
                    done = getattr(graph, verb)(*arguments, **options, **(written or {}), **told)
            except ChatError:
                self._tell_failed(graph)
                raise
        return report(self.json, done)

    def _tell_failed(self, graph: "Workspace") -> None:
        """Print what a run brought before the model failed it; why it did is told by the error."""
        with suppress(StoreError):
            for run in (run for run in graph.runs()[-1:] if run.status == "failed"):
                answer(self.json, asdict(run), run_lines(replace(run, reason="", last_failure="")))


def _model_run(
    max_calls: Annotated[int | None, typer.Option(help="Stop after this many steps of the run.")] = None,
    max_cost: Annotated[
        float | None, typer.Option(help="Never spend more than this, in USD; the worst case of each call is reserved.")
    ] = None,
    max_personas: Annotated[int | None, typer.Option(help="Stop once there are this many new personas.")] = None,
    seed: Annotated[int | None, typer.Option(help="Changes what is asked or drawn.  [default: 0]")] = None,
    model: Annotated[str | None, typer.Option(help="{MODELS}.  [default: the settings']")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The address of an OpenAI-compatible server, ending in /v1.")
    ] = None,
    prompts: Annotated[str | None, typer.Option(help="small or large: which prompts suit the model.")] = None,
    max_tokens: Annotated[
        int | None, typer.Option(help="The longest reply, thoughts included.  [default: what the prompts ask for]")
    ] = None,
    reasoning_effort: Annotated[
        str | None, typer.Option(help="How much the model thinks: what its server takes, as low or high.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="In which language to write, as Swahili or zh.  [default: own, that of the text or persona]"),
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(help="Calls in flight, at most.  [default: 4; from 8 to 64 as a server bears it]")
    ] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="Buy replies by batches: for half the price, within hours.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Begin without being asked, however much a paid model may cost.")
    ] = False,
    dedup: Dedup = None,
    preview: Annotated[int | None, typer.Option(help="Print the next N rendered prompts, and send nothing.")] = None,
    dry_run: DryRun = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again, also what the ledger has replies to.")] = False,
    allow_mixed: Annotated[
        bool, typer.Option("--allow-mixed", help="Let a made-up and a real model grow one graph.")
    ] = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> ModelRun:
    options: dict[str, Any] = {"max_calls": max_calls, "max_cost": max_cost, "max_personas": max_personas, "seed": seed}
    options |= {"model": model, "concurrency": concurrency, "dedup": dedup, "fresh": fresh, "allow_mixed": allow_mixed}
    options |= {"yes": yes, "language": language, "batch": batch}
    settings: dict[str, Any] = {"base_url": base_url, "prompts": prompts}
    settings |= {"max_tokens": max_tokens, "reasoning_effort": reasoning_effort}
    return ModelRun(options, settings, workspace, store, preview, dry_run, json)


def asks_a_model(*, without: tuple[str, ...] = ()) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Gives a command the options of every run with a model, but for some; it takes them as `asked`."""
    return shares(_model_run, "asked", without)


@contextmanager
def metered(unit: str = "calls") -> Iterator[tuple[Meter, Callable[[], bool]]]:
    """A meter that shows how far a run is, and whether a signal asked to stop; a second one stops at once."""
    with Meter(unit, json=render.wants_log()) as meter, stopping_on_signals(meter.note, meter.fresh) as stopping:
        yield meter, stopping


def report(json: bool, done: "RunResult | SynthesisResult | AnnotationResult | LinkResult") -> int:
    """Print what a run brought, with its samples, what is known since, or the links; the exit code it stands for."""
    from personagraph.workspace import AnnotationResult, LinkResult, SynthesisResult

    made = done if isinstance(done, SynthesisResult | AnnotationResult | LinkResult) else None
    result = done.run if isinstance(done, SynthesisResult | AnnotationResult | LinkResult) else done
    render.note_faults(result.faults)
    lines = run_lines(result)
    if isinstance(made, SynthesisResult) and made.written:
        lines += written_lines(made.written)
    elif isinstance(made, AnnotationResult):
        lines += annotation_lines(made)
    elif isinstance(made, LinkResult):
        lines += link_lines(made)
    answer(json, asdict(result) | (made.to_json() if made else {}), lines)
    return run_code(result)


def run_counts(result: "RunResult") -> str:
    """How many items of each kind a run brought."""
    if result.command == "annotate" or result.annotated:
        made = f"{result.annotated} annotated anew"
    elif result.command == "synthesize" or result.samples:
        made = f"{result.samples} samples{f', {result.set_apart} set apart' if result.set_apart else ''}"
    elif result.command == "link":
        made = f"{result.linked} linked"
    else:
        made = f"{result.new} new, {result.merged} merged"
    return f"{made}, {result.rejected} rejected, {result.dead_letters} dead letters"


def run_lines(result: "RunResult") -> list[str]:
    """What a run brought, for people."""
    lines = [f"{result.run} {result.status}{': ' if result.reason else ''}{result.reason}", run_counts(result)]
    if result.uncertain:
        lines.append(
            f"{result.uncertain} calls were cut off in flight; what is still unanswered is sent again on resume"
        )
    if result.cost_usd:
        lines.append(f"{result.cost_usd - result.perhaps_billed_usd:.4f} USD{perhaps(result)}")
    if result.last_failure and result.last_failure not in result.reason:
        lines.append(f"last failure of what is unanswered: {result.last_failure}")
    return lines


def perhaps(result: "RunResult") -> str:
    """What is booked besides what replies cost, if anything."""
    if not result.perhaps_billed_usd:
        return ""
    return f", and {result.perhaps_billed_usd:.4f} USD perhaps billed for attempts that brought no reply"


def run_code(result: "RunResult") -> int:
    """The exit code that a run stands for; how to go on is said on stderr."""
    if result.reason == "max-cost reached":
        if result.status == "interrupted":
            render.note("the cost limit is reached, and replies wait for it: a higher --max-cost goes on")
        elif not result.calls and not result.cost_usd:
            render.note("nothing was asked: the cost limit is less than one call can cost")
        else:
            render.note("the cost limit is reached; another run begins with a limit of its own")
        return COST_LIMIT
    if result.status == "interrupted":
        render.note("the same command goes on where this one stopped")
        return INTERRUPTED
    return DEAD_LETTERS if result.dead_letters else 0


def show_prompts(json: bool, requests: "list[ChatRequest]") -> int:
    """Print rendered prompts, which were not sent."""
    data = [{"key": r.key, "prompt": r.prompt, "messages": [dict(m) for m in r.messages]} for r in requests]
    lines = []
    for number, request in enumerate(requests, 1):
        lines.append(f"--- call {number}: {request.prompt}, {request.key}")
        for message in request.messages:
            lines += render.indented(f"[{message['role']}] {message['content']}")
    answer(json, {"requests": data}, lines or ["nothing would be asked"])
    return 0
