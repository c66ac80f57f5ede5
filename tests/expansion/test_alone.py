"""Somebody is asked for without an ego: the hint is all that is asked by, and nothing is said of a tie."""

import json
import re

import pytest

from personagraph.expansion.alone import ALONE_DIALOGUES, AloneInFields, AloneInSentences
from personagraph.expansion.wishes import wish
from personagraph.runs.growth import Arrival
from personagraph.steering.hints import likeness
from personagraph.types import ChatReply
from personagraph.vocabulary.attributes import ATTRIBUTES
from tests.expansion.test_dialogues import KEY, LARGE, SMALL, question

HINT = {"occupation": "rice farmer", "country": "Vietnam", "age": "70", "sex": "female"}
SHORT = {name: value for name, value in SMALL.items() if name != "relation"}
PERSON = {name: LARGE[name] for name in ("description", "nature", *ATTRIBUTES)}


def small() -> AloneInFields:
    return AloneInFields("m", b"s")


def large() -> AloneInSentences:
    return AloneInSentences("m", b"s")


def read(dialogue, data: dict, hint: dict | None = None, **more: object) -> list:
    fields = {"hint": hint, **more}
    return list(dialogue.read(fields, dialogue.parse(fields, ChatReply(json.dumps(data)))))


def test_each_size_of_model_has_its_dialogue():
    assert {size: made("m", b"").prompt for size, made in ALONE_DIALOGUES.items()} == {
        "small": "alone-small@1",
        "large": "alone-large@1",
    }


def test_the_hint_is_the_question_and_no_tie_is_asked_for():
    assert question(small().request({"hint": HINT}, KEY)) == f"Who is it? Someone who is {wish(HINT)}."
    assert question(large().request({"hint": HINT}, KEY)) == f"Describe one person: {wish(HINT)}."
    both = large().request({"hint": HINT, "hints": [HINT, {"age": "9"}]}, KEY)
    assert question(both) == f"Describe 2 people: the first is {wish(HINT)}, the second is a 9-year-old child."
    for dialogue in (small(), large()):
        assert "relation" not in json.dumps(dialogue.request({"hint": HINT}, KEY).schema)


@pytest.mark.parametrize("hint", [None, HINT, {"age": "70"}])
def test_examples_are_asked_for_as_the_one_wished_for_is(hint):
    turns = small().request({"hint": hint}, KEY).messages
    asked = [turn["content"] for turn in turns if turn["role"] == "user"][:-1]
    replies = [json.loads(turn["content"]) for turn in turns if turn["role"] == "assistant"]
    assert len(asked) == len(replies) == 3
    for ask, reply in zip(asked, replies, strict=True):
        told = {name: str(reply[name]) for name in hint or ()}
        if "sex" in told:
            told["sex"] = ATTRIBUTES["sex"].value(told["sex"])
        assert ask == f"Who is it? Someone {f'who is {wish(told)}' if told else 'of any kind'}."
    _, ask, reply, _ = large().request({"hint": hint or HINT}, KEY).messages
    people = json.loads(reply["content"])["people"]
    assert all(person["description"].partition(" who ")[0][1:] in ask["content"] for person in people)


def test_who_comes_is_tied_to_nobody():
    (short,) = read(small(), SHORT)
    (written,) = read(large(), {"people": [PERSON]}, HINT)
    assert all(isinstance(one, Arrival) for one in (short, written))
    assert {one.origin for one in (short, written)} == {"unlinked"}
    assert {one.link for one in (short, written)} == {None}
    assert short.exact


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ({"age": 12, "occupation": "hotel manager"}, "contradiction"),
        ({"occupation": "summer"}, "occupation"),
        ({"detail": "sews sails for boats of all sizes and the"}, "cut"),
        ({"detail": "sews big red sails and sews big red sails"}, "repeats"),
        ({"detail": "helps the sanitation worker in the harbour"}, "dependent"),
    ],
)
def test_what_cannot_be_used_or_cannot_be_is_turned_down_as_elsewhere(change, guard):
    (rejected,) = read(small(), {**SHORT, **change})
    assert rejected[0] == guard


def test_an_example_is_no_answer():
    turns = small().request({"hint": HINT}, KEY).messages
    shown = json.loads(turns[2]["content"])
    (copied,) = read(small(), {**SHORT, "sex": "female", "occupation": shown["occupation"]}, HINT)
    (again,) = read(small(), {**SHORT, "sex": "female", "detail": shown["detail"]}, HINT)
    told = json.loads(large().request({"hint": HINT}, KEY).messages[2]["content"])["people"][0]["description"]
    (retold,) = read(large(), {"people": [{**PERSON, "description": f"{told} on Sundays"}]}, HINT)
    assert (copied[0], again[0], retold[0]) == ("example", "example", "example")


def test_more_people_than_were_asked_for_are_surplus_and_too_short_ones_too_short():
    found = read(
        large(), {"people": [PERSON, {**PERSON, "description": "A baker who sings"}, PERSON]}, HINT, hints=[HINT] * 2
    )
    assert [isinstance(one, Arrival) or one[0] for one in found] == [True, "length", "surplus"]


def test_a_narrow_form_allows_what_the_hint_names():
    form = small().request({"hint": HINT, "narrow": True}, KEY).schema["properties"]
    assert re.fullmatch(form["occupation"]["pattern"], "dairy farmer")
    assert not re.fullmatch(form["occupation"]["pattern"], "baker")
    assert form["sex"]["enum"] == ["female"]
    stated = large().request({"hint": HINT, "narrow": True}, KEY).schema["properties"]["people"]["items"]["properties"]
    assert (stated["age"]["enum"], stated["region"]["enum"]) == (["65+"], ["southeast_asia"])


@pytest.mark.parametrize("dialogue", [small(), large()], ids=["small", "large"])
def test_descriptions_that_are_shown_stand_between_marks(dialogue):
    hint = {"like": likeness(["A rice farmer from Laos who whistles", "A tea grower"])}
    last = dialogue.request({"hint": hint}, KEY).messages[-1]["content"]
    mark = re.search(r"<(\w{6})>", last)[1]
    assert last.partition(f"<{mark}>\n")[2].partition(f"\n</{mark}>")[0].splitlines() == [
        "1: A rice farmer from Laos who whistles",
        "2: A tea grower",
    ]


def test_a_language_that_is_named_is_asked_for_and_there_is_no_own():
    asked = AloneInSentences("m", b"s", language="de").request({"hint": HINT}, KEY)
    assert question(asked).endswith("Write the descriptions in German.")
    own = AloneInSentences("m", b"s", language="own").request({"hint": HINT}, KEY)
    assert own.messages[-1] == large().request({"hint": HINT}, KEY).messages[-1]
