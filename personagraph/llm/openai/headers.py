"""Reads from the headers of an answer what a server says of its limits, in the dialects of the common providers."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from personagraph.errors import Allowance

_FAMILIES = (
    "x-ratelimit-{}-requests x-ratelimit-{}-tokens",
    "anthropic-ratelimit-requests-{} anthropic-ratelimit-tokens-{}",
    "x-ratelimit-{}-req-minute x-ratelimit-{}-tokens-minute",
    "x-ratelimit-{} x-tokenlimit-{}",
    "ratelimit-{} -",
)
"""The names of headers for requests and for tokens: of OpenAI (also Azure, Groq, LiteLLM), Anthropic, Mistral, Together
(OpenRouter has half of it), and the draft of a standard. vLLM, Ollama and llama.cpp send none."""
_REQUESTS, _TOKENS = (
    [tuple(family.split()[n].format(what) for what in ("limit", "remaining", "reset")) for family in _FAMILIES]
    for n in (0, 1)
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_SPAN = re.compile(r"(?:\d{1,20}(?:\.\d{1,20})?(?:ms|us|µs|ns|[dhms]))+", re.ASCII)
_PART = re.compile(r"(\d{1,20}+(?:\.\d{1,20}+)?+)(ms|us|µs|ns|[dhms])", re.ASCII)
_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_LONGEST = 60
"""Characters; no honest value is longer."""
_EPOCH, _EPOCH_MS = 1e9, 1e12
"""From here on a number can only be a moment: in seconds since 1970, or in milliseconds."""


def plain(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by lower-case name; of several with one name, the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1").strip() for name, value in headers}


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that the server wants to be left alone; None when it did not say, or nothing above 0.

    `now`, in seconds since 1970, is what a date is measured from if the server does not tell its own time.
    """
    exact = _number(headers.get("retry-after-ms", ""))
    if exact:
        return exact / 1000
    told = headers.get("retry-after", "")
    wait = _number(told)
    if wait is None:
        wait = _span(told)
    if wait is None:
        moment, here = _date(told), _date(headers.get("date", ""))
        wait = None if moment is None else moment - (now if here is None else here)
    return wait if wait is not None and wait > 0 else None


def allowance(headers: Mapping[str, str], now: float) -> Allowance | None:
    """What the headers say of limits, `now` being the seconds since 1970; None if there is nothing."""
    if not any("ratelimit" in name for name in headers):
        return None
    requests_limit, requests_left, requests_reset = _limit(headers, _REQUESTS, now)
    tokens_limit, tokens_left, tokens_reset = _limit(headers, _TOKENS, now)
    found = Allowance(requests_left, requests_reset, requests_limit, tokens_left, tokens_reset, tokens_limit)
    return None if found == Allowance() else found


def _limit(
    headers: Mapping[str, str], families: Iterable[tuple[str, ...]], now: float
) -> tuple[int | None, int | None, float | None]:
    """The limit, what is left and the reset, from the first family that is there; a limit of 0 is none."""
    for limit, left, reset in families:
        if limit in headers or left in headers:
            return (
                _count(headers.get(limit, "")) or None,
                _count(headers.get(left, "")),
                _reset(headers.get(reset, ""), now),
            )
    return None, None, None


def _count(text: str) -> int | None:
    number = _number(text)
    return None if number is None else int(number)


def _reset(text: str, now: float) -> float | None:
    """Seconds from now until a reset, which may be told as a span, a number of seconds, or a moment; never negative."""
    number = _number(text)
    if number is not None:
        if number >= _EPOCH_MS:
            number /= 1000
        return max(0.0, number - now) if number >= _EPOCH else number
    span = _span(text)
    if span is not None:
        return span
    moment = _date(text)
    return None if moment is None else max(0.0, moment - now)


def _number(text: str) -> float | None:
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _span(text: str) -> float | None:
    """Seconds of "1s", "6m0s", "20ms"."""
    if len(text) > _LONGEST or not _SPAN.fullmatch(text):
        return None
    return sum(float(amount) * _UNITS[unit] for amount, unit in _PART.findall(text))


def _date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date, or of one such as 2026-11-24T12:00:00Z."""
    if not 8 <= len(text) <= _LONGEST:
        return None
    try:
        moment = datetime.fromisoformat(text) if text[0].isdigit() else parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
