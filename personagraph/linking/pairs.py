"""Which pairs are asked about: egos in turn, for each its candidates, and of these, once all are rated, the best."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import chain, islice
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.linking.trial import PairTrial, Rating
from personagraph.runs.growth import Link
from personagraph.types import Step
from personagraph.vocabulary.relationships import endpoints

if TYPE_CHECKING:
    from personagraph.graph.register import Register
    from personagraph.linking.candidates import Candidates

EGOS = 16
"""Egos that are chosen together: whom the links since would put first comes with the next."""
AHEAD = 12
"""Egos for whom people are imagined, at most, before their candidates are drawn."""
PASSING = 0.1
"""The part of the candidates who pass, before a run has a share of its own."""
IMAGINE, JUDGE, TELL = "imagine", "judge", "tell"
"""The dialogues of linking, as the field `asked` of a step names them."""


class Offer(NamedTuple):
    """What is asked next: by which dialogue, of whom, about whom, and what the step must remember besides."""

    asked: str
    ego: str
    other: str
    context: Mapping[str, Any]


class Draw(NamedTuple):
    """The candidates of an ego with their sources, and the number of the step with which they were drawn."""

    n: int
    pairs: Sequence[tuple[str, str]]


class Rated(NamedTuple):
    """A candidate that passed: whom to ask for the tie next comes first."""

    draw: int
    rank: int
    ego: str
    other: str
    source: str


def pair(a: str, b: str) -> tuple[str, str]:
    """The two, whichever is the ego."""
    return (a, b) if a <= b else (b, a)


class PairQueue:
    """The pairs of a run. What it offers follows from which steps are planned and which are decided, in any order.

    `candidates` know whom to ask first, and about whom; `register` numbers everybody as they do. `imagines` says that
    people are imagined for an ego before its candidates are drawn, `judges` whether any are drawn at all.
    """

    def __init__(
        self,
        candidates: "Candidates",
        register: "Register",
        trial: PairTrial,
        *,
        aim: str,
        most: int,
        imagines: bool,
    ) -> None:
        self._candidates, self._register, self._trial = candidates, register, trial
        self._aim, self._most, self.imagines, self.judges = aim, most, imagines, True
        self._chosen: deque[str] = deque()
        """Egos that were chosen, and whose turn has not come."""
        self._visited: set[str] = set()
        self._imagining: dict[str, int] = {}
        """For whom people are imagined, and whose candidates are not drawn: the number of the step."""
        self._imagined: set[str] = set()
        self._draws: dict[str, Draw] = {}
        self._queue: deque[tuple[str, str, str, bool]] = deque()
        self._rated: dict[str, dict[tuple[str, bool], Rating | None]] = {}
        """What came of the pairs of an ego, until all of them are rated; None of a dead letter."""
        self._before: dict[str, dict[str, tuple[str, dict[bool, Rating]]]] = {}
        """What earlier runs had rated: by ego and other, the source and the ratings."""
        self._known: dict[str, set[str]] = {}
        self._told: set[tuple[str, str]] = set()
        self._telling: set[tuple[str, str]] = set()
        """Of these whose step is planned, and not decided."""
        self._answered: set[tuple[str, str]] = set()
        self._passed: list[Rated] = []
        self._settled = self._above = 0
        """How many pairs were rated since the run began, and how many of them passed."""
        self._nobody_at = -1

    def rated_before(self, ego: str, other: str, source: str, rating: Rating, *, turned: bool = False) -> None:
        """An earlier run had the pair rated: it is not asked again, and counts among the ego's others.

        Whose pairs were rated before is asked about after all others.
        """
        self._know(ego, other)
        self._before.setdefault(ego, {}).setdefault(other, (source, {}))[1][turned] = rating

    def told_before(self, ego: str, other: str) -> None:
        """An earlier run asked for their tie: they are not asked about again."""
        self._know(ego, other)
        self._told.add(pair(ego, other))

    def tie(self, link: Link, other: str) -> None:
        """A link to another was believed."""
        self._know(link.ego, other)
        source, target = (
            self._register.number(id) for id in endpoints(link.ego, other, link.type, forward=link.forward)
        )
        self._candidates.tie(source, target, link.type)

    def known(self, ego: str) -> Collection[str]:
        """Whom the ego was tied to, or asked about with, as far as this object heard of it."""
        return self._known.get(ego, ())

    def tell_next(self) -> Offer | None:
        """The pair that passed, and whose tie is to be asked for next; those come first whose ego came first.

        Where ties are to join what nothing joins, it is none that others have joined meanwhile, or are asked about now.
        """
        taken, waiting, offer = {*self._gaps(self._telling)}, list[Rated](), None
        while self._passed and offer is None:
            best = self._passed[0]
            [gap] = self._gaps([(best.ego, best.other)])
            if pair(best.ego, best.other) in self._told or gap[0] == gap[1]:
                heappop(self._passed)
            elif gap in taken:
                waiting.append(heappop(self._passed))
            else:
                offer = Offer(TELL, best.ego, best.other, {"other": best.other, "source": best.source})
        for one in waiting:
            heappush(self._passed, one)
        return offer

    def _gaps(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
        return self._candidates.gaps([(self._register.number(a), self._register.number(b)) for a, b in pairs])

    def next(self, left: float = inf) -> Offer | None:
        """The pair to be rated next, or the ego for whom people are to be imagined; None where nothing is, for now.

        No other ego is begun with where no more steps are `left` than its candidates take, and those that are likely to
        pass of the egos before it: what is rated is of use when the tie is asked for.
        """
        if self._queue:
            ego, other, source, turned = self._queue[0]
            return Offer(JUDGE, ego, other, {"other": other, "source": source} | ({"turned": True} if turned else {}))
        if self._draws and left <= self._most * len(self._orders) + self._passing():
            return None
        passed: list[str] = []
        if self.judges:
            for _, ego in sorted((n, ego) for ego, n in self._imagining.items() if ego in self._imagined):
                if offer := self._drawn(ego, passed):
                    return offer
            if self.imagines and len(self._imagining) - len(passed) >= AHEAD:
                return None
        elif not self.imagines:
            return None
        return self._begun(passed)

    @property
    def _orders(self) -> tuple[bool, ...]:
        """In which orders a pair is rated: as it was drawn, and turned where words must do."""
        return (False, True) if self._trial.by_word else (False,)

    def _passing(self) -> int:
        """How many of those whose ratings are not all there are likely to pass."""
        drawn = sum(len(draw.pairs) for draw in self._draws.values())
        return round(drawn * (self._above + 1) / (self._settled + 1 / PASSING))

    def _begun(self, passed: list[str]) -> Offer | None:
        """The next ego with its candidates, or to imagine people for it first; None where nobody is left."""
        if self._nobody_at == self._candidates.told:
            return None
        left = [ego for ego in self._chosen if ego not in self._visited]
        fresh = self._fresh(set(left))
        for place, ego in enumerate(chain(left, fresh)):
            if self.imagines:
                offer: Offer | None = Offer(IMAGINE, ego, "", {"passed": passed} if passed else {})
            else:
                offer = self._drawn(ego, passed)
            if offer and place >= len(left):
                return offer._replace(context={**offer.context, "egos": [ego, *islice(fresh, EGOS - 1)]})
            if offer:
                return offer
        self._nobody_at = self._candidates.told
        return None

    def _fresh(self, left: Collection[str]) -> Iterator[str]:
        for again in (False, True) if self._before else (False,):
            for at in self._candidates.egos(self._aim):
                ego = self._register.id(at)
                if ego not in self._visited and ego not in left and (ego in self._before) == again:
                    yield ego

    def _drawn(self, ego: str, passed: list[str]) -> Offer | None:
        """The first of an ego's candidates, with the others; without any, the ego is passed over."""
        without = [number for id in self.known(ego) if (number := self._register.number(id)) >= 0]
        found = self._candidates.of(self._register.number(ego), self._most, without=without)
        if not found:
            passed.append(ego)
            return None
        pairs = [[self._register.id(one.person), one.source] for one in found]
        context = {"other": pairs[0][0], "source": pairs[0][1], "drawn": pairs}
        return Offer(JUDGE, ego, pairs[0][0], context | ({"passed": [*passed]} if passed else {}))

    def planned(self, step: Step, asked: str) -> None:
        """A step was planned that this object offered."""
        context = step.context
        for ego in context.get("passed", ()):
            self._visited.add(ego)
            self._imagining.pop(ego, None)
        if "egos" in context:
            self._chosen = deque(context["egos"])
        self._visited.add(step.subject)
        while self._chosen and self._chosen[0] in self._visited:
            self._chosen.popleft()
        if asked == IMAGINE:
            self._imagining[step.subject] = step.n
        elif asked == TELL:
            told = pair(step.subject, context["other"])
            self._told.add(told)
            self._telling |= {told} - self._answered
        elif "drawn" in context:
            self._imagining.pop(step.subject, None)
            self._draws[step.subject] = Draw(step.n, [(other, source) for other, source in context["drawn"]])
            self._queue = deque(
                (step.subject, other, source, turned) for other, source in context["drawn"] for turned in self._orders
            )
            for other, _ in context["drawn"]:
                self._know(step.subject, other)
            self._queue.popleft()
            self._settle(step.subject)
        else:
            self._queue.popleft()

    def answered(self, step: Step) -> None:
        """A pair was asked for its tie, whatever came of it."""
        told = pair(step.subject, step.context["other"])
        self._answered.add(told)
        self._telling.discard(told)

    def imagined(self, ego: str) -> None:
        """What was imagined for an ego is there, or never comes."""
        self._imagined.add(ego)

    def rated(self, step: Step, rating: Rating | None) -> None:
        """What came of a pair; None where nothing did."""
        place = step.context["other"], bool(step.context.get("turned"))
        self._rated.setdefault(step.subject, {})[place] = rating
        self._settle(step.subject)

    def _settle(self, ego: str) -> None:
        """Have those pass who lie above the bar, once all candidates of the ego are rated."""
        draw, rated = self._draws.get(ego), self._rated.get(ego, {})
        if draw is None or not all((other, turned) in rated for other, _ in draw.pairs for turned in self._orders):
            return
        found = [
            (other, source, {turned: told for turned in self._orders if (told := rated[other, turned]) is not None})
            for other, source in draw.pairs
        ]
        self._pass(ego, draw.n, found)
        del self._draws[ego], self._rated[ego]

    def take_up(self) -> None:
        """Have those pass whom earlier runs rated above the bar, and ended before they asked for the tie."""
        for ego in self._before:
            self._pass(ego, -1, [])

    def _pass(self, ego: str, draw: int, rated: Sequence[tuple[str, str, Mapping[bool, Rating]]]) -> None:
        """Have those of the rated pass who lie above the bar, and of those before; in each order that is wanted."""
        found = [*rated, *((other, *rest) for other, rest in self._before.get(ego, {}).items())]
        wanted = len(self._orders)
        scores = self._trial.scores(ego, [ratings if len(ratings) >= wanted else {} for _, _, ratings in found])
        above = [(-score, place) for place, score in enumerate(scores) if score is not None and score > self._trial.bar]
        self._settled, self._above = self._settled + len(rated), self._above + len(above)
        for rank, (_, place) in enumerate(sorted(above)):
            heappush(self._passed, Rated(draw, rank, ego, *found[place][:2]))

    def _know(self, a: str, b: str) -> None:
        self._known.setdefault(a, set()).add(b)
        self._known.setdefault(b, set()).add(a)
