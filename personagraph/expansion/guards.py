"""Guards: what turns down an alter that a model invented, by looking at the alter and at the ego that it was asked of.

They refuse what cannot be used or cannot be, never what is only unusual: a filter for the usual would bring back the
model's bias. What a guard missed can be undone later; so in doubt a guard lets pass: echoes and repeats are told in any
script, what takes a reader of English (dependence, healing, ages) in English alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from personagraph.text.english import NUMBER, head_end, is_english, may_be_english, number, phrase, singulars
from personagraph.text.scripts import is_dense, runs, word_count, word_pieces
from personagraph.text.words import jaccard
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import years_in
from personagraph.vocabulary.occupations import EMPLOYED, read_activity
from personagraph.vocabulary.reference import table

ECHO = 0.6
LONGEST_RUN = 5
PARENT_GAP = 14
SCHOOL_AGE = 12
WORKING_AGE = 15
ADULT = 18
GRADUATE = 21
FIRST_WORK = 8
LONGEST_SPAN = 80


@dataclass(frozen=True, slots=True)
class Alter:
    """What a reply says of one person: the description, what it tells after the first phrase, and the tie.

    `occupation` is empty and `years` None where the reply does not have them as a field or a number.
    """

    description: str
    told: str
    type: str
    forward: bool
    occupation: str = ""
    years: int | None = None


def is_open(text: str) -> bool:
    """Whether the text stops in the middle of a clause."""
    last = text.split()[-1:]
    return not last or last[0].casefold() in _OPEN_ENDS


def is_occupation(text: str) -> bool:
    """Whether the words name work, or what somebody is instead: known in the tables, or with the head of such a name.

    "fact checker" is one although no table has it; "a man in his twenties", "solar power" and "fan" are none.
    """
    found = phrase(text, determiners=True)
    found = found[: head_end(found)]
    if not found or _NOT_IN_AN_OCCUPATION & set(found):
        return False
    head = found[-1]
    if read_activity(text) != UNKNOWN or (len(found) > 1 and head in _heads()):
        return True
    return head not in _NO_WORK and bool(_AGENT.search(head))


def echoes(alter: Alter, ego: str) -> bool:
    """Whether the alter is the ego told again: by its words as a whole, by what is told, or by a run of words."""
    told, known = _content(alter.told), _content(ego)
    return (
        similarity(alter.description, ego) >= ECHO
        or similarity(alter.told, ego.partition(" who ")[2]) >= ECHO
        or (word_count(" ".join(told)) >= 3 and len(told & known) / len(told) >= ECHO)
        or not set(runs(alter.told, LONGEST_RUN)).isdisjoint(runs(ego, LONGEST_RUN, like=alter.told))
    )


def has_same_work(alter: Alter, ego: str) -> bool:
    """Whether the alter has the ego's occupation again, in a relationship that does not make this natural."""
    work, head = phrase(alter.occupation), phrase(ego)
    return bool(work) and alter.type not in _SAME_WORK and set(work) <= set(head[: head_end(head)])


def repeats(alter: Alter, ego: str) -> bool:
    """Whether the alter says any three words twice."""
    trigrams = runs(alter.told, 3)
    return len(set(trigrams)) < len(trigrams)


def is_dependent(alter: Alter, ego: str) -> bool:
    """Whether an English description does not stand on its own: only who read the ego knows of whom it speaks."""
    sentence = alter.description
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


def is_contradictory(alter: Alter, ego: str) -> bool:
    """Whether an age rules out the occupation, the tie, or how long something lasted; or nobody is there who treats."""
    years, other = alter.years, years_in(ego)
    healer = ego if alter.forward else alter.description
    if alter.type == "TREATS" and is_english(healer) and not heals(healer):
        return True
    return _cannot_be(alter, years) or _cannot_be_tied(alter.type, alter.forward, other, years)


def heals(description: str) -> bool:
    """Whether the words of a description speak of health or care, so that its subject may treat somebody."""
    return bool(_HEALS.search(description))


GUARDS: tuple[tuple[str, Callable[[Alter, str], bool]], ...] = (
    ("dependent", is_dependent),
    ("echo", echoes),
    ("same work", has_same_work),
    ("repeats", repeats),
    ("contradiction", is_contradictory),
)


def first_guard(alter: Alter, ego: str) -> str:
    """The name of the first guard that turns the alter down, or an empty string."""
    return next((name for name, fires in GUARDS if fires(alter, ego)), "")


def similarity(a: str, b: str) -> float:
    """The Jaccard similarity of the words of two texts, or of pieces as long as words; 0 when both are empty."""
    return jaccard(frozenset(word_pieces(a)), frozenset(word_pieces(b)))


def _cannot_be(alter: Alter, years: int | None) -> bool:
    if years is None:
        return False
    activity = read_activity(alter.occupation) if alter.occupation else UNKNOWN
    if years < WORKING_AGE and activity in (*EMPLOYED, "retired", "unemployed", "carer"):
        return True
    if years < ADULT and activity in ("managers", "armed_forces"):
        return True
    if (years < GRADUATE and _DEGREE.search(alter.occupation)) or (years > WORKING_AGE and activity == "child"):
        return True
    return any(years - span < FIRST_WORK for span in _spans(alter.told))


def _cannot_be_tied(type: str, forward: bool, ego: int | None, alter: int | None) -> bool:
    """`forward` says that the ego is the source: the parent, the one who teaches, treats, manages."""
    source, target = (ego, alter) if forward else (alter, ego)
    if type == "PARENT_OF" and source is not None and target is not None:
        return source - target < PARENT_GAP
    if type == "PARTNER_OF":
        return any(years is not None and years < ADULT for years in (ego, alter))
    least = {"TREATS": ADULT, "GOVERNS": ADULT, "MANAGES": WORKING_AGE, "SERVES": WORKING_AGE}
    least |= {"TEACHES": SCHOOL_AGE, "MENTORS": SCHOOL_AGE, "PARENT_OF": PARENT_GAP}
    return source is not None and source < least.get(type, 0)


def _spans(told: str) -> Iterator[int]:
    """The years that something is said to have lasted."""
    for found in _SPAN.finditer(told.casefold()):
        times = number(found[1]) or 1
        if times < LONGEST_SPAN:
            yield times * (10 if found[2] == "decade" else 1)


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
            if following != "of" and _is_person(noun) and (owner or following in _AFTER_A_NOUN):
                return True
    return False


def _is_person(noun: str) -> bool:
    return noun in _single_titles() or (noun in _heads() and bool(_AGENT.search(noun)))


def _content(told: str) -> set[str]:
    """The words that are more than ties: long ones, and those of dense scripts."""
    return {word for word in word_pieces(told) if len(word) > 3 or is_dense(word)}


@lru_cache
def _heads() -> frozenset[str]:
    """The last words of all known titles of two or more words."""
    titles = [phrase(row["title"]) for row in table("occupations")]
    return frozenset(form for title in titles if len(title) > 1 for form in singulars(title[head_end(title) - 1]))


@lru_cache
def _single_titles() -> frozenset[str]:
    return frozenset(row["title"] for row in table("occupations") if " " not in row["title"])


_SPAN = re.compile(
    r"\bfor (?:over |more than |almost |nearly |about |(?:the )?(?:past|last) )*(?:a )?"
    rf"({NUMBER}|a|over) (year|decade)s?\b"
)
_DEGREE = re.compile(
    r"\b(?:doctor|physician|surgeon|dentist|psychiatrist|psychologist|veterinarian|pharmacist|lawyer|judge|professor)\b"
)
_HEALS = re.compile(
    r"doctor|physician|surge|nurs|midwi|dentist|psych|therap|medic|heal|herbal|acupunct|chiropra|optom|pharma|\bvet|clinic|"
    r"hospital|ologist|care|massage|osteo|shaman|diet|nutrit|counsel|first aid|veterin|patient|remed|treat|cure",
    re.IGNORECASE,
)
_SAME_WORK = frozenset(
    {"WORKS_WITH", "STUDIES_WITH", "MEMBER_WITH", "TEACHES", "MENTORS", "MANAGES", "INFLUENCES", "OPPOSES"}
)
_OPEN_ENDS_WORDS = (
    "a an the and or of to with in for who that is his her their at from by as into on but has are was which "
    "very not be been being than so its this these those such also when where while because if"
)
_OPEN_ENDS = frozenset(_OPEN_ENDS_WORDS.split())
_SUBJECT_OF_ITS_OWN = re.compile(
    r"\bwho (?:an?|the|his|hers?|its|their|our|my|your|th[aeio]se?|this|that|he|she|they|it|we|i|you|who|there|"
    r"to|of|in|on|at|for|with|from|by|and|or|but|as|if|when|where|while|some|many|us)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|[Oo]urs?|[Yy]ou|[Yy]ours?|us)\b")
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
_AGENT = re.compile(r"(?:er|or|ist|ian|ant|ent|eer|wright|smith|maker|keeper|maid|wife|person|woman|man|hand)s?$")
_NO_WORK_WORDS = (
    "power water paper computer number order matter center centre other another summer winter river tower weather "
    "career gender daughter mother father brother sister ever never over under after her letter offer member answer "
    "color colour floor door error factor sector minor major senior junior fever cancer dinner flower corner border "
    "restaurant plant giant moment parent content event talent different important ancient elephant government "
    "environment human woman man person indian american asian russian italian christian fan lover follower "
    "supporter winner user consumer customer patient recipient descendant resident citizen inhabitant stranger "
    "teenager youngster believer thinker survivor competitor participant opponent lady guy boy girl friend neighbor "
    "neighbour partner client hand management department equipment development treatment movement element document "
    "animal creature character color per for or er"
)
_NO_WORK = frozenset(_NO_WORK_WORDS.split())
_NOT_IN_AN_OCCUPATION_WORDS = (
    "a an the his her my your their he she they it is was are has have who that this with from by mr mrs"
)
_NOT_IN_AN_OCCUPATION = frozenset(_NOT_IN_AN_OCCUPATION_WORDS.split())
