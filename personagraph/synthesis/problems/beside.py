"""What a problem tells beside what is needed: sentences with numbers, of subjects that it is not about."""

import re
from collections.abc import Collection, Mapping, Sequence
from random import Random
from typing import Any

from personagraph.synthesis.problems.operations import SUBJECTS
from personagraph.synthesis.problems.skeletons import Skeleton
from personagraph.synthesis.problems.wording import TellingFields, wording

_LEANS = re.compile(r"\b(?:this|that|it|them|these|those|such|then|there|so)\b", re.IGNORECASE)
"""TellingFields that lean on the sentence before."""


def beside(
    skeleton: Skeleton, amount: int, words: TellingFields, rng: Random, n: int, used: Collection[int]
) -> list[tuple[str, int]]:
    """Up to n sentences with the number that each tells: none of those used, none that the problem could be about."""
    able = [made for made in wording()["beside"] if _fits(made, skeleton)]
    found: list[tuple[str, int]] = []
    taken = {*used}
    for made in rng.sample(able, min(n, len(able))):
        number = _drawn(made, amount, rng)
        if number in taken:
            number = next(free for free in range(number + 1, number + 99) if free not in taken)
        taken.add(number)
        found.append((rng.choice(made["tells"]).format_map(words.with_numbers(n=number)), number))
    return found


def mixed_in(told: Sequence[str], question: str, more: Sequence[str], rng: Random) -> list[str]:
    """All sentences in order: what is beside stands where the next sentence does not lean on the one before."""
    texts = [*told, question]
    for text in more:
        places = [0, *(i for i, after in enumerate(texts) if i and not _LEANS.search(after))]
        texts.insert(rng.choice(places), text)
    return texts


def _fits(made: Mapping[str, Any], skeleton: Skeleton) -> bool:
    subject = made.get("subject", "")
    if subject == "number":
        return skeleton.beginning == "an amount" and skeleton.hidden != 0 and "average" not in str(skeleton)
    return subject not in {SUBJECTS.get(kind, "") for kind in skeleton.kinds} or not subject


def _drawn(made: Mapping[str, Any], amount: int, rng: Random) -> int:
    if made.get("amount"):
        return max(2, round(amount * rng.uniform(0.5, 1.6)))
    return rng.randint(made["from"], made["to"])
