"""Plans: what happens to which attempt, drawn from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from tests.faults.fates import FATES, WHOLE
from tests.faults.texts import A_WORLD, Asked, World

UNREAD = "unread"
"""The fate of a request whose connection is closed before it is read."""
DOWN = "down"
"""The fate of all that are connected when the server restarts: for a moment nobody listens."""
_LIMITS = {"limited": 6, "failing": 1}
_CONNECTIONS = {"read and dropped": 3, "cut in the head": 2, "cut in the body": 2, "cut in a chunk": 2, "no HTTP": 1}
_BODIES = {"no JSON": 2, "a page": 1, "an error as success": 2, "no completion": 4, "short length": 1, "failing": 2}
_BODIES |= {"a stream": 1, "without end": 1}
OUTAGES = ("limited", "failing", "not let in", UNREAD, DOWN)
PERSONALITIES: Mapping[str, Mapping[str, int]] = {
    "healthy": {"limited": 1, "failing": 1, "read and dropped": 1},
    "limiting": _LIMITS,
    "flaky": _CONNECTIONS,
    "garbling": _BODIES,
    "everything": {**_LIMITS, **_CONNECTIONS, **_BODIES},
}
"""What tends to go wrong with a server, with weights."""
SHARES = {"healthy": 0.03, "limiting": 0.3, "flaky": 0.3, "garbling": 0.3, "everything": 0.4}
"""How many of the attempts go wrong."""


class Outage(NamedTuple):
    """From the request number `first` on, `count` requests all have the same fate."""

    first: int
    lasting: int
    fate: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server does. It gives in: an attempt beyond the first `patience` of a request is answered.

    Its tries go wrong by `share`, in the ways of `faults`; `dropped` is the share of requests whose connection is
    closed before anything is read. A request takes from `quickest` to `slowest` seconds. `refuses` are the names in a
    request's body that the server does not take.
    """

    seed: int = 0
    world: World = A_WORLD
    faults: Mapping[str, int] | None = None
    share: float = 0.0
    dropped: float = 0.0
    patience: int = 0
    outages: tuple[Outage, ...] = ()
    quickest: float = 0.0
    slowest: float = 0.0
    refuses: tuple[str, ...] = ()

    @classmethod
    def drawn(cls, seed: int, world: World = A_WORLD) -> "Plan":
        """The plan of a seed."""
        rng = Random(f"plan {seed}")
        kind = list(PERSONALITIES)[seed % len(PERSONALITIES)]
        outages = tuple(
            Outage(
                rng.randrange(60), rng.randrange(3, 20), rng.choice(["limited", "failing", "not let in", UNREAD, DOWN])
            )
            for _ in range(rng.choice([0, 0, 1, 2]))
        )
        return cls(
            seed=seed,
            world=world,
            faults=PERSONALITIES[kind],
            share=SHARES[kind],
            dropped=0.05 if kind in ("flaky", "everything") else 0.0,
            patience=rng.randint(1, 3),
            outages=outages,
            slowest=rng.choice([0.0, 0.005, 0.01, 0.03]),
            refuses=rng.choice([(), (), (), (), (), (), (), (), ("response_format",), ("max_tokens",)]),
        )

    @property
    def restarts(self) -> bool:
        """Whether the server restarts: some attempts then reach nobody."""
        return any(outage.fate == DOWN for outage in self.outages)

    def chance(self, asked: Asked, nth: int) -> Random:
        """The randomness of the nth attempt of a request, the first being 1."""
        return Random(f"{self.seed}:{asked.seed}:{asked.turns}:{nth}")

    def unread_fate(self, arrival: int) -> str:
        """UNREAD or DOWN when the server's request number `arrival` is not even read, and else nothing."""
        for first, lasting, fate in self.outages:
            if fate == DOWN and arrival == first:
                return DOWN
            if fate == UNREAD and first <= arrival < first + lasting:
                return UNREAD
        return UNREAD if Random(f"{self.seed} arrival {arrival}").random() < self.dropped else ""

    def fate(self, rng: Random, nth: int, arrival: int) -> str:
        """What happens to the nth attempt of a request, which is the server's request number `arrival`."""
        for first, lasting, out in self.outages:
            if first <= arrival < first + lasting and out in FATES:
                return out
        if self.faults and nth <= self.patience and rng.random() < self.share:
            return rng.choices(list(self.faults), list(self.faults.values()))[0]
        return rng.choice(list(WHOLE)) if self.faults else "answered"

    def delay(self, rng: Random) -> float:
        """How many seconds pass before anything comes back."""
        return rng.uniform(self.quickest, self.slowest)
