"""From a word to the entries of a vocabulary: itself, or the pieces that it consists of (WordPiece).

The paper is Schuster and Nakajima 2012; pieces that go on in a word begin with ##, as in BERT's vocabularies.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LONGEST_WORD = 100
"""Characters; nothing longer is a word, and none of it is looked for."""


class WordPieces:
    """The entries of a model, by their place in the list."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._places = {entry: place for place, entry in enumerate(entries)}

    def __contains__(self, word: str) -> bool:
        return word in self._places

    def pieces(self, word: str) -> list[int]:
        """The places of the entries that a word consists of, longest first from the left; empty when one is missing."""
        if (place := self._places.get(word)) is not None:
            return [place]
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            before = "##" if start else ""
            for end in range(len(word), start, -1):
                place = self._places.get(before + word[start:end])
                if place is not None:
                    found.append(place)
                    start = end
                    break
            else:
                return []
        return found


def folded(text: str) -> str:
    """The text in lower case, in compatibility forms without accents; with spaces for all but letters and numbers."""
    return "".join(map(_fold, unicodedata.normalize("NFKD", text).lower()))


@lru_cache(maxsize=1 << 14)
def _fold(sign: str) -> str:
    if unicodedata.category(sign).startswith("M"):
        return ""
    return sign if sign.isalnum() else " "
