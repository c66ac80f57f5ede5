"""What every format of samples is: which rows a sample makes, and what trainers have to know of them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from personagraph.errors import UsageError
from personagraph.storage.atomic_files import check_package
from personagraph.synthesis.checks.check import DISPUTED, OUTCOMES, UNANSWERABLE
from personagraph.synthesis.samples import Sample

Row = Mapping[str, Any]
SET_APART = (DISPUTED, UNANSWERABLE)
"""The outcomes of checks whose samples are not written unless they are asked for."""
ABOUT = ("id", "task", "answer", "check", "reason", "checks", "about", "lineage")
"""The fields of a sample that stand in every row, beside what the format is about."""


def json_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """A line of JSON for each row, in UTF-8."""
    for row in rows:
        yield (json.dumps(row, ensure_ascii=False) + "\n").encode()


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """A format as it is registered.

    `rows` are those that a sample makes; none where the format cannot hold it, because of what `lacks` says. `about`
    says in a few words what it is, `columns` are the fields that it brings, each with what it holds. `trainer` is what
    dataset_info.json of LLaMA-Factory says of it, None where that cannot read it; `loads` says in a line of Markdown
    who reads it how. `leaves_out` are outcomes of checks whose samples are not written unless they are asked for.
    `needs` is the package without which it cannot be written, `extra` what of personagraph brings it.
    """

    rows: Callable[[Sample], Iterable[Row]]
    about: str
    columns: Mapping[str, str]
    loads: str
    trainer: Mapping[str, Any] | None = None
    lacks: str = ""
    leaves_out: Sequence[str] = SET_APART
    ending: str = ".jsonl"
    pieces: Callable[[Iterable[Row]], Iterator[bytes]] = json_lines
    needs: str = ""
    extra: str = ""

    def check_can_be_written(self, name: str) -> None:
        """Raises ConfigError, saying what to install, when the package that the format needs is missing."""
        check_package(f"--format {name}", self.needs, self.extra)


def about(sample: Sample) -> Row:
    """What stands in every row: the sample's id, task, answer, outcome of its checks, and lineage."""
    return {name: sample[name] for name in ABOUT}  # type: ignore[literal-required]


def checked_outcomes(wanted: Sequence[str]) -> tuple[str, ...]:
    """The outcomes, each once. Raises UsageError for what no check finds."""
    for outcome in wanted:
        if outcome not in OUTCOMES:
            raise UsageError(f"--outcome {outcome!r} is not known; it can be {' or '.join(OUTCOMES)}")
    return tuple(dict.fromkeys(wanted))
