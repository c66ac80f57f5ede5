"""Makes the language model of a run, and what depends on which it is: the prompts that suit it, whom it may follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger
from personagraph.llm.backend import ChatBackend
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace.run_settings import grows
from personagraph.workspace.settings import Settings

KINDS = "local, simulated, openai:NAME, or recorded:FILE (a ledger.sqlite3, or a recording, that answers again)"


def backend_of(model: str, settings: Settings, ledger: Ledger, concurrency: int | None = None) -> ChatBackend:
    """The language model with this name; the ledger remembers what a server was found to lack.

    Raises ConfigError for another name, or when something that the model needs is missing.
    """
    kind, colon, name = model.partition(":")
    make = MODELS.get(kind + colon) if name or not colon else None
    if make is None:
        raise ConfigError(f"--model {model!r} is not known; it can be {KINDS}")
    return make(name, settings, ledger, concurrency)


def _local(name: str, settings: Settings, ledger: Ledger, concurrency: int | None) -> ChatBackend:
    from personagraph.llm.local import SLOTS, LocalBackend

    return LocalBackend(slots=concurrency or settings.concurrency or SLOTS)


def _simulated(name: str, settings: Settings, ledger: Ledger, concurrency: int | None) -> ChatBackend:
    from personagraph.llm.simulated import SimulatedBackend

    return SimulatedBackend()


def _recorded(name: str, settings: Settings, ledger: Ledger, concurrency: int | None) -> ChatBackend:
    from personagraph.llm.recorded import RecordedBackend

    return RecordedBackend.of(name)


def _openai(name: str, settings: Settings, ledger: Ledger, concurrency: int | None) -> ChatBackend:
    from personagraph.llm.openai.backend import OpenAIBackend

    key = settings.secret("openai_api_key")
    if not key and not settings.base_url:
        raise ConfigError(
            "openai:… needs the environment variable OPENAI_API_KEY (and --base-url for a server that is not OpenAI's)"
        )
    known = ledger.remembered(_lacks(name, settings))
    return OpenAIBackend(name, api_key=key or "none", base_url=settings.base_url, fallbacks=known)


MODELS: Mapping[str, Callable[[str, Settings, Ledger, int | None], ChatBackend]] = {
    "local": _local,
    "simulated": _simulated,
    "openai:": _openai,
    "recorded:": _recorded,
}
"""What makes a model, by the beginning of its name; a name follows where it ends with a colon."""


@dataclass(slots=True)
class Named:
    """A model by its name alone: it can be forecast for, without its key or its weights, and not be asked."""

    model: str
    small: bool
    free: bool
    simulated: bool = False
    slots: int | None = None

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Raises ConfigError."""
        raise ConfigError(f"{self.model} is only named, for a forecast, and cannot be asked")

    async def close(self) -> None:
        """Nothing to release."""


def named(model: str, settings: Settings, ledger: Ledger) -> ChatBackend:
    """The model with this name, to be forecast for. Raises ConfigError for one that is not known."""
    kind, _, name = model.partition(":")
    if model == "local":
        from personagraph.llm.local import MODEL, SLOTS

        return Named(MODEL, small=True, free=True, slots=SLOTS)
    if kind == "openai" and name:
        return Named(name, small=False, free=False)
    return backend_of(model, settings, ledger)


def remember_lacks(backend: ChatBackend, settings: Settings, ledger: Ledger) -> None:
    """Keep what the server was found to lack (structured output, a parameter), so that it is found out once."""
    found = getattr(backend, "fallbacks", "")
    if found and found != ledger.remembered(name := _lacks(backend.model, settings)):
        ledger.remember(name, found)


def _lacks(model: str, settings: Settings) -> str:
    """The name under which older ledgers have it, too."""
    return f"concessions of {model} at {settings.base_url or 'OpenAI'}"


def prompts_of(backend: ChatBackend, settings: Settings) -> str:
    """Which prompts suit the model, unless the user said: small (short fields) or large."""
    return settings.prompts or ("small" if backend.small else "large")


def check_unmixed(ledger: Ledger, backend: ChatBackend, *, allow_mixed: bool) -> None:
    """Raises ConfigError when a made-up world would grow what a real model grew, or the other way round."""
    others = [r for r in ledger.runs.all() if r.decided and grows(r) and r.simulated != backend.simulated]
    if others and not allow_mixed:
        raise ConfigError(
            f"run {others[0].id} grew this graph with {others[0].model}, and {backend.model} "
            f"{'is made up' if backend.simulated else 'is real'}; use another workspace, or --allow-mixed"
        )
