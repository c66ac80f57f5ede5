"""Recordings: the replies that a ledger holds, each with what it answered, as a small file to keep beside tests."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from personagraph.errors import ConfigError, InputError
from personagraph.ledger import Ledger, Run
from personagraph.llm.openai.logprobs import LOWEST
from personagraph.storage.atomic_files import replacing
from personagraph.storage.database import is_database
from personagraph.text.files import opened
from personagraph.text.rows import lines
from personagraph.types import ChatReply, digest

VERSION = 1
LONGEST = 100_000_000
"""Bytes of a line: a reply of any length, as the ledger holds it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call: the step that asked it (`run.step`), its key, its prompt with the version, and a hash of what was asked.

    `about` is the beginning of what was asked, for people. `reply` is what a model said, without the time and the
    money that it took; None when the server would not take the request, and `refusal` then says why.
    """

    step: str
    key: str
    prompt: str
    asked: str
    about: str
    reply: ChatReply | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """The calls of one model in order of run and step, and what kind of model it is, as in `ChatBackend`."""

    model: str
    small: bool
    simulated: bool
    calls: tuple[Recorded, ...]


def asked(fields: Mapping[str, Any]) -> str:
    """A hash of the fields that a step was asked with."""
    return digest(json.dumps(fields, sort_keys=True))[:16]


def about(fields: Mapping[str, Any]) -> str:
    """The beginning of the first text among the fields, on one line."""
    text = next((value for value in fields.values() if isinstance(value, str)), "")
    return " ".join(text.split())[:60]


def read(path: Path) -> list[Recording]:
    """What was recorded, a model each, from a recording or from a ledger. Raises ConfigError, InputError."""
    if not path.is_file():
        raise ConfigError(f"{path} is no ledger and no recording: name a ledger.sqlite3, or what `record` wrote")
    path = path.resolve()  # it is no file of the workspace that is open, and may be named by a link
    if not path.stat().st_size or not is_database(path):
        with opened(path) as file:
            return _read_lines(file, path)
    ledger = Ledger(path)
    try:
        return of_ledger(ledger)
    finally:
        ledger.close()


def of_ledger(ledger: Ledger) -> list[Recording]:
    """What the ledger holds, a model each, in order of name."""
    replies = ledger.calls.replies()
    calls: dict[str, list[Recorded]] = {}
    for call in ledger.steps.answered():
        reply = None if call.refusal else replies[call.key]
        kept = reply and ChatReply(
            reply.text, reply.finish, reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens, tops=reply.tops
        )
        step, fields = f"{call.run}.{call.step}", call.fields
        entry = Recorded(step, call.key, call.prompt, asked(fields), about(fields), kept, call.refusal)
        calls.setdefault(call.model, []).append(entry)
    runs = ledger.runs.all()
    return [_recording(model, [run for run in runs if run.model == model], calls[model]) for model in sorted(calls)]


def write(recordings: Iterable[Recording], path: Path) -> None:
    """Write recordings as JSONL, a line for each model and a line for each call; the same ledger gives the same bytes.

    Raises ConfigError when the file cannot be written.
    """
    with replacing([path]) as [file]:
        for recording in recordings:
            head = {"recording": VERSION, "model": recording.model}
            _line(file, {**head, "small": recording.small, "simulated": recording.simulated})
            for call in recording.calls:
                _line(file, _told(call))


def _recording(model: str, runs: list[Run], calls: list[Recorded]) -> Recording:
    small = all(run.settings.get("prompts") != "large" for run in runs)
    return Recording(model, small, any(run.simulated for run in runs), tuple(calls))


def _line(file: BinaryIO, data: Mapping[str, Any]) -> None:
    file.write((json.dumps(data, ensure_ascii=False) + "\n").encode())


def _told(call: Recorded) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(call, name) for name in ("step", "key", "prompt", "asked", "about")}
    if call.reply is None:
        return {**told, "refusal": call.refusal}
    if call.reply.finish != "stop":
        told["finish"] = call.reply.finish
    tokens = [call.reply.prompt_tokens, call.reply.completion_tokens, call.reply.cached_tokens]
    told |= {"tops": dict(call.reply.tops)} if call.reply.tops else {}
    return {**told, "tokens": tokens, "reply": call.reply.text}


def _read_lines(file: BinaryIO, path: Path) -> list[Recording]:
    heads: list[Recording] = []
    calls: list[list[Recorded]] = []
    for number, text, fault, _ in lines(file, longest=LONGEST):
        try:
            data = json.loads(text) if not fault else {}
            if "recording" in data:
                heads.append(_head(data, path, number))
                calls.append([])
            else:
                calls[-1].append(_call(data))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            because = f" ({fault})" if fault else ""
            raise InputError(f"is no line of a recording{because}; record it anew", path, number) from error
    if not heads:
        raise InputError("is empty, and no recording", path)
    return [Recording(h.model, h.small, h.simulated, tuple(c)) for h, c in zip(heads, calls, strict=True)]


def _head(data: Mapping[str, Any], path: Path, number: int) -> Recording:
    if data["recording"] != VERSION:
        made = f"is of version {data['recording']}, and this personagraph reads version {VERSION}"
        raise InputError(f"{made}; record it anew", path, number)
    return Recording(str(data["model"]), bool(data["small"]), bool(data["simulated"]), ())


def _call(data: Mapping[str, Any]) -> Recorded:
    step, key, prompt, asked, about = (str(data[name]) for name in ("step", "key", "prompt", "asked", "about"))
    if "refusal" in data:
        return Recorded(step, key, prompt, asked, about, None, str(data["refusal"]))
    prompt_tokens, completion_tokens, cached_tokens = map(int, data["tokens"])
    finish = str(data.get("finish", "stop"))
    tops = dict(data.get("tops", {}))
    if not all(LOWEST <= value <= 0 for value in tops.values()):
        raise ValueError("a logarithm of a probability that is none")
    told = {token: float(value) for token, value in tops.items()}
    reply = ChatReply(str(data["reply"]), finish, prompt_tokens, completion_tokens, cached_tokens, tops=told)
    return Recorded(step, key, prompt, asked, about, reply)
