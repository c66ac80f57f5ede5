"""What became of the rows of a file: in arrays while it is read, then as counts and clusters."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from personagraph.dedup.stream import Decision
from personagraph.text.descriptions import DescribedRow


class Member(NamedTuple):
    """A row that is an earlier one, by the numbers of both."""

    row: int
    into: int
    method: str
    score: float


class Outcome:
    """What became of each row, by its number: eight bytes for its line, and twenty-five for a merged one.

    Rows are numbered in the order in which they were read; the first `others` ones are of another file, and only known.
    """

    def __init__(self) -> None:
        self.lines = array("q")
        self.others = 0
        self.by_method: Counter[str] = Counter()
        self.known = 0
        self._rows, self._into = array("q"), array("q")
        self._methods, self._scores = array("B"), array("d")
        self._names: dict[str, int] = {}

    def add(self, line: int, decision: Decision, *, is_other: bool) -> None:
        """Take the next row, which stands in this line."""
        self.lines.append(line)
        self.others += is_other
        if decision.into is None or is_other:
            return
        self._rows.append(decision.row)
        self._into.append(decision.into)
        self._methods.append(self._names.setdefault(decision.method, len(self._names)))
        self._scores.append(decision.score)
        self.by_method[decision.method] += 1
        self.known += decision.into < self.others

    @property
    def merged(self) -> int:
        """Rows that are an earlier row of the same file."""
        return len(self._rows) - self.known

    @property
    def kept(self) -> int:
        """Rows that are nobody's duplicate."""
        return len(self.lines) - self.others - len(self._rows)

    def clusters(self) -> Iterator[list[Member]]:
        """The merged rows that are one persona, in order; the personas in the order in which they were first met."""
        import numpy as np

        into = np.frombuffer(self._into, np.int64) if self._into else np.empty(0, np.int64)
        order = np.argsort(into, kind="stable")
        names, found = [*self._names], list[Member]()
        for at in map(int, order):
            member = Member(self._rows[at], self._into[at], names[self._methods[at]], self._scores[at])
            if found and found[0].into != member.into:
                yield found
                found = []
            found.append(member)
        if found:
            yield found


@dataclass(frozen=True, slots=True)
class LikeFile:
    """The other file, whose personas were known: its rows, those that cannot be used, and the first of these."""

    read: int
    unreadable: int
    faults: tuple[DescribedRow, ...]


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """What became of the rows of a file: `read` is the sum of kept, merged, known and unreadable.

    `known` rows are a persona of the other file, `like`, None without one. `by_method` counts the merged and the known,
    `kept_apart` by category the pairs that a veto kept apart. `faults` are the first of the unreadable. `resumed` rows
    had been decided before, by a run that was stopped.
    """

    read: int
    kept: int
    merged: int
    known: int
    unreadable: int
    by_method: Mapping[str, int]
    kept_apart: Mapping[str, int]
    faults: tuple[DescribedRow, ...]
    like: LikeFile | None = None
    resumed: int = 0

    def to_json(self) -> dict[str, Any]:
        """The counts; the same ones whether the run was stopped in between or not."""
        counts: dict[str, Any] = {"read": self.read, "kept": self.kept, "merged": self.merged}
        if self.like is not None:
            counts |= {"known": self.known, "like": {"read": self.like.read, "unreadable": self.like.unreadable}}
        by_method, apart = dict(sorted(self.by_method.items())), dict(sorted(self.kept_apart.items()))
        return {**counts, "unreadable": self.unreadable, "by_method": by_method, "kept_apart": apart}
