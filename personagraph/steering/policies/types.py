"""Breadth-first with a relationship named: the types take turns, so that none is forgotten."""

from collections import Counter
from collections.abc import Mapping

from personagraph.steering.policies.bfs import BreadthFirst
from personagraph.steering.policies.policy import Choice, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES

NAMED = tuple(type for type in TYPES if type not in OWN_WORDS)


class TypesInTurn(BreadthFirst):
    """Offers whom `BreadthFirst` does, and names the type that was named least, of several the first of the table."""

    def __init__(self, *, hops: int, calls_per_ego: int, asked: Mapping[str, int], again: bool = False) -> None:
        super().__init__(hops=hops, calls_per_ego=calls_per_ego, asked=asked, again=again)
        self._named: Counter[str] = Counter()

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        super().planned(choice)
        if choice.type:
            self._named[choice.type] += 1

    def next(self, n: int) -> Choice | None:
        """The nearest persona that has not been asked often enough, and a type."""
        choice = super().next(n)
        return choice and choice._replace(type=min(NAMED, key=self._named.__getitem__), steering=1)


def _made(options: PolicyOptions, facts: PolicyFacts) -> TypesInTurn:
    return TypesInTurn(hops=options.hops, calls_per_ego=options.calls_per_ego, asked=facts.asked(), again=options.again)


KIND = PolicyKind(_made, "the same, with each relationship named in turn")
