"""What needs no opened workspace: what is missing on this machine, the settings in force."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import replacing
from personagraph.storage.workspace_files import look
from personagraph.workspace.models import named
from personagraph.workspace.settings import FILE, SECRETS, changed_settings, claims, load_settings
from personagraph.workspace.stores import LEDGER, behind, check_ledger, moving, open_store, opened_ledger, place_of
from personagraph.workspace.trust import GUARDED, Claim, confirm, stays_inside
from personagraph.workspace.upkeep.models import local_pace

if TYPE_CHECKING:
    from personagraph.doctor import Finding


def examine(folder: str | Path, *, store: str | None = None, try_model: bool = False) -> "list[Finding]":
    """What personagraph needs, one finding each, with a remedy for what is missing."""
    from personagraph import doctor
    from personagraph.doctor import database_files

    path = Path(folder)
    settings = load_settings(path, store=store)
    try:
        check_ledger(path)
        fault = ""
    except ConfigError as error:
        fault = str(error)

    def unfinished() -> str | None:
        with opened_ledger(path) as ledger:
            return ", ".join(f"{run.id} ({run.command})" for run in ledger.runs.all() if run.unfinished) or None

    def graph() -> str:
        with opened_ledger(path) as ledger, closing(open_store(settings.store, path, settings, ledger)) as opened:
            if reason := behind(ledger, opened, path):
                raise ConfigError(reason)
            told = moving(settings.store, path, settings, ledger)
            held = f"{settings.store}: {opened.size()} personas, {opened.size('relationships')} relationships"
            return f"{held}; {told}" if told else held

    def files() -> "list[Finding]":
        graph = place_of(settings.store, path)
        named = {"ledger": path / LEDGER} | ({"graph": graph} if isinstance(graph, Path) and graph.is_file() else {})
        return [database_files.file(name, file, full=False) for name, file in named.items()]

    return doctor.examine(
        path,
        workspace=not fault,
        fault=fault,
        files=list if fault else files,
        unfinished=unfinished,
        store=None if fault else graph,
        model=settings.model,
        pace=local_pace(settings),
        try_model=try_model,
        key=settings.secret("openai_api_key"),
        base_url=settings.base_url,
        unconfirmed=settings.unconfirmed,
    )


def shown_settings(folder: str | Path, *, store: str | None = None) -> dict[str, Any]:
    """The settings in force, of secrets only whether they are set; as `unconfirmed` what is not in force, and why."""
    settings = load_settings(Path(folder), store=store)
    shown = settings.model_dump(exclude=set(SECRETS))
    secrets = {name: "set" if settings.has(name) else None for name in SECRETS}
    return {**shown, **secrets, "unconfirmed": dict(settings.unconfirmed)}


def set_setting(folder: str | Path, name: str, text: str) -> tuple[Any, Any]:
    """Write a setting into the settings file of a workspace, as the user's own word: it is confirmed, and in force.

    The value that was written, and the one that it has now: another one when the environment says so; None for one
    that was emptied. Raises UsageError for what cannot be set, ConfigError for a file that cannot be written,
    InputError for a model's file that cannot be read; nothing is written then.
    """
    path = Path(folder)
    with opened_ledger(path) as ledger:
        value, held = changed_settings(path, name, text)
        if name == "model":
            named(value, load_settings(path), ledger)
    look(path / FILE)
    with replacing([path / FILE], of_workspace=True) as [file]:
        file.write(held)
        if name in GUARDED and not stays_inside(name, value):
            confirm(path, {name: value})
    now = load_settings(path).trusted(name)
    return None if value == "" else value, None if now == "" else now


def settings_to_confirm(folder: str | Path) -> list[Claim]:
    """What the settings file of a folder says that holds only when the user confirms it, and whether he did.

    Raises ConfigError for a file with a fault.
    """
    return claims(Path(folder))


def confirm_settings(folder: str | Path, found: Iterable[Claim]) -> None:
    """Let these settings hold for a folder from now on, exactly as they were found. Raises ConfigError."""
    confirm(Path(folder), {claim.name: claim.value for claim in found})
