"""Which word sets count as alike, and in which order."""

from fractions import Fraction

from personagraph.dedup.index import alike


def test_an_empty_set_is_like_nothing():
    assert alike(frozenset(), [(0, frozenset())], Fraction(9, 10)) == []


def test_the_best_come_first_then_the_lowest_number():
    words = frozenset("abcd")
    near = [(3, frozenset("abc")), (2, frozenset("abcd")), (1, frozenset("bcd")), (0, frozenset("ab"))]
    assert alike(words, near, Fraction(3, 4)) == [(2, 1.0), (1, 0.75), (3, 0.75)]
