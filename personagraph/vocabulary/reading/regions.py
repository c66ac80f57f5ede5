"""The world region where a sentence says that the person it describes lives, or is from."""

from functools import lru_cache
from typing import Final

from personagraph.types import UNKNOWN
from personagraph.vocabulary.places import AMBIGUOUS_NAMES, cities, place_names, region_names
from personagraph.vocabulary.reading.place_words import (
    ACTS,
    ALLOWED_CAPITALS,
    BELONGS,
    DIRECTIONS,
    FANS,
    FROM_THERE,
    GOODS,
    KEEPERS,
    KINDS_OF_PLACE,
    LANGUAGES,
    LIVES,
    LOCALS,
    MOVED,
    PASTIMES,
    PROFESSIONS,
    SMALL,
    STATES,
    TAUGHT,
    TOPICAL,
    TOPICS,
)
from personagraph.vocabulary.reading.sentence import BREAK, PAUSE, PERSON, RELATIVE, TITLE, Phrase, Sentence

_LONGEST_NAME: Final = 5
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
            if word in STATES and index >= 2 and words[index - 1] == "," and written[index - 2][0].isupper():
                tie = _tie(sentence, index, index + 1, is_city=True)
                best, strength = ("north_america", tie) if tie > strength else (best, strength)
            continue
        end, region, is_city = _place_at(sentence, index)
        if region == UNKNOWN:
            continue
        while end + 1 < length and words[end] == "," and written[end + 1][0].isupper():
            if written[end + 1] in STATES:
                further, wider, is_part = end + 2, "north_america", True
            else:
                further, wider, is_part = _place_at(sentence, end + 1)
            if wider == UNKNOWN or words[end + 1] in place_names():
                break
            end, region, is_city = further, wider, is_part
        tie = _tie(sentence, index, end, is_city=is_city)
        if tie > strength:
            best, strength = region, tie
        elif tie == strength == ORIGIN and 0 < read == index:
            best = region
        read = end
    return best


def _place_at(sentence: Sentence, index: int) -> tuple[int, str, bool]:
    """Where the longest name of a place at `index` ends, its region, and whether only the table of cities has it."""
    written, words = sentence.written, sentence.words
    known = region_names()
    for end in range(min(len(words), index + _LONGEST_NAME), index, -1):
        if end > index + 1 and not all(written[at][0].isupper() or words[at] in SMALL for at in range(index + 1, end)):
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
    if not kinds[at] & BREAK or following in TOPICS | GOODS or following in ("embassy", "consulate"):
        return NOTHING
    if at >= 2 and words[at - 1] == "up":
        before = words[at - 2]
        if before in ("grew", "growing", "brought"):
            return ORIGIN
    if before in LIVES and _is_of_another(sentence, at - 1):
        return NOTHING
    if before in LIVES and word in ("in", "at", "on", "near", "outside", "around", "within", "of", "between"):
        return HOME
    if before in FROM_THERE and word in ("in", "from", "to", "of", "at"):
        return ORIGIN
    if word == "from":
        if in_phrase:
            is_theirs = _is_person(sentence, at - 1) or written[at - 1][0].isupper() or at < 2
            is_thing = before in TOPICS | GOODS or before.endswith("s")
            return ORIGIN if is_theirs or not (is_city or is_thing) else NOTHING
        return ORIGIN if before in ("is", "am", "originally") or at == sentence.verb + 1 else NOTHING
    if word == "to" and sentence.verb < at and words[sentence.verb] in MOVED:
        return ORIGIN
    if word in ("in", "near") and words[at + 1] in ("rural", "small"):
        return HOME
    if word == "of":
        return ORIGIN if in_phrase and before in BELONGS else NOTHING
    if word in ("in", "near", "outside", "at", "around", "across", "within", "throughout"):
        if before in TOPICAL and not (before in PROFESSIONS and at - 1 == sentence.phrases[0].end - 1 >= 2):
            return NOTHING
        if in_phrase or any(phrase.end == at for phrase in sentence.phrases):
            return HOME if not _is_topical(sentence, at) else NOTHING
        verb = words[sentence.verb] if sentence.verb < len(words) else ""
        if verb in ("is", "am", "has", "was") and sentence.verb + 1 < len(words):
            verb = words[sentence.verb + 1]
            if verb == "been" and sentence.verb + 2 < len(words):
                verb = words[sentence.verb + 2]
        return HOME if before in ACTS or (verb in ACTS and not _is_topical(sentence, at, sentence.verb)) else NOTHING
    return NOTHING


def _in_phrase(sentence: Sentence, phrase: Phrase, start: int, end: int, *, is_city: bool) -> int:
    """How a place inside of a phrase about the subject is tied to them: "a Kenyan nurse", "a Detroit local"."""
    words, written = sentence.words, sentence.written
    if end >= len(words):
        return ORIGIN if not is_city else NOTHING
    following = words[end]
    if following in LOCALS:
        return HOME
    if is_city and " ".join(words[start:end]) not in place_names():
        return NOTHING
    head = next((head for begin, head in phrase.parts if begin <= start <= head), phrase.end - 1)
    if end > head:
        return ORIGIN
    between = words[end : head + 1]
    if following in GOODS and (words[head] in KEEPERS or not sentence.kinds[head] & TITLE):
        return NOTHING
    if following in TOPICS or (words[start] in LANGUAGES and not TAUGHT.isdisjoint(between[:1])):
        return NOTHING
    if words[start] == "english" and (not TAUGHT.isdisjoint(between) or "student" in between[:1]):
        return NOTHING
    if words[head] in FANS and not (TOPICS | GOODS | PASTIMES).isdisjoint(between):
        return NOTHING
    if not written[head][0].isupper() and _begins_a_name(sentence, end):
        return NOTHING
    if " ".join(words[start:end]) in place_names():
        return ORIGIN
    return (
        TOLD
        if words[start] not in AMBIGUOUS_NAMES and words[head] not in FANS and sentence.kinds[head] & TITLE
        else NOTHING
    )


def _begins_a_name(sentence: Sentence, index: int) -> bool:
    """Whether the word begins a name to which the place before it belongs: "Brazilian Jiu-Jitsu", "Detroit Tigers"."""
    word, written = sentence.words[index], sentence.written[index]
    if not written[0].isupper() or written == written.upper() or word in ALLOWED_CAPITALS:
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
        if word in DIRECTIONS or (
            word == "," and index and (written[index - 1][0].isupper() or words[index - 1] in KINDS_OF_PLACE)
        ):
            index -= 1
        elif word in ("of", "in") and index and words[index - 1] in KINDS_OF_PLACE:
            index -= 2
        elif (
            word in KINDS_OF_PLACE
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
    return not TOPICAL.isdisjoint(sentence.words[begin:at])


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
