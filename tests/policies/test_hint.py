"""The hint policy: thinnest cell first, concrete and rotating hints, random egos, nothing but what it was told."""

from personagraph.attributes import cell_of, read_activity, read_region
from personagraph.policies.hint import AXES, ThinnestCell
from personagraph.types import Attributes, Persona

COUNTRIES = {"east_southern_africa": ["Kenya", "Tanzania"], "latin_america": ["Peru", "Chile"]}


def persona(n: int, depth: int | None = 0, **stated: str) -> Persona:
    return Persona(f"p{n}", f"Person {n}", depth, n, "import", "r1", stated=Attributes(**stated))


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
        ego = chosen.next(n)
        chosen.planned(ego)
        cells.add((read_activity(ego.hint["occupation"]), read_region(ego.hint["country"])))
    assert len(cells) == 20
    assert cell_of(Attributes(activity="craft", region="latin_america"), AXES) not in cells


def test_the_same_steps_give_the_same_offers_and_a_resumed_policy_goes_on_alike():
    one, other = policy(), policy()
    offers = []
    for n in range(30):
        offers.append(one.next(n))
        one.planned(offers[-1])
    for ego in offers[:15]:
        other.planned(ego)
    assert [other.next(15)] == offers[15:16]


def test_nobody_is_asked_who_is_as_far_as_the_hops_or_without_a_link():
    chosen = policy(count=0, hops=2)
    chosen.enter(persona(0, depth=2))
    chosen.enter(persona(1, depth=None))
    assert chosen.next(0) is None
    chosen.reach("p0", 1)
    assert chosen.next(0).id == "p0"
