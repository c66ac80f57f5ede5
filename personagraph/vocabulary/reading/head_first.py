"""Reads descriptions in languages that name a person early in their phrase: by titles, small words and places."""

import re
from functools import lru_cache
from typing import Final

from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import band
from personagraph.vocabulary.reading.tongues import (
    LONGEST,
    SLAVIC,
    TongueWords,
    names_in,
    tongue,
    without_ending,
    words_of,
)

_AGES = (
    r"(?:berusia|berumur|อายุ)\s*(\d{1,3})",
    r"\b(\d{1,3})[\s-]*(?:años|ans|anos|anni|jährige[rnms]?|jahre alt|jarige|jaar oud|årig\w*|år gammal|letni\w*|lat|"
    r"лет|летн\w+|летий|года?|років|річн\w+|χρονών|χρονη|χρονος|ετών|سنة|عاما|عامًا|عام|ساله|tuổi|ปี)\b",
)
_YEARS: Final = re.compile("|".join(_AGES))
_OF_WORK: Final = re.compile(
    r"^\W*(?:de |d['’]|di |w )?(?:exp|esp|erfahr|erv|erf|trabajo|travail|trabalho|lavoro|carri|servic|serviç|опыт|стаж|"
    r"досв|خبرة|من ال|doświadcz|pracy|εμπειρ|تجربه|سابقه|kinh|ประสบ)"
)
"""What follows years that somebody has worked."""
_ONE_AFTER: Final = ("es", "fr", "pt", "it", "ar", "id", "vi", "fa", "th")
"""Languages that put adjectives after the noun."""
_INSTRUMENTAL: Final = {"ом ем ём": ("", "ь", "й"), "ой ей ою ею": ("а", "я")}
_FIRST: Final = 4
"""Among as many first words a title may hold a preposition that does not end the phrase: "chef de projet"."""

_MARKS: Final = frozenset(",.;:!?،")


def read_head_first(text: str, tongue: TongueWords) -> Attributes:
    """What the words say of each attribute; unknown where they do not."""
    if "undivided" in tongue.words:
        text = _divided(text, tongue.code)
    if tongue.code == "ar":
        text = _apart(text, tongue)
    words = words_of(text)
    end = _head(words, tongue)
    activity, title = _activity(words, end, tongue)
    return Attributes(
        activity=activity,
        age=_age(text, words, end, tongue),
        sex=_sex(words, end, title, tongue),
        region=_region(words, names_in(text), end, tongue),
    )


@lru_cache
def _known(code: str) -> re.Pattern[str]:
    known = tongue(code)
    small = (word for kind in known.words for word in known.words[kind])
    found = {*known.activities, *known.places, *small} - {"-", "yes", "no"}
    return re.compile("|".join(map(re.escape, sorted(found, key=lambda word: (-len(word), word)))))


def _divided(text: str, code: str) -> str:
    """A text of a language without spaces, with spaces around the words that the tables know."""
    return _known(code).sub(r" \g<0> ", text)


def _apart(text: str, tongue: TongueWords) -> str:
    """An Arabic text with the preposition "in" before a place as a word of its own: "ببغداد" → "في بغداد"."""
    words = text.split(" ")
    return " ".join(f"في {word[1:]}" if word[:1] == "ب" and word[1:] in tongue.places else word for word in words)


def _head(words: list[str], tongue: TongueWords) -> int:
    """Where the phrase for the subject ends: at the first preposition or relative after its first word, or a mark."""
    breaks, read = tongue.words.get("break", frozenset()), 1
    for index, word in enumerate(words):
        if index >= read and (word in breaks or word in _MARKS):
            return index
        if index < _FIRST and word in tongue.starts and (title := _title_at(words, index, tongue)):
            read = max(read, index + len(title.split()))
    return len(words)


def _title_at(words: list[str], index: int, tongue: TongueWords) -> str | None:
    """The longest title that begins at `index`, in the form of the table."""
    if words[index] in tongue.words.get("none", ()):
        return None
    if words[index] in tongue.starts:
        for end in range(min(len(words), index + LONGEST), index, -1):
            found = " ".join(words[index:end])
            if found in tongue.activities:
                return found
    word = words[index]
    if "compounds" in tongue.words and len(word) > 7 and not word.startswith(tuple(tongue.words["former"])):
        return next((word[cut:] for cut in range(2, len(word) - 3) if word[cut:] in tongue.activities), None)
    return None


def _activity(words: list[str], end: int, tongue: TongueWords) -> tuple[str, str]:
    """The activity and the title that tells it: in the phrase for the subject, else after a verb for working."""
    former, retired = tongue.words.get("former", frozenset()), tongue.words.get("retired", frozenset())
    first, wish = "", tongue.words.get("wish", frozenset())
    if any(word in retired for word in words[: end + 4]):
        return "retired", next((found for at in range(end) if (found := _title_at(words, at, tongue))), "")
    for begin, close in _phrases(words, end, tongue):
        for index in range(begin, close):
            if title := _title_at(words, index, tongue):
                after = words[index + len(title.split()) : index + len(title.split()) + 1]
                first = first or title
                if (former | wish).isdisjoint(words[:index]) and former.isdisjoint(after):
                    return tongue.activities[title], title
                break
    works = tongue.words.get("works", frozenset())
    for index in range(1, len(words)):
        if words[index] in works and wish.isdisjoint(words[max(0, index - 4) : index]):
            for at in range(index + 1, min(index + 4, len(words))):
                title = _title_at(words, at, tongue) or _in_the_nominative(words[at], tongue)
                if title:
                    return tongue.activities[title], first or title
    return _beyond(words, tongue), first


def _phrases(words: list[str], end: int, tongue: TongueWords) -> list[tuple[int, int]]:
    """Where phrases about the subject begin and end: the first, one after "who is" or "I am", one in apposition."""
    breaks, copulas = tongue.words.get("break", frozenset()), tongue.words.get("copula", frozenset())
    relatives, said = tongue.words.get("relative", frozenset()), tongue.words.get("i am", frozenset())
    found = [(0, end)]
    if words[end : end + 1] and words[end] in relatives and words[end + 1 : end + 2] and words[end + 1] in copulas:
        found.append((end + 2, _close(words, end + 2, breaks)))
    found += [(at + 1, _close(words, at + 1, breaks)) for at, word in enumerate(words[:-1]) if at and word in said]
    comma = next((at for at, word in enumerate(words[:12]) if word in (",", "،")), 0)
    if comma and (relatives | copulas).isdisjoint(words[:comma]):
        found.append((comma + 1, _close(words, comma + 1, breaks)))
    return found


def _close(words: list[str], begin: int, breaks: frozenset[str]) -> int:
    """Where a phrase that begins at `begin` ends, at most six words on."""
    last = min(begin + 6, len(words))
    return next((at for at in range(begin, last) if words[at] in breaks or words[at] in _MARKS), last)


def _beyond(words: list[str], tongue: TongueWords) -> str:
    """The activity that words of several tell anywhere: "on parental leave", "out of work"."""
    for index in range(1, len(words)):
        title = _title_at(words, index, tongue)
        if title and " " in title and tongue.activities[title] in ("carer", "retired", "unemployed"):
            return tongue.activities[title]
    return UNKNOWN


def _in_the_nominative(word: str, tongue: TongueWords) -> str | None:
    return next((title for title in without_case(word) if title in tongue.activities), None)


def without_case(word: str) -> list[str]:
    """What a Russian noun of the instrumental case may be in the nominative: "охранником" → "охранник"."""
    for endings, nominatives in _INSTRUMENTAL.items():
        if word.endswith(tuple(endings.split())) and len(word) > 5:
            return [word[:-2] + ending for ending in nominatives]
    return []


def _age(text: str, words: list[str], end: int, tongue: TongueWords) -> str:
    found = _YEARS.search(text.lower())
    if found and len(words_of(text[: found.start()])) <= end + 6 and not _OF_WORK.match(text.lower()[found.end() :]):
        return band(int(found[1] or found[2]))
    return next((tongue.ages[word] for word in words[:end] if word in tongue.ages), UNKNOWN)


def _sex(words: list[str], end: int, title: str, tongue: TongueWords) -> str:
    found = next((tongue.sexes[word] for word in words[:end] if word in tongue.sexes), UNKNOWN)
    if found != UNKNOWN or title in tongue.women:
        return found if found != UNKNOWN else "female"
    neutral = tongue.words.get("neutral", frozenset())
    marked = not tongue.words.get("woman", frozenset()).isdisjoint(words[:2])
    return "female" if marked and neutral.isdisjoint(words[:4]) else UNKNOWN


def _region(words: list[str], named: list[bool], end: int, tongue: TongueWords) -> str:
    """The region of a place to which a verb for living or a preposition leads, else of the people they belong to."""
    origin = UNKNOWN
    index = 0
    while index < len(words):
        length, region = _place_at(words, index, tongue) if named[index] else (1, None)
        if region is None:
            index += 1
            continue
        tied = _tie(words, index, end, tongue)
        if tied == "home":
            return region
        if tied == "origin" and origin == UNKNOWN:
            origin = region
        index += length
    return origin if origin != UNKNOWN else _people(words, end, tongue)


def _place_at(words: list[str], index: int, tongue: TongueWords) -> tuple[int, str | None]:
    for end in range(min(len(words), index + LONGEST), index, -1):
        name = " ".join(words[index:end])
        found = tongue.region_of(name)
        if found is None and tongue.code in SLAVIC and end == index + 1:
            found = tongue.region_of(without_ending(name))
        if found is not None and len(name) > 2:
            return end - index, found
    return 1, None


def _tie(words: list[str], index: int, end: int, tongue: TongueWords) -> str | None:
    """How a place is tied to the subject: they live there ("home"), are from there ("origin"), or neither."""
    leading, at = tongue.words.get("from", frozenset()), index - 1
    while at >= 0 and words[at] in leading:
        at -= 1
    if at == index - 1:
        return None
    lives = tongue.words.get("lives", frozenset())
    if at < 0 or words[at] in lives or (index + 1 < len(words) and words[index + 1] in lives):
        return "home"
    within, following = tongue.words.get("within", frozenset()), words[at + 1 : index]
    if not within.isdisjoint(following) and not lives.isdisjoint(words[end:at]):
        return "home"
    relatives = tongue.words.get("relative", frozenset())
    if not tongue.words.get("topical", frozenset()).isdisjoint(words[: at + 1]):
        return None
    titled = relatives and any(_title_at(words, back, tongue) for back in range(end))
    if titled and not within.isdisjoint(following) and (relatives | _MARKS).isdisjoint(words[end:at]):
        return "home"
    if at == end - 1 and words[at] not in tongue.words.get("fan", frozenset()):
        return "origin"
    known, persons = tongue.words.get("institution", frozenset()), tongue.words.get("person", frozenset())
    near = any(_title_at(words, back, tongue) for back in range(max(0, at - 2), at + 1))
    person = words[at] in tongue.sexes or words[at] in tongue.ages or words[at] in persons or near
    linked = tongue.words.get("works", frozenset()) | tongue.words.get("i am", frozenset())
    if near and not linked.isdisjoint(words[max(0, at - 4) : at]):
        return "origin"
    return "origin" if at <= end + 2 and (person or words[at] in known) else "home" if words[at] in known else None


def _people(words: list[str], end: int, tongue: TongueWords) -> str:
    """The region of the people that an adjective in the phrase for the subject names, beside the noun for them."""
    fans, small = tongue.words.get("fan", frozenset()), tongue.words.get("article", frozenset())
    for index in range(min(end, len(words))):
        region = tongue.of_people(words[index])
        if region is None:
            continue
        before = [word for word in words[:index] if word not in small]
        named = any(_names_person(words, at, tongue) for at in range(index + 1, end))
        if index + 1 == end and not before and index and words[index] not in tongue.words.get("language", ()):
            return region
        if tongue.code in _ONE_AFTER and before and fans.isdisjoint(before):
            return region
        ahead = tongue.code not in _ONE_AFTER and index + 1 < end and (named or not before)
        if ahead and not any(_names_person(words, at, tongue) for at in range(index)):
            return region
    return UNKNOWN


def _names_person(words: list[str], index: int, tongue: TongueWords) -> bool:
    return words[index] in tongue.sexes or words[index] in tongue.ages or bool(_title_at(words, index, tongue))
