"""The verb that measures the graph, or the part of it that is meant."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from personagraph.errors import UsageError
from personagraph.workspace.options import check_positive
from personagraph.workspace.selection import SelectionOptions, part_of, selection_of
from personagraph.workspace.verbs.measures.beside import NetworkFiles, network_in

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from personagraph.graph.metrics.metric import Measurement
    from personagraph.graph.snapshot import Snapshot
    from personagraph.workspace.workspace import Workspace

LARGE = 100_000
"""Relationships from which on it is noted what is being measured."""

Note = Callable[[str], None]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """The graph beside a network, by the names of `graph.metrics.comparison.COMPARED`; None where there is no number.

    `expected` has, for the "graph" and for the "network", what each of `graph.baselines.BASELINES` of its size has.
    `self_loops`, `repeated` edges and rows with `faults` are not in the network that was measured.
    """

    network: str
    of_graph: Mapping[str, float | None]
    of_network: Mapping[str, float | None]
    expected: Mapping[str, Mapping[str, Mapping[str, float | None]]]
    self_loops: int
    repeated: int
    faults: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured: the values of each metric, by its name, in the order in which they were asked for."""

    personas: int
    relationships: int
    metrics: Mapping[str, Values]
    beside: Beside | None = None


def metrics(
    workspace: "Workspace",
    names: Sequence[str] = (),
    *,
    seed: int = 0,
    samples: int | None = None,
    per_persona: str | Path | None = None,
    picture: str | Path | None = None,
    beside: NetworkFiles | None = None,
    without_links: bool = False,
    note: Note = lambda text: None,
    **part: Unpack[SelectionOptions],
) -> Measures:
    """Metrics of the graph, or of the part that is meant: those of `personagraph.graph.metrics.METRICS` by `names`.

    `without_links` measures it as it is without the relationships that were found between personas who were there.
    Without names all of them, or with `beside` none but those that the comparison takes, which are not told then.
    `seed` changes what is drawn, `samples` how much is. `per_persona` (CSV or Parquet) gets a row a persona with the
    metrics that have one, `picture` (SVG) the distributions that were measured of the graph. Those with the highest
    values come with descriptions. Raises UsageError for an unknown metric, naming the nearest, and ConfigError for a
    file that cannot be written, before anything is measured.
    """
    from personagraph.graph.metrics.comparison import NEEDED, row_of
    from personagraph.graph.metrics.metric import MetricOptions

    asked = asked_for(names, compares=beside is not None)
    written = asked or NEEDED
    check_positive(samples=samples)
    if seed < 0:
        raise UsageError(f"--seed is {seed}; it must be 0 or more")
    _check_files(written, per_persona, picture)
    other = network_in(beside) if beside else None
    meant = part_of(workspace, selection_of(workspace, **part), without_links=without_links)
    graph, options = meant.graph, MetricOptions(seed, samples)
    found = _measured(graph, [*dict.fromkeys([*asked, *(NEEDED if other else ())])], options, note)
    values = {name: found[name].values for name in found}
    if per_persona is not None:
        from personagraph.exporting.columns import write_columns

        columns = {name: column for metric in written for name, column in found[metric].columns.items()}
        write_columns(Path(per_persona), graph.ids, columns)
    if picture is not None:
        from personagraph.graph.pictures.distributions import distributions
        from personagraph.storage.atomic_files import replacing

        with replacing([Path(picture)]) as [file]:
            file.write(distributions({name: values[name] for name in written}).encode())
    compared = None
    if other:
        measured = _measured(other.snapshot, NEEDED, options, note)
        theirs = row_of({name: one.values for name, one in measured.items()})
        expected = {
            "graph": _expected(graph, values, options, note),
            "network": _expected(other.snapshot, {name: one.values for name, one in measured.items()}, options, note),
        }
        left_out = other.self_loops, other.repeated, other.faults
        compared = Beside(other.name, row_of(values), theirs, expected, *left_out)
    told = {name: _described(workspace, values[name]) for name in asked}
    return Measures(len(graph), len(graph.sources), told, compared)


def asked_for(names: Sequence[str], *, compares: bool = False) -> list[str]:
    """The metrics that are meant, each once. Raises UsageError for one that there is not, naming the nearest."""
    from personagraph.graph.metrics import METRICS

    for name in names:
        if name not in METRICS:
            nearest = get_close_matches(name.lower().replace("-", "_"), METRICS, n=1, cutoff=0.5)
            meant = f"did you mean {nearest[0]}? There are" if nearest else "there are"
            raise UsageError(f"there is no metric {name!r}; {meant} {', '.join(METRICS)}")
    return list(dict.fromkeys(names or ([] if compares else METRICS)))


def _described(workspace: "Workspace", values: Values) -> Values:
    """The values, with the descriptions of the personas that are ranked in them."""
    ranked = values.get("highest")
    if not isinstance(ranked, list):
        return values
    personas = workspace.store.personas([row["id"] for row in ranked])
    return {
        **values,
        "highest": [{**row, "description": p.description} for row, p in zip(ranked, personas, strict=True)],
    }


def _check_files(asked: Sequence[str], per_persona: str | Path | None, picture: str | Path | None) -> None:
    """Raises UsageError or ConfigError for a file that would have nothing in it, or could not be written."""
    if per_persona is not None:
        from personagraph.exporting.columns import check_columns_writable
        from personagraph.graph.metrics import METRICS

        if not any(METRICS[name].column for name in asked):
            single = ", ".join(name for name, metric in METRICS.items() if metric.column)
            raise UsageError(f"--per-persona has nothing to write: measure one of {single}")
        check_columns_writable(Path(per_persona))
    if picture is not None:
        from personagraph.graph.pictures.distributions import PANELS
        from personagraph.storage.atomic_files import check_writable

        if not any(name in PANELS for name in asked):
            raise UsageError(f"--picture has nothing to draw: measure one of {', '.join(PANELS)}")
        if Path(picture).suffix.lower() != ".svg":
            raise UsageError(f"--picture {picture}: the picture is SVG; let its name end with .svg")
        check_writable(Path(picture))


def _measured(graph: "Snapshot", names: Sequence[str], options: Any, note: Note) -> "dict[str, Measurement]":
    """What each metric finds, in this order."""
    from personagraph.graph.metrics import METRICS

    found, is_large = {}, len(graph.sources) >= LARGE
    with _compilation_noted(note) if is_large else nullcontext():
        for number, name in enumerate(names, 1):
            if is_large:
                note(f"measuring {name} ({number} of {len(names)})")
            found[name] = METRICS[name].measure(graph, options)
    return found


def _expected(
    graph: "Snapshot", measured: Mapping[str, Values], options: Any, note: Note
) -> dict[str, dict[str, float | None]]:
    """What graphs of the same size have, of which nothing else is known."""
    import numpy as np

    from personagraph.graph.baselines import BASELINES
    from personagraph.graph.metrics.comparison import NEEDED, row_of

    found, n, arcs = dict[str, dict[str, float | None]](), len(graph), measured["reciprocity"]["arcs"]
    for name, baseline in BASELINES.items():
        made = _measured(baseline.made(graph, np.random.default_rng(options.seed)), NEEDED, options, note)
        row = row_of({metric: one.values for metric, one in made.items()})
        found[name] = row | {"reciprocity": baseline.reciprocity(n, arcs) if arcs else None}
    return found


def _compilation_noted(note: Note) -> "AbstractContextManager[None]":
    # Not sooner: a small graph is measured before the compiler would be loaded.
    from personagraph.arrays.compiled import compilation_noted

    return compilation_noted(note)
