"""The age band that a sentence gives the person it describes."""

import re
from typing import Final

from personagraph.text.english import NUMBERS, TENS
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import band, read_age
from personagraph.vocabulary.reading.sentence import BREAK, RELATIVE, Phrase, Sentence

_DECADES: Final = {**{f"{10 * ten}s": 10 * ten for ten in range(1, 10)}} | {
    f"{name[:-1]}ies": 10 * tens for tens, name in enumerate(TENS, 2)
}
_STAGES: Final = (
    dict.fromkeys(
        [
            "newborn",
            "baby",
            "infant",
            "toddler",
            "preschooler",
            "kindergartner",
            "kindergartener",
            "schoolchild",
            "schoolchildren",
            "schoolboy",
            "schoolgirl",
            "kid",
            "kids",
            "child",
            "children",
            "pupil",
            "pupils",
            "tween",
            "toddlers",
            "preschoolers",
            "babies",
        ],
        "0-14",
    )
    | dict.fromkeys(
        [
            "teenager",
            "teenagers",
            "teen",
            "teens",
            "youngster",
            "adolescent",
            "adolescents",
            "undergraduate",
            "undergrad",
            "sophomore",
            "freshman",
        ],
        "15-24",
    )
    | dict.fromkeys(
        [
            "septuagenarian",
            "octogenarian",
            "nonagenarian",
            "centenarian",
            "pensioner",
            "oap",
            "seventies",
            "eighties",
            "nineties",
        ],
        "65+",
    )
)
"""A noun for a person of an age, as the head of a phrase."""
_QUALIFIED: Final = {
    ("high", "school"): "15-24", ("secondary", "school"): "15-24", ("college", "student"): "15-24",
    ("university", "student"): "15-24", ("college", "freshman"): "15-24", ("college", "sophomore"): "15-24", ("college", "junior"): "15-24",
    ("undergraduate", "student"): "15-24", ("undergrad", "student"): "15-24", ("college", "athlete"): "15-24",
    ("middle", "school"): "0-14", ("elementary", "school"): "0-14", ("primary", "school"): "0-14",
    ("grade", "school"): "0-14", ("senior", "citizen"): "65+", ("senior", "citizens"): "65+",
    ("middle", "aged"): "45-64", ("teen", "aged"): "15-24", ("college", "kid"): "15-24",
}  # fmt: skip
"""Two words in a phrase that tell an age; a school only of those who learn there."""
_ADJECTIVES: Final = {
    "elderly": "65+",
    "teenage": "15-24",
    "teen": "15-24",
    "adolescent": "15-24",
    "middleaged": "45-64",
}
_LEARNERS_WORDS = """student students pupil pupils freshman freshmen sophomore senior seniors junior juniors kid kids graduate-to-be
schooler schoolers learner athlete athletes cheerleader buff valedictorian girl girls boy boys teen teenager
debater quarterback"""
_LEARNERS: Final = frozenset(_LEARNERS_WORDS.split())
_CUES_WORDS = "year years yr yrs yo month months aged age old"
_CUES: Final = frozenset(_CUES_WORDS.split()) | frozenset(_DECADES)
_TOLD: Final = (
    _CUES | frozenset(_STAGES) | frozenset(_ADJECTIVES) | frozenset(word for pair in _QUALIFIED for word in pair)
)
_NUMERAL = re.compile(r"\d{1,3}")
_NO_STAGE_WORDS = "kid child children baby student undergraduate"
_NO_STAGE: Final = frozenset(_NO_STAGE_WORDS.split())


def age_of(sentence: Sentence) -> str:
    """The age band by years or a decade said of the subject, else by what the subject is called; or "unknown"."""
    words = sentence.words
    if _TOLD.isdisjoint(words):
        return UNKNOWN
    if (years := _years(sentence)) is not None:
        return band(years)
    for phrase in sentence.phrases:
        if (found := _called(sentence, phrase)) != UNKNOWN:
            return found
    return UNKNOWN


def _years(sentence: Sentence) -> int | None:
    """The years said of the subject: in a phrase about them, or tied to them: "aged 44", "in her late forties"."""
    words, kinds = sentence.words, sentence.kinds
    spans = [(phrase.start, phrase.end) for phrase in sentence.phrases]
    for index, word in enumerate(words):
        if word not in _CUES:
            continue
        inside = any(start <= index < end for start, end in spans)
        tied = index <= sentence.clause + 4 or words[index - 1] in ("is", "am", ",")
        if word in ("aged", "age") and tied and (inside or _is_tied(sentence, index)):
            at = index + 1 + (words[index + 1 : index + 2] == ["of"])
            if (years := _number(words, at)) is not None and at > index:
                return years
        elif word in _DECADES:
            before = words[max(0, index - 3) : index]
            if "in" in before and not {"her", "his", "their", "my", "the"}.isdisjoint(before) and word != "10s":
                owned = not {"her", "his", "their", "my"}.isdisjoint(before)
                if owned and _is_tied(sentence, index - len(before) + before.index("in")):
                    shift = 8 if "late" in before else 2 if "early" in before else 4
                    return _DECADES[word] + shift
        elif word in ("old", "yo") and tied and (inside or _is_tied(sentence, index - 2)):
            at = index - 1 if word == "yo" else index - 2
            if at >= 0 and (word == "yo" or words[at + 1] in ("year", "years", "yr", "yrs")):
                if (years := _number_before(words, at)) is not None:
                    return years
            if at >= 0 and word == "old" and words[at + 1] in ("month", "months"):
                return 0
    return None if not kinds else None


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
    return (
        before == ","
        and not any(kind & RELATIVE for kind in between)
        and sum(kind & BREAK for kind in between) <= 2 * BREAK
    )


def _number(words: list[str], at: int) -> int | None:
    if at >= len(words):
        return None
    if _NUMERAL.fullmatch(words[at]):
        later = words[at + 1 : at + 3]
        return None if later[:1] == ["+"] or (later[:1] and _NUMERAL.fullmatch(later[0])) else int(words[at])
    if at + 1 < len(words) and f"{words[at]}-{words[at + 1]}" in NUMBERS:
        return NUMBERS[f"{words[at]}-{words[at + 1]}"]
    return NUMBERS.get(words[at])


def _number_before(words: list[str], at: int) -> int | None:
    """The number that ends with the word at `at`."""
    if at >= 1 and f"{words[at - 1]}-{words[at]}" in NUMBERS:
        return NUMBERS[f"{words[at - 1]}-{words[at]}"]
    return int(words[at]) if _NUMERAL.fullmatch(words[at]) else NUMBERS.get(words[at])


def _called(sentence: Sentence, phrase: Phrase) -> str:
    """The age band of what a phrase calls the subject: "a teenage girl", "a middle-aged nurse", "a high school junior"."""
    words = sentence.words
    for start, head in phrase.parts:
        for index in range(start, head + 1):
            word = words[index]
            if word in _ADJECTIVES and index < head:
                return _ADJECTIVES[word]
            if index < head and (found := _QUALIFIED.get((word, words[index + 1]))):
                if words[index + 1] != "school" or words[head] in _LEARNERS:
                    return found
        if found := _STAGES.get(words[head]):
            return found
    return UNKNOWN


__all__ = ["age_of", "read_age"]
