"""What the words of a description say when descriptions are compared: one token for all that say the same.

Two descriptions are candidates for one persona when the sets of their `key_tokens` are equal, or become equal when one
word of one of them that is a slip of spelling (`may_slip`) is replaced by the word it may stand for.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from personagraph.dedup.veto.english import is_known, stems
from personagraph.dedup.veto.lexicon import american, plain
from personagraph.text import english
from personagraph.text.words import words

NOT_PLAIN = re.compile(r"[^\x00-\x7f]|[-.,:/]\d|#|[A-Za-z]\.[A-Za-z]")
"""What a text has whose key is more than `words` → `phrases` → `canonical`: it goes through `key_tokens`."""
_SILENT = frozenset(
    (
        *("a", "an", "the", "who", "which", "that", "whom", "whose", "and", "or", "but", "in", "at", "on", "of", "as"),
        *("is", "are", "was", "were", "be", "been", "being", "am", "has", "have", "had", "having", "with", "for", "to"),
        *("from", "also", "while", "when", "it", "its", "very", "passionate", "dedicated", "their", "they", "them"),
    )
)
_SHORTEST_SLIP = 4


@lru_cache(maxsize=1 << 17)
def canonical(word: str) -> str:
    """What an English word, in lower case and without apostrophes, says; "" for one that says nothing.

    Nothing is said by articles, relatives, auxiliaries, neutral prepositions, and by praise.
    """
    if word in _SILENT:
        return ""
    if word in english.NUMBERS and word != "one":
        return str(english.NUMBERS[word])
    return american(min(stems(plain(word)), key=lambda form: (len(form), form)))


@lru_cache(maxsize=1)
def phrases() -> Mapping[tuple[str, ...], str]:
    """Sequences of words, as `words` gives them, that say one thing, and what they say; "" where it is nothing.

    They are looked for from the left, the longest first, before `canonical`.
    """
    return {
        ("software", "developer"): "software engineer",
        ("software", "engineer"): "software engineer",
        ("works", "as"): "",
        ("working", "as"): "",
    }


def exact_form(word: str) -> str:
    """The form under which texts with equal sequences surely say the same; "" for a word that is left out of them.

    It holds for texts that are plain (no match of `NOT_PLAIN`) and English.
    """
    return "" if word in ("a", "an", "the") else word


def key_tokens(description: str) -> tuple[str, ...]:
    """What the words of a description say, in order, in any language; it may be empty."""
    return in_canonical_words(tuple(words(description)))


def in_canonical_words(found: tuple[str, ...]) -> tuple[str, ...]:
    """The canonical tokens of the words of a text in English, in order."""
    known, longest = phrases(), _longest()
    result: list[str] = []
    index = 0
    while index < len(found):
        word = found[index]
        for length in range(min(longest.get(word, 1), len(found) - index), 1, -1):
            token = known.get(found[index : index + length])
            if token is not None:
                break
        else:
            token, length = canonical(word), 1
        if token:
            result.append(token)
        index += length
    return tuple(result)


def may_slip(unknown: str, known: str) -> bool:
    """Whether the first, which is no English word, may be a misspelling of the second, which is one."""
    if min(len(unknown), len(known)) < _SHORTEST_SLIP or not (unknown + known).isalpha() or unknown[0] != known[0]:
        return False
    return not is_known(unknown) and is_known(known) and _is_one_edit(unknown, known)


@lru_cache(maxsize=1)
def _longest() -> Mapping[str, int]:
    found: dict[str, int] = {}
    for phrase in phrases():
        found[phrase[0]] = max(found.get(phrase[0], 1), len(phrase))
    return found


def _is_one_edit(a: str, b: str) -> bool:
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])
