"""What can be set: options go before the environment, that before files, and these before defaults.

The workspace's `personagraph.toml` goes before the user's own `settings.toml`; but a workspace may be somebody else's:
what its file alone says of a setting in `trust.GUARDED` does not hold before the user confirmed it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from personagraph.errors import ConfigError, UsageError
from personagraph.llm.parameters import MOST_TOKENS, checked
from personagraph.storage.atomic_files import translated
from personagraph.storage.plain_files import one_line, read_plain, read_settings
from personagraph.storage.toml_lines import with_setting
from personagraph.storage.workspace_files import SETTINGS, look, open_plain
from personagraph.stores import fits, shapes
from personagraph.text.files import toml_in
from personagraph.workspace import trust

FILE = SETTINGS
OWN_FILE = "settings.toml"
"""In the user's own configuration folder."""
TABLES = ("prices", "models")
"""Tables of several models: what one place says of a model is added to what another says of others."""
ENVIRONMENT = "the environment"
COMMAND = "this command"
SECRETS = ("store_password", "target_password", "openai_api_key")
PASSWORD_FILES = ("store_password_file", "target_password_file")

_NEW_FILE = """\
# Settings of this workspace. Options of the command line go before the environment (PERSONAGRAPH_…), that before this
# file. Passwords and keys are read from the environment only: PERSONAGRAPH_STORE_PASSWORD (or the name of a file that
# holds it, PERSONAGRAPH_STORE_PASSWORD_FILE), OPENAI_API_KEY. What this file says of store, base_url, model, prices,
# and of what is asked of a model holds once you have confirmed it with `personagraph trust`.
store = "{store}"
# model = "local"          # or "local:FILE.gguf"; "openai:NAME", with base_url if it is not OpenAI's; or "simulated"
# base_url = ""
# prompts = "small"        # short fields for small models, or "large"; by default what suits the model
# language = "own"         # of each text or persona, or one by its name or tag: "Swahili", "pt-BR"; for large prompts
# dedup = {indexes}
# concurrency = 64         # calls in flight, at most; by default 4 for the local model, and as many as a server bears
# local_context = 8192     # tokens of a call of a model in this process; by default what its prompts need
# local_threads = 8        # processors that it works on; by default all
# requests_per_minute = 500
# tokens_per_minute = 200000
# ask_above_calls = 100    # a run that may take more calls of a paid model, or more USD, is asked about first
# ask_above_usd = 1.0
# patience = 900           # seconds for which a server that answers nobody is tried again
# store_patience = 300     # seconds for which a run waits for a Neo4j server that went away
# max_tokens = 10000       # the longest reply, thoughts included; by default what the prompts ask for, and 8000 more
#                          # for models that are known to think
# reasoning_effort = "low"
# request = {{ top_k = 20 }} # other parameters of every request
# [models."NAME"]          # these three for one model
# [prices."NAME"]          # USD for a million tokens, for --max-cost
# input = 0.15
# output = 0.60
"""


def _no_truth(value: Any) -> Any:
    """The value. Raises ValueError for true and false, which are no setting's, and would count as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("it must not be true or false")
    return value


class PriceSetting(BaseModel):
    """What a model costs, in USD for a million tokens; `cached` ones cost what others do unless it is given."""

    model_config = ConfigDict(extra="forbid")
    _is_no_truth = field_validator("*", mode="before")(_no_truth)

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached: float | None = Field(None, ge=0, allow_inf_nan=False)


class RequestSetting(BaseModel):
    """What is asked of a model with every request, beside what the prompts say."""

    model_config = ConfigDict(extra="forbid")
    _is_no_truth = field_validator("*", mode="before")(_no_truth)

    max_tokens: int | None = Field(None, ge=1, le=MOST_TOKENS)
    reasoning_effort: str | None = Field(None, pattern=r"^[A-Za-z_-]{1,20}$")
    request: dict[str, Any] | None = None

    @field_validator("request")
    @classmethod
    def _can_be_asked(cls, request: dict[str, Any] | None) -> dict[str, Any] | None:
        return checked(request)


class Settings(BaseSettings):
    """The settings of a workspace, made of what it is given and nothing else. All of them are the user's word."""

    model_config = SettingsConfigDict(env_prefix="PERSONAGRAPH_", extra="forbid", populate_by_name=True)
    _folder: Path | None = PrivateAttr(None)
    _unconfirmed: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _places: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _is_no_truth = field_validator("*", mode="before")(_no_truth)
    _options: Mapping[str, Any] = PrivateAttr(default_factory=dict)

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
    language: str | None = None
    dedup: str = "partition"
    concurrency: int | None = Field(None, ge=1, le=1024)
    window: int = Field(128, ge=2, le=16384)
    """How many steps are planned ahead: part of what decides the graph, and at least twice the concurrency."""
    requests_per_minute: int | None = Field(None, ge=1)
    tokens_per_minute: int | None = Field(None, ge=1)
    patience: float = Field(900.0, ge=0, allow_inf_nan=False)
    store_patience: float = Field(300.0, ge=0, allow_inf_nan=False)
    """Seconds for which a run waits for a Neo4j server that went away."""
    ask_above_calls: int = Field(100, ge=0)
    ask_above_usd: float = Field(1.0, ge=0, allow_inf_nan=False)
    """A run that may take more, of a model that is paid for, is asked about first, unless a limit is given."""
    local_context: int | None = Field(None, ge=256, le=1 << 20)
    """Tokens of a call of a model in this process, prompt and reply; `concurrency` are its slots."""
    local_threads: int | None = Field(None, ge=1, le=512)
    prices: dict[str, PriceSetting] = Field(default_factory=dict)
    max_tokens: int | None = Field(None, ge=1, le=MOST_TOKENS)
    """Of a reply, thoughts included."""
    reasoning_effort: str | None = Field(None, pattern=r"^[A-Za-z_-]{1,20}$")
    request: dict[str, Any] | None = None
    """Other parameters of every request."""
    models: dict[str, RequestSetting] = Field(default_factory=dict)
    """Those three for one model, by its name."""

    @field_validator("request")
    @classmethod
    def _can_be_asked(cls, request: dict[str, Any] | None) -> dict[str, Any] | None:
        return checked(request)

    @field_validator("models")
    @classmethod
    def _are_names(cls, models: dict[str, RequestSetting]) -> dict[str, RequestSetting]:
        for name in models:
            if name.startswith("openai:"):
                raise ValueError(f'the name of a model is what follows openai:, as [models."{name[7:]}"]')
        return models

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

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, language: str | None) -> str | None:
        return language and language_of(language)

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
        """What is given, alone; `load_settings` gives what it read outside."""
        return (init_settings,)

    @property
    def unconfirmed(self) -> Mapping[str, str]:
        """What the folder's file says and the user has not confirmed: why it does not hold, by setting."""
        return self._unconfirmed

    def trusted(self, name: str) -> Any:
        """The value of a setting. Raises ConfigError when the folder's file has another that is not confirmed."""
        if name in self._unconfirmed:
            raise ConfigError(self._unconfirmed[name])
        return getattr(self, name)

    def asked_of(self, model: str) -> dict[str, Any]:
        """What is set of every request to a model, for it alone or for all; None for what is not.

        Raises ConfigError when the folder's file says more, and that is not confirmed.
        """
        for name in (*RequestSetting.model_fields, "models"):
            self.trusted(name)
        one = self.models.get(model)
        found = {name: getattr(one, name, None) for name in RequestSetting.model_fields}
        return {name: getattr(self, name) if value is None else value for name, value in found.items()}

    def told(self, name: str) -> Any:
        """The value of a setting that the command itself was given, and no file or variable; None for others."""
        return getattr(self, name) if name in self._options else None

    def told_of(self, model: str) -> dict[str, Any]:
        """What the command itself was given to ask of a model with every request; None for what it was not."""
        one = dict(self._options.get("models", {}).get(model) or {})
        found = {name: one.get(name, self._options.get(name)) for name in RequestSetting.model_fields}
        return {name: value if found[name] is not None else None for name, value in self.asked_of(model).items()}

    def lets_use(self, name: str, value: str) -> bool:
        """Whether a setting may have a value that nobody but the ledger of the folder names."""
        if self._folder is None or value == getattr(self, name) or trust.stays_inside(name, value):
            return True
        return (name, value) in trust.confirmed(self._folder)

    def whence(self, name: str) -> str:
        """What gave a setting its value, for people: an option, a variable, one of the files, or the default."""
        place = self._places.get(name, "the default")
        told = {"options": f"--{name.replace('_', '-')}", ENVIRONMENT: f"PERSONAGRAPH_{name.upper()} in {ENVIRONMENT}"}
        return told.get(place, place)

    def lets_go_on_with(self, model: str, recorded: Mapping[str, Any]) -> str:
        """The first of what a run was asked with that nobody but the ledger of the folder says; empty for none."""
        if self._folder is None:
            return ""
        mine, known = self.asked_of(model), trust.confirmed(self._folder)
        told = {name: value for name, value in recorded.items() if value is not None and value != mine[name]}
        return next((name for name, value in told.items() if (name, trust.text_of(value)) not in known), "")

    def keep(self, name: str, value: str) -> None:
        """The user named this for the folder, which confirms it. Raises ConfigError when that cannot be kept."""
        if self._folder is not None and not trust.stays_inside(name, value):
            trust.confirm(self._folder, {name: value})

    def secret(self, name: str) -> str | None:
        """The value of one of SECRETS, or None; nothing else shows it.

        A password may lie in a file, which is read now. Raises ConfigError when it cannot be.
        """
        value: SecretStr | None = getattr(self, name)
        if (file := getattr(self, f"{name}_file", None)) is not None:
            if value:
                raise ConfigError(f"{name} and {name}_file are both set; take one of them out")
            return one_line(Path(file), f"{name}_file")
        return value.get_secret_value() if value else None

    def has(self, name: str) -> bool:
        """Whether one of SECRETS is given, by itself or as a file that is not looked into."""
        return bool(getattr(self, name) or getattr(self, f"{name}_file", None))


def language_of(said: str) -> str:
    """The language in which replies are asked for: a tag, or "own". Raises ValueError naming the nearest one."""
    from personagraph.prompts.tongue import OWN
    from personagraph.vocabulary.languages import language_tag

    return OWN if said == OWN else language_tag(said)


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
    given = {name: value for name, value in options.items() if value is not None}
    said, around = settings_file(folder), environment()
    outside = around | given
    own = {name: value for name, value in _own_settings().items() if name.removesuffix("_file") not in outside}
    places = {"the user's own settings": own, str(folder / FILE): said, ENVIRONMENT: around, "options": given}
    settings = _made(places)
    guarded = trust.claimed({name: value for name, value in said.items() if name not in outside or name in TABLES})
    if guarded:
        unguarded = {name: value for name, value in said.items() if name not in guarded}
        users = _made({**places, str(folder / FILE): unguarded})
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
    _made({str(file): said})
    found = trust.claimed(said)
    known = trust.confirmed(folder) if found else set()
    return [trust.Claim(name, value, (name, value) in known) for name, value in found.items()]


def write_settings(folder: Path, *, store: str) -> None:
    """Make the settings file of a new workspace; one that is there stays. Raises ConfigError, also for a link."""
    from personagraph.dedup.rules import INDEXES

    file = folder / FILE
    if not look(file):
        first, *others = (f'"{index}"' for index in INDEXES)
        indexes = f"{first:<16} # or {' or '.join(others)}"
        with translated(file), os.fdopen(open_plain(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as new:
            new.write(_NEW_FILE.format(store=store, indexes=indexes).encode())


def changed_settings(folder: Path, name: str, text: str) -> tuple[Any, bytes]:
    """The value of a setting that the user wrote so, and the settings file of a folder with it.

    Raises UsageError for what is no setting, a secret, or not what the setting may be; ConfigError for a file that
    cannot be changed.
    """
    refused = (*SECRETS, *PASSWORD_FILES)
    if name in refused:
        raise UsageError(f"{name} is not kept in a workspace, which others may read; set it in the environment")
    if name not in Settings.model_fields:
        known = ", ".join(field for field in Settings.model_fields if field not in refused)
        raise UsageError(f"there is no setting {name!r}; there are {known}")
    file, said = folder / FILE, settings_file(folder)
    if name in ("request", *TABLES):
        raise UsageError(f"{name} is a table; edit it in {file}")
    value = getattr(_made({COMMAND: _placed({name: text}, Path())}), name)
    value = text if value is None else value
    _made({str(file): {**said, name: value}})
    held = read_plain(file, linked=False).decode("utf-8") if look(file) else ""
    try:
        return value, with_setting(held, name, value, toml_in).encode()
    except ValueError as error:
        raise ConfigError(f"{file} cannot be changed by a command ({error}); edit it") from error


def environment() -> dict[str, Any]:
    """The settings in the environment, by their names here."""
    aliases = {"PERSONAGRAPH_BASE_URL": "base_url", "OPENAI_BASE_URL": "base_url", "OPENAI_API_KEY": "openai_api_key"}
    try:
        found = {aliases.get(name, name): value for name, value in EnvSettingsSource(Settings)().items()}
        return _placed(found, Path())
    except SettingsError as error:
        raise ConfigError(f"a variable PERSONAGRAPH_… cannot be read: {error}") from None


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


def _made(places: Mapping[str, Mapping[str, Any]]) -> Settings:
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
    return _placed(held, file.parent)


def _placed(held: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The settings with the file of a model where it lies: a relative path is looked for in this folder."""
    from personagraph.llm.models import placed

    if not isinstance(model := held.get("model"), str) or ":" not in model:
        return held
    return {**held, "model": placed(model, folder)}


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
