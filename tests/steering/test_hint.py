"""The hint policy: thinnest cells first, concrete hints that rotate, a ladder of asks, egos as ties are to mix."""

from collections import Counter
from collections.abc import Mapping

import pytest

from personagraph.errors import ConfigError
from personagraph.steering.mixing.mixing import Mixing
from personagraph.steering.policies.bandit import KIND as BANDIT
from personagraph.steering.policies.bandit import LearnedHints
from personagraph.steering.policies.deficits import LADDER
from personagraph.steering.policies.hint import KIND, ThinnestCells
from personagraph.steering.policies.policy import Came, Choice, PolicyFacts, PolicyOptions
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.cells import PAIR, Cell, cell_of, cells
from personagraph.vocabulary.occupations import ACTIVITIES, read_activity
from personagraph.vocabulary.places import read_region

COUNTRIES = ("Kenya", "Tanzania", "Peru", "Chile")
CRAFT, FARMS = ("craft", "latin_america"), ("agriculture", "east_southern_africa")
NEUTRAL = Mixing()
EVEN = dict.fromkeys(cells(PAIR), 1.0)


def persona(n: int, depth: int | None = 0, **stated: str) -> Persona:
    return Persona(f"p{n}", f"Person {n}", depth, n, "import", "r1", attributes=Attributes(**stated))


def made(kind=KIND, target: Mapping[Cell, float] = EVEN, mixing: Mixing = NEUTRAL, **options: object) -> ThinnestCells:
    facts = PolicyFacts(dict, COUNTRIES, lambda: target, mixing=mixing, at_once=options.pop("at_once", 1))
    return kind.make(PolicyOptions(**{"hops": 6, "calls_per_ego": 1, "seed": 0, **options}), facts)


def policy(count: int = 3, **options: object) -> ThinnestCells:
    found = made(**options)
    for n in range(count):
        found.enter(persona(n))
    return found


def named(choice: Choice, place: int = 0) -> Cell:
    hint = choice.hints[place]
    return read_activity(hint["occupation"]), read_region(hint["country"])


def came(cell: Cell, outcome: str = "new") -> Came:
    return Came(0, outcome, "", "p99", Attributes(**dict(zip(PAIR, cell, strict=True))), "FRIEND_OF")


def test_cells_are_asked_in_turn_and_full_ones_last():
    chosen = policy()
    for n in range(40):
        chosen.enter(persona(100 + n, activity="craft", region="latin_america"))
    asked = set()
    for n in range(20):
        choice = chosen.next(n)
        chosen.planned(choice)
        assert choice.aims == (named(choice),)
        asked.add(named(choice))
    assert len(asked) == 20
    assert cell_of(Attributes(activity="craft", region="latin_america"), PAIR) not in asked


def test_a_cell_of_which_more_is_wanted_is_asked_for_more_often():
    chosen = policy(target={CRAFT: 0.2, FARMS: 0.7, ("craft", "oceania"): 0.1})
    for n in range(3):
        chosen.enter(persona(n + 1, activity="craft", region="latin_america"))
    asked = Counter()
    for n in range(40):
        choice = chosen.next(n)
        chosen.planned(choice)
        asked[named(choice)] += 1
        chosen.learn(choice, [came(named(choice))])
        chosen.enter(persona(100 + n, **dict(zip(PAIR, named(choice), strict=True))))
    assert asked[FARMS] > 2 * asked[CRAFT] > 0
    assert asked.total() == 40


def test_a_target_that_wants_nobody_whom_a_hint_can_name_is_refused():
    with pytest.raises(ConfigError, match="wants nobody whom a hint can name"):
        made(target={("craft", "oceania"): 1.0})


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
        asked[named(choice)] += 1
    assert len(asked) == len(ACTIVITIES) * 2
    assert max(asked.values()) - min(asked.values()) <= 1


def test_a_reply_of_several_is_asked_for_several_cells():
    choice = policy(at_once=3).next(0)
    assert len({*choice.aims}) == len(choice.hints) == 3
    assert [named(choice, place) for place in range(3)] == [*choice.aims]


@pytest.mark.parametrize("kind", [KIND, BANDIT])
def test_a_cell_asked_for_in_vain_climbs_the_ladder_and_is_given_up_and_a_hit_brings_it_back(kind):
    chosen, levels = policy(kind=kind, target={CRAFT: 1.0}, unlinked=True), Counter()
    while choice := chosen.next(levels.total()):
        levels[choice.steering, choice.narrow] += 1
        chosen.planned(choice)
        chosen.learn(choice, [came(FARMS)])
        assert (choice.ego == "") == (choice.steering == 3)
    assert levels == {(2, False): LADDER["plain"], (2, True): LADDER["narrow"], (3, False): LADDER["alone"]}
    assert chosen.given_up() == [CRAFT]
    assert chosen.idle() == "the one cell that is wanted was asked for in vain, in every way that is allowed"
    chosen.learn(choice or Choice("p0", hints=({},), aims=(CRAFT,), steering=2), [came(CRAFT, "merged")])
    assert not chosen.given_up()
    assert chosen.next(99).steering == 2


def test_nobody_is_asked_for_without_a_tie_unless_that_is_allowed():
    chosen = policy(target={CRAFT: 1.0})
    for n in range(100):
        if choice := chosen.next(n):
            chosen.planned(choice)
            chosen.learn(choice, [])
            assert choice.ego
    assert chosen.next(100) is None
    assert chosen.idle().endswith("--unlinked asks for somebody whom nobody need know")


def test_egos_are_drawn_as_often_as_the_mixing_says():
    times = {("north_america", "latin_america"): 4.0, ("oceania", "latin_america"): 0.0}
    chosen = policy(count=0, target={CRAFT: 1.0}, mixing=Mixing("a test", {"region": times}))
    for n, region in enumerate(["north_america", "east_asia", "oceania"] * 5):
        chosen.enter(persona(n, region=region))
    drawn = Counter()
    for n in range(1000):
        drawn[int(chosen.next(n).ego[1:]) % 3] += 1
    assert drawn[2] == 0
    assert 3.2 < drawn[0] / drawn[1] < 5


def test_the_other_cells_of_a_reply_are_those_that_go_with_the_ego():
    region = {("oceania", "latin_america"): 9.0, ("oceania", "east_southern_africa"): 0.1}
    target = {CRAFT: 1.0, FARMS: 1.0, ("service", "latin_america"): 1.0}
    chosen = policy(count=0, at_once=2, target=target, mixing=Mixing("a test", {"region": region}))
    chosen.enter(persona(0, region="oceania"))
    assert chosen.next(0).aims[1][1] == "latin_america"


def test_the_bandit_learns_which_egos_a_hint_follows_from():
    chosen = policy(kind=BANDIT, count=0, target={CRAFT: 0.5, FARMS: 0.5})
    assert isinstance(chosen, LearnedHints)
    for n, region in enumerate(["east_asia", "latin_america"] * 20):
        chosen.enter(persona(n, region=region))
    asked = Counter()
    for n in range(120):
        choice = chosen.next(n)
        chosen.planned(choice)
        near = int(choice.ego[1:]) % 2
        asked[n // 60, near] += 1
        chosen.learn(choice, [came(choice.aims[0] if near else ("clerks", "oceania"), "merged")])
    assert asked[1, 1] > 55


@pytest.mark.parametrize("kind", [KIND, BANDIT])
def test_whoever_was_not_asked_yet_is_asked_before_anybody_is_asked_again(kind):
    chosen, asked = policy(kind=kind, count=4), []
    for n in range(8):
        asked.append(chosen.next(n).ego)
        chosen.planned(chosen.next(n))
    assert len({*asked[:4]}) == 4
    assert {*asked[4:]} <= {*asked[:4]}


def test_who_was_asked_makes_way_for_another_of_the_cell_so_that_the_mixing_stays():
    times = {("oceania", "latin_america"): 0.0}
    chosen = policy(count=0, target={CRAFT: 1.0}, mixing=Mixing("a test", {"region": times}))
    for n, region in enumerate(["latin_america", "oceania", "oceania"]):
        chosen.enter(persona(n, region=region))
    for n in range(5):
        chosen.planned(chosen.next(n))
        assert chosen.next(n).ego == "p0"


def test_the_bandit_climbs_the_ladder_as_hints_do_however_seldom_somebody_new_comes():
    chosen, narrowed = policy(kind=BANDIT, target={CRAFT: 1.0}), []
    for n in range(20):
        choice = chosen.next(n)
        chosen.planned(choice)
        narrowed.append(choice.narrow)
        chosen.learn(choice, [came(CRAFT, "merged")])
    assert not any(narrowed)
