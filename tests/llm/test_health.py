"""What a server brought of late: when it is hopeless, and what the person who waits is told."""

import pytest

from personagraph.errors import ChatUnavailableError
from personagraph.llm.client.health import FIRST, LATEST, Health

PAGE = ChatUnavailableError("it sends a web page; check the address", billed=True, nonsense=True)
DOWN = ChatUnavailableError("it cannot be reached; check that it is up")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_sixteen_first_answers_that_are_no_completions_are_enough(clock):
    health = Health(clock)
    for _ in range(FIRST - 1):
        health.failed(PAGE)
    assert health.hopeless is None
    health.failed(PAGE)
    assert str(health.hopeless).startswith("the first 16 answers were no completions: it sends a web page; check")


def test_so_is_half_of_the_last_64_but_not_a_third_for_ever(clock):
    health = Health(clock)
    for _ in range(500):
        health.replied()
        health.replied()
        health.failed(PAGE)
    assert health.hopeless is None
    for _ in range(LATEST // 2):
        health.failed(PAGE)
    assert "of the last 64 answers were no completions" in str(health.hopeless)


def test_half_of_a_few_answers_says_nothing_yet(clock):
    health = Health(clock)
    health.replied()
    for _ in range(LATEST // 2 - 1):
        health.failed(PAGE)
    assert health.hopeless is None


def test_an_outage_is_no_answer_however_long_it_lasts(clock):
    health = Health(clock)
    for _ in range(1_000):
        health.failed(DOWN)
    assert health.hopeless is None
    assert health.trouble(0, 0.0) == "it cannot be reached"
    health.replied()
    assert health.trouble(0, 0.0) == ""


def test_the_first_reason_to_give_up_is_the_one_that_is_told(clock):
    health = Health(clock)
    health.give_up(DOWN)
    for _ in range(FIRST):
        health.failed(PAGE)
    assert health.hopeless is DOWN


def test_a_server_that_is_silent_is_told_before_its_time_is_over(clock):
    health = Health(clock)
    health.asked(1)
    clock.now += 19.0
    assert health.trouble(1, 0.0) == ""
    clock.now += 16.0
    assert health.trouble(1, 0.0) == "no answer for 35 s"
    assert health.trouble(0, 0.0) == ""
    health.replied()
    assert health.trouble(1, 0.0) == ""


def test_what_limits_a_minute_hold_back_is_told_and_so_is_a_pause_that_was_asked_for(clock):
    health = Health(clock)
    assert health.trouble(0, 4.0) == ""
    assert health.trouble(0, 42.0) == "limits a minute hold the next call back for 42 s"
    health.failed(ChatUnavailableError("too much; later", limited=True, retry_after=600.0))
    assert health.trouble(0, 0.0) == "too much, and wants to be left alone for 600 s"
