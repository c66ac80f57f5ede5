"""Examines the language models: the local one, and an OpenAI-compatible server."""

import asyncio
import time
import urllib.request
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit

from personagraph.doctor.finding import Finding, failed
from personagraph.errors import ChatError, ConfigError
from personagraph.llm.local.backend import MODEL, LocalBackend
from personagraph.llm.local.weights import PACKAGES, bundled_file
from personagraph.llm.openai.backend import OPENAI
from personagraph.types import ChatRequest

SECONDS = 5.0
_REFUSED = (401, 403)
_QUESTION = ({"role": "user", "content": "Name one kind of bird. Answer as JSON."},)
_SCHEMA = {
    "type": "object",
    "properties": {"bird": {"type": "string", "pattern": "^[a-z ]{3,30}$"}},
    "required": ["bird"],
    "additionalProperties": False,
}


def local(*, wanted: bool, ask: bool) -> Finding:
    """Whether the local model can be started; with `ask`, how long it takes to start and to answer.

    When it is not `wanted`, that its packages are missing is no fault.
    """
    try:
        weights = bundled_file()
        import xllamacpp  # noqa: F401
    except ConfigError as error:
        finding = failed("local model", error)
    except (ImportError, OSError) as error:
        finding = Finding("local model", False, f"xllamacpp cannot be loaded: {error}", PACKAGES)
    else:
        told = f"{MODEL}, {weights.stat().st_size / 1e6:,.0f} MB of weights"
        return _asked(told) if ask else Finding("local model", True, told)
    return finding if wanted or ask else _unneeded(finding, "local")


def server(key: str | None, base_url: str | None, *, wanted: bool, seconds: float = SECONDS) -> Finding:
    """Whether there is a key, and whether the server answers to it within about `seconds`.

    When it is not `wanted`, that there is no key is no fault.
    """
    name = "openai server"
    if not key:
        remedy = "set OPENAI_API_KEY (any value, if the server asks for none), and OPENAI_BASE_URL for another server"
        finding = Finding(name, False, "no key is set", remedy)
        return finding if wanted else _unneeded(finding, "openai:NAME")
    url = base_url or OPENAI
    where = _shown(url)
    if where is None:
        return Finding(name, False, "OPENAI_BASE_URL is no address", "give it as http://HOST:PORT/v1")
    status = _status(f"{url.rstrip('/')}/models", key, seconds)
    if status is None:
        remedy = "check that it is up, and OPENAI_BASE_URL and the network"
        return Finding(name, False, f"{where} does not answer within {seconds:g} seconds", remedy)
    if status in _REFUSED:
        return Finding(name, False, f"{where} refuses the key ({status})", "check OPENAI_API_KEY")
    if status >= 500:
        return Finding(name, False, f"{where} is in trouble ({status})", "try again later, or look at its log")
    return Finding(name, True, f"{where} answers; a key is set")


def _unneeded(finding: Finding, model: str) -> Finding:
    return Finding(finding.name, True, f"{finding.detail}; only --model {model} needs it")


def _asked(told: str) -> Finding:
    try:
        first, second = asyncio.run(_seconds())
    except ChatError as error:
        return failed("local model", error)
    return Finding("local model", True, f"{told}; {first:.1f} s to start and answer, {second:.1f} s to answer again")


async def _seconds() -> tuple[float, float]:
    """How long a first question takes, and a second one."""
    backend = LocalBackend(slots=1)
    taken: list[float] = []
    try:
        for n in range(2):
            began = time.monotonic()
            await backend.complete(ChatRequest(f"doctor {n}", "doctor", _QUESTION, _SCHEMA, {"max_tokens": 40}, {}))
            taken.append(time.monotonic() - began)
    finally:
        await backend.close()
    return taken[0], taken[1]


def _shown(url: str) -> str | None:
    """The address without what may be secret in it; None if it is none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it leads to a server that nobody named."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirection is the answer."""


def _status(url: str, key: str, seconds: float) -> int | None:
    """The status of the answer; None if there is none."""
    try:
        request = urllib.request.Request(url)
        request.add_unredirected_header("Authorization", f"Bearer {key}")
        with urllib.request.build_opener(_Staying).open(request, timeout=seconds) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (OSError, HTTPException, ValueError):
        return None
