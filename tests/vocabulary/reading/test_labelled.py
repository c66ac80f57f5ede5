"""How well the reader does on real personas that it was not made with, by labels of our own (tests/labels)."""

import json
from pathlib import Path

import pytest

from personagraph.text.english import may_be_english
from personagraph.types import UNKNOWN, persona_id
from personagraph.vocabulary.reading.descriptions import read_description

LABELS = Path(__file__).parents[2] / "labels" / "personahub.jsonl"
ACTIVITY, REGION = ("activity", 0.80, 0.90), ("region", 0.80, 0.90)


@pytest.fixture(scope="module")
def labelled(shared_data):
    """Each labelled description with the answers that are accepted."""
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {persona_id(text): text for text in (json.loads(line)["persona"] for line in lines)}
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 440
    return [(texts[row["id"]], row) for row in rows]


def found(labelled, name: str, *, english: bool) -> tuple[float, float]:
    """The share read of what can be read, and the share right of what is read."""
    readable = read = known = right = 0
    for text, row in labelled:
        if may_be_english(text) == english:
            accepted, value = {*row[name][0], *row[name][1]}, read_description(text)[name]
            readable += UNKNOWN not in accepted
            read += UNKNOWN not in accepted and value != UNKNOWN
            known += value != UNKNOWN
            right += value in accepted and value != UNKNOWN
    return read / readable, right / known


@pytest.mark.parametrize(("name", "least", "right"), [ACTIVITY, REGION, ("age", 0.80, 0.90), ("sex", 0.80, 0.90)])
def test_what_english_words_say_is_read_and_nearly_always_right(labelled, name, least, right):
    share_read, share_right = found(labelled, name, english=True)
    assert share_read >= least
    assert share_right >= right


@pytest.mark.parametrize(("name", "least", "right"), [ACTIVITY, ("region", 0.65, 0.90)])
def test_what_words_of_other_languages_say_is_read_where_tables_reach_and_nearly_always_right(
    labelled, name, least, right
):
    share_read, share_right = found(labelled, name, english=False)
    assert share_read >= least
    assert share_right >= right


def test_the_activity_of_most_personas_of_a_public_file_is_read(shared_data):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    read = [read_description(json.loads(line)["persona"])["activity"] != UNKNOWN for line in lines]
    assert sum(read) / len(read) >= 0.65
