"""Reads the personas that a model found for a text, and turns down what should not enter the graph.

What only English shows (names by capitals, words that point back to the text) is looked for in English alone; lengths,
copies and repeats are counted in words of any script.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.prompts import clean
from personagraph.runs.growth import Arrival, Rejected
from personagraph.text.english import article, is_english, may_be_english
from personagraph.text.scripts import runs, stutters, word_count
from personagraph.text.words import words
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import stated
from personagraph.vocabulary.faults.words import contradiction
from personagraph.vocabulary.languages import read_language
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import country_name, read_region

LONGEST_TOPIC = 69
LONGEST_DETAIL = 120
"""Characters at which the schema of short fields stops a topic, and a detail after its opening."""
SHORTEST = 3
"""Words of a description."""
COPIED_RUN = 6
COPIED_SHARE = 0.6
STEM = 5
"""Letters by which two words count as forms of the same one ("repairs", "repairing")."""
_DANGLING = re.compile(
    r"\b(?:this|these|those|the (?:same|above|following|given|said))\b"
    r"|\bthe (?:text|article|passage|post|excerpt|author|writer|reader|narrator|speaker|paragraph)s?\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"(?!(?>.*?\b(?:that|which|who|whom|whose|what|how|why|where|when|whether|if)\b).*\b(?:is|are|was|were|has|have|will)\b)"
    r".*\b(?:is|are|was|were|has|have|will)\b|don't\b",
    re.IGNORECASE,
)
"""What does not go on from "worries about …": a sentence of its own, with a verb that no relative word opens."""
_POINTS_BACK = re.compile(r"(?:it|its|them|they|he|him|she|such|one of them|you|your|we|us|i|me|my)\b", re.IGNORECASE)
_ENDING_WORDS = """a an the and or but of to with in on at by for from about into who which that is are was has have his
her their its as than so not be being because if when while where such more most very"""
_VAGUE_WORDS = """they them it he she people person someone something things how what why way ways all can will would
could does did you your our out one"""
_NO_NAMES_OF_PERSONS = """January February March April May June July August September October November December Monday
Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter Ramadan Bible Quran God Church Catholic Christian
Muslim Islam Islamic Buddhist Hindu Jewish Sikh Internet University Olympics Oscar"""
_ENDINGS = frozenset(_ENDING_WORDS.split())
TIES = frozenset(("a", "an", "the", "of", "for", "and", "to", "in", "on", "with", "about", "from"))
"""Small words that tie others together."""
_SMALL_WORDS = _ENDINGS | frozenset(_VAGUE_WORDS.split())
_NO_NAMES = frozenset(_NO_NAMES_OF_PERSONS.split())
_HONORIFIC = r"(?:Mr|Mrs|Ms|Dr|Prof|Sir|Lady|Lord|Saint|St|President|Senator|Judge|Justice|Captain)\.?"


def read_short_portrait(
    data: Mapping[str, Any], passage: str, opening: str, *, shown: Sequence[str]
) -> Arrival | Rejected:
    """The persona of one reply in short fields, or the first guard that turned it down.

    A detail begins with `opening`; without one the topic is told. `shown` are the replies of the prompt's examples.
    """
    field, longest = ("detail", LONGEST_DETAIL + len(opening)) if "detail" in data else ("topic", LONGEST_TOPIC)
    said = " ".join(data[field].removeprefix(opening).split()).rstrip(" ,'-")
    role = data["role"].partition(" ")[2]
    description = compose(role, opening, said)
    attributes = Attributes(activity=read_activity(role), region=read_region(said))
    guards = (
        ("cut", len(data[field]) >= longest or said.split()[-1:] == [] or said.split()[-1].lower() in _ENDINGS),
        ("example", any(_is_shown(said, passage, example) for example in shown)),
        ("unrelated", is_english(passage) and not _stems(f"{data['topic']} {role} {said}") & _stems(passage)),
        *_common_guards(description, said, passage),
        ("repeats", role in said),
        ("clause", bool(_CLAUSE.match(said))),
    )
    return _first_that_fires(guards, description, attributes) or Arrival(description, "text", attributes, exact=True)


def read_portrait(data: Mapping[str, Any], passage: str, *, longest: int) -> Arrival | Rejected:
    """One persona as a large model wrote it, or the first guard that turned it down."""
    description = " ".join(clean(data["description"]).split())
    guards = (
        ("cut", len(data["description"]) >= longest),
        ("short", word_count(description) < SHORTEST),
        *_common_guards(description, description, passage),
    )
    attributes = stated(data)
    return _first_that_fires(guards, description, attributes) or Arrival(
        description, "text", attributes, data["nature"]
    )


def telling_words(passage: str) -> frozenset[str]:
    """The words in lower case that a passage has, without small ones and names."""
    capital = {word.casefold() for word in re.findall(r"(?<![.!?:] )(?<!^)\b[A-Z][a-z]+", passage)}
    return frozenset(re.findall(r"\b[a-z]{2,14}\b", passage)) - capital - _SMALL_WORDS - TIES


def compose(role: str, opening: str, said: str) -> str:
    """The sentence: "A fish seller who reads about a ferry that is out of service"."""
    return " ".join(f"{article(role).capitalize()} {role} who {opening} {said}".split())


def names(description: str, passage: str) -> list[str]:
    """The names of persons in the description: as far as capitals tell, and what is known of places and languages.

    That is two capitalised words in a row, or one that the passage has in such a row or after a title ("Dr Okafor").
    In other languages than English capitals tell something else.
    """
    if not may_be_english(description):
        return []
    runs = [run for run in re.findall(r"(?<!^)\b[A-Z][\w'’]+(?: [A-Z][\w'’]+)*", description) if not _is_known(run)]
    return [run for run in runs if " " in run or _is_surname(run, passage)]


def _is_surname(word: str, passage: str) -> bool:
    """Whether the passage has the word beside another capitalised one that is no ordinary word, or after a title."""
    bare = re.escape(re.sub(r"['’]s$", "", word))
    if re.search(rf"\b{_HONORIFIC} {bare}\b", passage):
        return True
    beside = re.findall(rf"\b([A-Z][\w'’]{{1,60}}) {bare}\b|\b{bare} ([A-Z][\w'’]+)", passage)
    others = {before or after for before, after in beside}
    return any(not _is_known(other) and not re.search(rf"\b{other.lower()}\b", passage) for other in others)


def _is_known(run: str) -> bool:
    """Whether it names a place, a people, a language or a day, or is an abbreviation."""
    bare = re.sub(r"['’]s$", "", run)
    known = bool(_NO_NAMES & set(bare.split())) or bare.isupper() or read_language(bare) != UNKNOWN
    return known or country_name(bare) is not None or read_region(bare) != UNKNOWN


def _common_guards(description: str, said: str, passage: str) -> tuple[tuple[str, bool], ...]:
    return (
        ("empty", not any(c.isalpha() for c in said)),
        ("dangling", may_be_english(description) and bool(_DANGLING.search(description) or _POINTS_BACK.match(said))),
        ("copies", _copies(said, passage)),
        ("name", bool(names(description, passage))),
        ("repeats", _repeats(said)),
        ("contradiction", bool(contradiction(description))),
    )


def _first_that_fires(guards: Sequence[tuple[str, bool]], description: str, attributes: Attributes) -> Rejected | None:
    return next(((guard, description, attributes) for guard, fires in guards if fires), None)


def _copies(said: str, passage: str) -> bool:
    """Whether six words in a row, or most of the sets of three words in a row, are those of the passage."""
    own, theirs = _unhyphened(said), _unhyphened(passage)
    if not set(runs(own, COPIED_RUN)).isdisjoint(runs(theirs, COPIED_RUN, like=own)):
        return True
    trigrams = set(runs(own, 3))
    return len(trigrams) > 3 and len(trigrams.intersection(runs(theirs, 3, like=own))) / len(trigrams) >= COPIED_SHARE


def _is_shown(said: str, passage: str, example: str) -> bool:
    """Whether it says what the example says: two telling words of it that the passage does not have."""
    return len((_stems(said) - _stems(passage)) & _stems(example)) >= 2


def _repeats(said: str) -> bool:
    """Whether three words in a row come twice, one comes three times in a row, or an English telling word three times.

    Which words tell anything is known of English alone: others have to say "de" or "der" three times.
    """
    text = _unhyphened(said)
    found, trigrams = words(text), runs(text, 3)
    telling = Counter(word for word in found if word not in _SMALL_WORDS) if may_be_english(said) else Counter[str]()
    return len(set(trigrams)) < len(trigrams) or stutters(found) or any(times > 2 for times in telling.values())


def _stems(text: str) -> set[str]:
    found = words(re.sub("['’]", " ", text), cut=3)
    return {word[:STEM] for word in found if len(word) > 2 and word[0].isalpha() and word not in _SMALL_WORDS}


def _unhyphened(text: str) -> str:
    """The text in which words that hyphens join are one: a guard counts words in a row."""
    return text.replace("-", "")
