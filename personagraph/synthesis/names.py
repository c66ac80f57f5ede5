"""Names the people of a told problem: short forms of persona descriptions that read well in a sentence."""

import re
from itertools import pairwise
from typing import NamedTuple

from personagraph.text.english import article, may_be_english

LONGEST_NAME = 12
LONGEST_HEAD = 5
NOBODY = "person"
_AGE = re.compile(r"\b\d{1,3}[- ]years?[- ]old\s+")
_SELF = re.compile(r"^(?:i am|i'm|i’m|you are|as|this is|meet)\s+", re.IGNORECASE)
_PROPER_FIRST = re.compile(r"^[^,]{1,40},\s+(?=(?:an?|the)\s)", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the|my|our|one|another)\s+", re.IGNORECASE)
_RELATIVES_WORDS = "who whom whose which that when where because while but as if whenever"
_RELATIVES = frozenset(_RELATIVES_WORDS.split())
_PARTICIPLES_WORDS = (
    "considering disputing exploring facing leading managing presenting providing representing researching seeking"
    " sharing studying using wanting"
)
_PARTICIPLES = frozenset(_PARTICIPLES_WORDS.split())
_PREPOSITIONS_WORDS = "of at in for with from on to by about like into through under against during"
_PREPOSITIONS = frozenset(_PREPOSITIONS_WORDS.split())
_OPENS_A_PHRASE = frozenset({*_PREPOSITIONS, "a", "an", "the", "their", "his", "her", "my", "your", "its"})
_LOOSE = frozenset({*_OPENS_A_PHRASE, "and", "or", "also", "is", "was", "has", "currently", "actively"})


class PersonName(NamedTuple):
    """How a persona is called: at first ("a maize farmer from Kenya"), and from then on ("the maize farmer")."""

    first: str
    again: str


def person(description: str) -> PersonName:
    """The names of a persona; what has no readable head, or is not in English, is "a person"."""
    if not may_be_english(description):
        return PersonName(f"a {NOBODY}", f"the {NOBODY}")
    text = _SELF.sub("", " ".join(description.split()).rstrip(" ."))
    text = _AGE.sub("", _ARTICLE.sub("", _PROPER_FIRST.sub("", text)))
    words = _trimmed(_phrase(text.split())[:LONGEST_NAME])
    head = _head(words)
    if not any("a" <= c <= "z" for c in "".join(head).casefold()):
        return PersonName(f"a {NOBODY}", f"the {NOBODY}")
    first = " ".join(words)
    return PersonName(f"{article(first)} {first}", f"the {' '.join(head)}")


def pair(ego: str, alter: str) -> tuple[PersonName, PersonName]:
    """The names of two personas; the second is "another … " and "the other …" when they would be called the same."""
    one, other = person(ego), person(alter)
    if one.again.casefold() == other.again.casefold():
        plain = _ARTICLE.sub("", other.first)
        other = PersonName(f"another {plain}", f"the other {other.again.removeprefix('the ')}")
    return one, other


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _phrase(words: list[str]) -> list[str]:
    """The words before the first comma, relative clause or participle that says more."""
    kept: list[str] = []
    for word, after in pairwise([*words, ""]):
        if kept and _says_more(word.casefold(), after.casefold()):
            break
        kept.append(word.rstrip(",;:"))
        if word != kept[-1]:
            break
    return _trimmed(kept)


def _says_more(word: str, after: str) -> bool:
    if word in _RELATIVES or word in _PARTICIPLES:
        return True
    return word.endswith(("ing", "ed", "familiar", "responsible", "known")) and after in _OPENS_A_PHRASE


def _head(words: list[str]) -> list[str]:
    end = next((i for i, word in enumerate(words) if i and word.casefold() in _PREPOSITIONS), len(words))
    if end > LONGEST_HEAD and "and" in words[1:end]:
        end = words.index("and", 1)
    return _trimmed(words[:end])


def _trimmed(words: list[str]) -> list[str]:
    while words and words[-1].casefold() in _LOOSE:
        words = words[:-1]
    return words
