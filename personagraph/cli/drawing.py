"""The commands that take something out of the graph."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from personagraph.cli import render
from personagraph.cli.app import HERE, Folder, Json, Store, Types, answer, app, opened

Around = Annotated[str | None, typer.Option(help="A persona: an id, the beginning of one, or words.")]


@app.command()
def sample(
    sampler: Annotated[str, typer.Option(help="random, or ego: those nearest to one persona.")] = "random",
    n: Annotated[int, typer.Option("-n", help="How many.")] = 10,
    around: Around = None,
    hops: Annotated[int | None, typer.Option(help="For ego: how far from the persona.")] = None,
    seed: Annotated[int, typer.Option(help="Changes what is drawn.")] = 0,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Draw personas, the same ones for the same seed.

    Example: personagraph sample --sampler ego -n 12 --around "goat herder" --hops 2
    """
    with opened(workspace, store) as graph:
        found = graph.sample(sampler, n=n, around=around, hops=hops, seed=seed)
    if len(found) < n:
        render.note(f"{len(found)} of {n}: there are no more")
    answer(json, {"personas": [render.persona_json(p) for p in found]}, map(render.persona_line, found))


@app.command()
def export(
    format: Annotated[str, typer.Option(help="graphml, json (node-link), csv (a folder) or cypher.")],
    output: Annotated[Path, typer.Option(help="The file or folder; what is there is replaced.")],
    around: Around = None,
    hops: Annotated[int, typer.Option(help="With --around: how far.")] = 1,
    type: Types = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write the graph or a part of it for other tools, with a manifest beside it.

    Example: personagraph export --format graphml --output graph.graphml
    Example: personagraph export --format json --output near.json --around 3f2a --hops 2
    """
    with opened(workspace, store) as graph:
        done = graph.export(output, format=format, around=around, hops=hops, types=type or ())
    lines = [f"{output}: {done.personas} personas, {done.relationships} relationships as {format}"]
    if done.replaced_characters:
        lines.append(f"{done.replaced_characters} characters that {format} cannot hold were replaced by U+FFFD")
    answer(json, asdict(done), lines)
