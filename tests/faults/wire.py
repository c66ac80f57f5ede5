"""HTTP as the server speaks it: reading a request, and writing a response whole, in pieces, or not to the end."""

import asyncio
import json
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

Headers = Iterable[tuple[str, str]]
REASONS = {200: "OK", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    body: bytes


async def receive(first: bytes, reader: asyncio.StreamReader) -> Received:
    """The request that begins with these bytes. Raises IncompleteReadError when the client closes the connection."""
    lines = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return Received(method, path, await reader.readexactly(int(fields.get("content-length", 0))))


@dataclass(slots=True)
class Exchange:
    """One request that waits for its response. `completion` is what it should be answered; `rng` is the plan's.

    `whole` says that a completion that can be read, to its last byte, was given to the socket.
    """

    writer: asyncio.StreamWriter
    completion: dict[str, Any]
    rng: Random
    whole: bool = False

    async def answer(self, headers: Headers = (), **changes: Any) -> None:
        """Send the completion, with fields of its own replaced."""
        await self.send(200, json.dumps({**self.completion, **changes}).encode(), headers, whole=True)

    async def send(self, status: int, body: bytes, headers: Headers = (), *, whole: bool = False) -> None:
        """Send a response with this body."""
        self._write(head(status, [*headers, ("Content-Length", str(len(body)))]) + body, whole=whole)
        await self.writer.drain()

    async def drip(self, pieces: Iterable[bytes], *, pause: float, whole: bool) -> None:
        """Send bytes piece by piece."""
        *first, last = pieces
        for piece in first:
            self._write(piece, whole=False)
            await asyncio.sleep(pause)
        self._write(last, whole=whole)
        await self.writer.drain()

    async def refuse(self, status: int, message: str, headers: Headers = (), **more: str) -> None:
        """Send an error as OpenAI does."""
        await self.send(status, json.dumps({"error": {"message": message, **more}}).encode(), headers)

    def hang_up(self, said: bytes = b"") -> None:
        """Send what is said, and close the connection: in good order, or with a reset."""
        self.writer.write(said)
        if self.rng.random() < 0.5:
            self.writer.close()
        else:
            reset(self.writer)

    def _write(self, data: bytes, *, whole: bool) -> None:
        if not self.writer.is_closing():
            self.writer.write(data)
            self.whole = self.whole or whole


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with a reset, as a process that dies does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def head(status: int, headers: Headers) -> bytes:
    """The first lines of a response."""
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Trouble')}", "Content-Type: application/json"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers), "", ""]).encode()
