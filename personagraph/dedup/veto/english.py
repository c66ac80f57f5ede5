"""Which words of a description can be read: those of English, among words of English."""

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

from personagraph.dedup.veto.lexicon import american, forms, known_phrases, senses
from personagraph.vocabulary.reference import english_words, table

ARTICLES = frozenset({"a", "an", "the"})
"""Words that come and go with the wording."""
_ENGLISH = 0.62
"""The share of known words that real English descriptions have; texts of 35 other languages have 0.6 at most."""
_UNKNOWN_FORM = re.compile("(?<=[^aious])s$|(?<=[a-z]{5})ing$")
_OFTEN_VERBS = {"lives": "live", "leaves": "leave"}
"""Forms of a verb that are plurals, too."""
_HAS_VOWEL = re.compile("^[^0-9]*[aeiouy][^0-9]*$")
"""Of what has inflections: numbers and titles have none ("1950s", "mrs")."""
_SHORT_VOWEL = re.compile("(?:^|[^aeiou])[aeiou][^aeiou]$")


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a word, plain and in lower case, is in the list of English words or in the lexicon, in any form."""
    if word in english_words() or word in _in_names():
        return True
    return senses((word,)) is not None or any(form in english_words() for form, _ in forms(word))


@lru_cache(maxsize=1)
def _in_names() -> frozenset[str]:
    """The longer words of names of several words ("paulo")."""
    return frozenset(word for phrase in known_phrases() if len(phrase) > 1 for word in phrase if len(word) > 3)


def reads_as_english(found: Sequence[str]) -> bool:
    """Whether enough of the words, numbers and signs left out, are known; where there is no word, it is."""
    known = [is_known(word) for word in found if word[0].isalpha()]
    return sum(known) >= _ENGLISH * len(known)


def among_english(known: Sequence[bool]) -> list[tuple[bool, bool]]:
    """Of each word, whether at most one of the four around it is unknown, and whether the two beside it are known."""
    padded = [True, True, *known, True, True]
    around = zip(padded, padded[1:], padded[3:], padded[4:], strict=False)
    return [(near.count(False) <= 1, near[1] and near[2]) for near in around]


def stems(word: str) -> frozenset[str]:
    """The words of the list that this one may be a form of ("mending" of "mend", "caring" not of "car"), or itself."""
    found = {form for form, _ in forms(word) if form in english_words()}
    return frozenset(form for form in found if not is_cut_short(form, found)) or frozenset({word})


def is_cut_short(form: str, found: Set[str]) -> bool:
    """Whether a word of those found lacks the e of the other ("car" of "caring", where "care" was found)."""
    return form + "e" in found and bool(_SHORT_VOWEL.search(form))


def regular_base(word: str) -> str:
    """The shortest word that this one is a regular form of; of a word that is in no list, without the ending."""
    if not _HAS_VOWEL.search(word):
        return word
    found = stems(word)
    if found == {word} and word not in english_words():
        return _UNKNOWN_FORM.sub("", word)
    return min((form for form in found if form + form[-1] not in found), key=lambda form: (len(form), form))


@lru_cache(maxsize=1 << 16)
def base(word: str) -> str:
    """The word that this one is a form of, in American spelling ("teaching" of "teach", "women" of "woman")."""
    found = _OFTEN_VERBS.get(word) or _irregular().get(word) or regular_base(word)
    other = american(found)
    return other if other in english_words() else found


def is_inflected(word: str) -> bool:
    """Whether English has forms of the word, as it has of most that are no names ("polishes", "apples")."""
    return any(word + ending in english_words() for ending in ("s", "es", "ed", "ing"))


def is_irregular(word: str) -> bool:
    """Whether it is a form of another word that no ending makes ("taught", "mice")."""
    return word in _irregular()


@lru_cache(maxsize=1)
def _irregular() -> Mapping[str, str]:
    return {row["form"]: row["word"] for row in table("word_forms")}
