"""What a choice of a policy costs in graphs of several sizes; `scripts/bench steering --choices` prints the table."""

from collections import deque
from collections.abc import Iterable, Sequence
from random import Random
from statistics import fmean, median
from time import process_time
from typing import TYPE_CHECKING, Final, NamedTuple

from personagraph.steering.policies import POLICIES
from personagraph.steering.policies.policy import Came, Choice, PolicyFacts, PolicyOptions
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.cells import PAIR, cells
from personagraph.vocabulary.places import REGIONS, countries
from scripts import made_graphs
from scripts.steering_runs import WINDOW

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

SIZES: Final = (1_000, 10_000, 100_000)
TIES: Final = 2.5
"""Relationships a persona."""
CHOICES: Final = 500
EVERYONE: Final = tuple(cells(PAIR))


class Cost(NamedTuple):
    """CPU: to begin with the graph (ms); of choices the median, the mean; the mean of telling what came (µs)."""

    begin: float
    choice: float
    mean: float
    telling: float


def table(names: Sequence[str], sizes: Iterable[int] = SIZES) -> None:
    """Print what each policy costs in graphs of so many personas."""
    print(
        f"CPU of one process: the median of {CHOICES} choices, and their mean, which has the surveys of `structure`\n"
    )
    print("| policy | personas | begin (ms) | a choice (µs) | mean (µs) | telling what came of it (µs) |")
    print("|---|---|---|---|---|---|")
    for size in sizes:
        graph = made_graphs.snapshot(made_graphs.graph(size, round(size * TIES)))
        for name in names:
            found = cost(name, graph)
            costs = f"{found.begin:.1f} | {found.choice:.0f} | {found.mean:.0f} | {found.telling:.0f}"
            print(f"| {name} | {size:,} | {costs} |", flush=True)


def cost(name: str, graph: "Snapshot", choices: int = CHOICES) -> Cost:
    """A run of a policy that begins with the graph; each call brings two who are new and one who was there.

    Raises ValueError where the policy has nothing to offer before so many choices.
    """
    policy = POLICIES[name].make(PolicyOptions(hops=6, calls_per_ego=1, seed=0), _facts())
    begin = -process_time()
    policy.begin(graph)
    begin += process_time()
    took, told = list[float](), list[float]()
    some, first = Random(0), int(graph.entries.max(initial=-1)) + 1
    waiting: deque[Choice] = deque()
    for n in range(choices):
        took.append(-process_time())
        choice = policy.next(n)
        took[-1] += process_time()
        if choice is None:
            raise ValueError(f"{name} has nothing to offer after {n} choices")
        aims = [*choice.aims, *some.choices(EVERYONE, k=2)]
        new = [_persona(first + 2 * n + place, dict(zip(PAIR, aims[place], strict=True))) for place in range(2)]
        came = [Came(place, "new", "", one.id, one.attributes, "FRIEND_OF") for place, one in enumerate(new)]
        came.append(Came(2, "merged", "", graph.id(0), new[0].attributes, "FRIEND_OF"))
        waiting.append(choice)
        told.append(-process_time())
        policy.planned(choice)
        if len(waiting) > WINDOW:
            for persona in new:
                policy.enter(persona)
            policy.learn(waiting.popleft(), came)
        told[-1] += process_time()
    return Cost(begin * 1e3, median(took) * 1e6, fmean(took) * 1e6, fmean(told) * 1e6)


def _persona(number: int, known: dict[str, str]) -> Persona:
    return Persona(f"{number:032x}", "", 1, number, "persona", "r1", attributes=Attributes(**known))


def _facts() -> PolicyFacts:
    named = tuple(country for region in REGIONS for country in countries(region))
    wanted = dict.fromkeys(EVERYONE, 1.0)
    return PolicyFacts(dict, named, lambda: wanted, describe=lambda id: f"A person whose number is {id}", at_once=3)
