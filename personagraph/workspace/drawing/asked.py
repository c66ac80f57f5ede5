"""How the user says whom to draw, for every verb that draws."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from personagraph.errors import UsageError
from personagraph.graph.selection import Selection
from personagraph.vocabulary.cells import PAIR, check_axes
from personagraph.workspace.options import check_known, check_positive
from personagraph.workspace.selection import SelectionOptions, selection_of
from personagraph.workspace.verbs.explore import resolve

if TYPE_CHECKING:
    from personagraph.workspace.workspace import Workspace


class DrawOptions(SelectionOptions, total=False):
    """Which part of the graph is drawn from, and what the sampler is told.

    `around` with `hops`, and `path`, say where a sampler begins that takes them, and select for any other.
    """

    per_type: int | None
    """To ego: how many relationships of each type are followed from each persona, at most."""
    restart: float | None
    """To walk: how often it goes back."""
    even: bool | None
    """To communities: as many from each."""
    by: Sequence[str] | None
    """To deficit: the attributes that make cells."""
    target: str | Path | None
    """To deficit: one of `personagraph.steering.targets.TARGETS`, or a CSV file."""
    drawn_from: str | Path | None
    """The manifest of a sample, of an export or of samples, or what was exported: the same personas, or an error."""


_WHERE = ("around", "hops", "path")
_OWN = ("per_type", "restart", "even", "by", "target")


def sampler_for(sampler: str | None, around: str | None) -> str:
    """The sampler that is meant: the one that is named, else the ego sampler where it is said around whom."""
    from personagraph.graph.sampling import AROUND, SAMPLERS

    check_known("sampler", sampler, SAMPLERS)
    return sampler or (AROUND if around else next(iter(SAMPLERS)))


def sampled_from(
    workspace: "Workspace", sampler: str, *, again: bool = False, **options: Unpack[DrawOptions]
) -> tuple[Selection, dict[str, Any]]:
    """The part of the graph that is drawn from, and what the sampler is told, as a `SamplePlan` keeps it.

    When a run goes on, it is told nothing `again` that the user left out. Raises as `selection_of` does, and UsageError
    for what the sampler does not take or lacks.
    """
    from personagraph.graph.sampling import check_options, options_of

    check_positive(hops=options.get("hops"))
    given: dict[str, Any] = dict(options)
    told = {name: given.pop(name, None) for name in _OWN}
    told |= {name: given.pop(name, None) for name in _WHERE if name in options_of(sampler)}
    own = {name: value for name, value in told.items() if value is not None}
    if own.get("even") is False:
        del own["even"]
    check_options(1, sampler, partly=again, **own)
    if "around" in own:
        own["around"] = resolve(workspace, own["around"]).id
    if "path" in own:
        own["path"] = _ends(workspace, own["path"])
    if "target" in options_of(sampler) and not (again and own.keys().isdisjoint(("by", "target"))):
        own |= _cells(workspace, own.get("by"), own.get("target"))
    origin = given.pop("drawn_from", None)
    meant = selection_of(workspace, **cast(SelectionOptions, given))
    return _within(workspace, meant, origin), own


def _within(workspace: "Workspace", meant: Selection, origin: str | Path | None) -> Selection:
    """Those who are meant, of whom a file is of."""
    from dataclasses import replace

    from personagraph.workspace.drawing.origin import named_by

    if origin is None:
        return meant
    if meant.within is not None:
        raise UsageError("--from and --manifest both name a file; leave one of them out")
    those = Selection(ids=named_by(workspace, Path(origin)))
    return those if meant == Selection() else replace(meant, within=those)


def count_of(meant: Selection, origin: str | Path | None, n: int | None) -> int | None:
    """How many are drawn: as many as are asked for; of a file and nothing else, all."""
    if n is not None or origin is None:
        return n
    those = meant if meant.within is None else meant.within
    return len(those.ids or ())


def _ends(workspace: "Workspace", path: Sequence[str]) -> list[str]:
    if isinstance(path, str) or len(path) != 2:
        raise UsageError("--path takes the two personas at its ends")
    return [resolve(workspace, name).id for name in path]


def _cells(workspace: "Workspace", by: Sequence[str] | None, target: str | Path | None) -> dict[str, Any]:
    """Which cells there are, and what is wanted of each; a file is read now, and not again."""
    from personagraph.workspace.verbs.expand import target_named

    axes = list(by or PAIR)
    try:
        check_axes(axes)
    except ValueError as error:
        raise UsageError(f"--by: {error}") from None
    name, wanted = target_named(workspace.settings.target if target is None else target, axes)
    return {"by": axes, "target": name, **({} if wanted is None else {"wanted": wanted})}
