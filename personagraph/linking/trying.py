"""The steps of a trial: people imagined where too few ties are there, then pairs of known outcome, one token each."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import ceil
from random import Random
from typing import Any

from personagraph.graph.snapshot import Snapshot
from personagraph.linking.pairs import IMAGINE, JUDGE, Offer
from personagraph.linking.trial import KNOWN, RANDOMS, PairTrial, Rating, TrialPair, known_ties, strangers
from personagraph.types import Step, Verdict, persona_id

USABLE = 0.75
"""The part of the people that replies could bring who are brought, as it is counted on for the trial."""
TRIAL = "trial"
"""What the context of a step has that belongs to a trial."""


class Trying:
    """Offers the steps of a trial, and hears of them, in any order of what is planned and what is decided.

    The pairs follow from the graph at the beginning of the run, the seed, and whom the model imagined; `items` is how
    many people one reply can bring. Nothing is tried when `enough` is known of the model.
    """

    def __init__(self, trial: PairTrial, graph: Snapshot, *, seed: int, items: int, enough: bool) -> None:
        self._trial, self._graph, self._seed, self._enough = trial, graph, seed, enough
        rng = Random(f"{seed} trial")
        self._ties = known_ties(graph, KNOWN, rng)
        missing = ceil((KNOWN - len(self._ties)) / (USABLE * items))
        chosen = rng.sample(range(len(graph)), min(missing, len(graph))) if missing > 0 else []
        self._egos = graph.ids_of(chosen)
        self._texts: dict[str, list[str]] = {}
        self._planned = {IMAGINE: 0, JUDGE: 0}
        self._decided = {IMAGINE: 0, JUDGE: 0}

    @property
    def total(self) -> int:
        """How many steps it takes at most, where the server tells log-probabilities."""
        return 0 if self._enough else len(self._egos) + (1 + RANDOMS) * KNOWN

    def next(self) -> Offer | None:
        """The next step of the trial; None until others are decided, and when it is over."""
        if self._enough:
            return None
        if self._planned[IMAGINE] < len(self._egos):
            return Offer(IMAGINE, self._egos[self._planned[IMAGINE]], "", {TRIAL: True})
        if self._decided[IMAGINE] < len(self._egos):
            return None
        place, count = self._planned[JUDGE], len(self.pairs)
        if place < count:
            return self._offered(self.pairs[place], {})
        if self._decided[JUDGE] >= count and self._trial.by_word and place < 2 * count:
            return self._offered(self.pairs[place - count], {"turned": True})
        return None

    @property
    def over(self) -> bool:
        """Whether all of its steps are decided."""
        if self._enough:
            return True
        if self._decided[IMAGINE] < len(self._egos) or self._decided[JUDGE] < len(self.pairs):
            return False
        return not self._trial.by_word or self._decided[JUDGE] >= 2 * len(self.pairs)

    @cached_property
    def pairs(self) -> Sequence[TrialPair]:
        """The pairs; of each ego its ties, each with strangers beside. They are known once nobody is imagined more."""
        ties = [(a, TrialPair(self._graph.id(a), self._graph.id(b), known=True)) for a, b in self._ties]
        for at, ego in zip(self._graph.positions(self._egos).tolist(), self._egos, strict=True):
            for text in self._texts.get(ego, ()):
                ties.append((at, TrialPair(ego, persona_id(text), known=True, text=text)))
        ties, found, seen = ties[:KNOWN], list[TrialPair](), set[tuple[str, str]]()
        for at in dict.fromkeys(at for at, _ in ties):
            own = [one for place, one in ties if place == at]
            rng = Random(f"{self._seed} {own[0].ego}")
            others = self._graph.ids_of(strangers(self._graph, at, RANDOMS * len(own), rng))
            for one in (*own, *(TrialPair(own[0].ego, other, known=False) for other in others)):
                if (one.ego, one.other) not in seen:
                    seen.add((one.ego, one.other))
                    found.append(one)
        return found

    def planned(self, asked: str) -> None:
        """A step of it was planned."""
        self._planned[asked] += 1

    def imagined(self, ego: str, text: str) -> None:
        """Somebody was imagined for an ego of the trial."""
        self._texts.setdefault(ego, []).append(text)

    def heard(self, step: Step, verdict: Verdict) -> None:
        """A pair was rated."""
        hear(self._trial, step.subject, verdict.detail)

    def decided(self, asked: str) -> None:
        """A step of it was decided."""
        self._decided[asked] += 1

    @staticmethod
    def _offered(one: TrialPair, more: Mapping[str, Any]) -> Offer:
        text = {"text": one.text} if one.text else {}
        return Offer(JUDGE, one.ego, one.other, {TRIAL: True, "other": one.other, "known": one.known, **text, **more})


def hear(trial: PairTrial, ego: str, detail: Mapping[str, Any]) -> None:
    """Add the rating that the detail of a verdict has."""
    rating, turned = Rating(detail["odds"], detail["said"]), bool(detail.get("turned"))
    trial.add(ego, detail["other"], rating, known=detail["known"], turned=turned)
