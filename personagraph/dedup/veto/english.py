"""Which words of a description can be read: those of English, among words of English."""

from collections.abc import Sequence
from functools import lru_cache

from personagraph.dedup.veto.lexicon import forms, senses
from personagraph.vocabulary.reference import english_words

SMALL_WORDS = frozenset(
    (
        *("a", "an", "the", "who", "whom", "whose", "which", "that", "with", "and", "or", "but", "of", "for", "from"),
        *("to", "their", "at", "by", "in", "on", "has", "have", "is", "are", "be", "been", "being", "was", "were"),
        *("about", "as", "his", "her", "he", "she", "they", "it", "its", "into", "while", "when", "also", "&"),
    )
)
"""Words that say nothing on their own."""
_NEAR = 2


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a word, plain and in lower case, is in the list of English words or in the lexicon, in any form."""
    return senses((word,)) is not None or any(form in english_words() for form, _ in forms(word))


def among_english(words: Sequence[str]) -> list[bool]:
    """Of each word, whether at least half of the two before it and the two after it are known."""
    known = [is_known(word) for word in words]
    near = [known[max(index - _NEAR, 0) : index] + known[index + 1 : index + 1 + _NEAR] for index in range(len(known))]
    return [2 * sum(around) >= len(around) for around in near]


def stem(word: str) -> str:
    """The word that this one is a form of ("mending" → "mend"), as far as the list knows; or else the word."""
    found = [form for form, _ in forms(word) if form != word and form in english_words()]
    return max(found, key=len, default=word)
