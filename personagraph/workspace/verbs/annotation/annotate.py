"""The verb that reads again what is known of everybody."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.types import Attributes, Persona
from personagraph.workspace.options import ModelOptions, strict_options
from personagraph.workspace.results import AnnotationResult, result_of
from personagraph.workspace.runs import running
from personagraph.workspace.spending.pace import found_line
from personagraph.workspace.verbs.annotation.counts import grounds

if TYPE_CHECKING:
    from personagraph.annotation.arrivals import Arrivals
    from personagraph.workspace.workspace import Workspace

COMMAND = "annotate"
TOLD = 100_000
"""Verdicts after which it is told how many were read."""


@strict_options
def annotate(workspace: "Workspace", **options: Unpack[ModelOptions]) -> AnnotationResult:
    """Read everybody's words again, and those of the descriptions merged into them; say what is known by now.

    What replies stated is weighed anew, by how their model fared in all. A second time changes nothing. The ledger and
    the graph are walked once.
    """
    return _reread(workspace, {}, options)


def _reread(workspace: "Workspace", labels: Mapping[str, Attributes], options: ModelOptions) -> AnnotationResult:
    from personagraph.annotation.work import Rereading
    from personagraph.runs.session import Session

    stopping, note = options.get("stopping") or (lambda: False), options.get("note") or _silent
    told: dict[str, Any] = {"stopping": stopping, "progress": options.get("progress") or (lambda tick: None)}
    given = {"by": "words"}
    ledger, store = workspace.ledger, workspace.store
    with running(workspace, COMMAND, given, given=given, note=note, stopping=stopping) as run:
        arrived = arrivals_of(workspace, note)
        count, chunk = everybody(workspace)
        session = Session(Rereading(count, chunk, arrived, labels), run, ledger=ledger, store=store, **told)
        if session.found:
            note(found_line(run, session.found))
        session.carry_out()
    fared = {model: found.counts() for model, found in arrived.statements.items()}
    return AnnotationResult(result_of(ledger, run.id), grounds(workspace.snapshot()), fared)


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


def _silent(text: str) -> None:
    """Say nothing."""
