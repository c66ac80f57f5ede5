"""The verbs over dead letters: list them, look at one, export them, ask them again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.types import Step
from personagraph.workspace.jobs import Job, carry_out
from personagraph.workspace.options import ModelOptions, strict_options
from personagraph.workspace.results import SynthesisResult
from personagraph.workspace.run_settings import ASKING
from personagraph.workspace.setting_faults import fault_of
from personagraph.workspace.spending.ahead import MARK, SHOWN, Ahead, ways_of
from personagraph.workspace.verbs.annotation.asked import annotation_dialogue, annotation_of
from personagraph.workspace.verbs.expand import every_dialogue, expansion_of
from personagraph.workspace.verbs.extract import extraction_dialogue, extraction_of
from personagraph.workspace.verbs.linking.settled import linking_dialogue
from personagraph.workspace.verbs.linking.works import linking_of
from personagraph.workspace.verbs.synthesis.samples import Destination, with_samples
from personagraph.workspace.verbs.synthesis.settled import synthesis_dialogue, synthesis_of

if TYPE_CHECKING:
    from personagraph.ledger.steps import DeadLetter
    from personagraph.prompts.dialogue import Dialogue
    from personagraph.runs.dead_letters import DeadLetterReport
    from personagraph.runs.work import Work
    from personagraph.workspace.workspace import Workspace

COMMAND = "dead-letters retry"


def dead_letters(workspace: "Workspace", *, run: str | None = None, limit: int = 100) -> "list[DeadLetter]":
    """Replies that stayed unusable after one more try and were not retried since, newest first."""
    if run:
        workspace.ledger.runs.get(run)
    return workspace.ledger.steps.dead_letters(run=run, limit=limit)


def dead_letter(workspace: "Workspace", letter: str) -> "DeadLetterReport":
    """All of a dead letter, named as run.step: what was asked, what came back, and why it could not be used.

    Raises ConfigError when there is none of that name.
    """
    from personagraph.runs.dead_letters import named, tell

    return tell(workspace.ledger, named(workspace.ledger, letter), partial(dialogue_of, workspace.ledger.secret))


def export_dead_letters(workspace: "Workspace", output: str | Path, *, run: str | None = None) -> int:
    """Write all of each dead letter, newest first, as JSONL; how many. Raises ConfigError for a bad file."""
    from personagraph.runs.dead_letters import export

    if run:
        workspace.ledger.runs.get(run)
    return export(workspace.ledger, Path(output), partial(dialogue_of, workspace.ledger.secret), run=run)


@strict_options
def retry(
    workspace: "Workspace",
    letters: Sequence[str] = (),
    *,
    run: str | None = None,
    output: str | Path | None = None,
    **options: Unpack[ModelOptions],
) -> SynthesisResult:
    """Ask dead letters again, by their names (run.step), of one run, or all: each is a step of a new run.

    They are asked afresh, with the prompts that they were asked with, by default of the same model. What becomes of
    the replies is what the letters' own command makes of them; samples are written to `output`, or below `samples/`
    in the workspace. Raises ConfigError when there is none to ask, or when they are of several commands.
    """
    place = Destination.of(output)
    if output:
        place.check(workspace)

    def asked() -> Job:
        made = retry_job(workspace, letters, run=run)
        if output and made.defaults["command"] != "synthesize":
            raise UsageError(f"--output is for samples; these dead letters are of {made.defaults['command']}")
        if made.defaults["command"] == "synthesize":
            place.check(workspace)
        return made

    return with_samples(workspace, carry_out(workspace, asked, options), place)


def retry_job(workspace: "Workspace", letters: Sequence[str] = (), *, run: str | None = None) -> Job:
    """The job of an unfinished retry, or of a new one with the settings of the newest of the letters' runs."""
    from personagraph.runs.dead_letters import named

    ledger = workspace.ledger
    asked = {ledger.runs.get(id).work for id in (*(named(ledger, key).run for key in letters), *([run] if run else ()))}
    unfinished = ledger.runs.unfinished(lambda r: r.command == COMMAND and (not asked or r.work in asked))
    given = {"letters": list(dict.fromkeys(letters)) or None, "of_run": run}
    work, ahead = partial(_retried, workspace), partial(_ahead, workspace)
    if unfinished:
        return Job(COMMAND, given, unfinished.settings, work, ahead)
    waiting = _waiting(workspace, given)
    origins = {id: ledger.runs.get(id) for id in dict.fromkeys(key.rpartition(".")[0] for key in waiting)}
    kinds = {id: _kind(origin) for id, origin in origins.items()}
    if len(set(kinds.values())) > 1:
        told = ", ".join(f"{id} ({' '.join(kind)} prompts)" for id, kind in kinds.items())
        raise ConfigError(f"the dead letters are of different kinds: {told}; retry those of one, with --run")
    for one in origins.values():
        if one.work == "annotate" and one.settings.get("labels"):
            raise ConfigError(
                f"run {one.id} tried its model on a file of labels, which a retry does not have; `personagraph annotate"
                " --labels FILE --fresh` asks that model (--model) again about all of whom nothing is known"
            )
    [*_, origin] = origins.values()
    name, fault = fault_of(origin.settings, origin.work)
    if name:
        raise ConfigError(
            f"the dead letters of run {origin.id} cannot be asked again: this version does not know what to make of"
            f" its {name} ({fault}); use the version that asked them"
        )
    settings = {
        "language": "",
        "dealt": False,
        **origin.settings,
        "command": origin.work,
        "letters": None,
        "of_run": None,
        "fresh": True,
    }
    for name in (*ASKING, "room", "batch"):
        settings.pop(name, None)  # of requests, what holds now: another cap may be why they are asked again
    prompts = workspace.settings.prompts
    if prompts not in (None, settings["prompts"]):
        raise ConfigError(
            f"these dead letters were asked with {settings['prompts']} prompts, and are asked again with them; "
            f"leave --prompts {prompts} out"
        )
    return Job(COMMAND, given, settings, work, ahead, model=settings.pop("model"))


def dialogue_of(secret: bytes, run: Run) -> "Dialogue":
    """How the steps of a run were put to its model, as this version would do it."""
    ways: Mapping[str, Callable[[Run, bytes], Dialogue]] = {
        "expand": every_dialogue,
        "extract": extraction_dialogue,
        "link": linking_dialogue,
        "synthesize": synthesis_dialogue,
        "annotate": annotation_dialogue,
    }
    return ways[run.work](run, secret)


def _waiting(workspace: "Workspace", wanted: Mapping[str, Any], *, before: str | None = None) -> list[str]:
    """The letters that are to be asked, oldest first; those of the run `before` are not. Raises ConfigError."""
    from personagraph.runs.dead_letters import named

    ledger, run, letters = workspace.ledger, wanted["of_run"], wanted["letters"]
    if run:
        ledger.runs.get(run)
    found = [letter.key for letter in ledger.steps.dead_letters(run=run, limit=None) if letter.run != before]
    if before is None:
        for key in letters or ():
            if key not in found and (again := ledger.steps.retried_as(named(ledger, key).key)):
                raise ConfigError(f"the dead letter {key} was asked again, as {again}")
            if key not in found:
                raise UsageError(f"the dead letter {key} is not of run {run}")
        if not found:
            raise ConfigError(f"there are no dead letters{f' of run {run}' if run else ''} to retry")
    return [key for key in reversed(found) if letters is None or key in letters]


def _ahead(workspace: "Workspace", run: Run) -> Ahead:
    """The letters that a retry is still to ask."""
    dialogue, ledger = dialogue_of(MARK, run), workspace.ledger
    planned = [planned.step for planned in ledger.steps.planned(run.id)]
    asked = {step.retries for step in planned}
    waiting = [key for key in _waiting(workspace, run.settings, before=run.id) if key not in asked]
    origins = (key.rpartition(".") for key in waiting[:SHOWN])
    left = [step for step in planned if step.n >= run.decided]
    steps = [*left, *(ledger.steps.step(origin, int(n)).step for origin, _, n in origins)]
    total, fields = len(left) + len(waiting), [step.fields for step in steps[:SHOWN]]
    [first, *beside] = ways_of(dialogue, fields)
    return Ahead(first.dialogue, lambda brings: total, first.fields, f"{total} dead letters", tuple(beside))


def _retried(workspace: "Workspace", run: Run, backend: ChatBackend) -> "Work":
    """The letters that this run has planned, then those that wait; decided by the work that they came from."""
    from personagraph.runs.retrying import Retrying

    works: Mapping[str, Callable[[Run, ChatBackend], Work]] = {
        "expand": partial(expansion_of, workspace),
        "extract": partial(extraction_of, workspace, ()),
        "link": partial(linking_of, workspace),
        "synthesize": partial(synthesis_of, workspace, ()),
        "annotate": partial(annotation_of, workspace, None),
    }
    ledger = workspace.ledger
    asked = [planned.step.retries for planned in ledger.steps.planned(run.id)]
    waiting = [key for key in _waiting(workspace, run.settings, before=run.id) if key not in set(asked)]

    def step_of(letter: str) -> Step:
        origin, _, n = letter.rpartition(".")
        return ledger.steps.step(origin, int(n)).step

    return Retrying(works[run.work](run, backend), [*asked, *waiting], step_of)


def _kind(run: Run) -> tuple[str, ...]:
    """What the letters of one retry have in common: command, task, size of prompts, whether the run links, too."""
    links = "linking" if run.settings.get("link") else ""
    return tuple(part for part in (run.work, run.settings.get("task"), links, run.settings["prompts"]) if part)
