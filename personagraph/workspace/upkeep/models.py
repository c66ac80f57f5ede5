"""What a model can do: one in this process by its file, one on a server by two small questions."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, PersonaGraphError, UsageError
from personagraph.ledger import Ledger
from personagraph.llm.backend import ChatBackend
from personagraph.llm.parameters import MOST_TOKENS
from personagraph.workspace.models import backend_of, check_named, remember_lacks, room_of
from personagraph.workspace.run_settings import ModelSettings
from personagraph.workspace.settings import ENVIRONMENT, Settings, load_settings
from personagraph.workspace.spending.pace import price_for
from personagraph.workspace.stores import LEDGER, opened_ledger

if TYPE_CHECKING:
    from personagraph.doctor import Finding, LocalPace
    from personagraph.doctor.questions import Wanted

THINKING = 12_000
"""Tokens of a reply that a model may need which thinks before it answers, thoughts included."""


def examine_model(
    folder: str | Path, *, model: str | None = None, base_url: str | None = None, try_model: bool = False
) -> "list[Finding]":
    """What a model can do, by default the one in the settings; one on a server is asked two small questions.

    It is asked with what is set of every request to it, as a run would ask, and the findings say what that may cost.
    What is found out of a server is kept where the folder is a workspace that nobody is writing to. With `try_model` a
    model in this process is asked, too. Raises ConfigError for a model or an address that is none, or that only the
    folder names, for what is asked of it that only the folder says, and for a key that is missing.
    """
    from personagraph.llm.models import placed

    path = Path(folder)
    settings = load_settings(path, base_url=base_url)
    name = placed(model, Path()) if model else str(settings.trusted("model"))
    check_named(name)
    kind, _, named = name.partition(":")
    if base_url is not None and kind != "openai":
        raise UsageError(
            f"--base-url is for a model on a server, and {name} is none; name one with --model openai:NAME"
        )
    if kind == "local":
        return [_local(named, settings, try_model)]
    if not (path / LEDGER).is_file():
        return _elsewhere(name, settings, None, path)
    with opened_ledger(path) as ledger:
        return _elsewhere(name, settings, ledger, path)


def local_pace(settings: Settings) -> "LocalPace":
    """How a model in this process is to work."""
    from personagraph.doctor import LocalPace

    return LocalPace(settings.concurrency, settings.local_threads, settings.local_context)


def _local(named: str, settings: Settings, try_model: bool) -> "Finding":
    from personagraph.doctor import models

    return models.local(wanted=True, ask=try_model, name=named, pace=local_pace(settings))


def _elsewhere(name: str, settings: Settings, ledger: Ledger | None, folder: Path) -> "list[Finding]":
    """What is found of a model that is not in a file."""
    from personagraph.doctor import Finding
    from personagraph.doctor.endpoint import ModelServer, endpoint
    from personagraph.llm.openai import backend as openai

    backend = backend_of(name, settings, ledger)
    if not name.startswith("openai:"):
        return [Finding("model", True, f"{backend.model} can be asked, for nothing")]
    price = None
    with suppress(ConfigError):  # of prices that only the folder names, and nobody confirmed
        price = price_for(backend, settings, None)
    url = (settings.trusted("base_url") or openai.OPENAI).rstrip("/")
    server = ModelServer(url, settings.secret("openai_api_key") or "", price)
    found = endpoint(backend, server, _wanted(backend, settings, within=ledger is not None))
    if ledger is None or not getattr(backend, "fallbacks", ""):
        return found
    from personagraph.storage.writer_lock import writer

    try:
        with writer(folder):
            remember_lacks(backend, settings, ledger)
    except PersonaGraphError as error:
        return [*found, Finding("kept", True, f"nothing of it is kept for runs, which will find it out again: {error}")]
    return [*found, Finding("kept", True, "the runs of this workspace know it from now on")]


def _wanted(backend: ChatBackend, settings: Settings, *, within: bool) -> "Wanted":
    """What a run would want of every request to a model, and the very setting that bounds its replies."""
    from personagraph.doctor.questions import LONGEST_REPLY, Wanted

    chosen = {name: value for name, value in settings.asked_of(backend.model).items() if value is not None}
    room = 0 if "max_tokens" in chosen else room_of(backend, chosen)
    cap = chosen.get("max_tokens") or LONGEST_REPLY + room
    higher = min(max(2 * cap, THINKING), MOST_TOKENS)
    one = settings.models.get(backend.model)
    if one and one.max_tokens is not None:
        told = f'set max_tokens below [models."{backend.model}"] to {higher}: it is {cap} there'
    elif within and settings.whence("max_tokens").rpartition(" in ")[2] != ENVIRONMENT:
        told = f"`personagraph config set max_tokens {higher}` lets it be longer"
    else:
        told = f"set PERSONAGRAPH_MAX_TOKENS={higher} in the environment"
    remedy = f"{told}; or set reasoning_effort lower, where the model knows one"
    return Wanted(ModelSettings(room=room, **chosen).asking, remedy)
