"""Turns down texts that a model should not have written: copies, loops, cut ends, and words about the task itself."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from personagraph.text.words import is_alike, repeated, word_set, words

COPY = Fraction(7, 10)
LOOPING = 0.25
SHORTEST_CLAUSE = 4
_LEFTOVERS = re.compile(
    r"\b(?:the|a|this) persona\b|\bas a persona\b|\bthis person\b"
    r"|\bas an? (?:ai|assistant|language model)\b|<\||\|>|\[(?:your |my )?name\]",
    re.IGNORECASE,
)
_LOOSE_ENDS_WORDS = "a an the and or of to with in for who that is his her their at by from on as"
_LOOSE_ENDS = frozenset(_LOOSE_ENDS_WORDS.split())


def fault(
    text: str, people: Iterable[str], examples: Iterable[str], longest: int | None = None
) -> tuple[str, str] | None:
    """The name of the first guard that turns the text down, with the text; None when all let it through.

    `people` are the descriptions that the model was shown, `examples` the texts of the prompt's examples, `longest` is
    the cap of the field.
    """
    said = words(text)
    guards = (
        ("empty", not said),
        ("cut", _stops_short(text, said, longest)),
        ("leftover", bool(_LEFTOVERS.search(text))),
        ("repeats", _loops(said, words(text, cut=2))),
        ("copies the example", any(alike(text, example) for example in examples)),
        ("copies the persona", any(alike(text, person) for person in people)),
    )
    return next(((name, text) for name, fires in guards if fires), None)


def first_clause(text: str, longest: int) -> str:
    """The text up to its first comma, where a small model begins to ramble; whole when that would be under four words.

    What fills its field of `longest` characters and has no such comma comes back as it is: it was cut.
    """
    clause, _, _ = text.partition(",")
    if len(clause.split()) >= SHORTEST_CLAUSE:
        return clause.strip()
    return text if len(text) >= longest else text.rstrip(" ,")


def alike(one: str, other: str) -> bool:
    """Whether two texts say nearly the same: the Jaccard similarity is at least COPY; a single word is no copy."""
    return len(word_set(one)) > 1 and is_alike(word_set(one), word_set(other), COPY)


def _loops(said: Sequence[str], cut: Sequence[str]) -> bool:
    """Whether a text goes in circles: a word twice in a row, or more than LOOPING of the trigrams seen before.

    Its words come whole, and with those of scripts without spaces `cut`: there, trigrams are of pieces.
    """
    return any(one == other and one[0].isalpha() for one, other in pairwise(said)) or repeated(cut) > LOOPING


def _stops_short(text: str, said: Sequence[str], longest: int | None) -> bool:
    return (longest is not None and len(text) >= longest) or (bool(said) and said[-1] in _LOOSE_ENDS)
