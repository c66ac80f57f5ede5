"""Drives a policy through a world, in the part of `personagraph.expansion.work`, and measures what comes of it."""

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

from personagraph.steering.divergence import expected_js, js_divergence
from personagraph.steering.policies.policy import Came, Choice, Policy
from scripts.steering_worlds import World

WINDOW = 128
"""Steps that a session has planned and not decided."""
EACH = (1, 5, 20)
SHARE = 0.95
MARKS = (250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
"""Calls after which shares are compared with the target."""


class Play:
    """A run of a policy in a world. `decided` has every choice with what came of it, `planned` every choice, in order.

    Both are kept only where it is to be `kept`.
    """

    def __init__(self, policy: Policy, world: World, *, window: int = WINDOW, kept: bool = False) -> None:
        self.policy, self.world = policy, world
        self._window, self._kept = window, kept
        self._open: deque[Choice] = deque()
        self._steps = 0
        self.calls = 0
        self.decided: list[tuple[Choice, list[Came]]] = []
        self.planned: list[Choice] = []
        self.measures = Measures(world)
        policy.begin(world.snapshot())

    def go(self, calls: int) -> bool:
        """Decide up to so many calls in all; False where the policy has nothing to offer any more."""
        while self.calls < calls:
            self._plan()
            if not self._open:
                return False
            self._decide(self._open.popleft())
        return True

    def _plan(self) -> None:
        while len(self._open) < self._window and (choice := self.policy.next(self._steps)) is not None:
            self.policy.planned(choice)
            self._steps += 1
            self._open.append(choice)
            if self._kept:
                self.planned.append(choice)

    def _decide(self, choice: Choice) -> None:
        came, entered, reached = self.world.ask(choice)
        for persona in entered:
            self.policy.enter(persona)
        for id, depth in reached.items():
            self.policy.reach(id, depth)
        self.policy.learn(choice, came)
        self.calls += 1
        self.measures.take(came, len(entered))
        if self._kept:
            self.decided.append((choice, came))


class Mixing(NamedTuple):
    """The share of ties between two who share a value: as found, and by chance among who asks and who is named."""

    found: float
    chance: float


class Mark(NamedTuple):
    """How things stand after some calls.

    `people` are there, whose divergence from the target is by `excess` (bits) more than that of as many drawn from it;
    `hidden` is the share of the hidden cells that hold as many as are asked for at most, `strange` that of the ties
    that are far-fetched.
    """

    people: int
    excess: float
    hidden: float
    strange: float
    mixing: Mapping[str, Mixing]


class Measures:
    """What has come of a run so far, by what is true of everybody."""

    def __init__(self, world: World) -> None:
        self._world = world
        people = world.people
        self._counts = [0] * len(people.cells)
        self._crossed: dict[int, list[int]] = {each: [] for each in EACH}
        self._hidden: list[int] = []
        """The calls after which a hidden cell held as many as the most that is asked for."""
        self.calls = self._there = 0
        self.outcomes: Counter[str] = Counter()
        self.marks: dict[int, Mark] = {}
        self._count(len(world.ids))

    def take(self, came: Sequence[Came], entered: int) -> None:
        """A call was decided, and brought so many."""
        self.calls += 1
        for one in came:
            self.outcomes[one.outcome] += 1
        self._count(entered)
        if self.calls in MARKS:
            self.marks[self.calls] = self.mark()

    def mark(self) -> Mark:
        """How things stand."""
        target, hidden = self._world.people.target, len(self._world.people.hidden)
        excess = js_divergence(self._counts, target) - expected_js(self._there, target)
        held, strange = len(self._hidden) / max(hidden, 1), self._world.strange / max(len(self._world.ties), 1)
        return Mark(self._there, excess, held, strange, self.mixing())

    def until(self, each: int, share: float = SHARE) -> int | None:
        """The calls after which this share of the cells held so many or more; None if they never did."""
        wanted = ceil(share * len(self._counts) - 1e-9)
        crossed = self._crossed[each]
        return crossed[wanted - 1] if len(crossed) >= wanted else None

    def covered(self, each: int, calls: int) -> int:
        """How many cells held so many or more after these calls."""
        return bisect_right(self._crossed[each], calls)

    def mixing(self) -> Mapping[str, Mixing]:
        """Of either axis, how much the ties keep to the like."""
        world, people, ties = self._world, self._world.people, self._world.ties
        mixed = {}
        for name, values in (("activity", people.activities), ("region", people.regions)):
            ends = Counter((values[world.cells[ego]], values[world.cells[alter]]) for ego, alter, _ in ties)
            egos, alters = Counter[int](), Counter[int]()
            for (ego, alter), count in ends.items():
                egos[ego] += count
                alters[alter] += count
            total = max(len(ties), 1)
            same = sum(count for (ego, alter), count in ends.items() if ego == alter)
            chance = sum(egos[value] * alters[value] for value in egos) / total**2
            mixed[name] = Mixing(same / total, chance)
        return mixed

    def _count(self, entered: int) -> None:
        """The last so many entered."""
        for cell in self._world.cells[self._there : self._there + entered]:
            self._counts[cell] += 1
            count = self._counts[cell]
            if count in self._crossed:
                self._crossed[count].append(self.calls)
                if count == EACH[-1] and cell in self._world.people.hidden:
                    self._hidden.append(self.calls)
        self._there += entered


def run(policy: Policy, world: World, calls: int, *, enough: int | None = None, window: int = WINDOW) -> Measures:
    """Play up to so many calls; where it is `enough`, end earlier when all is reached and so many calls are made."""
    play = Play(policy, world, window=window)
    step = 500
    while play.calls < calls and play.go(min(calls, play.calls + step)):
        if enough is not None and play.calls >= enough and play.measures.until(EACH[-1]) is not None:
            break
    return play.measures
