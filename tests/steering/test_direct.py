"""The policy without an ego: thinnest cell first, nobody to ask, words that go on where earlier runs left off."""

from collections import Counter
from collections.abc import Mapping

import pytest

from personagraph.errors import ConfigError
from personagraph.steering.policies import POLICIES
from personagraph.steering.policies.direct import KIND
from personagraph.steering.policies.hint import ThinnestCells
from personagraph.steering.policies.policy import PolicyFacts, PolicyOptions
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.cells import PAIR, Cell, cells

COUNTRIES = ("Kenya", "Tanzania", "Peru", "Chile")
UNIFORM = dict.fromkeys(cells(PAIR), 1.0)


def persona(n: int, **stated: str) -> Persona:
    return Persona(f"p{n}", f"Person {n}", None, n, "unlinked", "r1", attributes=Attributes(**stated))


def policy(at_once: int = 1, before: int = 0, target: Mapping[Cell, float] = UNIFORM) -> ThinnestCells:
    facts = PolicyFacts(lambda: {"": before}, COUNTRIES, lambda: target, at_once=at_once)
    return KIND.make(PolicyOptions(hops=6, calls_per_ego=1, seed=0), facts)


def offers(made: ThinnestCells, count: int) -> list:
    found = []
    for n in range(count):
        found.append(made.next(n))
        made.planned(found[-1])
    return found


def test_nobody_is_asked_and_everybody_is_asked_for_without_a_type():
    for choice in offers(policy(), 40):
        assert (choice.ego, choice.type, choice.steering) == ("", None, 3)
        assert len(choice.hints) == len(choice.aims) == 1
    assert policy().frontier() == {}


def test_it_says_what_it_does_to_ties():
    assert "nobody is tied to anybody" in POLICIES["direct"].about
    assert POLICIES["direct"].alone
    assert POLICIES["direct"].endless
    assert POLICIES["direct"].aims


def test_cells_that_can_be_named_are_asked_in_turn_and_full_ones_last():
    made = policy()
    for n in range(40):
        made.enter(persona(n, activity="craft", region="latin_america"))
    asked = Counter(choice.aims[0] for choice in offers(made, 29))
    assert set(asked.values()) == {1}
    assert ("craft", "latin_america") not in asked
    assert {region for _, region in asked} == {"latin_america", "east_southern_africa"}


def test_cells_are_asked_by_the_shares_that_are_wanted_of_them():
    craft, farms = ("craft", "latin_america"), ("agriculture", "east_southern_africa")
    made = policy(target={craft: 0.2, farms: 0.8, ("craft", "oceania"): 0.5})
    assert Counter(choice.aims[0] for choice in offers(made, 20)) == {craft: 4, farms: 16}


def test_a_target_that_wants_nobody_whom_words_can_name_is_refused():
    with pytest.raises(ConfigError, match="wants nobody whom a hint can name"):
        policy(target={("craft", "oceania"): 1.0})


def test_several_in_one_call_are_of_as_many_cells_and_what_came_of_calls_one_by_one():
    some = offers(policy(at_once=3), 10)
    assert all(len(set(choice.aims)) == 3 for choice in some)
    one_by_one = offers(policy(), 30)
    assert [aim for choice in some for aim in choice.aims] == [choice.aims[0] for choice in one_by_one]
    assert [hint for choice in some for hint in choice.hints] == [choice.hints[0] for choice in one_by_one]


def test_a_resumed_policy_goes_on_alike_and_a_later_run_repeats_no_words():
    one, other = policy(), policy()
    made = offers(one, 30)
    for choice in made[:12]:
        other.planned(choice)
    assert offers(other, 18) == made[12:]
    later = offers(policy(before=30), 30)
    assert not {str(choice.hints) for choice in made} & {str(choice.hints) for choice in later}
    assert {choice.before for choice in later} == {30}
