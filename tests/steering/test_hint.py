"""The hint policy: thinnest cell first, concrete and rotating hints, random egos, nothing but what it was told."""

from collections import Counter

import pytest

from personagraph.errors import ConfigError
from personagraph.steering.policies.hint import ThinnestCell
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.cells import PAIR, cell_of
from personagraph.vocabulary.occupations import ACTIVITIES, read_activity
from personagraph.vocabulary.places import read_region

COUNTRIES = {"east_southern_africa": ["Kenya", "Tanzania"], "latin_america": ["Peru", "Chile"]}


def persona(n: int, depth: int | None = 0, **stated: str) -> Persona:
    return Persona(f"p{n}", f"Person {n}", depth, n, "import", "r1", attributes=Attributes(**stated))


def policy(count: int = 3, **options: int) -> ThinnestCell:
    made = ThinnestCell(**{"hops": 6, "seed": 0, **options}, countries=COUNTRIES)
    for n in range(count):
        made.enter(persona(n))
    return made


def test_cells_are_asked_in_turn_and_full_ones_last():
    chosen = policy()
    for n in range(40):
        chosen.enter(persona(100 + n, activity="craft", region="latin_america"))
    cells = set()
    for n in range(20):
        choice = chosen.next(n)
        chosen.planned(choice)
        cells.add((read_activity(choice.hints[0]["occupation"]), read_region(choice.hints[0]["country"])))
    assert len(cells) == 20
    assert cell_of(Attributes(activity="craft", region="latin_america"), PAIR) not in cells


def test_cells_are_asked_by_the_shares_that_are_wanted_of_them():
    craft, farms = ("craft", "latin_america"), ("agriculture", "east_southern_africa")
    chosen = ThinnestCell(
        hops=6, seed=0, countries=COUNTRIES, target={craft: 0.2, farms: 0.7, ("craft", "oceania"): 0.1}
    )
    chosen.enter(persona(0))
    for n in range(3):
        chosen.enter(persona(n + 1, activity="craft", region="latin_america"))
    asked = Counter()
    for n in range(17):
        choice = chosen.next(n)
        chosen.planned(choice)
        asked[read_activity(choice.hints[0]["occupation"]), read_region(choice.hints[0]["country"])] += 1
    assert asked == {farms: 16, craft: 1}


def test_a_target_that_wants_nobody_whom_a_hint_can_name_is_refused():
    with pytest.raises(ConfigError, match="wants nobody whom a hint can name"):
        ThinnestCell(hops=6, seed=0, countries=COUNTRIES, target={("craft", "oceania"): 1.0})


def test_the_same_steps_give_the_same_offers_and_a_resumed_policy_goes_on_alike():
    one, other = policy(), policy()
    offers = []
    for n in range(30):
        offers.append(one.next(n))
        one.planned(offers[-1])
    for choice in offers[:15]:
        other.planned(choice)
    assert [other.next(15)] == offers[15:16]


def test_nobody_is_asked_who_is_as_far_as_the_hops_or_without_a_link():
    chosen = policy(count=0, hops=2)
    chosen.enter(persona(0, depth=2))
    chosen.enter(persona(1, depth=None))
    assert chosen.next(0) is None
    chosen.reach("p0", 1)
    assert chosen.next(0).ego == "p0"


def test_egos_are_drawn_from_those_near_in_order_of_entry_however_they_came_near():
    whole, grown = policy(count=4), policy(count=0)
    for n in range(4):
        grown.enter(persona(n, depth=None if n == 1 else 0))
    grown.reach("p1", 3)
    assert [whole.next(n).ego for n in range(30)] == [grown.next(n).ego for n in range(30)]


def test_a_persona_that_comes_nearer_twice_is_not_drawn_more_often():
    chosen = policy(count=2)
    for depth in (4, 3, 2):
        chosen.reach("p1", depth)
    assert [chosen.next(n).ego for n in range(30)] == [policy(count=2).next(n).ego for n in range(30)]


def test_every_title_and_country_that_is_named_counts_for_its_own_cell():
    chosen = policy()
    asked = Counter()
    for n in range(400):
        choice = chosen.next(n)
        chosen.planned(choice)
        asked[read_activity(choice.hints[0]["occupation"]), read_region(choice.hints[0]["country"])] += 1
    assert len(asked) == len(ACTIVITIES) * len(COUNTRIES)
    assert max(asked.values()) - min(asked.values()) <= 1
