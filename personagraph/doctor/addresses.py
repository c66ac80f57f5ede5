"""Asks an address over HTTP for something that costs nothing: with the key, bounded, and never where it is sent on."""

import urllib.request
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError

SECONDS = 5.0
LARGEST = 4_000_000
"""Bytes of an answer; a list of some hundred models has half a million."""


class Told(NamedTuple):
    """The status of an answer, None if there is none, and its body."""

    status: int | None
    body: bytes = b""


def get(url: str, key: str, seconds: float = SECONDS) -> Told:
    """What a server answers to a GET with a key."""
    try:
        request = urllib.request.Request(url)
        request.add_unredirected_header("Authorization", f"Bearer {key}")
        with urllib.request.build_opener(_Staying).open(request, timeout=seconds) as answer:
            return Told(int(answer.status), answer.read(LARGEST))
    except HTTPError as error:
        return Told(error.code)
    except (OSError, HTTPException, ValueError):
        return Told(None)


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it leads to a server that nobody named."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirection is the answer."""
