"""What is turned down of personas of texts in languages other than English, and what must be let pass."""

import pytest

from personagraph.extraction.readings import read_portrait
from personagraph.runs.growth import Arrival
from personagraph.vocabulary.attributes import ATTRIBUTES
from tests.tongues import TOLD


def guard(description: str, passage: str) -> str:
    item = {"description": description, "nature": "person", **dict.fromkeys(ATTRIBUTES, "unknown")}
    read = read_portrait(item, passage, longest=800)
    return "" if isinstance(read, Arrival) else read[0]


@pytest.mark.parametrize("code", TOLD)
def test_whoever_is_told_well_passes_in_every_language(code):
    told = TOLD[code]
    for passage in (told.passage, TOLD["en"].passage):
        assert [guard(description, passage) for description in (*told.good, told.ego)] == ["", "", ""]


@pytest.mark.parametrize("code", [code for code in TOLD if code != "en"])
def test_a_copy_of_the_text_and_what_repeats_itself_are_turned_down_in_every_language(code):
    told = TOLD[code]
    for good in told.good:
        assert guard(f"{good} {told.passage[: len(told.passage) // 2]}", told.passage) == "copies"
        assert guard(f"{good} {good}", told.passage) == "repeats"
    assert guard(told.passage, told.passage) == "copies"


@pytest.mark.parametrize("short", ["老师", "ครู", "교사", "معلمة", "ဆရာ", "Учитель"])
def test_less_than_three_words_are_short_in_any_script(short):
    assert guard(short, TOLD["en"].passage) == "short"


@pytest.mark.parametrize(
    "description",
    [
        "I pescatori che amano il mare",
        "Eine Lehrerin aus Bad Tölz, die Neue Deutsche Welle hört",
        "Una maestra de la costa de Perú, de la que todos hablan de buena gana en la ciudad de Nueva York",
        "These einer Studentin, die der Frage nach der Herkunft der Bienen nachgeht",
    ],
)
def test_what_would_be_a_fault_in_english_alone_is_none(description):
    assert guard(description, TOLD["en"].passage) == ""
