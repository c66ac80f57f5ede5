"""The steps of a trial: people imagined where too few ties are there, then pairs of known outcome, one token each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from math import ceil
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.register import Register
from personagraph.linking.pairs import IMAGINE, JUDGE, Offer
from personagraph.linking.trial import KNOWN, RANDOMS, PairTrial, Rating, TrialPair, strangers
from personagraph.types import persona_id

USABLE = 0.75
"""The part of the people that replies could bring who are brought, as it is counted on for the trial."""
TRIAL = "trial"
"""What the context of a step has that belongs to a trial."""


class Trying:
    """Offers the steps of a trial, and hears of them, in any order of what is planned and what is decided.

    Some of the `ties` (n, 2) are tried, each between an ego and an other by the numbers of the register. Where they are
    too few, people are imagined for some egos; `items` is how many one reply can bring. `known` says whom somebody
    knows, and is the same whenever it is asked, or asked at once. Nothing is tried when `enough` is known of the model.
    """

    def __init__(
        self,
        trial: PairTrial,
        register: Register,
        ties: NDArray[np.int32],
        known: Callable[[int], Iterable[int]],
        *,
        seed: int,
        items: int,
        enough: bool,
    ) -> None:
        self._trial, self._register, self._known, self._seed, self._enough = trial, register, known, seed, enough
        rng, self._people = Random(f"{seed} trial"), len(register)
        chosen = [ties[at].tolist() for at in rng.sample(range(len(ties)), min(KNOWN, len(ties)))]
        self._ties = [(a, b) if rng.random() < 0.5 else (b, a) for a, b in chosen]
        missing = min(ceil((KNOWN - len(ties)) / (USABLE * items)), self._people)
        self._egos = rng.sample(range(self._people), missing) if missing > 0 else []
        self._texts: dict[str, list[str]] = {}
        self._planned = {IMAGINE: 0, JUDGE: 0}
        self._decided = {IMAGINE: 0, JUDGE: 0}
        if not self._egos and not enough:
            _ = self.pairs

    def next(self) -> Offer | None:
        """The next step of the trial; None until others are decided, and when it is over."""
        if self._enough:
            return None
        if self._planned[IMAGINE] < len(self._egos):
            return Offer(IMAGINE, self._register.id(self._egos[self._planned[IMAGINE]]), "", {TRIAL: True})
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
        id, found, seen = self._register.id, list[TrialPair](), set[tuple[str, str]]()
        ties = [(a, TrialPair(id(a), id(b), known=True)) for a, b in self._ties]
        for at in self._egos:
            texts = self._texts.get(id(at), ())
            ties += [(at, TrialPair(id(at), persona_id(text), known=True, text=text)) for text in texts]
        ties = ties[:KNOWN]
        for at in dict.fromkeys(at for at, _ in ties):
            own, rng = [one for place, one in ties if place == at], Random(f"{self._seed} {id(at)}")
            others = strangers(at, self._known(at), self._people, RANDOMS * len(own), rng)
            for one in (*own, *(TrialPair(id(at), id(other), known=False) for other in others)):
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
