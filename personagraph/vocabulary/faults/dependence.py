"""Whether an English description stands on its own, or speaks of somebody whom only who read on knows."""

import re

from personagraph.text.english import may_be_english
from personagraph.vocabulary.faults.people import is_person


def is_dependent(sentence: str) -> bool:
    """Whether an English description does not stand on its own: only who read the ego knows of whom it speaks."""
    if not may_be_english(sentence):
        return False
    mixed = _MALE.search(sentence) and _FEMALE.search(sentence) and not _SOMEBODY.search(sentence)
    return bool(
        mixed
        or _SUBJECT_OF_ITS_OWN.search(sentence)
        or _SPEAKER.search(sentence)
        or _SOMEBODY_ELSE.search(sentence)
        or _definite_person(sentence)
    )


def _definite_person(description: str) -> bool:
    """Whether a single person is spoken of as known ("the engineer's wife", "helps the sanitation worker")."""
    for found in _DEFINITE.finditer(description):
        phrase = found[1].split()
        for i, word in enumerate(phrase):
            owner = word.endswith(("'s", "’s"))
            noun = word.removesuffix("'s").removesuffix("’s")
            following = phrase[i + 1] if i + 1 < len(phrase) else ""
            if noun in _KNOWN_TO_ALL or noun in _AFTER_A_NOUN or (noun.endswith("s") and not owner):
                break
            if following != "of" and is_person(noun) and (owner or following in _AFTER_A_NOUN):
                return True
    return False


_SUBJECT_OF_ITS_OWN = re.compile(
    r"\bwho (?:an?|the|his|hers?|its|their|our|my|your|th[aeio]se?|this|that|he|she|they|it|we|i|you|who|there|"
    r"to|of|in|on|at|for|with|from|by|and|or|but|as|if|when|where|while|some|many|us)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"\b(?:I|[Mm]e|[Mm]y|of mine|[Mm]yself|[Ww]e|[Oo]urs?|[Yy]ou|[Yy]ours?|us)\b")
_SOMEBODY_ELSE = re.compile(
    r"\b(?:him\b|(?:this|that|the same|the other|the) (?:person|man|woman|user|individual|ego|lady|guy)\b(?! who| of)"
    r"|who (?:admires|respects|envies|inspires|appreciates|praises|values|likes|loves|follows|supports|encourages|"
    r"advises|mentors|manages|is inspired by|is proud of|looks up to) (?:his|her|their) "
    r"(?:work|works|career|ideas|efforts?|research|talents?|skills?|dedication|passion|writing|music|art|style|success|"
    r"projects?|achievements?|knowledge|expertise|courage|books|goals|dreams?|mission|cause)"
    r"|who (?:helps|helped|teaches|supports|trains|knows|treats|mentors|admires|loves|likes|encourages|inspires|"
    r"serves|advises|follows|meets|sees|gives|tells) (?:her|them)"
    r"(?: (?:and|in|with|to|for|on|as|at|by|from|when|how|better)\b|$))"
)
_MALE = re.compile(r"\b(?:he|his|him)\b")
_FEMALE = re.compile(r"\b(?:she|her|hers)\b")
_SOMEBODY = re.compile(
    r"\b(?:wife|husband|mother|father|son|daughter|sister|brother|aunt|uncle|grand\w+|girl|boy|woman|man|lady|friend|"
    r"partner|queen|king)s?\b"
)
_DEFINITE = re.compile(r"\b[Tt]he ((?:[A-Za-z'’-]+ ?){1,4})")
_AFTER_A_NOUN_WORDS = "and or in with for to on at by from who whose that when as is was has"
_AFTER_A_NOUN = frozenset(_AFTER_A_NOUN_WORDS.split()) | {""}
_KNOWN_TO_ALL_WORDS = (
    "general president king queen pope police military public model press minister elderly poor best "
    "greatest only first last most of a an"
)
_KNOWN_TO_ALL = frozenset(_KNOWN_TO_ALL_WORDS.split())
