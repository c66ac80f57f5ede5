"""Tells where samples fail: the numbers, the groups that are weak, the others, reasons, and what agreement misses."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from personagraph.steering.audit.section import percent
from personagraph.synthesis.failures.report import nothing_counted

Values = Mapping[str, Any]
SHOWN = 12
"""Groups of a table for people, at most; `--json` has them all."""
LONGEST = 60
"""Characters of a group's value."""


def failure_lines(found: Values) -> Iterator[str]:
    """The report of `FailureReport.to_json` for a terminal."""
    runs = ", ".join(f"{run['run']} ({run['task']}, {run['samples']:,})" for run in found["runs"])
    yield f"samples of {runs}"
    counted = f"{found['samples']:,} samples, {found['counted']:,} counted"
    if found["counted"]:
        low, high = found["interval"]
        counted += f": {found['failed']:,} fail, {percent(found['share'])} ({percent(low)} to {percent(high)})"
    yield counted
    yield from (f"  not counted: {n:,}, {why}" for why, n in found["not_counted"].items())
    if not found["counted"]:
        yield f"nothing can be said: {nothing_counted(found['samples'])}"
        return
    yield (
        f"weak: it fails more than those beside it in the same run, strong: less; of those called so,"
        f" {percent(found['false_discovery_rate'])} at most are by chance, on average"
    )
    for title, rows in sections(found).items():
        yield ""
        yield title
        yield from _table(rows)
    yield from _cells(found)
    yield from _reasons(found["reasons"])
    yield from _missed(found["missed"])


def go_on_lines(found: Values, workspace: str = "") -> Iterator[str]:
    """The command lines that go on where the model is weak; `workspace` is the folder, where it is not this one."""
    if not found["counted"]:
        return
    if found["target"]:
        yield f"written: {found['target']}"
        if not any(row["answer"] != "inconclusive" for row in found["groups"] if row["kind"] == "cell"):
            yield "  no cell differs beyond chance: it wants the shares that the graph has"
    if not found["go_on"]:
        yield "nothing can be called weak that could be asked for: more samples say more" + (
            "" if found["target"] else "; --target FILE makes a target of weak cells"
        )
        return
    yield "to go on where it is weak:"
    where = ["--workspace", workspace] if workspace else []
    yield from (f"  {shlex.join(['personagraph', *line, *where])}" for line in found["go_on"])


def sections(found: Values) -> dict[str, list[Values]]:
    """The groups below their titles, in order."""
    told: dict[str, list[Values]] = {}
    for row in found["groups"]:
        told.setdefault(_title(row, found["by"]), []).append(row)
    return told


def group_text(row: Values) -> str:
    """What a group is called, cut where it is long."""
    name = " ".join(row["value"].split())
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _title(row: Values, by: Sequence[str]) -> str:
    if row["kind"] == "cell":
        return f"by persona: {', '.join(by)}"
    return "by task" if row["kind"] == "task" else f"{row['task']}, by {row['by']}"


def _table(rows: Sequence[Values]) -> Iterator[str]:
    """Weak and strong groups, then those of which nothing can be said, while there is room."""
    sure = [row for row in rows if row["answer"] != "inconclusive"]
    rest = [row for row in rows if row["answer"] == "inconclusive"]
    shown = sorted([*sure, *rest][:SHOWN], key=rows.index)
    width = max(len(group_text(row)) for row in shown)
    for row in shown:
        low, high = row["interval"]
        failing = f"{row['failed']:,} of {row['n']:,}"
        share = f"{percent(row['share'])} ({percent(low)} to {percent(high)})"
        yield f"  {group_text(row):<{width}}  {failing:>14}  {share:<26}  {row['answer']}"
    if len(rows) > len(shown):
        yield f"  … and {len(rows) - len(shown):,} more: --json has them all"


def _cells(found: Values) -> Iterator[str]:
    if found["unplaced"]:
        gone = f"; {found['gone']:,} of them are about somebody who is gone from the graph" if found["gone"] else ""
        by = ", ".join(found["by"])
        yield f"  in no cell: {found['unplaced']:,} samples, about whom not all of {by} is known{gone}"


def _reasons(rows: Sequence[Values]) -> Iterator[str]:
    if rows:
        yield ""
        yield "why they fail"
    for row in rows[:SHOWN]:
        low, high = row["interval"]
        share = f"{percent(row['share'])} ({percent(low)} to {percent(high)})"
        yield f"  {row['task']}: {row['n']:,}, {share} of those that fail: {row['reason']}"
    if len(rows) > SHOWN:
        yield f"  … and {len(rows) - SHOWN:,} more: --json has them all"


def _missed(found: Mapping[str, Values]) -> Iterator[str]:
    """What agreement misses, of each task."""
    if found:
        yield ""
        yield "what agreement misses, where it was executed or computed, too"
    for task, told in found.items():
        agreed = f"{told['agreed']:,} of {told['samples']:,} agree"
        yield f"  {task}: {agreed}, {told['executed']:,} were executed or computed"
        yield from _line("agreed, and wrong all the same", told["shared_errors"])
        yield from _line("right, and left out by agreement", told["right_but_disputed"])
        sizes = told["mean_size"]
        if sizes["agreed"] is not None and sizes["others"] is not None:
            agreed, others = sizes["agreed"], sizes["others"]
            yield f"    steps of a problem, on average: {agreed:.1f} where they agree, {others:.1f} where they do not"


def _line(what: str, share: Iterable[float] | None) -> Iterator[str]:
    if share is not None:
        told, low, high = share
        yield f"    {what}: {percent(told)} ({percent(low)} to {percent(high)})"
