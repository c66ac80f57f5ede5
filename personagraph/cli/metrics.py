"""The commands that measure the graph: its shape, and whom it leaves out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personagraph.cli.app import HERE, Folder, Json, Separator, Store, answer, app, opened
from personagraph.cli.options.selection import Selected, selects
from personagraph.cli.terminal import render
from personagraph.errors import UsageError
from personagraph.vocabulary.cells import PAIR

if TYPE_CHECKING:
    from personagraph.workspace.verbs.measures.metrics import Beside, Measures

WithoutLinks = Annotated[
    bool, typer.Option("--without-links", help="Leave out relationships found between personas who were there.")
]


@app.command()
@selects()
def metrics(
    names: Annotated[list[str] | None, typer.Argument(help="{METRICS}.  [default: all]", metavar="[NAME]...")] = None,
    distances: Annotated[bool, typer.Option("--distances", help="Measure distances: the six-degree question.")] = False,
    seed: Annotated[int, typer.Option(help="Changes what is drawn.")] = 0,
    samples: Annotated[
        int | None, typer.Option(help="How much is drawn where all would take long.  [default: as each metric says]")
    ] = None,
    per_persona: Annotated[
        Path | None, typer.Option(help="A .csv or .parquet that gets a row a persona with what was measured of it.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="An .svg of the distributions of degree, distances and communities.")
    ] = None,
    beside: Annotated[
        list[Path] | None, typer.Option(help="A network as import-graph reads it, to compare with; may be repeated.")
    ] = None,
    nodes: Annotated[Path | None, typer.Option(help="With --beside: a table of its nodes.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="With --beside: TOML, which column is what.")] = None,
    directed: Annotated[
        bool | None,
        typer.Option("--directed/--undirected", help="With --beside: what its edges are.  [default: as the file says]"),
    ] = None,
    separator: Separator = None,
    without_links: WithoutLinks = False,
    *,
    part: Selected,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Measure the graph, or a part of it: the same numbers for the same seed.

    \b
    Example: personagraph metrics
    Example: personagraph metrics --distances
    Example: personagraph metrics degree communities --per-persona personas.csv --picture graph.svg
    Example: personagraph metrics --beside friends.graphml
    """
    from personagraph.workspace.verbs.measures.beside import NetworkFiles

    network = NetworkFiles(beside or (), nodes, mapping, directed, separator)
    with opened(workspace, store) as graph:
        found = graph.metrics(
            [*(names or ()), *["distances"] * distances],
            seed=seed,
            samples=samples,
            per_persona=per_persona,
            picture=picture,
            beside=network if beside else None,
            without_links=without_links,
            note=render.note,
            **part,
        )
    written = [str(path) for path in (per_persona, picture) if path]
    data = {**asdict(found), "seed": seed, "written": written}
    if found.beside:
        render.note_faults(found.beside.faults)
    answer(json, data, [*_lines(found), *(f"written: {path}" for path in written)])


def _lines(found: "Measures") -> Iterator[str]:
    """The size of what was measured, each metric with its lines below its name, and the comparison."""
    from personagraph.graph.metrics import METRICS

    yield _counted({"persona": found.personas, "relationship": found.relationships})
    for name, values in found.metrics.items():
        yield name
        yield from (f"  {line}" for line in METRICS[name].lines(values))
    if found.beside:
        yield from _table(found.beside)


def _table(beside: "Beside") -> Iterator[str]:
    from personagraph.graph.baselines import BASELINES
    from personagraph.graph.metrics.comparison import COMPARED

    columns = [
        column
        for name, which, own in (
            ("the graph", "graph", beside.of_graph),
            (beside.network, "network", beside.of_network),
        )
        for column in ((name, own), *((BASELINES[like].label, row) for like, row in beside.expected[which].items()))
    ]
    rows = [["", *(name for name, _ in columns)]]
    rows += [[one.label, *(_number(values, name) for _, values in columns)] for name, one in COMPARED.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for label, *cells in rows:
        told = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        yield f"{label:<{widths[0]}}  {told}"
    yield "a tree, random: of as many personas as the one before it; random, with as many pairs of neighbours"
    left_out = {"self-loop": beside.self_loops, "repeated edge": beside.repeated}
    if told := _counted({what: count for what, count in left_out.items() if count}):
        yield f"left out of {beside.network}: {told}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}{'s' * (count != 1)}" for what, count in counts.items())


def _number(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


@app.command()
def coverage(
    items: Annotated[
        list[str] | None,
        typer.Argument(
            help="With --compare: runs, model:NAME, folders, files of --json; NAME=… groups runs.",
            metavar="[REPORT]...",
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            help="What cells are made of: attributes, community, cluster, or a field of an import (field:religion)."
        ),
    ] = ",".join(PAIR),
    target: Annotated[
        str | None, typer.Option(help="What shares should be: {TARGETS}, or a CSV file.  [default: the settings']")
    ] = None,
    joint: Annotated[
        Path | None, typer.Option(help="A CSV file with shares or counts by several attributes, to compare with.")
    ] = None,
    depth: Annotated[
        bool, typer.Option("--depth", help="Measure how widely descriptions spread, and how many are distinct voices.")
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help="Put several reports side by side.")] = False,
    without_links: WithoutLinks = False,
    html: Annotated[Path | None, typer.Option(help="An .html file that gets the whole report, with plots.")] = None,
    csv: Annotated[Path | None, typer.Option(help="A .csv file that gets a row for every cell.")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Show whom the graph has and whom it leaves out: by the seeds, now, and beside a target.

    \b
    Example: personagraph coverage
    Example: personagraph coverage --by activity,age,region --target world --html coverage.html
    Example: personagraph coverage --by community,age --csv coverage.csv
    Example: personagraph coverage --compare r1 r2
    Example: personagraph coverage --compare seeds=r1 grown=r2 --html curves.html
    """
    axes = tuple(name.strip() for name in by.split(","))
    if compare:
        if joint or depth or without_links:
            raise UsageError(
                "--compare has no --joint, no --depth and no --without-links; leave it out, or ask for one report"
            )
        _compare(items or (), axes, target, (html, csv), (workspace, store), json)
        return
    if items:
        raise UsageError(f"{items[0]} is named, and nothing to do with it; --compare puts reports side by side")
    from personagraph.cli.page.page import page
    from personagraph.cli.tables.audit import audit_csv, audit_lines
    from personagraph.cli.tables.coverage import coverage_table

    with opened(workspace, store) as graph:
        report = graph.report(axes, target=target, joint=joint, depth=depth, without_links=without_links)
    seeds, now, found = report.seeds, report.now, report.sections
    written = _written({html: lambda: page(found), csv: lambda: audit_csv(found)})
    table = coverage_table(seeds, now) if len(axes) == 2 and found["people"]["personas"] else []
    data = {**now.to_json(), "seeds": seeds.to_json(), "sections": found, "written": written}
    answer(json, data, [*audit_lines(found), *table, *(f"written: {path}" for path in written)])


def _compare(
    items: Sequence[str],
    axes: Sequence[str],
    target: str | None,
    files: tuple[Path | None, Path | None],
    place: tuple[Path, str | None],
    json: bool,
) -> None:
    """Tell reports side by side; the workspace is opened only for what is no folder and no file."""
    from personagraph.cli.page.beside import comparison_page
    from personagraph.cli.tables.comparison import comparison_csv, comparison_lines
    from personagraph.workspace.verbs.audits.compare import compare, named_item

    with ExitStack() as stack:
        here = any(not Path(named_item(item)[1]).exists() for item in items)
        found = compare(stack.enter_context(opened(*place)) if here else None, items, axes, target=target)
    html, csv = files
    written = _written({html: lambda: comparison_page(found), csv: lambda: comparison_csv(found)})
    answer(json, {**found, "written": written}, [*comparison_lines(found), *(f"written: {path}" for path in written)])


def _written(files: Mapping[Path | None, Callable[[], str]]) -> list[str]:
    """Write the files that are named, all or none; their names."""
    from personagraph.storage.atomic_files import replacing

    named = {path: text for path, text in files.items() if path}
    if named:
        texts = [text() for text in named.values()]
        with replacing(list(named)) as parts:
            for part, text in zip(parts, texts, strict=True):
                part.write(text.encode())
    return [str(path) for path in named]
