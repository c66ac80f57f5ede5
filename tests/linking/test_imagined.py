"""Somebody who was imagined is grounded in who is alike enough, and could be that one."""

import numpy as np
import pytest

from personagraph.linking.imagined import StandIn, stand_ins
from personagraph.linking.people import Crowd
from tests.linking.people_made import described, directions, points, snapshot


def looked_up(rows, known, wanted, said, **options):
    whole = snapshot(known)
    return stand_ins(described(rows, whole), Crowd(whole), wanted, said, **{"at_least": 0.6, **options})


def test_the_most_alike_stands_for_whom_a_model_imagined():
    rows = points(60)
    wanted = directions(rows[[7, 31]] + 0.02)
    found = looked_up(rows, [{}] * 60, wanted, [{}, {}])
    exact = rows @ wanted.T
    assert [one.person for one in found] == exact.argmax(axis=0).tolist() == [7, 31]
    assert [one.cosine for one in found] == pytest.approx(exact.max(axis=0).tolist(), abs=0.01)


def test_nobody_does_who_is_less_alike_than_the_bar():
    rows = points(60)
    far = -rows[:1]
    assert looked_up(rows, [{}] * 60, far, [{}], at_least=0.99) == [None]
    found = looked_up(rows, [{}] * 60, rows[:1], [{}], at_least=0.99)
    assert found == [StandIn(0, pytest.approx(1, abs=0.01))]


@pytest.mark.parametrize("name", ["activity", "age", "sex", "region"])
def test_nobody_does_of_whom_something_else_is_known(name):
    from personagraph.vocabulary.attributes import ATTRIBUTES

    rows = points(16, groups=2, spread=0.1)
    one, other = ATTRIBUTES[name].values[:2]
    known = [{name: one if n == 0 else other} for n in range(16)]
    first, unsaid = looked_up(rows, known, rows[[0, 0]], [{name: other}, {}])
    assert (first.person, unsaid.person) == (int(np.argsort(-(rows @ rows[0]))[1]), 0)
    assert looked_up(rows[:1], known[:1], rows[:1], [{name: other}]) == [None]


def test_of_equals_it_is_who_entered_first_and_never_who_is_left_out():
    rows = np.repeat(points(1), 4, axis=0)
    assert looked_up(rows, [{}] * 4, rows[:1], [{}])[0].person == 0
    assert looked_up(rows, [{}] * 4, rows[:1], [{}], without=[0, 1])[0].person == 2
    assert looked_up(rows, [{}] * 4, rows[:1], [{}], without=[0, 1, 2, 3]) == [None]


def test_whom_no_encoder_could_read_stands_for_nobody_and_nobody_for_nobody():
    rows = points(8)
    assert looked_up(rows, [{}] * 8, np.zeros_like(rows[:1]), [{}], at_least=-1.0) == [None]
    assert looked_up(rows, [{}] * 8, rows[:0], []) == []
    assert looked_up(rows[:0], [], rows[:1], [{}]) == [None]
