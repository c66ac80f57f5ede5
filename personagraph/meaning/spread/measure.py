"""What every measure of spread is: a function of a population and of the frame that it is measured by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population

TOO_FEW = "fewer than three personas can be read by this encoder"
ALL_ALIKE = "the personas that set the frame do not differ"


@dataclass(frozen=True, slots=True)
class Spread:
    """What a measure says: `value`, or None and the `reason`; `detail` as JSON has it.

    `rows` were looked at, of `of`: fewer are a sample, drawn by the seed of the population. `low` to `high` is a 95 %
    interval, where the measure has one of its own.
    """

    value: float | None
    rows: int
    of: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SpreadMeasure:
    """A measure as it is registered.

    `measure` depends on its arguments alone. `about` says in a few words what is measured, `unit` in what. `framed`:
    that it is measured in the frame's cube; `smooth`: that a bootstrap tells how far chance moves it, which it does not
    where a single persona decides (an extreme), or where a persona that is drawn twice does. `wider` is 1 where more
    means spread wider, −1 where less does.
    """

    measure: Callable[[Population, Frame], Spread]
    about: str
    unit: str
    wider: int
    framed: bool = False
    smooth: bool = False

    def __call__(self, people: Population, frame: Frame) -> Spread:
        """What it says of the population, in six digits; None and why for too few rows, or a frame without axes."""
        if len(people) < 3:
            return Spread(None, len(people), len(people), reason=TOO_FEW)
        if self.framed and not len(frame.axes):
            return Spread(None, len(people), len(people), reason=ALL_ALIKE)
        found = self.measure(people, frame)
        return replace(found, value=_held(found.value), low=_held(found.low), high=_held(found.high))


def _held(value: float | None) -> float | None:
    """Six digits of it: further ones depend on the order in which a machine sums."""
    return None if value is None else float(f"{value:.6g}")
