"""Turns down texts that a model should not have written: copies, loops, cut ends, and words about the task itself."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

COPY = 0.7
LOOPING = 0.25
SHORTEST_CLAUSE = 4
_WORD = re.compile(r"\w+")
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
    words = _words(text)
    guards = (
        ("empty", not words),
        ("cut", _stops_short(text, words, longest)),
        ("leftover", bool(_LEFTOVERS.search(text))),
        ("repeats", loops(words)),
        ("copies the example", any(_alike(words, _words(example)) for example in examples)),
        ("copies the persona", any(_alike(words, _words(person)) for person in people)),
    )
    return next(((name, text) for name, fires in guards if fires), None)


def loops(words: Sequence[str]) -> bool:
    """Whether the text goes in circles: a word twice in a row, or more than LOOPING of the trigrams seen before."""
    if any(one == other and not one.isdigit() for one, other in pairwise(words)):
        return True
    trigrams = list(zip(words, words[1:], words[2:], strict=False))
    return len(trigrams) - len(set(trigrams)) > LOOPING * len(trigrams)


def first_clause(text: str, longest: int) -> str:
    """The text up to its first comma, where a small model begins to ramble; whole when that would be under four words.

    What fills its field of `longest` characters and has no such comma comes back as it is: it was cut.
    """
    clause, _, _ = text.partition(",")
    if len(clause.split()) >= SHORTEST_CLAUSE:
        return clause.strip()
    return text if len(text) >= longest else text.rstrip(" ,")


def alike(one: str, other: str) -> bool:
    """Whether two texts say nearly the same: the Jaccard similarity of their words is at least COPY."""
    return _alike(_words(one), _words(other))


def _stops_short(text: str, words: Sequence[str], longest: int | None) -> bool:
    return (longest is not None and len(text) >= longest) or (bool(words) and words[-1] in _LOOSE_ENDS)


def _alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the Jaccard similarity of two texts is at least COPY; a single word is no copy."""
    one, other = set(words), set(others)
    return len(one) > 1 and len(one & other) >= COPY * len(one | other)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
