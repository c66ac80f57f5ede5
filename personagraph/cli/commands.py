"""The commands. Each opens the workspace, calls one method, and prints what it returns."""

import signal
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personagraph.cli import render
from personagraph.cli.failing import DEAD_LETTERS, INTERRUPTED

if TYPE_CHECKING:
    from personagraph.wiring import RunResult, Workspace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Grows a graph of personas with a language model. Start with: personagraph init; personagraph import FILE.",
)
runs = typer.Typer(no_args_is_help=True, help="Runs: list them, or abandon an unfinished one.")
app.add_typer(runs, name="runs")

Folder = Annotated[
    Path,
    typer.Option("--workspace", envvar="PERSONAGRAPH_WORKSPACE", help="The workspace's folder.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
HERE = Path(".")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder; made when missing.")] = HERE, json: Json = False
) -> None:
    """Make a folder a workspace."""
    from personagraph.wiring import init_workspace

    with init_workspace(folder) as workspace:
        _print(json, {"workspace": str(folder), "id": workspace.ledger.workspace}, [f"{folder} is a workspace"])


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL, or CSV with a header.")],
    field: Annotated[str, typer.Option(help="The field that holds the description.")] = "persona",
    strict: Annotated[bool, typer.Option(help="Stop before the first row that cannot be used.")] = False,
    workspace: Folder = HERE,
    json: Json = False,
) -> int:
    """Import personas as seeds: PersonaHub's JSONL, or any JSONL or CSV with --field."""
    with _open(workspace) as opened:
        result = opened.import_personas(file, field=field, strict=strict, progress=render.progress)
    for line, fault in result.faults[:20]:
        render.progress(f"{file}, line {line}: {fault}")
    if len(result.faults) > 20:
        render.progress(f"… and {len(result.faults) - 20} more rows that cannot be used")
    return _print_run(json, result)


@app.command()
def expand(
    policy: Annotated[
        str | None, typer.Option(help="bfs, or hint: ask for the thinnest cells.  [default: bfs]")
    ] = None,
    hops: Annotated[int | None, typer.Option(help="Depth to reach from the seeds.  [default: 6]")] = None,
    max_calls: Annotated[int | None, typer.Option(help="Stop after this many steps of the run.")] = None,
    max_personas: Annotated[int | None, typer.Option(help="Stop after this many new personas.")] = None,
    calls_per_ego: Annotated[int | None, typer.Option(help="How often each persona is asked.  [default: 1]")] = None,
    seed: Annotated[int | None, typer.Option(help="Changes what is asked.  [default: 0]")] = None,
    model: Annotated[str | None, typer.Option(help="local, or openai:NAME.  [default: local]")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Calls in flight.")] = 4,
    workspace: Folder = HERE,
    json: Json = False,
) -> int:
    """Grow the graph from persona to persona. Ctrl-C stops it cleanly; the same command goes on."""
    stopped: list[int] = []

    def stop(number: int, frame: object) -> None:
        if stopped:
            raise KeyboardInterrupt
        stopped.append(number)
        render.progress("stopping: what is in flight comes back first (again: stop now)")

    before = signal.signal(signal.SIGINT, stop)
    try:
        with _open(workspace) as opened:
            result = opened.expand(
                policy=policy,
                hops=hops,
                max_calls=max_calls,
                max_personas=max_personas,
                calls_per_ego=calls_per_ego,
                seed=seed,
                model=model,
                concurrency=concurrency,
                stopping=lambda: bool(stopped),
                progress=render.progress,
            )
    finally:
        signal.signal(signal.SIGINT, before)
    return _print_run(json, result)


@app.command()
def stats(workspace: Folder = HERE, json: Json = False) -> None:
    """Count what the graph holds."""
    with _open(workspace) as opened:
        counts, components = opened.stats(), opened.components()
    data: dict[str, Any] = {
        **asdict(counts),
        "by_depth": {"none" if depth is None else str(depth): n for depth, n in counts.by_depth.items()},
        "components": components,
    }
    _print(json, data, [f"{name:<14}{value}" for name, value in data.items()])


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Words that the description must have.")],
    limit: Annotated[int, typer.Option(min=1)] = 10,
    workspace: Folder = HERE,
    json: Json = False,
) -> None:
    """Find personas by the words of their description."""
    with _open(workspace) as opened:
        found = opened.search(text, limit=limit)
    lines = [render.persona_line(p) for p in found] or ["nobody found"]
    _print(json, {"personas": [render.persona_json(p) for p in found]}, lines)


@app.command()
def show(persona: str, workspace: Folder = HERE, json: Json = False) -> None:
    """Show a persona and everybody it is connected to."""
    with _open(workspace) as opened:
        ego, ties = opened.show(persona)
    data = {**render.persona_json(ego), "relationships": [asdict(tie) for tie, _ in ties]}
    known = [f"  {name}: {value}" for name, value in ego.stated.known().items()]
    told = [f"  {render.tell(ego, tie)}: {other.description}  ({other.id[:12]})" for tie, other in ties]
    _print(json, data, [render.persona_line(ego), *known, *told])


@app.command()
def neighbours(
    persona: str,
    hops: Annotated[int, typer.Option(help="How far.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1)] = None,
    workspace: Folder = HERE,
    json: Json = False,
) -> None:
    """List everybody within some hops, nearest first."""
    with _open(workspace) as opened:
        found = opened.neighbours(persona, hops=hops, limit=limit)
    lines = [f"{n.hops} hop{'s' * (n.hops > 1)}  {render.persona_line(n.persona)}" for n in found] or ["nobody"]
    _print(json, {"neighbours": [{**render.persona_json(n.persona), "hops": n.hops} for n in found]}, lines)


@app.command()
def path(
    start: str,
    end: str,
    max_hops: Annotated[int | None, typer.Option(help="No longer than this.")] = None,
    directed: Annotated[bool, typer.Option(help="Follow directions.")] = False,
    workspace: Folder = HERE,
    json: Json = False,
) -> None:
    """Tell how two personas are connected."""
    with _open(workspace) as opened:
        found = opened.path(start, end, max_hops=max_hops, directed=directed)
    _print(json, render.path_json(found), render.tell_path(found) if found else ["no path"])


@app.command()
def coverage(workspace: Folder = HERE, json: Json = False) -> None:
    """Show which cells of activity by region are covered: by the seeds, and now."""
    with _open(workspace) as opened:
        seeds, now = opened.coverage()
    lines = []
    for name, c in (("seeds", seeds), ("now", now)):
        levels = ", ".join(f"{c.covered(level)} with at least {level}" for level in (1, 5, 20))
        lines.append(f"{name:<6}{levels} of {c.cells} cells; {c.known} personas known, {c.unknown} unknown")
        if c.js_divergence is not None:
            lines.append(f"      JS divergence {c.js_divergence:.3f} bits, of which {c.js_null:.3f} is due to size")
    _print(json, {**now.to_json(), "seeds": seeds.to_json()}, lines)


@runs.command("list")
def runs_list(workspace: Folder = HERE, json: Json = False) -> None:
    """List the runs, oldest first."""
    with _open(workspace) as opened:
        found = opened.runs()
    lines = [
        f"{r.run:<5}{r.status:<12}{r.new} new, {r.merged} merged, {r.rejected} rejected  {r.reason}" for r in found
    ]
    _print(json, {"runs": [asdict(r) for r in found]}, lines or ["no runs yet"])


@runs.command("abandon")
def runs_abandon(run: str, workspace: Folder = HERE, json: Json = False) -> None:
    """Give an unfinished run up; what it brought stays."""
    with _open(workspace) as opened:
        opened.abandon(run)
    _print(json, {"run": run, "status": "abandoned"}, [f"{run} is abandoned; what it brought stays"])


def _open(folder: Path) -> "Workspace":
    from personagraph.wiring import open_workspace

    return open_workspace(folder)


def _print(json: bool, data: dict[str, Any], lines: list[str]) -> None:
    if json:
        render.say_json(data)
    else:
        render.say(lines)


def _print_run(json: bool, result: "RunResult") -> int:
    lines = [
        f"{result.run} {result.status}{': ' if result.reason else ''}{result.reason}",
        f"{result.new} new, {result.merged} merged, {result.rejected} rejected, {result.dead_letters} dead letters",
    ]
    if result.uncertain:
        lines.append(f"{result.uncertain} calls were sent and never answered; they were sent again")
    _print(json, asdict(result), lines)
    if result.status == "interrupted":
        render.progress("the same command goes on where this one stopped")
        return INTERRUPTED
    return DEAD_LETTERS if result.dead_letters else 0
