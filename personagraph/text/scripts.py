"""Tells writing systems apart by the letters of a text: Latin, Cyrillic, Chinese and Japanese together, and so on."""

import unicodedata
from collections import Counter

_ONE_SYSTEM = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HALFWIDTH": "CJK", "FULLWIDTH": "LATIN"}


def systems(text: str) -> set[str]:
    """The writing systems of the letters in a text, by the first words of their Unicode names: "LATIN", "CJK"."""
    return set(_counted(text))


def main_system(text: str) -> str | None:
    """The writing system that most letters of a text belong to; None when it has no letter."""
    return next((name for name, _ in _counted(text).most_common(1)), None)


def _counted(text: str) -> Counter[str]:
    named = (unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    return Counter(_ONE_SYSTEM.get(name, name) for name in named)
