"""The index by MinHash gives the answers of the exact index on real personas, and forgets what is removed."""

import json
from pathlib import Path

import pytest

from personagraph.dedup.index import DuplicateIndex
from personagraph.dedup.jaccard import PartitionIndex
from personagraph.dedup.minhash import MinHashIndex
from personagraph.text.words import word_set


def filled(index: DuplicateIndex, sets: list[frozenset[str]]) -> DuplicateIndex:
    for key, words in enumerate(sets):
        index.add(key, words)
    return index


def edited(words: frozenset[str]) -> list[frozenset[str]]:
    """The set, with a word more, and with a word less."""
    return [words, words | {"dedicated"}, words - {min(words)}]


def test_both_indexes_find_the_same_among_real_personas_and_their_edits(shared_data: Path):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()
    sets = [word_set(json.loads(line)["persona"]) for line in lines]
    minhash, exact = filled(MinHashIndex(), sets), filled(PartitionIndex(), sets)
    queries = [query for words in sets[::3] if len(words) > 1 for query in edited(words)]
    found = [exact.matches(query) for query in queries]
    assert [minhash.matches(query) for query in queries] == found
    assert sum(map(len, found)) > len(queries) / 2


@pytest.mark.parametrize("kind", [PartitionIndex, MinHashIndex])
def test_a_removed_entry_is_not_found_and_its_number_can_be_used_again(kind: type[DuplicateIndex]):
    index = filled(kind(), [frozenset("abc"), frozenset("abc")])
    index.remove(0)
    assert [match.key for match in index.matches(frozenset("abc"))] == [1]
    index.add(0, frozenset("abc"))
    assert [match.key for match in index.matches(frozenset("abc"))] == [0, 1]


@pytest.mark.parametrize("kind", [PartitionIndex, MinHashIndex])
def test_a_text_without_words_is_like_nothing(kind: type[DuplicateIndex]):
    assert filled(kind(), [frozenset(), frozenset("a")]).matches(frozenset()) == []
