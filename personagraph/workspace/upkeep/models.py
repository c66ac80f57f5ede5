"""What a model can do: one in this process by its file, one on a server by one small question."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, PersonaGraphError
from personagraph.ledger import Ledger
from personagraph.llm.models import placed
from personagraph.workspace.models import backend_of, check_named, remember_lacks
from personagraph.workspace.settings import Settings, load_settings
from personagraph.workspace.spending.pace import price_for
from personagraph.workspace.stores import LEDGER, opened_ledger

if TYPE_CHECKING:
    from personagraph.doctor import Finding, LocalPace


def examine_model(
    folder: str | Path, *, model: str | None = None, base_url: str | None = None, try_model: bool = False
) -> "list[Finding]":
    """What a model can do, by default the one in the settings; one on a server is asked a small question.

    What is found out of a server is kept where the folder is a workspace that nobody is writing to. With `try_model` a
    model in this process is asked, too. Raises ConfigError for a model or an address that is none, or that only the
    folder names, and for a key that is missing.
    """
    path = Path(folder)
    settings = load_settings(path, base_url=base_url)
    name = placed(model, Path()) if model else str(settings.trusted("model"))
    check_named(name)
    kind, _, named = name.partition(":")
    if base_url is not None and kind != "openai":
        raise ConfigError(
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
    found = endpoint(backend, ModelServer(url, settings.secret("openai_api_key") or "", price))
    if ledger is None or not getattr(backend, "fallbacks", ""):
        return found
    from personagraph.storage.writer_lock import writer

    try:
        with writer(folder):
            remember_lacks(backend, settings, ledger)
    except PersonaGraphError as error:
        return [*found, Finding("kept", True, f"nothing of it is kept for runs, which will find it out again: {error}")]
    return [*found, Finding("kept", True, "the runs of this workspace know it from now on")]
