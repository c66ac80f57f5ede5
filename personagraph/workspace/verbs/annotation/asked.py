"""How a model is asked what is known of everybody: the job of an annotation, the trial before it, what is ahead."""

from collections.abc import Container, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Run
from personagraph.llm.backend import ChatBackend
from personagraph.types import Persona
from personagraph.workspace.jobs import Job
from personagraph.workspace.options import check_positive
from personagraph.workspace.run_settings import AnnotateSettings, settings_of
from personagraph.workspace.spending.ahead import MARK, Ahead, anybody
from personagraph.workspace.verbs.annotation.labelled import placed, said_by_reader

if TYPE_CHECKING:
    from personagraph.annotation.dialogues import ManyDescriptions, OneJob
    from personagraph.annotation.labels import Labels
    from personagraph.annotation.trial import Trial
    from personagraph.graph.snapshot import Snapshot
    from personagraph.runs.work import Work
    from personagraph.workspace.workspace import Workspace

COMMAND = "annotate"
PAGE = 10_000
BELIEVED = frozenset(("label", "words", "agreed"))
"""The grounds of what a model is tried on, where no labels are given."""


def annotate_job(workspace: "Workspace", *, labels: str | Path | None = None, per_call: int | None = None) -> Job:
    """What `annotate` asks of a model. Raises ConfigError for a bad option, and when there is nobody."""
    from personagraph.annotation.dialogues import MOST
    from personagraph.annotation.labels import read_labels

    check_positive(per_call=per_call)
    if per_call is not None and per_call > MOST:
        raise UsageError(f"--per-call is {per_call}; a call shows at most {MOST} descriptions")
    if workspace.store.is_empty():
        raise ConfigError("there is nobody to annotate; `personagraph extract` or `personagraph import` comes first")
    file = None if labels is None else placed(workspace, read_labels(Path(labels)))
    given = {"by": "model", "per_call": per_call, "labels": file.sha256 if file else None}
    work, ahead = partial(annotation_of, workspace, file), partial(_ahead, workspace)
    batched = "the model is tried first: the trial is a batch of its own"
    return Job(COMMAND, given, AnnotateSettings.defaults(), work, ahead, batched=batched)


def annotation_of(workspace: "Workspace", labels: "Labels | None", run: Run, backend: ChatBackend) -> "Work":
    """The work of annotating with a model, by the settings of the run."""
    from personagraph.annotation.arrivals import arrivals
    from personagraph.annotation.asking import Annotation

    settings, dialogue, ledger = (
        settings_of(run, AnnotateSettings),
        annotation_dialogue(run, workspace.ledger.secret),
        workspace.ledger,
    )
    graph, applied = workspace.snapshot(), workspace.store.applied(run.id)
    trial, tried = _trial_of(workspace, labels, graph), set[str]()
    for before in ledger.runs.all():
        same = (before.model, before.settings.get("labels")) == (run.model, run.settings.get("labels"))
        if before.work == COMMAND and same:
            last = applied if before.id == run.id else before.decided
            for claims, times in ledger.steps.claims(before.id, last=last):
                trial.add(claims, times)
            if before.id != run.id:
                tried |= ledger.outcomes.tried(before.id, last=last)
    return Annotation(
        dialogue,
        trial,
        arrivals(ledger),
        tried=_untried(workspace, trial, run, tried),
        everybody=_ids(graph),
        personas=workspace.store.personas,
        most=min(settings.per_call, dialogue.most),
        applied=applied,
        tell=workspace.note,
    )


def annotation_dialogue(run: Run, secret: bytes) -> "ManyDescriptions | OneJob":
    """How the descriptions of a run are asked about."""
    from personagraph.annotation.dialogues import DIALOGUES

    settings = settings_of(run, AnnotateSettings)
    dialogue = DIALOGUES[settings.prompts](run.model, secret, seed=settings.seed)
    dialogue.asking = settings.asking
    return dialogue


def _trial_of(workspace: "Workspace", labels: "Labels | None", graph: "Snapshot") -> "Trial":
    """On whom the model is tried: on the labels of a file, else on labels and words of the graph."""
    from personagraph.annotation.trial import Trial

    if labels is None:
        people = workspace.store.personas(_known_people(graph))
        truths = {
            p.id: {name: (p.attributes[name],) for name, basis in p.bases.known().items() if basis in BELIEVED}
            for p in people
        }
        return Trial(truths, {})
    said = {id: {name: one.values for name, one in of.items()} for id, of in labels.first.items()}
    return Trial(said, said_by_reader(workspace, labels))


def _known_people(graph: "Snapshot") -> list[str]:
    """For each attribute some of those of whom it is labelled or read, as if drawn by lot: by their ids."""
    import numpy as np

    from personagraph.annotation.trial import TRIED
    from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of

    told = [bases_of(text).known() for text in graph.bases.names]
    wanted = np.zeros(len(graph), np.bool_)
    for name in ATTRIBUTES:
        codes = [code for code, bases in enumerate(told) if bases.get(name) in BELIEVED]
        drawn = np.isin(graph.bases.codes[graph.by_id], codes)
        wanted[graph.by_id[np.flatnonzero(drawn)[:TRIED]]] = True
    return graph.ids_of(np.flatnonzero(wanted))


def _untried(workspace: "Workspace", trial: "Trial", run: Run, tried: Container[str]) -> Sequence[str]:
    """Whom the run tries its model on: nobody, where its trials in other runs say enough, and nobody twice."""
    from personagraph.annotation.trial import TRIED

    names = {name for values in trial.truths.values() for name in values}
    there = {name: sum(name in values for values in trial.truths.values()) for name in names}
    enough = all(trial.tried(name) >= -(-min(TRIED, there[name]) // 2) for name in names)
    has_own = workspace.store.applied(run.id) > 0 or run.decided > 0
    return () if enough and not has_own else [id for id in trial.truths if id not in tried]


def _ids(graph: "Snapshot") -> Iterator[str]:
    for first in range(0, len(graph), PAGE):
        yield from graph.ids_of(range(first, min(first + PAGE, len(graph))))


def _ahead(workspace: "Workspace", run: Run) -> Ahead:
    """What is still to be asked, at most: a trial, and everybody of whom anything is not known."""
    import numpy as np

    from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of

    settings, dialogue, graph = settings_of(run, AnnotateSettings), annotation_dialogue(run, MARK), workspace.snapshot()
    whole = [set(bases_of(text).known()) >= {*ATTRIBUTES} for text in graph.bases.names]
    wanting = int(np.count_nonzero(~np.array(whole, np.bool_)[graph.bases.codes])) if len(graph) else 0
    most, tried = min(settings.per_call, dialogue.most), len(_known_people(graph))
    total = -(-wanting // most) + -(-tried // most)
    shown: Sequence[Persona] = workspace.store.personas(anybody(workspace.store))
    fields = [{"people": [person.description for person in shown] * (-(-most // max(len(shown), 1)))}]
    fields = [{"people": each["people"][:most]} for each in fields]
    note = f"at most, for {wanting:,} personas of whom something is not known, after a trial on {tried}; {most} a call"
    return Ahead(dialogue, lambda brings: max(0, total - run.decided), fields, note)
