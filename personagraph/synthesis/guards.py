"""Turns down texts that a model should not have written: copies, loops, cut ends, and words about the task itself.

Copies and loops are told in any script; how a text ends, and what speaks of the task, in English alone.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from personagraph.text.english import may_be_english
from personagraph.text.scripts import runs, stutters, word_pieces
from personagraph.text.words import is_alike, words

COPY = Fraction(7, 10)
LOOPING = 0.25
SHORTEST_CLAUSE = 4
LONGEST_TEXT, LONGEST_CLUE = 50_000, 200
"""Characters of a text that is kept as a part of a sample, and of what is told of a longer one."""
_LEFTOVERS = re.compile(r"\bas an? (?:ai|assistant|language model)\b|<\||\|>|\[(?:your |my )?name\]", re.IGNORECASE)
_PERSONA = re.compile(r"\b(?:the|a|this) persona\b|\bas a persona\b|\bthis person\b", re.IGNORECASE)
"""In other languages "a persona" is ordinary: "de persona a persona"."""
_SENTENCE = re.compile(r"[.!?:;\n]")
_LOOSE_ENDS_WORDS = "a an the and or of to with in for who that is his her their at by from on as"
_LOOSE_ENDS = frozenset(_LOOSE_ENDS_WORDS.split())


def fault(
    text: str, people: Iterable[str], examples: Iterable[str], longest: int | None = None
) -> tuple[str, str] | None:
    """The name of the first guard that turns the text down, with the text; None when all let it through.

    `people` are the descriptions that the model was shown, `examples` the texts of the prompt's examples, `longest` is
    the cap of the field.
    """
    if len(text) > LONGEST_TEXT:
        return "too long", f"{text[:LONGEST_CLUE]} … ({len(text):,} characters)"
    said, english = words(text), may_be_english(text)
    guards = (
        ("empty", not said),
        ("cut", (longest is not None and len(text) >= longest) or (english and _is_loose(said))),
        ("leftover", bool(_LEFTOVERS.search(text) or (english and _PERSONA.search(text)))),
        ("repeats", _loops(text, said, english=english)),
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
    pieces, others = frozenset(word_pieces(one)), frozenset(word_pieces(other))
    return len(pieces) > 1 and is_alike(pieces, others, COPY)


def _loops(text: str, said: Sequence[str], *, english: bool) -> bool:
    """Whether a text goes in circles: a word again and again, or more than LOOPING of the trigrams seen before.

    Other languages than English say a word twice in a row ("nous nous", "anak-anak"); none says it three times.
    """
    twice = english and any(
        one == other and one[0].isalpha()
        for sentence in _SENTENCE.split(text)
        for one, other in pairwise(words(sentence))
    )
    trigrams = runs(text, 3)
    return twice or stutters(said) or len(trigrams) - len(set(trigrams)) > LOOPING * len(trigrams)


def _is_loose(said: Sequence[str]) -> bool:
    """Whether an English text stops in the middle of a phrase."""
    return bool(said) and said[-1] in _LOOSE_ENDS
