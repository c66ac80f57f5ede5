"""The partition index finds exactly the pairs that comparing everything with everything finds."""

import json
import random
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.jaccard import PartitionIndex
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.text.words import jaccard, word_set
from personagraph.types import normalise

THRESHOLDS = st.sampled_from([*(Fraction(n, 20) for n in range(10, 21)), Fraction(2, 3), Fraction(667, 1000)])
WORD_SETS = st.frozensets(st.integers(0, 24).map(lambda n: f"w{n}"), min_size=1, max_size=25)


def brute_force(sets: list[frozenset[str]], words: frozenset[str], threshold: Fraction) -> set[int]:
    return {i for i, s in enumerate(sets) if Fraction(len(s & words), len(s | words)) >= threshold}


@settings(deadline=None)  # the first example compiles
@given(sets=st.lists(WORD_SETS, max_size=12), words=WORD_SETS, threshold=THRESHOLDS)
def test_matches_are_those_of_brute_force_at_any_threshold_and_size(sets, words, threshold):
    index = PartitionIndex(threshold)
    for key, one in enumerate(sets):
        index.add(key, one)
    assert {match.key for match in index.matches(words)} == brute_force(sets, words, threshold)


@settings(deadline=None)
@given(sets=st.lists(WORD_SETS, max_size=12), gone=st.integers(0, 11), threshold=THRESHOLDS)
def test_sets_that_come_together_are_compared_with_those_before_them_that_are_left(sets, gone, threshold):
    index, half = PartitionIndex(threshold), len(sets) // 2
    keys = list(range(100, 100 + len(sets)))
    found = index.add_all(keys[:half], sets[:half])
    if gone < half:
        index.remove(keys[gone])
    found += index.add_all(keys[half:], sets[half:])
    left = [{n for n in range(row) if row < half or n != gone or gone >= half} for row in range(len(sets))]
    wanted = [{n + 100 for n in brute_force(sets, one, threshold) & left[row]} for row, one in enumerate(sets)]
    assert [set(each) for each in found] == wanted


def test_sets_of_very_different_and_great_sizes_are_found_as_by_brute_force():
    rng = random.Random(5)
    words = [f"w{n}" for n in range(900)]
    sets = [frozenset(rng.sample(words, size)) for size in (1, 2, 3, 40, 65, 66, 200, 420, 800) for _ in range(3)]
    sets += [one - set(rng.sample(sorted(one), len(one) // share)) for one in sets for share in (3, 5, 11, 21)]
    sets = [one for one in sets if one]
    for threshold in (Fraction(1, 2), Fraction(4, 5), Fraction(9, 10), Fraction(99, 100)):
        index = PartitionIndex(threshold)
        index.add_all(range(len(sets)), sets)
        assert all({m.key for m in index.matches(one)} == brute_force(sets, one, threshold) for one in sets[::2])


def new_ones(texts: list[str], threshold: Fraction) -> list[bool]:
    """Of each whether no new one before it is alike, by brute force."""
    kept: list[frozenset[str]] = []
    found = []
    for words in map(word_set, texts):
        found.append(not brute_force(kept, words, threshold) if words else True)
        kept += [words] if found[-1] else []
    return found


@settings(deadline=None)
@given(
    texts=st.lists(st.text("ab cé'\u0301\u3042+$", max_size=14) | st.sampled_from(["", "a b", "B, a!"]), max_size=14),
    threshold=THRESHOLDS,
)
def test_descriptions_are_entered_unless_one_before_them_is_alike_whatever_is_in_them(texts, threshold):
    index, half = PartitionIndex(threshold), len(texts) // 2
    found = index.add_new(range(half), texts[:half]) + index.add_new(range(half, len(texts)), texts[half:])
    assert [each is None for each in found] == new_ones(texts, threshold)
    for text, key in zip(texts, found, strict=True):
        assert key is None or brute_force([word_set(texts[key])], word_set(text), threshold)


def test_real_descriptions_are_entered_unless_one_before_them_is_alike(shared_data: Path):
    lines = (shared_data / "personas" / "personahub.jsonl").read_text(encoding="utf-8").splitlines()[:300]
    texts = [json.loads(line)["persona"] for line in lines]
    texts += [variant for text in texts[:100] for variant in (text.upper(), f"{text} {text[:9]}!", f"dedicated {text}")]
    random.Random(3).shuffle(texts)
    for threshold in (Fraction(1, 2), Fraction(9, 10)):
        found = PartitionIndex(threshold).add_new(range(len(texts)), texts)
        assert [each is None for each in found] == new_ones(texts, threshold)


def test_what_was_not_entered_is_not_found_and_what_was_can_be_removed():
    index = PartitionIndex(Fraction(1, 2))
    assert index.add_new([5, 6, 7], ["A weaver", "a WEAVER!", "a diver who sings"]) == [None, 5, None]
    index.remove(5)
    assert index.matches(word_set("a weaver")) == []
    assert index.matches(word_set("a diver who sings")) == [(7, 1.0)]


def test_the_best_come_first_then_the_lowest_number_and_an_empty_set_is_like_nothing():
    index = PartitionIndex(Fraction(3, 4))
    index.add_all([3, 2, 1, 0, 9], [*map(frozenset, ("abc", "abcd", "bcd", "ab", ""))])
    assert index.matches(frozenset("abcd")) == [(2, 1.0), (1, 0.75), (3, 0.75)]
    assert index.matches(frozenset()) == []


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
    known = Deduplicator(METHODS["partition"].make(THRESHOLD), lambda a, b: None)
    known.add("p", "A Weaver from  Oaxaca")
    assert known.find("a weaver from oaxaca", apart=lambda id: False) == ("p", "text", 1.0)
    assert known.find("a weaver from oaxaca", apart=lambda id: True) is None
    assert normalise("A  B") == "a b"


def test_a_vetoed_description_is_passed_over_for_the_next_best():
    veto = lambda a, b: "no" if "works" in b else None  # noqa: E731
    known = Deduplicator(METHODS["content"].make(THRESHOLD), veto)
    known.add("first", "a nurse who works in a small town")
    known.add("second", "a nurse who is working in a small town")
    match = known.find("a nurse who worked in a small town")
    assert match is not None
    assert match.id == "second"
