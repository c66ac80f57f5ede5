"""What commands print: one JSON object, or lines for people. Text from models loses what a terminal would obey."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from personagraph.text.plain import obeyed, visible
from personagraph.types import Persona, Relationship
from personagraph.vocabulary.linked import BOTH, DENIED
from personagraph.vocabulary.relationships import phrase

if TYPE_CHECKING:
    from personagraph.doctor import Finding
    from personagraph.ledger.calls import CallTotals


LONGEST_NOTE = 2_000
"""Characters of a line beside the result: what it quotes can be of any length."""


LONGEST_FIELD = 300
"""Characters of what a row said besides the description, when it is shown to people."""


_AGREEMENT = {BOTH: "both ends say so", DENIED: "one end denies it"}


class UnwrittenError(Exception):
    """The result could not be written to stdout; the cause says why."""


def say(lines: Iterable[str]) -> None:
    """Lines for people, on stdout. Raises UnwrittenError."""
    for line in lines:
        _print(visible(line))


def say_json(data: Mapping[str, Any]) -> None:
    """One object on stdout; what a terminal could obey, or the encoding does not have, is escaped.

    Raises UnwrittenError.
    """
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(data, ensure_ascii=not is_utf8)
    _print(text.translate({ord(c): json.dumps(c)[1:-1] for c in obeyed(text)}))


def _print(text: str) -> None:
    try:
        print(text)
    except OSError as error:
        raise UnwrittenError from error


def note(line: str, event: str = "note", **fields: Any) -> None:
    """A line beside the result, on stderr, cut where it is long; an object with the fields where a log is wanted."""
    # With its terminal gone a process has nobody to tell, which is no reason to fail.
    with contextlib.suppress(OSError):
        if wants_log():
            sys.stderr.write(log_line(event, text=line, **fields))
        else:
            sys.stderr.write(f"{visible(line if len(line) <= LONGEST_NOTE else line[:LONGEST_NOTE] + '…')}\n")
        sys.stderr.flush()


def asker() -> Callable[[str], bool] | None:
    """What asks the person at the terminal a question, and says whether the answer is yes; None where there is none."""
    return _agrees if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)) else None


def agreed(question: str) -> bool:
    """Whether a person at the terminal says yes; where there is none, nobody is asked, and nobody agrees."""
    ask = asker()
    return ask is not None and ask(question)


def _agrees(question: str) -> bool:
    note(f"{question} [y/N]")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def log_line(event: str, **fields: Any) -> str:
    """One JSON object in ASCII, with the time in UTC and the event, and a line end."""
    return json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields}) + "\n"


def wants_log() -> bool:
    """Whether this process was started with --log-json: asked of its arguments, so that errors in these count too."""
    return "--log-json" in sys.argv[1:]


def indented(text: str) -> list[str]:
    """The lines of a text, all but the first set in, so that none passes for something else than its continuation."""
    return text.replace("\n", "\n    ").split("\n")


def note_faults(faults: Sequence[tuple[str, int, str]], *, most: int = 20, count: int | None = None) -> None:
    """The files and rows that cannot be used, on stderr: the first ones, and how many more there are of the `count`."""
    for file, line, fault in faults[:most]:
        note(f"{file}, line {line}: {fault}" if line else f"{file}: {fault}")
    if (count or len(faults)) > most:
        note(f"… and {(count or len(faults)) - most} more that cannot be used")


def stats_lines(data: Mapping[str, Any]) -> list[str]:
    """The counts of `stats`, a line each, and one for each depth and type."""
    lines = []
    for name, value in data.items():
        if not isinstance(value, Mapping):
            lines.append(f"{name:<14}{value}")
        else:
            lines += [f"{name}"] * bool(value) + [f"  {key:<14}{count}" for key, count in value.items()]
    return lines


def finding_lines(findings: "Iterable[Finding]", *, wrong: str = "WRONG") -> list[str]:
    """Each finding in a line: whether it is ok, and under it what to do."""
    lines = []
    for finding in findings:
        lines.append(f"{'ok' if finding.ok else wrong:<{len(wrong)}} {finding.name}: {finding.detail}")
        lines += [f"{'':{len(wrong)}} → {finding.remedy}"] * bool(finding.remedy)
    return lines


def call_line(call: Mapping[str, Any]) -> str:
    """A call in one line."""
    reply = " ".join((call["reply"] or call["error"] or "").split())
    return f"{call['key'][:12]}  {call['run']} step {call['step']}  {call['prompt']}  {call['outcome']}  {reply[:100]}"


def total_line(total: "CallTotals") -> str:
    """What the calls of a run, model and prompt add up to."""
    tokens = f"{total.prompt_tokens} tokens in, {total.completion_tokens} out"
    cost = f"{max(0.0, total.cost - total.perhaps_billed):.4f}"
    cost += f" and perhaps {total.perhaps_billed:.4f}" if total.perhaps_billed else ""
    return (
        f"{total.run}  {total.model}  {total.prompt}: {total.calls} calls, {total.attempts} attempts "
        f"({total.failed} failed, {total.uncertain} uncertain), {tokens}, {cost} USD, "
        f"{total.seconds:.0f} s"
    )


def persona_line(persona: Persona) -> str:
    """A persona in one line."""
    depth = "-" if persona.depth is None else persona.depth
    return f"{persona.id[:12]}  depth {depth}  {persona.description}"


def tell(ego: Persona, tie: Relationship) -> str:
    """How a relationship is told from this persona."""
    told = phrase(tie.type, forward=tie.source == ego.id, label=tie.label)
    return f"formerly {told}" if tie.former else told


def mark(tie: Relationship) -> str:
    """How a run found a relationship between two who were there, and what both ends say of it.

    In brackets, with a space in front; empty for any other.
    """
    found = (f"linked: {tie.via}" if tie.via else "", _AGREEMENT.get(tie.agreement, ""))
    return f" [{'; '.join(filter(None, found))}]" if any(found) else ""


def persona_json(persona: Persona) -> dict[str, Any]:
    """A persona as JSON: its attributes are only those that are known."""
    return {
        "id": persona.id,
        "description": persona.description,
        "depth": persona.depth,
        "origin": persona.origin,
        "nature": persona.nature,
        "run": persona.run,
        "simulated": persona.simulated,
        "attributes": persona.attributes.known(),
        "bases": persona.bases.known(),
        "fields": persona_fields(persona),
    }


def persona_fields(persona: Persona) -> dict[str, Any]:
    """What else the row said that the persona was imported from, by name; what is no object has no name."""
    try:
        found = json.loads(persona.fields) if persona.fields else {}
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"": persona.fields}


def field_lines(persona: Persona) -> list[str]:
    """The same, a line each, cut where it is long."""
    lines = []
    for name, value in persona_fields(persona).items():
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        cut = f"{said[:LONGEST_FIELD]}… ({len(said):,} characters)" if len(said) > LONGEST_FIELD else said
        lines.append(f"  field {name}: {cut}")
    return lines
