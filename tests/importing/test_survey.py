"""The edges of a network as columns: they are told as they were added, and what is said again is found."""

from hypothesis import given
from hypothesis import strategies as st

from personagraph.importing.networks.survey import Node, Statement, Survey
from personagraph.types import Attributes, persona_id
from personagraph.vocabulary.relationships import endpoints, relationship_key

IDS = ("a", "b", "2.0", "d")
EDGES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 3),
        st.builds(
            Statement,
            st.sampled_from(("TEACHES", "FRIEND_OF", "TIED_TO", "RELATED_TO")),
            st.booleans(),
            st.sampled_from(("", "reports to", "Reports  to", "met")),
            st.booleans(),
        ),
        st.sampled_from((0.25, 0.5, 1.0)),
        st.sampled_from(("", "", "", "an end is missing")),
    )
)


def surveyed(edges) -> Survey:
    survey = Survey()
    for number, id in enumerate(IDS):
        survey.enter(Node(number, "n.csv", number + 2, id, persona_id(id), id, "person", Attributes()))
    for line, edge in enumerate(edges):
        if line % 4 == 0:
            survey.ties.begin(f"{line}.csv")
        survey.ties.add(line, *edge)
    return survey


@given(EDGES)
def test_edges_are_told_in_order_with_their_rows_as_they_were_added(edges):
    survey = surveyed(edges)
    told = list(survey.ties)
    assert len(told) == survey.edges == len(edges)
    assert [tie.row for tie in told] == [f"{line - line % 4}.csv, line {line}" for line in range(len(edges))]
    for tie, (source, target, said, confidence, fault) in zip(told, edges, strict=True):
        if fault:
            assert (tie.fault, tie.source, tie.target) == (fault, "", "")
        else:
            assert (tie.source, tie.target, tie.confidence) == (IDS[source], IDS[target], confidence)
            assert (tie.type, tie.forward, tie.label, tie.former, tie.directed, tie.via) == said
    assert list(survey.ties.between(3, 5)) == told[3:5]


@given(EDGES)
def test_an_edge_is_a_repetition_when_its_relationship_has_the_key_of_one_before_it(edges):
    survey = surveyed(edges)
    keys: set[str] = set()
    for tie, is_repeated in zip(survey.ties, survey.ties.repeated(), strict=True):
        if tie.fault or tie.source == tie.target:
            continue
        ego, alter = (survey.nodes[id].persona for id in (tie.source, tie.target))
        source, target = endpoints(ego, alter, tie.type, forward=tie.forward)
        key = relationship_key(source, tie.type, target, tie.label)
        assert bool(is_repeated) == (key in keys)
        keys.add(key)


def test_a_node_is_known_by_its_id_or_by_the_same_whole_number():
    survey = surveyed([])
    assert survey.known("2") is survey.known("2.0") is survey.nodes["2.0"]
    assert survey.known("z") is None
    survey.enter(Node(4, "n.csv", 9, "2.00", persona_id("x"), "x", "person", Attributes()))
    assert survey.known("2") is None
