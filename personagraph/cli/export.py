"""The commands that take something out of the graph: samples of personas, exports, training data."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from personagraph.cli.app import HERE, Folder, Json, Store, Types, answer, app, opened
from personagraph.cli.model_runs import ModelRun, asks_a_model
from personagraph.cli.terminal import render

Around = Annotated[str | None, typer.Option(help="A persona: an id, the beginning of one, or words.")]


@app.command()
def sample(
    sampler: Annotated[str, typer.Option(help="{SAMPLERS}.")] = "random",
    n: Annotated[int, typer.Option("-n", help="How many.")] = 10,
    around: Around = None,
    hops: Annotated[int | None, typer.Option(help="How far from the persona, for samplers that begin at one.")] = None,
    seed: Annotated[int, typer.Option(help="Changes what is drawn.")] = 0,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Draw personas, the same ones for the same seed.

    \b
    Example: personagraph sample --sampler ego -n 12 --around "goat herder" --hops 2
    """
    with opened(workspace, store) as graph:
        found = graph.sample(sampler, n=n, around=around, hops=hops, seed=seed)
    if len(found) < n:
        render.note(f"{len(found)} of {n}: there are no more")
    answer(json, {"personas": [render.persona_json(p) for p in found]}, map(render.persona_line, found))


@app.command()
def export(
    format: Annotated[str, typer.Option(help="{FORMATS}.")],
    output: Annotated[Path, typer.Option(help="The file or folder; what is there is replaced, but a link is refused.")],
    around: Around = None,
    hops: Annotated[int | None, typer.Option(help="With --around: how far.  [default: 1]")] = None,
    type: Types = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write the graph or a part of it for other tools, with a manifest beside it.

    \b
    Example: personagraph export --format graphml --output graph.graphml
    Example: personagraph export --format json --output near.json --around 3f2a --hops 2
    """
    with opened(workspace, store) as graph:
        done = graph.export(output, format=format, around=around, hops=hops, types=type or ())
    lines = [f"{output}: {done.personas} personas, {done.relationships} relationships as {format}"]
    if done.replaced_characters:
        lines.append(f"{done.replaced_characters} characters that {format} cannot hold were replaced by U+FFFD")
    if done.command:
        lines += [
            "load it into a new database of a server that is stopped, then start it:",
            f"cd {shlex.quote(str(output))}",
            done.command,
            "(a database that was ever started is not new: --overwrite-destination=true deletes what it holds)",
        ]
    answer(json, asdict(done), lines)


@app.command()
@asks_a_model(without=("max_personas", "dedup", "allow_mixed"))
def synthesize(
    task: Annotated[str, typer.Argument(help="{TASKS}.")],
    n: Annotated[int | None, typer.Option("-n", help="How many samples to ask for.  [default: 10]")] = None,
    context: Annotated[
        str | None, typer.Option("--with", help="neighbours: with whom a persona knows; or persona: alone.")
    ] = None,
    sampler: Annotated[str | None, typer.Option(help="{SAMPLERS}.")] = None,
    around: Around = None,
    hops: Annotated[int | None, typer.Option(help="How far from the persona, for samplers that begin at one.")] = None,
    output: Annotated[Path | None, typer.Option(help="JSONL; by default below samples/ in the workspace.")] = None,
    *,
    asked: ModelRun,
) -> int:
    """Make training data from personas and whom they are connected to, each sample with its lineage.

    \b
    Example: personagraph synthesize math -n 20 --sampler ego --around "goat herder" --hops 2
    """
    own = {"n": n, "context": context, "sampler": sampler, "around": around, "hops": hops}
    return asked.carry_out("synthesize", task, output=output, **own)
