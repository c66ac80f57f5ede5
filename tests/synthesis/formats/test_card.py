"""The card of a dataset: who made it, under which licence, and what it is not for."""

import json

import pytest

from personagraph.errors import UsageError
from tests.synthesis.formats.made import PARTS, entered, sample


def test_it_says_who_made_it_who_checked_it_and_what_it_is_not_for(workspace, tmp_path):
    made = [sample("How many?", "Two.", "agreed"), sample("And?", "Three.", "disputed")]
    run = entered(workspace.ledger, made, checker="openai:judge-2", task="logic")
    workspace.samples(run, tmp_path / "set", licence="cc-by-4.0")
    text = (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    for told in (
        "`gpt-test`",
        "`openai:judge-2`",
        "`math-large@3`",
        "`logic`",
        "| `agreed` | 1 |",
        "must not be used",
    ):
        assert told in text
    assert "1 samples are left out: their check is disputed" in text


def test_its_front_matter_names_the_files_and_the_licence(workspace, run, tmp_path):
    workspace.samples(run, tmp_path / 'a "set": {of} them', split=PARTS, licence="other")
    front = (tmp_path / 'a "set": {of} them' / "README.md").read_text(encoding="utf-8").split("---\n")[1].splitlines()
    fields = dict(line.split(": ", 1) for line in front if ": " in line and not line.startswith((" ", "-")))
    assert {name: json.loads(value) for name, value in fields.items()} == {
        "license": "other",
        "pretty_name": 'a "set": {of} them',
        "task_categories": ["text-generation"],
        "tags": ["synthetic", "personas", "math"],
        "size_categories": ["n<1K"],
    }
    assert [line.strip() for line in front if "path" in line] == [
        'path: "train.jsonl"',
        'path: "validation.jsonl"',
        'path: "test.jsonl"',
    ]


def test_without_a_licence_it_says_that_nobody_has_set_one(workspace, run, tmp_path):
    workspace.samples(run, tmp_path / "set")
    text = (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    assert 'license: "unknown"' in text
    assert "as nobody has said it" in text


@pytest.mark.parametrize("licence", ["cc by", "x\n---\n# hello", "a" * 1_000_000, "«»"])
def test_what_cannot_be_a_licence_is_refused_in_few_words(workspace, run, tmp_path, licence):
    with pytest.raises(UsageError, match="no identifier of a licence") as refused:
        workspace.samples(run, tmp_path / "set", licence=licence)
    assert len(str(refused.value)) < 200
    assert not list(tmp_path.iterdir())
