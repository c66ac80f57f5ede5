"""The commands that ask the graph."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from personagraph.cli import render
from personagraph.cli.app import HERE, Folder, Json, Store, Types, answer, app, opened


@app.command()
def stats(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Count what the graph holds."""
    with opened(workspace, store) as graph:
        counts, components = graph.stats(), graph.components()
    data: dict[str, Any] = {
        **asdict(counts),
        "by_depth": {"none" if depth is None else str(depth): n for depth, n in counts.by_depth.items()},
        "components": components,
    }
    answer(json, data, render.stats_lines(data))


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Words that the description must have.")],
    limit: Annotated[int, typer.Option(help="At most so many.")] = 10,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Find personas by the words of their description.

    \b
    Example: personagraph search "nurse kenya"
    """
    with opened(workspace, store) as graph:
        found = graph.search(text, limit=limit)
    lines = [render.persona_line(p) for p in found] or ["nobody found"]
    answer(json, {"personas": [render.persona_json(p) for p in found]}, lines)


@app.command()
def show(
    persona: Annotated[str, typer.Argument(help="An id, the beginning of one, or words of a description.")],
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Show a persona, everybody it is connected to, and the texts it comes from."""
    with opened(workspace, store) as graph:
        ego, ties, sources = graph.show(persona)
    data = {
        **render.persona_json(ego),
        "relationships": [asdict(tie) for tie, _ in ties],
        "sources": [{**asdict(source), "type": link.type, "calls": link.calls} for source, link in sources],
    }
    known = [f"  {name}: {value}" for name, value in ego.stated.known().items()]
    told = [f"  {render.tell(ego, tie)}: {other.description}  ({other.id[:12]})" for tie, other in ties]
    texts = [f"  {link.type.lower().replace('_', ' ')}: {source.uri}" for source, link in sources]
    answer(json, data, [render.persona_line(ego), *known, *told, *texts])


@app.command()
def neighbours(
    persona: Annotated[str, typer.Argument(help="An id, the beginning of one, or words of a description.")],
    hops: Annotated[int, typer.Option(help="How far.")] = 1,
    type: Types = None,
    directed: Annotated[bool, typer.Option("--directed", help="Follow directions.")] = False,
    limit: Annotated[int | None, typer.Option(help="At most so many, the nearest.")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """List everybody within some hops, nearest first.

    \b
    Example: personagraph neighbours 3f2a --hops 2 --type TEACHES
    """
    with opened(workspace, store) as graph:
        found = graph.neighbours(persona, hops=hops, types=type or (), directed=directed, limit=limit)
    lines = [f"{n.hops} hop{'s' * (n.hops > 1)}  {render.persona_line(n.persona)}" for n in found] or ["nobody"]
    answer(json, {"neighbours": [{**render.persona_json(n.persona), "hops": n.hops} for n in found]}, lines)


@app.command()
def path(
    start: Annotated[str, typer.Argument(help="A persona: an id, the beginning of one, or words of a description.")],
    end: Annotated[str, typer.Argument(help="Another one.")],
    max_hops: Annotated[int | None, typer.Option(help="No longer than this.")] = None,
    type: Types = None,
    directed: Annotated[bool, typer.Option("--directed", help="Follow directions.")] = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Tell how two personas are connected.

    \b
    Example: personagraph path "fisherman senegal" "librarian iran"
    """
    with opened(workspace, store) as graph:
        found = graph.path(start, end, max_hops=max_hops, types=type or (), directed=directed)
    answer(json, render.path_json(found), render.tell_path(found) if found else ["no path"])


@app.command()
def coverage(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Show which cells of activity by region are covered: by the seeds, and now."""
    from personagraph.cli.coverage_table import coverage_table

    with opened(workspace, store) as graph:
        seeds, now = graph.coverage()
    answer(
        json,
        {**now.to_json(), "seeds": seeds.to_json()},
        [*render.coverage_lines(seeds, now), "", *coverage_table(seeds, now)],
    )
