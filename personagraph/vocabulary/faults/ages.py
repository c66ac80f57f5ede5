"""The years that the words of a description leave its subject: what it says of an age, and of a stage of life."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from personagraph.text.english import NUMBER, TENS, head_end, number, phrase
from personagraph.text.words import fold

OLDEST: Final = 130


class Years(NamedTuple):
    """From how many years to how many, both included."""

    least: int
    most: int


_BREAK = re.compile(
    r"[,;:.!?()\"\u201c\u2013\u2014]|(?<!-)\b(?:who|whom|whose|which|that|with|from|in|at|on|for|to|by|and|but|or|of|has|"
    r"is|was|named|called|retired (?=in|from|after|and|since)|born|based|stationed|employed|cared|known|trained|"
    r"involved|obsessed|interested|[a-z]{3,}ing)\b(?!-)"
)
"""Where what is said of the subject itself may end: what follows can be of somebody else."""
_OLD = rf"({NUMBER})[ -]years?[ -](?:old|of age)"
_AGE_IN_HEAD = re.compile(rf"{_OLD}\b")
_OPENING = re.compile(rf"(?:an?|the|one)? ?(?:[a-z-]+ ){{0,3}}?{_OLD}\b")
_AGED = re.compile(
    r"(?:an? )?(?:(?!(?:of|for|to|with|in|at|who|whose|and) )[\w-]+ ){0,4}[\w-]+,? "
    rf"aged? ({NUMBER})(?![\w-]| (?:and|or|to)\b)"
)
_OF_YEARS = re.compile(
    r"\b(?:man|woman|boy|girl|child|youth|student|pupil|widow|widower) of (\d{2}|eight|nine)(?= who|,|$)"
)
_DECADES = {ten[:-1] + "ies": 10 * tens for tens, ten in enumerate(TENS, 2)}
_IN_A_DECADE = re.compile(
    rf"^(?!.*\bwho\b.*\bin (?:his|her|their)\b.*\b(?:was|were|did|had)\b)[^,;]*?\bin (?:his|her|their) "
    rf"(early|mid|late)?[ -]?(?:([2-9]0)'?s|({'|'.join(_DECADES)}))\b(?! to\b| or\b| and\b)"
)
_PART: Final = {"early": (0, 4), "mid": (3, 7), "late": (6, 9), "": (0, 9)}
_STAGES: Final = {
    "newborn": Years(0, 1),
    "baby": Years(0, 3),
    "infant": Years(0, 3),
    "toddler": Years(0, 5),
    "preschooler": Years(1, 7),
    "kindergartner": Years(2, 8),
    "kindergartener": Years(2, 8),
    "kindergarten child": Years(2, 8),
    "kindergarten pupil": Years(2, 8),
    "preschool child": Years(1, 7),
    "primary school pupil": Years(4, 16),
    "elementary school pupil": Years(4, 16),
    "elementary school student": Years(4, 16),
    "schoolboy": Years(4, 21),
    "schoolgirl": Years(4, 21),
    "schoolchild": Years(4, 18),
    "middle schooler": Years(8, 18),
    "teenager": Years(10, 19),
    "adolescent": Years(10, 21),
    "teen": Years(10, 19),
    "pensioner": Years(20, OLDEST),
    "retiree": Years(20, OLDEST),
    "sexagenarian": Years(60, 70),
    "septuagenarian": Years(70, 80),
    "octogenarian": Years(80, 90),
    "nonagenarian": Years(90, 100),
    "centenarian": Years(99, OLDEST),
    "grandmother": Years(26, OLDEST),
    "grandfather": Years(26, OLDEST),
    "grandparent": Years(26, OLDEST),
    "man": Years(11, OLDEST),
    "woman": Years(11, OLDEST),
    "mother": Years(11, OLDEST),
    "father": Years(11, OLDEST),
    "widow": Years(12, OLDEST),
    "widower": Years(12, OLDEST),
    "veteran": Years(12, OLDEST),
}
"""By the last words of the head phrase, wide enough for whoever is early, late, or called so loosely."""
_ADJECTIVES: Final = {
    "teenage": Years(10, 19),
    "teenaged": Years(10, 19),
    "middle aged": Years(30, 70),
    "elderly": Years(50, OLDEST),
    "retired": Years(14, OLDEST),
    "pregnant": Years(10, 75),
    "married": Years(12, OLDEST),
    "divorced": Years(12, OLDEST),
    "widowed": Years(12, OLDEST),
    "pensioned": Years(14, OLDEST),
}
"""By a word of the head phrase that stands first, or right after an age."""


@lru_cache(maxsize=4096)
def head_phrase(description: str) -> str:
    """The first words of a folded description, up to where somebody else may be spoken of, without an article."""
    text = fold(description).strip()
    ends = _BREAK.search(text, 3)
    return re.sub(r"^(?:an?|the) ", "", text[: ends.start()] if ends else text).strip()


def work_phrase(description: str) -> str:
    """The head phrase without the age."""
    return " ".join(_AGE_IN_HEAD.sub(" ", head_phrase(description)).split())


def years_said(description: str) -> list[Years]:
    """All that the words say of the subject's age, each as the years that it leaves; empty where they say nothing."""
    text = fold(description).strip()[:400]
    said = [_exact(found[1]) for found in (_AGED.match(text), _OF_YEARS.search(text)) if found]
    if (opening := _OPENING.match(text)) and opening.end() <= len(text) and _is_of_subject(opening[0]):
        said.append(_exact(opening[1]))
    if within := _IN_A_DECADE.match(text):
        decade = int(within[2]) if within[2] else _DECADES[within[3]]
        first, last = _PART[within[1] or ""]
        said.append(Years(decade + first, decade + last))
    words = phrase(work_phrase(description))
    words = words[: head_end(words)]
    ends = [" ".join(words[-length:]) for length in (3, 2, 1)]
    said += [_STAGES[end] for end in ends if end in _STAGES][:1]
    opens = " ".join(words[:2])
    said += [years for word, years in _ADJECTIVES.items() if opens == word or opens.startswith(f"{word} ")]
    return said


def years_left(description: str) -> Years | None:
    """The years that all of it leaves; None where it says nothing, or contradicts itself."""
    said = years_said(description)
    if not said:
        return None
    least, most = max(years.least for years in said), min(years.most for years in said)
    return Years(least, most) if least <= most else None


def stated_years(description: str) -> int | None:
    """The number of years that the words give the subject, in digits or words; None without one."""
    return next((years.least for years in years_said(description) if years.least == years.most), None)


def _exact(text: str) -> Years:
    years = number(text) or 0
    return Years(years, years)


def _is_of_subject(opening: str) -> bool:
    """Whether no word before the age says that it is another's ("a mother of a 12-year-old")."""
    return not re.search(r"\b(?:of|to|for|with|whose|mother|father|parent|teacher|owner|mum|mom|dad)\b", opening)
