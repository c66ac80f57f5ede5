"""The verbs that let in what exists: personas from a file, and networks."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from personagraph.errors import ConfigError, InputError
from personagraph.progress import Progress
from personagraph.types import digest
from personagraph.workspace.index.known import growth_of, keep_known
from personagraph.workspace.options import check_known, check_threshold
from personagraph.workspace.results import RunResult, result_of
from personagraph.workspace.runs import meaning_of, running
from personagraph.workspace.spending.pace import found_line

if TYPE_CHECKING:
    from personagraph.ledger import Run
    from personagraph.runs.work import Work
    from personagraph.workspace.workspace import Workspace

OBJECTS_MADE = 100_000
"""Objects that are made and not let go before Python looks for garbage while rows are let in."""


class ImportedGraph(NamedTuple):
    """What an import of a network brought; `self_loops` and `repeated` edges are counted, and not stored.

    `unread` counts, by attribute, the values that are in no vocabulary of ours.
    """

    run: RunResult
    self_loops: int
    repeated: int
    unread: dict[str, int]


def import_personas(
    workspace: "Workspace",
    path: str | Path,
    *,
    field: str = "persona",
    separator: str | None = None,
    map: str | Mapping[str, str] | None = None,
    strict: bool = False,
    dedup: str | None = None,
    threshold: float | None = None,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
    note: Callable[[str], None] = lambda text: None,
    agree: Callable[[str], bool] | None = None,
) -> RunResult:
    """Let the personas of a file of JSON, or of a table with a header, in as seeds, with all that their rows say.

    `separator` is that of the table, by default the one that its header has. `map` says of attributes in which column
    they stand ("activity=job,region=country", or the same as a mapping), beside those that columns are called. When
    most rows are as long as texts, `agree` is asked whether to go on, before anything is written; without it, that is
    noted. Raises InputError; if `strict`, also for one bad row; ConfigError for an import that is not wanted.
    """
    from personagraph.dedup.rules import METHODS
    from personagraph.importing.columns import check_columns, columns_named
    from personagraph.importing.fields import fault_of
    from personagraph.importing.personas import Importing, texts_among
    from personagraph.text.descriptions import Descriptions
    from personagraph.text.rows.headers import separator_named

    check_known("dedup", dedup, METHODS)
    check_threshold(threshold)
    sign = separator_named(separator)
    columns, there = columns_named(map) if map is not None else {}, set[str]()

    def judged(fields: Mapping[str, Any], description: str) -> str:
        if columns:
            there.update(fields)
        return fault_of(fields, description)

    rows = Descriptions(Path(path), field, separator=sign, fault_of=judged, told=_told(note))
    check_columns(columns, there, Path(path))
    bad = tuple((str(path), row.line, row.fault) for row in rows.faults)
    if strict:
        check_none(bad)
    if long := "" if workspace.ledger.runs.unfinished() else texts_among(rows):
        advice = f"`personagraph extract {path} --field {field}` makes personas of texts"
        if agree is None:
            note(f"{long}, and are imported as they are: are they texts, not people? {advice}")
        elif not agree(f"{long}: are they texts, not people? {advice}. Import them as they are?"):
            raise ConfigError(f"{path}: nothing was imported; {advice}")
    settings = {
        "input": digest(rows.sha256, sign) if sign else rows.sha256,
        "field": field,
        "dedup": dedup or workspace.settings.dedup,
        **meaning_of(workspace.settings),
        "dedup_threshold": workspace.settings.dedup_threshold if threshold is None else threshold,
    }
    given = {"input": settings["input"], "field": field, "dedup": dedup, "dedup_threshold": threshold}
    if mapped := ",".join(f"{name}={column}" for name, column in sorted(columns.items())):
        settings["map"] = mapped
    given["map"] = mapped
    # Not sooner: it takes longer to load than a bad file takes to be refused.
    from personagraph.arrays.compiled import compilation_noted

    asked: dict[str, Any] = {"given": given, "note": note, "stopping": stopping}
    with compilation_noted(note), running(workspace, "import", settings, **asked) as run:
        work = Importing(rows, growth_of(workspace, run), run=run.id, columns=columns)
        keep_known(workspace, _carry_out(workspace, work, run, stopping=stopping, progress=progress, note=note))
    for name, count in work.unread.items():
        note(f"{count} values of {name} are in no vocabulary of ours: they count as unknown, and are kept as they are")
    return result_of(workspace.ledger, run.id, bad)


def import_graph(
    workspace: "Workspace",
    paths: Sequence[str | Path],
    *,
    nodes: str | Path | None = None,
    mapping: str | Path | None = None,
    directed: bool | None = None,
    separator: str | None = None,
    strict: bool = False,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress = lambda tick: None,
    note: Callable[[str], None] = lambda text: None,
) -> ImportedGraph:
    """Let a network in: its nodes as seeds, its edges as relationships, as a mapping file (TOML) says.

    `paths` are edge lists, adjacency lists, GraphML, node-link JSON, GML or GEXF; `nodes` a table of nodes; `separator`
    is that of the tables. Raises InputError for files that cannot be used, for two nodes with one description, and, if
    `strict`, for one bad row.
    """
    from personagraph.importing.networks.mapping import NetworkMapping, read_mapping
    from personagraph.importing.networks.reading import Network
    from personagraph.importing.networks.work import ImportingGraph, SameText
    from personagraph.runs.growth import Growth
    from personagraph.text.rows.headers import separator_named

    mapped = (read_mapping(Path(mapping)) if mapping else NetworkMapping()).separated(separator_named(separator))
    network = Network([Path(path) for path in paths], mapped, nodes=Path(nodes) if nodes else None, directed=directed)
    # Not hashed before it is known to be a network: a file can be as large as the disk, and hold nothing.
    survey = network.survey(_told(note))
    given = {"input": network.digest()}
    if strict:
        check_none(survey.faults)
    for line in called_lines(survey.called, network.name):
        note(line)
    settings = {**given, "network": network.name, "files": [Path(path).name for path in paths]}
    with running(workspace, "import-graph", settings, given=given, note=note, stopping=stopping) as run:
        graph = workspace.snapshot()
        growth = Growth(SameText(graph.ids_of(range(len(graph)))), set(), graph)
        work = ImportingGraph(survey, growth, run=run.id)
        _carry_out(workspace, work, run, stopping=stopping, progress=progress, note=note)
    outcomes = workspace.ledger.steps.outcomes(run.id)
    return ImportedGraph(
        result_of(workspace.ledger, run.id, tuple(survey.faults)),
        outcomes["rejected", "self"],
        outcomes["rejected", "repeated"],
        survey.unread,
    )


def _told(note: Callable[[str], None]) -> Callable[[int], None]:
    """What says how many rows are read while nothing else is to be seen."""
    return lambda count: note(f"{count:,} rows are read; they are let in once all are")


def check_none(faults: Sequence[tuple[str, int, str]]) -> None:
    """Raises InputError for the first row that cannot be used, which says how many more there are."""
    if faults:
        path, line, fault = faults[0]
        raise InputError(f"{fault} (and {len(faults) - 1} more rows cannot be used)", path, line or None)


def called_lines(called: Mapping[str, int], network: str) -> list[str]:
    """What is to be said of nodes that have no description, by the column that stands in for it."""
    lines = []
    for column, count in called.items():
        nodes = "node without a description is" if count == 1 else "nodes without a description are"
        by = "id, as 'Person" if column == "id" else f"{column} and id, as '{column.upper()},"
        by += f" … of the network {network}'"
        lines.append(f'{count} {nodes} described by {by}; a mapping says otherwise: [nodes] description = "COLUMN"')
    return lines


def _carry_out(
    workspace: "Workspace",
    work: "Work",
    run: "Run",
    *,
    stopping: Callable[[], bool],
    progress: Progress,
    note: Callable[[str], None],
) -> str:
    """Carry out an import, or go on with it; the status that it ends in."""
    from personagraph.runs.session import Session

    ledger, store = workspace.ledger, workspace.store
    session = Session(work, run, ledger=ledger, store=store, beside=True, stopping=stopping, progress=progress)
    if session.found:
        note(found_line(run, session.found))
    with _seldom_cleared():
        return session.carry_out()


@contextmanager
def _seldom_cleared() -> Iterator[None]:
    """Let Python look for garbage after OBJECTS_MADE new objects: what a row makes is no garbage before it is written.

    As it is set by itself it looks some ten times at each of them, which is a sixth of an import's time.
    """
    before = gc.get_threshold()
    gc.set_threshold(before[0] and OBJECTS_MADE, *before[1:])  # 0: it is not to look at all
    try:
        yield
    finally:
        gc.set_threshold(*before)
