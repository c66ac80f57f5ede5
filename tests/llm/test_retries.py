"""When a failed call is tried again, and when it is given up."""

import pytest

from personagraph.errors import ChatUnavailableError, ReplyFormatError
from personagraph.llm.client.retries import Retries

BUSY = ChatUnavailableError("busy")
LIMITED = ChatUnavailableError("too many", limited=True)
patient = Retries(attempts=6, pause=1.0, longest=60.0, patience=900.0)


def goes_on(error: ChatUnavailableError, failures: int, *, since=0.0, others=0, ever=True) -> bool:
    try:
        patient.check(error, failures, since=since, others=others, ever=ever)
    except ChatUnavailableError:
        return False
    return True


def test_a_server_that_never_answered_is_given_up_after_a_few_attempts():
    assert goes_on(BUSY, 5, ever=False)
    assert not goes_on(BUSY, 6, ever=False)


def test_one_that_answered_before_is_waited_for():
    assert goes_on(BUSY, 50, since=899.0)
    assert not goes_on(BUSY, 50, since=901.0)


def test_a_request_that_fails_alone_is_at_fault():
    with pytest.raises(ReplyFormatError, match="failed 12 times on this"):
        patient.check(BUSY, 12, since=1.0, others=12, ever=True)
    assert goes_on(BUSY, 11, since=1.0, others=50)
    assert goes_on(BUSY, 12, since=1.0, others=2)


def test_rate_limits_are_waited_out_but_not_for_ever():
    assert goes_on(LIMITED, 50, since=10.0, others=0, ever=False)
    assert not goes_on(LIMITED, 50, since=901.0)


def test_a_server_that_wants_to_be_left_alone_for_longer_than_our_patience_stops_the_run():
    with pytest.raises(ChatUnavailableError, match="left alone for 3600 s"):
        patient.check(ChatUnavailableError("later", limited=True, retry_after=3600), 1, since=0, others=0, ever=True)


def test_backoff_has_full_jitter_doubles_and_is_capped():
    assert [patient.rest(BUSY, n, 1.0) for n in (1, 2, 3, 10, 5000)] == [2, 4, 8, 60, 60]
    assert patient.rest(BUSY, 3, 0.0) == 0


def test_a_wait_that_the_server_asks_for_is_kept_and_spread():
    asked = ChatUnavailableError("later", limited=True, retry_after=7.0)
    assert patient.rest(asked, 1, 0.0) == 7.0
    assert patient.rest(asked, 1, 1.0) == 8.0


def test_a_server_that_wants_no_pause_gets_one_all_the_same():
    assert patient.rest(ChatUnavailableError("limited", limited=True, retry_after=0.0), 1, 1.0) == 2.0


def test_waits_that_the_server_asks_for_do_not_add_up_beyond_our_patience():
    asked = ChatUnavailableError("later", limited=True, retry_after=600.0)
    assert goes_on(asked, 1, since=200.0)
    assert not goes_on(asked, 2, since=800.0)
