"""Takes the duplicates out of a file of personas, by the rules of the graph, without a workspace."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.progress import Progress
from personagraph.workspace.options import check_known, check_threshold

if TYPE_CHECKING:
    from personagraph.dedup.file import Deduplicated


def dedup_file(
    path: str | Path,
    output: str | Path,
    *,
    field: str = "persona",
    separator: str | None = None,
    strict: bool = False,
    like: str | Path | None = None,
    merged: str | Path | None = None,
    clusters: str | Path | None = None,
    report: str | Path | None = None,
    method: str | None = None,
    threshold: float | None = None,
    progress: Progress = lambda tick: None,
    note: Callable[[str], None] = lambda text: None,
) -> "Deduplicated":
    """Write the first row of each persona of a file to `output`; with `like`, only those that are not in that file.

    `merged` gets a line for each merged row, `clusters` one for each persona of several rows, `report` the counts. What
    a run that was stopped had decided is taken over. `separator` is that of a table, by default the one that its header
    has. What it waits for at its first start is told by `note`. Raises InputError; if `strict`,
    also for the first row that cannot be used, and nothing is written then.
    """
    from personagraph import __version__
    from personagraph.arrays.compiled import compilation_noted
    from personagraph.dedup.file import Outputs, deduplicate_file
    from personagraph.dedup.index import THRESHOLD
    from personagraph.dedup.rules import METHODS, Deduplicator
    from personagraph.dedup.veto.veto import differs
    from personagraph.text.rows.headers import separator_named

    check_known("method", method, METHODS)
    sign = separator_named(separator)
    name, least = method or next(iter(METHODS)), check_threshold(threshold) or THRESHOLD
    outputs = Outputs(Path(output), *(Path(each) if each else None for each in (merged, clusters, report)))
    with compilation_noted(note):
        return deduplicate_file(
            Path(path),
            outputs,
            lambda texts: Deduplicator(METHODS[name].make(least), differs, texts=texts),
            field=field,
            separator=sign,
            strict=strict,
            like=Path(like) if like else None,
            settings={"method": name, "threshold": float(least), "version": __version__},
            progress=progress,
        )
