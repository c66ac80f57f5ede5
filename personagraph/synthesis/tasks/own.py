"""Tasks of the user's own: a file as ours are, looked through before the first call: no reply is paid in vain."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from personagraph.errors import ConfigError, InputError
from personagraph.prompts.files import Prompt, prompt_from
from personagraph.synthesis.checks import CHECKS
from personagraph.synthesis.checks.schemas import SchemaError, allows_nothing, short, validator
from personagraph.synthesis.tasks.task import PEOPLE, TaskKind
from personagraph.synthesis.tasks.written import SAMPLE, WrittenTask, fields_in

PARAMETERS: Final[Mapping[str, Any]] = {"temperature": 0.8, "max_tokens": 1600}
"""What a file need not say."""
MOST_TOKENS: Final = 32_768
MOST_VALUES: Final = 1_000
LONGEST_VALUE: Final = 4_000
LONGEST_NAME: Final = 60
OPTIONAL: Final[Mapping[str, type]] = {
    "version": int,
    "examples": list,
    "parameters": dict,
    "vary": dict,
    "elsewhere": dict,
}
NEEDED: Final[Mapping[str, type]] = {"system": str, "template": str, "schema": dict, "sample": dict}
"""What a file says: what it may leave out, and what it may not."""
RESERVED: Final = frozenset({"people", "mark", "language", "persona", "ties", "said", "asked"})
"""Names of fields that are filled otherwise."""
_KINDS: Final = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}


def own_task(name: str, text: str) -> TaskKind:
    """The task that a file says, for models of any size. Raises ConfigError for a malformed one."""
    prompt = own_prompt(name, tomllib.loads(text))
    made = partial(WrittenTask, prompt)
    return TaskKind({"small": made, "large": made}, "samples of a task of your own")


def check_own(name: str, text: str, path: Path) -> None:
    """Raises InputError, which names the file and what of it cannot be used, unless all of it can."""
    fault = fault_of_own(name, text)
    if fault:
        raise InputError(fault, path)


def fault_of_own(name: str, text: str) -> str:
    """What of a task's file cannot be used; empty when all can."""
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii() or len(name) > LONGEST_NAME:
        return f"a task is called after its file, by up to {LONGEST_NAME} letters, digits, - and _"
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return f"is no TOML: {short(error)}"
    found = next(_faults_of_parts(data), "")
    if found:
        return found
    try:
        prompt = own_prompt(name, data)
    except (ConfigError, ValueError) as error:
        return str(error)
    return next(_faults(prompt), "")


def own_prompt(name: str, data: Mapping[str, Any]) -> Prompt:
    """The prompt, with what a file need not say. Raises ConfigError for a malformed one."""
    more = {"version": 1, "examples": [], "fields": ["people", *data.get("vary", {})]}
    return prompt_from(name, {**more, **data, "parameters": {**PARAMETERS, **data.get("parameters", {})}})


def _faults_of_parts(data: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the parts of a file, as parts."""
    known = {**NEEDED, **OPTIONAL}
    for part in data:
        if part not in known:
            yield f"has {part!r}, which no task has; it can be {', '.join(known)}"
    for part, kind in known.items():
        if part in NEEDED and part not in data:
            yield f"has no {part}"
        if part in data and (not isinstance(data[part], kind) or isinstance(data[part], bool)):
            yield f"{part} must be {_KINDS[kind]}"
    for part, kind in SAMPLE.items():
        said = data["sample"].get(part)
        if said is not None and not isinstance(said, kind):
            yield f"sample.{part} must be {_KINDS[kind]}"
        if isinstance(said, list) and not all(isinstance(one, str) for one in said):
            yield f"sample.{part} must be a list of texts"
    for part in data["sample"]:
        if part not in SAMPLE:
            yield f"has sample.{part}, which no task has; it can be {', '.join(SAMPLE)}"
    for part in ("user", "assistant"):
        if not str(data["sample"].get(part, "")).strip():
            yield f"sample.{part} must say what the {part} says"
    yield from _faults_of_values(data.get("vary", {}))
    yield from _faults_of_parameters(data.get("parameters", {}))


def _faults_of_values(vary: Mapping[str, Any]) -> Iterator[str]:
    for name, values in vary.items():
        if name in RESERVED or not name.isidentifier():
            yield f"vary.{name} cannot be called so"
        if not isinstance(values, list) or not 1 <= len(values) <= MOST_VALUES:
            yield f"vary.{name} must be a list of 1 to {MOST_VALUES:,} texts"
        elif not all(isinstance(one, str) and one.strip() and len(one) <= LONGEST_VALUE for one in values):
            yield f"vary.{name} must be a list of texts of 1 to {LONGEST_VALUE:,} characters"


def _faults_of_parameters(parameters: Mapping[str, Any]) -> Iterator[str]:
    tokens = parameters.get("max_tokens", PARAMETERS["max_tokens"])
    if not isinstance(tokens, int) or isinstance(tokens, bool) or not 1 < tokens <= MOST_TOKENS:
        yield f"parameters.max_tokens must be a whole number from 2 to {MOST_TOKENS:,}"
    for name, value in parameters.items():
        if not isinstance(value, int | float | str):
            yield f"parameters.{name} must be a number or a text"


def _faults(prompt: Prompt) -> Iterator[str]:
    """What is wrong with how the parts fit."""
    if prompt.template.count(PEOPLE) != 1 or prompt.template.count("{people}") != 1:
        shown = PEOPLE.replace("\n", " / ")
        yield f"template must show the people once, between marks, each on a line of its own: {shown}"
    used = set(fields_in(prompt.template))
    for name in sorted(used - {"people", "mark", *prompt.vary}):
        yield f"template has {{{name}}}, which nothing fills; it can have {', '.join(('people', *prompt.vary))}"
    in_user = set(fields_in(prompt.sample["user"]))
    for name in prompt.vary:
        if name not in used | in_user:
            yield f"vary.{name} is used nowhere; put {{{name}}} into the template"
    yield from _faults_of_schema(prompt.schema)
    yield from _faults_of_sample(prompt)
    yield from _faults_of_examples(prompt)


def _faults_of_schema(schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        yield 'schema must be of type = "object", with properties'
        return
    try:
        validator(schema)
    except SchemaError as error:
        yield f"schema: {error}"
        return
    if nothing := allows_nothing(schema):
        yield f"schema allows no answer: {nothing}"


def _faults_of_sample(prompt: Prompt) -> Iterator[str]:
    sample, required = prompt.sample, prompt.schema.get("required", ())
    for part in ("user", "assistant", "answer"):
        for name in fields_in(sample.get(part, "")):
            if name not in required and name not in prompt.vary:
                yield f"sample.{part} has {{{name}}}, which nothing fills: it is neither required by schema nor in vary"
    for name in (*sample.get("form", ()), *((sample["question"],) if "question" in sample else ())):
        if name not in required:
            yield f"sample names {name!r}, which schema does not require"
    if "question" in sample and prompt.schema["properties"].get(sample["question"], {}).get("type") != "string":
        yield f"sample.question names {sample['question']!r}, which must be a text"
    for check in sample.get("checks", ()):
        if check not in CHECKS:
            yield f"sample.checks has {check!r}, which is not known; it can be {', '.join(CHECKS)}"
        elif check == "agreement" and not sample.get("answer"):
            yield "sample.checks has 'agreement', which compares answers, and sample.answer says none"
        else:
            yield from (
                f"sample.checks has {check!r}, which reads {name!r}, and sample.form does not name it"
                for name in _needed(CHECKS[check].reads)
                if name not in sample.get("form", ())
            )


def _needed(reads: Sequence[str]) -> Sequence[str]:
    """Of what a check reads, that without which it says nothing: the first."""
    return reads[:1]


def _faults_of_examples(prompt: Prompt) -> Iterator[str]:
    form = validator(prompt.schema)
    for number, (fields, reply) in enumerate(prompt.examples, 1):
        for name in prompt.fields:
            if not isinstance(fields.get(name), str):
                yield f"example {number} has no text for {name!r} in its fields"
        if not form.is_valid(reply):
            yield f"example {number} has a reply that does not fit schema: {short(next(form.iter_errors(reply)))}"
