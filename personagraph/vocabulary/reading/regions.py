"""The world region where a sentence says that the person it describes lives, or is from."""

from functools import lru_cache
from typing import Final

from personagraph.types import UNKNOWN
from personagraph.vocabulary.places import AMBIGUOUS_NAMES, cities, place_names, region_names
from personagraph.vocabulary.reading.sentence import BREAK, PAUSE, PERSON, RELATIVE, TITLE, Phrase, Sentence

_LONGEST_NAME: Final = 5
_SMALL_WORDS = "of the and es de do del la le al"
_SMALL: Final = frozenset(_SMALL_WORDS.split())
_DIRECTIONS_WORDS = """the north south east west northern southern eastern western central rural urban downtown
upstate greater inner small remote modern nearby historic mainland coastal suburban northeastern northwestern
southeastern southwestern northeast northwest southeast southwest a an late mid"""
_DIRECTIONS: Final = frozenset(_DIRECTIONS_WORDS.split())
_KINDS_OF_PLACE_WORDS = """village town city province state region district county suburb area island islands
suburbs outskirts streets coast countryside heart mountains highlands north south east west middle neighborhood
neighbourhood capital part parts valley university college republic kingdom slums center centre hills port rest
gu si ken shi hometown"""
_KINDS_OF_PLACE: Final = frozenset(_KINDS_OF_PLACE_WORDS.split())
_LIVES_WORDS = """living lives live based residing resides reside located settled stationed dwelling dwells
resident residents staying stays"""
_LIVES: Final = frozenset(_LIVES_WORDS.split())
_FROM_THERE_WORDS = """born raised hailing hails originating originally native roots came comes coming moved
immigrated emigrated migrated relocated fled up grew growing escaped natives hail"""
_FROM_THERE: Final = frozenset(_FROM_THERE_WORDS.split())
_ACTS_WORDS = """works working work employed runs running owns operates operating owning manages managing
studies studying attends attending majoring enrolled serving serves teaching practices practicing volunteering
volunteers farming operates uses trained graduated educated interning lived lives living born based raised
located residing employed"""
_ACTS: Final = frozenset(_ACTS_WORDS.split())
"""Verbs whose place is where the subject is, with what stands between them."""
_BELONGS_WORDS = """resident native citizen mayor governor inhabitant local people president minister senator
residents natives citizens king queen daughter son member national villager streets ambassador congressman
congresswoman representative"""
_BELONGS: Final = frozenset(_BELONGS_WORDS.split())
_TOPICAL_WORDS = """interested interest interests expertise expert specialist specializing specialising
specialized specialised specializes experience experienced invested investing investment majoring believer
versed proficient role involved trends advances history politics events war wars conflict conflicts career
fluent degree investor knowledge enthusiast passion background developments issues elections market markets
policy policies rights believes participated participating traveler traveled travelled travelling traveling
vacation trip trips holiday holidays scholar exhibition exhibitions conference course fan fans interest
fascinated knowledgeable rooted skilled competing competed championship tournament games olympics adventures
culture influence impact"""
_TOPICAL: Final = frozenset(_TOPICAL_WORDS.split())
_PROFESSIONS: Final = frozenset({"expert", "specialist", "enthusiast", "fan"})
"""Their place, where the topic stands before them: "a media expert in Oslo", but not "an expert in Asian art"."""
_TOPICS_WORDS = """literature history language languages cuisine food foods dish dishes restaurant restaurants
music art arts film films cinema movie movies culture cultures studies philosophy mythology myths poetry drama
dramas opera game games economy politics revolution empire orthodox jiu wrestling wine wines coffee tea car cars
stock stocks market markets myth folklore cooking pop speaking speaker speakers born-again soap idol idols
series anime manga comics rock rap hip grammar phonetics civilization civilisation antiquity architecture
fashion novel novels football-only dressing bulldog shepherd period era war wars"""
_TOPICS: Final = frozenset(_TOPICS_WORDS.split())
_LANGUAGES_WORDS = """english french spanish german italian russian chinese japanese arabic portuguese korean
latin greek hebrew turkish polish dutch swedish hindi vietnamese thai danish norwegian finnish czech hungarian"""
_LANGUAGES: Final = frozenset(_LANGUAGES_WORDS.split())
_TAUGHT_WORDS = """teacher professor tutor instructor translator interpreter lecturer learner major teachers
class classes linguist linguistics learners tutors majors"""
_TAUGHT: Final = frozenset(_TAUGHT_WORDS.split())
_FANS_WORDS = """fan fans enthusiast enthusiasts lover lovers follower followers supporter supporters admirer
buff devotee aficionado fanatic geek nerd viewer listener watcher reader stan"""
_FANS: Final = frozenset(_FANS_WORDS.split())
_PASTIMES_WORDS = """football soccer cricket rugby volleyball hockey basketball baseball league pop rock rap
athletics team teams club"""
_PASTIMES: Final = frozenset(_PASTIMES_WORDS.split())
_ALLOWED_CAPITALS_WORDS = """catholic muslim christian jewish buddhist hindu army navy ministry parliament
government national phd tv it ceo american canadian british immigrant mba sunni shia"""
_ALLOWED_CAPITALS: Final = frozenset(_ALLOWED_CAPITALS_WORDS.split())
_LOCALS_WORDS = "local native resident citizen born based national locals natives residents citizens"
_LOCALS: Final = frozenset(_LOCALS_WORDS.split())
_STATES_WORDS = """BC QC AB AL AK AZ AR CA CO CT DE FL GA HI ID IL IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH
NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC"""
_STATES: Final = frozenset(_STATES_WORDS.split())
_MOVED_WORDS = "moved relocated immigrated emigrated migrated fled returned"
_MOVED: Final = frozenset(_MOVED_WORDS.split())
HOME, ORIGIN, TOLD, NOTHING = 3, 2, 1, 0
"""How a place is tied to the subject: they live there; they come from there, or are one of its people; or neither."""


def region_of(sentence: Sentence) -> str:
    """The region of the place where the subject lives, else of where they are from; "unknown" if none or several are.

    Places that the subject likes, studies, cooks or writes of do not count.
    """
    written, words = sentence.written, sentence.words
    first = _first_words()
    best, strength = UNKNOWN, NOTHING
    length, read = len(words), 0
    for index, word in enumerate(written):
        if word < "A" or "Z" < word[0] < "\x80" or index < read:
            continue
        if words[index] not in first:
            if word in _STATES and index >= 2 and words[index - 1] == "," and written[index - 2][0].isupper():
                tie = _tie(sentence, index, index + 1, is_city=True)
                best, strength = ("north_america", tie) if tie > strength else (best, strength)
            continue
        end, region, is_city = _place_at(sentence, index)
        if region == UNKNOWN:
            continue
        tie = _tie(sentence, index, end, is_city=is_city)
        while end + 1 < length and words[end] == "," and written[end + 1][0].isupper():
            if written[end + 1] in _STATES:
                further, wider = end + 2, "north_america"
            else:
                further, wider, _ = _place_at(sentence, end + 1)
            if wider == UNKNOWN or words[end + 1] in place_names():
                break
            end, region = further, wider
        if tie > strength:
            best, strength = region, tie
        elif tie == strength == ORIGIN and end - index == 1 and index and words[index - 1] == words[index]:
            best = region
        read = end
    return best


def _place_at(sentence: Sentence, index: int) -> tuple[int, str, bool]:
    """Where the longest name of a place at `index` ends, its region, and whether only the table of cities has it."""
    written, words = sentence.written, sentence.words
    known = region_names()
    for end in range(min(len(words), index + _LONGEST_NAME), index, -1):
        if end > index + 1 and not all(written[at][0].isupper() or words[at] in _SMALL for at in range(index + 1, end)):
            continue
        name = words[index] if end == index + 1 else " ".join(words[index:end])
        region = known.get(name)
        if region is not None:
            if len(name) <= 3 and not written[index].isupper() and name in _shouted():
                continue
            return end, region, False
        if (region := cities().get(name)) is not None:
            return end, region, True
    return index + 1, UNKNOWN, False


def _tie(sentence: Sentence, start: int, end: int, *, is_city: bool) -> int:
    """How the place between `start` and `end` is tied to the subject."""
    words, written, kinds = sentence.words, sentence.written, sentence.kinds
    following = words[end] if end < len(words) else ""
    for phrase in sentence.phrases:
        if phrase.start <= start < phrase.end:
            return _in_phrase(sentence, phrase, start, end, is_city=is_city)
    at = _back(sentence, start)
    if at < 0:
        return NOTHING
    word, before = words[at], words[at - 1] if at else ""
    in_phrase = at < sentence.clause
    if word in ("is", "am") and not is_city and at and (kinds[at - 1] & RELATIVE or words[at - 1] == "i"):
        return ORIGIN
    if not kinds[at] & BREAK or following in _TOPICS or following in ("embassy", "consulate"):
        return NOTHING
    if at >= 2 and words[at - 1] == "up":
        before = words[at - 2]
        if before in ("grew", "growing", "brought"):
            return ORIGIN
    if before in _LIVES and _is_of_another(sentence, at - 1):
        return NOTHING
    if before in _LIVES and word in ("in", "at", "on", "near", "outside", "around", "within", "of", "between"):
        return HOME
    if before in _FROM_THERE and word in ("in", "from", "to", "of", "at"):
        return ORIGIN
    if word == "from":
        if in_phrase:
            return ORIGIN if _is_person(sentence, at - 1) or written[at - 1][0].isupper() or at < 2 else NOTHING
        return ORIGIN if before in ("is", "am", "originally") or at == sentence.verb + 1 else NOTHING
    if word == "to" and sentence.verb < at and words[sentence.verb] in _MOVED:
        return ORIGIN
    if word in ("in", "near") and words[at + 1] in ("rural", "small"):
        return HOME
    if word == "of":
        return ORIGIN if in_phrase and before in _BELONGS else NOTHING
    if word in ("in", "near", "outside", "at", "around", "across", "within", "throughout"):
        if before in _TOPICAL and not (before in _PROFESSIONS and at - 1 == sentence.phrases[0].end - 1 >= 2):
            return NOTHING
        if in_phrase:
            return HOME if not _is_topical(sentence, at) else NOTHING
        verb = words[sentence.verb] if sentence.verb < len(words) else ""
        if verb in ("is", "am", "has", "was") and sentence.verb + 1 < len(words):
            verb = words[sentence.verb + 1]
            if verb == "been" and sentence.verb + 2 < len(words):
                verb = words[sentence.verb + 2]
        return HOME if before in _ACTS or (verb in _ACTS and not _is_topical(sentence, at, sentence.verb)) else NOTHING
    return NOTHING


def _in_phrase(sentence: Sentence, phrase: Phrase, start: int, end: int, *, is_city: bool) -> int:
    """How a place inside of a phrase about the subject is tied to them: "a Kenyan nurse", "a Detroit local"."""
    words = sentence.words
    if end >= len(words):
        return ORIGIN if not is_city else NOTHING
    following = words[end]
    if following in _LOCALS:
        return HOME
    if is_city and " ".join(words[start:end]) not in place_names():
        return NOTHING
    head = next((head for begin, head in phrase.parts if begin <= start <= head), phrase.end - 1)
    if end > head:
        return ORIGIN
    between = words[end : head + 1]
    if following in _TOPICS or (words[start] in _LANGUAGES and not _TAUGHT.isdisjoint(between[:1])):
        return NOTHING
    if words[start] == "english" and (not _TAUGHT.isdisjoint(between) or "student" in between[:1]):
        return NOTHING
    if words[head] in _FANS and not (_TOPICS | _PASTIMES).isdisjoint(between):
        return NOTHING
    if _begins_a_name(sentence, end):
        return NOTHING
    if " ".join(words[start:end]) in place_names():
        return ORIGIN
    return (
        TOLD
        if words[start] not in AMBIGUOUS_NAMES and words[head] not in _FANS and sentence.kinds[head] & TITLE
        else NOTHING
    )


def _begins_a_name(sentence: Sentence, index: int) -> bool:
    """Whether the word begins a name to which the place before it belongs: "Brazilian Jiu-Jitsu", "Detroit Tigers"."""
    word, written = sentence.words[index], sentence.written[index]
    if not written[0].isupper() or written == written.upper() or word in _ALLOWED_CAPITALS:
        return False
    return word not in region_names() and not sentence.kinds[index] & (TITLE | PERSON)


def _back(sentence: Sentence, start: int) -> int:
    """The word that ties a place to what is before it: back over articles, directions, and parts of a longer name."""
    words, written, kinds = sentence.words, sentence.written, sentence.kinds
    index = start - 1
    for _ in range(9):
        if index < 0:
            return -1
        word = words[index]
        if word in _DIRECTIONS or (
            word == "," and index and (written[index - 1][0].isupper() or words[index - 1] in _KINDS_OF_PLACE)
        ):
            index -= 1
        elif word in ("of", "in") and index and words[index - 1] in _KINDS_OF_PLACE:
            index -= 2
        elif (
            word in _KINDS_OF_PLACE
            or (written[index][0].isupper() and index and not kinds[index] & PAUSE)
            or (word in ("and", "&") and index and written[index - 1][0].isupper())
        ):
            index -= 1
        else:
            return index
    return -1


def _is_of_another(sentence: Sentence, index: int) -> bool:
    """Whether a participle such as "residing" tells where somebody or something else is that the sentence names."""
    words, kinds, end = sentence.words, sentence.kinds, sentence.phrases[0].end
    if index > sentence.clause and kinds[index - 1] & (PERSON | TITLE) and words[index][-3:] in ("ing", "sed", "ted"):
        return True
    between = range(end + 1, index)
    return any(words[at - 1] == "," and words[at] in ("a", "an", "the") for at in between) and words[index - 1] != "and"


def _is_person(sentence: Sentence, index: int) -> bool:
    """Whether the word is the head of the opening phrase, or a noun for a person that stands after it."""
    phrase = sentence.phrases[0]
    return index <= phrase.end or bool(sentence.kinds[index] & (TITLE | PERSON))


def _is_topical(sentence: Sentence, at: int, start: int = 0) -> bool:
    """Whether what stands between the subject and a preposition at `at` names a topic."""
    begin = max(start, sentence.phrases[0].end if not start else start + 1)
    return not _TOPICAL.isdisjoint(sentence.words[begin:at])


@lru_cache
def _first_words() -> frozenset[str]:
    return frozenset(name.partition(" ")[0] for known in (region_names(), cities()) for name in known) - {
        "a",
        "an",
        "as",
    }


@lru_cache
def _shouted() -> frozenset[str]:
    return frozenset(["us", "uk", "uae", "usa", "car", "prc", "roc", "rsa", "ksa", "drc", "png", "nyc"])
