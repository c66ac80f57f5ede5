"""The rules in order: same text, then Jaccard, then whatever joins; vetoed personas are passed over and counted."""

import pytest

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator, Match
from personagraph.dedup.veto.veto import differs

LONG = "A patient {} who mends wooden boats in a small harbour and teaches children to sail on quiet summer evenings"

IN_KENT = "in a small harbour in Kent on quiet summer evenings, and on some mornings"


@pytest.fixture(params=sorted(METHODS))
def known(request: pytest.FixtureRequest) -> Deduplicator:
    return Deduplicator(METHODS[request.param].make(THRESHOLD), differs)


def test_the_same_text_and_an_alike_one_are_found_and_the_method_is_named(known: Deduplicator):
    known.add("p", LONG.format("carpenter"))
    assert known.find(LONG.format("CARPENTER ")) == Match("p", "text", 1.0)
    match = known.find(LONG.format("passionate carpenter"))
    assert match is not None
    assert (match.id, match.method) in (("p", "jaccard"), ("p", "content"))
    assert 0.9 <= match.score <= 1


def test_a_vetoed_persona_is_passed_over_and_counted_and_the_next_best_is_found(known: Deduplicator):
    known.add("taught", f"A carpenter who is taught by a teacher {IN_KENT}")
    known.add("other", f"A dedicated teacher who is taught by a carpenter {IN_KENT}")
    match = known.find(f"A teacher who is taught by a carpenter {IN_KENT}")
    assert match is not None
    assert match.id == "other"
    assert known.vetoes.total() == sum(count for name, count in known.vetoes.items() if name in ("role", "order"))


def test_whoever_differs_in_a_word_is_not_even_compared(known: Deduplicator):
    known.add("retired", LONG.format("retired carpenter"))
    assert known.find(LONG.format("carpenter")) is None
    assert known.find(LONG.format("retired glazier")) is None
    assert not known.vetoes


def test_of_personas_equally_alike_the_first_entered_is_found(known: Deduplicator):
    for id, praise in (("z", "passionate"), ("a", "dedicated")):
        known.add(id, LONG.format(f"{praise} carpenter"))
    match = known.find(LONG.format("carpenter"))
    assert match is not None
    assert match.id == "z"


def test_a_persona_kept_apart_is_passed_over_even_with_the_same_text(known: Deduplicator):
    known.add("p", LONG.format("carpenter"))
    assert known.find(LONG.format("carpenter"), apart=lambda id: id == "p") is None


def test_an_alias_finds_its_persona_until_it_is_removed(known: Deduplicator):
    known.add("p", "A weaver")
    known.add("p", "A spinner of wool")
    assert known.find("a spinner of wool") == ("p", "text", 1.0)
    known.remove("p", "A Spinner of wool")
    assert known.find("A spinner of wool") is None
    assert known.find("A weaver") == ("p", "text", 1.0)


def test_a_removed_persona_is_forgotten_with_its_aliases_and_can_enter_again(known: Deduplicator):
    known.add("p", "A weaver")
    known.add("p", "A spinner of wool")
    known.remove("p")
    known.remove("nobody")
    assert known.find("A weaver") is None
    assert known.find("A spinner of wool") is None
    known.add("q", "A weaver")
    assert known.find("A weaver") == ("q", "text", 1.0)
