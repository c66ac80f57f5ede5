"""Descriptions that a hint shows stay between their delimiters: they come from outside, as egos do."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from personagraph.expansion.alone import AloneInFields, AloneInSentences
from personagraph.expansion.dialogues import ShortFields, WholeSentences
from personagraph.steering.hints import likeness, shown_by
from tests.injections import around, tag
from tests.prompts.test_injections import KEY, SECRET, TOKENS, at, is_plain

MAKERS = (ShortFields, WholeSentences, AloneInFields, AloneInSentences)
CALM = "A calm potter who fires bowls"
EGO = {"ego": "A judge who sails", "type": None}


def turns_of(make: Any, *shown: str) -> tuple[Mapping[str, str], ...]:
    own = EGO if make in (ShortFields, WholeSentences) else {}
    hint = {"occupation": "potter", "country": "Peru", "like": likeness(shown)}
    return make("m", SECRET).request({**own, "hint": hint}, KEY).messages


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("first", [True, False])
@at("source")
def test_a_description_that_a_hint_shows_stays_between_its_delimiters(attempt, first, make):
    calm = turns_of(make, CALM, CALM)
    mark = re.search(r"<(\w{6})>", calm[-1]["content"])[1]
    text = around("source", attempt).replace("MARK", mark).replace("NESTED", f"{mark[:3]}{mark}{mark[3:]}")[:2_000]
    turns = turns_of(make, *((text, CALM) if first else (CALM, text)))
    lines, before = (one[-1]["content"].split("\n") for one in (turns, calm))
    place = before.index(f"1: {CALM}") + (not first)
    assert turns[0] == calm[0]
    assert [turn["role"] for turn in turns] == [turn["role"] for turn in calm]
    assert not [turn for turn in turns[:-1] if tag("source", attempt) in turn["content"]]
    assert [one for n, one in enumerate(lines) if n != place] == [one for n, one in enumerate(before) if n != place]
    assert turns[-1]["content"].lower().count(mark) == calm[-1]["content"].count(mark)
    assert is_plain(lines[place])
    assert not [token for token in TOKENS if token in lines[place]]
    assert tag("source", attempt) in lines[place]
    json.dumps(turns, ensure_ascii=False).encode()


@at("source")
def test_a_description_is_one_line_of_a_hint_whatever_is_in_it(attempt):
    assert len(shown_by({"like": likeness([around("source", attempt), CALM])})) == 2
