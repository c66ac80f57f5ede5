"""What a user can set: options go before the environment, that before `personagraph.toml`, that before defaults."""

import os
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from personagraph.errors import ConfigError, InputError
from personagraph.storage.atomic_files import translated
from personagraph.stores import fits, shapes
from personagraph.text.files import text_of, toml_of

FILE = "personagraph.toml"
SECRETS = ("store_password", "target_password", "openai_api_key")

_NEW_FILE = """\
# Settings of this workspace. Options of the command line go before the environment (PERSONAGRAPH_…), that before this
# file. Passwords and keys are read from the environment only: PERSONAGRAPH_STORE_PASSWORD (or the name of a file that
# holds it, PERSONAGRAPH_STORE_PASSWORD_FILE), OPENAI_API_KEY.
store = "{store}"
# model = "local"          # or "openai:NAME", with base_url for any other OpenAI-compatible server; or "simulated"
# base_url = ""
# prompts = "small"        # short fields for small models, or "large"; by default what suits the model
# dedup = {indexes}
# concurrency = 64         # calls in flight, at most; by default 4 for the local model, and as many as a server bears
# requests_per_minute = 500
# tokens_per_minute = 200000
# patience = 900           # seconds for which a server that answers nobody is tried again
# store_patience = 300     # seconds for which a run waits for a Neo4j server that went away
# [prices."NAME"]          # USD for a million tokens, for --max-cost
# input = 0.15
# output = 0.60
"""


class PriceSetting(BaseModel):
    """What a model costs, in USD for a million tokens; `cached` ones cost what others do unless it is given."""

    model_config = ConfigDict(extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached: float | None = Field(None, ge=0, allow_inf_nan=False)


class Settings(BaseSettings):
    """The settings of a workspace."""

    model_config = SettingsConfigDict(env_prefix="PERSONAGRAPH_", extra="forbid", populate_by_name=True)
    from_outside: ClassVar[bool] = True
    """Whether the environment and a file are read, besides options."""

    store: str = "sqlite"
    """Where the graph is: sqlite, or neo4j://user@host:port/database (also bolt; with +s for TLS, +ssc for TLS with a
    certificate that the server signed itself)."""
    store_password: SecretStr | None = None
    model: str = "local"
    base_url: str | None = Field(None, validation_alias=AliasChoices("PERSONAGRAPH_BASE_URL", "OPENAI_BASE_URL"))
    store_password_file: str | None = None
    """A file that holds the password, as a secret is mounted into a container."""
    target_password: SecretStr | None = None
    """The password of the server that `store copy` writes to, when it is not that of the store."""
    target_password_file: str | None = None
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    prompts: Literal["small", "large"] | None = None
    dedup: str = "partition"
    concurrency: int | None = Field(None, ge=1, le=1024)
    window: int = Field(128, ge=2, le=16384)
    """How many steps are planned ahead: part of what decides the graph, and at least twice the concurrency."""
    requests_per_minute: int | None = Field(None, ge=1)
    tokens_per_minute: int | None = Field(None, ge=1)
    patience: float = Field(900.0, ge=0, allow_inf_nan=False)
    store_patience: float = Field(300.0, ge=0, allow_inf_nan=False)
    """Seconds for which a run waits for a Neo4j server that went away."""
    prices: dict[str, PriceSetting] = Field(default_factory=dict)

    @field_validator("store")
    @classmethod
    def _is_a_store(cls, store: str) -> str:
        if fault := store_fault(store):
            raise ValueError(fault)
        return store

    @field_validator("dedup")
    @classmethod
    def _is_an_index(cls, dedup: str) -> str:
        from personagraph.dedup.rules import INDEXES

        if dedup not in INDEXES:
            raise ValueError(f"it should be {' or '.join(map(repr, INDEXES))}")
        return dedup

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        host = (url or "").partition("://")[2].partition("/")[0]
        if "@" in host:
            raise ValueError("it holds a password: take it out; keys go into OPENAI_API_KEY")
        if url and (not host or not url.startswith(("http://", "https://"))):
            raise ValueError("it must be an address such as http://127.0.0.1:8000/v1")
        if url and ("?" in url or "#" in url or not url.isprintable()):
            raise ValueError("it must end with its path: take out ? or # and what follows; keys go into OPENAI_API_KEY")
        return url or None

    @field_validator("openai_api_key")
    @classmethod
    def _can_be_sent(cls, key: SecretStr | None) -> SecretStr | None:
        bare = key.get_secret_value().strip() if key else ""
        if not (bare.isascii() and bare.isprintable()) or " " in bare:
            raise ValueError("it has characters that no key has; copy it again")
        return SecretStr(bare) if bare else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, environment, file."""
        outside = (env_settings, TomlConfigSettingsSource(settings_cls)) if cls.from_outside else ()
        return init_settings, *outside

    def secret(self, name: str) -> str | None:
        """The value of one of SECRETS, or None; nothing else shows it.

        A password may lie in a file, which is read now. Raises ConfigError when it cannot be.
        """
        value: SecretStr | None = getattr(self, name)
        if (file := getattr(self, f"{name}_file", None)) is not None:
            return _password_in(file, f"PERSONAGRAPH_{name.upper()}", beside=value)
        return value.get_secret_value() if value else None

    def has(self, name: str) -> bool:
        """Whether one of SECRETS is given, by itself or as a file that is not looked into."""
        return bool(getattr(self, name) or getattr(self, f"{name}_file", None))


def store_fault(store: str) -> str:
    """What is wrong with the name of a store, which is not shown: it could hold a password. Empty when nothing is."""
    if store.startswith(("http://", "https://")):
        return "it is the address of Browser: name that of Bolt, such as neo4j://neo4j@host:7687"
    if not fits(store):
        return f"it can be {shapes()}"
    if ":" in store.partition("://")[2].rpartition("@")[0]:
        return "it holds a password: take it out, and set PERSONAGRAPH_STORE_PASSWORD in the environment"
    return ""


def load_settings(folder: Path, **options: Any) -> Settings:
    """The settings of the workspace in this folder; options that are None count as not given.

    Raises ConfigError naming the setting, where it stands, and what it may be.
    """
    file = folder / FILE
    _refuse_secrets(file)

    class OfFolder(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    given = {name: value for name, value in options.items() if value is not None}
    try:
        return OfFolder(**given)
    except ValidationError as error:
        raise ConfigError("; ".join(_fault(dict(e), given, file) for e in error.errors())) from None
    except SettingsError as error:
        raise ConfigError(f"{file} or a variable PERSONAGRAPH_… cannot be read: {error}") from None


def fixed_settings(**options: Any) -> Settings:
    """Settings from these options alone, whatever the environment and the current folder say. Raises ConfigError."""

    class Fixed(Settings):
        from_outside = False

    try:
        return Fixed(**options)
    except ValidationError as error:
        raise ConfigError("; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())) from None


def write_settings(folder: Path, *, store: str) -> None:
    """Make the settings file of a new workspace; one that is there stays as it is. Raises ConfigError."""
    from personagraph.dedup.rules import INDEXES

    file = folder / FILE
    if not file.exists():
        first, *others = (f'"{index}"' for index in INDEXES)
        indexes = f"{first:<16} # or {' or '.join(others)}"
        with translated(file):
            file.write_text(_NEW_FILE.format(store=store, indexes=indexes), encoding="utf-8")


def _password_in(file: str, variable: str, *, beside: SecretStr | None) -> str:
    """The password in a file. Raises ConfigError when there is another `beside` it, or not one line in the file."""
    named = f"{variable}_FILE ({file})"
    if beside is not None:
        raise ConfigError(f"{variable} and {named} are both set; take one of them out")
    try:
        password = text_of(os.path.expanduser(file)).rstrip("\r\n")
    except InputError as error:
        said = str(error).removeprefix(f"{os.path.expanduser(file)}: ").partition(";")[0]
        raise ConfigError(f"{named} {said}; name a file with the password and nothing else") from None
    if not password or "\n" in password:
        fault = "holds more than one line" if password else "is empty"
        raise ConfigError(f"{named} {fault}; it must hold the password and nothing else")
    return password


def _refuse_secrets(file: Path) -> None:
    if not os.path.lexists(file):
        return
    try:
        held = toml_of(file)
    except InputError as error:
        said = str(error).removeprefix(f"{file}: ").partition(";")[0]
        raise ConfigError(f"{file} cannot be read as TOML: {said}; mend it, or delete it for the defaults") from error
    for name in held:
        if name.lower().removeprefix("personagraph_") in SECRETS:
            raise ConfigError(f"{file} holds {name}: take it out, and set it in the environment instead")


def _fault(error: dict[str, Any], given: dict[str, Any], file: Path) -> str:
    """One fault in a few words. The value is not shown: it could be a secret."""
    name = str(error["loc"][0]) if error["loc"] else "a setting"
    if error["type"] == "extra_forbidden":
        known = ", ".join(field for field in Settings.model_fields if field not in SECRETS)
        return f"{file} sets {name!r}, which is no setting; there are {known}"
    where = f"--{name}" if name in given else f"{name} (in the environment or in {file})"
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {said[:1].lower()}{said[1:]}"
