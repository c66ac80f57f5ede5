"""The verb that reads again what is known of everybody."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import ConfigError, UsageError
from personagraph.types import Persona
from personagraph.workspace.jobs import carry_out
from personagraph.workspace.models import check_named
from personagraph.workspace.options import ModelOptions, strict_options
from personagraph.workspace.results import AnnotationResult, result_of
from personagraph.workspace.runs import running, unfinished_beside
from personagraph.workspace.spending.pace import found_line
from personagraph.workspace.verbs.annotation.asked import COMMAND, annotate_job
from personagraph.workspace.verbs.annotation.counts import grounds
from personagraph.workspace.verbs.annotation.labelled import placed, reported

if TYPE_CHECKING:
    from personagraph.annotation.arrivals import Arrivals
    from personagraph.annotation.labels import Labels
    from personagraph.workspace.results import LabelReport
    from personagraph.workspace.workspace import Workspace

TOLD = 100_000
"""Verdicts after which it is told how many were read."""


@strict_options
def annotate(
    workspace: "Workspace",
    *,
    labels: str | Path | None = None,
    per_call: int | None = None,
    **options: Unpack[ModelOptions],
) -> AnnotationResult:
    """Say what is known of everybody by now: by their words, by labels, or by a model that is named.

    Everybody's words are read again, and those of the descriptions merged into them; what replies stated is weighed
    anew, by how their model fared in all. A second time changes nothing. The ledger and the graph are walked once.

    With `labels`, a file that `personagraph.annotation.labels.read_labels` reads, these win over all else for whom they
    are about, nobody else is looked at, and the result says how annotators do on them; rows about nobody are its
    `faults`. Raises InputError for a file of labels that cannot be used.

    With a `model` (or `backend`), it is asked about up to `per_call` descriptions a call (10): first about some of whom
    it is known, by `labels` or else by what the graph has, then about those of whom an attribute is not known that it
    was found to annotate as well as the reader. An unfinished run with a model goes on.
    """
    unfinished = unfinished_beside(workspace, COMMAND)
    goes_on = unfinished is not None and unfinished.command == COMMAND and bool(unfinished.model)
    if unfinished and unfinished.command == COMMAND and labels is None and unfinished.settings.get("labels"):
        raise ConfigError(
            f"run {unfinished.id} is unfinished, and goes by a file of labels; give that file with --labels, or give"
            f" the run up with `personagraph runs abandon {unfinished.id}`"
        )
    if options.get("model") or options.get("backend") or goes_on:
        if labels is not None and not goes_on:
            _check_asked(workspace, labels, per_call, options)
            _label(workspace, labels, options)
        done = carry_out(workspace, lambda: annotate_job(workspace, labels=labels, per_call=per_call), options)
        report = None if labels is None else check_labels(workspace, labels)
        return AnnotationResult(done, grounds(workspace.snapshot()), {}, report)
    if per_call is not None:
        raise UsageError("--per-call is for a model, and none is named; give --model")
    if labels is None:
        return _reread(workspace, {"by": "words"}, None, options)
    return _label(workspace, labels, options)


def _check_asked(workspace: "Workspace", labels: str | Path, per_call: int | None, options: ModelOptions) -> None:
    """Raises ConfigError for what a model cannot be asked, before labels change anything."""
    annotate_job(workspace, labels=labels, per_call=per_call)
    if options.get("model"):
        check_named(str(options["model"]))


def _label(workspace: "Workspace", labels: str | Path, options: ModelOptions) -> AnnotationResult:
    from personagraph.annotation.labels import read_labels

    # The file is read before the lock is held, and before anything changes.
    file = placed(workspace, read_labels(Path(labels)))
    return _reread(workspace, {"by": "labels", "labels": file.sha256}, file, options)


def check_labels(workspace: "Workspace", labels: str | Path) -> "LabelReport":
    """How annotators do on a file of labels; nothing changes. Raises InputError for one that cannot be used."""
    from personagraph.annotation.labels import read_labels

    return reported(workspace, placed(workspace, read_labels(Path(labels))))


def _reread(
    workspace: "Workspace", given: Mapping[str, Any], file: "Labels | None", options: ModelOptions
) -> AnnotationResult:
    from personagraph.annotation.labels import best
    from personagraph.annotation.work import Rereading
    from personagraph.runs.session import Session

    stopping, note = options.get("stopping") or (lambda: False), options.get("note") or _silent
    told: dict[str, Any] = {"stopping": stopping, "progress": options.get("progress") or (lambda tick: None)}
    ledger, store = workspace.ledger, workspace.store
    report = None if file is None else reported(workspace, file)
    with running(workspace, COMMAND, given, given=given, note=note, stopping=stopping) as run:
        count, chunk, labelled = *everybody(workspace), dict[str, dict[str, str]]()
        if file is not None:
            labelled = {id: best(labels) for id, labels in file.first.items()}
            count, chunk = some_people(workspace, [*file.first])
        arrived = arrivals_of(workspace, note)
        session = Session(Rereading(count, chunk, arrived, labelled), run, ledger=ledger, store=store, **told)
        if session.found:
            note(found_line(run, session.found))
        session.carry_out()
    fared = {model: found.counts() for model, found in arrived.statements.items()}
    brought = result_of(ledger, run.id, report.faults if report else ())
    return AnnotationResult(brought, grounds(workspace.snapshot()), fared, report)


def arrivals_of(workspace: "Workspace", note: Callable[[str], None]) -> "Arrivals":
    """What came with everybody; `note` hears how far that is read where it takes long."""
    from personagraph.annotation.arrivals import arrivals

    def progress(verdicts: int) -> None:
        if verdicts % TOLD == 0:
            note(f"what came with {verdicts:,} descriptions is read")

    return arrivals(workspace.ledger, progress)


def everybody(workspace: "Workspace") -> tuple[int, Callable[[int, int], Sequence[Persona]]]:
    """How many personas there are, and what gives those from one place to another in the order of their entry."""
    graph, store = workspace.snapshot(), workspace.store
    return len(graph), lambda first, last: store.personas(graph.ids_of(range(first, last)))


def some_people(workspace: "Workspace", ids: Sequence[str]) -> tuple[int, Callable[[int, int], Sequence[Persona]]]:
    """The same for these personas."""
    import numpy as np

    graph, store = workspace.snapshot(), workspace.store
    places = np.sort(graph.positions(ids))
    return len(places), lambda first, last: store.personas(graph.ids_of(places[first:last]))


def _silent(text: str) -> None:
    """Say nothing."""
