"""What counts as known: words before statements, columns before words, and belief that is earned."""

from personagraph.steering.evidence import BASES, Statements, weigh
from personagraph.steering.shares import wilson
from personagraph.types import Attributes

NURSE = "A 34-year-old nurse from Kenya who sings"


def told(description: str, **said: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    found = weigh(description, Attributes(**said))
    return found.attributes.known(), found.bases.known(), dict(found.claims)


def test_what_the_words_say_is_known_without_a_statement():
    attributes, bases, claims = told(NURSE)
    assert attributes == {"activity": "professionals", "age": "25-44", "region": "east_southern_africa"}
    assert bases == dict.fromkeys(attributes, "words")
    assert claims == {}


def test_a_statement_that_the_words_bear_out_is_agreed_and_one_that_they_contradict_is_dropped():
    attributes, bases, claims = told(NURSE, age="25-44", region="eastern_europe")
    assert (attributes["region"], bases["region"], claims["region"]) == (
        "east_southern_africa",
        "words",
        "contradicted",
    )
    assert (attributes["age"], bases["age"], claims["age"]) == ("25-44", "agreed", "agreed")


def test_a_statement_of_which_the_words_say_nothing_does_not_count_until_its_model_stated_well():
    statements = Statements()
    for agreed in range(40):
        believed = statements.believes("region")
        found = weigh("A nurse who sings", Attributes(region="oceania"), believes=statements.believes)
        assert found.claims == {"region": "unsupported"}
        assert (found.attributes["region"], found.bases["region"]) == (
            ("oceania", "stated") if believed else ("unknown", "unknown")
        )
        assert believed == (wilson(agreed, agreed).low >= 0.8)
        statements.add({"region": "agreed", "age": "contradicted"})
    assert statements.believes("region")
    assert not statements.believes("age")
    statements.add({"region": "contradicted"}, 12)
    assert not statements.believes("region")


def test_what_is_unsupported_says_nothing_of_how_a_model_states():
    statements = Statements()
    statements.add({"sex": "unsupported"}, 1000)
    assert not statements.believes("sex")


def test_a_column_holds_against_the_words():
    found = weigh(NURSE, Attributes(age="65+", sex="female"), exact=True)
    assert (found.attributes["age"], found.bases["age"]) == ("65+", "field")
    assert (found.attributes["sex"], found.bases["sex"]) == ("female", "field")
    assert found.bases["region"] == "words"
    assert found.claims == {}


def test_of_whom_nothing_is_said_nothing_is_known():
    assert told("Somebody who hums") == ({}, {}, {})


def test_every_basis_says_what_it_means():
    assert list(BASES) == ["words", "agreed", "stated", "field", "model", "label"]
    assert all(BASES.values())
