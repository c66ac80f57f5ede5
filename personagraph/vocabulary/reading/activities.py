"""What a sentence says that the person it describes does."""

from typing import Final

from personagraph.types import UNKNOWN
from personagraph.vocabulary.reading.sentence import ARTICLE, BREAK, PAUSE, RELATIVE, TITLE, Phrase, Sentence
from personagraph.vocabulary.reading.titles import is_business, title_at, title_by_ending, title_through

_NOT_IN_THE_JOB_WORDS = """former ex aspiring amateur hobbyist wannabe deceased would future prospective onetime
erstwhile failed hopeful armchair recreational budding formerly unlicensed casual hobby avid home"""
_NOT_IN_THE_JOB: Final = frozenset(_NOT_IN_THE_JOB_WORDS.split())
_RETIRED: Final = frozenset({"retired", "pensioned"})
_UNEMPLOYED: Final = frozenset({"unemployed", "jobless", "laid"})
_AT_SCHOOL: Final = frozenset({"school", "college", "collegiate", "varsity", "university", "undergraduate"})
_PLAYERS_WORDS = """player athlete swimmer runner wrestler gymnast golfer cheerleader quarterback senior junior
sophomore buff pitcher debater footballer cyclist rower sprinter linebacker"""
_PLAYERS: Final = frozenset(_PLAYERS_WORDS.split())
_KIN = "daughter son father mother brother sister sibling cousin uncle aunt friend husband wife parent grandfather"
_RELATIVES: Final = frozenset(_KIN.split())
"""Nouns before which a title still tells what somebody does: "an economist daughter"."""
_OWNS: Final = frozenset({"runs", "running", "owns", "owning", "operates", "operating", "manages", "managing"})
_STUDIES: Final = frozenset(
    {"studies", "studying", "attends", "attending", "enrolled", "majoring", "majors", "pursuing"}
)
_SCHOOLS_WORDS = (
    """school university college degree phd masters bachelors doctorate academy diploma master bachelor mba"""
)
_SCHOOLS: Final = frozenset(_SCHOOLS_WORDS.split())


def activity_of(sentence: Sentence) -> str:
    """The activity of the first phrase about the subject that names one, else of what they run or study; or "unknown".

    "Retired" and "unemployed" come before the occupation that they qualify; a former or would-be occupation is none.
    """
    for phrase in sentence.phrases:
        found = _of_phrase(sentence, phrase)
        if found != UNKNOWN:
            return found
    return _of_clause(sentence)


def _of_phrase(sentence: Sentence, phrase: Phrase) -> str:
    words = sentence.words
    for start, head in phrase.parts:
        part = words[start : head + 1]
        if not _RETIRED.isdisjoint(part) and "semi" not in part:
            return "retired"
        if not _UNEMPLOYED.isdisjoint(part):
            return "unemployed"
        found, begin = UNKNOWN, head
        if sentence.kinds[head] & TITLE:
            found, begin = title_at(words, start, head)
        elif words[head] in _RELATIVES and head > start and sentence.kinds[head - 1] & TITLE:
            found, begin = title_at(words, start, head - 1)
        if head + 1 < len(words) and sentence.kinds[head + 1] & BREAK:
            through = title_through(words, start, head)
            found = through if through != UNKNOWN else found
            if words[head] in ("owner", "proprietor", "founder") and words[head + 1] == "of":
                found = "managers" if is_business(words, head + 2, min(head + 8, len(words))) else found
        if found == UNKNOWN:
            found = title_by_ending(words[head])
        if not _AT_SCHOOL.isdisjoint(part[:-1]) and words[head].rstrip("s") in _PLAYERS:
            found = "student"
        if found != UNKNOWN and _NOT_IN_THE_JOB.isdisjoint(words[start:begin]) and words[begin - 1 : begin] != ["non"]:
            return found
    return UNKNOWN


def _of_clause(sentence: Sentence) -> str:
    """What the verb of the first clause tells: who runs a business, who studies somewhere."""
    words, kinds, verb = sentence.words, sentence.kinds, sentence.verb
    if verb >= len(words):
        return UNKNOWN
    if words[verb] in ("is", "was") and verb + 1 < len(words):
        verb += 1
    end = verb + 1
    while end < min(len(words), verb + 9) and not kinds[end] & (RELATIVE | PAUSE):
        end += 1
    if words[verb] in _OWNS and any(kind & ARTICLE for kind in kinds[verb + 1 : verb + 3]):
        return "managers" if is_business(words, verb + 1, end) else UNKNOWN
    if words[verb] in _STUDIES:
        named = not _SCHOOLS.isdisjoint(words[verb + 1 : end])
        placed = words[verb] in ("studies", "studying") and words[verb + 1 : verb + 2] in (["at"], ["in"], ["abroad"])
        return "student" if named or placed or words[verb] in ("majors", "majoring", "enrolled") else UNKNOWN
    return "retired" if words[verb] == "retired" else UNKNOWN
