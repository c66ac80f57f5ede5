"""Problems without a formula, with three independent answers in several notations."""

import random
from collections.abc import Callable

from tests.synthesis.checks.planted.sample import Sample

Rng = random.Random


def ways(value: int, unit: str) -> list[str]:
    """The same answer as different people write it."""
    said = [f"{value} {unit}", f"The answer is {value} {unit}.", f"{value}", f"= {value} {unit}", f"**{value}** {unit}"]
    said += [f"{value}.00", f"\\boxed{{{value}}}", f"{value:,} {unit}", str(value).translate(FULL)]
    return [*said, f"${value}"] if unit == "dollars" else said


FULL = str.maketrans("0123456789", "０１２３４５６７８９")


def problem(rng: Rng) -> tuple[int, str]:
    return rng.randint(11, 99_999), rng.choice(("dollars", "jars", "hours", "metres", "pupils"))


def sample(stated: str, answers: list[str], **changes: object) -> Sample:
    user = "A merchant tells how the business goes. How much is it in the end?"
    return Sample("opinion", user, stated, stated, {}, answers, checks=("agreement", "working"), **changes)  # type: ignore[arg-type]


def good(rng: Rng) -> Sample:
    value, unit = problem(rng)
    return sample(rng.choice(ways(value, unit)), [rng.choice(ways(value, unit)) for _ in range(3)])


def outvoted(rng: Rng) -> Sample:
    """All others say something else than the stated answer."""
    value, unit = problem(rng)
    wrong = value + rng.choice((1, -1, 10, value))
    answers = [rng.choice(ways(value, unit)) for _ in range(3)]
    return sample(rng.choice(ways(wrong, unit)), answers, fault="wrong answer")


def shared(rng: Rng) -> Sample:
    """All make the same error."""
    value, unit = problem(rng)
    answers = [rng.choice(ways(value + 1, unit)) for _ in range(3)]
    return sample(f"{value + 1} {unit}", answers, fault="shared error", decidable=False)


FAULTS: tuple[tuple[Callable[[Rng], Sample], int], ...] = ((outvoted, 40), (shared, 20))
