"""What the checks find of planted faults, by kind; `python -m tests.synthesis.checks.figures [SEED]` prints it."""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType

from personagraph.synthesis.checks import Draft, Judgement, Opinions, checked
from tests.synthesis.checks.planted import opinions, puzzles, tools, word_problems
from tests.synthesis.checks.planted.sample import Sample

KINDS: dict[str, ModuleType] = {
    "word problem": word_problems,
    "puzzle": puzzles,
    "tool": tools,
    "opinion": opinions,
}
REFUSED = ("unanswerable", "disputed")
CONFIRMED = ("verified", "agreed")


@dataclass
class Figures:
    """What was found of one kind of sample."""

    planted: Counter[str] = field(default_factory=Counter)
    decidable: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    good: int = 0
    refused: int = 0
    confirmed: int = 0
    odd: list[tuple[Sample, Judgement]] = field(default_factory=list)


def found(sample: Sample) -> Judgement:
    """What the sample's checks say of it."""
    draft = Draft(sample.user, sample.assistant, sample.answer, sample.form)
    return checked(sample.checks, draft, Opinions(sample.answers))


def faulty(kind: str, rng: random.Random) -> Iterator[Sample]:
    """All planted faults of a kind."""
    for plant, count in KINDS[kind].FAULTS:
        yield from (plant(rng) for _ in range(count))


def figures(seed: int) -> dict[str, Figures]:
    """What is found by kind, with as many good samples as faulty ones."""
    told = {}
    for kind, module in KINDS.items():
        rng = random.Random(f"{seed} {kind}")
        told[kind] = counted = Figures()
        for sample in faulty(kind, rng):
            finding = found(sample)
            counted.planted[sample.fault] += 1
            counted.decidable[sample.fault] += sample.decidable
            counted.found[sample.fault] += sample.decidable and finding.outcome in REFUSED
            if sample.decidable and finding.outcome not in REFUSED:
                counted.odd.append((sample, finding))
        for _ in range(counted.planted.total()):
            sample = module.good(rng)
            finding = found(sample)
            counted.good += 1
            counted.refused += finding.outcome in REFUSED
            counted.confirmed += finding.outcome in CONFIRMED
            if finding.outcome not in CONFIRMED:
                counted.odd.append((sample, finding))
    return told


def table(told: dict[str, Figures]) -> str:
    """The figures as lines of a table."""
    lines = []
    for kind, counted in told.items():
        lines.append(f"{kind}: {counted.good} good, {counted.confirmed} confirmed, {counted.refused} refused")
        for fault, planted in counted.planted.items():
            of = f"{counted.found[fault]} of {counted.decidable[fault]} found"
            lines.append(f"  {fault}: {planted} planted, {of if counted.decidable[fault] else 'not decidable'}")
    return "\n".join(lines)


if __name__ == "__main__":
    made = figures(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(table(made))
    for counted in made.values():
        for sample, finding in counted.odd[:40]:
            print(f"\n{sample.kind} / {sample.fault or 'good'}: {finding.outcome}: {finding.reason}")
            print(f"  {sample.user}\n  {sample.answer!r} {dict(sample.form)}"[:900])
