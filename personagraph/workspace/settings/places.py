"""Where settings come from: options, the environment and two files, merged, with what the user has not confirmed."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from personagraph.errors import ConfigError, UsageError
from personagraph.storage.plain_files import read_settings
from personagraph.storage.workspace_files import SETTINGS, look
from personagraph.text.files import toml_in
from personagraph.workspace import trust
from personagraph.workspace.settings.fields import ENVIRONMENT, PASSWORD_FILES, SECRETS, Settings

FILE = SETTINGS
OWN_FILE = "settings.toml"
"""In the user's own configuration folder."""
TABLES = ("prices", "models")
"""Tables of several models: what one place says of a model is added to what another says of others."""
COMMAND = "this command"
VARIABLES = {"base_url": ("PERSONAGRAPH_BASE_URL", "OPENAI_BASE_URL"), "openai_api_key": ("OPENAI_API_KEY",)}
"""What the environment calls a setting, the first before the others; those not here are PERSONAGRAPH_NAME."""


def load_settings(folder: Path, **options: Any) -> Settings:
    """The settings of the workspace in this folder; options that are None count as not given.

    Raises ConfigError naming the setting, where it stands, and what it may be.
    """
    given = {name: value for name, value in options.items() if value is not None}
    said, around = settings_file(folder), environment()
    outside = around | given
    own = {name: value for name, value in _own_settings().items() if name.removesuffix("_file") not in outside}
    places = {"the user's own settings": own, str(folder / FILE): said, ENVIRONMENT: around, "options": given}
    settings = made(places)
    guarded = trust.claimed({name: value for name, value in said.items() if name not in outside or name in TABLES})
    if guarded:
        unguarded = {name: value for name, value in said.items() if name not in guarded}
        users = made({**places, str(folder / FILE): unguarded})
        guarded = {name: v for name, v in guarded.items() if getattr(settings, name) != getattr(users, name)}
        known = trust.confirmed(folder) if guarded else set()
        waiting = {name: value for name, value in guarded.items() if (name, value) not in known}
        settings = settings.model_copy(update={name: getattr(users, name) for name in waiting})
        settings._unconfirmed = {name: trust.refusal(folder / FILE, name, v) for name, v in waiting.items()}
    settings._places = {name: place for place, gave in places.items() for name in gave}
    settings._options = given
    settings._folder = folder.absolute()
    return settings


def fixed_settings(**options: Any) -> Settings:
    """Settings from these options alone, whatever the environment and the current folder say. Raises ConfigError."""
    try:
        return Settings(**options)
    except ValidationError as error:
        raise ConfigError("; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())) from None


def settings_file(folder: Path) -> dict[str, Any]:
    """What the settings file of a folder says, unchecked; nothing without one. Raises ConfigError for secrets in it."""
    look(folder / FILE)
    return _read(folder / FILE, (*SECRETS, *PASSWORD_FILES), linked=False)


def claims(folder: Path) -> list[trust.Claim]:
    """What the settings file of a folder says of settings that have to be confirmed. Raises ConfigError for a fault."""
    file, said = folder / FILE, settings_file(folder)
    made({str(file): said})
    found = trust.claimed(said)
    known = trust.confirmed(folder) if found else set()
    return [trust.Claim(name, value, (name, value) in known) for name, value in found.items()]


def environment() -> dict[str, Any]:
    """The settings in the environment, by their names here; its names may be in any case, and a table is JSON.

    Raises ConfigError for a table that is not, which is not shown.
    """
    around = {name.upper(): value for name, value in os.environ.items()}
    found: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        variables = VARIABLES.get(name, (f"PERSONAGRAPH_{name.upper()}",))
        if (variable := next((one for one in variables if one in around), None)) is None:
            continue
        found[name] = around[variable]
        if any(get_origin(kind) is dict for kind in (field.annotation, *get_args(field.annotation))):
            try:
                found[name] = json.loads(found[name])
            except (ValueError, RecursionError):
                raise ConfigError(f'{variable} is no JSON; give it as {{"NAME": VALUE}}') from None
    return placed_in(found, Path())


def _own_settings() -> dict[str, Any]:
    """What the user's own settings file says. The password files that it names are looked for beside it."""
    folder = trust.own_folder()
    if folder is None:
        return {}
    said = _read(folder / OWN_FILE, SECRETS, own=True)
    files = {
        name: str(folder / Path(said[name]).expanduser()) for name in PASSWORD_FILES if isinstance(said.get(name), str)
    }
    return {**said, **files}


def made(places: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The settings that these places give, the later before the earlier. Raises ConfigError naming the place."""
    merged: dict[str, Any] = {}
    for said in places.values():
        before = merged
        merged = {**before, **said}
        if all(isinstance(place.get("prices"), dict) for place in (before, said)):
            merged["prices"] = before["prices"] | said["prices"]
        merged |= _models_of(before.get("models"), said)
    try:
        return Settings(**merged)
    except ValidationError as error:
        typed = any(_place(dict(e), places) in (["options"], [COMMAND]) for e in error.errors())
        kind = UsageError if typed else ConfigError
        raise kind("; ".join(_fault(dict(e), places) for e in error.errors())) from None


def _models_of(before: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of single models: what a place says of one, or else of all, goes before what earlier places say."""
    new = said.get("models", {})
    if not isinstance(before, dict) or not isinstance(new, dict):
        return {}
    if not all(isinstance(table, dict) for table in (*before.values(), *new.values())):
        return {}  # which is told of the value itself
    kept = {model: {name: v for name, v in table.items() if name not in said} for model, table in before.items()}
    return {"models": {model: kept.get(model, {}) | new.get(model, {}) for model in {**kept, **new}}}


def _read(file: Path, refused: tuple[str, ...], **how: bool) -> dict[str, Any]:
    """What a settings file says, nothing when there is none. Raises ConfigError, which shows no value."""
    held = read_settings(file, toml_in, **how)
    for name in held:
        if name.lower().removeprefix("personagraph_") in refused:
            also = f", or in your own {OWN_FILE}" if name.lower().endswith("_file") else ""
            raise ConfigError(f"{file} holds {name}: take it out, and set it in the environment{also} instead")
        if name not in Settings.model_fields:
            known = ", ".join(field for field in Settings.model_fields if field not in refused)
            raise ConfigError(f"{file} sets {name!r}, which is no setting; there are {known}")
    return placed_in(held, file.parent)


def placed_in(held: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The settings with the files of models where they lie: a relative path is looked for in this folder."""
    may_be_files = ("model", "encoder", "decider")
    named = {name: held[name] for name in may_be_files if isinstance(held.get(name), str) and ":" in held[name]}
    if not named:
        return held
    from personagraph.llm.models import placed
    from personagraph.meaning import encoders

    places = {"model": placed, "encoder": encoders.placed, "decider": encoders.placed}
    return {**held, **{name: places[name](value, folder) for name, value in named.items()}}


def _fault(error: Mapping[str, Any], places: Mapping[str, Mapping[str, Any]]) -> str:
    """One fault in a few words. The value is not shown: it could be a secret."""
    name = str(error["loc"][0]) if error["loc"] else "a setting"
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        return f"there is no setting {name!r}; there are {', '.join(Settings.model_fields)}"
    place = _place(error, places)
    where = f"--{name.replace('_', '-')}" if place == ["options"] else f"{name} (in {' '.join(place)})"
    said = str(error["msg"]).removeprefix("Value error, ")
    if len(error["loc"]) > 1:
        said = f"{'.'.join(map(str, error['loc'][1:]))}: {said}"
    return f"{where}: {said[:1].lower()}{said[1:]}"


def _place(error: Mapping[str, Any], places: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The place whose word on the setting holds, if one has a word on it."""
    return [place for place, given in places.items() if error["loc"] and error["loc"][0] in given][-1:]
