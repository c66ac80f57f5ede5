"""How paths are told: a sentence for each, one line on what was found, and the shapes of `path --json`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from personagraph.cli.terminal.render import mark, tell
from personagraph.types import Path as Walk
from personagraph.types import Paths, Persona


@dataclass(frozen=True, slots=True)
class Group:
    """An end of a path that is not one persona: who is in it, and what was asked for."""

    personas: Sequence[Persona]
    cell: str | None
    search: str | None

    def __str__(self) -> str:
        named = [f"in {self.cell}"] * bool(self.cell) + [f"found by {self.search!r}"] * bool(self.search)
        return f"{counted(len(self.personas), 'persona')} {' and '.join(named)}"

    def to_json(self) -> dict[str, Any]:
        """What was asked for, and how many there are."""
        return {"cell": self.cell, "search": self.search, "personas": len(self.personas)}


def ends_json(start: str | Group, end: str | Group = "") -> dict[str, Any]:
    """The groups among the ends, and when both are groups how many are in both."""
    data = {name: g.to_json() for name, g in (("from", start), ("to", end)) if isinstance(g, Group)}
    return data | ({"in_both": _in_both(start, end)} if len(data) == 2 else {})


def ends_lines(start: str | Group, end: str | Group = "") -> Iterator[str]:
    """How many are in each group, and who is in both."""
    if isinstance(start, Group):
        yield f"from {start}"
    if isinstance(end, Group):
        yield f"to {end}"
    if both := _in_both(start, end):
        yield f"{counted(both, 'persona')} in both: no hop away"


def paths_json(found: Paths) -> dict[str, Any]:
    """The shape of `path --all --json` and `path --best K --json`."""
    paths = [path_json(path) | {"confidence": path.confidence} for path in found.paths]
    for path, cost in zip(paths, found.costs, strict=bool(found.costs)) if found.costs else ():
        path["cost"] = cost
    hops = found.paths[0].hops if found.paths else None
    return {"found": bool(found.paths), "hops": hops, "count": found.count, "paths": paths}


def tell_paths(found: Paths) -> Iterator[str]:
    """How many paths there are, and a sentence for each that is listed; nothing when there is none."""
    if not found.paths:
        return
    if found.costs:
        yield (
            f"the {counted(found.count, 'best path')}; a path costs -log(confidence) for each relationship"
            " and log(1 + degree) for each persona passed through"
        )
    else:
        listed = "" if found.count == len(found.paths) else f", of which {len(found.paths)} are listed"
        yield f"{counted(found.count, 'shortest path')} of {counted(found.paths[0].hops, 'hop')}{listed}"
    for n, path in enumerate(found.paths):
        cost = [f"cost {found.costs[n]:.3f}"] if found.costs else []
        yield ""
        yield f"{n + 1}. {', '.join([*cost, counted(path.hops, 'hop'), f'confidence {path.confidence:.3g}'])}"
        yield from tell_path(path)


def counted(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _in_both(start: str | Group, end: str | Group) -> int:
    if not isinstance(start, Group) or not isinstance(end, Group):
        return 0
    return len({p.id for p in start.personas} & {p.id for p in end.personas})


def tell_path(path: Walk) -> list[str]:
    """A path as one sentence, a line for each hop, marked where it is a link: "A teaches B," "who is treated by C."."""
    lines = [path.personas[0].description.rstrip(".")]
    for ego, tie, alter in zip(path.personas, path.relationships, path.personas[1:], strict=False):
        who = "who " if ego is not path.personas[0] else ""
        lines.append(f"  {who}{tell(ego, tie)} {_in_a_sentence(alter.description)}{mark(tie)},")
    lines[-1] = lines[-1].rstrip(",") + "."
    return lines


def _in_a_sentence(description: str) -> str:
    """The description without its full stop, and with a small article in front."""
    article, _, rest = description.rstrip(".").partition(" ")
    return f"{article.lower() if article in ('A', 'An', 'The') else article} {rest}".rstrip()


def path_json(path: Walk | None) -> dict[str, Any]:
    """The shape of `path --json`."""
    if path is None:
        return {"found": False, "hops": None, "personas": [], "relationships": []}
    told = ("source", "target", "type", "label", "confidence", "via", "agreement")
    ties = [{name: getattr(r, name) for name in told} for r in path.relationships]
    personas = [{"id": p.id, "description": p.description} for p in path.personas]
    return {"found": True, "hops": path.hops, "personas": personas, "relationships": ties}
