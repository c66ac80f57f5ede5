"""Tools: signatures as JSON Schema, held against the example calls, those that are meant to be wrong too."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from personagraph.synthesis.checks.check import (
    DISPUTED,
    UNANSWERABLE,
    UNCHECKED,
    VERIFIED,
    CheckKind,
    Draft,
    Judgement,
    Opinions,
    Same,
)
from personagraph.synthesis.checks.schemas import LONGEST, SchemaError, allows_nothing, plain, short, validator
from personagraph.synthesis.checks.schemas import within_limits as beyond_limits

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

MOST_TOOLS: Final = 20
MOST_CALLS: Final = 50
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,63}")


class _CallError(ValueError):
    """A call that does not fit its signature."""


@dataclass(frozen=True, slots=True)
class _Signature:
    """A tool's name, the schema of its arguments, and what holds them to it."""

    name: str
    schema: Mapping[str, Any]
    form: "Draft202012Validator"


def check_tool(draft: Draft, opinions: Opinions, same: Same) -> Judgement:
    """Verified when each signature of `tools` is a valid JSON Schema, and each of `calls` fits the one that it names.

    Each of `bad_calls` has to be refused. An argument that a signature does not name is refused, unless it says that
    there may be more. Unanswerable: a schema that allows nothing. Disputed: no valid schema, a call that does not fit,
    a bad one that does. Unchecked: there are no signatures or no calls, or one is beyond the limits.
    """
    tools, calls, bad = (draft.form.get(name, ()) for name in ("tools", "calls", "bad_calls"))
    if not _is_list(tools) or not _is_list(calls) or not _is_list(bad):
        return Judgement(UNCHECKED, "tools and calls are no lists")
    if not tools or not calls:
        return Judgement(UNCHECKED, "no signature or no call is stated")
    if len(tools) > MOST_TOOLS or len(calls) + len(bad) > MOST_CALLS:
        return Judgement(UNCHECKED, f"there are more than {MOST_TOOLS} tools or {MOST_CALLS} calls")
    for each in (*tools, *calls, *bad):
        beyond = beyond_limits(each)
        if beyond:
            return Judgement(UNCHECKED, f"a signature or call is too large: {beyond}")
    figures = {"tools": len(tools), "calls": len(calls), "bad_calls": len(bad)}
    try:
        signatures = {signature.name: signature for signature in map(_signature, tools)}
    except SchemaError as error:
        return Judgement(UNCHECKED if error.beyond else DISPUTED, str(error), figures)
    if len(signatures) < len(tools):
        return Judgement(DISPUTED, "two tools have the same name", figures)
    nothing = next(filter(None, (allows_nothing(each.schema) for each in signatures.values())), "")
    if nothing:
        return Judgement(UNANSWERABLE, f"a schema allows no arguments: {nothing}", figures)
    fault = _fault(signatures, calls, bad)
    return (
        Judgement(DISPUTED, fault, figures) if fault else Judgement(VERIFIED, "every call fits its signature", figures)
    )


def _fault(signatures: Mapping[str, _Signature], calls: Sequence[Any], bad: Sequence[Any]) -> str:
    """The first call that is not as it should be; empty when all are."""
    for number, call in enumerate(calls, 1):
        try:
            _hold(signatures, call)
        except _CallError as error:
            return f"call {number}: {error}"
    for number, call in enumerate(bad, 1):
        try:
            _hold(signatures, call)
        except _CallError:
            continue
        return f"bad call {number} is valid"
    return ""


def _signature(tool: Any) -> _Signature:
    """A signature as {"name", "parameters"}, or wrapped as {"type": "function", "function": …}."""
    stated = tool.get("function", tool) if isinstance(tool, Mapping) else None
    if not isinstance(stated, Mapping):
        raise SchemaError("a tool is no object")
    name, schema = stated.get("name"), stated.get("parameters", stated.get("input_schema"))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SchemaError("a tool has no name of letters, digits, _ . or -")
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        raise SchemaError(f"the parameters of {name} are no schema of an object")
    try:
        return _Signature(name, schema, validator(schema))
    except SchemaError as error:
        raise SchemaError(f"the parameters of {name}: {error}", beyond=error.beyond) from error


def _hold(signatures: Mapping[str, _Signature], call: Any) -> None:
    """Raises _CallError unless the call fits the signature that it names."""
    from jsonschema_rs import ValidationError as InvalidCall

    stated = call.get("function", call) if isinstance(call, Mapping) else None
    if not isinstance(stated, Mapping):
        raise _CallError("it is no object")
    name = stated.get("name")
    if not isinstance(name, str) or name not in signatures:
        raise _CallError(f"there is no tool {str(name)[:60]!r}")
    arguments = _arguments(stated.get("arguments", {}))
    signature = signatures[name]
    try:
        signature.form.validate(arguments)
    except (InvalidCall, ValueError) as error:
        raise _CallError(short(error)) from error
    more = signature.schema.get("additionalProperties")
    named = signature.schema.get("properties", {})
    unnamed = next((each for each in arguments if each not in named), None)
    if unnamed is not None and not more and "patternProperties" not in signature.schema:
        raise _CallError(f"{name} has no argument {unnamed[:60]!r}")


def _arguments(stated: Any) -> dict[str, Any]:
    """The arguments of a call, also where they are JSON in a text."""
    if isinstance(stated, str):
        try:
            stated = json.loads(stated[:LONGEST])
        except (ValueError, RecursionError) as error:
            raise _CallError("its arguments are no JSON") from error
        beyond = beyond_limits(stated)
        if beyond:
            raise _CallError(f"its arguments are too large: {beyond}")
    if not isinstance(stated, Mapping):
        raise _CallError("its arguments are no object")
    arguments: dict[str, Any] = plain(stated)
    return arguments


def _is_list(stated: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(stated, Sequence) and not isinstance(stated, str)


CHECK = CheckKind(
    check_tool, "holds example calls to the signatures of tools", ("tools", "calls", "bad_calls"), executes=True
)
