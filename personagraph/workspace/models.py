"""Makes the language model of a run, and what depends on which it is: the prompts that suit it, whom it may follow."""

import shlex
from collections.abc import Callable
from functools import partial

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger
from personagraph.llm.backend import ChatBackend
from personagraph.llm.kind import BackendOptions, ModelKind
from personagraph.prompts.tongue import OWN
from personagraph.workspace.run_settings import grows
from personagraph.workspace.settings import Settings
from personagraph.workspace.trust import shown


def backend_of(model: str, settings: Settings, ledger: Ledger, concurrency: int | None = None) -> ChatBackend:
    """The language model with this name; the ledger remembers what a server was found to lack.

    Raises ConfigError for another name, or when something that the model needs is missing.
    """
    kind, name = _kind_of(model)
    options = BackendOptions(
        name,
        settings.secret("openai_api_key"),
        partial(settings.trusted, "base_url"),
        concurrency or settings.concurrency,
        lambda model: ledger.remembered(_lacks(model, settings)),
    )
    return kind.make(options)


def named(model: str, settings: Settings, ledger: Ledger) -> ChatBackend:
    """The model with this name, to be forecast for. Raises ConfigError for one that is not known."""
    kind, name = _kind_of(model)
    return kind.named(name) if kind.named else backend_of(model, settings, ledger)


def _kind_of(model: str) -> tuple[ModelKind, str]:
    """The kind of a model, and the name that follows it. Raises ConfigError for one that is not known."""
    from personagraph.llm.models import MODELS

    start, colon, name = model.partition(":")
    kind = MODELS.get(start)
    if kind is None or not bool(kind.shape) == bool(colon) == bool(name):
        known = ", ".join(kind.shape or name for name, kind in MODELS.items())
        raise ConfigError(f"--model {model!r} is not known; it can be {known}")
    return kind, name


def check_recorded(model: str, settings: Settings) -> None:
    """Raises ConfigError for a model that the ledger names, and the user never named for this workspace."""
    if not settings.lets_ask(model):
        raise ConfigError(
            f"the runs of this workspace name the model {shown(model)}, and you never did, so nothing was asked of it;"
            f" name it with --model {shown(shlex.quote(model))}"
        )


def keep_named(model: str, settings: Settings, note: Callable[[str], None]) -> None:
    """Keep that the user named this model for the workspace, so that its runs go on without the name."""
    try:
        settings.keep("model", model)
    except ConfigError as error:
        note(f"to go on with this run, name the model again: {error}")


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


def language_asked(named: str | None, backend: ChatBackend, prompts: str) -> str | None:
    """The language of a run's replies, when one is named; a made-up world speaks English alone, whatever is named.

    Raises ConfigError when the prompts cannot ask in it.
    """
    if named is None or named == OWN:
        return None if named is None else default_language(backend, prompts)
    if backend.simulated:
        return ""
    if prompts == "small":
        if named != "en":
            raise ConfigError(
                f"--language {named}: the prompts for small models write English alone, so nothing was asked; take a"
                " larger model with --prompts large, or leave --language out"
            )
        return ""
    return named


def default_language(backend: ChatBackend, prompts: str) -> str:
    """That of each text or persona, where the model and its prompts can tell it."""
    return "" if backend.simulated or prompts == "small" else OWN


def check_unmixed(ledger: Ledger, backend: ChatBackend, *, allow_mixed: bool) -> None:
    """Raises ConfigError when a made-up world would grow what a real model grew, or the other way round."""
    others = [r for r in ledger.runs.all() if r.decided and grows(r) and r.simulated != backend.simulated]
    if others and not allow_mixed:
        raise ConfigError(
            f"run {others[0].id} grew this graph with {others[0].model}, and {backend.model} "
            f"{'is made up' if backend.simulated else 'is real'}; use another workspace, or --allow-mixed"
        )
