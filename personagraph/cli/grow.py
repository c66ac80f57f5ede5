"""The commands that grow the graph, and what is known in it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli.app import (
    HERE,
    Dedup,
    Folder,
    Json,
    LogJson,
    Separator,
    Store,
    Strict,
    Threshold,
    answer,
    app,
    opened,
)
from personagraph.cli.options.model_runs import ModelRun, asks_a_model, metered, report, run_code, run_lines
from personagraph.cli.options.numbers import numbers_in
from personagraph.cli.tables.annotation import label_lines
from personagraph.cli.terminal import render
from personagraph.errors import UsageError


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

    with init_workspace(folder, store=store, note=render.note) as workspace:
        if workspace.behind:
            render.note(f"warning: {workspace.behind}")
        data = {"workspace": str(folder), "id": workspace.ledger.workspace, "store": workspace.settings.store}
        answer(json, data, [f"{folder} is a workspace; its graph is in {workspace.settings.store}"])


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="JSON, JSONL, a table with a header, or Parquet; - is the input; also .gz.")
    ],
    field: Annotated[str, typer.Option(help="The field that holds the description.")] = "persona",
    map: Annotated[
        str | None, typer.Option(help="In which columns attributes stand, as activity=job,region=birthplace.")
    ] = None,
    separator: Separator = None,
    strict: Strict = False,
    dedup: Dedup = None,
    threshold: Threshold = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Import personas as seeds: PersonaHub's JSONL, or any JSON or table with --field.

    \b
    Example: personagraph import personas.csv --field description --map region=home
    """
    with opened(workspace, store, changes=True) as graph, metered("batches of rows") as (meter, stopping):
        options: dict[str, Any] = {"stopping": stopping, "progress": meter, "note": meter.note}
        options["agree"] = meter.asking(render.asker())
        options |= {"map": map, "strict": strict, "dedup": dedup, "threshold": threshold}
        result = graph.import_personas(file, field=field, separator=separator, **options)
    return report(json, result)


@app.command("import-graph")
def import_graph(
    files: Annotated[
        list[Path], typer.Argument(help="Edge lists (CSV, TSV, spaces), .adj, .graphml or node-link .json; also .gz.")
    ],
    nodes: Annotated[Path | None, typer.Option(help="A table of the nodes: CSV, TSV or JSON.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML: which column is what.")] = None,
    directed: Annotated[
        bool | None, typer.Option("--directed/--undirected", help="What the edges are.  [default: as the file says]")
    ] = None,
    separator: Separator = None,
    strict: Strict = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Import a network that exists: its nodes as seeds, its edges as relationships.

    \b
    Example: personagraph import-graph edges.csv --nodes people.csv --mapping mapping.toml
    Example: personagraph import-graph friends.graphml
    """
    with opened(workspace, store, changes=True) as graph, metered("batches of rows") as (meter, stopping):
        options: dict[str, Any] = {"stopping": stopping, "progress": meter, "note": meter.note}
        options |= {"separator": separator, "strict": strict}
        done = graph.import_graph(files, nodes=nodes, mapping=mapping, directed=directed, **options)
    render.note_faults(done.run.faults)
    for name, count in done.unread.items():
        render.note(
            f"{count} values of {name} are in no vocabulary of ours and count as unknown; a mapping can map them"
        )
    counts = {"linked": done.run.linked, "self_loops": done.self_loops, "repeated": done.repeated}
    lines = [*run_lines(done.run), ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())]
    answer(json, {**asdict(done.run), **counts, "unread": done.unread}, lines)
    return run_code(done.run)


@app.command()
@asks_a_model()
def extract(
    files: Annotated[
        list[str], typer.Argument(help="Text, Markdown, JSON, tables, Parquet, folders, or - for the input.")
    ],
    field: Annotated[str | None, typer.Option(help="The field of rows that holds the text.")] = None,
    separator: Separator = None,
    strict: Strict = False,
    calls_per_text: Annotated[int | None, typer.Option(help="Calls for each text.  [default: 1]")] = None,
    verb: Annotated[list[str] | None, typer.Option(help="Only who would read, write, like or dislike it.")] = None,
    grain: Annotated[list[str] | None, typer.Option(help="Only coarse, or only fine personas.")] = None,
    *,
    asked: ModelRun,
) -> int:
    """Extract personas from texts, as seeds: who would read, write, like or dislike them.

    \b
    Example: personagraph extract letters/ --calls-per-text 2
    Example: personagraph extract posts.jsonl --field body --verb write
    """
    own: dict[str, Any] = {"calls_per_text": calls_per_text, "verbs": verb, "grains": grain}
    return asked.carry_out("extract", files, field=field, separator=separator, strict=strict, **own)


@app.command()
@asks_a_model()
def expand(
    policy: Annotated[str | None, typer.Option(help="{POLICIES}.  [default: bfs]")] = None,
    hops: Annotated[int | None, typer.Option(help="Depth to reach from the seeds.  [default: 6]")] = None,
    calls_per_ego: Annotated[int | None, typer.Option(help="How often each persona is asked.  [default: 1]")] = None,
    target: Annotated[
        str | None,
        typer.Option(help="What a steering policy fills up to: {TARGETS}, or a CSV file.  [default: the settings']"),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="What cells are made of that a steering policy fills.  [default: activity,region]"),
    ] = None,
    mixing: Annotated[
        str | None,
        typer.Option(
            help="How a steering policy's ties mix: neutral, unsteered (as those nobody steered), or a CSV file of"
            " attribute, ego, alter, times.  [default: neutral]"
        ),
    ] = None,
    unlinked: Annotated[
        bool, typer.Option("--unlinked", help="Ask for somebody nobody need know, where nothing else brings a cell.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Also ask whom earlier runs asked, once more.")] = False,
    until: Annotated[
        str | None,
        typer.Option(
            help="End when so much is done, as covered=0.95,each=20: the share of cells that hold so many; gain=0.1:"
            " personas a call, into thin cells; new=0.02: the share of what comes next that is new."
        ),
    ] = None,
    ground: Annotated[
        float | None,
        typer.Option(help="Tie the ego to who is there and like its alter, from this cosine on; else it is let in."),
    ] = None,
    link: Annotated[
        int | None,
        typer.Option(
            help="How many of each hundred calls link personas who are there; of a model that cannot judge, alters"
            " are grounded, as --ground 0.7 does.  [default: 0]"
        ),
    ] = None,
    *,
    asked: ModelRun,
) -> int:
    """Grow the graph from persona to persona. Ctrl-C stops it cleanly; the same command goes on.

    \b
    Example: personagraph expand --hops 6 --max-calls 200
    Example: personagraph expand --policy hint --target world --max-personas 50 --preview 2
    """
    own: dict[str, Any] = {"policy": policy, "hops": hops, "calls_per_ego": calls_per_ego, "target": target}
    own |= {"by": by.split(",") if by else None, "mixing": mixing, "unlinked": unlinked, "again": again}
    ends = numbers_in("--until", until, "covered=0.95,each=20")
    return asked.carry_out("expand", **own, until=ends, ground=ground, link=link)


@app.command()
@asks_a_model(without=("max_personas", "dedup"))
def link(
    aim: Annotated[
        str | None, typer.Option(help="Whom to ask first, and about whom: {AIMS}.  [default: a mix of all]")
    ] = None,
    candidates: Annotated[
        int | None, typer.Option(help="Others about whom each persona is asked, at most.  [default: 10]")
    ] = None,
    mix: Annotated[
        str | None, typer.Option(help="Shares of the sources of these, as similar=3,random=1: {SOURCES}.")
    ] = None,
    ground: Annotated[
        float | None,
        typer.Option(
            help="Also tie those who are like somebody imagined, from this cosine on.  [default: only where"
            " the model cannot judge, from 0.7]"
        ),
    ] = None,
    false_links: Annotated[
        float | None, typer.Option(help="The share of random pairs that may pass the judge.  [default: 0.1]")
    ] = None,
    *,
    asked: ModelRun,
) -> int:
    """Tie personas who are there to each other. The model is tried first, on pairs of known outcome.

    \b
    Example: personagraph link --aim coverage --max-calls 60
    Example: personagraph link --ground 0.7 --max-calls 100 --dry-run
    """
    shares = numbers_in("--mix", mix, "similar=3,random=1")
    own: dict[str, Any] = {"aim": aim, "candidates": candidates, "mix": shares, "ground": ground}
    return asked.carry_out("link", **own, false_links=false_links)


@app.command()
@asks_a_model(without=("max_personas", "language", "dedup"))
def annotate(
    labels: Annotated[
        Path | None, typer.Option(help="Your own labels: a table or JSON with id or description, and attributes.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say how annotators do on the labels, and change nothing.")
    ] = False,
    per_call: Annotated[
        int | None, typer.Option(help="Descriptions that one call to a model shows, at most.  [default: 10]")
    ] = None,
    *,
    asked: ModelRun,
) -> int:
    """Say what is known of everybody: by their words, read again, by your labels, or by a model that is named.

    \b
    Example: personagraph annotate
    Example: personagraph annotate --model simulated --max-calls 20
    Example: personagraph annotate --labels labels.csv --check
    """
    if (asked.preview is not None or asked.dry_run) and not asked.options["model"]:
        raise UsageError("--preview and --dry-run look ahead at the calls to a model; name it with --model")
    if not check:
        return asked.carry_out("annotate", unit="batches of personas", labels=labels, per_call=per_call)
    if asked.options["model"] or asked.preview is not None or asked.dry_run:
        raise UsageError("--check asks no model: leave out --model, --preview and --dry-run")
    if labels is None:
        raise UsageError("--check says how annotators do on labels; give the file with --labels")
    with opened(asked.workspace, asked.store) as graph:
        found = graph.check_labels(labels)
    render.note_faults(found.faults)
    answer(asked.json, found.to_json(), label_lines(found))
    return 0
