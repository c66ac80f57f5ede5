"""What servers say of their limits in headers, in each provider's way."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from personagraph.errors import Allowance
from personagraph.llm.openai.headers import allowance, plain, retry_after

HERE = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
NOW = HERE.timestamp()
SOON = HERE + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "1m30s"}, 90.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": format_datetime(SOON, usegmt=True)}, 90.0),
        ({"retry-after": "2000000000"}, 2e9),
    ],
)
def test_how_long_to_leave_the_server_alone_is_read_from_seconds_milliseconds_or_a_date(headers, seconds):
    assert retry_after(headers, NOW) == seconds


def test_a_date_is_measured_from_the_time_of_the_server_that_named_it():
    slow = format_datetime(SOON - timedelta(seconds=10), usegmt=True)
    assert retry_after({"retry-after": format_datetime(SOON, usegmt=True), "date": slow}, NOW) == 10


@pytest.mark.parametrize(
    "told",
    [
        "",
        "soon",
        "-5",
        "0",
        "nan",
        "inf",
        "1e3",
        "1_000",
        "٣",
        "7, 7",
        "9" * 400,
        "0001-01-01",
        "Tue, 99 Foo 2026",
        "\x00",
    ],
)
def test_nonsense_is_not_waited_for(told):
    assert retry_after({"retry-after": told, "retry-after-ms": told}, NOW) is None


def test_a_moment_that_has_passed_is_not_waited_for():
    assert retry_after({"retry-after": format_datetime(HERE - timedelta(days=1), usegmt=True)}, NOW) is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("20ms", 0.02),
        ("2m59.56s", 179.56),
        ("1h2m3s", 3723.0),
        ("12", 12.0),
        (str(int(NOW) + 30), 30.0),
        (str((int(NOW) + 30) * 1000), 30.0),
        ("2026-11-24T12:01:30Z", 90.0),
        ("2026-11-24T11:00:00Z", 0.0),
        ("never", None),
        ("-3s", None),
    ],
)
def test_a_reset_is_read_as_a_span_a_number_or_a_moment(told, seconds):
    found = allowance({"x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": told}, NOW)
    assert found is not None
    assert found.requests_reset == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    "headers",
    [
        {
            "x-ratelimit-limit-requests": "60",
            "x-ratelimit-remaining-requests": "59",
            "x-ratelimit-reset-requests": "1s",
            "x-ratelimit-limit-tokens": "150000",
            "x-ratelimit-remaining-tokens": "149984",
            "x-ratelimit-reset-tokens": "6m0s",
        },
        {
            "anthropic-ratelimit-requests-limit": "60",
            "anthropic-ratelimit-requests-remaining": "59",
            "anthropic-ratelimit-requests-reset": "2026-11-24T12:00:01Z",
            "anthropic-ratelimit-tokens-limit": "150000",
            "anthropic-ratelimit-tokens-remaining": "149984",
            "anthropic-ratelimit-tokens-reset": "2026-11-24T12:06:00Z",
        },
        {
            "x-ratelimit-limit": "60",
            "x-ratelimit-remaining": "59",
            "x-ratelimit-reset": "1",
            "x-tokenlimit-limit": "150000",
            "x-tokenlimit-remaining": "149984",
            "x-tokenlimit-reset": "360",
        },
    ],
)
def test_each_provider_names_the_same_limits_in_its_own_way(headers):
    assert allowance(headers, NOW) == Allowance(59, 1.0, 60, 149984, 360.0, 150000)


@pytest.mark.parametrize("told", ["", "-1", "many", "inf", "1e9", "60, 60;w=60"])
def test_limits_that_are_no_numbers_are_ignored(told):
    assert allowance({"x-ratelimit-limit-requests": told, "x-ratelimit-remaining-requests": told}, NOW) is None


def test_a_limit_of_nothing_is_no_limit_and_nothing_left_is_nothing_left():
    headers = {"x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "0"}
    assert allowance(headers, NOW) == Allowance(requests_left=0)


def test_headers_are_found_in_any_case():
    assert plain([(b"X-RateLimit-Remaining-Requests", b" 5 ")]) == {"x-ratelimit-remaining-requests": "5"}
