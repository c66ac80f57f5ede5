"""The vocabulary of relationship types: how each is told from either end, and what a model may answer."""

import pytest

from personagraph.vocabulary.relationships import ROLES, TYPES, endpoints, phrase, told


@pytest.mark.parametrize("type", list(TYPES.values()), ids=list(TYPES))
def test_a_type_reads_as_a_verb_phrase_from_either_end(type):
    for said in (type.forward, type.backward):
        assert said.split()[0].endswith("s")
        assert said == " ".join(said.split())
    assert (type.forward == type.backward) is type.symmetric


def test_every_type_but_the_open_one_can_be_answered_from_each_of_its_ends():
    ends = {(name, forward) for name, forward in ROLES.values()}
    assert ends == {
        (name, forward)
        for name, type in TYPES.items()
        if name != "RELATED_TO"
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


def test_what_fits_no_type_is_told_in_the_models_words():
    assert phrase("RELATED_TO", forward=True, label="plays chess with") == "is connected to (plays chess with)"
    assert phrase("TEACHES", forward=False, label="learns from") == "learns from"
