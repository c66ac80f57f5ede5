"""Who knows whom in the simulated world, and how: facts that follow from the world and two descriptions alone."""

from bisect import bisect
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from personagraph.text.words import words
from personagraph.types import digest
from personagraph.vocabulary.relationships import ROLES, TYPES

KNOWN_ALIKE: Final = 0.375
"""The share of those who are alike that know each other."""
KNOWN_UNLIKE: Final = 0.0375
"""That of all others.

Of descriptions of PersonaHub 7 % of random pairs are alike, and 60 % of those with the ten that lie nearest to them
(our static encoder): so a quarter of the latter know each other, and a sixteenth of random pairs. A real model of 1.5
billion weights judged 27 % of the nearest to be likely, and 6 % at random.
"""
LONG, STEM = 5, 5
"""Letters of a word that has content, and how many of them are compared: "teacher" is like "teaching"."""
MEAN_UNKNOWN: Final = -2.9
MEAN_KNOWN: Final = -1.1
"""Log-odds of "yes" of pairs that do not, or do, know each other: of both most are below 0, as a real model's were."""
SPREAD, SPREAD_OF_EGOS = 0.62, 0.78
"""Standard deviations of log-odds: of the judgements about one ego, and of the means of egos.

The area under the curve is .90 over all pairs, and .98 once the mean of each ego is taken off, as it was of that model.
"""
ERRS: Final = 0.05
"""How often a tie is told of two who do not know each other, or none of two who do, or another type than theirs."""

_NO_CONTENT_WORDS = """which their about where these those there because through while after before between during
without within other another every still should could would until against under using based working looking seeking
around across years three someone person people"""
_NO_CONTENT = frozenset(_NO_CONTENT_WORDS.split())
_ROLES: Final = tuple(ROLES)
_BY_TYPE: Final = {told: role for role, told in ROLES.items()}
_TURNED: Final = {
    role: role if TYPES[type].symmetric else _BY_TYPE[type, not forward] for role, (type, forward) in ROLES.items()
}
"""Each role as it is said from the other end."""
_WEIGHTS: Final = tuple(accumulate((1 + rank) ** -0.5 for rank in range(len(_ROLES))))
"""The world's prior over roles, added up: what stands first is commonest."""


def knows(world: int, a: str, b: str) -> bool:
    """Whether two who are described so know each other: always the same, in either order."""
    share = _share(world, "knows", *sorted((a, b)))
    return share < KNOWN_UNLIKE or (share < KNOWN_ALIKE and is_alike(a, b))


def is_alike(a: str, b: str) -> bool:
    """Whether two descriptions share a word with content: an occupation, a country, what somebody likes."""
    return not _stems(a).isdisjoint(_stems(b))


def role(world: int, a: str, b: str) -> str:
    """What the first is to the second, if they know each other: always the same, told from either end."""
    first, second = sorted((a, b))
    found = _ROLES[bisect(_WEIGHTS, _share(world, "role", first, second) * _WEIGHTS[-1])]
    return found if a == first else _TURNED[found]


def odds(rng: Random, world: int, a: str, b: str) -> float:
    """The log-odds that a judgement about the two gives "yes", where `a` is the one who is asked about."""
    own = Random(f"{world}:odds:{a}").gauss(0.0, SPREAD_OF_EGOS)
    return own + rng.gauss(MEAN_KNOWN if knows(world, a, b) else MEAN_UNKNOWN, SPREAD)


def _share(world: int, *of: str) -> float:
    """A number from 0 to 1, drawn once for these."""
    return int(digest(str(world), *of)[:13], 16) / 16**13


@lru_cache(maxsize=65_536)
def _stems(description: str) -> frozenset[str]:
    long = (word for word in words(description) if len(word) >= LONG and word[0].isalpha())
    return frozenset(word[:STEM] for word in long if word not in _NO_CONTENT)
