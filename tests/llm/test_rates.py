"""Limits a minute: the user's, and what a server says is left."""

import pytest

from personagraph.errors import Allowance
from personagraph.llm.client.rates import LONGEST_HOLD, Rates


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def sent_in(seconds: float, *, requests: int) -> int:
    """How many calls leave in so long when each leaves as soon as it may."""
    clock = Clock()
    rates = Rates(requests=requests, tokens=None, clock=clock)
    sent = 0
    while clock.now <= seconds:
        wait = rates.wait(100)
        if wait > 0:
            clock.now += wait + 1e-9
        else:
            rates.take(100)
            sent += 1
            assert sent < 100_000
    return sent


def test_requests_a_minute_are_kept_but_for_a_few_seconds_burst():
    assert sent_in(120, requests=600) == pytest.approx(1200, abs=60)


def test_tokens_a_minute_are_kept():
    clock = Clock()
    rates = Rates(requests=None, tokens=6000, clock=clock)
    assert rates.wait(400) == 0
    rates.take(400)
    assert rates.wait(500) == pytest.approx(4.0)


def test_a_call_larger_than_the_bucket_leaves_when_the_bucket_is_full():
    clock = Clock()
    rates = Rates(requests=None, tokens=600, clock=clock)
    assert rates.wait(5000) == 0
    rates.take(5000)
    assert rates.wait(1) > 400


def test_tokens_that_were_not_used_are_given_back():
    clock = Clock()
    rates = Rates(requests=None, tokens=6000, clock=clock)
    rates.take(500)
    rates.used(500, 100)
    assert rates.wait(400) == 0


def test_a_reply_that_says_it_used_more_than_can_be_holds_nobody_for_days():
    clock = Clock()
    rates = Rates(requests=None, tokens=6000, clock=clock)
    rates.take(500)
    rates.used(500, 10**9)
    assert rates.wait(400) < 70


def test_when_a_server_has_nothing_left_nobody_leaves_until_it_has():
    clock = Clock()
    rates = Rates(requests=None, tokens=None, clock=clock)
    rates.heard(Allowance(requests_left=2, requests_reset=9.0))
    rates.take(10)
    rates.take(10)
    assert rates.wait(10) == pytest.approx(9.0)
    clock.now = 9.5
    assert rates.wait(10) == 0
    rates.heard(Allowance(tokens_left=50, tokens_reset=4.0))
    assert rates.wait(40) == 0
    assert rates.wait(60) == pytest.approx(4.0)


def test_a_server_that_says_it_takes_nothing_for_hours_is_asked_again_after_a_minute():
    clock = Clock()
    rates = Rates(requests=None, tokens=None, clock=clock)
    rates.heard(Allowance(requests_left=0, requests_reset=1e9))
    assert rates.wait(1) == LONGEST_HOLD


def test_half_a_statement_of_a_server_holds_nobody():
    rates = Rates(requests=None, tokens=None, clock=Clock())
    rates.heard(Allowance(requests_left=0))
    rates.heard(Allowance(tokens_reset=5.0))
    assert rates.wait(10) == 0
