"""What every policy must do: choose whom to ask next, and what for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from personagraph.steering.mixing.mixing import Mixing
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import PAIR, Cell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.snapshot import Snapshot

Hint = Mapping[str, str]
"""Who an alter should be, in words: an occupation, a country, …"""

AlikeRows = Callable[[], "tuple[NDArray[np.int32], NDArray[np.int64]] | None"]
"""The cluster of descriptions of each position (n,; -1 for none), and who stands for each (clusters, …; -1 for none);
of those whom the run began with, so that it goes on with the same. None where they are not at hand."""


class Choice(NamedTuple):
    """Whom a policy wants asked, and what for.

    `ego` is an id, or empty where somebody is asked for whom nobody need know. `type` is the relationship that is
    named. `hints` are wishes for the first alters, one each, and `aims` the regions that they are meant for. `narrow`
    says that the form of the reply allows nothing else than the hint. `steering` is the level: 0 nothing is named, 1 a
    type, 2 a hint, 3 nobody is named who would know the one asked for. `before` is how often earlier runs asked this
    ego, so that it is asked anew. `memo` is kept with the step, for a policy that goes on from it.
    """

    ego: str
    type: str | None = None
    hints: tuple[Hint, ...] = ()
    aims: tuple[Cell, ...] = ()
    steering: int = 0
    narrow: bool = False
    before: int = 0
    memo: Mapping[str, Any] | None = None


class Came(NamedTuple):
    """What became of one item of a reply: `outcome` and `reason` as a verdict has them, and of whom it tells.

    `attributes` is what is known of the description, `type` the relationship that was answered.
    """

    item: int
    outcome: str
    reason: str
    persona: str
    attributes: Attributes
    type: str


class Policy(Protocol):
    """Chooses the next step from what the graph looks like; its state is folded from verdicts, it does no I/O.

    The state follows from who is there, from what was planned and from what was learned, in whatever order it was told
    of these three: so a run goes on as it would have without a break.
    """

    def begin(self, graph: "Snapshot") -> None:
        """The run begins, and everyone of the graph is there; called before all else, at most once."""

    def enter(self, persona: Persona) -> None:
        """A persona came into the graph."""

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""

    def planned(self, choice: Choice) -> None:
        """A step was planned: by `next`, or by an earlier session of this run."""

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """A step was decided, and this came of it, in order of item; a kind that does not learn hears of some only."""

    def next(self, n: int) -> Choice | None:
        """The choice for step n, None when there is nothing to offer for now. Changes no state; `planned` follows."""

    def idle(self) -> str:
        """Why there is nothing to offer any more, and what would help, where the policy knows; else empty."""

    def frontier(self) -> Mapping[int, int]:
        """How many personas at each depth could be asked and have not been asked often enough."""


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """What the user sets: the depth to reach, how often each persona is asked, and the seed of what is drawn.

    `again` says that what earlier runs asked does not count; `unlinked` that somebody may be asked for whom nobody
    need know, where nothing else brings a cell.
    """

    hops: int
    calls_per_ego: int
    seed: int
    again: bool = False
    unlinked: bool = False


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What is known when the run begins; what takes long is asked for only by the policies that need it.

    `asked` says how often earlier runs with this model asked each persona; `countries` are those that a hint can name,
    `steers` the attributes, and `at_once` how many hints a call can have. `target` is the share wanted of each cell of
    the attributes `by`, and `mixing` how the ties of steered steps are to mix. `describe` says how a persona is
    described: foreign text. `alike` gives clusters.
    """

    asked: Callable[[], Mapping[str, int]]
    countries: Sequence[str]
    target: Callable[[], Mapping[Cell, float]]
    by: Sequence[str] = PAIR
    mixing: Mixing = field(default_factory=Mixing)
    describe: Callable[[str], str] | None = None
    alike: AlikeRows | None = None
    steers: Sequence[str] = tuple(ATTRIBUTES)
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """A policy as it is registered: what makes one, and what it does in a few words.

    `endless` says that it never ends by itself, `aims` that it steers to a target, `by` that it does so for cells of
    any attributes, `learns` that it is told everything that the run decided, `alone` that it asks nobody: whoever it
    brings is tied to nobody, and no graph is needed.
    """

    make: Callable[[PolicyOptions, PolicyFacts], Policy]
    about: str
    endless: bool = False
    aims: bool = False
    by: bool = False
    learns: bool = False
    alone: bool = False
