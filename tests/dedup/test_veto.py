"""Descriptions that differ in an attribute, a role, a number or a negation stay apart; wording makes no difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.dedup.veto.veto import differs
from tests.dedup.pairs import APART, APART_BY_SMALL_WORDS, MERGE


def of(groups: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(kind, a, b) for kind, pairs in groups.items() for a, b in pairs]


@pytest.mark.parametrize(("kind", "a", "b"), of(APART))
def test_what_differs_is_kept_apart_and_the_reason_named(kind: str, a: str, b: str):
    assert (differs(a, b) or "").partition(":")[0] == kind
    assert differs(b, a) is not None


@pytest.mark.parametrize(("kind", "a", "b"), of(APART_BY_SMALL_WORDS))
def test_small_words_praise_capitals_and_order_keep_apart_where_they_say_something(kind: str, a: str, b: str):
    assert (differs(a, b) or "").partition(":")[0] == kind
    assert differs(b, a) is not None


@pytest.mark.parametrize(("a", "b"), [pair for pairs in MERGE.values() for pair in pairs])
def test_wording_alone_keeps_nothing_apart(a: str, b: str):
    assert differs(a, b) is None
    assert differs(b, a) is None


def test_the_reason_names_the_words():
    assert differs("An American nurse", "A Nigerian nurse") == "place: american / nigerian"
    assert differs("A nurse", "A retired nurse") == "former: - / retired"


def test_text_that_nobody_reads_is_one_persona_only_with_the_same_words_in_the_same_order():
    assert differs("Opettaja, joka asuu Turussa", "opettaja joka asuu turussa") is None
    assert differs("Opettaja, joka nyt asuu Turussa", "Opettaja, joka asuu Turussa") == "language: cannot read"


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared_and_either_way_round(a: str, b: str):
    assert (differs(a, b) is None) == (differs(b, a) is None)
    assert differs(a, a) is None


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "nurse",
                "teacher",
                "not",
                "and",
                "or",
                "who",
                "from",
                "kenya",
                "in",
                "uganda",
                "44",
                "her",
                ",",
                "loves",
                "hates",
                "by",
                "old",
            ]
        )
    )
)
def test_a_description_is_the_same_as_itself_in_capitals(words: list[str]):
    text = " ".join(words)
    assert differs(text, text.upper()) is None
