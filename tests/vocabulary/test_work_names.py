"""Names of work: what a small model may answer is made of real words, whatever it would rather spell."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.reference import table
from personagraph.vocabulary.work_names import names_of_work, occupation_pattern, trie_pattern


@given(st.sets(st.text("abc", min_size=1, max_size=5), min_size=1), st.text("abc", min_size=1, max_size=5))
def test_a_trie_takes_its_words_and_no_others(known, other):
    pattern = re.compile(trie_pattern(known))
    assert all(pattern.fullmatch(word) for word in known)
    assert bool(pattern.fullmatch(other)) == (other in known)


def test_every_title_that_a_hint_can_name_may_be_answered():
    pattern = re.compile(occupation_pattern())
    assert [
        row["title"] for row in table("occupations") if row["role"] == "hint" and not pattern.fullmatch(row["title"])
    ] == []


@pytest.mark.parametrize("occupation", ["baker", "maize farmer", "school bus driver", "deep-sea fisher"])
def test_work_with_up_to_two_words_before_it_may_be_answered(occupation):
    assert re.fullmatch(occupation_pattern(), occupation)
    assert read_activity(occupation) != "unknown"


@pytest.mark.parametrize("spelled", ["dumfyr builder", "baker of withthelives", "maize", "a baker", "Baker", ""])
def test_invented_words_and_what_is_no_work_may_not(spelled):
    assert not re.fullmatch(occupation_pattern(), spelled)


@pytest.mark.parametrize("fragment", ["non", "off", "laid off", "not", "out", "pre", "after"])
def test_what_is_a_word_only_in_a_longer_title_is_no_word_before_work(fragment):
    assert re.fullmatch(occupation_pattern(), "commissioned officer")
    assert not re.fullmatch(occupation_pattern(), f"{fragment} officer")


def test_work_can_be_left_out():
    pattern = occupation_pattern(without=frozenset({"baker"}))
    assert not re.search(pattern, "pastry baker")
    assert re.search(pattern, "pastry cook")


def test_the_work_of_a_description_stands_in_its_head_phrase():
    assert names_of_work("A 25-year-old pastry baker from China who married a farmer") == {"baker"}
    assert names_of_work("A fan of a football club") == frozenset()
