"""How an ego is asked: one alter in short fields of a small model, several written ones of a large model."""

import asyncio
import json
import re
from dataclasses import replace

import pytest

from personagraph.expansion.dialogues import DIALOGUES, ShortFields, WholeSentences
from personagraph.expansion.work import AlterDialogue
from personagraph.prompts import load
from personagraph.runs.growth import Arrival
from personagraph.types import ChatReply, ChatRequest
from personagraph.vocabulary.occupations import ACTIVITIES, titles
from personagraph.vocabulary.places import REGIONS, read_region
from personagraph.vocabulary.relationships import OWN_WORDS, ROLES, TYPES

EGO = "A judge who sails around small islands on a wooden boat"
KEY = "0123456789abcdef" * 2
HINT = {"occupation": "office cleaner", "country": "Nepal"}
SMALL = {
    "occupation": "sail maker",
    "age": 51,
    "country": "Fiji",
    "relation": "buys from",
    "detail": "sews sails for boats of all sizes",
}
LARGE = {
    "description": "A sail maker from Fiji who sews sails for boats of all sizes",
    "nature": "person",
    "activity": "craft",
    "age": "unknown",
    "sex": "unknown",
    "region": "oceania",
    "language": "unknown",
    "relation": "buys from",
    "label": "",
    "former": False,
    "confidence": 0.9,
}


def step(ego: str = EGO, *, type: str | None = None, hint: dict | None = None, **more: object) -> dict:
    return {"ego": ego, "type": type, "hint": hint, **more}


def small() -> ShortFields:
    return ShortFields("m", b"secret")


def large() -> WholeSentences:
    return WholeSentences("m", b"secret")


def question(request: ChatRequest) -> str:
    return request.messages[-1]["content"].splitlines()[-1]


def answered(dialogue: AlterDialogue, fields: dict, data: dict) -> list:
    return list(dialogue.read(fields, dialogue.parse(fields, ChatReply(json.dumps(data)))))


def test_each_size_of_model_has_its_dialogue():
    assert {size: made("m", b"").prompt.partition("@")[0] for size, made in DIALOGUES.items()} == {
        "small": "expand-small",
        "large": "expand-large",
    }


@pytest.mark.parametrize("activity", list(ACTIVITIES))
def test_every_title_that_a_hint_can_name_can_be_answered_by_a_small_model(activity):
    pattern = small().schema(step(hint=HINT))["properties"]["occupation"]["pattern"]
    assert [title for title in titles(activity) if not re.search(pattern, title)] == []


@pytest.mark.parametrize("region", list(REGIONS))
@pytest.mark.parametrize("dialogue", [small(), large()])
def test_every_region_has_countries_to_name(dialogue, region):
    assert sum(read_region(country) == region for country in dialogue.countries) >= (
        3 if dialogue.prompt.startswith("expand-small") else 2
    )


def test_a_plain_question_names_nothing():
    assert question(small().request(step(), KEY)) == "Who is connected to this person? Someone with a different job."
    assert question(large().request(step(), KEY)) == "Name 3 people who are connected to this person."
    assert question(large().request(step(alters=1), KEY)) == "Name one person who is connected to this person."


def test_a_hint_is_named_with_its_article():
    assert "an office cleaner from Nepal" in question(small().request(step(hint=HINT), KEY))
    assert "an office cleaner from Nepal, only if that is plausible" in question(large().request(step(hint=HINT), KEY))


@pytest.mark.parametrize("type", [name for name in TYPES if name not in OWN_WORDS])
def test_a_named_type_leaves_a_small_model_one_relation_and_both_ends_come_up(type):
    seen = set()
    for n in range(12):
        request = small().request(step(f"Person {n}", type=type), KEY)
        (role,) = request.schema["properties"]["relation"]["enum"]
        phrase = TYPES[type].forward if ROLES[role][1] else TYPES[type].backward
        assert question(request).startswith(f"This person {phrase} someone.")
        seen.add(role)
    assert seen == {role for role, (of, _) in ROLES.items() if of == type}


def test_only_who_heals_is_offered_to_treat_somebody():
    def relations(ego: str) -> list[str]:
        return small().request(step(ego), KEY).schema["properties"]["relation"]["enum"]

    assert set(ROLES) - set(relations(EGO)) == {"treats", "treated by"}, "nobody knows yet whether the alter heals"
    assert "treats" not in relations("A student of physics")
    assert set(ROLES) - set(relations("A village nurse who rides a motorbike")) == {"treated by"}


def test_examples_are_asked_as_the_ego_is_and_follow_the_hint():
    turns = small().request(step(hint=HINT), KEY).messages
    asked = [turn["content"] for turn in turns if turn["role"] == "user"][:-1]
    replies = [json.loads(turn["content"]) for turn in turns if turn["role"] == "assistant"]
    assert len(asked) == len(replies) == 3
    for ask, reply in zip(asked, replies, strict=True):
        assert f"{reply['occupation']} from {reply['country']}." in ask


def test_the_delimiter_follows_from_the_key_and_the_seed_from_it_too():
    one, same, other = (small().request(step(), key) for key in (KEY, KEY, KEY[::-1]))
    assert one == same
    assert one.messages[-1] != other.messages[-1]
    assert one.parameters["seed"] != other.parameters["seed"]


def test_what_is_asked_depends_on_ego_type_hint_model_and_seed():
    asks = {
        small().ask(step()),
        small().ask(step("A judge")),
        small().ask(step(type="TEACHES")),
        small().ask(step(hint=HINT)),
        ShortFields("other", b"secret").ask(step()),
        ShortFields("m", b"secret", seed=1).ask(step()),
        large().ask(step()),
        large().ask(step(alters=2)),
    }
    assert len(asks) == 8
    assert ShortFields("m", b"another secret").ask(step()) in asks


def test_a_small_model_gives_one_alter():
    (arrival,) = answered(small(), step(), SMALL)
    assert isinstance(arrival, Arrival)
    assert arrival.link.type == "SELLS_TO"


def test_a_detail_that_stopped_where_its_field_was_full_is_cut():
    pattern = load("expand-small").schema["properties"]["detail"]["pattern"]
    most = int(re.search(r"(\d+)\}\$$", pattern)[1])
    told = "sews " + ("sails for boats of every size and colour seen along far coasts during long windy summers " * 2)
    (rejected,) = answered(small(), step(), {**SMALL, "detail": told[: len("sews ") + most]})
    assert rejected[0] == "cut"


def test_an_occupation_copied_from_the_examples_is_turned_down_unless_the_hint_asked_for_it():
    copied = json.loads(small().request(step(), KEY).messages[2]["content"])["occupation"]
    (rejected,) = answered(small(), step(), {**SMALL, "occupation": copied})
    assert rejected[0] == "example"
    (arrival,) = answered(
        small(), step(hint={"occupation": copied, "country": "Fiji"}), {**SMALL, "occupation": copied}
    )
    assert isinstance(arrival, Arrival)


def test_a_large_model_gives_several_and_each_is_judged_by_itself():
    others = {**LARGE, "description": "A nurse who has known the judge for years and sings in a choir"}
    read = answered(large(), step(), {"alters": [LARGE, others, LARGE]})
    assert [isinstance(item, Arrival) or item[0] for item in read] == [True, "dependent", True]


def test_more_alters_than_were_asked_for_are_surplus():
    read = answered(large(), step(alters=1), {"alters": [LARGE, LARGE]})
    assert [isinstance(item, Arrival) or item[0] for item in read] == [True, "surplus"]


@pytest.mark.local_llm
@pytest.mark.parametrize("dialogue", [small(), large()])
def test_a_real_server_takes_the_schema_and_answers_within_it(dialogue):
    from personagraph.llm.local.backend import LocalBackend

    async def asked() -> ChatReply:
        backend = LocalBackend(slots=1, threads=1)
        try:
            request = dialogue.request(step(type="TEACHES", hint=HINT, alters=1), KEY)
            return await backend.complete(replace(request, parameters={"temperature": 0, "max_tokens": 300}))
        finally:
            await backend.close()

    fields = step(type="TEACHES", hint=HINT, alters=1)
    items = list(dialogue.read(fields, dialogue.parse(fields, asyncio.run(asked()))))
    assert items
    assert all(isinstance(item, Arrival) or len(item) in (2, 3) for item in items)
