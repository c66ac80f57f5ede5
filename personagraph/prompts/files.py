"""The files of prompts: what one says, and in which of its wordings a call is put."""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, QueryNotFoundError
from personagraph.prompts.dealt import deal
from personagraph.types import digest

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Example = tuple[Mapping[str, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Elsewhere:
    """What a prompt says otherwise when the reply is not to be English, as its file has it below `elsewhere`.

    `system` has words of the system line, and those in their place; `asks` ends the user's turn, with a field for the
    `language`; `own` is what the language of the text itself is called.
    """

    system: Mapping[str, str]
    asks: str
    own: str


@dataclass(frozen=True)
class Wished:
    """What a prompt has besides where somebody of a kind is wished for, as its file has it below `wished`.

    `like` is the template where descriptions are shown with whom that one could belong, and `likes` are those of the
    examples, in their order; `sex` is the form of a field that is added to the reply, and `sexes` what the examples
    say.
    """

    like: str
    likes: Sequence[str] = ()
    sex: Mapping[str, Any] = field(default_factory=dict)
    sexes: Sequence[str] = ()


@dataclass(frozen=True)
class Prompt:
    """A prompt file. `template` has a `{field}` for each of `fields`; `examples` are pairs of fields and reply.

    A call shows `shown` of the examples, those of one set: the first so many, the next so many, and so on. The fields
    of an example may be fewer than the prompt's: the dialogue then adds the rest, as it does for the ego. Where `dealt`
    names a list of the reply, a call shows one of the examples, and who its people are is dealt for that call. A prompt
    whose `schema` is empty asks for words, and one with `tops` for so many of their likeliest beginnings.
    """

    name: str
    version: int
    fields: tuple[str, ...]
    system: str
    template: str
    examples: tuple[Example, ...]
    schema: Mapping[str, Any]
    parameters: Mapping[str, Any]
    shown: int
    dealt: str = ""
    elsewhere: Elsewhere | None = None
    tops: int = 0
    wished: Wished | None = None
    shown_by: str = ""
    """The template of examples, where they are asked otherwise than the call is."""
    vary: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of a task: the fields in which its samples differ, with the values that they take in turn."""
    sample: Mapping[str, Any] = field(default_factory=dict)
    """Of a task: what the fields of a reply are, as `personagraph.synthesis.tasks.written` reads it."""

    @cached_property
    def liking(self) -> "Prompt":
        """The prompt that shows descriptions, in the field `like`, with whom the one wished for could belong.

        Its examples show theirs, or are asked as they are elsewhere. Itself if its file has no place for them.
        """
        if self.wished is None:
            return self
        made = replace(self, template=self.wished.like, fields=(*self.fields, "like"))
        if not self.wished.likes:
            return replace(made, shown_by=self.template)
        pairs = zip(self.examples, self.wished.likes, strict=True)
        return replace(made, examples=tuple(({**fields, "like": like}, reply) for (fields, reply), like in pairs))

    @cached_property
    def sexed(self) -> "Prompt":
        """The prompt whose replies have the field `sex`, after the age; itself if its file knows of none."""
        if self.wished is None or not self.wished.sex:
            return self
        known: dict[str, Any] = {}
        for name, rule in self.schema["properties"].items():
            known |= {name: rule, **({"sex": self.wished.sex} if name == "age" else {})}
        schema = {**self.schema, "required": list(known), "properties": known}
        pairs = zip(self.examples, self.wished.sexes, strict=True)
        examples = tuple((fields, _with_sex(reply, sex)) for (fields, reply), sex in pairs)
        return replace(self, schema=schema, examples=examples)

    @cached_property
    def abroad(self) -> "Prompt":
        """The prompt for replies in any language, which has the field `language`; itself if it has English ones alone.

        Its schema leaves open how words are spelled and how few letters they take.
        """
        if self.elsewhere is None:
            return self
        system = self.system
        for english, other in self.elsewhere.system.items():
            system = system.replace(english, other)
        return replace(
            self,
            system=system,
            template=f"{self.template} {self.elsewhere.asks}",
            shown_by=self.shown_by and f"{self.shown_by} {self.elsewhere.asks}",
            fields=(*self.fields, "language"),
            schema=_unspelled(self.schema),
            elsewhere=None,
        )

    @cached_property
    def digest(self) -> str:
        """Changes with anything that a model would see."""
        seen = [self.system, self.template, list(self.examples), self.shown, self.schema, self.parameters]
        seen += [self.tops] * (self.tops > 0)
        return digest(self.name, str(self.version), json.dumps(seen, sort_keys=True))

    @cached_property
    def form(self) -> "Draft202012Validator":
        """What holds replies to the schema."""
        return form_of(self.schema)

    @cached_property
    def parts(self) -> list[Any]:
        """All that the examples say."""
        return said_in(self.examples)

    def examples_for(self, text: str) -> tuple[Example, ...]:
        """The set of examples that a call about `text` shows; each set begins alike, so that servers keep it cached."""
        if self.dealt:
            language = self.schema["properties"][self.dealt]["items"]["properties"]["language"]
            return (deal(self.examples, self.dealt, int(digest(text)[:12], 16), coded="enum" in language),)
        sets = len(self.examples) // self.shown if self.shown else 0
        first = int(digest(text)[:8], 16) % sets * self.shown if sets else 0
        return self.examples[first : first + self.shown]


@lru_cache
def load(name: str, *, before: bool = False) -> Prompt:
    """Our prompt with this name; `before` is for its wording in earlier versions, where that was another.

    Raises QueryNotFoundError when there is none, ConfigError for a malformed file.
    """
    folder = files("personagraph.prompts")
    file, old = folder.joinpath(f"{name}.toml"), folder.joinpath(f"before/{name}.toml")
    if before and old.is_file():
        return read_prompt(old)
    if not file.is_file():
        raise QueryNotFoundError(f"there is no prompt {name!r}")
    return read_prompt(file)


def read_prompt(file: Traversable) -> Prompt:
    """The prompt in a file, also one that is not ours; its name is the file's. Raises ConfigError for a malformed one.

    A file that is not there raises OSError.
    """
    return prompt_of(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8"))


def prompt_of(name: str, text: str) -> Prompt:
    """The prompt that the text of a file says. Raises ConfigError for a malformed one."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the prompt file {name}.toml is malformed: {error}") from error
    return prompt_from(name, data)


def prompt_from(name: str, data: Mapping[str, Any]) -> Prompt:
    """The prompt that a file has been read as. Raises ConfigError for a malformed one."""
    try:
        return Prompt(
            name=name,
            version=data["version"],
            fields=tuple(data["fields"]),
            system=data["system"],
            template=data["template"],
            examples=tuple((example["fields"], example["reply"]) for example in data["examples"]),
            schema=data.get("schema", {}),
            parameters=data["parameters"],
            shown=data.get("shown", len(data["examples"])),
            dealt=data.get("dealt", ""),
            elsewhere=Elsewhere(**data["elsewhere"]) if "elsewhere" in data else None,
            tops=data.get("tops", 0),
            wished=Wished(**data["wished"]) if "wished" in data else None,
            vary={field: tuple(values) for field, values in data.get("vary", {}).items()},
            sample=data.get("sample", {}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"the prompt file {name}.toml is malformed: {error}") from error


def said_in(examples: Iterable[Example]) -> list[Any]:
    """All that examples reply."""
    return [part for _, reply in examples for part in parts_of(reply)]


def parts_of(data: Mapping[str, Any]) -> list[Any]:
    """The items of its lists, or the whole when it has none."""
    return [item for value in data.values() if isinstance(value, list) for item in value] or [data]


def form_of(schema: Mapping[str, Any]) -> "Draft202012Validator":
    """What holds replies to a schema."""
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(dict(schema))


def _with_sex(reply: Mapping[str, Any], sex: str) -> dict[str, Any]:
    """The reply with the field, after the age."""
    told: dict[str, Any] = {}
    for name, value in reply.items():
        told |= {name: value, **({"sex": sex} if name == "age" else {})}
    return told


def _unspelled(schema: Any) -> Any:
    """The schema without what is particular to English: patterns, least lengths; greatest lengths are doubled."""
    if isinstance(schema, list):
        return [_unspelled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _unspelled(rule) for name, rule in schema.items() if name not in ("pattern", "minLength")}
    return {**kept, "maxLength": 2 * kept["maxLength"]} if "maxLength" in kept else kept
