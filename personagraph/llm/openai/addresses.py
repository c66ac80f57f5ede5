"""Says of an address at which no chat completions are to be had what it should probably be."""

import re
from urllib.parse import urlsplit

from personagraph.errors import ConfigError

_ENDPOINT = re.compile(r"/(chat/completions|completions|responses|embeddings)/?$")
_SET = "set base_url (--base-url) to"
_MENDED = (
    (re.compile(r"(/v1)(/v1)+/?$"), r"\1"),
    (re.compile(r"(generativelanguage\.googleapis\.com)(/v1(beta)?)?/?$"), r"\1/v1beta/openai"),
    (re.compile(r"(:\d+)/api/?$|/api/(chat|generate|tags|v0)/?$"), r"\1/v1"),
    (re.compile(r"(/v\d)/chat/?$"), r"\1"),
    (re.compile(r"^([^/]*//[^/]+(/(?!v\d)[^/]+)*)/?$"), r"\1/v1"),
)
"""How addresses are mistaken, and what is meant: /v1 twice, Google's own, that of Ollama's or LM Studio's own protocol,
half an endpoint, and one without /v1."""


def place_of(base_url: str | None) -> str:
    """The address of the server without what may be secret in it. Raises ConfigError for one that is none.

    That of an endpoint is none: the endpoint follows it.
    """
    if base_url is None:
        return "the OpenAI API"
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # whose text shows what stands in place of a port, which may be a password
        raise ConfigError("--base-url is no address of a server; give it as http://HOST:PORT/v1") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("--base-url is no address of a server; give it as http://HOST:PORT/v1")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    where = f"{parts.scheme}://{host}{port}{parts.path}"
    if found := _ENDPOINT.search(where):
        raise ConfigError(f"{where} is the address of one endpoint; {_SET} {where[: found.start()]}")
    return where


def advice(where: str, said: str = "") -> str:
    """What to set instead of an address (`place_of`) which has no chat completions, as was `said` there."""
    if "to https port" in said.lower():
        return f"{_SET} {where.replace('http://', 'https://')}"
    for mistaken, meant in _MENDED:
        if mistaken.search(where):
            return f"{_SET} {mistaken.sub(meant, where)}, if that is where its OpenAI-compatible API is"
    return "check that base_url (--base-url) is the address of an OpenAI-compatible server, as http://HOST:PORT/v1"
