"""A llama.cpp server inside this process, on loopback only, with the bundled SmolLM2-135M-Instruct or any GGUF file."""

import asyncio
import os
import secrets
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from personagraph.errors import ChatError, ConfigError
from personagraph.llm.kind import BackendOptions, ModelKind, Named
from personagraph.llm.local.weights import PACKAGES, Weights, bundled_file, context_for, weights_of
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.text.files import check_unchanged, opened
from personagraph.types import ChatReply, ChatRequest

MODEL = "SmolLM2-135M-Instruct"
SLOTS = 4
ERRORS_ONLY = 1
TIMEOUT = 3600.0
"""A busy machine is slow, not away: two cores write some 30 tokens a second of a model of 1.5 billion weights."""
_UNTHINKING = 0
"""A model that thinks aloud before it answers would use up the length of its reply: the template is told not to."""
_SPARE_CACHE = 512
"""MiB of what slots are done with, kept beside them, as the examples of prompts take turns: with four slots the bundled
model then reads 90 of a prompt's 400 tokens, 240 without, and answers 1.8 times as fast. llama.cpp would take 8 GB."""


class LocalBackend:
    """Starts the server with the first request; it ends with the process, or by `close`.

    Without a `file` it is the bundled model. `slots` are the calls that are answered at once, each with `context`
    tokens for prompt and reply. Raises ConfigError for what is missing, or does not fit; InputError for what is no
    file.
    """

    free = True
    simulated = False

    def __init__(
        self,
        file: str | Path | None = None,
        *,
        slots: int = SLOTS,
        threads: int | None = None,
        context: int | None = None,
        fallbacks: str = "",
    ) -> None:
        if file:
            check_installed()
        self.weights = named_weights(file)
        self.model, self.small = self.weights.model, self.weights.small
        self.slots = slots
        self.context = context_for(self.weights, context, slots)
        self._threads = threads or _processors()
        self._known = fallbacks
        self._server: Any = None
        self._speaker: OpenAIBackend | None = None
        self._starting = asyncio.Lock()

    @property
    def remark(self) -> str:
        """What whoever asks it should know, or nothing."""
        return remark_on(self.weights)

    @property
    def fallbacks(self) -> str:
        """What the model's template was found not to take, as `OpenAIBackend` tells it."""
        return self._speaker.fallbacks if self._speaker else self._known

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One reply of the local model. Raises ChatError when its server cannot be started."""
        async with self._starting:
            if self._speaker is None:
                self._speaker = await asyncio.to_thread(self._start)
        return await self._speaker.complete(request)

    async def close(self) -> None:
        """Stop the server."""
        self._known = self.fallbacks
        if self._speaker is not None:
            await self._speaker.close()
        self._speaker = self._server = None
        self._starting = asyncio.Lock()  # the next session has an event loop of its own

    def _start(self) -> OpenAIBackend:
        import xllamacpp

        self._check_unchanged()
        key, path = secrets.token_hex(16), self.weights.path
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.model_alias = {self.model}
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = _free_port()
        parameters.api_keys = [key]
        parameters.n_parallel = self.slots
        parameters.n_ctx = self.context * self.slots
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.enable_reasoning = _UNTHINKING
        parameters.cache_ram_mib = _SPARE_CACHE
        parameters.verbosity = ERRORS_ONLY
        try:
            self._server = xllamacpp.Server(parameters)
        except RuntimeError as error:
            told = f"the local model did not start from {path}: {error}"
            raise ChatError(f"{told} It says more above; {self._remedy()}") from error
        self._check_unchanged()
        url = f"{self._server.listening_address}/v1"
        known = self._known
        return OpenAIBackend(self.model, api_key=key, base_url=url, small=self.small, timeout=TIMEOUT, fallbacks=known)

    def _check_unchanged(self) -> None:
        """Raises InputError when the file is another one than that which the ledger will name."""
        with opened(self.weights.path) as file:
            check_unchanged(file, self.weights.state, self.weights.path)

    def _remedy(self) -> str:
        if self.model == MODEL:
            return f"free some memory, or reinstall the weights: {PACKAGES}"
        kind = self.weights.architecture
        return f"free some memory, or see whether a newer xllamacpp knows {kind} models (`pip install -U xllamacpp`)"


def named_weights(file: str | Path | None) -> Weights:
    """The model in a file, or the bundled one. Raises ConfigError or InputError when it cannot be asked."""
    if file:
        return weights_of(Path(file))
    try:
        return weights_of(bundled_file(), MODEL)
    except ConfigError as error:
        if PACKAGES in str(error):
            raise
        raise ConfigError(f"{str(error).partition(';')[0]}; {PACKAGES}") from None


def remark_on(weights: Weights) -> str:
    """That the model was never trained to answer, if so."""
    if weights.template:
        return ""
    return (
        f"{weights.path.name} has no chat template, as models that were never trained to answer: it is asked in that of"
        " ChatML, and may answer badly"
    )


def check_installed() -> None:
    """Raises ConfigError when llama.cpp is not installed."""
    if find_spec("xllamacpp") is None:
        raise ConfigError("a model inside this process needs the package xllamacpp; `pip install xllamacpp`")


def _processors() -> int:
    """How many processors this process may use; not every system can tell."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _made(options: BackendOptions) -> LocalBackend:
    file = options.name or None
    known = options.fallbacks(named_weights(file).model) if file else ""
    slots = options.concurrency or SLOTS
    return LocalBackend(file, slots=slots, threads=options.threads, context=options.context, fallbacks=known)


def _named(name: str) -> Named:
    if not name:
        return Named(MODEL, small=True, free=True, slots=SLOTS)
    weights = named_weights(name)
    return Named(weights.model, small=weights.small, free=True, slots=SLOTS)


KIND = ModelKind(
    _made,
    f"{MODEL}, or any GGUF file, in this process",
    shape="local or local:FILE.gguf",
    bare=True,
    file=True,
    named=_named,
    inside=True,
)
