"""Numbers of personas: positions first, then whoever enters."""

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.graph.register import NOBODY, Register
from personagraph.graph.snapshot import Snapshot
from personagraph.importing.networks.work import SameText
from personagraph.runs.growth import Growth, Link, know
from personagraph.steering.policies.bandit import KIND as BANDIT
from personagraph.steering.policies.bfs import BreadthFirst
from personagraph.steering.policies.policy import Choice
from personagraph.steering.policies.ranks import Ranks
from personagraph.types import Attributes, Persona, Relationship, Step, Verdict, persona_id
from tests.steering.test_hint import made

VALUES = [{}, {"activity": "craft", "region": "latin_america"}, {"region": "east_asia"}]


def persona(n: int, depth: int | None) -> Persona:
    text = f"Person number {n}"
    return Persona(persona_id(text), text, depth, n, "import", "r1", attributes=Attributes(**VALUES[n % 3]))


def test_those_of_a_graph_have_their_positions_and_others_follow():
    graph = Snapshot.build([persona(n, 0) for n in range(3)], [])
    register = Register(graph)
    assert [register.number(persona(n, 0).id) for n in range(4)] == [0, 1, 2, NOBODY]
    assert register.add("new") == 3
    assert (register.number("new"), register.id(3), register.id(1), len(register)) == (3, "new", persona(1, 0).id, 4)
    assert Register().number("new") == NOBODY


@given(st.sets(st.integers(0, 60)), st.lists(st.integers(0, 80)))
def test_ranks_are_those_of_a_sorted_list(first, later):
    ranks = Ranks(sorted(first))
    for number in later:
        ranks.add(number)
    assert list(ranks) == sorted(first | set(later))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_policy_that_begins_with_a_graph_offers_what_one_does_that_everyone_entered(data):
    depths = data.draw(st.lists(st.sampled_from([None, 0, 0, 1, 1, 2, 3]), max_size=12))
    everyone = [persona(n, depth) for n, depth in enumerate(depths)]
    asked = {p.id: 1 for p in data.draw(st.lists(st.sampled_from(everyone), max_size=4) if everyone else st.just([]))}
    for make in (
        lambda: BreadthFirst(hops=3, calls_per_ego=2, asked=asked),
        lambda: made(hops=3, seed=4),
        lambda: made(BANDIT, hops=3, seed=4),
    ):
        one, other = make(), make()
        one.begin(Snapshot.build(everyone, []))
        for each in everyone:
            other.enter(each)
        entered = list(everyone)
        for n in range(14):
            assert one.next(n) == other.next(n)
            assert one.frontier() == other.frontier()
            choice = one.next(n) or Choice("nobody")
            new = persona(len(entered), data.draw(st.sampled_from([None, 0, 1, 2, 3])))
            lowered = data.draw(st.sampled_from(entered)) if entered else new
            for policy in (one, other):
                policy.planned(choice)
                if n % 3:
                    policy.enter(new)
                if entered:
                    policy.reach(lowered.id, n % 3)
            entered += [new] * (n % 3 > 0)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_depths_are_those_of_a_search_whatever_was_there_before_and_comes_later(data):
    count = data.draw(st.integers(1, 10))
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    ties = [(a, b) for a, b in data.draw(st.lists(ends, max_size=16)) if a != b]
    cut = data.draw(st.integers(0, len(ties)))
    seeds = data.draw(st.sets(st.integers(0, count - 1)))
    before, later = seeds & set(range(0, count, 2)), seeds - set(range(0, count, 2))

    def depths(seeds: set[int], ties: list[tuple[int, int]]) -> dict[int, int | None]:
        graph = nx.Graph(ties)
        graph.add_nodes_from(range(count))
        found = nx.multi_source_dijkstra_path_length(graph, seeds) if seeds else {}
        return {n: found.get(n) for n in range(count)}

    was = depths(before, ties[:cut])
    people = [persona(n, was[n]) for n in range(count)]
    rows = [
        Relationship(f"{n}", people[a].id, people[b].id, "TEACHES", "", 1.0, False, 0, ())
        for n, (a, b) in enumerate(ties[:cut])
    ]
    finder = SameText()
    know(finder, people)
    growth = Growth(finder, set(), Snapshot.build(people, rows))
    told: dict[str, int | None] = {p.id: p.depth for p in people}
    for a, b in ties[cut:]:
        link = Link("TEACHES", ego=people[a].id)
        growth.fold("r2", Step(0, ""), Verdict(0, "linked", "", people[b].id, {"link": link.to_json()}))
    for n in later:
        detail = {"description": people[n].description, "alias": "", "origin": "import", "link": {}}
        growth.fold("r2", Step(0, ""), Verdict(0, "merged", "text", people[n].id, detail))
    told |= growth.collect().depths
    assert told == {people[n].id: depth for n, depth in depths(seeds, ties).items()}
