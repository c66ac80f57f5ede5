"""The word of a ledger: equal as long as it goes on from there, another for an older copy that goes another way."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personagraph.ledger import Ledger
from personagraph.ledger.calls import Received, Sent
from personagraph.types import ChatReply

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def opened(path: Path) -> Ledger:
    """A ledger for which it is always the same second."""
    return Ledger(path, clock=lambda: NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = opened(tmp_path / "one.sqlite3")
    yield found
    found.close()


def buy(ledger: Ledger, key: str, text: str) -> None:
    attempt = ledger.calls.take_attempt()
    reply = ChatReply(text, "stop", 1, 1, 0, 0.0, 0.5)
    ledger.calls.enter([Sent(attempt, key, "r1", 0), Received(attempt, key, "r1", 0, "p", "m", reply)])


def copied(ledger: Ledger, path: Path) -> Ledger:
    other = path / "other.sqlite3"
    ledger.close()
    shutil.copyfile(path / "one.sqlite3", other)
    return opened(other)


def test_a_ledger_that_goes_on_still_has_the_word_of_before(ledger):
    run = ledger.runs.start("expand", {}, {})
    buy(ledger, "k1", "one")
    word = ledger.word({run.id})
    buy(ledger, "k2", "two")
    ledger.events.add(run.id, "remark", {})
    ledger.runs.start("import", {}, {})
    assert ledger.word({run.id}, like=word) == word
    assert ledger.word({run.id}) != word
    assert ledger.word({"r1", "r2"}, like=word) != word


@pytest.mark.parametrize("way", ["reply", "event", "nothing"])
def test_an_older_copy_that_goes_another_way_within_the_same_second_has_not(ledger, tmp_path, way):
    run = ledger.runs.start("expand", {}, {})
    buy(ledger, "k1", "one")
    one, other = opened(tmp_path / "one.sqlite3"), copied(ledger, tmp_path)
    if way == "event":
        one.events.add(run.id, "remark", {"text": "\udcff"})
        other.events.add(run.id, "remark", {"text": "another"})
    else:
        buy(one, "k2", "two")
    if way == "reply":
        buy(other, "k2", "another")
    word = one.word({run.id})
    assert other.word({run.id}, like=word) != word
    one.close()
    other.close()


@pytest.mark.parametrize("like", ["", "no word", "1.2", f"{'9' * 30}.1.ab", "-1.0.ab", "1.1.ab\n"])
def test_what_is_no_word_is_that_of_no_ledger(ledger, like):
    assert ledger.word(set(), like=like) != like
