"""What ticks add up to: the rate, the time left as a range, the cost in the end, and the yield of late."""

import pytest

from personagraph.cli.progress.estimate import History, Standing, fields
from personagraph.cli.progress.rows import span
from personagraph.progress import Tick


def tick(done: int, limit: int | None = None, **more: object) -> Tick:
    outcomes = more.pop("outcomes", {"new": done})
    return Tick(done, limit, int(more.pop("open", 0)), outcomes, **more)


def steady(seconds: int, *, each: int = 2, **more: object) -> Standing:
    """So many steps a second for a while, told every second."""
    history = History(0.0)
    for second in range(seconds + 1):
        history.add(float(second), tick(each * second, **more))
    return history.standing(float(seconds))


def test_before_the_first_tick_only_the_time_is_known():
    assert History(5.0).standing(17.0) == Standing(None, 12.0)
    assert fields(History(5.0).standing(17.0)) == {"seconds": 12.0}


def test_a_single_tick_tells_neither_a_rate_nor_the_time_left():
    history = History(0.0)
    history.add(1.0, tick(64, 1000))
    seen = history.standing(3.0)
    assert (seen.rate, seen.left, seen.recent) == (None, None, 0)


def test_the_rate_is_that_of_the_last_minute():
    history = History(0.0)
    for second in range(200):
        history.add(float(second), tick(10 * second))
    for second in range(200, 300):
        history.add(float(second), tick(2000 + 2 * (second - 200)))
    assert history.standing(299.0).rate == pytest.approx(2.0)


def test_a_run_that_has_come_to_a_halt_falls_to_no_steps_a_second():
    history = History(0.0)
    for second in range(30):
        history.add(float(second), tick(10 * second, 1000))
    halted = history.standing(29.0 + 61.0)
    assert halted.rate == 0.0
    assert halted.left is None or halted.left[1] is None or halted.left[1] > halted.left[0]


def test_another_run_of_the_same_command_begins_anew():
    history = History(0.0)
    for second in range(30):
        history.add(float(second), tick(10 * second))
    history.add(30.0, tick(0))
    assert history.standing(31.0).rate is None
    history.add(40.0, tick(5, outcomes={"tried": 5}))
    seen = history.standing(40.0)
    assert (seen.rate, seen.recent, seen.yields) == (0.5, 5, {"tried": 5})


def test_an_even_pace_gives_one_time_left_and_an_uneven_one_a_range():
    low, high = steady(100, limit=1000).left
    assert low == pytest.approx(high) == pytest.approx(400.0)
    history = History(0.0)
    done = 0
    for second in range(200):
        done += 1 if second // 25 % 2 else 5
        history.add(float(second), tick(done, 10_000))
    low, high = history.standing(199.0).left
    assert low < (10_000 - done) / 3 < high
    assert low == pytest.approx((10_000 - done) / 5, rel=0.15)


def test_ticks_in_bursts_do_not_blow_the_range_up():
    history = History(0.0)
    for second in range(0, 301, 10):
        history.add(float(second), tick(6 * second, 18_000))
    low, high = history.standing(305.0).left
    assert low == pytest.approx(high, rel=0.05)
    assert low == pytest.approx(2700, rel=0.05)


def test_without_a_known_end_the_time_left_is_at_least_what_is_open_and_waiting():
    seen = steady(100, open=20, frontier={1: 50, 2: 130})
    assert seen.least
    assert seen.left[0] == pytest.approx(100.0)


def test_the_limit_that_ends_the_run_first_is_named():
    assert steady(100, limit=1000).until == ""
    by_cost = steady(100, limit=1000, cost=0.0, max_cost=None)
    assert (by_cost.until, by_cost.projected) == ("", None)
    history = History(0.0)
    for second in range(101):
        history.add(float(second), tick(second, 1000, cost=0.01 * second, max_cost=2.0, max_new=700))
    seen = history.standing(100.0)
    assert (seen.until, seen.projected) == ("cost", pytest.approx(7.0))
    assert seen.left[0] == pytest.approx(100.0)
    history.add(101.0, tick(101, 1000, cost=1.01, max_cost=20.0, max_new=700))
    assert history.standing(101.0).until == "personas"


def test_the_time_left_to_a_number_of_personas_follows_how_many_a_step_brings_of_late():
    history = History(0.0)
    for second in range(401):
        new = second if second < 200 else 200 + (second - 200) / 4
        history.add(float(second), tick(second, max_new=500, outcomes={"new": int(new)}))
    seen = history.standing(400.0)
    assert not seen.least
    assert seen.left[0] == pytest.approx(1000, rel=0.05)


def test_the_yield_is_that_of_the_last_hundred_steps():
    history = History(0.0)
    for second in range(301):
        new = min(second, 150)
        history.add(float(second), tick(second, outcomes={"new": new, "merged": second - new, "dead": 1}))
    seen = history.standing(300.0)
    assert (seen.recent, seen.yields) == (100, {"merged": 100})


def test_a_long_run_remembers_no_more_than_the_estimates_need():
    history = History(0.0)
    for n in range(200_000):
        history.add(n / 50, tick(n, 1_000_000))
    assert len(history._points) < 1000
    assert history.standing(4000.0).rate == pytest.approx(50, rel=0.01)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (480, 720, "8–12 min"),
        (12.2, 12.4, "12 s"),
        (30, 45, "30–45 s"),
        (7560, 9360, "2.1–2.6 h"),
        (129600, 172800, "1.5–2 days"),
        (600, None, "at least 10 min"),
        (0, 0, "0 s"),
    ],
)
def test_a_length_of_time_is_told_as_a_range_in_one_unit(low, high, told):
    assert span(low, high) == told
