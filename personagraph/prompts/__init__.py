"""Prompts: one TOML file each, with its version, its fields, its examples and the schema of its reply."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from personagraph.errors import ConfigError, QueryNotFoundError, ReplyFormatError
from personagraph.prompts.dealt import deal
from personagraph.text.mended_json import Mended, UnreadableError, readings
from personagraph.text.plain import plain
from personagraph.text.scripts import main_system, systems
from personagraph.types import ChatReply, digest

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

LONGEST_FIELD = 6_000
LONGEST_REPLY = 1_000_000
"""Characters of a reply that are looked at: far more than any prompt asks for."""
_FINISHES = {
    "length": "cut off before its end",
    "refusal": "a refusal",
    "content_filter": "stopped by a content filter",
}
"""Why a reply ended that is never used, whatever it holds."""
_CONTROL_TOKENS = re.compile(r"<(?=\S)|\[(?=/?[A-Z_]+\]|\||g?MASK\]|e~\[)|\](?=~)")


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
        return _form(self.schema)

    @cached_property
    def parts(self) -> list[Any]:
        """All that the examples say."""
        return _said_in(self.examples)

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
    name = file.name.removesuffix(".toml")
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
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
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigError(f"the prompt file {name}.toml is malformed: {error}") from error


def render(
    prompt: Prompt, fields: Mapping[str, str], mark: str, *, examples: Sequence[Example] | None = None
) -> tuple[Mapping[str, str], ...]:
    """The chat turns: the system line, the examples (by default all), and the user's turn.

    The fields are untrusted: they stand in the user's turn only, as clean text between delimiters made from `mark`.
    """
    turns = [{"role": "system", "content": prompt.system}]
    for given, reply in prompt.examples if examples is None else examples:
        turns.append({"role": "user", "content": _fill(prompt, given, "0000")})
        turns.append({"role": "assistant", "content": json.dumps(reply, ensure_ascii=False)})
    return (*turns, {"role": "user", "content": _fill(prompt, fields, mark)})


def parse(
    prompt: Prompt,
    schema: Mapping[str, Any],
    reply: ChatReply,
    given: Mapping[str, str] | None = None,
    *,
    systems: Collection[str] = (),
    shown: Sequence[Example] | None = None,
) -> dict[str, Any]:
    """The reply as data that fits the schema: `Mended` when its JSON, or what is around it, had to be put right.

    `given` is what the prompt was filled with, `systems` are writing systems that it asks for, `shown` the examples, by
    default all. Raises ReplyFormatError with the reason in a few words: for what is not one JSON object or does not
    fit, and for what was cut off, repeats an example, or is in a writing system that is in none of these.
    """
    if reply.finish in _FINISHES:
        raise ReplyFormatError(_FINISHES[reply.finish], reply.text)
    if len(reply.text) > LONGEST_REPLY:
        raise ReplyFormatError(f"longer than {LONGEST_REPLY:,} characters", reply.text)
    form = prompt.form if schema is prompt.schema else _form(schema)
    data = _fitting(form, schema, reply)
    parts = prompt.parts if shown is None else _said_in(shown)
    again = all(part in parts for part in _parts(data))
    fault = "an example told again" if again else _foreign(data, prompt, given or {}, systems)
    if fault:
        raise ReplyFormatError(fault, reply.text)
    whole: dict[str, Any] = _cleaned(data)
    return Mended(whole) if isinstance(data, Mended) else whole


def clean(text: str, *, longest: int = LONGEST_FIELD) -> str:
    """Text without control, bidi and other format characters, and without half characters, cut to `longest`."""
    return plain(text[:longest], kept="\n\t")


def defused(text: str) -> str:
    """Text in which nothing is a delimiter or a token of a chat template: "<|im_end|>", "</s>" and "[INST]" fall apart.

    Local servers read such tokens in what users say, too.
    """
    return _CONTROL_TOKENS.sub(lambda found: f"{found[0]} ", text)


def _fill(prompt: Prompt, fields: Mapping[str, str], mark: str) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        return mark if name == "mark" else defused(clean(fields[name]).replace(mark, " "))

    return re.sub(r"\{(\w+)\}", value, prompt.template)


def _form(schema: Mapping[str, Any]) -> "Draft202012Validator":
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(dict(schema))


def _fitting(form: "Draft202012Validator", schema: Mapping[str, Any], reply: ChatReply) -> dict[str, Any]:
    """The first reading of a reply that fits. Raises ReplyFormatError with what is wrong with what stands there."""
    first = ""
    try:
        for data in readings(reply.text, schema):
            fault = _fault(form, data)
            if not fault:
                return data
            first = first or fault
    except UnreadableError as error:
        raise ReplyFormatError(str(error), reply.text) from error
    raise ReplyFormatError(first, reply.text)


def _unspelled(schema: Any) -> Any:
    """The schema without what is particular to English: patterns, least lengths; greatest lengths are doubled."""
    if isinstance(schema, list):
        return [_unspelled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _unspelled(rule) for name, rule in schema.items() if name not in ("pattern", "minLength")}
    return {**kept, "maxLength": 2 * kept["maxLength"]} if "maxLength" in kept else kept


def _fault(form: "Draft202012Validator", data: object) -> str:
    from jsonschema_rs import ValidationError

    try:
        form.validate(data)
    except ValidationError as error:
        # The first one of what can be a hundred thousand.
        return f"{'.'.join(map(str, error.instance_path)) or 'the reply'} breaks the rule {error.schema_path[-1]}"
    except UnicodeEncodeError:
        return "half a character in it"
    except ValueError:
        return "nested too deeply"
    return ""


def _said_in(examples: Iterable[Example]) -> list[Any]:
    return [part for _, reply in examples for part in _parts(reply)]


def _parts(data: Mapping[str, Any]) -> list[Any]:
    """The items of its lists, or the whole when it has none."""
    return [item for value in data.values() if isinstance(value, list) for item in value] or [data]


def _foreign(data: Any, prompt: Prompt, given: Mapping[str, str], asked: Collection[str]) -> str:
    """What is wrong when a text of the reply is in a writing system of its own, or an empty string."""
    odd = {main_system(text) for text in _texts(data) if not text.isascii()} - {None, *asked}
    odd -= systems(" ".join((prompt.system, prompt.template, *given.values()))) if odd else odd
    return f"written in {', '.join(sorted(map(str, odd)))} letters, unlike the question" if odd else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _cleaned(value: Any) -> Any:
    """The data with every text in it clean, and whole numbers as such, also where the reply has 40.0."""
    if isinstance(value, str):
        return clean(value, longest=LONGEST_REPLY)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value
