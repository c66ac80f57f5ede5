"""What a description says of its subject that cannot be true at once: of age, work, how long it lasted, and kin."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from personagraph.text.english import NUMBER, may_be_english, number
from personagraph.text.words import fold
from personagraph.vocabulary.faults.ages import Years, work_phrase, years_said
from personagraph.vocabulary.occupations import EMPLOYED, read_activity
from personagraph.vocabulary.reference import table

FIRST_WORK: Final = 8
"""The age at which somebody can have begun the work that lasted ever since."""
YOUNGEST_PARENT: Final = 11
"""The age at which somebody can have had a child, where a description alone says so of both."""
LATEST: Final = 2015
"""A year since which descriptions are taken to speak of a present that is no earlier."""

_NOT_YET = re.compile(
    r"\b(?:aspiring|future|would-be|wannabe|budding|hopeful|pretend|imaginary|fictional|student|apprentice|trainee|intern|"
    r"volunteer|amateur|young|junior|child|kid|toy|virtual|former|ex|prospective|self-taught|prodigy|genius|whiz|assistant|"
    r"helper|vampire|robot|immortal|dog|cat|horse)\b"
)
"""In the head phrase: the work is not the subject's in earnest, or the subject is no ordinary one."""
_IN_TRAINING = re.compile(r"(?:(?!\b(?:who|with)\b)[^,;])*? in (?:training|the making)\b")
_OF_ANOTHER = re.compile(r"['\u2019]s ")
"""In the head phrase: the age may be that of whom or what the subject belongs to."""
_LONGEST_POST = 3
_STUDYING = "citizen|high|school|year|student|pupil|in "
_SENIOR = re.compile(rf"(?:[a-z-]+ ){{0,3}}(?:senior|chief|veteran|lead|principal) (?!{_STUDYING})")
_SENIOR_FROM: Final = 17
_STUDIES = re.compile(r"\b(?:graduate|doctoral|phd|postgraduate|postdoctoral) (?:student|researcher|candidate)$")
_STUDIES_FROM: Final = 9
_APPRENTICE = re.compile(r"\bapprentice\b")
_APPRENTICE_FROM: Final = 8
_RETIRED = re.compile(r"retired\b")
_RETIRED_FROM: Final = 18
_PERFORMS = re.compile(
    r"gymnast|athlete|swimm|skat|danc|ballerina|act(?:or|ress)|model|play|ball|golf|sing|rac(?:e|ing)|box|show|gam|champion|star\b|diver|"
    r"artist|paint|music|pian|guitar|violin|drumm|compos|poet|author|writer|blog|vlog|youtub|influenc|activist|advocate|invent|"
    r"magician|comedian|coder|hacker|programm|entrepreneur|founder|explorer|philosoph|critic|mathematic|chess"
)
"""What children have been known for, and contests, whose judges need no office."""
_FROM: Final = {
    **dict.fromkeys(("managers", "professionals", "technicians", "craft"), 8),
    **dict.fromkeys(("clerks", "operators", "armed_forces"), 10),
}
"""The age below which nobody works in an activity, except for what children are known for."""
_DEGREE = re.compile(
    r"[^,;]*\bwith (?:an? |two |her |his )?(?:\w+ )?(?:doctorate|phd|ph\.d|(?:master's|law|medical) degree)\b"
)
_DEGREE_FROM: Final = 10
_WORKS_AS = re.compile(
    r"[^,;]*? who (?:works as|serves as|is employed as|is) an? ((?:[a-z-]+ ){0,3}?[a-z-]+)"
    r"(?=$|,| (?:in|at|for|of|with|from|and|who)\b)"
)
_RUNS = re.compile(
    r"[^,;]*? who (?:runs|manages|directs|owns|heads) (?:a|the|her own|his own) "
    r"(?:chain|bank|hospital|hotel|ministry|airline)"
)
_RUNS_FROM: Final = 12
_PARENTAL = re.compile(r"\b(?:stay-at-home (?:father|mother|dad|mum|mom))\b")
_PARENTAL_FROM: Final = 12

_FROM_CHILDHOOD = (
    "lived|resided|played|danced|skated|loved|wanted|dreamed|collected|suffered|struggled|waited|watched|followed|"
    "admired|trained|walked|used|identified|believed|supported|enjoyed|needed|experienced|remained|stayed|raced"
)
_WORKED = (
    rf"(?:(?!(?:{_FROM_CHILDHOOD})\b)[a-z]+ed|taught|run|led|driven|sold|built|held|been (?:married|teaching|working|"
    r"employed|serving|farming|nursing|in office))"
)
_ABOUT = r"(?:over |more than |almost |nearly |about |(?:the )?(?:past|last) )*"
_LASTED = (
    re.compile(
        rf"\bwho (?:has|have) {_WORKED}\b[^,;.]{{0,200}}? for {_ABOUT}(?:a |an )?({NUMBER}|a|over) (year|decade)s?\b"
    ),
    re.compile(rf"\bwith {_ABOUT}({NUMBER}|a) (year|decade)s? (?:of (?:experience|service|work)|in the|behind)\b"),
    re.compile(rf"\bwith {_ABOUT}({NUMBER}|a) (year|decade)s? of [a-z]+ behind\b"),
    re.compile(r"\bwith (?:many |several )?(two )?(decade)s of (?:experience|service|work)\b"),
    re.compile(rf"\bwho (?:served|worked|taught) ({NUMBER}) (year|decade)s?\b"),
    re.compile(rf"\bwho (?:has|have) {_WORKED}\b.{{0,200}}? for ({NUMBER}) (year|decade)s?$"),
)
_SINCE = re.compile(rf"\b(?:has|have) {_WORKED}\b[^,;.]{{0,60}}?\bsince (1[89]\d\d)\b")
_LEFT_IN = re.compile(r"\b(?:left office|retired|graduated|married) in (1[89]\d\d)\b")
_RETIRED_AT = re.compile(rf"\bretired at (?:the age of )?({NUMBER})\b")

_CHILD_OF_THEIRS = re.compile(
    r"\b(?:whose|(?<!step)(?<!god)(?<!grand)(?:mother|father|parent) of) (?:an? |the )?(?:eldest |oldest |own )?"
    rf"({NUMBER})-year-old\b [a-z]"
)
_CHILD_IS = re.compile(
    rf"\bwhose (?:eldest |oldest |youngest |only )?(?:son|daughter|child) is ({NUMBER})\b(?! (?:month|week|day)s?\b)"
)
_GRANDCHILD = re.compile(rf"\bgrand(?:mother|father|parent) of (?:an? )({NUMBER})-year-old\b")
_WHOSE_OTHERS = re.compile(r"\bwhose (?:an? )?\S+-year-old (?!son\b|daughter\b|child\b)")
_NOT_OF_BLOOD = re.compile(r"\b(?:step|foster|adopt|god|in-law|guardian)")
_SIBLING = r"(?:younger |older |elder |big |little |twin |own )?(?:brother|sister|sibling)s?\b(?!-in-law)"
_EXCLUDED: Final = (
    re.compile(r"\b(?:unemployed|jobless) (?:full[ -]time|employed)\b"),
    re.compile(r"^(?:an? )?(?:unemployed|jobless) [^.;]*, (?:now |currently )?employed\b"),
    re.compile(r"\bchildless (?:mother|father|parent|grand\w+)\b"),
    re.compile(rf"^(?:an? )?only child\b[^.;]*\b(?:his|her|their) {_SIBLING}"),
    re.compile(r"^(?:an? )?(?:\w+ ){0,2}bachelor whose wife\b"),
    re.compile(r"^(?:an? )?lifelong bachelor\b[^.;]*\b(?:his|their) (?:\w+ )?(?:wedding anniversary|wife|marriage)\b"),
    re.compile(r"^(?:an? )?(?:\S+ )?female \S[^.;]*\b(?:became|is|was) (?:a|the) father\b"),
    re.compile(r"^(?:an? )?(?:\S+ )?male \S[^.;]*\b(?:became|is|was) (?:a|the) mother\b"),
)
_ONLY_WISHED = re.compile(r"\b(?:step|half|imagin|invent|wish|want|dream|long|like (?:a|his|her|their)|figure|adopt)")


def contradiction(description: str) -> str:
    """What the words of a description say of its subject that cannot be: a name for it, or an empty string.

    "ages": two ages, or an age and a stage of life; "work": an age and a post; "time": an age, and how long something
    lasted; "kin": an age, and that of a child; "words": two words that exclude each other.
    """
    if not may_be_english(description):
        return ""
    text = fold(description).strip()[:600]
    said = years_said(description)
    return next((name for name, cannot in _RULES if cannot(text, description, said)), "")


def _ages(text: str, description: str, said: list[Years]) -> bool:
    return bool(said) and max(years.least for years in said) > min(years.most for years in said)


def _work(text: str, description: str, said: list[Years]) -> bool:
    most = min((years.most for years in said), default=None)
    if most is None or most > 30:
        return False
    head = work_phrase(description)
    works = _WORKS_AS.match(text)
    own = "" if _IN_TRAINING.match(text) or _OF_ANOTHER.search(head) else head
    for named in (own, works[1] if works else ""):
        if _APPRENTICE.search(named) and most < _APPRENTICE_FROM:
            return True
        if _STUDIES.search(named) and most < _STUDIES_FROM:
            return True
        if _NOT_YET.search(named):
            continue
        if most < _least_at(named) and not _PERFORMS.search(named):
            return True
        if most < max(_FROM.values()) and not _PERFORMS.search(named) and most < _FROM.get(read_activity(named), 0):
            return True
        if _RETIRED.match(named) and most < _RETIRED_FROM and not _PERFORMS.search(named):
            return True
        if (
            most < _SENIOR_FROM
            and _SENIOR.match(named)
            and not _PERFORMS.search(named)
            and read_activity(named) in EMPLOYED
        ):
            return True
    runs, parental = _RUNS.match(text), _PARENTAL.search(head)
    if most < _DEGREE_FROM and _DEGREE.match(text):
        return True
    return bool((runs and most < _RUNS_FROM) or (parental and most < _PARENTAL_FROM))


def _time(text: str, description: str, said: list[Years]) -> bool:
    most = min((years.most for years in said), default=None)
    if most is None:
        return False
    if any(most - span < FIRST_WORK for span in _spans(text)):
        return True
    left = [number(found[1]) or 0 for found in _RETIRED_AT.finditer(text)]
    return any(most < years for years in left)


def _spans(text: str) -> Iterator[int]:
    """The years that the subject is said to have spent at something."""
    for pattern in _LASTED:
        for found in pattern.finditer(text):
            times = number((found[1] or "two").strip()) or 1
            yield times * (10 if found[2] == "decade" else 1)
    for pattern in (_SINCE, _LEFT_IN):
        for found in pattern.finditer(text):
            yield LATEST - int(found[1])


def _kin(text: str, description: str, said: list[Years]) -> bool:
    most = min((years.most for years in said if years.least == years.most), default=None)
    if most is None or _NOT_OF_BLOOD.search(text):
        return False
    children = [number(found[1]) or 0 for pattern in (_CHILD_OF_THEIRS, _CHILD_IS) for found in pattern.finditer(text)]
    grandchildren = [number(found[1]) or 0 for found in _GRANDCHILD.finditer(text)]
    if _WHOSE_OTHERS.search(text):
        children = []
    return any(most - years < YOUNGEST_PARENT for years in children) or any(
        most - years < 2 * YOUNGEST_PARENT for years in grandchildren
    )


def _words(text: str, description: str, said: list[Years]) -> bool:
    return any(pattern.search(text) for pattern in _EXCLUDED) and not _ONLY_WISHED.search(text)


@lru_cache
def _posts() -> Mapping[str, int]:
    """The age that each post takes at the least. Who is younger at such work has been heard of, or may be."""
    return {row["post"]: int(row["least"]) for row in table("posts")}


def _least_at(work: str) -> int:
    """The age that the post takes which the head phrase ends with; 0 without one."""
    words = work.split()
    ends = (" ".join(words[-length:]) for length in range(min(_LONGEST_POST, len(words)), 0, -1))
    return next((_posts()[end] for end in ends if end in _posts()), 0)


_RULES: tuple[tuple[str, Callable[[str, str, list[Years]], bool]], ...] = (
    ("ages", _ages),
    ("work", _work),
    ("time", _time),
    ("kin", _kin),
    ("words", _words),
)
