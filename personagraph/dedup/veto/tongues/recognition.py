"""Which of the languages that can be read a description is in, by its letters and its small words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from personagraph.dedup.veto.tongues.tongue import TONGUES, Language, tongue
from personagraph.text.scripts import main_system
from personagraph.text.words import folded, printed, unaccented

_FOREIGN = 0.2
"""From this share of words on with letters that a language has not, a text is not in it."""
_OF_SMALL: Final = 2
"""How many other known words count as much as a small word."""
_FEWEST: Final = {"LATIN": 2 * _OF_SMALL, "CJK": 0}
"""How many of those a text needs to be of the language that has most of them; 1 in other writing systems."""
_ENGLISH = frozenset(
    (
        *("a", "an", "the", "and", "who", "with", "of", "for", "from", "at", "in", "on", "to", "by", "as", "or", "but"),
        *("which", "whose", "that", "is", "are", "was", "has", "i", "m", "s", "t", "their", "his", "her", "in", "not"),
    )
)
"""What counts for English, and a little more than the small words of others do: "a", "in" and "as" are theirs, too."""
_bare = lru_cache(maxsize=1 << 16)(unaccented)


class Known(NamedTuple):
    """The languages of a writing system, and how much each word counts for which; English is the last."""

    tongues: tuple[Language, ...]
    counts: Mapping[str, tuple[tuple[int, int], ...]]


def tongue_of(description: str) -> Language | None:
    """The language of a text that is not English; None if it cannot be read. Case, width and accents do not matter."""
    return tongue_of_words(printed(description))


def tongue_of_words(words: Sequence[str]) -> Language | None:
    """The language of the `printed` words of a text."""
    found = [part for word in words if word[0].isalpha() for part in folded(word).split("'") if part]
    joined = "".join(found)
    system = ("LATIN" if joined else None) if joined.isascii() else main_system(joined)
    known = _known(system)
    if not known.tongues or (system == "CJK" and any("\u3041" <= char <= "\u30ff" for char in joined)):
        return None
    foreign = [word for word in found if not word.isascii()]
    scores = [0] * (len(known.tongues) + 1)
    bare = found if not foreign else list(map(_bare, found))
    for word in bare:
        for index, count in known.counts.get(word, ()):
            scores[index] += count
    fitting = [
        index
        for index, one in enumerate(known.tongues)
        if system == "CJK" or _strangers(foreign, one.letters) < _FOREIGN * len(found)
    ]
    most = max((scores[index] for index in fitting), default=-1)
    if most < _FEWEST.get(system or "", 1) or most <= scores[-1]:
        return None if system != "CJK" or most < 0 else known.tongues[0]
    best = [known.tongues[index] for index in fitting if scores[index] == most]
    if len(best) > 1:
        counts = [sum(one.entry_of_form(word) is not None for word in bare) for one in best]
        best = [one for one, count in zip(best, counts, strict=True) if count == max(counts)]
    return best[0] if len(best) == 1 else None


@lru_cache
def _known(system: str | None) -> Known:
    tongues = tuple(one for one in map(tongue, TONGUES) if one.system == system)
    counts: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, one in enumerate(tongues):
        for words in one.bare:
            if len(words) == 1:
                counts[words[0]].append((index, _OF_SMALL * (words[0] in one.small) or 1))
    for word in _ENGLISH if system == "LATIN" else ():
        counts[word].append((len(tongues), _OF_SMALL + 1))
    return Known(tongues, {word: tuple(found) for word, found in counts.items()})


def _strangers(words: Iterable[str], letters: frozenset[str]) -> int:
    """How many of the words have a letter outside of ASCII that the language has not."""
    return sum(any(not char.isascii() and char not in letters for char in word) for word in words)
