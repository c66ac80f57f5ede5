"""The words that search looks for, cut the same way for every store.

The rule is not that of `text.words`: accents are dropped, and the indexes of existing graphs hold what it gives.
"""

import unicodedata
from functools import lru_cache

LONGEST = 100
"""Words are cut here: full-text indexes split longer ones, each at a place of its own."""

MOST = 500
"""Words of a query that are looked for: full-text indexes refuse more than about a thousand."""

_ASCII = "".join(chr(n).lower() if chr(n).isalnum() or chr(n) == "_" else " " for n in range(128)).encode() * 2
"""What becomes of each letter of ASCII; the second half is asked for nothing."""
_VIRAMA = 9
_UNSPACED = ("CJK ", "HIRAGANA ", "KATAKANA ", "THAI ", "LAO ", "KHMER ", "MYANMAR ", "BOPOMOFO ")


def search_words(text: str) -> list[str]:
    """The words of a text in order: case-folded, compatibility forms unified, accents dropped.

    In scripts that put no space between words, each letter is a word. A word holds letters, digits, underscores and
    vowel signs only, so it has no meaning in a full-text query language and needs no escaping.
    """
    # Bytes are translated in half the time that letters are.
    spaced = text.encode().translate(_ASCII).decode() if text.isascii() else "".join(map(_spaced, _folded(text)))
    words = spaced.split()
    if len(spaced) > LONGEST and max(map(len, words), default=0) > LONGEST:
        return [word[:LONGEST] for word in words]
    return words


def query_words(text: str) -> list[str]:
    """The words that a search for the text looks for: the first MOST."""
    return search_words(text)[:MOST]


def indexed_words(description: str) -> tuple[str, int]:
    """The words of a description as one string with single spaces, and how many there are."""
    words = search_words(description)
    return " ".join(words), len(words)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (c for c in decomposed if unicodedata.combining(c) in (0, _VIRAMA))
    return unicodedata.normalize("NFC", "".join(kept))


@lru_cache(maxsize=10_000)
def _spaced(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() or character == "_" else " "
    if unicodedata.category(character)[0] not in "LMN":
        return " "
    return f" {character} " if unicodedata.name(character, "").startswith(_UNSPACED) else character
