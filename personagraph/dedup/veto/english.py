"""Which words of a description can be read: those of English, among words of English."""

from collections.abc import Sequence
from functools import lru_cache

from personagraph.dedup.veto.lexicon import forms, senses
from personagraph.vocabulary.reference import english_words

SMALL_WORDS = frozenset(
    (
        *("a", "an", "the", "who", "whom", "whose", "which", "that", "and", "&", "in", "at", "on", "of", "as", "also"),
        *("is", "are", "be", "been", "being", "was", "were", "has", "have", "while", "when"),
    )
)
"""Words that may be replaced by others, and nothing else is said: "who works in", "working at"."""
_NEAR = 2


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a word, plain and in lower case, is in the list of English words or in the lexicon, in any form."""
    return senses((word,)) is not None or any(form in english_words() for form, _ in forms(word))


def among_english(known: Sequence[bool]) -> list[bool]:
    """Of each word, whether the two before it and the two after it are known."""
    return [all(known[max(at - _NEAR, 0) : at]) and all(known[at + 1 : at + 1 + _NEAR]) for at in range(len(known))]


def stem(word: str) -> str:
    """The word that this one is a form of ("mending" → "mend"), as far as the list knows; or else the word."""
    found = [form for form, _ in forms(word) if form != word and form in english_words()]
    return max(found, key=len, default=word)
