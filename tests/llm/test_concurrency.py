"""How many calls may be in flight: it finds what a server bears, gives way at once, and comes back slowly."""

from personagraph.llm.client.concurrency import AdaptiveLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def limit(highest: int, **options) -> tuple[AdaptiveLimit, Clock, list[tuple[int, str]]]:
    clock, told = Clock(), list[tuple[int, str]]()
    return AdaptiveLimit(highest, clock=clock, tell=lambda n, why: told.append((n, why)), **options), clock, told


def rounds(adaptive: AdaptiveLimit, count: int) -> None:
    for _ in range(count):
        for _ in range(adaptive.limit):
            adaptive.answered(adaptive.limit)


def test_it_begins_low_and_doubles_each_round_until_the_highest():
    adaptive, _, told = limit(64, first=8)
    rounds(adaptive, 5)
    assert adaptive.limit == 64
    assert told == [(16, "the server keeps up"), (32, "the server keeps up"), (64, "the server keeps up")]


def test_without_a_first_it_begins_at_the_highest():
    assert limit(64)[0].limit == 64


def test_a_rate_limit_cuts_it_to_80_percent_once_for_all_calls_that_were_in_flight():
    adaptive, clock, told = limit(100)
    for _ in range(20):
        adaptive.limited(0.0)
    assert adaptive.limit == 80
    clock.now = 15.0
    adaptive.limited(0.0)
    assert adaptive.limit == 64
    assert told == [(80, "rate limit"), (64, "rate limit")]


def test_after_a_cut_it_rests_15_seconds_or_as_long_as_the_server_asks_and_then_grows_by_5_percent_a_round():
    adaptive, clock, _ = limit(100)
    adaptive.limited(40.0)
    clock.now = 39.0
    rounds(adaptive, 3)
    assert adaptive.limit == 80
    clock.now = 41.0
    rounds(adaptive, 1)
    assert adaptive.limit == 84


def test_other_failures_begin_the_round_anew_and_cut_nothing():
    adaptive, _, _ = limit(64, first=8)
    for _ in range(7):
        adaptive.answered(8)
    adaptive.failed()
    adaptive.answered(8)
    assert adaptive.limit == 8


def test_it_does_not_grow_while_it_is_not_used():
    adaptive, _, _ = limit(64, first=8)
    for _ in range(100):
        adaptive.answered(2)
    assert adaptive.limit == 8


def test_it_is_never_below_one():
    adaptive, clock, _ = limit(2)
    for _ in range(20):
        clock.now += 100.0
        adaptive.limited(0.0)
    assert adaptive.limit == 1
    clock.now += 100.0
    rounds(adaptive, 2)
    assert adaptive.limit == 2


def test_in_an_outage_one_call_at_a_time_is_risked_until_the_server_answers_again():
    adaptive, _, told = limit(64)
    for _ in range(7):
        adaptive.lost()
    assert (adaptive.limit, adaptive.probes) == (64, 0)
    for probes in (1, 2, 3):
        adaptive.lost()
        assert (adaptive.limit, adaptive.probes) == (1, probes)
    adaptive.answered(1)
    assert (adaptive.limit, adaptive.probes) == (64, 0)
    assert told == [(1, "nobody is answered"), (64, "the server answers again")]


def test_failures_that_cost_nothing_and_single_losses_are_no_outage():
    adaptive, _, told = limit(64)
    for _ in range(50):
        adaptive.failed()
        adaptive.lost()
        adaptive.answered(1)
    assert (adaptive.limit, told) == (64, [])
