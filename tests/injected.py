"""A workspace that every attempt of the corpus got into by the way that it comes in, and commands on it."""

import io
import json
from collections import defaultdict
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from typer.main import get_command

from personagraph.cli import THEMES
from personagraph.cli.terminal.exit_codes import exit_code
from personagraph.llm.scripted import ScriptedBackend
from personagraph.prompts import load
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace
from tests.injections import ATTEMPTS, Attempt, around, of, tag, tagged
from tests.stored import fill, persona, tie

ALTER = load("expand-large", before=True).examples[0][1]["alters"][0]
SHORT = load("expand-small").examples[0][1]
PORTRAIT = load("extract-large", before=True).examples[0][1]["personas"][0]


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@cache
def root() -> Any:
    """All commands, read once."""
    for theme in THEMES:
        import_module(f"personagraph.cli.{theme}")
    from personagraph.cli.app import app

    return get_command(app)


def command(folder: Path, *words: str) -> Said:
    """Run a command in this process; a traceback is an error here as well."""
    name, *rest = words
    group = [name, rest.pop(0)] if name in ("runs", "merges", "dead-letters", "config") else [name]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = exit_code(lambda: root().main([*group, "--workspace", str(folder), *rest], standalone_mode=False))
    return Said(code, out.getvalue(), err.getvalue())


def fits(attempt: Attempt) -> bool:
    """Whether a row can hold it."""
    return (
        "row" in attempt.comes_in and len(" ".join(attempt.text.split())) < 1_900 and attempt.name != "half-characters"
    )


def file_name(attempt: Attempt) -> str:
    """The attempt as the name of a file, which can hold no slash, and is hidden when it begins with a dot."""
    return f"{attempt.text.replace('/', '∕')[:60].lstrip('.')}.txt"


def import_rows(workspace: Workspace, folder: Path) -> Any:
    """A row for each attempt, among honest ones; then each of them once more, with a full stop, to be merged.

    What no row can hold gets an honest one, so that there is somebody to ask about it.
    """
    calm = [{"persona": f"A {tag('key', a)} herder of {ATTEMPTS.index(a)} calm yaks"} for a in ATTEMPTS if not fits(a)]
    rows = [around("row", attempt) for attempt in of("row")]
    ids = {a.name: a.text for a in of("name")}
    for n, stop in enumerate(("", ".")):
        file = folder / f"rows{n}.jsonl"
        lines = [{"persona": text + stop, "id": ids.get(a.name)} for a, text in zip(of("row"), rows, strict=True)]
        file.write_text("".join(json.dumps(line) + "\n" for line in [*lines, *calm]))
        done = workspace.import_personas(file)
    return done


def extract_sources(workspace: Workspace, folder: Path) -> None:
    """A text for each attempt, in files whose names try something where they can; the model repeats the words."""
    for n, attempt in enumerate(of("name")):
        (folder / file_name(attempt)).write_text(f"A letter about goats and {tag('name', attempt)} of page {n}.")
    lines = ({"text": around("source", a), "id": a.text[:200]} for a in of("source"))
    lines = [*lines, *({"text": f"A letter about goats and {tag('reply', a)} alone."} for a in of("reply"))]
    (folder / "texts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    def answer(request: ChatRequest) -> dict[str, Any] | str:
        attempt = tagged(request.fields["passage"])
        if tag("reply", attempt) in request.fields["passage"]:
            return attempt.text.replace("@@", json.dumps({"personas": [PORTRAIT]}))
        place = "name" if tag("name", attempt) in request.fields["passage"] else "source"
        words = f"A {tag('large', attempt)} {place}ist of {ATTEMPTS.index(attempt)} goats {attempt.text[:300]}"
        honest = f"A {tag(place, attempt)} herder who owns {ATTEMPTS.index(attempt)} goats and sings"
        return {"personas": [{**PORTRAIT, "description": text[:399]} for text in (honest, words)]}

    workspace.extract([folder], backend=backend(answer, small=False))


def expand(workspace: Workspace) -> None:
    """Every attempt as a description, as the words of a tie, and in the fields of a small model."""

    def large(request: ChatRequest) -> dict[str, Any]:
        attempt = tagged(request.fields["ego"])
        n = ATTEMPTS.index(attempt)
        honest = f"A {tag('label', attempt)} sailor of {n} boats who repairs old radios at night"
        told = {"relation": "other", "label": attempt.text if "label" in attempt.comes_in else "x"}
        words = around("large", attempt) if "large" in attempt.comes_in else honest
        return {"alters": [{**ALTER, "description": words}, {**ALTER, **told, "description": honest}]}

    turns: dict[str, Attempt] = defaultdict(iter(of("small")).__next__)

    def small(request: ChatRequest) -> dict[str, Any]:
        attempt = turns[request.fields["ego"]]
        return {**SHORT, "detail": f"keeps a {tag('small', attempt)} and {attempt.text} at home on warm evenings"}

    many = len(list(workspace.store.scan_personas()))
    workspace.expand(backend=backend(large, small=False), hops=1, max_calls=many)
    workspace.expand(backend=backend(small, small=True), hops=2, max_calls=len(of("small")))


def synthesise(workspace: Workspace) -> None:
    """Every attempt as the request and as the answer of a sample."""

    def answer(request: ChatRequest) -> dict[str, Any]:
        if request.prompt.startswith("criticise"):
            return {"reason": request.fields["solution"], "verdict": "sound"}
        attempt = tagged(request.fields["persona"])
        text = attempt.text[:3_000]
        return {
            "request": f"How do I count {ATTEMPTS.index(attempt)} goats {text} before the snow comes?",
            "answer": f"{text} Count them at the gate, {tag('sample', attempt)}, twice a day.",
        }

    everyone = sum(1 for _ in workspace.store.scan_personas())
    workspace.synthesize("instruction", n=everyone, context="persona", backend=backend(answer, small=False))


def backend(answer: Any, *, small: bool) -> ScriptedBackend:
    def encoded(request: ChatRequest) -> ChatReply:
        said = answer(request)
        return ChatReply(said if isinstance(said, str) else json.dumps(said))

    made = ScriptedBackend(encoded)
    made.small = small
    return made


def write_raw(workspace: Workspace) -> None:
    """Every attempt as it is, as another program or an older version may have written it, tied to an honest one."""
    honest = persona("A patient rawzz weaver", 9_999)
    raw = [a for a in of("row") if a.name != "half-characters"]
    rows = [replace(persona(around("raw", a), 10_000 + n), run="older") for n, a in enumerate(raw)]
    ties = [tie(p, honest, "RELATED_TO", label=tagged(p.description).text[:200]) for p in rows]
    fill(workspace.store, honest, *rows, *ties, run="older")
