"""Keeps descriptions apart that are alike but not the same: those that differ in a number, a name, a sex or a negation.

A cautious form: a word on one side only that begins with a capital inside the sentence, has a digit, or is in one of
the lists below keeps two descriptions apart, and so does any word in the place of another, and another order of words.
"""

import re
from collections import Counter

_WORD = re.compile(r"\w+")
_NEGATIONS = frozenset(["no", "not", "never", "nor", "neither", "without", "cannot", "former", "formerly", "ex", "non"])
_SEXES = frozenset(
    [
        "he",
        "she",
        "his",
        "her",
        "him",
        "hers",
        "man",
        "woman",
        "men",
        "women",
        "boy",
        "girl",
        "male",
        "female",
        "mother",
        "father",
        "son",
        "daughter",
        "sister",
        "brother",
        "wife",
        "husband",
        "uncle",
        "aunt",
        "grandmother",
        "grandfather",
        "king",
        "queen",
        "actor",
        "actress",
        "waiter",
        "waitress",
    ]
)
_AGES = frozenset(
    [
        "young",
        "old",
        "elderly",
        "aged",
        "middle",
        "teenage",
        "teenager",
        "retired",
        "retiree",
        "senior",
        "junior",
        "child",
        "adult",
        "newborn",
        "infant",
    ]
)
_NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "million",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
    ]
)


def differs(a: str, b: str) -> str | None:
    """Why the two must be kept apart, as "kind: words", or None when nothing speaks against a merge."""
    one, other = Counter(_order(a)), Counter(_order(b))
    names = _names(a) | _names(b)
    only_a, only_b = one - other, other - one
    for words in (only_a, only_b):
        for word in words:
            if kind := _kind(word, names):
                return f"{kind}: {word}"
    if only_a and only_b:
        return f"role: {min(only_a)} / {min(only_b)}"
    if not only_a and not only_b and _order(a) != _order(b):
        return "order: the same words in another order"
    return None


def _names(text: str) -> set[str]:
    inside = _WORD.findall(text.replace("'s", ""))[1:]
    return {word.casefold() for word in inside if word[0].isupper()} if not text.isupper() else set()


def _order(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text.replace("'s", ""))]


def _kind(low: str, names: set[str]) -> str | None:
    if any(c.isdigit() for c in low) or low in _NUMBERS:
        return "number"
    if low in _NEGATIONS:
        return "negation"
    if low in _SEXES:
        return "sex"
    if low in _AGES:
        return "age"
    return "name" if low in names else None
