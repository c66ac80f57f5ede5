"""The simulated world: its replies fit any schema of the kind that prompts use, are reproducible, and are of use."""

import asyncio
import json
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from personagraph.alters import ShortFields
from personagraph.attributes import read_activity, read_region
from personagraph.errors import ChatError
from personagraph.llm.people import phrases
from personagraph.llm.simulated import SimulatedBackend
from personagraph.prompts import load
from personagraph.types import ChatReply, ChatRequest, digest

FARMER = "A 34-year-old maize farmer from Kenya who is testing seeds that need less rain"
PROMPTS = sorted(
    f.name.removesuffix(".toml") for f in files("personagraph.prompts").iterdir() if f.name[-5:] == ".toml"
)
DIALOGUE = ShortFields("simulated", b"secret")


def ask(schema: dict[str, Any] | None, *, key: str = "k", seed: int = 0, **fields: Any) -> ChatReply:
    messages = ({"role": "user", "content": "x" * 400},)
    return asyncio.run(SimulatedBackend(seed).complete(ChatRequest(key, "any", messages, schema, {}, fields)))


def say(*names: str, key: str = "k", **fields: Any) -> dict[str, Any]:
    """A reply with these properties, all of them texts without bounds."""
    properties = {name: {"type": "string"} for name in names}
    said: dict[str, Any] = json.loads(ask({"type": "object", "properties": properties}, key=key, **fields).text)
    return said


def expand(count: int, *, ego: str = FARMER, type: str | None = None, hint: dict[str, str] | None = None):
    """Replies to the expansion of an ego, as data."""
    backend, fields = SimulatedBackend(), {"ego": ego, "type": type, "hint": hint}

    async def answer():
        return [await backend.complete(DIALOGUE.request(fields, digest(ego, str(n)))) for n in range(count)]

    return [json.loads(reply.text) for reply in asyncio.run(answer())]


def read(replies, *, ego: str = FARMER, named: str | None = None):
    """What enters, and how many a guard turned down."""
    fields = {"ego": ego, "type": named, "hint": None}
    alters = [alter for data in replies for alter in DIALOGUE.read(fields, data)]
    rejected = Counter(alter[0] for alter in alters if isinstance(alter, tuple))
    return [alter for alter in alters if not isinstance(alter, tuple)], rejected


@pytest.mark.parametrize("name", PROMPTS)
def test_replies_fit_the_schema_of_every_prompt(name):
    prompt = load(name)
    check = Draft202012Validator(prompt.schema)
    given_fields, _ = prompt.examples[0] if prompt.examples else ({}, {})
    for n in range(300):
        check.validate(json.loads(ask(dict(prompt.schema), key=f"{name}{n}", **given_fields).text))


NAMES = (
    "detail",
    "occupation",
    "age",
    "country",
    "relation",
    "question",
    "answer",
    "persona",
    "nature",
    "other",
    "tags",
)


def texts():
    def bounded(bounds: tuple[int, int]):
        low, extra = bounds
        return {"type": "string", "minLength": low, "maxLength": low + extra}

    def patterned(parts: tuple[str, str, int, int]):
        start, characters, low, extra = parts
        return {"type": "string", "pattern": f"^{start}{characters}{{{low},{low + extra}}}$"}

    starts = st.sampled_from(["", "[a-z]", "(A|An) ", r"\d\.", "(?:ab|c){1,3}", "[^a-z]?"])
    kinds = st.sampled_from(["[a-z]", "[A-Za-z ]", r"\w", "[0-9]", ".", "[а-яё]", "(x|yz)"])
    numbers = st.integers(0, 60)
    return st.one_of(
        st.just({"type": "string"}),
        st.tuples(numbers, numbers).map(bounded),
        st.tuples(starts, kinds, numbers, numbers).map(patterned),
        st.lists(st.text(min_size=1), min_size=1, max_size=4).map(lambda enum: {"type": "string", "enum": enum}),
    )


def bounded_numbers(kind: str):
    pairs = st.tuples(st.integers(-1000, 1000), st.integers(0, 1000))
    return pairs.map(lambda pair: {"type": kind, "minimum": pair[0], "maximum": pair[0] + pair[1]})


def objects(children):
    return st.dictionaries(st.sampled_from(NAMES), children, max_size=5).map(
        lambda of: {"type": "object", "properties": of, "required": list(of), "additionalProperties": False}
    )


def arrays(children):
    sizes = st.tuples(st.integers(0, 3), st.integers(0, 3))
    return st.tuples(children, sizes).map(
        lambda of: {"type": "array", "items": of[0], "minItems": of[1][0], "maxItems": sum(of[1])}
    )


SCHEMAS = st.recursive(
    st.one_of(texts(), bounded_numbers("integer"), bounded_numbers("number"), st.just({"type": "boolean"})),
    lambda children: st.one_of(objects(children), arrays(children)),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(SCHEMAS, st.integers(0, 10**6))
def test_replies_fit_any_schema_of_the_kind_that_prompts_use(schema, n):
    reply = ask(schema, key=str(n), ego=FARMER, hint={"occupation": "mason", "country": "Nepal"}, type="TEACHES")
    Draft202012Validator(schema).validate(json.loads(reply.text))


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "string"}]},
        {"enum": [1, "one"]},
        {"type": "string", "pattern": "^(?=a)b$"},
        {"type": "string", "pattern": "("},
        {"type": "string", "minLength": 5, "maxLength": 4},
        {"type": "integer", "minimum": 5, "maximum": 4},
    ],
)
def test_a_schema_that_is_not_understood_or_that_nothing_fits_is_an_error_that_names_the_prompt(schema):
    with pytest.raises(ChatError, match="cannot answer the prompt any"):
        ask({"type": "object", "properties": {"x": schema}})


def test_enums_and_constants_without_a_type_are_understood():
    schema = {"enum": [True]}, {"enum": [2, 3]}, {"const": "so"}, {"type": ["null", "integer"]}, {"type": "null"}
    properties = {str(n): one for n, one in enumerate(schema)}
    said = json.loads(ask({"type": "object", "properties": properties}).text)
    Draft202012Validator({"type": "object", "properties": properties}).validate(said)
    assert (said["0"], said["2"], said["4"]) == (True, "so", None)


def test_the_reply_depends_on_seed_and_key_alone():
    schema = dict(load("expand-small").schema)
    assert ask(schema) == ask(schema)
    assert len({ask(schema, key=key, seed=seed).text for key in ("k", "l") for seed in (0, 1)}) == 4


def test_tokens_are_counted_from_the_lengths():
    reply = ask(None)
    assert (reply.finish, reply.cost, reply.prompt_tokens) == ("stop", 0.0, 100)
    assert 0 < reply.completion_tokens < len(reply.text)


def test_ten_thousand_replies_bring_thousands_of_personas_and_some_twice():
    entered, rejected = read(expand(10_000))
    distinct = {alter.description for alter in entered}
    assert len(distinct) > 8_000
    assert 100 < len(entered) - len(distinct) < 1_000
    assert 100 < rejected["echo"] < 300
    assert set(rejected) <= {"echo", "contradiction", "dependent", "same work", "example"}
    assert sum(rejected.values()) - rejected["echo"] - rejected["contradiction"] < 100


def test_an_ego_that_cannot_be_echoed_gets_sentences_without_an_end_instead():
    ego = "A chemistry teacher at a rural school"
    _, rejected = read(expand(5_000, ego=ego), ego=ego)
    assert 50 < rejected["cut"] < 150


def test_a_faulty_description_without_an_ego_is_cut_not_empty():
    cut = [said for n in range(1_000) if (said := say("persona", key=str(n))["persona"]).endswith(" and the")]
    assert 5 < len(cut) < 50
    assert all(say("persona", key=str(n), ego="", hint="none")["persona"] for n in range(300))


def test_people_come_from_a_skewed_world():
    replies = expand(3_000)
    activities = Counter(read_activity(data["occupation"]) for data in replies)
    regions = Counter(read_region(data["country"]) for data in replies)
    assert "unknown" not in activities | regions
    assert activities["professionals"] > 20 * max(1, activities["armed_forces"])
    assert regions["north_america"] > 10 * regions["oceania"]


def test_a_hint_is_followed_most_of_the_time_and_a_type_where_the_schema_leaves_no_other():
    replies = expand(3_000, type="OPPOSES", hint={"occupation": "mason", "country": "Nepal"})
    occupation = sum(data["occupation"] == "mason" for data in replies) / len(replies)
    country = sum(data["country"] == "Nepal" for data in replies) / len(replies)
    kept = sum(data["relation"] in ("opposes", "opposed by") for data in replies) / len(replies)
    assert 0.6 < occupation < 0.72
    assert 0.86 < country < 0.95
    assert kept == 1
    assert all(data["age"] >= 19 for data in replies if data["occupation"] == "mason")


def test_a_hint_that_the_schema_does_not_allow_is_passed_over():
    replies = expand(200, hint={"occupation": "Mason (n.)", "country": "Atlantis"})
    assert all(data["country"] != "Atlantis" and data["occupation"] != "Mason (n.)" for data in replies)


def test_an_answer_to_a_problem_is_right_in_the_same_reply_and_in_a_later_one():
    for n in range(50):
        said = say("problem", "answer", key=f"first {n}")
        later = say("answer", key=f"later {n}", problem=said["problem"])
        assert said["answer"] == later["answer"]
    a, b, c = 7, 6, 5
    assert say("answer", question=f"A potter fills {a} shelves with {b} jars, then {c} are sold.")["answer"] == "37"


def test_no_phrase_is_listed_twice_and_details_fit_the_short_field():
    tables = [phrases(name) for name in ("does", "where", "also", "stories", "requests", "advice", "things")]
    assert all(len(set(table)) == len(table) for table in tables)
    assert sum(max(map(len, table)) for table in tables[:3]) + len("  and  and the") < 131


def test_words_that_a_pattern_lists_are_followed_by_words_not_by_letters():
    pattern = "^(at|near) (a|the) [a-z][A-Za-z0-9 ,'-]{20,120}$"
    text = json.loads(ask({"type": "object", "properties": {"spot": {"type": "string", "pattern": pattern}}}).text)[
        "spot"
    ]
    assert any(text.partition(begin)[2] for begin in ("at a ", "at the ", "near a ", "near the "))
    assert any(f"{place} and " in text for place in phrases("where"))
