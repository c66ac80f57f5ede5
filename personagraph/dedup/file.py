"""De-duplicates a file of personas without a workspace: keeps the first of each, says what was merged into which."""

import json
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.errors import ConfigError, InputError
from personagraph.progress import Progress, Tick
from personagraph.storage.atomic_files import replacing
from personagraph.text.descriptions import DescribedRow, scan
from personagraph.text.files import STDIN

REPORT_EVERY = 50_000

Decide = Callable[[Iterable[tuple[int, str]]], Iterable[tuple[int, int | None, str, float]]]
"""From numbered descriptions to what became of each, as they come: its number, the one it is merged into (None if it is
kept), the method, the score."""


class MergedRow(NamedTuple):
    """A row that is the persona of an earlier row: the lines of both, the rule that found it, how alike they are."""

    line: int
    into: int
    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """What became of the rows of a file: `read` is the sum of kept, merged and unreadable."""

    read: int
    kept: int
    by_method: Mapping[str, int]
    merges: tuple[MergedRow, ...]
    faults: tuple[DescribedRow, ...]

    def to_json(self) -> dict[str, Any]:
        """The counts."""
        return {
            "read": self.read,
            "kept": self.kept,
            "merged": len(self.merges),
            "unreadable": len(self.faults),
            "by_method": dict(self.by_method),
        }


def deduplicate_file(
    path: Path,
    output: Path,
    decide: Decide,
    *,
    field: str = "persona",
    separator: str | None = None,
    strict: bool = False,
    merged: Path | None = None,
    progress: Progress = lambda tick: None,
) -> Deduplicated:
    """Write the first row of each persona to `output`, in order, with all its fields, as JSONL.

    `merged` gets a line for each merged row. No file appears before all is done. The input is streamed.
    Raises InputError for an input that cannot be read or has no usable row, or if `strict` for the first row that
    cannot be used, and ConfigError for an output that cannot be written or is the input.
    """
    _check_apart(path, output, merged)
    bad: list[DescribedRow] = []
    found = scan(path, field, separator=separator)
    merges: list[MergedRow] = []
    kept = 0
    with replacing([output, *([merged] if merged else [])]) as (keep, *report):
        waiting: deque[str] = deque()
        for line, into, method, score in decide(_descriptions(_usable(found, path) if strict else found, waiting, bad)):
            data = waiting.popleft()
            if into is None:
                keep.write(f"{data}\n".encode())
                kept += 1
            else:
                merges.append(MergedRow(line, into, method, score))
                for file in report:
                    file.write(f"{json.dumps(merges[-1]._asdict())}\n".encode())
            if (kept + len(merges)) % REPORT_EVERY == 0:
                progress(Tick(kept + len(merges), None, 0, {"kept": kept, "merged": len(merges)}))
    by_method = Counter(merge.method for merge in merges)
    return Deduplicated(kept + len(merges) + len(bad), kept, by_method, tuple(merges), tuple(bad))


def _usable(found: Iterable[tuple[DescribedRow, str]], path: Path) -> Iterator[tuple[DescribedRow, str]]:
    """The same rows. Raises InputError for the first that cannot be used."""
    for row, data in found:
        if row.fault:
            raise InputError(f"{row.fault}; nothing was written", path, row.line)
        yield row, data


def _descriptions(
    found: Iterable[tuple[DescribedRow, str]], waiting: deque[str], bad: list[DescribedRow]
) -> Iterator[tuple[int, str]]:
    """The usable rows' numbers and descriptions; their objects wait for the decision, the other rows are `bad`."""
    for row, data in found:
        if row.fault:
            bad.append(row)
        else:
            waiting.append(data)
            yield row.line, row.description


def _check_apart(path: Path, output: Path, merged: Path | None) -> None:
    named = [("input", path), ("output", output), *([("file of merged rows", merged)] if merged else [])]
    if str(path) == STDIN:
        del named[0]
    for (role, one), (other_role, other) in combinations(named, 2):
        if os.path.realpath(one) == os.path.realpath(other) or _is_same(one, other):
            raise ConfigError(f"{other}: the {other_role} cannot be the {role}; name another file")


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
