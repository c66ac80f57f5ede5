"""Looks through the samples of a run before any is written: which of them make rows, and on which side they are."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from personagraph.synthesis.dataset.split import SIDES, STRADDLES, Shares, divide
from personagraph.synthesis.formats.sample_format import SampleFormat
from personagraph.synthesis.samples import Sample

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

LEFT_OUT = STRADDLES


@dataclass(frozen=True, slots=True)
class Split:
    """How samples are to be divided: by the communities of a graph, in an order that the seed decides."""

    shares: Shares
    seed: int
    graph: "Snapshot"


@dataclass(slots=True)
class Overview:
    """What a format makes of the samples of a run.

    `sides` has for each sample its place in SIDES, or LEFT_OUT. Counts are of what is written: `samples`, `rows` by
    side, outcomes of checks; `left_out` says of how many samples why they are not.
    """

    found: int = 0
    sides: Sequence[int] = ()
    rows: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    prompts: set[str] = field(default_factory=set)
    simulated: bool = False
    split: dict[str, Any] | None = None

    @property
    def samples(self) -> int:
        """How many samples are written."""
        return self.checks.total()


def overview(
    samples: Iterable[Sample], kind: SampleFormat, outcomes: Sequence[str] | None, split: Split | None
) -> Overview:
    """What becomes of each sample; only numbers and the ids of who is shown are kept of it.

    `outcomes` are those that are wanted; None for all but those that the format leaves out.
    """
    told, rows, found, people = Overview(), array("L"), [], _People()
    for sample in samples:
        told.found += 1
        n = 0
        if not _wanted(sample["check"], kind, outcomes):
            told.left_out[f"their check is {sample['check']}"] += 1
        elif not (n := sum(1 for _ in kind.rows(sample))):
            told.left_out[f"they lack {kind.lacks}"] += 1
        rows.append(n)
        found.append(sample["check"] if n else "")
        if n:
            told.prompts.add(sample["lineage"]["prompt"])
            told.simulated |= sample["lineage"]["simulated"]
        if split:
            people.add(sample["lineage"]["personas"].split() if n else ())
    told.sides = array("b", (0 if n else LEFT_OUT for n in rows))
    if split:
        told.sides, told.split = _divided(people, rows, split)
        told.left_out["they show people of two sides"] += told.split["straddling"]
    for side, n, outcome in zip(told.sides, rows, found, strict=True):
        if side != LEFT_OUT:
            told.rows[SIDES[side]] += n
            told.checks[outcome] += 1
    told.left_out = +told.left_out
    return told


class _People:
    """Whom each sample shows, each person as a number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.shown: list[array[int]] = []

    def add(self, ids: Iterable[str]) -> None:
        self.shown.append(array("L", (self.numbers.setdefault(id, len(self.numbers)) for id in ids)))


def _wanted(check: str, kind: SampleFormat, outcomes: Sequence[str] | None) -> bool:
    return check not in kind.leaves_out if outcomes is None else check in outcomes


def _divided(people: _People, rows: Sequence[int], split: Split) -> tuple[Sequence[int], dict[str, Any]]:
    """The side of each sample, and what is to be told of the split.

    Who is no longer in the graph counts as a community of their own.
    """
    import numpy as np

    from personagraph.graph.metrics.communities.community import communities_of

    graph = split.graph
    numbers = communities_of(graph.neighbours, seed=0)
    order = np.argsort(graph.ids)
    ids = np.array(list(people.numbers), "S32")
    places = np.searchsorted(graph.ids, ids, sorter=order) if len(graph) else np.zeros(len(ids), np.int64)
    places = order[np.minimum(places, len(graph) - 1)] if len(graph) else places
    there = graph.ids[places] == ids if len(graph) else np.zeros(len(ids), np.bool_)
    community = np.where(there, numbers[places] if len(graph) else 0, -1 - np.arange(len(ids))).tolist()
    made = [n for n, ids in enumerate(people.shown) if ids]
    shown: list[list[Hashable]] = [list(dict.fromkeys(community[one] for one in people.shown[n])) for n in made]
    found = divide(shown, [rows[n] for n in made], split.shares, seed=split.seed)
    sides = array("b", [LEFT_OUT]) * len(rows)
    for n, side in zip(made, found.sides, strict=True):
        sides[n] = side
    side_of = np.full(len(graph), LEFT_OUT, np.int64)
    for number, place in zip(community, places.tolist(), strict=True):
        if number > 0:
            side_of[place] = found.side_of.get(number, LEFT_OUT)
    ends = side_of[graph.sources], side_of[graph.targets]
    between = (ends[0] != LEFT_OUT) & (ends[1] != LEFT_OUT)
    on: dict[str, int] = defaultdict(int)
    for side in found.side_of.values():
        on[SIDES[side]] += 1
    return sides, {
        "by": "community",
        "seed": split.seed,
        "shares": dict(zip(SIDES, split.shares, strict=True)),
        "communities": {side: on[side] for side in SIDES},
        "largest_community": found.largest,
        "straddling": sum(side == STRADDLES for side in found.sides),
        "relationships": int(between.sum()),
        "relationships_across": int((between & (ends[0] != ends[1])).sum()),
        "personas_gone": int((~there).sum()),
    }
