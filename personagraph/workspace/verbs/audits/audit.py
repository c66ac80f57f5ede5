"""The verb that audits a graph: whom it has, whom it leaves out, how that came, and what its figures cannot say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagraph.errors import UsageError
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of
from personagraph.vocabulary.cells import PAIR
from personagraph.workspace.verbs.audits.columns import Axes, axes_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.snapshot import Snapshot
    from personagraph.steering.audit import AuditFacts
    from personagraph.steering.audit.depths import Depths
    from personagraph.steering.coverage import Coverage
    from personagraph.steering.misreadings import Confusion
    from personagraph.steering.targets.target import Target
    from personagraph.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The coverage of the cells by the seeds alone and by everyone, and what each section found, by its name."""

    seeds: "Coverage"
    now: "Coverage"
    sections: Mapping[str, Any]


def coverage(
    workspace: "Workspace", axes: Sequence[str] = PAIR, *, target: str | Path | None = None
) -> "tuple[Coverage, Coverage]":
    """Which cells are covered, held against a target: by the seeds alone, and by everyone.

    Raises UsageError for an axis or a target that there is not, InputError for the file of one that cannot be used.
    """
    found = _facts(workspace, workspace.snapshot(), axes, target=target)
    return found.coverage(found.axes)


def audit(workspace: "Workspace", by: Sequence[str] = PAIR, **options: Any) -> dict[str, Any]:
    """What each of `personagraph.steering.audit.SECTIONS` found, as JSON has it; the options are those of `report`."""
    return dict(report(workspace, by, **options).sections)


def report(
    workspace: "Workspace",
    by: Sequence[str] = PAIR,
    *,
    target: str | Path | None = None,
    joint: str | Path | None = None,
    runs: Collection[str] = (),
    depth: bool = False,
    without_links: bool = False,
    seed: int = 0,
) -> CoverageReport:
    """Whom the graph has and whom it leaves out.

    Cells are made `by` attributes, `community`, or fields of an import (`field:religion`), and held against the target:
    a name of `personagraph.steering.targets.TARGETS` or a CSV file, else that of the settings. `joint` is a file with a
    crosstab to compare with. With `runs` it is about whom these let in. `depth` measures how widely descriptions spread
    by the encoder of the settings, which reads them all. `without_links` leaves out the relationships that were found
    between personas who were there. Raises UsageError for a name that there is not
    (the nearest is offered), InputError for a file that cannot be used, ConfigError for a run that there is not.
    """
    from personagraph.steering.audit import audit as found_by
    from personagraph.workspace.verbs.audits.history import history_of

    whole = workspace.snapshot()
    graph = whole.without_links() if without_links else whole
    for run in runs:
        workspace.ledger.runs.get(run)
    if runs:
        graph = graph.part(_let_in(graph, runs))
    facts = _facts(workspace, graph, by, target=target, joint=joint, seed=seed)
    history = history_of(workspace.ledger, graph, set(runs) if runs else None)
    facts = replace(facts, history=history, labelled=_confusions(workspace, graph))
    if depth:
        facts = replace(facts, depths=_depths(workspace, graph, seed))
    return CoverageReport(*facts.coverage(facts.axes), found_by(facts))


def _depths(workspace: "Workspace", graph: "Snapshot", seed: int) -> "Depths":
    from personagraph.steering.audit.depths import depths_of
    from personagraph.workspace.verbs.audits.vectors import vectors_of

    encoder, _, vectors = vectors_of(workspace, graph)
    return depths_of(encoder, vectors, seed=seed)


def _let_in(graph: "Snapshot", runs: Collection[str]) -> "NDArray[np.int64]":
    import numpy as np

    codes = [code for code, name in enumerate(graph.runs.names) if name in runs]
    return np.flatnonzero(np.isin(graph.runs.codes, codes)).astype(np.int64)


def _facts(
    workspace: "Workspace",
    graph: "Snapshot",
    by: Sequence[str],
    *,
    target: str | Path | None,
    joint: str | Path | None = None,
    seed: int = 0,
) -> "AuditFacts":
    """The facts without what the ledger and labels tell."""
    from personagraph.steering.audit import AuditFacts
    from personagraph.steering.targets import target_of

    axes = axes_of(workspace, graph, by, seed=seed)
    choice = target or workspace.settings.target

    @lru_cache(maxsize=64)
    def made(wanted: tuple[str, ...]) -> "Target":
        return target_of(choice, wanted, axes.values)

    return AuditFacts(
        graph=graph,
        columns=axes.columns,
        values=axes.values,
        axes=axes.names,
        target=lambda wanted: made(tuple(wanted)),
        joint=_crosstab(joint, axes),
        seed=seed,
    )


def _crosstab(joint: str | Path | None, axes: Axes) -> "Target | None":
    """The target that a crosstab is. Raises UsageError unless the file ties two columns or more that are there."""
    if joint is None:
        return None
    from personagraph.steering.targets import target_of
    from personagraph.steering.targets.crosstab import read_blocks

    blocks = read_blocks(Path(joint), axes.values)
    tied = max((block.axes for block in blocks), key=len)
    if len(tied) < 2:
        raise UsageError(f"--joint: {joint} has no rows by two columns or more; give marginals to --target")
    return target_of(Path(joint), tied, axes.values)


def _confusions(workspace: "Workspace", graph: "Snapshot") -> "Mapping[str, Confusion]":
    """What the reader makes of whom the user labelled, by attribute; none where these are fewer than LEAST_LABELS."""
    import numpy as np

    from personagraph.steering.misreadings import LEAST_LABELS, confusion
    from personagraph.vocabulary.reading.descriptions import read_description

    codes = [code for code, text in enumerate(graph.bases.names) if "label" in bases_of(text).known().values()]
    if not codes:
        return {}
    rows = np.flatnonzero(np.isin(graph.bases.codes, codes))
    pairs: dict[str, list[tuple[str, str]]] = {name: [] for name in ATTRIBUTES}
    for persona in workspace.store.personas(graph.ids_of(rows)):
        seen = read_description(persona.description)
        for name, basis in persona.bases.known().items():
            if basis == "label" and name in pairs:
                pairs[name].append((persona.attributes[name], seen[name]))
    return {
        name: confusion(found, (*ATTRIBUTES[name].values, UNKNOWN))
        for name, found in pairs.items()
        if len(found) >= LEAST_LABELS
    }
