"""What counts as known of a persona: what its words say, and what was stated of it as far as that can be believed.

A statement that the words bear out is known; one that they contradict is dropped, and the words hold. One of which the
words say nothing counts only when whoever states it was measured to state well, on those of its own statements that
could be checked. A column of an import counts as it stands.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from personagraph.steering.shares import wilson
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.reading.descriptions import read_description

BASES: Mapping[str, str] = {
    "words": "read from the description",
    "agreed": "stated in the reply, and read from the description alike",
    "stated": "stated by a model that was found to state well",
    "field": "a column of an import, or a field that the description was composed from",
    "model": "annotated by a model",
    "label": "labelled by the user",
}
"""On what grounds an attribute can be known → what that means."""
READ = ("words", "agreed")
"""The grounds of what the words of a description say."""
_UNSTATED = Attributes()
CLAIMS = AGREED, CONTRADICTED, UNSUPPORTED = "agreed", "contradicted", "unsupported"
LEAST = 0.8
"""The share of its checkable statements that a model must get right, for those that cannot be checked to count."""


class Evidence(NamedTuple):
    """What is known, on what grounds, and what became of each statement: agreed, contradicted or unsupported."""

    attributes: Attributes
    bases: Attributes
    claims: Mapping[str, str]


class Statements:
    """How the statements of one model fared against the words of descriptions, by attribute, in order of arrival."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, claims: Mapping[str, str], times: int = 1) -> None:
        """Count what became of the statements of one reply, or of several alike."""
        for claim in claims.items():
            self._counts[claim] += times

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each attribute's statements were agreed, contradicted, unsupported; of those with any."""
        stated = [name for name in ATTRIBUTES if any(self._counts[name, claim] for claim in CLAIMS)]
        return {name: {claim: self._counts[name, claim] for claim in CLAIMS} for name in stated}

    def believes(self, name: str) -> bool:
        """Whether the lower end of the 95 % interval (Wilson) of the share that agreed is LEAST or more."""
        agreed = self._counts[name, AGREED]
        return wilson(agreed, agreed + self._counts[name, CONTRADICTED]).low >= LEAST


def weigh(
    description: str,
    said: Attributes,
    *,
    exact: bool = False,
    believes: Callable[[str], bool] = lambda name: False,
    grounds: Attributes = _UNSTATED,
) -> Evidence:
    """What is known of a persona with this description, of whom this is said.

    `exact` says that it is no model's statement but a column, or what the description was composed from: it holds, also
    against the words. `believes` says of an attribute whether an unsupported statement counts. `grounds` are those on
    which it is known where it holds, if they are others than a column.
    """
    words, stated = read_description(description).known(), said.known()
    if not words and not stated:
        return _NOTHING
    values, bases, claims = dict[str, str](), dict[str, str](), dict[str, str]()
    for name in ATTRIBUTES:
        claim, seen = stated.get(name, UNKNOWN), words.get(name, UNKNOWN)
        if claim != UNKNOWN and exact:
            values[name], bases[name] = claim, grounds[name] if grounds[name] in BASES else "field"
        elif claim != UNKNOWN and seen == UNKNOWN:
            claims[name] = UNSUPPORTED
            if believes(name):
                values[name], bases[name] = claim, "stated"
        elif seen != UNKNOWN:
            values[name], bases[name] = seen, "agreed" if claim == seen else "words"
            if claim != UNKNOWN:
                claims[name] = AGREED if claim == seen else CONTRADICTED
    return Evidence(Attributes(**values), Attributes(**bases), claims)


_NOTHING = Evidence(Attributes(), Attributes(), {})
