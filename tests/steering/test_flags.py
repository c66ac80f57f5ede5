"""Which cells are called underrepresented: by exact tests, with few false discoveries, and not where nobody can say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, false_discovery_control  # type: ignore[import-untyped]

from personagraph.steering.flags import adjusted, binomial_tails, flags
from personagraph.steering.shares import Interval
from personagraph.vocabulary.cells import Cell

EVEN: dict[Cell, float] = {(str(n),): 1 / 300 for n in range(300)}


@given(
    st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(1e-4, 1, exclude_max=True),
)
def test_the_tails_of_counts_are_scipys(counted: tuple[int, int], share: float) -> None:
    count, total = counted
    low, high = binomial_tails(count, total, share)
    assert low == pytest.approx(binom.cdf(count, total, share), rel=1e-8, abs=1e-12)
    assert high == pytest.approx(binom.sf(count - 1, total, share), rel=1e-8, abs=1e-12)


def test_the_tails_hold_for_large_populations_and_at_the_ends() -> None:
    assert binomial_tails(99_000, 200_000, 0.5)[0] == pytest.approx(binom.cdf(99_000, 200_000, 0.5), rel=1e-6)
    assert binomial_tails(0, 0, 0.5) == (1, 1)
    assert binomial_tails(3, 5, 0.0) == (1, 0)
    assert binomial_tails(5, 5, 1.0) == (1, 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_p_values_are_adjusted_as_scipy_does(p_values: list[float]) -> None:
    assert adjusted(p_values) == pytest.approx(list(false_discovery_control(p_values, method="bh")))


def test_an_empty_cell_among_few_personas_is_inconclusive_and_among_many_is_under() -> None:
    few = dict.fromkeys(EVEN, 1) | {("0",): 0}
    assert flags(few, EVEN)["0",].answer == "inconclusive"
    many = dict.fromkeys(EVEN, 40) | {("0",): 0}
    found = flags(many, EVEN)
    assert found["0",].answer == "under"
    assert found["1",].answer == "inconclusive"
    assert {flags(dict.fromkeys(EVEN, 4000), EVEN)[cell].answer for cell in EVEN} == {"enough"}


def test_what_misreadings_leave_open_is_inconclusive() -> None:
    many = dict.fromkeys(EVEN, 40) | {("0",): 0}
    wide, narrow = Interval(0.0, 0.9 / 300), Interval(0.0, 0.5 / 300)
    assert flags(many, EVEN, truth={("0",): wide})["0",].answer == "inconclusive"
    assert flags(many, EVEN, truth={("0",): narrow})["0",].answer == "under"


def test_an_answer_that_misreadings_speak_against_is_inconclusive() -> None:
    many = dict.fromkeys(EVEN, 4000) | {("0",): 0}
    much, little = Interval(1 / 300, 2 / 300), Interval(0.0, 0.1 / 300)
    found = flags(many, EVEN, truth={("0",): much, ("1",): little, ("2",): much})
    assert [found[cell,].answer for cell in "0123"] == ["inconclusive", "inconclusive", "enough", "enough"]


def test_what_is_not_wanted_is_never_missed() -> None:
    found = flags({("a",): 0, ("b",): 1}, {("b",): 1.0})
    assert found["a",].answer == "not wanted"
    assert found["a",].representation is None
    assert found["b",].answer == "inconclusive"


def test_nobody_known_leaves_every_cell_inconclusive() -> None:
    assert {flag.answer for flag in flags(dict.fromkeys(EVEN, 0), EVEN).values()} == {"inconclusive"}


def test_few_of_the_cells_that_are_flagged_are_flagged_wrongly() -> None:
    rng = np.random.default_rng(5)
    # A fifth of the cells have a third of what is wanted; the others, at 0.8 of it or above, are none of those.
    shares = np.where(np.arange(300) < 60, 1 / 900, 0.8 / 300)
    shares[-60:] += (1 - shares.sum()) / 60
    wrong, missed = [], []
    for _ in range(25):
        drawn = rng.multinomial(12_000, shares)
        found = flags(dict(zip(EVEN, drawn.tolist(), strict=True)), EVEN)
        under = [int(cell) for (cell,), flag in found.items() if flag.answer == "under"]
        wrong.append(sum(cell >= 60 for cell in under) / max(1, len(under)))
        missed.append(60 - sum(cell < 60 for cell in under))
    assert np.mean(wrong) < 0.06
    assert np.mean(missed) < 15
