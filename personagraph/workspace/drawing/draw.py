"""A draw: which sampler takes how many from which part of the graph; and who that is, in the graph as it is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.errors import ConfigError, UsageError
from personagraph.graph.selection import Selection, selection_from
from personagraph.workspace.run_settings import SynthesizeSettings
from personagraph.workspace.selection import part_of

if TYPE_CHECKING:
    from personagraph.graph.part import Part
    from personagraph.workspace.workspace import Workspace

NOBODY = "there is nobody to draw; `personagraph extract` or `personagraph import` comes first"
ALONE = "; `--with persona` asks about each alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """What decides who is drawn from a graph; `options` are the sampler's own, in JSON's types.

    `connected` leaves out who has no relationship at all, with whomever.
    """

    sampler: str
    n: int
    seed: int = 0
    options: Mapping[str, Any]
    selection: Selection
    connected: bool = False

    def to_json(self) -> dict[str, Any]:
        """As a manifest has it; `draw_from` reads it."""
        return {
            "sampler": self.sampler,
            "n": self.n,
            "seed": self.seed,
            "options": dict(self.options),
            "selection": self.selection.to_json(),
            "connected": self.connected,
        }


class Drawn(NamedTuple):
    """Who was drawn, in the sampler's order, and how many of those who were meant have no relationship to show."""

    ids: list[str]
    lone: int


def draw_from(data: Mapping[str, Any]) -> SamplePlan:
    """The draw that a manifest has. Raises UsageError, without saying where, for what is none."""
    from pydantic import TypeAdapter, ValidationError

    selection = data.get("selection")
    meant = selection_from(selection) if isinstance(selection, Mapping) else Selection()
    try:
        draw = TypeAdapter(SamplePlan).validate_python({**data, "selection": meant})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UsageError(f"a draw cannot be read: {place}: {first['msg']}") from None
    check_draw(draw)
    return draw


def draw_in(settings: SynthesizeSettings) -> SamplePlan:
    """The draw of a synthesis.

    One that is replayed from a recording of before examples were dealt draws anybody, as it did.
    """
    where = {"around": settings.around, "hops": settings.hops}
    return SamplePlan(
        sampler=settings.sampler,
        n=settings.n,
        seed=settings.seed,
        options={name: value for name, value in where.items() if value is not None} | {**(settings.drawing or {})},
        selection=selection_from(settings.selection or {}),
        connected=settings.connected and settings.dealt,
    )


def check_draw(draw: SamplePlan) -> None:
    """Raises UsageError for options that the sampler does not take, or that are of another kind."""
    from pydantic import TypeAdapter, ValidationError

    from personagraph.graph.sampling import SAMPLERS, check_options, typed

    known = {name: value for name, value in draw.options.items() if name != "wanted"}
    for name, value in draw.options.items():
        if name in KINDS and value is not None:
            try:
                TypeAdapter(KINDS[name]).validate_python(value, strict=True)
            except ValidationError as error:
                raise UsageError(f"{name}: {error.errors()[0]['msg']}") from None
    check_options(draw.n, draw.sampler, **known)
    for name in SAMPLERS[draw.sampler].asks:
        if known.get(name) is None:
            raise UsageError(f"the sampler {draw.sampler} needs {typed(name)}")


KINDS: Mapping[str, Any] = {
    "around": str,
    "hops": int,
    "per_type": int,
    "restart": float,
    "path": list[str] | tuple[str, ...],
    "even": bool,
    "by": list[str] | tuple[str, ...],
    "target": str,
    "wanted": list[list[str | float]],
}
"""Of which type the options of samplers are, as a draw keeps them."""


def drawn(workspace: "Workspace", draw: SamplePlan) -> Drawn:
    """Who is drawn from the graph as it is now. Walks the whole graph.

    Raises as `part_of` does, and where the sampler cannot begin there, or finds nobody.
    """
    from personagraph.graph.sampling import SAMPLERS, sample
    from personagraph.workspace.drawing.facts import FACTS

    check_draw(draw)
    part = part_of(workspace, draw.selection)
    if not len(part.positions):
        raise ConfigError(NOBODY)
    kind, among, lone = SAMPLERS[draw.sampler], None, 0
    if draw.connected:
        tied = part.snapshot.both.degrees[part.positions] > 0
        lone = int((~tied).sum())
        among = tied if lone else None
    _check_begins(part, draw)
    if lone == len(part.positions):
        raise ConfigError(f"nobody of the {lone:,} who are meant has a relationship to show{ALONE}")
    handed = FACTS[kind.needs].of(workspace, part, draw.options) if kind.needs else None
    options = {name: value for name, value in draw.options.items() if name != "wanted"}
    rng = Random(draw.seed)
    ids = sample(part.graph, draw.n, draw.sampler, rng=rng, among=among, handed=handed, **options)
    if not ids:
        raise ConfigError(f"nobody can be drawn: {kind.nobody or 'the sampler ' + draw.sampler + ' finds nobody'}")
    return Drawn(ids, lone)


def check_somebody(workspace: "Workspace", draw: SamplePlan) -> None:
    """Raises ConfigError when nobody could be drawn; a whole graph is not walked where that can be told otherwise."""
    from personagraph.graph.sampling import SAMPLERS
    from personagraph.workspace.drawing.facts import FACTS

    kind = SAMPLERS[draw.sampler]
    check_draw(draw)
    if kind.tied and not workspace.store.size("relationships") and not draw.options.get("around"):
        raise ConfigError(f"nobody can be drawn: {kind.nobody}")
    if kind.needs and not FACTS[kind.needs].quick:
        if draw.selection != Selection():
            part_of(workspace, draw.selection)
    elif kind.needs or draw.selection != Selection() or any(draw.options.values()):
        drawn(workspace, replace(draw, n=1))


def _check_begins(part: "Part", draw: SamplePlan) -> None:
    """Raises ConfigError when a persona that the sampler is told to begin at is not there, or is to have neighbours."""
    around, path = draw.options.get("around"), draw.options.get("path") or ()
    for option, id in (("--around", around), *(("--path", end) for end in path)):
        if id is None:
            continue
        [at] = part.snapshot.positions([id]).tolist()
        if at not in part.positions:
            raise UsageError(
                f"{option}: {id[:12]} is not in the part of the graph that is meant; begin at another one, or take"
                " --sampler random, which draws from whoever is near and meant otherwise, too"
            )
        if draw.connected and not part.snapshot.both.degrees[at]:
            raise ConfigError(f"{option}: {id[:12]} has no relationship to show{ALONE}")
