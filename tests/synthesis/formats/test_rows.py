"""What each format makes of a sample: rows as its trainers read them, and none of what it cannot hold."""

import json

import pytest

from personagraph.synthesis.formats import DEFAULT, FORMATS
from personagraph.synthesis.samples import Sample, samples
from personagraph.testing import temporary_workspace
from personagraph.types import Verdict
from tests.synthesis.formats.made import entered, sample, tool

ABOUT = {"id", "task", "answer", "check", "reason", "checks", "about", "lineage"}


def stored(verdict: Verdict) -> Sample:
    """The sample as it is read from a ledger that it was entered in."""
    with temporary_workspace() as workspace:
        [found] = samples(workspace.ledger, entered(workspace.ledger, [verdict]))
        return found


def rows(name: str, verdict: Verdict) -> list[dict]:
    return [dict(row) for row in FORMATS[name].rows(stored(verdict))]


def test_messages_is_the_default():
    assert DEFAULT == "messages"


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("preference", "tools")])
def test_every_row_has_the_sample_s_answer_check_and_lineage_beside_what_the_format_is_about(name):
    [row] = rows(name, sample("How many?", "Two.\nAnswer: 2", answer="2", reason="3 of 3", checks=[{"agreement": 3}]))
    assert set(row) - ABOUT == set(FORMATS[name].columns)
    assert (row["answer"], row["check"], row["reason"]) == ("2", "agreed", "3 of 3")
    assert json.loads(row["checks"]) == [{"agreement": 3}]
    assert row["lineage"]["personas"] == "a"


def test_the_answer_of_a_sample_of_an_older_version_is_read_from_its_last_line():
    assert stored(sample("How many?", "1 + 1 = 2.\nAnswer: 2"))["answer"] == "2"
    assert stored(sample("How?", "Answer: so\nand so"))["answer"] == ""
    assert stored(sample("How many?", "Two.\nAnswer: 2", answer="two"))["answer"] == "two"


def test_conversations_have_the_names_that_their_format_gives_them():
    verdict = sample("How many?", "Two.")
    turns = [{"role": "user", "content": "How many?"}, {"role": "assistant", "content": "Two."}]
    assert rows("messages", verdict)[0]["messages"] == turns
    [row] = rows("prompt-completion", verdict)
    assert (row["prompt"], row["completion"]) == (turns[:1], turns[1:])
    said = [{"from": "human", "value": "How many?"}, {"from": "gpt", "value": "Two."}]
    assert rows("sharegpt", verdict)[0]["conversations"] == said
    [row] = rows("alpaca", verdict)
    assert (row["instruction"], row["input"], row["output"]) == ("How many?", "", "Two.")


@pytest.mark.parametrize("check", ["verified", "computed", "agreed"])
def test_an_answer_that_holds_is_preferred_to_each_that_was_rejected(check):
    found = rows("preference", sample("How many?", "Two.", check, rejected=["Three.", "Three.", "Two.", " ", "Four."]))
    assert [(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in found] == [
        ("Two.", "Three."),
        ("Two.", "Four."),
    ]
    assert found[0]["prompt"] == [{"role": "user", "content": "How many?"}]
    assert found[0]["chosen_message"] == found[0]["chosen"][0] == {"role": "assistant", "content": "Two."}
    assert found[0]["rejected_message"] == found[0]["rejected"][0]


def test_what_is_believed_is_preferred_to_a_disputed_answer():
    [row] = rows("preference", sample("How many?", "Three.", "disputed", believed="Two.", rejected=["Four."]))
    assert (row["chosen"][0]["content"], row["rejected"][0]["content"]) == ("Two.", "Three.")
    assert rows("preference", sample("How many?", "Three.", "disputed")) == []


def test_what_nobody_checked_makes_no_pair():
    assert rows("preference", sample("How many?", "Two.", "unchecked", rejected=["Three."], believed="Four.")) == []


def test_each_call_of_a_tool_that_says_what_was_asked_for_is_a_row():
    calls = [
        {"request": "Three, please", "arguments": {"n": 3}},
        {"arguments": {"n": 4}},
        {"request": " ", "arguments": {}},
    ]
    form = tool("count", *calls, {"request": "Five", "arguments": "n=5"})
    [row] = rows("tools", sample("Write a tool.", "{}", form=form))
    [user, assistant] = row["messages"]
    assert user == {"role": "user", "content": "Three, please"}
    [call] = assistant["tool_calls"]
    assert call["function"] == {"name": "count", "arguments": {"n": 3}}
    [told] = json.loads(row["tools"])
    assert told["type"] == "function"
    assert told["function"] == form["tools"][0]


@pytest.mark.parametrize(
    "form",
    [{}, {"tools": "count"}, {"tools": [{"name": "count"}], "calls": []}, {**tool("count"), "calls": {"a": 1}}],
    ids=["nothing", "no object", "no parameters", "no list of calls"],
)
def test_a_sample_without_a_tool_makes_no_row_of_tools(form):
    assert rows("tools", sample("Write a tool.", "{}", form=form)) == []
