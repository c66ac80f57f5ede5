"""The partition index finds exactly the pairs that comparing everything with everything finds."""

import json
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from personagraph.dedup.jaccard import PartitionIndex
from personagraph.dedup.rules import Deduplicator
from personagraph.text.words import jaccard, word_set
from personagraph.types import normalise

WORD_SETS = st.frozensets(st.integers(0, 24).map(lambda n: f"w{n}"), min_size=1, max_size=25)


def brute_force(sets: list[frozenset[str]], words: frozenset[str], threshold: Fraction) -> set[int]:
    return {i for i, s in enumerate(sets) if Fraction(len(s & words), len(s | words)) >= threshold}


@given(sets=st.lists(WORD_SETS, max_size=12), words=WORD_SETS, tenths=st.integers(5, 10))
def test_matches_are_those_of_brute_force_at_any_threshold_and_size(sets, words, tenths):
    index = PartitionIndex(Fraction(tenths, 10))
    for key, one in enumerate(sets):
        index.add(key, one)
    assert {match.key for match in index.matches(words)} == brute_force(sets, words, Fraction(tenths, 10))


def test_exactly_nine_tenths_is_a_match_and_just_below_is_not():
    index = PartitionIndex()
    index.add(0, frozenset("abcdefghij"))
    assert [m.score for m in index.matches(frozenset("abcdefghi"))] == [0.9]
    assert index.matches(frozenset("abcdefgh")) == []


def test_a_removed_entry_is_not_found():
    index = PartitionIndex()
    index.add(0, frozenset("abc"))
    index.remove(0)
    assert index.matches(frozenset("abc")) == []


def test_real_personas_with_a_word_more_are_found_as_by_brute_force(shared_data: Path):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()[:800]
    sets = [word_set(json.loads(line)["persona"]) for line in lines]
    index = PartitionIndex()
    for key, one in enumerate(sets):
        index.add(key, one)
    for one in sets[::4]:
        for words in (one, one | {"dedicated"}):
            assert {m.key for m in index.matches(words)} == brute_force(sets, words, Fraction(9, 10))


def test_scripts_without_spaces_are_compared_by_bigrams():
    assert jaccard(word_set("東京の漁師"), word_set("東京の漁師")) == 1
    assert 0 < jaccard(word_set("東京の漁師"), word_set("東京の教師")) < 0.9


def test_the_same_text_is_found_whatever_the_case_and_the_spaces():
    known = Deduplicator(PartitionIndex(), lambda a, b: None)
    known.add("p", "A Weaver from  Oaxaca")
    assert known.find("a weaver from oaxaca", apart=lambda id: False) == ("p", "text", 1.0)
    assert known.find("a weaver from oaxaca", apart=lambda id: True) is None
    assert normalise("A  B") == "a b"


def test_a_vetoed_description_is_passed_over_for_the_next_best():
    text = "a b c d e f g h i j k l m n o p q r s"
    known = Deduplicator(PartitionIndex(), lambda a, b: "no" if b.endswith("vetoed") else None)
    known.add("first", text + " vetoed")
    known.add("second", text + " other")
    assert known.find(text, apart=lambda id: False).id == "second"
