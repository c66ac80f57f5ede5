"""What personas are called in a told problem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.synthesis.names import pair, person, sentence


@pytest.mark.parametrize(
    ("description", "first", "again"),
    [
        ("A 38-year-old mason from Poland who repairs clocks", "a mason from Poland", "the mason"),
        ("An 18-year-old astronaut from Chile who sings", "an astronaut from Chile", "the astronaut"),
        ("a language teacher frustrated with machines", "a language teacher", "the language teacher"),
        ("A busy working professional who relies on apps", "a busy working professional", None),
        ("A Ukrainian nurse", "a Ukrainian nurse", None),
        ("An HR manager", "an HR manager", None),
        ("A European painter", "a European painter", None),
        ("A retired bus driver", "a retired bus driver", None),
        ("I'm a local business owner who cares", "a local business owner", None),
        ("As a manager of an online forum", "a manager of an online forum", "the manager"),
        ("Ali, a 22-year-old university student studying law", "a university student", None),
        ("Another tech entrepreneur who builds", "a tech entrepreneur", None),
        ("The founder of the village, who digs", "a founder of the village", "the founder"),
        (
            "a young aspiring tennis player and Ann's fan",
            "a young aspiring tennis player and Ann's fan",
            "the young aspiring tennis player",
        ),
        ("An expert in peace and in the", "an expert in peace", "the expert"),
        ("香港电影忠实粉丝", "a person", "the person"),
        ("", "a person", "the person"),
    ],
)
def test_a_persona_is_called_by_what_comes_before_its_story(description, first, again):
    assert person(description) == (first, again or f"the {first.partition(' ')[2]}")


def test_two_who_would_be_called_the_same_are_told_apart():
    one, other = pair("A 30-year-old mason from Poland", "A mason from Kenya who sings")
    assert (one.first, one.again) == ("a mason from Poland", "the mason")
    assert (other.first, other.again) == ("another mason from Kenya", "the other mason")


@given(st.text())
def test_any_description_gives_names_that_can_stand_in_a_sentence(description):
    found = person(description)
    assert found.first.split()[0] in ("a", "an")
    assert found.again.startswith("the ")
    assert "\n" not in found.first
    assert sentence(found.first)[0] == "A"
