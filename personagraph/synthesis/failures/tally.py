"""Counts what fails of the samples of runs: by task, by what was asked for, by skeleton, by persona, by reason."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from personagraph.steering.shares import wilson
from personagraph.synthesis.checks.missed import CountedSample, missed
from personagraph.synthesis.failures.groups import (
    ALL,
    ASKED,
    CELL,
    SKELETON,
    TASK,
    FailingGroup,
    GroupName,
    GroupTally,
    answered,
)
from personagraph.synthesis.failures.tried import TriedSample

MOST_REASONS: Final = 1_000
"""Different kinds of reasons that are told apart; what comes later is counted as another one."""
ANOTHER: Final = "another reason"

Strata = dict[GroupName, dict[str, GroupTally]]


class FailureTally:
    """Counts samples as they come. Groups are compared within each run, as a run asks everybody alike; tasks are not.

    `samples`, `counted` and `failed` are numbers of samples; `uncounted` has how many are not counted by why.
    """

    def __init__(self) -> None:
        self.samples = self.counted = self.failed = 0
        self.uncounted: Counter[str] = Counter()
        self._groups: Strata = {}
        self._personas: dict[tuple[str, str], GroupTally] = defaultdict(GroupTally)
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._agreement: dict[str, list[CountedSample]] = defaultdict(list)

    def add(self, sample: TriedSample) -> None:
        """Count a sample."""
        self.samples += 1
        if sample.agreement:
            self._agreement[sample.task].append(sample.agreement)
        if sample.fails is None:
            self.uncounted[_few(sample.why, self.uncounted)] += 1
            return
        self.counted += 1
        self.failed += sample.fails
        one = GroupTally(1, int(sample.fails), sample.answers, sample.wrong)
        self._count(GroupName(TASK, "", TASK, sample.task), ALL, one)
        for name, value in sample.about.items():
            self._count(GroupName(ASKED, sample.task, name, value), sample.run, one)
        if sample.skeleton:
            self._count(GroupName(SKELETON, sample.task, SKELETON, sample.skeleton), sample.run, one)
        self._personas[sample.persona, sample.run].add(one)
        if sample.fails:
            key = (sample.task, sample.why)
            self._reasons[key if key in self._reasons or len(self._reasons) < MOST_REASONS else (key[0], ANOTHER)] += 1

    @property
    def personas(self) -> list[str]:
        """Whom counted samples are about, each once."""
        return list(dict.fromkeys(persona for persona, _ in self._personas))

    def about(self, personas: Collection[str]) -> int:
        """How many counted samples are about these."""
        wanted = set(personas)
        return sum(tally.n for (persona, _), tally in self._personas.items() if persona in wanted)

    def groups(self, cell_of: Callable[[str], str | None]) -> tuple[list[FailingGroup], int]:
        """An answer for each group, and how many samples are about somebody of whom no cell is known.

        Sorted by what they are told apart by, tasks first and cells last, then by how surely and how much they fail.
        `cell_of` has the cell of a persona.
        """
        cells: Strata = {}
        unknown = 0
        for (persona, run), tally in self._personas.items():
            cell = cell_of(persona)
            if cell is None:
                unknown += tally.n
            else:
                _add(cells, GroupName(CELL, "", CELL, cell), run, tally)
        found = answered({**self._groups, **cells})
        return sorted(found, key=lambda group: (_place(group.name), _rank(group), group.name)), unknown

    def reasons(self) -> list[dict[str, Any]]:
        """Why samples fail, by task: how many, and their share of those of the task that fail, the most first."""
        failed: Counter[str] = Counter()
        for (task, _), n in self._reasons.items():
            failed[task] += n
        return [
            {"task": task, "reason": why, "n": n, "share": n / failed[task], "interval": list(wilson(n, failed[task]))}
            for (task, why), n in sorted(self._reasons.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        ]

    def missed(self) -> dict[str, Mapping[str, Any]]:
        """What agreement misses, by task, where samples were also executed or computed."""
        told = {task: missed(rows) for task, rows in sorted(self._agreement.items())}
        return {task: found for task, found in told.items() if found["executed"]}

    def _count(self, name: GroupName, stratum: str, tally: GroupTally) -> None:
        _add(self._groups, name, stratum, tally)


def _add(strata: Strata, name: GroupName, stratum: str, tally: GroupTally) -> None:
    strata.setdefault(name, {}).setdefault(stratum, GroupTally()).add(tally)


def _few(why: str, known: Counter[str]) -> str:
    return why if why in known or len(known) < MOST_REASONS else ANOTHER


_ORDER: Final = {TASK: 0, ASKED: 1, SKELETON: 2, CELL: 3}


def _place(name: GroupName) -> tuple[int, str, str]:
    return (_ORDER[name.kind], name.task, name.by)


def _rank(group: FailingGroup) -> tuple[int, float, float]:
    """Weak ones first, then those of which nothing can be said, strong ones last; never by a share alone."""
    at = {"weak": 0, "inconclusive": 1, "strong": 2}[group.answer]
    return (at, -group.failed / group.expected if at != 1 and group.expected else 0.0, -group.n)
