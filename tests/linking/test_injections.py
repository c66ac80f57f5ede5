"""Text from outside stays text where two are asked about: between its delimiters, and in the words of a tie."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from personagraph.errors import ReplyFormatError
from personagraph.linking.dialogues import PairDialogue, ShortTieDialogue, TieDialogue
from personagraph.linking.readings import LONGEST_HOW, LONGEST_WORDS, OTHER
from personagraph.runs.growth import Link
from personagraph.types import ChatReply
from tests.injections import around, tag
from tests.prompts.test_injections import KEY, SECONDS, SECRET, TOKENS, at, is_plain

MAKERS = (PairDialogue, TieDialogue, ShortTieDialogue)
CALM = "A calm potter who fires bowls"
SAID: dict[str, Any] = {
    "how": "taught her to glaze",
    "relation": "teaches",
    "label": "",
    "former": False,
    "confidence": 1,
}


def turns_of(make: Any, a: str, b: str) -> tuple[Mapping[str, str], ...]:
    return make("m", SECRET).request({"a": a, "b": b}, KEY).messages


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("first", [True, False])
@at("source")
def test_a_description_stays_between_its_delimiters_whichever_of_the_two_it_is(attempt, first, make):
    calm = turns_of(make, CALM, CALM)[-1]["content"]
    mark = re.search(r"<(\w{6})>", calm)[1]
    text = around("source", attempt).replace("MARK", mark).replace("NESTED", f"{mark[:3]}{mark}{mark[3:]}")
    *before, last = turns_of(make, *((text, CALM) if first else (CALM, text)))
    lines = last["content"].split("\n")
    place = 1 if first else 4
    inside = lines[place]
    assert [turn["role"] for turn in before] == ["system"]
    assert [line for n, line in enumerate(lines) if n != place] == [
        line for n, line in enumerate(calm.split("\n")) if n != place
    ]
    assert last["content"].lower().count(mark) == 4
    assert is_plain(inside)
    assert not [token for token in TOKENS if token in inside]
    assert len(inside) < 6_200
    assert tag("source", attempt) in inside
    json.dumps(last, ensure_ascii=False).encode()


@at("source")
def test_what_a_description_says_makes_no_odds_and_no_word_of_a_judgement(attempt):
    fields = {"a": around("source", attempt), "b": CALM}
    read = PairDialogue("m", SECRET).parse(fields, ChatReply(attempt.text, tops={attempt.text[:40]: -0.1}))
    assert read["odds"] is None or attempt.text[:40].strip().casefold() in ("yes", "no")
    assert read["said"] in ("", "yes", "no")


@at("reply")
def test_a_reply_is_taken_whole_as_its_schema_has_it_or_not_at_all(attempt):
    dialogue, began, data = TieDialogue("m", SECRET), time.process_time(), SAID
    with suppress(ReplyFormatError):
        data = dialogue.parse({"a": CALM, "b": CALM}, ChatReply(attempt.text.replace("@@", json.dumps(SAID))))
        Draft202012Validator(dialogue.schema({})).validate(data)
    assert data == SAID
    assert time.process_time() - began < SECONDS


@at("label")
def test_words_for_a_tie_are_plain_and_short_or_turned_down(attempt):
    dialogue, fields = TieDialogue("m", SECRET), {"a": CALM, "b": "A patient baker who sings"}
    for said in ({"how": attempt.text}, {"relation": OTHER, "label": attempt.text}):
        with suppress(ReplyFormatError):
            data = dialogue.parse(fields, ChatReply(json.dumps({**SAID, **said})))
            read = dialogue.read(fields, data)
            label = read.label if isinstance(read, Link) else read[1]
            assert is_plain(label)
            assert len(label) <= (LONGEST_HOW if "how" in said else LONGEST_WORDS)
            assert "\n" not in label
