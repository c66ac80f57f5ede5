"""Whether the lexicon can read a description."""

from collections.abc import Sequence

from personagraph.dedup.veto.lexicon import senses

_ENGLISH = frozenset(
    (
        *("a", "an", "the", "who", "with", "and", "of", "for", "from", "that", "to", "their", "at", "by", "in", "on"),
        *("has", "is", "are", "whose", "which", "about", "as", "his", "her", "into"),
    )
)
_NOT_ENGLISH = frozenset(
    (
        *(
            "de",
            "la",
            "le",
            "el",
            "les",
            "des",
            "du",
            "et",
            "un",
            "une",
            "una",
            "uma",
            "um",
            "unos",
            "los",
            "las",
            "en",
        ),
        *(
            "que",
            "qui",
            "con",
            "para",
            "por",
            "em",
            "y",
            "e",
            "o",
            "il",
            "di",
            "che",
            "und",
            "der",
            "die",
            "das",
            "ein",
        ),
        *(
            "eine",
            "mit",
            "von",
            "im",
            "zu",
            "het",
            "een",
            "van",
            "och",
            "med",
            "som",
            "ve",
            "bir",
            "w",
            "z",
            "na",
            "yang",
        ),
    )
)
_ENOUGH_TO_READ = 3


def is_english(present: Sequence[str]) -> bool:
    """Whether the lexicon can read it: most small words are English ones, and it has a few, or words that are known."""
    small = sum(word in _ENGLISH for word in present)
    known = sum(word.endswith("ing") or senses((word,)) is not None for word in present if word not in _ENGLISH)
    latin = sum(word.isascii() for word in present)
    enough = latin == len(present) or (small + known >= _ENOUGH_TO_READ and latin > len(present) / 2)
    return enough and sum(word in _NOT_ENGLISH for word in present) <= small
