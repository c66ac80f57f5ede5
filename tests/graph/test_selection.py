"""Who is meant by a selection: networkx is the oracle for walks, and the columns for the rest."""

import json
from dataclasses import fields
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.errors import PersonaNotFoundError, UsageError
from personagraph.graph.part import CRITERIA, select
from personagraph.graph.selection import Selection, selection_from
from personagraph.graph.snapshot import Snapshot
from tests.graphs import persona, tie

TYPES = ("TEACHES", "FRIEND_OF", "OPPOSES")
PEOPLE = [
    persona(f"A potter of house {n}", n, depth=n % 4 or None, run=f"r{n % 3}", region=["unknown", "south_asia"][n % 2])
    for n in range(9)
]
ARCS = st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(TYPES)).filter(lambda arc: arc[0] != arc[1])
GRAPHS = st.lists(ARCS, max_size=20, unique=True)
CHOSEN_TYPES = st.lists(st.sampled_from(TYPES), unique=True, max_size=2).map(tuple)
MEMBERS = st.lists(st.sampled_from(PEOPLE), unique=True).map(lambda people: tuple(p.id for p in people))
SELECTIONS = st.builds(
    Selection,
    around=st.none() | st.sampled_from(PEOPLE).map(lambda p: p.id),
    hops=st.integers(1, 3),
    types=CHOSEN_TYPES,
    ids=st.none() | MEMBERS,
    path=st.none() | st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).map(lambda p: (p[0].id, p[1].id)),
    cell=st.sampled_from([None, "region=south_asia", "region=unknown,activity=unknown"]),
    runs=st.sampled_from([(), ("r1",), ("r0", "r2")]),
    depth=st.sampled_from([None, "1", "1-2", "2-", "none"]),
    search=st.sampled_from([None, "potter", "3"]),
)


def snapshot(arcs: list[tuple[int, int, str]]) -> Snapshot:
    ties = {r.key: r for a, b, type in arcs for r in [tie(PEOPLE[a], PEOPLE[b], type)]}
    order = sorted(ties.values(), key=lambda r: (r.source, r.target, r.type, r.key))
    return Snapshot.build(PEOPLE, order)


def find(text: str) -> list[str]:
    return [p.id for p in PEOPLE if text in p.description.split()]


def meant(graph: Snapshot, selection: Selection) -> set[str]:
    part = select(graph, selection, find)
    assert (np.diff(part.positions) > 0).all()
    return set(graph.ids_of(part.positions))


def as_networkx(graph: Snapshot, types: tuple[str, ...]) -> nx.MultiGraph:
    made = nx.MultiGraph()
    made.add_nodes_from(graph.ids_of(range(len(graph))))
    for a, b, code in zip(graph.sources, graph.targets, graph.types.codes, strict=True):
        if not types or graph.types.names[code] in types:
            made.add_edge(graph.id(a), graph.id(b))
    return made


@given(GRAPHS, st.integers(1, 4), CHOSEN_TYPES)
def test_an_ego_network_is_networkxs_within_the_types(arcs, hops, types):
    graph = snapshot(arcs)
    expected = nx.ego_graph(as_networkx(graph, types), PEOPLE[3].id, radius=hops)
    assert meant(graph, Selection(around=PEOPLE[3].id, hops=hops, types=types)) == set(expected)


@given(GRAPHS, st.integers(0, 8), st.integers(0, 8), CHOSEN_TYPES)
def test_between_two_are_all_of_networkxs_shortest_paths(arcs, start, end, types):
    graph, ends = snapshot(arcs), (PEOPLE[start].id, PEOPLE[end].id)
    theirs = nx.Graph(as_networkx(graph, types))
    paths = nx.all_shortest_paths(theirs, *ends) if nx.has_path(theirs, *ends) else []
    assert meant(graph, Selection(path=ends, types=types)) == {id for path in paths for id in path}


@given(GRAPHS, st.sampled_from([("TEACHES",), ("OPPOSES", "FRIEND_OF")]))
def test_types_alone_leave_who_has_such_a_relationship(arcs, types):
    graph = snapshot(arcs)
    tied = {id for id, degree in as_networkx(graph, types).degree() if degree}
    assert meant(graph, Selection(types=types)) == tied


@given(GRAPHS, SELECTIONS)
def test_what_is_meant_is_what_every_option_means(arcs, selection):
    graph = snapshot(arcs)
    each = [meant(graph, Selection(types=selection.types))] if not (selection.around or selection.path) else []
    for name in CRITERIA:
        if name != "types" and (value := getattr(selection, name)) not in (None, ()):
            alone = {name: value, "hops": selection.hops}
            alone |= {"types": selection.types} if name in ("around", "path") else {}
            each.append(meant(graph, Selection(**alone)))
    if selection.ids == ():
        each.append(set())
    expected = set.intersection({p.id for p in PEOPLE}, *each)
    assert meant(graph, selection) == expected
    assert meant(graph, Selection(within=selection)) == expected
    part = select(graph, selection, find).graph
    kept = [
        (graph.id(a), graph.id(b), graph.types.names[code])
        for a, b, code in zip(graph.sources, graph.targets, graph.types.codes, strict=True)
        if {graph.id(a), graph.id(b)} <= expected
        and (not selection.types or graph.types.names[code] in selection.types)
    ]
    assert kept == [
        (part.id(a), part.id(b), part.types.names[code])
        for a, b, code in zip(part.sources, part.targets, part.types.codes, strict=True)
    ]


@settings(deadline=None)
@given(SELECTIONS, SELECTIONS)
def test_a_selection_is_read_back_from_json(selection, other):
    for one in (selection, Selection(within=other, search="x")):
        assert selection_from(json.loads(json.dumps(one.to_json()))) == one
    assert Selection().to_json() == {}


def test_every_field_of_a_selection_has_what_selects_by_it():
    assert {field.name for field in fields(Selection)} == {*CRITERIA, "hops", "within"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"colour": "red"}, "a selection has no 'colour'; a newer version"),
        ({"within": {"colour": "red"}}, "a selection has no 'colour'"),
        ({"ids": "all"}, "a selection cannot be read: ids"),
        ({"path": ["a"]}, "a selection cannot be read: path"),
        ({"hops": "far"}, "a selection cannot be read: hops"),
        ({"types": ["LOVES"]}, "'LOVES' is not known"),
    ],
)
def test_what_is_no_selection_is_refused(data, says):
    with pytest.raises(UsageError, match=says):
        selection_from(data)


def test_selections_in_one_another_have_an_end():
    data: dict[str, object] = {}
    for _ in range(5000):
        data = {"within": data}
    with pytest.raises(UsageError, match="holds more than 8 others"):
        selection_from(data)


def test_nobody_is_meant_in_an_empty_graph_and_a_lone_persona_is_found():
    empty, lone = Snapshot.build([], []), Snapshot.build(PEOPLE[:1], [])
    assert meant(empty, Selection()) == set()
    assert meant(empty, Selection(depth="0-", search="potter", types=("TEACHES",))) == set()
    assert meant(lone, Selection(around=PEOPLE[0].id, hops=9)) == {PEOPLE[0].id}
    for one in (Selection(around="x"), Selection(ids=("x",)), Selection(path=("x", "y"))):
        with pytest.raises(PersonaNotFoundError, match="'x'"):
            select(lone, one, find)


def test_a_run_that_let_nobody_in_is_named_with_those_that_did():
    with pytest.raises(UsageError, match="--run 'r7' let nobody in that is in the graph; it can be r0, r1, r2"):
        select(snapshot([]), Selection(runs=("r1", "r7")), find)


def test_types_that_exclude_each_other_are_refused():
    selection = Selection(types=("TEACHES",), within=Selection(types=("OPPOSES",)))
    with pytest.raises(UsageError, match="--type TEACHES: the manifest has only OPPOSES"):
        select(snapshot([(0, 1, "TEACHES")]), selection, find)


def test_a_long_chain_is_walked_once():
    people = [persona(f"A potter of house {n}", n) for n in range(3_000)]
    chain = Snapshot.build(people, [tie(a, b) for a, b in pairwise(people)])
    ends = people[0].id, people[-1].id
    assert len(select(chain, Selection(path=ends), find).positions) == len(people)
