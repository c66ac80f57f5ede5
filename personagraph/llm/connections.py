"""The SDK's clients that speak to a server, and their connections: reused, and none of them able to eat the memory."""

import ipaddress
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpx2
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

CONNECT_TIMEOUT = 15.0
LARGEST = 4_000_000
"""Bytes of an answer; the longest reply that is asked for has some thousands."""
LARGEST_ERROR = 64_000
SHARE = 16
"""Calls in flight on one pool: a pool looks at each of its connections for each call, so large ones are slow."""
IDLE = 4.0
"""Seconds that an unused connection is kept. Many servers close theirs after 5, and what is sent meanwhile is lost."""


class TooLargeError(httpx2.ReadError):
    """The body of an answer goes on beyond `LARGEST`."""


class Connections:
    """As many of the SDK's clients as it takes for calls to share them, each with its pool of connections."""

    def __init__(self, api_key: str, base_url: str | None, timeout: float) -> None:
        self._options: dict[str, Any] = {"api_key": api_key, "base_url": base_url, "max_retries": 0}
        self._timeout = httpx2.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout / 2))
        self._direct = _is_loopback(base_url)
        plain = self._direct and urlsplit(base_url).scheme == "http"
        # Reading the system's certificates takes longer than some calls, and plain HTTP on this machine asks for none.
        self._trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else httpx2.create_ssl_context()
        self._clients: list[AsyncOpenAI] = []
        self._busy: list[int] = []

    @contextmanager
    def client(self) -> Iterator[AsyncOpenAI]:
        """The first client that has a connection to spare, for one call."""
        n = next((n for n, busy in enumerate(self._busy) if busy < SHARE), len(self._clients))
        if n == len(self._clients):
            self._clients.append(AsyncOpenAI(**self._options, timeout=self._timeout, http_client=self._pool()))
            self._busy.append(0)
        self._busy[n] += 1
        try:
            yield self._clients[n]
        finally:
            self._busy[n] -= 1

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        clients, self._clients, self._busy = self._clients, [], []
        for client in clients:
            await client.close()

    def _pool(self) -> httpx2.AsyncClient:
        """Follows no redirect, which would take the request to a server that nobody named; asks for plain bodies.

        Cookies are not kept: a server could send new ones with each answer. A server on this machine is not asked
        through a proxy.
        """
        pool = DefaultAsyncHttpx2Client(
            timeout=self._timeout,
            limits=httpx2.Limits(max_connections=SHARE, max_keepalive_connections=SHARE, keepalive_expiry=IDLE),
            follow_redirects=False,
            verify=self._trust,
            trust_env=not self._direct,
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [_limit]},
        )
        pool.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return pool


class _Body(httpx2.AsyncByteStream):
    """A body with an end. What a server says of an error may be cut off: its status is what counts."""

    def __init__(self, body: httpx2.AsyncByteStream, *, error: bool) -> None:
        self._body = body
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size, largest = 0, LARGEST_ERROR if self._error else LARGEST
        try:
            async for chunk in self._body:
                size += len(chunk)
                if size > largest:
                    raise TooLargeError(f"the answer has more than {largest:,} bytes")
                yield chunk
        except httpx2.RequestError:
            if not self._error:
                raise

    async def aclose(self) -> None:
        await self._body.aclose()


async def _limit(response: httpx2.Response) -> None:
    """Bound the body before it is read, and leave it as it came: one that is small here can be huge when unpacked."""
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.headers.pop("content-encoding", None)
    response.stream = _Body(response.stream, error=not response.is_success)


def _is_loopback(url: str | None) -> bool:
    host = urlsplit(url or "").hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
