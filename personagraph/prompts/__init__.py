"""Prompts: one TOML file each, with its version, its fields, its examples and the schema of its reply."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from personagraph.errors import ReplyFormatError
from personagraph.prompts.files import (
    Elsewhere,
    Example,
    Prompt,
    Wished,
    form_of,
    load,
    parts_of,
    read_prompt,
    said_in,
)
from personagraph.text.mended_json import Mended, UnreadableError, readings
from personagraph.text.plain import plain
from personagraph.text.scripts import main_system, systems
from personagraph.types import ChatReply

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

__all__ = [
    "Elsewhere",
    "Example",
    "Prompt",
    "Wished",
    "clean",
    "defused",
    "load",
    "parse",
    "read_prompt",
    "render",
]

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


def render(
    prompt: Prompt, fields: Mapping[str, str], mark: str, *, examples: Sequence[Example] | None = None
) -> tuple[Mapping[str, str], ...]:
    """The chat turns: the system line, the examples (by default all), and the user's turn.

    The fields are untrusted: they stand in the user's turn only, as clean text between delimiters made from `mark`.
    """
    turns = [{"role": "system", "content": prompt.system}]
    for given, reply in prompt.examples if examples is None else examples:
        turns.append({"role": "user", "content": _fill(prompt.shown_by or prompt.template, given, "0000")})
        turns.append({"role": "assistant", "content": json.dumps(reply, ensure_ascii=False)})
    return (*turns, {"role": "user", "content": _fill(prompt.template, fields, mark)})


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
    form = prompt.form if schema is prompt.schema else form_of(schema)
    data = _fitting(form, schema, reply)
    parts = prompt.parts if shown is None else said_in(shown)
    again = all(part in parts for part in parts_of(data))
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


def _fill(template: str, fields: Mapping[str, str], mark: str) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        return mark if name == "mark" else defused(clean(fields[name]).replace(mark, " "))

    return re.sub(r"\{(\w+)\}", value, template)


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
