"""When a run has done enough: cells that are covered, calls that bring little, replies that repeat themselves."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from personagraph.errors import UsageError
from personagraph.steering.policies.policy import Came
from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell, cell_of

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

WINDOW: Final = 100
"""Calls, and personas told of, that are looked at before a run is said to bring little, or to repeat itself."""

EACH: Final = 5
"""Personas that cover a cell, unless another number is said."""


@dataclass(frozen=True, slots=True)
class Until:
    """What ends a run; None where it does not.

    `covered` is the share of the cells wanted that hold `each` or more; `gain` how many personas a call brings, of the
    last WINDOW, into cells that hold less than their share; `new` the share of what comes next that is not known yet,
    estimated by those that came once alone (Good 1953).
    """

    covered: float | None = None
    each: int = EACH
    gain: float | None = None
    new: float | None = None

    @classmethod
    def of(cls, said: Mapping[str, float]) -> "Until":
        """What was said, by name. Raises UsageError for what is not known, or out of bounds."""
        rules = {"covered": (0, 1), "gain": (0, 100), "new": (0, 1), "each": (1, 1_000_000)}
        if strange := [name for name in said if name not in rules]:
            raise UsageError(f"--until {strange[0]} is not known; it can be {', '.join(rules)}")
        if not {*said} - {"each"}:
            raise UsageError("--until takes covered, gain or new, as covered=0.95,each=20")
        for name, value in said.items():
            low, high = rules[name]
            if not low < value <= high and not (name == "each" and value == low):
                raise UsageError(f"--until {name}={value:g} is out of bounds: above {low}, and at most {high}")
        if "each" in said and (said["each"] % 1 or "covered" not in said):
            raise UsageError("--until each=N is how many personas cover a cell, a whole number beside covered=SHARE")
        told = {name: said.get(name) for name in ("covered", "gain", "new")}
        return cls(**told, each=int(said.get("each", EACH)))


class Stop:
    """Knows when it is enough, folded from what comes in and from what was learned; `wanted` is the target."""

    def __init__(self, until: Until, wanted: Mapping[Cell, float], axes: Sequence[str]) -> None:
        self._until, self._axes = until, tuple(axes)
        self._wanted = {cell: share for cell, share in wanted.items() if share > 0}
        self._counts: Counter[Cell] = Counter()
        self._covered = 0
        self._total = 0
        self._brought: deque[int] = deque(maxlen=WINDOW)
        self._seen: Counter[str] = Counter()
        self._once = 0
        self._told = 0

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        from personagraph.steering.coverage import coverage

        if len(graph):
            for cell, count in coverage(graph.attributes, self._axes).counts.items():
                self._add(cell, count)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._add(cell_of(persona.attributes, self._axes), 1)

    def recall(self, came: Sequence[Sequence[Came]]) -> None:
        """Of everyone who is there these came by the steps of this run, in order: it is as if they came once more."""
        new = [cell_of(one.attributes, self._axes) for some in came for one in some if one.outcome == "new"]
        for cell in new:
            self._add(cell, -1)
        for some in came:
            for one in some:
                if one.outcome == "new":
                    self._add(cell_of(one.attributes, self._axes), 1)
            self.learn(some)

    def learn(self, came: Sequence[Came]) -> None:
        """A step was decided, and this came of it."""
        self._brought.append(sum(one.outcome == "new" and self._is_thin(one) for one in came))
        for one in came:
            if one.outcome in ("new", "merged"):
                self._told += 1
                self._seen[one.persona] += 1
                self._once += {1: 1, 2: -1}.get(self._seen[one.persona], 0)

    def reason(self) -> str:
        """Why it is enough; empty while it is not."""
        until = self._until
        if until.covered is not None and self._covered >= until.covered * len(self._wanted):
            return f"{self._covered} of {len(self._wanted)} cells wanted hold {until.each} or more"
        if until.gain is not None and len(self._brought) == WINDOW and sum(self._brought) < until.gain * WINDOW:
            return f"the last {WINDOW} calls brought {sum(self._brought)} personas into cells below their share"
        if until.new is not None and self._told >= WINDOW and self._once < until.new * self._told:
            return f"{self._once / self._told:.1%} of what comes next is likely to be new"
        return ""

    def _add(self, cell: Cell, count: int) -> None:
        if cell in self._wanted and count:
            was = self._counts[cell] >= self._until.each
            self._counts[cell] += count
            self._total += count
            self._covered += (self._counts[cell] >= self._until.each) - was

    def _is_thin(self, one: Came) -> bool:
        """Whether the cell of somebody who is counted by now holds no more than its share."""
        cell = cell_of(one.attributes, self._axes)
        share = self._wanted.get(cell)
        return share is not None and self._counts[cell] - 1 < share * self._total
