"""The split by community: nobody is shown on two sides, shares are kept as well as communities allow, seeds decide."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.errors import UsageError
from personagraph.synthesis.dataset.split import STRADDLES, Division, Shares, divide

TEN = Shares(0.8, 0.1, 0.1)


def shares_of(found: Division, rows: Sequence[int]) -> list[float]:
    """The share of all rows that each side has."""
    had: Counter[int] = Counter()
    for side, n in zip(found.sides, rows, strict=True):
        had[side] += n
    return [had[side] / sum(rows) for side in range(3)]


@given(
    shown=st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True), min_size=1, max_size=60),
    seed=st.integers(0, 9),
    shares=st.sampled_from([TEN, Shares(0.9, 0.05, 0.05), Shares(0.5, 0.5, 0), Shares(0.2, 0.3, 0.5), Shares(1, 0, 0)]),
)
def test_no_community_is_on_two_sides_and_only_what_shows_two_sides_is_on_none(shown, seed, shares):
    found = divide(shown, [1] * len(shown), shares, seed=seed)
    for communities, side in zip(shown, found.sides, strict=True):
        meant = {found.side_of[community] for community in communities}
        assert meant == {side} if side != STRADDLES else len(meant) > 1
        assert all(shares[one] > 0 for one in meant)
    assert found == divide(shown, [1] * len(shown), shares, seed=seed)


def test_shares_are_kept_within_a_community_of_many():
    rng = random.Random(1)
    rows = [rng.randint(1, 3) for _ in range(3000)]
    shown = [[rng.randrange(300)] for _ in rows]
    for seed in range(20):
        train, validation, test = shares_of(divide(shown, rows, TEN, seed=seed), rows)
        assert abs(train - 0.8) < 0.01
        assert abs(validation - 0.1) < 0.005
        assert abs(test - 0.1) < 0.005


def test_communities_are_drawn_for_test_as_often_as_their_share_says_large_or_small():
    sizes = [1] * 50 + [4] * 50
    shown = [[community] for community, size in enumerate(sizes) for _ in range(size)]
    drawn: Counter[int] = Counter()
    for seed in range(400):
        found = divide(shown, [1] * len(shown), TEN, seed=seed)
        drawn.update(community for community, side in found.side_of.items() if side == 2)
    small, large = (sum(drawn[c] for c in part) / 400 / 50 for part in (range(50), range(50, 100)))
    # The standard error is .002; what fills the last gap of a side is small, one or so of the fifty.
    assert 0.09 < large < 0.105
    assert 0.095 < small < 0.125


def test_another_seed_draws_another_test_set():
    shown = [[n] for n in range(100)]
    sides = {tuple(divide(shown, [1] * 100, TEN, seed=seed).sides) for seed in range(5)}
    assert len(sides) == 5


def test_communities_that_few_samples_join_stay_together_and_nothing_is_lost():
    shown = [[n, n + 1] for n in range(0, 200, 2)]
    found = divide(shown, [1] * 100, TEN, seed=0)
    assert STRADDLES not in found.sides
    assert shares_of(found, [1] * 100) == pytest.approx([0.8, 0.1, 0.1])


def test_a_group_that_is_too_large_is_cut_between_communities_and_what_shows_both_is_set_apart():
    ring = [[n] for n in range(50) for _ in range(20)] + [[n, (n + 1) % 50] for n in range(50)]
    found = divide(ring, [1] * len(ring), TEN, seed=0)
    lost = sum(side == STRADDLES for side in found.sides)
    assert 0 < lost <= 2 * 10, "no more than leads out of the ten communities of validation and test"
    assert shares_of(found, [1] * len(ring))[1:] == pytest.approx([0.1, 0.1], abs=0.02)


def test_a_community_that_is_too_large_for_any_side_is_not_cut():
    shown = [[0]] * 95 + [[1], [2], [3], [4], [5]]
    found = divide(shown, [1] * 100, TEN, seed=0)
    assert set(found.sides[:95]) == {0}
    assert found.largest == 0.95
    assert sum(side > 0 for side in found.sides) >= 2


def test_where_there_is_one_community_it_is_learned_from():
    found = divide([[7]] * 10, [1] * 10, TEN, seed=0)
    assert set(found.sides) == {0}


def test_a_side_that_was_asked_for_takes_the_smallest_community_rather_than_none():
    found = divide([[n // 20] for n in range(100)], [1] * 100, Shares(0.9, 0.05, 0.05), seed=0)
    assert Counter(found.sides) == {0: 60, 1: 20, 2: 20}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([0.9, 0.05, 0.06], "adds up to 1.01"),
        ([0.9, 0.1], "give three shares"),
        ([1.1, -0.1, 0], "from 0 to 1"),
        ([float("nan"), 0.5, 0.5], "from 0 to 1"),
        ([0, 0.5, 0.5], "nothing would be learned from"),
    ],
)
def test_what_is_no_split_is_refused(said, told):
    with pytest.raises(UsageError, match=told):
        Shares.of(said)


def test_shares_that_add_up_but_for_rounding_are_taken():
    assert Shares.of([0.7, 0.2, 0.1]) == (0.7, 0.2, 0.1)
