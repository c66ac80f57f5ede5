"""The verb that tells where the samples of runs fail, and makes a target of it for what comes next."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from personagraph.errors import ConfigError, UsageError
from personagraph.ledger import Run
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import PAIR
from personagraph.workspace.run_settings import SynthesizeSettings
from personagraph.workspace.verbs.audits.columns import Axes, axes_of
from personagraph.workspace.verbs.synthesis.samples import finished_synthesis

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.synthesis.failures.groups import FailingGroup
    from personagraph.synthesis.failures.report import FailureReport
    from personagraph.vocabulary.cells import Cell
    from personagraph.workspace.workspace import Workspace

GROWING: Final = ("expand", "--policy", "hint", "--max-calls", "100")
"""The command that grows where the model is weak: the policy never ends by itself."""
ENDING: Final = ".csv"


def failures(
    workspace: "Workspace", runs: Sequence[str], by: Sequence[str] = PAIR, *, target: str | Path | None = None
) -> "FailureReport":
    """Where the samples of these finished syntheses fail, with intervals, and what is weak beyond chance.

    Samples are grouped by task, by what was asked for, by skeleton, and by the cell of the persona that they are about
    first, which is made `by` attributes, `community`, or fields of an import, as that of `report`. `target` is a new
    CSV file that gets a target of attributes for `expand` and `synthesize`: the shares that the graph has, with more
    for cells that fail more than others and less for those that fail less.

    Raises ConfigError for a run that is no synthesis or unfinished, and where nothing can be counted that a target
    could be made of; UsageError for a name that there is not, and for a file that cannot be written.
    """
    from personagraph.storage.atomic_files import replacing
    from personagraph.synthesis.failures.report import FailureReport, ReadRun, nothing_counted
    from personagraph.synthesis.failures.tally import FailureTally
    from personagraph.synthesis.failures.tried import tried
    from personagraph.synthesis.failures.weak import target_csv, wanted_shares
    from personagraph.synthesis.samples import samples as samples_of

    if isinstance(runs, str) or not runs:
        raise UsageError("name one run or more whose samples are to be looked at, as `runs list` names them")
    found = [finished_synthesis(workspace, run) for run in dict.fromkeys(runs)]
    file = None if target is None else _new_file(Path(target), by)
    tally, read = FailureTally(), list[ReadRun]()
    for run in found:
        before = tally.samples
        for sample in samples_of(workspace.ledger, run.id):
            tally.add(tried(sample))
        task, checker = str(run.settings["task"]), str(run.settings.get("checker") or "")
        read.append(ReadRun(run.id, task, run.model, checker, tally.samples - before))
    graph = workspace.snapshot()
    axes = axes_of(workspace, graph, by)
    cells, gone = _cells(graph, axes, tally.personas)
    names = {cell: _named(axes.names, cell) for cell in set(cells.values())}
    groups, unplaced = tally.groups(lambda persona: names[cells[persona]] if persona in cells else None)
    if file is not None:
        if not tally.counted:
            raise ConfigError(f"no target can be made: {nothing_counted(tally.samples)}")
        shares = wanted_shares(groups, {name: cell for cell, name in names.items()}, _held(graph, axes))
        with replacing([file]) as [part]:
            part.write(target_csv(axes.names, shares).encode())
    return FailureReport(
        read,
        axes.names,
        tally,
        groups,
        unplaced,
        tally.about(gone),
        _go_on(found, groups, axes.names, file),
        str(file) if file else None,
    )


def _new_file(path: Path, by: Sequence[str]) -> Path:
    """Raises UsageError unless a target by these can be written there, and ConfigError as every file does."""
    from personagraph.storage.atomic_files import check_writable

    if strange := [name for name in by if name not in ATTRIBUTES]:
        raise UsageError(f"--target holds cells of attributes, and --by has {strange[0]}; leave out one of the two")
    if path.suffix.lower() != ENDING:
        raise UsageError(f"--target {path}: it is the file that gets the weak spots; name it {path.name}{ENDING}")
    if path.exists() or path.is_symlink():
        raise UsageError(f"--target {path}: it exists, and may be a target that is in use; name a new file")
    check_writable(path)
    return path


def _cells(graph: "Snapshot", axes: Axes, personas: Sequence[str]) -> "tuple[dict[str, Cell], list[str]]":
    """The cell of each of these whose values are known on all axes; and who is not in the graph."""
    import numpy as np

    if not len(graph):
        return {}, list(personas)
    wanted = np.array(personas, "S32") if personas else np.empty(0, "S32")
    places = np.minimum(np.searchsorted(graph.ids, wanted, sorter=graph.by_id), len(graph) - 1)
    positions = graph.by_id[places]
    here = graph.ids[positions] == wanted
    columns = [axes.columns[name] for name in axes.names]
    values = [[column.names[code] for code in column.codes[positions].tolist()] for column in columns]
    rows = zip(personas, here.tolist(), zip(*values, strict=True), strict=True)
    known = {persona: cell for persona, is_here, cell in rows if is_here and UNKNOWN not in cell}
    return known, [persona for persona, is_here in zip(personas, here.tolist(), strict=True) if not is_here]


def _named(axes: Sequence[str], cell: "Cell") -> str:
    return ",".join(f"{axis}={value}" for axis, value in zip(axes, cell, strict=True))


def _held(graph: "Snapshot", axes: Axes) -> "dict[Cell, float]":
    """The share of everybody in each cell. Raises ConfigError where nobody is known to be in one."""
    from personagraph.steering.coverage import coverage

    found = coverage(graph.attributes, axes.names)
    if not found.known:
        raise ConfigError(f"no target can be made: of nobody in the graph {' and '.join(axes.names)} are known")
    return {cell: n / found.known for cell, n in found.counts.items()}


def _go_on(
    runs: Sequence[Run], groups: "Sequence[FailingGroup]", axes: Sequence[str], file: Path | None
) -> list[list[str]]:
    """Command lines, as arguments, that go on where the model is weak: one for each task, and one to grow there."""
    from personagraph.synthesis.failures.groups import CELL, WEAK
    from personagraph.synthesis.failures.weak import asked_again
    from personagraph.synthesis.tasks import TASKS

    aimed = file is not None and any(group.name.kind == CELL and group.answer == WEAK for group in groups)
    aim = ["--by", ",".join(axes), "--target", str(file)] if aimed else []
    lines = []
    asked_for = {task: run for run in runs if (task := str(run.settings["task"])) in TASKS or run.settings.get("own")}
    for task, run in asked_for.items():
        asked = asked_again(groups, task)
        values = [f"{name}={value}" for name, several in asked.items() for value in several]
        if aim or values:
            drawn = ["--sampler", "deficit", *aim] if aim else []
            lines.append([*_asked_as(run), *drawn, *(word for value in values for word in ("--set", value))])
    return [*lines, *([[*GROWING, *aim]] if aim else [])]


def _asked_as(run: Run) -> list[str]:
    """The command that asks as a run did, but for whom and for what."""
    settings, plain = run.settings, SynthesizeSettings.defaults()
    task = f"./{settings['task']}.toml" if settings.get("own") else str(settings["task"])
    words = ["synthesize", task, "-n", str(settings.get("n", plain["n"]))]
    for option, name in (("--with", "context"), ("--answers", "answers"), ("--checker", "checker")):
        if settings.get(name) not in (None, plain.get(name)):
            words += [option, str(settings[name])]
    return words
