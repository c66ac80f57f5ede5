"""The age band that a sentence gives the person it describes."""

import re
from collections.abc import Mapping
from typing import Final

from personagraph.text.english import NUMBERS, TENS
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import band
from personagraph.vocabulary.reading.sentence import BREAK, RELATIVE, Phrase, Sentence

_DECADES: Final[Mapping[str, int]] = {f"{10 * ten}s": 10 * ten for ten in range(2, 10)} | {
    f"{name[:-1]}ies": 10 * tens for tens, name in enumerate(TENS, 2)
}
_CHILDREN = """newborn baby babies infant toddler toddlers preschooler preschoolers kindergartner kindergartener
schoolchild schoolchildren schoolboy schoolgirl kid kids child children pupil pupils tween"""
_YOUTHS = """teenager teenagers teen teens youngster adolescent adolescents undergraduate undergrad sophomore
freshman"""
_OLD = "septuagenarian octogenarian nonagenarian centenarian pensioner"
_STAGES: Final[Mapping[str, str]] = {
    word: age for age, words in (("0-14", _CHILDREN), ("15-24", _YOUTHS), ("65+", _OLD)) for word in words.split()
}
"""What the subject is called at an age."""
_ADJECTIVES: Final[Mapping[str, str]] = {
    "elderly": "65+",
    "teenage": "15-24",
    "teen": "15-24",
    "adolescent": "15-24",
    "middleaged": "45-64",
}
_PAIRS = {
    "0-14": "middle school, elementary school, primary school, grade school",
    "15-24": """high school, secondary school, college student, university student, college freshman, college sophomore,
        college junior, undergraduate student, undergrad student, college athlete, college kid""",
    "45-64": "middle aged",
    "65+": "senior citizen, senior citizens",
}
_QUALIFIED: Final[Mapping[tuple[str, str], str]] = {
    (pair.split()[0], pair.split()[1]): age for age, pairs in _PAIRS.items() for pair in pairs.split(",")
}
"""Two words of a phrase that tell an age; a school only that of those who learn there."""
_LEARNING = """student students pupil pupils freshman freshmen sophomore senior seniors junior juniors kid kids
schooler schoolers learner athlete athletes cheerleader buff valedictorian girl girls boy boys teen teenager
debater"""
_LEARNERS: Final = frozenset(_LEARNING.split())
_OF_TIME = "year years yr yrs yo month months aged age old"
_CUES: Final = frozenset(_OF_TIME.split()) | frozenset(_DECADES)
_TOLD: Final = _CUES | _STAGES.keys() | _ADJECTIVES.keys() | {word for pair in _QUALIFIED for word in pair}
_THEIRS: Final = frozenset({"her", "his", "their", "my"})
_NUMERAL = re.compile(r"\d{1,3}")


def age_of(sentence: Sentence) -> str:
    """The age band by years or a decade said of the subject, else by what the subject is called; or "unknown"."""
    if _TOLD.isdisjoint(sentence.words):
        return UNKNOWN
    if (years := _years(sentence)) is not None:
        return band(years)
    called = (_called(sentence, phrase) for phrase in sentence.phrases)
    return next((age for age in called if age != UNKNOWN), UNKNOWN)


def _years(sentence: Sentence) -> int | None:
    """The years said of the subject: in a phrase about them, or tied to them: "aged 44", "in her late forties"."""
    for index, word in enumerate(sentence.words):
        if word in _CUES and (years := _years_at(sentence, index, word)) is not None:
            return years
    return None


def _years_at(sentence: Sentence, index: int, word: str) -> int | None:
    words = sentence.words
    if word in _DECADES:
        return _decade(sentence, index, word)
    if word in ("aged", "age"):
        at = index + 1 + (words[index + 1 : index + 2] == ["of"])
        return _number_at(words, at) if _is_theirs(sentence, index) else None
    at = index - 1 if word == "yo" else index - 2
    if word not in ("old", "yo") or at < 0:
        return None
    begins = at - (at >= 1 and f"{words[at - 1]}-{words[at]}" in NUMBERS)
    if not _is_theirs(sentence, begins):
        return None
    if word == "old" and words[at + 1] in ("month", "months"):
        return 0
    if word == "old" and words[at + 1] not in ("year", "years", "yr", "yrs"):
        return None
    return _number_before(words, at)


def _decade(sentence: Sentence, index: int, word: str) -> int | None:
    """The years that "in her late forties" tells, when it is tied to the subject."""
    before = sentence.words[max(0, index - 3) : index]
    if "in" not in before or _THEIRS.isdisjoint(before):
        return None
    if not _is_tied(sentence, index - len(before) + before.index("in")):
        return None
    return _DECADES[word] + (8 if "late" in before else 2 if "early" in before else 4)


def _is_theirs(sentence: Sentence, index: int) -> bool:
    """Whether years at `index` are those of the subject: within a phrase about them, or tied to one."""
    inside = any(phrase.start <= index < phrase.end for phrase in sentence.phrases)
    return inside or _is_tied(sentence, index)


def _is_tied(sentence: Sentence, index: int) -> bool:
    """Whether what begins at `index` follows the opening phrase, a comma after it, or "who is"."""
    words = sentence.words
    end = sentence.phrases[0].end
    if index <= end:
        return True
    before = words[index - 1]
    if index >= 2 and before in ("is", "am", "be", "being", "now") and words[index - 2] in ("who", "i", "and"):
        return True
    between = sentence.kinds[end:index]
    prepositions = sum(bool(kind & BREAK) for kind in between)
    return before == "," and prepositions <= 2 and not any(kind & RELATIVE for kind in between)


def _number_at(words: list[str], at: int) -> int | None:
    """The number that begins with the word at `at`, unless it is the first of a range."""
    if at >= len(words):
        return None
    if _NUMERAL.fullmatch(words[at]):
        following = words[at + 1] if at + 1 < len(words) else ""
        return None if following == "+" or _NUMERAL.fullmatch(following) else int(words[at])
    if at + 1 < len(words) and (found := NUMBERS.get(f"{words[at]}-{words[at + 1]}")):
        return found
    return NUMBERS.get(words[at])


def _number_before(words: list[str], at: int) -> int | None:
    """The number that ends with the word at `at`."""
    if at >= 1 and (found := NUMBERS.get(f"{words[at - 1]}-{words[at]}")):
        return found
    return int(words[at]) if _NUMERAL.fullmatch(words[at]) else NUMBERS.get(words[at])


def _called(sentence: Sentence, phrase: Phrase) -> str:
    """The age of what a phrase calls the subject: "a teenage girl", "a middle-aged nurse", "a high school junior"."""
    words = sentence.words
    for start, head in phrase.parts:
        for index in range(start, head):
            word, following = words[index], words[index + 1]
            if word in _ADJECTIVES:
                return _ADJECTIVES[word]
            found = _QUALIFIED.get((word, following))
            if found and (following != "school" or words[head] in _LEARNERS):
                return found
        if found := _STAGES.get(words[head]):
            return found
    return UNKNOWN
