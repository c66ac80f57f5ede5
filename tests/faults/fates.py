"""What can happen to one attempt: each fate by its name, as it looks on the wire."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.wire import Exchange, head

Fate = Callable[[Exchange], Awaitable[None]]
STALL = 30.0
"""Seconds for which a stalled answer keeps silent: longer than any client here waits."""


async def answered(exchange: Exchange) -> None:
    """As it should be."""
    await exchange.answer()


async def chunked(exchange: Exchange) -> None:
    body, rng = _body(exchange), exchange.rng
    at = sorted(rng.randrange(1, len(body)) for _ in range(3))
    parts = [part for part in (body[: at[0]], body[at[0] : at[1]], body[at[1] : at[2]], body[at[2] :]) if part]
    pieces = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
    await exchange.drip([head(200, [("Transfer-Encoding", "chunked")]), *pieces, b"0\r\n\r\n"], pause=0, whole=True)


async def dripping(exchange: Exchange) -> None:
    body = _body(exchange)
    size = len(body) // 8 + 1
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    await exchange.drip([head(200, [("Content-Length", str(len(body)))]), *pieces], pause=0.003, whole=True)


async def closing(exchange: Exchange) -> None:
    await exchange.answer([("Connection", "close")])
    exchange.writer.close()


async def doubled_headers(exchange: Exchange) -> None:
    twice = [("X-Request-Id", "1"), ("X-Request-Id", "2"), ("Retry-After", "0"), ("Retry-After", "soon")]
    await exchange.answer([*twice, ("Content-Type", "text/html"), ("x-ratelimit-remaining-requests", "7, 8")])


async def lying_limits(exchange: Exchange) -> None:
    """Limits that cannot be: negative, no number, more left than there is, no time."""
    lies = ["-3", "many", "1e400", "NaN", "", "0x10", "9" * 400]
    names = [f"x-ratelimit-{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")]
    await exchange.answer([(name, exchange.rng.choice(lies)) for name in names])


async def low_limits(exchange: Exchange) -> None:
    """Nothing left, but only for a moment."""
    told = [("x-ratelimit-limit-requests", "60000"), ("x-ratelimit-remaining-requests", "0")]
    await exchange.answer([*told, ("x-ratelimit-reset-requests", "8ms")])


async def in_parts(exchange: Exchange) -> None:
    """The text as a list of parts, as some servers send it."""
    [choice] = exchange.completion["choices"]
    text = choice["message"]["content"]
    if text is None:
        return await exchange.answer()
    parts = [
        {"type": "text", "text": text[:9]},
        {"type": "reasoning", "text": "Hm."},
        {"type": "text", "text": text[9:]},
    ]
    await exchange.answer(choices=[{**choice, "message": {**choice["message"], "content": parts}}])


async def bare(exchange: Exchange) -> None:
    """Nothing but the choices, and strange fields."""
    body = {"choices": exchange.completion["choices"], "usage": None, "model": None, "x": {"y": [1]}}
    await exchange.send(200, json.dumps(body).encode(), whole=True)


async def odd_usage(exchange: Exchange) -> None:
    """Usage that is missing, negative, absurd, or in other words."""
    odd = [
        {},
        {"prompt_tokens": -5, "completion_tokens": -1},
        {"prompt_tokens": 10**30, "completion_tokens": 1},
        {"prompt_tokens": "12", "completion_tokens": "3.0"},
        {"prompt_tokens": "a few", "completion_tokens": [1]},
        {"input_tokens": 12, "output_tokens": 3},
        {"prompt_tokens": 12.5, "completion_tokens": None, "prompt_tokens_details": "none"},
        [1, 2],
        "12",
    ]
    await exchange.answer(usage=exchange.rng.choice(odd))


async def lying_usage(exchange: Exchange) -> None:
    """Usage that no call of this length can have had, or that its own parts deny."""
    lies = [
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 1, "completion_tokens": 1},
        {"prompt_tokens": 500, "completion_tokens": 0},
        {"prompt_tokens": 3, "completion_tokens": 10_000},
        {"prompt_tokens": 500, "completion_tokens": 2, "total_tokens": 1},
        {"prompt_tokens": 500, "completion_tokens": 90, "prompt_tokens_details": {"cached_tokens": 10**6}},
        {"input_tokens": 2, "output_tokens": 90, "cache_read_input_tokens": 498},
    ]
    await exchange.answer(usage=exchange.rng.choice(lies))


async def limited(exchange: Exchange) -> None:
    """429, with or without a word on when to come back."""
    now = datetime.now(UTC)
    said = [
        [],
        [("Retry-After", "0")],
        [("Retry-After", "0.01")],
        [("retry-after-ms", "10")],
        [("Retry-After", format_datetime(now, usegmt=True))],
        [("Retry-After", format_datetime(now - timedelta(days=400), usegmt=True))],
        [("Retry-After", "-7")],
        [("Retry-After", "soon")],
        [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "10ms")],
    ]
    await exchange.refuse(429, "Rate limit reached", exchange.rng.choice(said), code="rate_limit_exceeded")


async def failing(exchange: Exchange) -> None:
    status = exchange.rng.choice([500, 502, 503, 504, 529])
    if exchange.rng.random() < 0.5:
        await exchange.send(status, b"<html><body>Bad gateway</body></html>")
    else:
        await exchange.refuse(status, "The server had an error")


async def read_and_dropped(exchange: Exchange) -> None:
    exchange.hang_up()


async def cut_in_the_head(exchange: Exchange) -> None:
    said = head(200, [("Content-Length", "900")])
    exchange.hang_up(said[: exchange.rng.randrange(1, len(said) - 2)])


async def cut_in_the_body(exchange: Exchange) -> None:
    body = _body(exchange)
    said = head(200, [("Content-Length", str(len(body)))])
    exchange.hang_up(said + body[: exchange.rng.randrange(0, len(body))])


async def cut_in_a_chunk(exchange: Exchange) -> None:
    said = head(200, [("Transfer-Encoding", "chunked")])
    exchange.hang_up(said + b"%x\r\n" % 900 + _body(exchange)[:30])


async def short_length(exchange: Exchange) -> None:
    """The head promises less than the body has: what is read is no JSON."""
    body = _body(exchange)
    exchange.writer.write(head(200, [("Content-Length", str(len(body) - 9))]) + body)
    exchange.writer.close()


async def no_http(exchange: Exchange) -> None:
    exchange.hang_up(exchange.rng.choice([b"\x15\x03\x01\x00\x02\x02", b"HTTP/9.9 twenty\r\n\r\n", b"SSH-2.0-x\r\n"]))


async def no_json(exchange: Exchange) -> None:
    broken = [b"", b"\x00\xff\xfe", _body(exchange)[:-1], b"data: {}\n\n", b"\x1f\x8b\x08\x00"]
    await exchange.send(200, exchange.rng.choice(broken))


async def a_page(exchange: Exchange) -> None:
    await exchange.send(200, b"<html><body>Please log in to this Wi-Fi</body></html>")


async def a_stream(exchange: Exchange) -> None:
    """Events, though nobody asked for a stream."""
    await exchange.send(200, b'data: {"choices": [{"delta": {"content": "A"}}]}\n\ndata: [DONE]\n\n')


async def without_end(exchange: Exchange) -> None:
    """White space, for as long as anybody reads."""
    said = head(200, [("Transfer-Encoding", "chunked")])
    exchange.writer.write(said)
    while not exchange.writer.is_closing():
        exchange.writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await exchange.writer.drain()


async def an_error_as_success(exchange: Exchange) -> None:
    await exchange.refuse(200, "upstream failed", type="server_error")


async def no_completion(exchange: Exchange) -> None:
    """JSON, but not of a chat completion."""
    message = exchange.completion["choices"][0]["message"]
    odd = [
        {"choices": []},
        {"choices": [{}]},
        {"choices": None},
        {"choices": {"0": {"message": message}}},
        {"choices": [{"message": "Hello"}]},
        {"choices": [{"message": {**message, "content": 7}}]},
        {},
        [],
        None,
        7,
    ]
    await exchange.send(200, json.dumps(exchange.rng.choice(odd)).encode())


async def stalled(exchange: Exchange) -> None:
    """Silence, after the request was read, for longer than the client waits."""
    await asyncio.sleep(STALL)


async def not_let_in(exchange: Exchange) -> None:
    await exchange.refuse(401, "Incorrect API key provided", code="invalid_api_key")


async def not_taken(exchange: Exchange, name: str) -> None:
    """400, since the request has a field of that name."""
    await exchange.refuse(400, f"Unsupported parameter: '{name}'", code="unsupported_parameter", param=name)


def _body(exchange: Exchange) -> bytes:
    return json.dumps(exchange.completion).encode()


WHOLE: Mapping[str, Fate] = {
    "answered": answered,
    "chunked": chunked,
    "dripping": dripping,
    "closing": closing,
    "doubled headers": doubled_headers,
    "lying limits": lying_limits,
    "low limits": low_limits,
    "in parts": in_parts,
    "bare": bare,
    "odd usage": odd_usage,
    "lying usage": lying_usage,
}
"""Fates in which a completion arrives, however oddly."""
BROKEN: Mapping[str, Fate] = {
    "limited": limited,
    "failing": failing,
    "read and dropped": read_and_dropped,
    "cut in the head": cut_in_the_head,
    "cut in the body": cut_in_the_body,
    "cut in a chunk": cut_in_a_chunk,
    "short length": short_length,
    "no HTTP": no_http,
    "no JSON": no_json,
    "a page": a_page,
    "a stream": a_stream,
    "without end": without_end,
    "an error as success": an_error_as_success,
    "no completion": no_completion,
    "stalled": stalled,
    "not let in": not_let_in,
}
"""Fates in which none does."""
FATES = {**WHOLE, **BROKEN}
