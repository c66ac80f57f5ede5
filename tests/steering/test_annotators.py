"""What every annotator promises, and the deterministic one besides."""

from itertools import count, islice

import pytest

from personagraph.steering.annotators import ANNOTATORS
from personagraph.types import Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES

DESCRIPTIONS = ["", "A Kenyan nurse", "A 44-year-old woman", "x" * 10_000, "\ud800", "\u0000", "护士", "Un médecin"]


@pytest.mark.parametrize("name", ANNOTATORS)
@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_an_annotator_gives_known_values_for_any_text(name: str, description: str) -> None:
    read = ANNOTATORS[name].read(description).known()
    assert all(value in ATTRIBUTES[attribute].values for attribute, value in read.items())


@pytest.mark.parametrize("name", ANNOTATORS)
def test_an_annotator_says_how_it_reads_and_what_it_rests_on(name: str) -> None:
    assert ANNOTATORS[name].about
    assert ANNOTATORS[name].basis


def test_many_descriptions_are_read_one_at_a_time_in_their_order() -> None:
    endless = (f"A {n % 90 + 10}-year-old nurse" for n in count())
    assert [one["age"] for one in islice(ANNOTATORS["reader"].read_all(endless), 3)] == ["0-14", "0-14", "0-14"]


def test_the_reader_reads_what_the_words_say_and_nothing_else() -> None:
    read = ANNOTATORS["reader"].read("A middle-aged Mexican mother who works as a taxi driver")
    assert read == Attributes(activity="operators", age="45-64", sex="female", region="latin_america")
    assert ANNOTATORS["reader"].read("Somebody") == Attributes()
