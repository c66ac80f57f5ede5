"""Whom of the graph a file of labels is about, and how annotators do on them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from personagraph.errors import InputError
from personagraph.types import UNKNOWN, Attributes, Persona
from personagraph.workspace.results import LabelReport

if TYPE_CHECKING:
    from personagraph.annotation.agreement import Judged
    from personagraph.annotation.labels import Labels, LabelSaid
    from personagraph.workspace.workspace import Workspace

READER, MODEL, LABEL = "reader", "model", "label"
JUDGED = (MODEL, "stated", "field")
"""Grounds that are annotators of their own, beside the reader."""
PAGE = 1_000


def placed(workspace: "Workspace", labels: "Labels") -> "Labels":
    """The same labels by the ids of personas: what is said of a description that was merged is said of who has it.

    `lines` keeps the rows that are about nobody. Raises InputError when all are, and when two say different
    things of one persona.
    """
    from personagraph.annotation.labels import Labels

    found, missing = Labels(labels.path, labels.sha256, unused=labels.unused), dict[str, int]()
    owners = _owners(workspace, labels)
    for id, line in labels.lines.items():
        if id not in owners:
            missing[id] = line
        for before, now in ((labels.first, found.first), (labels.again, found.again)):
            if id in owners and id in before:
                _join(now.setdefault(owners[id], {}), before[id], labels)
    if not found.first and not found.again:
        first = next(iter(missing), "")
        raise InputError(
            f"no row is about anybody in this graph, or none has a label; `personagraph search --json` has whole ids"
            f"{f' (the first id is {first[:32]!r})' if first else ''}",
            labels.path,
        )
    found.lines = missing
    return found


def _owners(workspace: "Workspace", labels: "Labels") -> Mapping[str, str]:
    """The persona that has each description that a file names, by the description's id."""
    import numpy as np

    graph, store, ids = workspace.snapshot(), workspace.store, [*labels.lines]
    plain = [id.encode("ascii", "replace")[:32] if len(id) == 32 else b"" for id in ids]
    there = np.isin(np.array(plain, "S32"), graph.ids).tolist()
    owners = {id: id for id, is_there in zip(ids, there, strict=True) if is_there}
    for id in ids:
        if id not in owners and (merges := store.merges(alias=id)):
            owners[id] = merges[-1].persona
    return owners


def _join(now: "dict[str, LabelSaid]", said: "Mapping[str, LabelSaid]", labels: "Labels") -> None:
    for name, one in said.items():
        before = now.setdefault(name, one)
        if before.values != one.values:
            raise InputError(
                f"{name} is {'|'.join(one.values)} here and {'|'.join(before.values)} in row {before.line}: these"
                " descriptions were merged into one persona; label them alike, or undo the merge",
                labels.path,
                one.line,
            )


def reported(workspace: "Workspace", labels: "Labels") -> LabelReport:
    """How the reader, and what the graph has of a model, of statements and of columns, do on placed labels."""
    from personagraph.annotation.agreement import agreement

    faults = tuple(
        (str(labels.path), line, f"nobody in this graph has the id {id[:32]!r}") for id, line in labels.lines.items()
    )
    return LabelReport(agreement(_judged(workspace, labels)), faults, labels.unused)


def said_by_reader(workspace: "Workspace", labels: "Labels") -> dict[str, tuple[int, int]]:
    """By attribute, of how many labelled personas the reader says something, and for how many it is right."""
    from personagraph.annotation.agreement import agreement
    from personagraph.vocabulary.attributes import ATTRIBUTES

    found = agreement(_judged(workspace, labels))
    scores = {name: found.score(READER, name) for name in ATTRIBUTES}
    return {name: (score.read, score.right) for name, score in scores.items()}


def _judged(workspace: "Workspace", labels: "Labels") -> "Iterator[Judged]":
    from personagraph.annotation.agreement import Judged
    from personagraph.steering.evidence import weigh

    ids = list(dict.fromkeys([*labels.first, *labels.again]))
    for first in range(0, len(ids), PAGE):
        for persona in workspace.store.personas(ids[first : first + PAGE]):
            said, again = labels.first.get(persona.id, {}), labels.again.get(persona.id, {})
            words = weigh(persona.description, Attributes()).attributes
            annotated = {READER: words} | {basis: _of(persona, basis) for basis in JUDGED}
            yield Judged(persona.description, _values(said), _values(again), annotated)


def _of(persona: Persona, basis: str) -> Attributes:
    """What is known of a persona on these grounds."""
    known = persona.attributes.known()
    return Attributes(**{name: value for name, value in known.items() if persona.bases[name] == basis})


def _values(labels: "Mapping[str, LabelSaid]") -> dict[str, tuple[str, ...]]:
    return {name: said.values or (UNKNOWN,) for name, said in labels.items()}
