"""The commands that ask the graph."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from personagraph.cli.app import HERE, Folder, Json, Store, Types, answer, app, opened
from personagraph.cli.tables.no_path import apart_json, apart_lines
from personagraph.cli.tables.path_text import Group, ends_json, ends_lines, path_json, paths_json, tell_path, tell_paths
from personagraph.cli.terminal import render
from personagraph.errors import UsageError

if TYPE_CHECKING:
    from personagraph.types import Persona
    from personagraph.workspace import Workspace
    from personagraph.workspace.verbs.explore import Alike

PERSONA = "A persona: an id, the beginning of one, or words of a description."
FromCell = Annotated[
    str | None, typer.Option(help="From anyone in this cell, such as activity=agriculture,region=south_asia.")
]
FromSearch = Annotated[str | None, typer.Option(help="From anyone whose description has these words.")]


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
    text: Annotated[str, typer.Argument(help="Words that the description must have; with --like, any text.")],
    like: Annotated[
        bool, typer.Option("--like", help="Find those that mean what the text says, in any words.")
    ] = False,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 10,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Find personas by the words of their description, or by what it means.

    \b
    Example: personagraph search "nurse kenya"
    Example: personagraph search --like "someone who looks after the sick"
    """
    with opened(workspace, store) as graph:
        if like:
            answer(json, *_told_alike(graph.like(text, limit=limit, note=render.note)))
            return
        found = graph.search(text, limit=limit)
    lines = [render.persona_line(p) for p in found] or ["nobody found"]
    answer(json, {"personas": [render.persona_json(p) for p in found]}, lines)


def _told_alike(alike: "Alike") -> tuple[dict[str, Any], list[str]]:
    """Who is like a text, as JSON and as lines, with the cosine of each."""
    told = [{**render.persona_json(p), "cosine": round(cosine, 4)} for p, cosine in alike.personas]
    lines = [f"{cosine:.3f}  {render.persona_line(p)}" for p, cosine in alike.personas] or ["nobody found"]
    if alike.unread:
        lines.append(f"not compared: {alike.unread}, whose descriptions {alike.encoder} cannot read")
    return {"personas": told, "encoder": alike.encoder, "unread": alike.unread}, lines


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
    known = [f"  {name}: {value} ({ego.bases[name]})" for name, value in ego.attributes.known().items()]
    told = [
        f"  {render.tell(ego, tie)}: {other.description}  ({other.id[:12]}){render.mark(tie)}" for tie, other in ties
    ]
    texts = [f"  {link.type.lower().replace('_', ' ')}: {source.uri}" for source, link in sources]
    answer(json, data, [render.persona_line(ego), *known, *render.field_lines(ego), *told, *texts])


@app.command()
def neighbours(
    persona: Annotated[str | None, typer.Argument(help=PERSONA)] = None,
    hops: Annotated[int, typer.Option(help="How far.")] = 1,
    from_cell: FromCell = None,
    from_search: FromSearch = None,
    type: Types = None,
    directed: Annotated[bool, typer.Option("--directed", help="Follow directions.")] = False,
    limit: Annotated[int | None, typer.Option(help="At most so many, the nearest.")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """List everybody within some hops of a persona or a group, nearest first, with the distance.

    \b
    Example: personagraph neighbours 3f2a --hops 2 --type TEACHES
    Example: personagraph neighbours --from-cell activity=agriculture,region=south_asia --hops 2
    """
    with opened(workspace, store) as graph:
        [of] = _ends(graph, [persona], ("from", from_cell, from_search))
        found = graph.neighbours(_asked(of), hops=hops, types=type or (), directed=directed, limit=limit)
    by_hop = Counter(n.hops for n in found)
    counts = ", ".join(f"{count} at {hop} hop{'s' * (hop > 1)}" for hop, count in by_hop.items()) or "nobody"
    lines = [f"{n.hops} hop{'s' * (n.hops > 1)}  {render.persona_line(n.persona)}" for n in found]
    told = [{**render.persona_json(n.persona), "hops": n.hops} for n in found]
    data = {"neighbours": told, "by_hop": {str(hop): count for hop, count in by_hop.items()}, **ends_json(of)}
    answer(json, data, [*ends_lines(of), *lines, counts])


@app.command()
def path(
    start: Annotated[str | None, typer.Argument(help=PERSONA)] = None,
    end: Annotated[str | None, typer.Argument(help="Another one.")] = None,
    from_cell: FromCell = None,
    from_search: FromSearch = None,
    to_cell: Annotated[str | None, typer.Option(help="To anyone in this cell.")] = None,
    to_search: Annotated[str | None, typer.Option(help="To anyone whose description has these words.")] = None,
    all: Annotated[bool, typer.Option("--all", help="Count the shortest paths, and list them.")] = False,
    limit: Annotated[int | None, typer.Option(help="With --all: list at most so many.  [default: 20]")] = None,
    best: Annotated[
        int | None,
        typer.Option(help="List the K best paths: the most confident, with a price on passing through hubs."),
    ] = None,
    avoid: Annotated[
        list[str] | None, typer.Option(help="A persona that no path leads through; may be repeated.")
    ] = None,
    max_hops: Annotated[int | None, typer.Option(help="No longer than this.")] = None,
    type: Types = None,
    directed: Annotated[bool, typer.Option("--directed", help="Follow directions.")] = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Tell how two personas, or two groups of personas, are connected.

    A group is a cell, the finds of a search, or with both options who is in the cell and found. The best paths have the
    lowest cost: -log(confidence) for each relationship, and log(1 + degree) for each persona passed through. Between
    groups each persona is at the end of one of them at most.

    \b
    Example: personagraph path "fisherman senegal" "librarian iran"
    Example: personagraph path "fisherman senegal" "librarian iran" --best 3 --avoid "mayor dakar"
    Example: personagraph path --from-cell activity=agriculture,region=south_asia --to-search "software engineer"
    """
    if all and best is not None:
        raise UsageError("--all lists the shortest paths and --best the best ones; give one of them")
    if limit is not None and not all:
        raise UsageError("--limit is how many shortest paths --all lists; give --all too, or --best K instead")
    with opened(workspace, store) as graph:
        one, other = _ends(graph, [start, end], ("from", from_cell, from_search), ("to", to_cell, to_search))
        options: dict[str, Any] = {
            "max_hops": max_hops,
            "types": type or (),
            "directed": directed,
            "avoid": avoid or (),
        }
        if all or best is not None:
            found = graph.paths(_asked(one), _asked(other), best=best, limit=20 if limit is None else limit, **options)
            data, lines = paths_json(found), list(tell_paths(found))
        else:
            single = graph.path(_asked(one), _asked(other), **options)
            data, lines = path_json(single), tell_path(single) if single else []
        if not data["found"]:
            why = graph.apart(_asked(one), _asked(other), **options)
            data, lines = data | {"why": apart_json(*why)}, list(apart_lines(*why))
    answer(json, {**data, **ends_json(one, other)}, [*ends_lines(one, other), *lines])


def _ends(
    graph: "Workspace", names: Sequence[str | None], *groups: tuple[str, str | None, str | None]
) -> list[str | Group]:
    """The ends of a path: groups where their options are given, personas by name for the others, in that order.

    `groups` has for each end what its options begin with, its cell and its search. Raises ConfigError when too few or
    too many are named.
    """
    named = [name for name in names if name is not None]
    wanted = sum(cell is None and search is None for _, cell, search in groups)
    if len(named) != wanted:
        ways = " and ".join(f"--{side}-cell or --{side}-search" for side, _, _ in groups)
        raise UsageError(
            f"{len(named)} of {wanted} personas are named: name each end by a persona or by a group ({ways})"
        )
    ends: list[str | Group] = []
    for _, cell, search in groups:
        if cell is None and search is None:
            ends.append(named.pop(0))
        else:
            ends.append(Group(graph.group(cell=cell, search=search), cell, search))
    return ends


def _asked(end: str | Group) -> "str | Sequence[Persona]":
    return end if isinstance(end, str) else end.personas
