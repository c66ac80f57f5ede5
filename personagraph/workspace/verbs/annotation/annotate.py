"""The verb that reads again what is known of everybody."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.types import Attributes, Persona
from personagraph.workspace.options import ModelOptions, strict_options
from personagraph.workspace.results import AnnotationResult, result_of
from personagraph.workspace.runs import running
from personagraph.workspace.spending.pace import found_line
from personagraph.workspace.verbs.annotation.counts import grounds
from personagraph.workspace.verbs.annotation.labelled import placed, reported

if TYPE_CHECKING:
    from personagraph.annotation.arrivals import Arrivals
    from personagraph.annotation.labels import Labels
    from personagraph.workspace.results import LabelReport
    from personagraph.workspace.workspace import Workspace

COMMAND = "annotate"
TOLD = 100_000
"""Verdicts after which it is told how many were read."""


@strict_options
def annotate(
    workspace: "Workspace", *, labels: str | Path | None = None, **options: Unpack[ModelOptions]
) -> AnnotationResult:
    """Read everybody's words again, and those of the descriptions merged into them; say what is known by now.

    What replies stated is weighed anew, by how their model fared in all. A second time changes nothing. The ledger and
    the graph are walked once. With `labels`, a file that `personagraph.annotation.labels.read_labels` reads, these win
    over all else for whom they are about, nobody else is looked at, and the result says how annotators do on them;
    rows about nobody are its `faults`. Raises InputError for a file of labels that cannot be used.
    """
    if labels is None:
        return _reread(workspace, {"by": "words"}, None, options)
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
        count, chunk, labelled = *everybody(workspace), dict[str, Attributes]()
        if file is not None:
            labelled = {id: Attributes(**best(labels)) for id, labels in file.first.items()}
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
