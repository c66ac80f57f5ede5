"""What every policy must do: choose the next persona to ask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class Ego(NamedTuple):
    """Whom a policy wants asked, and what for: a type, a hint, both or none; `steering` is the level S0 to S2."""

    id: str
    type: str | None
    hint: dict[str, Any] | None
    steering: int


class Policy(Protocol):
    """Chooses the next step from what the graph looks like; its state is folded from verdicts, it does no I/O."""

    def begin(self, graph: "Snapshot") -> None:
        """The run begins, and everyone of the graph is there; called before all else, at most once."""

    def enter(self, persona: Persona) -> None:
        """A persona came into the graph."""

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""

    def planned(self, ego: Ego) -> None:
        """A step was planned: by `next`, or by an earlier session of this run."""

    def next(self, n: int) -> Ego | None:
        """The ego of step n, or None when there is nothing to offer for now. Changes no state; `planned` follows."""

    def frontier(self) -> Mapping[int, int]:
        """How many personas at each depth could be asked and have not been asked often enough."""


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """What the user sets: the depth to reach, how often each persona is asked, and the seed of what is drawn."""

    hops: int
    calls_per_ego: int
    seed: int


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What is known when the run begins; what takes long is asked for only by the policies that need it.

    `asked` says how often earlier runs asked each persona, `countries` are those that a hint can name, and `target` is
    the share wanted of each cell of PAIR.
    """

    asked: Callable[[], Mapping[str, int]]
    countries: Sequence[str]
    target: Callable[[], Mapping[Cell, float]]


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """A policy as it is registered: what makes one, and what it does in a few words.

    `endless` says that it never ends by itself, `aims` that it steers to a target.
    """

    make: Callable[[PolicyOptions, PolicyFacts], Policy]
    about: str
    endless: bool = False
    aims: bool = False
