"""How it is told that there is no path: why, which limit excludes one, and who would join the two ends."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from personagraph.cli.tables.path_text import counted
from personagraph.types import Persona

if TYPE_CHECKING:
    from personagraph.graph.paths.apart import Apart, Side

_WITHOUT = {
    "max_hops": "without --max-hops",
    "types": "along relationships of every type",
    "directed": "without --directed",
    "avoid": "through those whom --avoid leaves out",
}


def apart_lines(why: "Apart", one: Persona, other: Persona) -> Iterator[str]:
    """Why there is none in one sentence, and then what would help."""
    limits = {name for names, _ in why.without for name in names}
    if limits == {"max_hops"}:
        yield "no path within so many hops"
    elif limits:
        yield (
            f"no path: {_from(why.start)} can be reached from the start, and the end from {_from(why.end)}, within what"
            " was asked"
        )
    else:
        yield (
            f"no path: the start is in a component of {counted(why.start.personas, 'persona')}, the end in one of"
            f" {counted(why.end.personas, 'persona')}, and no relationship joins them"
        )
        yield "any relationship between the two would; the best connected are"
        for side, persona in ((why.start, one), (why.end, other)):
            ties = counted(side.relationships, "relationship")
            yield f"  {persona.description}  ({persona.id[:12]}, {ties})"
    for names, hops in why.without:
        yield f"{_all_of(names)}, there is one of {counted(hops, 'hop')}"


def apart_json(why: "Apart", one: Persona, other: Persona) -> dict[str, Any]:
    """The shape of `why` in `path --json`; `components` says whether the ends are in two, whatever the limits."""
    sides = {"from": (why.start, one), "to": (why.end, other)}
    told = {
        name: {
            "personas": side.personas,
            "best_connected": {"id": p.id, "description": p.description, "relationships": side.relationships},
        }
        for name, (side, p) in sides.items()
    }
    return {
        "components": not why.without,
        "reached": told,
        "without": [{"options": list(names), "hops": hops} for names, hops in why.without],
    }


def _from(side: "Side") -> str:
    return counted(side.personas, "persona")


def _all_of(names: Sequence[str]) -> str:
    return " and ".join(_WITHOUT[name] for name in names)
