"""An annotator's errors are carried through to shares: the truth is found again, within its interval."""

import numpy as np
import pytest
from numpy.typing import NDArray

from personagraph.steering.misreadings import confusion, corrected
from personagraph.steering.shares import Interval
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import AGES
from personagraph.vocabulary.cells import Cell, cells

NAMES = (*AGES, UNKNOWN)
RATES = np.full((6, 6), 0.03)
RATES[:, 5] = 0.2
RATES[2] = (0, 0, 0.5, 0.3, 0, 0.2)
RATES[np.arange(6), np.arange(6)] = 0
RATES[np.arange(6), np.arange(6)] = 1 - RATES.sum(axis=1)


def read(true: NDArray[np.int64], rng: np.random.Generator) -> list[int]:
    return (rng.random((len(true), 1)) > np.cumsum(RATES, axis=1)[true, :-1]).sum(axis=1).tolist()


def audit(rng: np.random.Generator, n: int, shares: list[float]) -> list[tuple[str, str]]:
    true = rng.choice(6, n, p=shares)
    return [(NAMES[one], NAMES[other]) for one, other in zip(true, read(true, rng), strict=True)]


def counted(found: list[int]) -> dict[Cell, int]:
    return {(NAMES[place],): found.count(place) for place in range(6)}


SHARES = [0.1, 0.15, 0.3, 0.1, 0.05, 0.3]
TRUE = np.array(SHARES[:5]) / sum(SHARES[:5])


def test_without_errors_the_shares_are_those_that_were_read() -> None:
    rng = np.random.default_rng(0)
    found = corrected({("0-14",): 30, ("65+",): 10, (UNKNOWN,): 60}, ["age"], {}, rng)
    assert found["0-14",].share == pytest.approx(0.75, abs=1e-3)
    assert found["0-14",].interval.low < 0.75 < found["0-14",].interval.high
    assert sum(one.share for one in found.values()) == pytest.approx(1)


def test_a_value_that_is_often_read_as_another_gets_its_share_back() -> None:
    rng = np.random.default_rng(1)
    errors = confusion(audit(rng, 40_000, [1 / 6] * 6), AGES)
    counts = counted(read(rng.choice(6, 40_000, p=SHARES), rng))
    known = sum(n for (value,), n in counts.items() if value != UNKNOWN)
    found = corrected(counts, ["age"], {"age": errors}, rng)
    for place, age in ((2, "25-44"), (3, "45-64")):
        naive = counts[age,] / known - TRUE[place]
        assert abs(found[age,].share - TRUE[place]) < 0.02 < 0.07 < abs(naive)


def test_nine_in_ten_intervals_or_more_hold_the_truth() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(40):
        errors = confusion(audit(rng, 400, [1 / 6] * 6), AGES)
        counts = counted(read(rng.choice(6, 2000, p=SHARES), rng))
        found = corrected(counts, ["age"], {"age": errors}, rng)
        held += [
            found[age,].interval.low <= share <= found[age,].interval.high
            for age, share in zip(AGES, TRUE, strict=True)
        ]
    assert np.mean(held) > 0.88


def test_whom_nobody_had_to_read_counts_as_known_and_narrows_the_interval() -> None:
    rng = np.random.default_rng(3)
    errors = {"age": confusion(audit(rng, 400, [1 / 6] * 6), AGES)}
    true = rng.choice(6, 4_000, p=SHARES)
    some, others = true[:2_000], counted(read(true[2_000:], rng))
    whole = {cell: n + counted(read(some, rng))[cell] for cell, n in others.items()}
    known = {("age",): {cell: n for cell, n in counted(some.tolist()).items() if cell != (UNKNOWN,)}}
    mixed = corrected(others, ["age"], errors, np.random.default_rng(0), held=known)
    all_read = corrected(whole, ["age"], errors, np.random.default_rng(0))
    alone = corrected({}, ["age"], errors, np.random.default_rng(0), held=known)
    for place, age in ((2, "25-44"), (3, "45-64")):
        assert mixed[age,].interval.low < TRUE[place] < mixed[age,].interval.high
        assert width(mixed[age,].interval) < width(all_read[age,].interval)
        sure = known["age",][age,] / sum(known["age",].values())
        assert alone[age,].share == pytest.approx(sure, abs=1e-3)


def width(interval: Interval) -> float:
    return interval.high - interval.low


def test_a_smaller_audit_gives_wider_intervals() -> None:
    rng = np.random.default_rng(3)
    counts = counted(read(rng.choice(6, 5000, p=SHARES), rng))
    widths = []
    for n in (60, 6000):
        errors = confusion(audit(rng, n, [1 / 6] * 6), AGES)
        interval = corrected(counts, ["age"], {"age": errors}, rng)["25-44",].interval
        widths.append(interval.high - interval.low)
    assert widths[0] > 2 * widths[1]


def test_errors_of_two_attributes_are_taken_out_of_their_cells_and_what_cannot_be_stays_empty() -> None:
    rng = np.random.default_rng(4)
    axes = ("activity", "age")
    errors = confusion(audit(rng, 3000, [1 / 6] * 6), AGES)
    possible = cells(axes)
    wanted = rng.dirichlet(np.ones(len(possible)))
    counts: dict[Cell, int] = {}
    for place in rng.choice(len(possible), 30_000, p=wanted):
        activity, age = possible[place]
        cell = activity, NAMES[int(rng.choice(6, p=RATES[NAMES.index(age)]))]
        counts[cell] = counts.get(cell, 0) + 1
    found = corrected(counts, axes, {"age": errors}, rng, draws=20)
    assert list(found) == possible
    known = sum(n for cell, n in counts.items() if UNKNOWN not in cell)
    naive = np.array([counts.get(cell, 0) / known for cell in possible])
    shares = np.array([found[cell].share for cell in possible])
    assert np.abs(shares - wanted).sum() < 0.6 * np.abs(naive - wanted).sum()


def test_an_audit_that_was_drawn_by_what_was_read_is_weighted() -> None:
    pairs = [("0-14", "0-14")] * 10 + [("65+", "0-14")] * 10 + [("65+", "65+")] * 10
    weighted = confusion(pairs, AGES, [1.0] * 20 + [9.0] * 10)
    old = weighted.counts[NAMES.index("65+")]
    assert old[NAMES.index("0-14")] / old.sum() == pytest.approx(0.1)
    assert old.sum() == pytest.approx(100**2 / (10 + 10 * 81))
    assert weighted.unaudited == ("15-24", "25-44", "45-64", UNKNOWN)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, float("inf")]])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weight above 0 for each pair"):
        confusion([("0-14", "0-14")] * 2, AGES, weights)


def test_values_that_are_none_and_nobody_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="'old', which is no value"):
        confusion([("old", "65+")], AGES)
    with pytest.raises(ValueError, match="nobody"):
        corrected({("65+",): 0}, ["age"], {}, rng)
    with pytest.raises(ValueError, match="the cell old has a value"):
        corrected({("old",): 1}, ["age"], {}, rng)


def test_the_same_seed_gives_the_same_intervals() -> None:
    counts = counted([0, 1, 2, 2, 3, 5, 5])
    errors = confusion([("0-14", "0-14")], AGES)
    one, other = (corrected(counts, ["age"], {"age": errors}, np.random.default_rng(9), draws=10) for _ in range(2))
    assert one == other
