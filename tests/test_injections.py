"""Text from outside stays text: in prompts and replies, in the graph, on the terminal, in files; see injections.py."""

import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from personagraph import alters, audience, tasks
from personagraph.dialogue import PromptDialogue
from personagraph.errors import ReplyFormatError
from personagraph.passages import passages
from personagraph.prompts import load
from personagraph.types import ChatReply, ChatRequest

from .injections import ATTEMPTS, PLACES, TOKENS_OF_TEMPLATES, Attempt

KEY = "0123456789abcdef" * 2
SECRET = b"a secret of the workspace"
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ue000-\uf8ff\ud800-\udfff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""What must reach no terminal and no model: controls, breaks, marks that turn text, and what nobody sees."""
FLOOD = re.compile("[\u0300-\u036f\u0489\u20d0-\u20f0]{9}|[\u200c\u200d]{2}")
TOKENS = TOKENS_OF_TEMPLATES.split()
LONG = 1_500
"""Characters from which a text may be cut."""
SECONDS = 5.0
"""Far more than anything that grows in step with its input takes, and far less than what does not."""
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "math-large": {"problem": "How many pots?", "working": "Count them.", "answer": "9"},
    "instruction-large": {"request": "How do I glaze a pot?", "answer": "Dip it, and let it dry for a day."},
}
"""Honest replies to the prompts that show no example."""


def at(place: str) -> Any:
    """Parametrises a test with the attempts that come in there."""
    return pytest.mark.parametrize("attempt", [pytest.param(a, id=a.name) for a in ATTEMPTS if place in a.comes_in])


def tag(place: str, attempt: Attempt) -> str:
    """A word that names the attempt at this place, to find it by."""
    n = ATTEMPTS.index(attempt)
    return f"{place}{chr(97 + n // 26)}{chr(97 + n % 26)}"


def tagged(text: str) -> Attempt:
    """The attempt that a text is about."""
    first, second = re.search(rf"(?:{'|'.join(PLACES)}|raw)([a-z])([a-z])\b", text).groups()
    return ATTEMPTS[(ord(first) - 97) * 26 + ord(second) - 97]


def around(place: str, attempt: Attempt) -> str:
    """The attempt among honest words; a formula stands where it would be one."""
    word, n = tag(place, attempt), ATTEMPTS.index(attempt) + 10
    if attempt.name.startswith("formula"):
        return f"{attempt.text} {word} beekeeper of {n} hives who sells honey on Sundays"
    return f"A {word} beekeeper of {n} hives {attempt.text} who sells honey on Sundays"


def is_plain(text: str) -> bool:
    return not RAW.search(text) and not FLOOD.search(text)


def test_the_corpus_has_its_size_and_every_place_and_no_name_twice():
    assert len(ATTEMPTS) >= 60
    assert max(Counter(a.name for a in ATTEMPTS).values()) == 1
    assert {place for a in ATTEMPTS for place in a.comes_in} == set(PLACES)
    assert all(a.tries and a.comes_in for a in ATTEMPTS)


# ------------------------------------------------------------------------------------------------------ prompts

MAKERS = [made for size in ("small", "large") for made in (alters.DIALOGUES[size], audience.DIALOGUES[size])]
MAKERS += [sizes[size] for sizes in tasks.DIALOGUES.values() for size in ("small", "large")]


def fields(dialogue: PromptDialogue, text: str, label: str) -> dict[str, Any]:
    """The fields of a step about this text, cut as they are on the way in."""
    if isinstance(dialogue, tasks.Task):
        tie = {"phrase": f"is connected to ({label[:80]})", "type": "RELATED_TO", "persona": text[:2_000]}
        return {"persona": text[:2_000], "ties": [tie], "kind": dialogue.kinds[0]}
    if hasattr(dialogue, "longest"):
        return {"passage": passages(text, longest=dialogue.longest)[0], "verb": "dislike", "grain": "fine"}
    return {"ego": text[:2_000], "type": None, "hint": None}


def asked(dialogue: PromptDialogue, text: str, label: str = "x") -> tuple[Mapping[str, str], ...]:
    return dialogue.request(fields(dialogue, text, label), KEY).messages


@at("source")
def test_a_text_stays_between_its_delimiters_in_every_prompt(attempt):
    for make in MAKERS:
        dialogue = make("m", SECRET)
        calm = asked(dialogue, "A calm potter who fires bowls")
        mark = re.search(r"<(\w{6})>", calm[-1]["content"])[1]
        turns = asked(dialogue, around("source", attempt).replace("MARK", mark), attempt.text.replace("MARK", mark))
        inside, _, after = turns[-1]["content"].partition(f"\n</{mark}>")
        before, _, inside = inside.partition(f"<{mark}>\n")
        assert [t["role"] for t in turns] == ["system", *["user", "assistant"] * (len(turns) // 2 - 1), "user"]
        assert (turns[0], after) == (calm[0], calm[-1]["content"].partition(f"\n</{mark}>")[2])
        assert before.strip() == ""
        assert turns[-1]["content"].lower().count(mark) == 2
        assert not [t for t in turns[:-1] if tag("source", attempt) in t["content"]]
        assert is_plain(inside)
        assert not [token for token in TOKENS if token in inside]
        assert len(inside) < 6_200
        assert tag("source", attempt) in inside
        assert len(attempt.text) > LONG or dialogue.prompt == "extract-small@1" or "honey on Sundays" in inside
        json.dumps(turns, ensure_ascii=False).encode()


def test_the_delimiter_is_another_one_in_every_request_and_nobody_without_the_secret_can_tell_it():
    def marks(secret: bytes) -> set[str]:
        dialogue = alters.ShortFields("m", secret)
        requests = (dialogue.request(fields(dialogue, "A potter", ""), f"{n:032x}") for n in range(50))
        return {re.search(r"<(\w+)>", r.messages[-1]["content"])[1] for r in requests}

    assert len(marks(SECRET)) == 50
    assert not marks(SECRET) & marks(b"another secret")
    assert marks(SECRET) == marks(SECRET), "a replay is exact"


# ------------------------------------------------------------------------------------------------------ replies

PROMPTS = ("expand-small", "expand-large", "math-small", "math-large", "instruction-small", "instruction-large")
"""Those that are parsed by their own schema; extract-large is as expand-large."""


@pytest.mark.parametrize("name", PROMPTS)
@at("reply")
def test_a_reply_is_taken_whole_as_its_schema_has_it_or_not_at_all(attempt, name):
    prompt = load(name)
    honest = ANSWERS.get(name) or prompt.examples[0][1]
    dialogue, began = PromptDialogue(name, "m", SECRET), time.monotonic()
    try:
        data = dialogue.parse({}, ChatReply(attempt.text.replace("@@", json.dumps(honest))))
    except ReplyFormatError as error:
        assert len(str(error)) < 100, "a reason in a few words, without the reply"
    else:
        Draft202012Validator(prompt.schema).validate(data)
        assert data == honest
    assert time.monotonic() - began < SECONDS


@at("sample")
def test_what_a_model_writes_is_plain_once_it_is_read(attempt):
    text = {"request": around("sample", attempt)[:150_000], "answer": f"Honest words, {attempt.text[:1000]} and more."}
    dialogue = PromptDialogue("instruction-large", "m", SECRET)
    data = dialogue.parse({}, ChatReply(json.dumps(text)))
    assert is_plain(data["request"] + data["answer"])
    assert data["answer"].startswith("Honest words, ")
    assert data["answer"].endswith(" and more.")


def test_a_whole_number_is_one_however_it_is_written():
    answer = load("expand-small").examples[0][1]
    text = json.dumps(answer).replace('"age": 51', '"age": 5.1e1')
    data = alters.ShortFields("m", SECRET).parse({}, ChatReply(text))
    assert repr(data["age"]) == "51"
