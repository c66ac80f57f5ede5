"""Examples that are dealt: no value is offered more than another, and each is plain from the words beside it."""

import json
import re
from collections import Counter
from itertools import chain

import pytest
from jsonschema_rs import Draft202012Validator

from personagraph.expansion.dialogues import ShortFields, WholeSentences
from personagraph.expansion.readings import read_written
from personagraph.extraction.dialogues import FullPortraits
from personagraph.extraction.readings import read_portrait
from personagraph.prompts import load
from personagraph.prompts.dealt import cycle, deal
from personagraph.prompts.retold import retells
from personagraph.runs.growth import Arrival
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import cells
from personagraph.vocabulary.relationships import ROLES

DEALT = [("expand-large", "alters"), ("extract-large", "personas")]
STRIDE = 997


def dealt(name: str, numbers) -> list:
    prompt = load(name)
    return [deal(prompt.examples, prompt.dealt, number, coded=name == "expand-large") for number in numbers]


def people(name: str, numbers) -> list[dict]:
    return [person for _, reply in dealt(name, numbers) for items in reply.values() for person in items]


@pytest.mark.parametrize(("name", "items"), DEALT)
def test_over_a_cycle_each_value_of_each_attribute_is_stated_equally_often(name, items):
    prompt = load(name)
    assert prompt.dealt == items
    everyone = people(name, range(cycle(prompt.examples, items)))
    for attribute in ("activity", "age", "sex", "region"):
        counted = Counter(person[attribute] for person in everyone)
        assert set(counted) == {*ATTRIBUTES[attribute].values, UNKNOWN}
        assert len(set(counted.values())) == 1, attribute
    if items == "alters":
        relations = Counter(person["relation"] for person in everyone)
        assert set(relations) == {*ROLES, "other"}
        assert len(set(relations.values())) == 1


def test_half_of_the_people_have_a_language_and_all_languages_come_up():
    once = cycle(load("expand-large").examples, "alters")
    said = Counter(person["language"] for person in people("expand-large", range(0, once * 198, once // 198)))
    assert set(said) == {*ATTRIBUTES["language"].values, UNKNOWN}
    assert 0.45 < said.pop(UNKNOWN) / (said.total() * 2) < 0.55
    assert max(said.values()) < 3 * min(said.values())


@pytest.mark.parametrize(("name", "items"), DEALT)
def test_what_is_dealt_fits_the_form_and_can_be(name, items):
    prompt = load(name)
    known = set(cells(("activity", "age")))
    for _, reply in dealt(name, range(0, 60 * STRIDE, STRIDE)):
        Draft202012Validator(json.loads(json.dumps(prompt.schema))).validate(reply)
        for person in reply[items]:
            pair = (person["activity"], person["age"])
            assert pair in known or UNKNOWN in pair


@pytest.mark.parametrize(("name", "items"), DEALT)
def test_a_value_that_is_dealt_is_plain_from_the_words(name, items):
    for person in people(name, range(0, 200 * STRIDE, STRIDE)):
        words = re.sub(r"\b[A-Z][\w ]+-speaking ", "", person["description"].partition(" who ")[0])
        assert read_age(words) == person["age"]
        assert ATTRIBUTES["region"].read(words) == person["region"]
        assert ATTRIBUTES["sex"].read(person["description"]) == person["sex"]
        assert (
            ATTRIBUTES["activity"].read(re.sub("^An? |[0-9]+-year-old |non-binary | from .*", "", words))
            == person["activity"]
        )


def test_the_guards_let_pass_what_is_dealt():
    for given, reply in dealt("expand-large", range(0, 400 * STRIDE, STRIDE)):
        for person in reply["alters"]:
            assert isinstance(read_written(person, ego=given["ego"], named=None), Arrival), (given, person)
    for given, reply in dealt("extract-large", range(0, 100 * STRIDE, STRIDE)):
        for person in reply["personas"]:
            assert isinstance(read_portrait(person, given["passage"], longest=400), Arrival), (given, person)


def test_the_same_question_shows_the_same_example_and_others_show_others():
    prompt = load("expand-large")
    shown = [json.dumps(prompt.examples_for(f"question {n}")) for n in range(50)]
    assert len(set(shown)) == 50
    assert shown[7] == json.dumps(prompt.examples_for("question 7"))


@pytest.mark.parametrize(("name", "items"), DEALT)
def test_an_example_that_is_told_again_is_known_by_a_part_of_it(name, items):
    for example in dealt(name, range(0, 40 * STRIDE, STRIDE)):
        for person in example[1][items]:
            told = person["description"].partition(" who ")[2]
            assert retells(f"A grocer from Oslo who {told}", [example], known="A nurse")
            assert not retells(f"A grocer from Oslo who {told}", [example], known=f"A nurse who {told}")
            assert not retells("A grocer from Oslo who sells figs", [example], known="A nurse")


def test_what_is_copied_is_told_in_any_script():
    example = ({"ego": "一位在山里教书的年轻老师"}, {"alters": [{"description": "一位每天清晨在河边钓鱼的退休邮递员"}]})
    assert retells("一位五十岁的农民,每天清晨在河边钓鱼的退休邮递员的朋友", [example], known="")
    assert not retells("一位喜欢登山的纪录片导演", [example], known="")
    cyrillic = ({"ego": "Учитель"}, {"alters": [{"description": "Рыбак, который чинит старые сети у моря"}]})
    assert retells("Повар, который чинит старые сети у моря", [cyrillic], known="")


def test_a_relation_or_a_label_is_not_copied_words():
    said = [{"relation": "belongs to the same group as"}]
    example = ({"ego": "A smith", "ask": "Name 2 people who are connected"}, {"alters": said})
    assert not retells("A singer who belongs to the same group as many people who are connected", [example], known="")


def test_no_two_frames_say_the_same_words():
    frames = list(chain(load("expand-large").examples, load("extract-large").examples))
    told = [item["description"] for _, reply in frames for items in reply.values() for item in items]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(("name", "items"), DEALT)
def test_the_words_of_before_are_kept_for_runs_that_began_with_them(name, items):
    now, then = load(name), load(name, before=True)
    assert (now.version, then.version) == (2, 1)
    assert (now.system, now.template, now.schema) == (then.system, then.template, then.schema)
    assert then.dealt == ""
    assert then.examples_for("a") == then.examples_for("b") == then.examples
    assert load("expand-small", before=True).digest == load("expand-small").digest


def test_a_reply_that_tells_the_example_again_is_turned_down_with_what_it_says():
    dialogue = WholeSentences("m", b"secret")
    fields = {"ego": "A potter from Peru", "type": None, "hint": None}
    shown = dialogue.examples(fields)[0][1]["alters"][0]
    copied = {**shown, "description": "A cook from Chile who " + shown["description"].partition(" who ")[2]}
    [(guard, said, stated)] = dialogue.read(fields, {"alters": [copied]})
    assert (guard, said) == ("example", copied["description"])
    assert stated["activity"] == shown["activity"]


def test_a_detail_of_an_example_is_turned_down_in_short_fields_too():
    dialogue = ShortFields("m", b"secret")
    fields = {"ego": "A potter from Peru", "type": None, "hint": None}
    shown = dialogue.examples(fields)[0][1]
    reply = {**shown, "occupation": "locksmith", "relation": "friend of", "age": 40}
    [(guard, *_)] = dialogue.read(fields, reply)
    assert guard == "example"


def test_a_persona_of_an_extraction_that_tells_the_example_again_is_turned_down():
    dialogue = FullPortraits("m", b"secret")
    fields = {"passage": "A text about bees and their keepers.", "verb": "read", "grain": "fine"}
    [(guard, *_)] = dialogue.read(fields, {"personas": dialogue.examples(fields)[0][1]["personas"][:1]})
    assert guard == "example"
