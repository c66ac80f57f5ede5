"""The word set of a description, and the Jaccard similarity of two."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")


def word_set(description: str) -> frozenset[str]:
    """Case-folded words (NFKC); scripts that are written without spaces are cut into character bigrams."""
    text = unicodedata.normalize("NFKC", description).casefold().replace("'", "").replace("\u2019", "")
    words: set[str] = set()
    for word in _WORD.findall(text):
        for run in _UNSPACED.findall(word):
            words.update(run[i : i + 2] for i in range(max(len(run) - 1, 1)))
        words.update(_UNSPACED.sub(" ", word).split())
    return frozenset(words)


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """|A ∩ B| / |A ∪ B|; 0 when both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0
