"""The method by MinHash gives the answers of the exact method on real personas."""

import json
from pathlib import Path

import pytest

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.minhash import bands
from personagraph.dedup.rules import METHODS, Deduplicator, Match


def found_by(method: str, texts: list[str], asked: list[str]) -> list[Match | None]:
    known = Deduplicator(METHODS[method].make(THRESHOLD), lambda a, b: None)
    known.prepare(texts)
    for number, text in enumerate(texts):
        known.add(str(number), text)
    return [known.find(text) for text in asked]


def edited(text: str) -> list[str]:
    """The text with a word of praise, with an article more, and in capitals."""
    return [f"dedicated {text}", f"the {text}", text.upper()]


def test_both_methods_find_the_same_among_real_personas_and_their_edits(shared_data: Path):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()[::5]
    texts = [json.loads(line)["persona"] for line in lines]
    asked = [one for text in texts[::2] for one in edited(text)]
    exact = found_by("partition", texts, asked)
    assert found_by("minhash", texts, asked) == exact
    assert sum(match is not None for match in exact) > len(asked) / 2


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_at_most_one_in_a_thousand_pairs_at_the_threshold_is_missed(threshold: float):
    number, rows = bands(threshold)
    assert number * rows <= 128
    assert (1 - threshold**rows) ** number <= 0.001


def test_a_text_without_words_is_like_nothing():
    assert found_by("minhash", ["!!", "a"], ["??", "…"]) == [None, None]
