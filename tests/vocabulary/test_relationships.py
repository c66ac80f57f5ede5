"""The vocabulary of relationship types: how each is told from either end, and what a model may answer."""

import pytest

from personagraph.vocabulary.relationships import (
    OWN_WORDS,
    ROLES,
    TYPES,
    endpoints,
    phrase,
    read_words,
    relationship_key,
    told,
)


@pytest.mark.parametrize("type", list(TYPES.values()), ids=list(TYPES))
def test_a_type_reads_as_a_verb_phrase_from_either_end(type):
    for said in (type.forward, type.backward):
        assert said.split()[0].endswith("s")
        assert said == " ".join(said.split())
    assert (type.forward == type.backward) is type.symmetric


def test_every_type_but_those_for_own_words_can_be_answered_from_each_of_its_ends():
    ends = {(name, forward) for name, forward in ROLES.values()}
    assert ends == {
        (name, forward)
        for name, type in TYPES.items()
        if name not in OWN_WORDS
        for forward in ((True,) if type.symmetric else (True, False))
    }
    assert len(ends) == len(ROLES)


@pytest.mark.parametrize(
    ("role", "phrase"),
    [
        ("child of", "is a child of"),
        ("partner of", "is the partner of"),
        ("treated by", "is treated by"),
        ("teaches", "teaches"),
    ],
)
def test_a_role_is_told_as_what_follows_its_subject(role, phrase):
    assert told(role) == phrase


def test_a_symmetric_type_is_stored_in_id_order_and_another_by_who_is_its_source():
    assert (
        endpoints("b", "a", "FRIEND_OF", forward=True) == endpoints("a", "b", "FRIEND_OF", forward=False) == ("a", "b")
    )
    assert endpoints("b", "a", "TEACHES", forward=True) == ("b", "a")
    assert endpoints("b", "a", "TEACHES", forward=False) == ("a", "b")


def test_own_words_are_told_as_they_are_and_from_the_other_end_as_what_is_said_of_it():
    assert phrase("TIED_TO", forward=True, label="reports to") == "reports to"
    assert phrase("TIED_TO", forward=False, label="reports to") == 'is the target of "reports to" from'
    assert phrase("TIED_TO", forward=False) == "is the target of a tie from"
    assert phrase("RELATED_TO", forward=True, label="plays chess with") == "is connected to (plays chess with)"
    assert phrase("TEACHES", forward=False, label="learns from") == "learns from"


def test_own_words_are_part_of_the_key_in_whatever_case_and_other_labels_are_not():
    one = relationship_key("a", "TIED_TO", "b", "reports to")
    assert one == relationship_key("a", "TIED_TO", "b", " Reports  to")
    others = {relationship_key("a", type, "b", label) for type in OWN_WORDS for label in ("", "reports to", "likes")}
    assert len(others) == 6
    assert relationship_key("a", "TEACHES", "b", "chess") == relationship_key("a", "TEACHES", "b")


def test_keys_are_what_they_were():
    assert relationship_key("a", "TEACHES", "b") == "7755ae16157b50566d39ec0a00c35b23"
    assert relationship_key("a", "RELATED_TO", "b") == "f74a70c7fee9a61f154b3161157eaf16"


@pytest.mark.parametrize(
    ("words", "type", "forward"),
    [
        ("TEACHES", "TEACHES", True),
        ("teaches", "TEACHES", True),
        ("Teaches", "TEACHES", True),
        ("learns from", "TEACHES", False),
        ("Learns_From", "TEACHES", False),
        ("LearnsFrom", "TEACHES", False),
        ("PARENT_OF", "PARENT_OF", True),
        ("parentOf", "PARENT_OF", True),
        ("is a parent of", "PARENT_OF", True),
        ("parent of", "PARENT_OF", True),
        ("is a child of", "PARENT_OF", False),
        ("is the child of", "PARENT_OF", False),
        ("child-of", "PARENT_OF", False),
        ("works for", "MANAGES", False),
        ("Works  for", "MANAGES", False),
        ("is mentored by", "MENTORS", False),
        ("mentored_by", "MENTORS", False),
        ("inspires", "INFLUENCES", True),
        ("admires", "INFLUENCES", False),
        ("CARES_FOR", "CARES_FOR", True),
        ("looks after", "CARES_FOR", True),
        ("is a friend of", "FRIEND_OF", True),
        ("isAFriendOf", "FRIEND_OF", True),
        ("friend of", "FRIEND_OF", True),
        ("Friend", "FRIEND_OF", True),
        ("sibling", "SIBLING_OF", True),
        ("lives near", "NEIGHBOUR_OF", True),
        ("Neighbor of", "NEIGHBOUR_OF", True),
        ("works_with", "WORKS_WITH", True),
        ("related to", "RELATED_TO", True),
        ("is connected to", "RELATED_TO", True),
        ("tied to", "TIED_TO", True),
        ("", "RELATED_TO", True),
    ],
)
def test_words_that_are_a_type_are_that_type_in_its_direction(words, type, forward):
    assert read_words(words) == (type, forward, "")


@pytest.mark.parametrize(
    "words", ["reports to", "is the landlord of", "parent", "child", "teaches maths to", "boss", "教", "TEACHES|TREATS"]
)
def test_other_words_are_the_label_of_a_tie_with_a_direction_where_there_is_one(words):
    assert read_words(words) == ("TIED_TO", True, words)
    assert read_words(words, directed=False) == ("RELATED_TO", True, words)


def test_no_words_are_two_types():
    spoken = [words for t in TYPES.values() for words in {t.name, t.forward, t.backward}]
    assert {(read_words(words)[0], words) for words in spoken} == {
        (t.name, words) for t in TYPES.values() for words in (t.name, t.forward, t.backward)
    }
