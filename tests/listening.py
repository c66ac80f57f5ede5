"""Notes whatever leaves this process: every connection and look-up that it tries, and what a server here is sent."""

import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TRIED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto")
_lists: list[list[tuple[str, Any]]] = []
_hooked: list[bool] = []


@contextmanager
def attempts() -> Iterator[list[tuple[str, Any]]]:
    """Every connection or look-up of a name that this process tries meanwhile, whether it comes to something or not."""
    if not _hooked:
        sys.addaudithook(lambda event, args: [one.append((event, args)) for one in _lists if event in _TRIED])
        _hooked.append(True)
    tried: list[tuple[str, Any]] = []
    _lists.append(tried)
    try:
        yield tried
    finally:
        _lists.remove(tried)


class Listener(socketserver.ThreadingTCPServer):
    """Takes what it is sent, by whatever protocol, and refuses it: 401 for HTTP, and nothing for others."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.connections = 0
        self.taken = b""

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return int(self.server_address[1])


class _Taking(socketserver.BaseRequestHandler):
    server: Listener

    def handle(self) -> None:
        self.server.connections += 1
        self.request.settimeout(2)
        data = self.request.recv(65536)
        self.server.taken += data
        if data[:4] in (b"POST", b"GET "):
            body = b'{"error": {"message": "no"}}'
            head = (
                b"HTTP/1.1 401 No\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            )
            self.request.sendall(head % len(body) + body)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a port of its own."""
    one = Listener()
    threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield one
    finally:
        one.shutdown()
        one.server_close()
