"""The settings that there are, what each may be, and whose word holds."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from personagraph.errors import ConfigError
from personagraph.llm.parameters import MOST_TOKENS, checked
from personagraph.storage.plain_files import one_line
from personagraph.stores import fits, shapes
from personagraph.workspace import trust

if TYPE_CHECKING:
    from personagraph.meaning.encoders.encoder import EncoderKind

ENVIRONMENT = "the environment"
SECRETS = ("store_password", "target_password", "openai_api_key")
PASSWORD_FILES = ("store_password_file", "target_password_file")


def _no_truth(value: Any) -> Any:
    """The value. Raises ValueError for true and false, which are no setting's, and would count as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("it must not be true or false")
    return value


class PriceSetting(BaseModel):
    """What a model costs, in USD for a million tokens; `cached` ones cost what others do unless it is given.

    `batch` is the part of it that is paid in a batch.
    """

    model_config = ConfigDict(extra="forbid")
    _is_no_truth = field_validator("*", mode="before")(_no_truth)

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached: float | None = Field(None, ge=0, allow_inf_nan=False)
    batch: float = Field(0.5, ge=0, le=1, allow_inf_nan=False)


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
    dedup: str = "content"
    dedup_threshold: float = Field(0.9, ge=0.5, le=1, allow_inf_nan=False)
    """The least Jaccard similarity of the words of descriptions that `partition` and `minhash` compare."""
    encoder: str = "static"
    """What turns descriptions into vectors: one of `personagraph.meaning.encoders.ENCODERS`."""
    decider: str | None = None
    """What says whether descriptions that are near mean the same: one of these that is free; None for nobody."""
    target: str = "half"
    """What coverage is held against and hints fill up to: one of `personagraph.steering.targets.TARGETS`."""
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

    @field_validator("encoder")
    @classmethod
    def _is_an_encoder(cls, encoder: str) -> str:
        kind_named(encoder)
        return encoder

    @field_validator("decider")
    @classmethod
    def _is_a_decider(cls, decider: str | None) -> str | None:
        if decider and kind_named(decider).paid:
            raise ValueError("it is asked about every description that comes near another, and is not to be paid for")
        return decider or None

    @field_validator("dedup")
    @classmethod
    def _is_a_method(cls, dedup: str) -> str:
        from personagraph.dedup.rules import METHODS

        if dedup not in METHODS:
            raise ValueError(f"it should be {' or '.join(map(repr, METHODS))}")
        return dedup

    @field_validator("target")
    @classmethod
    def _is_a_target(cls, target: str) -> str:
        from personagraph.steering.targets import TARGETS

        if target not in TARGETS:
            raise ValueError(f"it should be {' or '.join(map(repr, TARGETS))}; a file is named by --target")
        return target

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


def kind_named(encoder: str) -> "EncoderKind":
    """The kind of the encoder with this name. Raises ValueError for one that is not known, which it does not repeat."""
    from personagraph.meaning.encoders import kind_of, shapes

    try:
        return kind_of(encoder)[0]
    except ConfigError:
        raise ValueError(f"it can be {shapes()}") from None


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
