"""The frontier that a policy tells of: whom it has still to ask, by depth, kept up as the graph grows."""

import random
from collections import Counter

from personagraph.steering.policies.bfs import BreadthFirst
from personagraph.steering.policies.policy import Choice
from personagraph.types import Persona
from tests.steering.test_hint import made


def persona(n: int, depth: int | None) -> Persona:
    return Persona(f"p{n}", f"Person {n}", depth, n, "import", "r1")


def breadth_first(**options: object) -> BreadthFirst:
    return BreadthFirst(**{"hops": 3, "calls_per_ego": 1, "asked": {}, **options})


def test_it_counts_by_depth_whom_breadth_first_has_still_to_ask():
    policy = breadth_first()
    for n, depth in enumerate([0, 0, 1, 2, 3, None]):
        policy.enter(persona(n, depth))
    assert policy.frontier() == {0: 2, 1: 1, 2: 1}
    policy.planned(policy.next(0))
    assert policy.frontier() == {0: 1, 1: 1, 2: 1}
    policy.reach("p3", 1)
    policy.reach("p5", 2)
    assert policy.frontier() == {0: 1, 1: 2, 2: 1}


def test_what_earlier_runs_asked_counts_unless_it_is_asked_again():
    def of(**options: object) -> BreadthFirst:
        policy = breadth_first(asked={"p0": 1}, **options)
        policy.enter(persona(0, 0))
        policy.enter(persona(1, 0))
        return policy

    assert of().next(0) == Choice("p1")
    assert of(calls_per_ego=2).next(0) == of(again=True).next(0) == Choice("p0", before=1)
    assert of(calls_per_ego=2).frontier() == of(again=True).frontier() == {0: 2}


def test_an_ego_waits_until_it_was_asked_often_enough_also_when_it_enters_after_it_was_planned():
    policy = breadth_first(calls_per_ego=2)
    policy.planned(Choice("p0"))
    policy.enter(persona(0, 0))
    assert policy.frontier() == {0: 1}
    policy.planned(Choice("p0"))
    assert policy.frontier() == {}
    assert policy.next(2) is None


def test_whatever_happens_the_counts_are_those_of_a_recount():
    rng = random.Random(4)
    policy = breadth_first(hops=5, calls_per_ego=2)
    depths: dict[str, int | None] = {}
    asked: Counter[str] = Counter()
    for n in range(400):
        choice = policy.next(n)
        if choice is not None and rng.random() < 0.7:
            policy.planned(choice)
            asked[choice.ego] += 1
        if depths and rng.random() < 0.3:
            id = rng.choice(sorted(depths))
            lower = min(depths[id] if depths[id] is not None else 6, rng.randrange(7))
            policy.reach(id, lower)
            depths[id] = lower
        else:
            entered = persona(n, rng.choice([None, 0, 1, 2, 3, 4, 5]))
            policy.enter(entered)
            depths[entered.id] = entered.depth
        waiting = Counter(d for id, d in depths.items() if d is not None and d < 5 and asked[id] < 2)
        assert policy.frontier() == waiting


def test_the_hint_policy_tells_whom_it_has_not_asked_yet():
    policy = made(hops=2)
    for n, depth in enumerate([0, 1, 2, None]):
        policy.enter(persona(n, depth))
    assert policy.frontier() == {0: 1, 1: 1}
    choice = policy.next(0)
    policy.planned(choice)
    policy.planned(choice)
    assert sum(policy.frontier().values()) == 1
