"""The reader beside labels that were made without it: docs/reading.md has the table that this counts."""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from personagraph.steering.shares import wilson
from personagraph.types import UNKNOWN, persona_id
from personagraph.vocabulary.reading.descriptions import read_description

LABELS = Path(__file__).parents[2] / "labels/personahub.jsonl"
DOC = Path(__file__).parents[3] / "docs/reading.md"
READ = ("activity", "age", "sex", "region")


class Score(NamedTuple):
    """Of the labelled how many can be read and are; how many are read, and of these rightly."""

    readable: int
    found: int
    read: int
    right: int

    def told(self) -> str:
        """As the table of the documents has it."""
        return (
            f"{self.readable} | {_share(self.found, self.readable)} | {self.read} | {_share(self.right, self.read)} |"
        )


def _share(count: int, of: int) -> str:
    low, high = wilson(count, of)
    return f"{100 * count / of:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


@pytest.fixture(scope="module")
def rows():
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def scores(shared_data, rows):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {persona_id(text): text for line in lines if (text := json.loads(line)["persona"])}
    counts: Counter[tuple[str, bool, str]] = Counter()
    for row in rows:
        got, other = read_description(texts[row["id"]]), row["stratum"] == "other"
        for name in READ:
            accepted = row[name][0]
            for what, so in (
                ("readable", UNKNOWN not in accepted),
                ("found", UNKNOWN not in accepted and got[name] != UNKNOWN),
                ("read", got[name] != UNKNOWN),
                ("right", got[name] != UNKNOWN and got[name] in accepted),
            ):
                counts[name, other, what] += so
    return {
        (name, other): Score(*(counts[name, other, what] for what in Score._fields))
        for name in READ
        for other in (False, True)
    }


def test_four_hundred_are_labelled_twice_each_and_the_two_agree(rows):
    assert len(rows) >= 400
    for name in READ:
        alike = sum(row[name][0][0] == row[name][1][0] for row in rows)
        assert alike / len(rows) > 0.95, name


def test_what_can_be_read_is_read_at_least_to_four_fifths_and_nine_tenths_of_it_rightly(scores):
    for name, found in ((name, scores[name, other]) for name in READ for other in (False, True)):
        assert found.found / found.readable >= 0.8, name
        assert found.right / found.read >= 0.9, name


def test_the_table_of_the_documents_is_what_is_counted(scores):
    text = DOC.read_text(encoding="utf-8")
    for (name, other), found in scores.items():
        assert f"| {'other languages' if other else 'English'}: {name} | {found.told()}" in text
