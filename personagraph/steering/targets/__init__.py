"""Targets: the share of a population that every cell should have, by name or from a file."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from personagraph.errors import UsageError
from personagraph.steering.targets import uniform as _uniform
from personagraph.steering.targets import world as _world
from personagraph.steering.targets.target import Target, TargetKind, Values, mixture
from personagraph.vocabulary.cells import NO_COLUMNS, check_axes


def _half(axes: Sequence[str], values: Values = NO_COLUMNS) -> Target:
    return mixture("half world, half uniform", [kind.make(axes, values) for kind in (_world.KIND, _uniform.KIND)])


TARGETS: dict[str, TargetKind] = {
    "half": TargetKind(_half, "half world, half uniform: as people are, and nobody left out"),
    "uniform": _uniform.KIND,
    "world": _world.KIND,
}
"""By the name that `--target` takes; the first is the default."""

DEFAULT: Final = next(iter(TARGETS))


def target_of(choice: str | Path, axes: Sequence[str], values: Values = NO_COLUMNS) -> Target:
    """The target with this name, or that of a CSV file, for the cells of `axes`.

    `values` are those of axes that are no attributes. Raises UsageError for a choice that is neither, and for too many
    cells; InputError for a file whose numbers cannot be used; ValueError for axes that `cells` refuses.
    """
    from personagraph.steering.targets.given import given
    from personagraph.steering.targets.joint import check_size

    check_axes(axes, values)
    check_size(axes, values)
    if isinstance(choice, str) and choice in TARGETS:
        return TARGETS[choice].make(axes, values)
    file = Path(choice)
    if not file.exists():
        near = get_close_matches(str(choice), TARGETS, n=1, cutoff=0.5)
        meant = f"did you mean {near[0]}? There are" if near else "there are"
        raise UsageError(
            f"no target is called {str(choice)!r}, and no file; {meant} {', '.join(TARGETS)}, or a CSV file"
        )
    return given(file, axes, values)
