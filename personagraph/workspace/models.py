"""Makes the language model of a run, and what depends on which it is: the prompts that suit it, whom it may follow."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Ledger, Run
from personagraph.llm.backend import ChatBackend
from personagraph.llm.kind import BackendOptions, ModelKind
from personagraph.prompts.tongue import OWN
from personagraph.workspace.run_settings import ASKING, ModelSettings, grows
from personagraph.workspace.runs import kept_line
from personagraph.workspace.setting_faults import fault_of
from personagraph.workspace.settings import Settings
from personagraph.workspace.trust import shown, text_of


def backend_of(model: str, settings: Settings, ledger: Ledger | None, concurrency: int | None = None) -> ChatBackend:
    """The language model with this name; the ledger, if there is one, remembers what a server was found to lack.

    Raises ConfigError for another name, or when something that the model needs is missing.
    """
    kind, name = _kind_of(model)
    options = BackendOptions(
        name,
        settings.secret("openai_api_key"),
        partial(settings.trusted, "base_url"),
        concurrency or settings.concurrency,
        lambda model: ledger.remembered(_lacks(model, settings)) if ledger else "",
        settings.local_context,
        settings.local_threads,
    )
    return kind.make(options)


def named(model: str, settings: Settings, ledger: Ledger) -> ChatBackend:
    """The model with this name, to be forecast for. Raises ConfigError for one that is not known."""
    kind, name = _kind_of(model)
    return kind.named(name) if kind.named else backend_of(model, settings, ledger)


def check_named(model: str) -> None:
    """Raises ConfigError for a model that is of no kind."""
    _kind_of(model)


def _kind_of(model: str) -> tuple[ModelKind, str]:
    """The kind of a model, and the name that follows it. Raises ConfigError for one that is not known."""
    from personagraph.llm.models import MODELS

    start, colon, name = model.partition(":")
    kind = MODELS.get(start)
    if kind is None or not kind.fits(name if colon else None):
        known = ", ".join(kind.shape or name for name, kind in MODELS.items())
        raise UsageError(f"--model {model!r} is not known; it can be {known}")
    return kind, name


def check_recorded(model: str, settings: Settings) -> None:
    """Raises ConfigError for a model that the ledger names, and the user never named for this workspace."""
    if not settings.lets_use("model", model):
        raise ConfigError(
            f"the runs of this workspace name the model {shown(model)}, and you never did, so nothing was asked of it;"
            f" name it with --model {shown(shlex.quote(model))}"
        )


def check_readable(run: Run) -> None:
    """Raises ConfigError for an unfinished run with settings that this version cannot work with."""
    name, fault = fault_of(run.settings, run.work)
    if name:
        value = f" {shown(text_of(run.settings[name]), most=200)}" if name in run.settings else ""
        raise ConfigError(
            f"run {run.id} is unfinished, and this version cannot go on with its {name}{value} ({fault}), so nothing"
            f" was asked; finish it with the version that began it, or give it up with `personagraph runs abandon"
            f" {run.id}`"
        )


def check_asked(run: Run, settings: Settings) -> None:
    """Raises ConfigError for what an unfinished run asks of its model, and the user never said for this workspace."""
    from personagraph.llm.client.reasoning import ROOM

    kept = ModelSettings.of(run.settings)
    name = settings.lets_go_on_with(run.model, {name: getattr(kept, name) for name in ASKING})
    if not name and not 0 <= kept.room <= ROOM:
        name = "room"
    if name:
        said = shown(text_of(getattr(kept, name)), most=200)
        raise ConfigError(
            f"run {run.id} is unfinished and asks with {name} {said}, and you never said so, so nothing was asked;"
            f" set it yourself, or give the run up with `personagraph runs abandon {run.id}`"
        )


def kept_lines(run: Run, backend: ChatBackend, settings: Settings) -> Iterator[str]:
    """What is set otherwise than an unfinished run has it, which holds for new runs alone; a sentence for each."""
    held = ModelSettings.of(run.settings)
    named = {"prompts": settings.prompts, **settings.asked_of(backend.model)}
    if "command" not in run.settings:  # dead letters are asked again in their own
        named["language"] = language_asked(settings.language, backend, held.prompts, told=False)
    for name, value in named.items():
        mine = getattr(held, name)
        # One that an older version began asks in English, which need not be told of the default.
        if value is None or value == mine or (name == "language" and not mine and value in ("en", OWN)):
            continue
        yield kept_line(run, name, mine, value)


def keep_asked(given: Mapping[str, Any], settings: Settings, note: Callable[[str], None]) -> None:
    """Keep what the user wants of every request, so that a run goes on with it without being told again."""
    try:
        for name in ASKING:
            if given[name] is not None:
                settings.keep(name, text_of(given[name]))
    except ConfigError as error:
        note(f"to go on with this run, say again what is asked of the model: {error}")


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


def room_of(backend: ChatBackend, asked: Mapping[str, Any]) -> int:
    """The tokens to add to the cap of a prompt for what the model thinks, by its name and what is asked of it.

    None for a model in this process, which is held to the form of a reply from its first token on.
    """
    from personagraph.llm.client.reasoning import room_for

    effort = {"reasoning_effort": asked["reasoning_effort"]} if "reasoning_effort" in asked else {}
    return 0 if backend.free else room_for(backend.model, {**asked.get("request", {}), **effort})


def language_asked(named: str | None, backend: ChatBackend, prompts: str, *, told: bool) -> str | None:
    """The language of a run's replies, when one is named; a made-up world speaks English alone, whatever is named.

    So do small prompts, whatever a setting names: raises UsageError for one that the command itself was `told`.
    """
    if named is None or named == OWN:
        return None if named is None else default_language(backend, prompts)
    if backend.simulated:
        return ""
    if prompts == "small":
        if told and not is_english_tag(named):
            raise UsageError(
                f"--language {named}: the prompts for small models write English alone, so nothing was asked; take a"
                " larger model with --prompts large, or leave --language out"
            )
        return ""
    return named


def is_english_tag(language: str) -> bool:
    """Whether the tag of a language is one of English: en, en-GB."""
    return language.partition("-")[0] == "en"


BEFORE = frozenset({"expand-large@1", "extract-large@1"})
"""The prompts of earlier versions, whose wording is in `personagraph.prompts.before`."""


def default_language(backend: ChatBackend, prompts: str) -> str:
    """That of each text or persona, where the model and its prompts can tell it."""
    return "" if backend.simulated or prompts == "small" else OWN


def deals_examples(backend: ChatBackend) -> bool:
    """Whether a new run asks with examples that are dealt: always, but of a recording of runs that had others."""
    recorded: frozenset[str] = getattr(backend, "prompts", frozenset())
    return BEFORE.isdisjoint(recorded)


def check_unmixed(ledger: Ledger, backend: ChatBackend, *, allow_mixed: bool) -> None:
    """Raises ConfigError when a made-up world would grow what a real model grew, or the other way round."""
    others = [r for r in ledger.runs.all() if r.decided and grows(r) and r.simulated != backend.simulated]
    if others and not allow_mixed:
        raise ConfigError(
            f"run {others[0].id} grew this graph with {others[0].model}, and {backend.model} "
            f"{'is made up' if backend.simulated else 'is real'}; use another workspace, or --allow-mixed"
        )
