"""The commands that grow the graph."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personagraph.cli import render
from personagraph.cli.app import (
    HERE,
    AllowMixed,
    BaseUrl,
    Concurrency,
    Dedup,
    Folder,
    Fresh,
    Json,
    LogJson,
    MaxCalls,
    MaxCost,
    MaxPersonas,
    Model,
    Preview,
    Prompts,
    Seed,
    Store,
    answer,
    app,
    opened,
)
from personagraph.cli.exit_codes import COST_LIMIT, DEAD_LETTERS, INTERRUPTED
from personagraph.cli.progress.meter import Meter
from personagraph.cli.signals import stopping_on_signals
from personagraph.cli.tables.forecast import DryRun, show_forecast

if TYPE_CHECKING:
    from personagraph.types import ChatRequest
    from personagraph.workspace import RunResult


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder; made when missing.")] = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Make a folder a workspace.

    \b
    Example: personagraph init my-graph --store neo4j://neo4j@localhost:7687
    """
    from personagraph.workspace import init_workspace

    with init_workspace(folder, store=store) as workspace:
        data = {"workspace": str(folder), "id": workspace.ledger.workspace, "store": workspace.settings.store}
        answer(json, data, [f"{folder} is a workspace; its graph is in {workspace.settings.store}"])


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL, or CSV with a header.")],
    field: Annotated[str, typer.Option(help="The field that holds the description.")] = "persona",
    strict: Annotated[bool, typer.Option(help="Stop before the first row that cannot be used.")] = False,
    dedup: Dedup = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Import personas as seeds: PersonaHub's JSONL, or any JSONL or CSV with --field.

    \b
    Example: personagraph import personas.csv --field description
    """
    with opened(workspace, store) as graph, metered("batches of rows") as (meter, stopping):
        options: dict[str, Any] = {"stopping": stopping, "progress": meter, "note": meter.note}
        result = graph.import_personas(file, field=field, strict=strict, dedup=dedup, **options)
    return report(json, result)


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(help="Text, Markdown, JSONL, CSV, folders, or - for the input.")],
    field: Annotated[str | None, typer.Option(help="The field of JSONL or CSV that holds the text.")] = None,
    calls_per_text: Annotated[int | None, typer.Option(help="Calls for each text.  [default: 1]")] = None,
    verb: Annotated[list[str] | None, typer.Option(help="Only who would read, write, like or dislike it.")] = None,
    grain: Annotated[list[str] | None, typer.Option(help="Only coarse, or only fine personas.")] = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    max_personas: MaxPersonas = None,
    seed: Seed = None,
    model: Model = None,
    base_url: BaseUrl = None,
    prompts: Prompts = None,
    concurrency: Concurrency = None,
    dedup: Dedup = None,
    preview: Preview = None,
    dry_run: DryRun = False,
    fresh: Fresh = False,
    allow_mixed: AllowMixed = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Extract personas from texts, as seeds: who would read, write, like or dislike them.

    \b
    Example: personagraph extract letters/ --calls-per-text 2
    Example: personagraph extract posts.jsonl --field body --verb write
    """
    options: dict[str, Any] = {"field": field, "calls_per_text": calls_per_text, "verbs": verb, "grains": grain}
    options |= {"max_calls": max_calls, "max_personas": max_personas, "max_cost": max_cost, "seed": seed}
    options |= {"model": model, "concurrency": concurrency, "dedup": dedup, "fresh": fresh, "allow_mixed": allow_mixed}
    with opened(workspace, store, base_url=base_url, prompts=prompts) as graph, metered() as (meter, stopping):
        if preview is not None:
            return show_prompts(json, graph.preview(preview, "extract", files, **options))
        if dry_run:
            return show_forecast(json, graph.forecast("extract", files, **options))
        result = graph.extract(files, **options, stopping=stopping, progress=meter, note=meter.note)
    return report(json, result)


@app.command()
def expand(
    policy: Annotated[str | None, typer.Option(help="{POLICIES}.  [default: bfs]")] = None,
    hops: Annotated[int | None, typer.Option(help="Depth to reach from the seeds.  [default: 6]")] = None,
    calls_per_ego: Annotated[int | None, typer.Option(help="How often each persona is asked.  [default: 1]")] = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    max_personas: MaxPersonas = None,
    seed: Seed = None,
    model: Model = None,
    base_url: BaseUrl = None,
    prompts: Prompts = None,
    concurrency: Concurrency = None,
    dedup: Dedup = None,
    preview: Preview = None,
    dry_run: DryRun = False,
    fresh: Fresh = False,
    allow_mixed: AllowMixed = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Grow the graph from persona to persona. Ctrl-C stops it cleanly; the same command goes on.

    \b
    Example: personagraph expand --hops 6 --max-calls 200
    Example: personagraph expand --policy hint --max-personas 50 --preview 2
    """
    options: dict[str, Any] = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego, "model": model}
    options |= {"max_calls": max_calls, "max_personas": max_personas, "max_cost": max_cost, "seed": seed}
    options |= {"concurrency": concurrency, "dedup": dedup, "fresh": fresh, "allow_mixed": allow_mixed}
    with opened(workspace, store, base_url=base_url, prompts=prompts) as graph, metered() as (meter, stopping):
        if preview is not None:
            return show_prompts(json, graph.preview(preview, "expand", **options))
        if dry_run:
            return show_forecast(json, graph.forecast("expand", **options))
        result = graph.expand(**options, stopping=stopping, progress=meter, note=meter.note)
    return report(json, result)


@contextmanager
def metered(unit: str = "calls") -> Iterator[tuple[Meter, Callable[[], bool]]]:
    """A meter that shows how far a run is, and whether a signal asked to stop; a second one stops at once."""
    with Meter(unit, json=render.wants_log()) as meter, stopping_on_signals(meter.note, meter.fresh) as stopping:
        yield meter, stopping


def report(json: bool, result: "RunResult") -> int:
    """Print what a run brought; the exit code that it stands for."""
    render.note_faults(result.faults)
    answer(json, asdict(result), run_lines(result))
    return run_code(result)


def run_counts(result: "RunResult") -> str:
    """How many items of each kind a run brought."""
    made = (
        f"{result.samples} samples"
        if result.command == "synthesize" or result.samples
        else f"{result.new} new, {result.merged} merged"
    )
    return f"{made}, {result.rejected} rejected, {result.dead_letters} dead letters"


def run_lines(result: "RunResult") -> list[str]:
    """What a run brought, for people."""
    lines = [f"{result.run} {result.status}{': ' if result.reason else ''}{result.reason}", run_counts(result)]
    if result.uncertain:
        lines.append(
            f"{result.uncertain} calls were cut off in flight; what is still unanswered is sent again on resume"
        )
    return lines


def run_code(result: "RunResult") -> int:
    """The exit code that a run stands for; how to go on is said on stderr."""
    if result.reason == "max-cost reached":
        if result.status == "interrupted":
            render.note("the cost limit is reached, and replies wait for it: a higher --max-cost goes on")
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
