"""Deficits: which cells are the thinnest follows from who is there, what is asked for, and what came of it."""

from hypothesis import given
from hypothesis import strategies as st

from personagraph.steering.policies.deficits import LADDER, PRIOR, Deficits
from personagraph.steering.policies.policy import Came, Choice
from personagraph.types import Attributes, Persona
from personagraph.vocabulary.cells import PAIR, Cell

CELLS: list[Cell] = [
    (activity, region) for activity in ("craft", "clerks", "student") for region in ("oceania", "latin_america")
]
SHARES = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.5]), min_size=6, max_size=6)


def known(cell: Cell) -> Attributes:
    return Attributes(**dict(zip(PAIR, cell, strict=True)))


def asked_for(*aims: Cell) -> Choice:
    return Choice("p0", aims=aims, steering=2)


@given(SHARES, st.lists(st.tuples(st.sampled_from("hpl"), st.sampled_from(CELLS)), max_size=60), st.integers(1, 8))
def test_the_thinnest_cells_are_those_that_hold_least_of_what_is_wanted_with_what_is_to_come(shares, told, count):
    wanted = {cell: share for cell, share in zip(CELLS, shares, strict=True) if share}
    deficits = Deficits(wanted, PAIR, seed=1)
    held, coming, hits, learned = dict.fromkeys(CELLS, 0), dict.fromkeys(CELLS, 0), 0, 0
    for number, (kind, cell) in enumerate(told):
        if kind == "h":
            deficits.enter(Persona(f"p{number}", "", 0, number, "import", "r1", attributes=known(cell)))
            held[cell] += cell in wanted
        elif kind == "p":
            deficits.planned(asked_for(cell))
            coming[cell] += 1
        else:
            new = number % 2 == 0
            came = [Came(0, "new", "", "p9", known(cell), "FRIEND_OF")] if new else []
            deficits.learn(asked_for(cell), came)
            coming[cell] -= 1
            hits, learned = hits + new, learned + 1
    rate, total = (hits + 1) / (learned + 2), sum(held.values())

    def thinness(cell: Cell) -> float:
        there = held[cell] + coming[cell] * rate + PRIOR * wanted[cell]
        return wanted[cell] * (total + PRIOR) / there

    found = deficits.thinnest(count)
    assert found == {cell: thinness(cell) for cell in found}
    assert list(found) == sorted(deficits.open(), key=thinness, reverse=True)[:count]


def test_a_cell_that_is_given_up_is_none_of_the_thinnest_until_somebody_of_it_comes():
    deficits = Deficits(dict.fromkeys(CELLS, 1.0), PAIR, seed=1)
    first = next(iter(deficits.thinnest(1)))
    for _ in range(sum(LADDER[rung] for rung in ("plain", "narrow"))):
        deficits.learn(asked_for(first), [])
    assert deficits.given_up() == [first]
    assert first not in deficits.thinnest(len(CELLS))
    assert len(deficits.thinnest(len(CELLS))) == len(CELLS) - 1
    deficits.learn(asked_for(first), [Came(0, "merged", "", "p9", known(first), "FRIEND_OF")])
    assert first in deficits.thinnest(len(CELLS))
