"""Reads a file of personas, lets each be decided, and writes what is kept, what was merged, clusters and a report."""

import gzip
import json
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from heapq import nsmallest
from itertools import chain, combinations
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from personagraph.dedup.file.outcome import Deduplicated, LikeFile, Member, Outcome
from personagraph.dedup.file.text_file import TextFile, passing
from personagraph.dedup.file.unfinished import SUFFIX, Unfinished, unfinished
from personagraph.dedup.rules import Deduplicator
from personagraph.errors import ConfigError, InputError, UsageError
from personagraph.progress import Progress, Tick
from personagraph.storage.atomic_files import check_writable, is_part, replacing
from personagraph.text.descriptions import DescribedRow, scan
from personagraph.text.files import STDIN, ending

TOLD_EVERY = 10_000
MOST_FAULTS = 1_000
"""Rows that cannot be used of which each is listed; all are counted."""
LARGEST = 10
"""Personas with the most rows, which the report lists."""
_ELSE = (".csv", ".tsv", ".tab", ".psv", ".parquet")


class Outputs(NamedTuple):
    """The files that are written: the kept rows, and, where they are named, one more for each thing that is told."""

    kept: Path
    merged: Path | None = None
    clusters: Path | None = None
    report: Path | None = None


class _Undecided(NamedTuple):
    """A row that is being decided: its object as a line of JSON, "" for one of the other file."""

    line: int
    data: str
    description: str


class _Rows:
    """The usable rows of a file; what they are is counted as they come."""

    def __init__(self, path: Path, field: str, separator: str | None, *, strict: bool) -> None:
        self._path, self._strict = path, strict
        self._found = scan(path, field, separator=separator)
        self.read = self.unreadable = 0
        self.faults: list[DescribedRow] = []

    def __iter__(self) -> Iterator[tuple[DescribedRow, str]]:
        for row, data in self._found:
            self.read += 1
            if not row.fault:
                yield row, data
            elif self._strict:
                raise InputError(f"{row.fault}; nothing was written", self._path, row.line)
            else:
                self.unreadable += 1
                if self.unreadable <= MOST_FAULTS:
                    self.faults.append(row)


def deduplicate_file(
    path: Path,
    outputs: Outputs,
    make: Callable[[Path], Deduplicator],
    *,
    field: str = "persona",
    separator: str | None = None,
    strict: bool = False,
    like: Path | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Progress = lambda tick: None,
) -> Deduplicated:
    """Write the first row of each persona, in order, with all its fields, as JSONL; what ends in .gz is packed.

    With `like`, only those that are no persona of that file. No output appears before all is done. The input is
    streamed. A run that is stopped leaves its verdicts beside the output, and the next one with the same `settings` (by
    which verdicts are made) goes on from them, to the same result. `make` gives a deduplicator that knows nobody; it
    may keep texts in the file that it is told, which has no name any more afterwards.
    Raises InputError for an input that cannot be read or has no usable row, or if `strict` for the first row that
    cannot be used, and ConfigError for an output that cannot be written or is an input.
    """
    _check_apart(path, like, outputs)
    rows = _Rows(path, field, separator, strict=strict)
    others = _Rows(like, field, separator, strict=strict) if like else None
    files = [each for each in outputs if each]
    for each in files:
        check_writable(each)
    with ExitStack() as stack:
        before = stack.enter_context(unfinished(outputs.kept, settings or {}))
        opened = stack.enter_context(replacing(files))
        written = {each: stack.enter_context(_packed(each, file)) for each, file in zip(files, opened, strict=True)}
        texts = stack.enter_context(closing(TextFile(outputs.kept.absolute().parent)))
        with passing(outputs.kept) as file:
            known = make(file)
        run = _Run(before, known, texts, like, progress)
        _write_rows(run, rows, others, written, outputs)
        result = run.result(rows, others)
        if outputs.clusters:
            for cluster in run.outcome.clusters():
                _write_line(written[outputs.clusters], run.told(cluster))
        if outputs.report:
            _write_report(written[outputs.report], path, run, result, settings or {})
    return result


class _Run:
    """A run over the rows of one file, or of two."""

    def __init__(
        self, before: Unfinished, known: Deduplicator, texts: TextFile, like: Path | None, progress: Progress
    ) -> None:
        self._before, self._known, self._texts, self._like, self._progress = before, known, texts, like, progress
        self.outcome = Outcome()

    def decided(self, rows: _Rows, others: _Rows | None) -> Iterator[tuple[_Undecided, Member | None]]:
        """Each row of the file, in order, with what it is merged into."""
        waiting: deque[_Undecided] = deque()
        for decision in self._before.decided(enumerate(_descriptions(rows, others, waiting)), self._known):
            row = waiting.popleft()
            self._texts.append(row.description)
            self.outcome.add(row.line, decision, is_other=not row.data)
            if (decision.row + 1) % TOLD_EVERY == 0:
                self._tell()
            if row.data:
                is_kept = decision.into is None
                yield row, None if is_kept else Member(decision.row, decision.into or 0, *decision[2:])

    def _tell(self) -> None:
        counts = {"kept": self.outcome.kept, "merged": self.outcome.merged}
        counts |= {"known": self.outcome.known} if self._like else {}
        self._progress(Tick(len(self.outcome.lines), None, 0, counts))

    def place(self, row: int) -> dict[str, Any]:
        """Where a row stands: its line, and the file if that is the other one."""
        named = {"file": str(self._like)} if row < self.outcome.others else {}
        return {**named, "line": self.outcome.lines[row]}

    def told(self, cluster: list[Member]) -> dict[str, Any]:
        """A persona and its other rows, with their texts."""
        rows = [{**self.place(each.row), "persona": self._texts[each.row], **_how(each)} for each in cluster]
        return {**self.place(cluster[0].into), "persona": self._texts[cluster[0].into], "rows": rows}

    def result(self, rows: _Rows, others: _Rows | None) -> Deduplicated:
        """The counts."""
        found = self.outcome
        like = LikeFile(others.read, others.unreadable, tuple(others.faults)) if others else None
        counts = (rows.read, found.kept, found.merged, found.known, rows.unreadable)
        apart, resumed = self._known.vetoes, self._before.resumed
        return Deduplicated(*counts, found.by_method, apart, tuple(rows.faults), like, resumed)


def _descriptions(rows: _Rows, others: _Rows | None, waiting: deque[_Undecided]) -> Iterator[str]:
    """The descriptions of both files, the other one first; the rest of each row waits for its decision."""
    known = ((row, "") for row, _ in others or ())
    for row, data in chain(known, rows):
        waiting.append(_Undecided(row.line, data, row.description))
        yield row.description


def _write_rows(
    run: _Run, rows: _Rows, others: _Rows | None, written: Mapping[Path, BinaryIO], outputs: Outputs
) -> None:
    kept, merged = written[outputs.kept], outputs.merged and written[outputs.merged]
    for row, member in run.decided(rows, others):
        if member is None:
            kept.write(f"{row.data}\n".encode())
        elif merged:
            into = run.place(member.into)
            _write_line(merged, {"line": row.line, "into": into.pop("line"), **into, **_how(member)})


@contextmanager
def _packed(path: Path, file: BinaryIO) -> Iterator[BinaryIO]:
    """What packs into the file if its name ends in .gz, always to the same bytes; else the file itself."""
    if path.suffix.lower() != ".gz":
        yield file
        return
    with gzip.GzipFile("", "wb", 6, file, 0) as packing:
        yield cast(BinaryIO, packing)


def _write_report(file: BinaryIO, path: Path, run: _Run, result: Deduplicated, settings: Mapping[str, Any]) -> None:
    """The settings, the counts, how many personas have how many rows, those with the most, and unreadable rows."""
    sizes = Counter[int]()

    def counted() -> Iterator[tuple[int, int, list[Member]]]:
        for cluster in run.outcome.clusters():
            sizes[len(cluster) + 1] += 1
            yield -len(cluster), cluster[0].into, cluster[:LARGEST]

    largest = nsmallest(LARGEST, counted())
    said = {
        "file": str(path),
        **settings,
        **result.to_json(),
        "rows_of_a_persona": {str(size): count for size, count in sorted(sizes.items())},
        "largest": [{"count": 1 - fewer, **run.told(cluster)} for fewer, _, cluster in largest],
        "faults": [{"line": row.line, "fault": row.fault} for row in result.faults],
    }
    file.write(f"{json.dumps(said, indent=2, ensure_ascii=False)}\n".encode())


def _how(member: Member) -> dict[str, Any]:
    return {"method": member.method, "score": member.score}


def _write_line(file: BinaryIO, said: Mapping[str, Any]) -> None:
    file.write(f"{json.dumps(said, ensure_ascii=False)}\n".encode())


def _check_apart(path: Path, like: Path | None, outputs: Outputs) -> None:
    """Raises ConfigError for an output that is an input or another output, or would be called what it is not."""
    if str(path) == str(like) == STDIN:
        raise UsageError("only one of the two files can be the standard input; name the other one")
    roles = ("output", "file of merged rows", "file of clusters", "report")
    ins = [(role, file) for role, file in (("input", path), ("file of known personas", like)) if file]
    outs = [(role, file) for role, file in zip(roles, outputs, strict=True) if file]
    for (role, one), (other_role, other) in combinations([*ins, *outs], 2):
        is_written = (other_role, other) in outs and str(one) != STDIN
        if is_written and (os.path.realpath(one) == os.path.realpath(other) or _is_same(one, other)):
            raise ConfigError(f"{other}: the {other_role} cannot be the {role}; name another file")
    left = outputs.kept.with_name(f"{outputs.kept.name}{SUFFIX}")
    for role, file in (*ins, *outs):
        # A link of that name is refused where it is opened.
        if not left.is_symlink() and (os.path.realpath(file) == os.path.realpath(left) or _is_same(file, left)):
            raise ConfigError(
                f"{file}: the {role} cannot be where a run that is stopped leaves its verdicts; rename it"
            )
        if any(is_part(file, each) for _, each in outs):
            raise ConfigError(f"{file}: the {role} is called as what is being written; rename it")
    if ending(outputs.kept) in _ELSE:
        raise UsageError(f"{outputs.kept}: the kept rows are written as JSONL; let its name end in .jsonl or .jsonl.gz")


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
