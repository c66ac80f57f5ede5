"""Which words of a description can be read: those of English, among words of English."""

import re
from collections.abc import Sequence
from functools import lru_cache

from personagraph.dedup.veto.lexicon import forms, senses
from personagraph.vocabulary.reference import english_words

EMPTY_WORDS = frozenset({"a", "an", "the", "who", "which", "that"})
"""Words that come and go with the wording."""
SMALL_WORDS = EMPTY_WORDS | frozenset(
    (
        *("whom", "whose", "and", "&", "in", "at", "on", "of", "as", "also", "while", "when"),
        *("is", "are", "be", "been", "being", "was", "were", "has", "have"),
    )
)
"""Words that may be replaced by one another, and nothing else is said: "who works in", "and works at"."""
_SHORT_VOWEL = re.compile("(?:^|[^aeiou])[aeiou][^aeiou]$")


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a word, plain and in lower case, is in the list of English words or in the lexicon, in any form."""
    return senses((word,)) is not None or any(form in english_words() for form, _ in forms(word))


def among_english(known: Sequence[bool]) -> list[tuple[bool, bool]]:
    """Of each word, whether at most one of the four around it is unknown, and whether the two beside it are known."""
    padded = [True, True, *known, True, True]
    around = zip(padded, padded[1:], padded[3:], padded[4:], strict=False)
    return [(near.count(False) <= 1, near[1] and near[2]) for near in around]


def stems(word: str) -> frozenset[str]:
    """The words of the list that this one may be a form of ("mending" of "mend", "caring" not of "car"), or itself."""
    found = {form for form, _ in forms(word) if form in english_words()}
    return frozenset(form for form in found if not (form + "e" in found and _SHORT_VOWEL.search(form))) or frozenset(
        {word}
    )
