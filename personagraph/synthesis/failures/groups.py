"""Says which groups of samples fail more than those beside them, as far as their number allows to say it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, NamedTuple

from personagraph.steering.flags import RATE, adjusted
from personagraph.steering.shares import Interval, wilson
from personagraph.synthesis.failures.strata import Stratum, tails

Said = Literal["weak", "strong", "inconclusive"]
WEAK: Final = "weak"
STRONG: Final = "strong"
INCONCLUSIVE: Final = "inconclusive"
LEAST: Final = 5
"""Samples of a group of which anything is said."""
ALL: Final = ""
"""The one stratum of groups that are not compared within runs."""


TASK, ASKED, SKELETON, CELL = "task", "asked", "skeleton", "cell"
"""What groups are of: a task, what was asked for, how a composed problem is built, whom samples are about."""


class GroupName(NamedTuple):
    """What a group is of, the task ("" for all tasks), what it is told apart `by`, and its value."""

    kind: str
    task: str
    by: str
    value: str


@dataclass(slots=True)
class GroupTally:
    """Counts of a group in a stratum: samples that can be counted, those that fail, answers, and wrong ones."""

    n: int = 0
    failed: int = 0
    answers: int = 0
    wrong: int = 0

    def add(self, other: "GroupTally") -> None:
        """Count these, too."""
        self.n += other.n
        self.failed += other.failed
        self.answers += other.answers
        self.wrong += other.wrong


@dataclass(frozen=True, slots=True)
class FailingGroup:
    """What is said of a group: its counts, the share that fails with its interval, and how many would if it were alike.

    `expected` is that number: by the shares of those it is held against. `p_more` and `p_fewer` are the adjusted
    p-values behind the answer; 1 where there is too little to say anything.
    """

    name: GroupName
    n: int
    failed: int
    answers: int
    wrong: int
    interval: Interval
    expected: float
    p_more: float
    p_fewer: float
    answer: Said

    @property
    def share(self) -> float:
        """The share of its samples that fail."""
        return self.failed / self.n

    def to_json(self) -> dict[str, Any]:
        """As the report has it."""
        found = asdict(self)
        return {**found.pop("name")._asdict(), **found, "interval": list(self.interval), "share": self.share}


def answered(tallies: Mapping[GroupName, Mapping[str, GroupTally]], *, rate: float = RATE) -> list[FailingGroup]:
    """An answer for every group that has counted samples, in the order given; `tallies` has one for each stratum.

    A group is held against all that are told apart by the same, of the same task, within each stratum. It is "weak"
    when an exact test refutes that it fails as they do or less, "strong" when it refutes as they do or more; else it is
    "inconclusive". Each of the two answers is kept to a false discovery rate of `rate` over all groups together
    (Benjamini and Hochberg 1995). A group of fewer than LEAST samples, or too small for such an answer whatever came
    of them, is not tested and takes nothing from the others (Tarone 1990). The tests take samples for independent
    draws.
    """
    beside: dict[tuple[str, str, str], dict[str, GroupTally]] = defaultdict(lambda: defaultdict(GroupTally))
    for name, strata in tallies.items():
        for stratum, tally in strata.items():
            beside[name[:3]][stratum].add(tally)
    names = [name for name, strata in tallies.items() if any(tally.n for tally in strata.values())]
    found = [tails(_strata(tallies[name], beside[name[:3]])) for name in names]
    enough = [sum(tally.n for tally in tallies[name].values()) >= LEAST for name in names]
    more = _kept([each.more for each in found], [each.least_more for each in found], enough, rate)
    fewer = _kept([each.fewer for each in found], [each.least_fewer for each in found], enough, rate)
    return [_group(name, tallies[name], beside[name[:3]], (more[at], fewer[at]), rate) for at, name in enumerate(names)]


def _strata(own: Mapping[str, GroupTally], beside: Mapping[str, GroupTally]) -> Iterable[Stratum]:
    for stratum, tally in own.items():
        yield Stratum(tally.failed, tally.n, beside[stratum].failed, beside[stratum].n)


def _kept(values: Sequence[float], least: Sequence[float], enough: Sequence[bool], rate: float) -> list[float]:
    """The adjusted p-values; where there is too little, or they could not be at most the rate, they are 1.

    Those are not among the ones that are tested.
    """
    tested = [at for at, one in enumerate(least) if enough[at] and one <= rate]
    kept = [1.0] * len(values)
    for at, value in zip(tested, adjusted([values[at] for at in tested]), strict=True):
        kept[at] = value
    return kept


def _group(
    name: GroupName,
    own: Mapping[str, GroupTally],
    beside: Mapping[str, GroupTally],
    p_values: tuple[float, float],
    rate: float,
) -> FailingGroup:
    counted = GroupTally()
    for tally in own.values():
        counted.add(tally)
    shares = {stratum: all_of.failed / all_of.n for stratum, all_of in beside.items() if all_of.n}
    expected = sum(tally.n * shares[stratum] for stratum, tally in own.items() if tally.n)
    more, fewer = p_values
    answer: Said = "weak" if more <= rate else "strong" if fewer <= rate else "inconclusive"
    return FailingGroup(
        name,
        counted.n,
        counted.failed,
        counted.answers,
        counted.wrong,
        wilson(counted.failed, counted.n),
        expected,
        more,
        fewer,
        answer,
    )
