"""The commands that take something out of the graph: samples of personas, exports, training data."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli.app import HERE, Folder, Json, Store, answer, app, opened
from personagraph.cli.options.asking import Asking, asks
from personagraph.cli.options.drawing import Drawing, draws
from personagraph.cli.options.model_runs import ModelRun, asks_a_model
from personagraph.cli.options.numbers import numbers_of
from personagraph.cli.options.selection import Selected, selects
from personagraph.cli.tables.synthesis.written import written_lines
from personagraph.cli.terminal import render

Output = Annotated[
    Path | None,
    typer.Option(help="A file; or a folder, which has no ending, for a whole dataset.  [default: below samples/]"),
]
Layout = Annotated[str | None, typer.Option("--format", help="{LAYOUTS}.  [default: messages]")]
Split = Annotated[
    str | None,
    typer.Option(help="The shares of train, validation and test, as 0.9,0.05,0.05; no community of the graph is cut."),
]
Licence = Annotated[str | None, typer.Option(help="What the dataset's card says, as cc-by-4.0.  [default: unknown]")]
Outcomes = Annotated[
    list[str] | None,
    typer.Option("--outcome", help="Only samples of which checks found this: {OUTCOMES}; may be repeated."),
]


@app.command()
@draws()
@selects()
def sample(
    n: Annotated[int | None, typer.Option("-n", help="How many.  [default: 10; of a file, all]")] = None,
    seed: Annotated[int, typer.Option(help="Changes what is drawn.")] = 0,
    output: Annotated[
        Path | None, typer.Option(help="JSONL, with a manifest beside it from which the same are drawn again.")
    ] = None,
    *,
    part: Selected,
    drawing: Drawing,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Draw personas of the graph or of a part of it, the same ones for the same seed, and tell them by id.

    The samplers ego and walk begin at the persona of --around, between joins the two of --path; for any other, these
    say which part of the graph is meant.

    \b
    Example: personagraph sample -n 12 --around "goat herder" --per-type 2
    Example: personagraph sample -n 5 --cell activity=agriculture,region=south_asia --depth 0-2
    Example: personagraph sample --sampler walk -n 6 --around "goat herder" --output drawn.jsonl
    Example: personagraph sample --sampler deficit -n 5 --by activity --target world
    """
    with opened(workspace, store) as graph:
        found = graph.sample(n=n, seed=seed, output=output, **drawing, **part)
    if n is not None and len(found) < n:
        render.note(f"{len(found)} of {n}: there are no more")
    lines = [*map(render.persona_line, found), *([f"written to {output}"] if output else [])]
    answer(json, {"personas": [render.persona_json(p) for p in found]}, lines)


@app.command()
@selects()
def export(
    format: Annotated[str, typer.Option(help="{FORMATS}.")],
    output: Annotated[Path, typer.Option(help="The file or folder; what is there is replaced, but a link is refused.")],
    *,
    part: Selected,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write the graph or a part of it for other tools, with a manifest beside it.

    A part is what all the options that begin with "Only" let through, with every relationship in it.

    \b
    Example: personagraph export --format graphml --output graph.graphml
    Example: personagraph export --format json --output near.json --around 3f2a --hops 2
    Example: personagraph export --format csv --output between --path "fisherman senegal" "librarian iran"
    """
    with opened(workspace, store) as graph:
        done = graph.export(output, format=format, **part)
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
@draws()
@asks()
@selects()
def synthesize(
    task: Annotated[str, typer.Argument(help="{TASKS}; or a file of your own that ends in .toml.")],
    n: Annotated[
        int | None, typer.Option("-n", help="How many samples to ask for.  [default: 10; of a file, one from each]")
    ] = None,
    context: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="neighbours: with whom a persona knows; persona: alone; conversation: talking to one of them.",
        ),
    ] = None,
    output: Output = None,
    format: Layout = None,
    split: Split = None,
    licence: Licence = None,
    outcome: Outcomes = None,
    *,
    part: Selected,
    drawing: Drawing,
    asking: Asking,
    asked: ModelRun,
) -> int:
    """Make training data from personas and whom they are connected to, each sample with its lineage.

    Whom it asks is drawn as by `sample`; with neighbours, only of those who have some.

    \b
    Example: personagraph synthesize math -n 20 --around "goat herder" --hops 2
    Example: personagraph synthesize character --set "world=a town on rafts"
    """
    own = {"n": n, "context": context, **drawing, **asking, **part}
    return asked.carry_out("synthesize", task, written=_written(output, format, split, licence, outcome), **own)


@app.command()
def samples(
    run: Annotated[str, typer.Argument(help="The run that made them, as `runs list` names it: r3.")],
    output: Output = None,
    format: Layout = None,
    split: Split = None,
    licence: Licence = None,
    outcome: Outcomes = None,
    seed: Annotated[int | None, typer.Option(help="Changes how they are split.  [default: that of the run]")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write the samples of a finished run again, in any format; no model is asked.

    With a folder as --output, a dataset's card and what LLaMA-Factory reads are written, too.

    \b
    Example: personagraph samples r3 --format alpaca --output math.jsonl
    Example: personagraph samples r3 --output math-data --split 0.9,0.05,0.05 --licence cc-by-4.0
    """
    with opened(workspace, store) as graph:
        done = graph.samples(run, seed=seed, **_written(output, format, split, licence, outcome))
    answer(json, done.to_json(), written_lines(done))


def _written(
    output: Path | None, format: str | None, split: str | None, licence: str | None, outcomes: list[str] | None
) -> dict[str, Any]:
    """What the verbs are told of how samples are written."""
    shares = numbers_of("--split", split, "0.9,0.05,0.05")
    return {"output": output, "format": format, "split": shares, "licence": licence, "outcomes": outcomes}
