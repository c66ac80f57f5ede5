"""Examines the language models: the local one, and an OpenAI-compatible server."""

import asyncio
import time
from typing import NamedTuple

from personagraph.doctor.addresses import SECONDS, get
from personagraph.doctor.finding import Finding, failed
from personagraph.errors import ConfigError, PersonaGraphError
from personagraph.llm.local.backend import SLOTS, LocalBackend
from personagraph.llm.local.memory import memory
from personagraph.llm.local.weights import PACKAGES
from personagraph.llm.openai.addresses import place_of
from personagraph.llm.openai.backend import OPENAI
from personagraph.types import ChatRequest

NAME = "local model"
_REFUSED = (401, 403)
_QUESTION = ({"role": "user", "content": "Name one kind of bird. Answer as JSON."},)
_SCHEMA = {
    "type": "object",
    "properties": {"bird": {"type": "string", "pattern": "^[a-z ]{3,30}$"}},
    "required": ["bird"],
    "additionalProperties": False,
}


class LocalPace(NamedTuple):
    """How a model in this process is to work, None for what suits it: calls at once, processors, tokens of a call."""

    slots: int | None = None
    threads: int | None = None
    context: int | None = None


def local(
    *,
    wanted: bool,
    ask: bool,
    name: str = "",
    pace: LocalPace = LocalPace(),  # noqa: B008
) -> Finding:
    """Whether the model in a file, or the bundled one, can be asked, by what the file says: it is not loaded.

    With `ask` it is: how long it takes to start and to answer. When it is not `wanted`, that its packages are missing
    is no fault.
    """
    try:
        import xllamacpp  # noqa: F401

        backend = LocalBackend(name or None, slots=pace.slots or SLOTS, threads=pace.threads, context=pace.context)
    except PersonaGraphError as error:
        finding = failed(NAME, error)
    except (ImportError, OSError) as error:
        finding = Finding(NAME, False, f"xllamacpp cannot be loaded: {error}", PACKAGES)
    else:
        finding = _of_file(backend)
        return _asked(backend, finding) if ask and finding.ok else finding
    return finding if wanted or ask else _unneeded(finding, "local")


def _of_file(backend: LocalBackend) -> Finding:
    """What the file of a model says, and whether there is memory for it now."""
    weights, free = backend.weights, memory().free
    needed = weights.needs(backend.context * backend.slots)
    trained = f" (it was trained for {weights.trained:,})" if weights.trained else ""
    told = (
        f"{weights.model}, {weights.size / 1e6:,.0f} MB of weights: {weights.architecture},"
        f" {weights.parameters / 1e9:.2f} billion; prompts for {'small' if weights.small else 'large'} models,"
        f" {backend.slots} calls at once with {backend.context:,} tokens each{trained}, in about"
        f" {needed / 1e9:.1f} GB of memory"
    )
    told += f"; {backend.remark}" if backend.remark else ""
    if free and needed > free:
        remedy = "end other programs, take a smaller file, or set local_context or concurrency lower"
        return Finding(NAME, False, f"{told}, of which {free / 1e9:.1f} GB are free", remedy)
    return Finding(NAME, True, told)


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
    try:
        where = place_of(url)
    except ConfigError as error:
        return failed(name, error)
    status = get(f"{url.rstrip('/')}/models", key, seconds).status
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


def _asked(backend: LocalBackend, found: Finding) -> Finding:
    try:
        first, second = asyncio.run(_seconds(backend))
    except PersonaGraphError as error:
        return failed(NAME, error)
    return Finding(NAME, True, f"{found.detail}; {first:.1f} s to start and answer, {second:.1f} s to answer again")


async def _seconds(backend: LocalBackend) -> tuple[float, float]:
    """How long a first question takes, and a second one."""
    taken: list[float] = []
    try:
        for n in range(2):
            began = time.monotonic()
            await backend.complete(ChatRequest(f"doctor {n}", "doctor", _QUESTION, _SCHEMA, {"max_tokens": 40}, {}))
            taken.append(time.monotonic() - began)
    finally:
        await backend.close()
    return taken[0], taken[1]
