"""Which replies can be used: read as they are, mended where that takes no guess, or asked for again with the reason."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.errors import ReplyFormatError
from personagraph.expansion.dialogues import ShortFields, WholeSentences
from personagraph.ledger import Ledger
from personagraph.llm.backend import Answer
from personagraph.llm.client.client import ChatClient
from personagraph.llm.scripted import ScriptedBackend
from personagraph.prompts import load, parse
from personagraph.text.mended_json import Mended, UnreadableError, read_object
from personagraph.text.scripts import main_system
from personagraph.types import ChatReply, ChatRequest, Step, digest
from tests.bad_replies import ANSWER, CORPUS, MENDED, PLAIN_ANSWER, READ, UNUSABLE, WHOLE, Spoilt

SMALL, LARGE = load("expand-small"), load("expand-large")
SHOWN = LARGE.examples_for("a text")
FIELDS = {"ego": "A 41-year-old fisher from Senegal who mends nets", "type": None, "hint": None}


def reading(spoilt: Spoilt) -> dict:
    return parse(SMALL, SMALL.schema, ChatReply(spoilt.text, spoilt.finish))


def named(replies: list[Spoilt]) -> object:
    return pytest.mark.parametrize("spoilt", replies, ids=lambda spoilt: spoilt.what)


@named([spoilt for spoilt in CORPUS if spoilt.becomes in (READ, MENDED)])
def test_an_answer_is_read_whatever_stands_around_it_and_marked_when_it_was_mended(spoilt):
    data = reading(spoilt)
    assert data in (ANSWER, PLAIN_ANSWER)
    assert isinstance(data["age"], int)
    assert isinstance(data, Mended) == (spoilt.becomes == MENDED)


@named([spoilt for spoilt in CORPUS if spoilt.becomes not in (READ, MENDED)])
def test_what_cannot_be_used_without_a_guess_says_why_and_keeps_its_text(spoilt):
    with pytest.raises(ReplyFormatError, match=spoilt.becomes) as error:
        reading(spoilt)
    assert error.value.raw == spoilt.text


@pytest.mark.parametrize(
    "part", ["{", "[", "'", '"', "/*", '{"a":', '{"a":[', "“", "<think>", "</think>", " ,", "{'", "\\"]
)
def test_no_text_takes_long_to_refuse(part):
    began = time.process_time()
    for text in (part * 50_000, "{" + part * 50_000 + "}"):
        with pytest.raises(UnreadableError):
            read_object(text)
    assert time.process_time() - began < 2, "linear in its length takes some milliseconds, quadratic half a minute"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("{'a': True, 'b': None, 'c': [False,],}", {"a": True, "b": None, "c": [False]}),
        ("""{'a': 'say "no", don\\'t', b: 1}""", {"a": 'say "no", don\'t', "b": 1}),
        ('{"a": "http://x.org /* , ] */", /* b: 2 */ "c": \'//\'}', {"a": "http://x.org /* , ] */", "c": "//"}),
        ("{“a”: “it’s, so ,]”,}", {"a": "it’s, so ,]"}),
        ('{"a": "True, None: [,]",}', {"a": "True, None: [,]"}),
    ],
)
def test_spelling_is_put_right_outside_of_texts_alone(text, data):
    assert read_object(text) == data
    assert isinstance(read_object(text), Mended)


def test_line_breaks_inside_a_text_are_read_as_they_are():
    assert read_object('{"a": "one\ntwo\tthree"}') == {"a": "one\ntwo\tthree"}
    assert not isinstance(read_object('{"a": "one\ntwo"}'), Mended)


@given(st.recursive(st.text() | st.integers(-(2**53), 2**53) | st.booleans() | st.none(), st.lists, max_leaves=5))
def test_any_object_is_read_as_it_was_written(value):
    for text in (json.dumps({"a": value}), json.dumps({"a": value}, ensure_ascii=False)):
        assert read_object(text) == {"a": value}


@given(st.text(alphabet="{}[]:,'\"\\/*abc1 \n“”", max_size=60))
def test_whatever_a_text_holds_it_is_one_object_or_unreadable(text):
    with suppress(UnreadableError):
        assert isinstance(read_object(text), dict)


@given(st.integers(1, len(WHOLE) - 1))
def test_no_beginning_of_an_answer_is_taken_for_it(length):
    with pytest.raises(UnreadableError):
        read_object(WHOLE[:length])


def alter(description: str) -> dict:
    return {**SHOWN[0][1]["alters"][0], "description": description}


def test_a_reply_of_several_that_are_all_examples_is_an_example_told_again_and_one_of_them_is_not():
    shown = SHOWN[0][1]["alters"]
    with pytest.raises(ReplyFormatError, match="an example told again"):
        parse(LARGE, LARGE.schema, ChatReply(json.dumps({"alters": shown[::-1]})), shown=SHOWN)
    fields, dialogue = {**FIELDS, "ego": "A potter from Peru"}, WholeSentences("m", b"secret")
    told = dialogue.examples(fields)[0][1]
    with pytest.raises(ReplyFormatError, match="an example told again"):
        dialogue.parse(fields, ChatReply(json.dumps(told)))
    mixed = {"alters": [shown[0], alter("A baker from Peru who bakes bread for soldiers")]}
    assert parse(LARGE, LARGE.schema, ChatReply(json.dumps(mixed)), shown=SHOWN) == mixed


ALTERS = [alter(f"A baker from {place} who bakes bread for soldiers") for place in ("Peru", "Chad")]
LIST = json.dumps(ALTERS)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (LIST, 2),
        (json.dumps(ALTERS[:1]), 1),
        (f"```json\n{LIST}\n```", 2),
        (f"Here are two:\n{LIST}\nAnything else?", 2),
        (f"<think>[1] or {{2}}?</think>{LIST}", 2),
        (f"<seed:think>[1] or {{2}}?</seed:think>{LIST}", 2),
        (f"◁think▷hm◁/think▷{LIST}", 2),
        (LIST[:-1] + ",]", 2),
        (json.dumps(LIST), 2),
        (json.dumps({"alters": LIST}), 2),
        (json.dumps({"alters": [json.dumps(one) for one in ALTERS]}), 2),
        (json.dumps({"reply": {"alters": ALTERS}}), 2),
        (json.dumps({"reply": {"alters": LIST}}), 2),
        (json.dumps({"people": ALTERS}), 2),
        (json.dumps({"people": LIST}), 2),
        (json.dumps(json.dumps({"alters": ALTERS})), 2),
        (json.dumps({"name": "reply", "arguments": {"alters": LIST}}), 2),
        (json.dumps(ALTERS[0]), 1),
        (json.dumps({"alters": [{**ALTERS[0], "confidence": "0.5", "former": "false"}]}), 1),
    ],
)
def test_a_list_that_came_otherwise_than_it_was_asked_for_is_read_and_marked(text, count):
    data = parse(LARGE, LARGE.schema, ChatReply(text))
    assert isinstance(data, Mended)
    assert [one["description"] for one in data["alters"]] == [one["description"] for one in ALTERS[:count]]
    assert isinstance(data["alters"][0]["confidence"], int | float)
    assert isinstance(data["alters"][0]["former"], bool)


@pytest.mark.parametrize(
    "text",
    [
        LIST[:-1],
        LIST[:-30],
        LIST[:-30] + "]",
        LIST[1:],
        f"{LIST} or {LIST}",
        f"{json.dumps(ALTERS[0])}\n{json.dumps(ALTERS[1])[:-20]}",
        json.dumps(LIST)[:-9],
        json.dumps({"alters": LIST[:-9]}),
        json.dumps([{**ALTERS[0], "note": ""}]),
        json.dumps([ALTERS, ALTERS]),
        f"<think>{LIST}",
        "[" * 100_000 + LIST,
        '{"a":' * 3 + LIST,
    ],
)
def test_a_list_that_was_cut_or_is_one_of_several_is_not_made_whole(text):
    with pytest.raises(ReplyFormatError):
        parse(LARGE, LARGE.schema, ChatReply(text))


@pytest.mark.parametrize("part", ["[", '[{"a":', '\\"', '"\\"{', '{"a":"', "[{},", '{"reply":{"arguments":"{'])
def test_no_list_takes_long_to_refuse(part):
    began = time.process_time()
    for text in (part * 50_000, "[" + part * 50_000 + "]", "{" + part * 50_000 + "}", json.dumps(part * 20_000)):
        with pytest.raises(ReplyFormatError):
            parse(LARGE, LARGE.schema, ChatReply(text))
    assert time.process_time() - began < 4


def large(ego: str, description: str) -> object:
    reply = ChatReply(json.dumps({"alters": [alter(description)]}, ensure_ascii=False))
    return WholeSentences("m", b"s").parse({**FIELDS, "ego": ego}, reply)


def test_a_reply_in_letters_that_the_question_does_not_have_is_asked_for_again():
    for text in ("一个在丹麦长大的花样滑冰教练", "Российский айтишник, который заботится о серверах", "นักพัฒนาซอฟต์แวร์"):
        with pytest.raises(ReplyFormatError, match="letters, unlike the question"):
            large("A baker from Peru", text)
        assert large(text, text), "who asks about such a text may be answered in its letters"
        assert large(text, "A baker from Peru who bakes bread"), "and in those of the prompt"
    assert large("A baker from Peru", "A tea seller from Kyoto whose shop is called 茶の家, the house of tea")
    assert large("A baker from Peru", "A señora from São Paulo whose naïve café façade is painted blue")


def test_real_personas_in_many_languages_may_be_answered_in_their_own(shared_data):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    told = [persona for line in lines if not (persona := json.loads(line)["persona"]).isascii()]
    foreign = [persona for persona in told if main_system(persona) != "LATIN"]
    assert len(told) > len(foreign) > 40
    for persona in told:
        assert large(persona, persona)
    for persona in foreign:
        with pytest.raises(ReplyFormatError, match="letters, unlike the question"):
            large("A baker from Peru", persona)


def client_answers(
    folder: Path, then: Callable[[Spoilt], ChatReply]
) -> Iterator[tuple[Spoilt, Answer, list[ChatRequest]]]:
    """Each unusable reply with what the client makes of it when it is followed by another, and what it asked."""
    first = {digest(str(n)): spoilt for n, spoilt in enumerate(UNUSABLE)}
    asked: list[ChatRequest] = []

    def answer(request: ChatRequest) -> ChatReply:
        asked.append(request)
        spoilt = first.get(request.key)
        return ChatReply(spoilt.text, spoilt.finish) if spoilt else then(current)

    client = ChatClient(ScriptedBackend(answer), Ledger(folder / "ledger.sqlite3"))
    dialogue = ShortFields("scripted", b"secret")
    try:
        for key, current in first.items():
            asked.clear()
            step = Step(0, "ego", dialogue.prompt, FIELDS)
            [future] = client.submit("r1", [(step, key)], dialogue)
            yield current, future.result(timeout=10), list(asked)
    finally:
        client.close()


def test_what_cannot_be_used_is_asked_for_once_more_with_the_reason_and_then_read(tmp_path):
    for spoilt, answer, asked in client_answers(tmp_path, lambda spoilt: ChatReply(WHOLE)):
        assert answer.data == ANSWER
        assert len(asked) == 2
        assert spoilt.becomes in asked[1].messages[-1]["content"]


def test_a_line_of_thought_is_not_quoted_when_its_answer_is_asked_for_again(tmp_path):
    asked: list[ChatRequest] = []

    def answer(request: ChatRequest) -> ChatReply:
        asked.append(request)
        return ChatReply(f"<think>{'Well. ' * 500}</think>A baker." if len(asked) == 1 else WHOLE)

    client = ChatClient(ScriptedBackend(answer), Ledger(tmp_path / "ledger.sqlite3"))
    dialogue = ShortFields("scripted", b"secret")
    [future] = client.submit("r1", [(Step(0, "ego", dialogue.prompt, FIELDS), digest("k"))], dialogue)
    assert future.result(timeout=10).data == ANSWER
    client.close()
    assert asked[1].messages[-2]["content"] == "A baker."


def test_what_stays_unusable_is_an_answer_without_data_and_is_not_asked_for_a_third_time(tmp_path):
    for spoilt, answer, asked in client_answers(tmp_path, lambda spoilt: ChatReply(spoilt.text, spoilt.finish)):
        assert (answer.data, len(asked)) == (None, 2)
        assert answer.error.startswith(spoilt.becomes)
