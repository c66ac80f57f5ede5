"""The SDK's client that speaks to a server, and its connections: reused, and none of them able to eat the memory.

They are aiohttp's: those that the SDK brings along cost half a millisecond of CPU a call more, and its own adapter to
aiohttp takes a server that hung up for one that was never reached, so that what may be paid for is booked as nothing.
"""

import asyncio
import ipaddress
import os
import ssl
import urllib.request
from collections.abc import AsyncIterator
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import aiohttp
import httpx2
from aiohttp.abc import AbstractStreamWriter
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client
from yarl import URL

CONNECT_TIMEOUT = 15.0
LARGEST = 4_000_000
"""Bytes of an answer; the longest reply that is asked for has some thousands."""
LARGEST_ERROR = 64_000
LONGEST_HEADER = 64_000
IDLE = 4.0
"""Seconds that an unused connection is kept. Many servers close theirs after 5, and what is sent meanwhile is lost."""
AT_ONCE = 32_000
"""Bytes that are handed to the system at once, without waiting for it to take them."""
_LOST = (aiohttp.ClientError, OSError, TimeoutError)
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "nobody knows its name"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not trusted"),
    (aiohttp.ClientConnectorSSLError, "it does not speak TLS as it should"),
    (aiohttp.ClientHttpProxyError, "the proxy refused"),
    (aiohttp.ConnectionTimeoutError, "no connection in time"),
    (TimeoutError, "it did not answer in time"),
    (aiohttp.ServerDisconnectedError, "it closed the connection"),
    (aiohttp.ClientPayloadError, "its answer was cut off"),
)
"""What went wrong, for people. The errors' own texts can hold an address with a password in it."""


class NoAnswerError(httpx2.ReadError):
    """Something came back that is no answer at all: no HTTP, or a body that goes on beyond `LARGEST`."""


def connect(api_key: str, base_url: str | None, timeout: float, *, largest: int = LARGEST) -> AsyncOpenAI:
    """The SDK's client of a server, without retries of its own; an attempt takes at most `timeout` seconds.

    A connection is given up after CONNECT_TIMEOUT, an answer that has more than `largest` bytes where they are read.

    It follows no redirect, which would take a request to a server that nobody named, and keeps no cookie, of which a
    server could send new ones with each answer.
    """
    plain = _is_loopback(base_url or "") and urlsplit(base_url).scheme == "http"
    # Reading the system's certificates takes longer than some calls, and plain HTTP on this machine asks for none.
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else httpx2.create_ssl_context()
    pool = DefaultAsyncHttpx2Client(
        transport=_Transport(trust, largest),
        timeout=httpx2.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout / 2)),
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
    )
    pool.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return AsyncOpenAI(api_key=api_key, base_url=base_url, max_retries=0, timeout=pool.timeout, http_client=pool)


class _Transport(httpx2.AsyncBaseTransport):
    """Sends through one session of aiohttp, opened by the first request; as many connections as requests in flight."""

    def __init__(self, trust: ssl.SSLContext, largest: int) -> None:
        self._trust, self._largest = trust, largest
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, its body still to be read, as it came: one that is small here can be huge when unpacked.

        Raises ConnectError when no byte of the request was sent, ReadError when it may have been.
        """
        url, most = str(request.url), request.extensions["timeout"]
        session = self._session = self._session or self._open(url)
        body = _Sent(await request.aread())
        limits = aiohttp.ClientTimeout(most["read"], sock_connect=most["connect"], ceil_threshold=most["read"])
        try:
            answer = await session.request(
                request.method,
                URL(url, encoded=True).with_user(None),  # the header that was made of it remains
                headers=request.headers.multi_items(),
                data=body,
                allow_redirects=False,
                timeout=limits,
            )
        except _LOST as error:
            if not body.left:
                raise httpx2.ConnectError(_told(error)) from error
            if isinstance(error, aiohttp.ClientResponseError):
                raise NoAnswerError("what it sends is no HTTP") from error
            raise httpx2.ReadError(_told(error)) from error
        headers = [(name, value) for name, value in answer.raw_headers if name.lower() != b"content-encoding"]
        return httpx2.Response(answer.status, headers=headers, stream=_Body(answer, self._largest))

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open(self, url: str) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            proxy=_proxy(url),
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE, ssl=self._trust),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )


class _Sent(aiohttp.BytesPayload):
    """The body of a request, which knows whether it has left: together with the head, once there is a connection."""

    left = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self.left = _is_open(writer)
        await super().write_with_length(writer, content_length)
        if (self.size or 0) <= AT_ONCE and not _is_open(writer):
            self.left = False  # nothing was waited for meanwhile: the system took none of it


class _Body(httpx2.AsyncByteStream):
    """A body with an end. What a server says of an error may be cut off: its status is what counts."""

    def __init__(self, answer: aiohttp.ClientResponse, largest: int) -> None:
        self._answer = answer
        self._error = not 200 <= answer.status < 300
        self._largest = LARGEST_ERROR if self._error else largest

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size, largest = 0, self._largest
        try:
            async for chunk in self._answer.content.iter_any():
                size += len(chunk)
                if size > largest and self._error:
                    return
                if size > largest:
                    raise NoAnswerError(f"its answer has more than {largest:,} bytes")
                yield chunk
        except _LOST as error:
            if not self._error:
                raise httpx2.ReadError(_told(error)) from error

    async def aclose(self) -> None:
        self._answer.release()


def _is_open(writer: AbstractStreamWriter) -> bool:
    transport: asyncio.Transport | None = getattr(writer, "transport", None)
    return transport is not None and not transport.is_closing()


def _told(error: BaseException) -> str:
    """What went wrong with a connection, without what may be secret."""
    number = getattr(error, "errno", None)
    known = next((words for kind, words in _WORDS if isinstance(error, kind)), "")
    return known or (os.strerror(number).lower() if number else "the connection was lost")


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for a server, by HTTP if it does not say; none for one on this machine."""
    parts = urlsplit(url)
    if _is_loopback(url) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    named = proxies.get(parts.scheme) or proxies.get("all")
    return f"http://{named}" if named and "://" not in named else named


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
