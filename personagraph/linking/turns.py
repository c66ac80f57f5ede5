"""Relationships that one end has asserted, to be asked from the other end."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from personagraph.graph.snapshot import Snapshot
from personagraph.linking.pairs import TELL, Offer
from personagraph.runs.growth import Link
from personagraph.types import Assertion, Step, Verdict
from personagraph.vocabulary.linked import ASKED, DENIED
from personagraph.vocabulary.relationships import OWN_WORDS, endpoints, relationship_key

TOGETHER = 64
"""Relationships that are looked up together."""


class Turn(NamedTuple):
    """A relationship by its key, as the end that is asked has it: `forward` says that this one is its source."""

    key: str
    ego: str
    other: str
    type: str
    forward: bool
    label: str = ""


class OtherEnds:
    """The relationships of a graph that one end alone has told of, in an order that is drawn by the seed.

    Such as have words of their own are left out: nobody says the same words again. `asserted` gives what earlier runs
    say of relationships, by their keys.
    """

    def __init__(self, graph: Snapshot, asserted: Callable[[Sequence[str]], Iterable[Assertion]], *, seed: int) -> None:
        self._graph, self._asserted = graph, asserted
        own = np.isin(graph.types.codes, [n for n, name in enumerate(graph.types.names) if name in OWN_WORDS])
        self._order = np.random.default_rng(seed).permutation(np.flatnonzero(~own))
        self._at, self._chosen = 0, deque[Turn]()
        self._asked: set[tuple[str, str]] = set()
        self._over = False

    def asked_before(self, ego: str, key: str) -> None:
        """An earlier run asked this end about the relationship."""
        self._asked.add((ego, key))

    def next(self) -> Offer | None:
        """The next end to be asked; None when all were."""
        if self._chosen:
            return _offered(self._chosen[0])
        at = self._at
        while at < len(self._order) and not self._over:
            some, at = self._order[at : at + TOGETHER], at + TOGETHER
            if turns := self._turns(some.tolist()):
                offer = _offered(turns[0])
                return offer._replace(context={**offer.context, "turns": [[*turn] for turn in turns], "at": at})
        self._over = True
        return None

    def planned(self, step: Step) -> None:
        """A step was planned that this object offered."""
        if "turns" in step.context:
            self._chosen, self._at = deque(Turn(*turn) for turn in step.context["turns"]), step.context["at"]
        self._chosen.popleft()

    def _turns(self, edges: Sequence[int]) -> list[Turn]:
        graph, names = self._graph, self._graph.types.names
        ends = [(graph.id(int(graph.sources[at])), graph.id(int(graph.targets[at]))) for at in edges]
        types = [names[graph.types.codes[at]] for at in edges]
        keys = [relationship_key(a, type, b) for (a, b), type in zip(ends, types, strict=True)]
        told: dict[str, set[str]] = {}
        for one in self._asserted(keys):
            told.setdefault(one.key, set()).add(one.ego)
        found = []
        for key, (source, target), type in zip(keys, ends, types, strict=True):
            if len(egos := told.get(key, set())) == 1:
                [ego] = {source, target} - egos
                if (ego, key) not in self._asked:
                    found.append(Turn(key, ego, ({source, target} - {ego}).pop(), type, ego == source))
        return found


def answered(turn: Turn, read: Link | None) -> Verdict:
    """What becomes of a relationship when its other end tells this link, or none."""
    if read is None:
        link = Link(turn.type, turn.forward, turn.label, ego=turn.ego, via=DENIED)
        return Verdict(0, "declined", DENIED, turn.other, {"link": link.to_json()})
    link = read._replace(ego=turn.ego, via=ASKED)
    ends = endpoints(turn.ego, turn.other, link.type, forward=link.forward)
    agrees = relationship_key(ends[0], link.type, ends[1], link.label) == turn.key
    return Verdict(0, "linked", "agreed" if agrees else "another", turn.other, {"link": link.to_json()})


def _offered(turn: Turn) -> Offer:
    return Offer(TELL, turn.ego, turn.other, {"other": turn.other, "turn": [*turn]})
