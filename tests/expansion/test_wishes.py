"""Hints in words and in forms: any attributes, several in one call, nothing else allowed, descriptions beside."""

import json
import re

import pytest

from personagraph.expansion.dialogues import DIALOGUES, ShortFields, WholeSentences
from personagraph.expansion.wishes import phrases, wish, wishes
from personagraph.prompts import load
from personagraph.runs.growth import Arrival
from personagraph.steering.hints import likeness
from personagraph.types import ChatReply
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.sexes import SEX_WORDS
from tests.expansion.test_dialogues import EGO, HINT, KEY, LARGE, SMALL, question, step

WHOLE = {"occupation": "rice farmer", "country": "Vietnam", "age": "70", "sex": "female"}
SPEAKS = {**WHOLE, "language": "Tay"}
MASON = {"occupation": "bricklayer", "country": "Peru", "age": "18"}
OTHERS = likeness(["A rice farmer from Laos who whistles", "A tea grower from Vietnam who plays chess"])
OLD_ASKS = {
    "small": [
        "21c5def9a9ee6adf3a00d3652979209b",
        "898b76385e8194ab062cfe9659abf0dc",
        "997e0e86a6d717b17e32f4ea24d91fb8",
    ],
    "large": [
        "a412bd2d923166cc71f02592379b3033",
        "a96adf492b1b1096d4fbb7a5bb0b5bbe",
        "616e0931b5436767784f184904c0bf6d",
    ],
}
"""What ledgers have of steps that name nothing, a title and a country, and a type besides."""


def small() -> ShortFields:
    return ShortFields("m", b"s")


def large() -> WholeSentences:
    return WholeSentences("m", b"s")


def properties(dialogue, fields: dict) -> dict:
    found = dialogue.request(fields, KEY).schema["properties"]
    return found["alters"]["items"]["properties"] if "alters" in found else found


@pytest.mark.parametrize("size", OLD_ASKS)
def test_a_call_of_earlier_versions_has_the_key_that_it_had(size):
    ego = "A judge who sails"
    asked = [step(ego), step(ego, hint=HINT), step(ego, type="TEACHES", hint=HINT)]
    assert [DIALOGUES[size]("m", b"s").ask(fields) for fields in asked] == OLD_ASKS[size]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (SPEAKS, "a 70-year-old female rice farmer from Vietnam who speaks Tay"),
        (HINT, "an office cleaner from Nepal"),
        (MASON, "an 18-year-old bricklayer from Peru"),
        ({"age": "70"}, "a 70-year-old person"),
        ({"age": "9", "sex": "male"}, "a 9-year-old boy"),
        ({"sex": "female", "country": "Peru"}, "a woman from Peru"),
        ({"sex": "other", "occupation": "baker"}, "a non-binary baker"),
        ({"sex": "female", "occupation": "stay-at-home mother"}, "a stay-at-home mother"),
        ({"language": "Tay"}, "a person who speaks Tay"),
        ({"language": "Tay", "like": OTHERS}, "a person who speaks Tay and could belong with the others"),
        ({"like": OTHERS}, "someone who could belong with the others"),
    ],
)
def test_any_words_of_a_hint_make_a_phrase(hint, words):
    assert wish(hint) == words


def test_several_wishes_are_told_in_order():
    told = phrases([SPEAKS, HINT, MASON])
    assert wishes(told) == (
        " The first is ideally a 70-year-old female rice farmer from Vietnam who speaks Tay, the second an office"
        " cleaner from Nepal and the third an 18-year-old bricklayer from Peru, each only if that is plausible."
    )
    assert wishes(told[1:2]) == " The first is ideally an office cleaner from Nepal, only if that is plausible."
    assert wishes([]) == ""


def test_what_alters_have_to_be_is_not_put_as_a_wish():
    assert wishes(["a baker"], narrow=True, count=1) == " It is a baker."
    assert wishes(["a baker", "a judge"], narrow=True, count=2) == " The first is a baker. The second is a judge."


def test_all_attributes_are_told_to_both_sizes_of_model():
    assert wish(WHOLE) in question(small().request(step(hint=WHOLE), KEY))
    assert wish(SPEAKS) in question(large().request(step(hint=SPEAKS), KEY))
    fields = step(hint=SPEAKS, hints=[SPEAKS, MASON])
    assert f"{wish(SPEAKS)} and the second {wish(MASON)}, each" in question(large().request(fields, KEY))


@pytest.mark.parametrize("hint", [WHOLE, {"age": "70"}, {"sex": "male", "country": "Peru"}])
def test_examples_are_asked_by_hints_of_the_same_kind_which_they_follow(hint):
    turns = small().request(step(hint=hint), KEY).messages
    asked = [turn["content"] for turn in turns if turn["role"] == "user"][:-1]
    replies = [json.loads(turn["content"]) for turn in turns if turn["role"] == "assistant"]
    for ask, reply in zip(asked, replies, strict=True):
        kept = {name: ATTRIBUTES["sex"].value(str(reply[name])) if name == "sex" else str(reply[name]) for name in hint}
        assert ask.endswith(f"Someone who is {wish(kept)}.")
        assert ("sex" in reply) == ("sex" in hint)


@pytest.mark.parametrize("hints", [[WHOLE], [WHOLE, HINT]])
def test_the_dealt_example_is_asked_by_hints_which_its_people_follow(hints):
    fields = step(hint=hints[0]) | ({"hints": hints} if len(hints) > 1 else {})
    _, asked, replied, _ = large().request(fields, KEY).messages
    people = json.loads(replied["content"])["alters"]
    heads = [person["description"].partition(" who ")[0] for person in people]
    assert all(head[1:] in asked["content"] for head in heads[: len(hints)])
    assert (heads[1][1:] in asked["content"]) == (len(hints) > 1)


def test_a_sex_has_its_field_where_it_is_named_and_is_told_in_the_sentence():
    assert "sex" not in properties(small(), step(hint=HINT))
    assert list(properties(small(), step(hint=WHOLE))) == [
        *("occupation", "age", "sex", "country", "relation", "detail")
    ]
    fields = step(hint=WHOLE)
    data = small().parse(fields, ChatReply(json.dumps({**SMALL, "sex": "female"})))
    (arrival,) = small().read(fields, data)
    assert arrival.description.startswith("A 51-year-old female sail maker from Fiji who sews")
    assert arrival.stated["sex"] == "female"


def test_the_third_sex_is_called_by_the_word_of_the_wish():
    fields = step(hint={**WHOLE, "sex": "other"})
    assert "non-binary rice farmer" in question(small().request(fields, KEY))
    data = small().parse(fields, ChatReply(json.dumps({**SMALL, "sex": "non-binary"})))
    (arrival,) = small().read(fields, data)
    assert arrival.description.startswith("A 51-year-old non-binary sail maker from Fiji")
    assert arrival.stated["sex"] == "other"


def test_a_title_that_says_another_sex_than_its_field_contradicts_itself():
    reply = {**SMALL, "sex": "female", "occupation": "stay-at-home father"}
    (rejected,) = small().read(step(hint=WHOLE), reply)
    assert rejected[0] == "contradiction"


@pytest.mark.parametrize("hint", [WHOLE, MASON, HINT, {"age": "70"}, {"country": "Nepal", "sex": "other"}])
def test_a_narrow_form_of_short_fields_allows_what_the_hint_names_and_nothing_else(hint):
    free, narrow = (properties(small(), step(hint=hint, **more)) for more in ({}, {"narrow": True}))
    pattern = re.compile(narrow["occupation"]["pattern"])
    if "occupation" in hint:
        assert pattern.fullmatch(hint["occupation"])
        assert not pattern.fullmatch("ambassador")
    else:
        assert narrow["occupation"] == free["occupation"]
    if "country" in hint:
        assert {read_region(name) for name in narrow["country"]["enum"]} == {read_region(hint["country"])}
    ages = {read_age(years) for years in range(narrow["age"]["minimum"], narrow["age"]["maximum"] + 1)}
    assert (ages == {read_age(int(hint["age"]))}) if "age" in hint else len(ages) == 5
    assert narrow.get("sex", {}).get("enum") == ([SEX_WORDS[hint["sex"]]] if "sex" in hint else None)
    assert narrow["relation"] == free["relation"]


def test_a_narrow_form_leaves_out_the_occupations_that_the_examples_reply():
    hint = {"occupation": "army sergeant", "country": "Nepal"}
    for n in range(12):
        fields = step(f"Person {n}", hint=hint, narrow=True)
        pattern = properties(small(), fields)["occupation"]["pattern"]
        shown = {r["occupation"] for _, r in load("expand-small").examples_for(f"Person {n}")}
        assert not any(re.fullmatch(pattern, title) for title in shown)


def test_a_narrow_form_of_stated_attributes_has_as_many_alters_as_hints_and_their_values():
    request = large().request(step(hint=SPEAKS, hints=[SPEAKS, MASON], narrow=True), KEY)
    assert question(request).startswith("Name 2 people who are connected to this person. The first is a 70-year-old")
    assert request.schema["properties"]["alters"]["maxItems"] == 2
    form = request.schema["properties"]["alters"]["items"]["properties"]
    assert form["activity"]["enum"] == [read_activity("rice farmer"), "craft"]
    assert form["age"]["enum"] == ["65+", "15-24"]
    assert form["region"]["enum"] == ["southeast_asia", "latin_america"]
    assert len(form["sex"]["enum"]) == 4, "one of them leaves it open"
    one = large().request(step(hint=MASON, narrow=True), KEY)
    assert question(one).endswith(
        "Name one person who is connected to this person. It is an 18-year-old bricklayer from Peru."
    )


def test_what_a_narrow_form_does_not_allow_is_let_in_where_a_server_kept_to_no_form():
    fields = step(hint=WHOLE, narrow=True)
    (arrival,) = small().read(fields, small().parse(fields, ChatReply(json.dumps({**SMALL, "sex": "male"}))))
    assert isinstance(arrival, Arrival)


@pytest.mark.parametrize("dialogue", [small(), large()], ids=["small", "large"])
def test_descriptions_with_whom_an_alter_could_belong_stand_between_marks_of_their_own(dialogue):
    request = dialogue.request(step(hint={**HINT, "like": OTHERS}), KEY)
    last = request.messages[-1]["content"]
    mark = re.search(r"<(\w{6})>", last)[1]
    assert last.count(f"<{mark}>") == last.count(f"</{mark}>") == 2
    inside = last.split(f"<{mark}>\n")[2].partition(f"\n</{mark}>")[0]
    assert inside.splitlines() == [f"{n}: {text}" for n, text in enumerate(OTHERS.splitlines(), 1)]
    assert question(request).count("belong with") == 1
    assert not any("A tea grower from Vietnam" in turn["content"] for turn in request.messages[:-1])


def test_those_of_several_hints_go_by_numbers():
    hints = [{**HINT, "like": OTHERS}, {"like": "A potter from Crete"}]
    request = large().request(step(hint=hints[0], hints=hints), KEY)
    assert "belong with others 1 and 2 and the second someone who could belong with other 3, each" in question(request)
    assert "3: A potter from Crete" in request.messages[-1]["content"]


def test_who_is_shown_is_no_answer():
    hint = {"like": likeness(["A sail maker from Fiji who sews sails for boats of all sizes"])}
    (short,) = small().read(step(hint=hint), SMALL)
    (written,) = large().read(step(hint=hint), {"alters": [LARGE]})
    assert (short[0], written[0]) == ("echo", "echo")
    (arrival,) = large().read(step(EGO, hint={"like": OTHERS}), {"alters": [LARGE]})
    assert isinstance(arrival, Arrival)


def test_other_languages_are_asked_for_with_hints_of_every_kind():
    dialogue = WholeSentences("m", b"s", language="de")
    hint = {**SPEAKS, "like": OTHERS}
    turns = dialogue.request(step(hint=hint, hints=[hint, MASON]), KEY).messages
    assert [turn["content"].rpartition(". ")[2] for turn in turns if turn["role"] == "user"] == [
        "Write the descriptions in English.",
        "Write the descriptions in German.",
    ]
