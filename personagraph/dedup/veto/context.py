"""What small words say where they stand: when it was, who does it, in which relation, and where praise is none."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from personagraph.dedup.veto.canonical import is_listed, praise
from personagraph.dedup.veto.english import base, is_irregular
from personagraph.dedup.veto.lexicon import senses
from personagraph.dedup.veto.marks import PUNCTUATION, Token
from personagraph.dedup.veto.reading import Item

_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "am", "im"})
_PAST = frozenset({"was", "were", "had", "did"})
_PAST_NEGATIONS = frozenset({"wasnt", "werent", "hadnt", "didnt"})
_RELATIVES = frozenset({"who", "which", "that"})
_LINKS = PUNCTUATION | {"and", "or", "but"}
_RELATIONS = {
    word: name
    for name, line in {
        "in": "in at on within amid among",
        "of": "of",
        "for": "for",
        "to": "to into onto",
        "from": "from",
        "by": "by",
        "with": "with has have having had",
        "about": "about regarding",
    }.items()
    for word in line.split()
}
_SILENT_BEFORE_A_PLACE = frozenset({"of", "in", "from", "to"})
_SOFT = frozenset({"to"})
"""What may be left out: "helps to build"."""
_PLURALS = ("men", "i", "ae", "a", "ice", "eet", "eese", "ren", "oxen", "people", "s", "ing")
"""Endings of the irregular forms that are no past."""
_PEOPLE = frozenset({"role", "sex", "age"})
_AGENT_ENDINGS = ("er", "or", "ist", "ian", "eer", "ess")
_WEAKENED = frozenset({"negation", "amount"})
_UNCERTAIN = frozenset({"few", "little"})
"""What says more after "a"."""
_AGED = frozenset({"old", "elderly", "aged"})
SMALL_NAMES = frozenset({"us", "it", "aids"})
"""Words that are names in capitals alone."""
_VERB_BEFORE = _RELATIVES | {"and", "or", "to", "they", "also", "i", ","}


def says_otherwise(one: Item, two: Item, *, follow_the_same: bool) -> bool:
    """Whether small words say something else before what both say; `follow_the_same`: what stands before it, too."""
    if _tense_differs(one, two) or _voice_differs(one, two) or _voice_differs(two, one):
        return True
    return _relation_differs(one, two, follow_the_same)


def spoken(items: Sequence[Item], index: int) -> tuple[str, ...]:
    """The articles and praise before an item that say something."""
    item = items[index]
    return tuple(_spoken(items[index - 1] if index else None, item)) if item.between else ()


def is_other_word(left: Sequence[Item], x: int, right: Sequence[Item], y: int) -> bool:
    """Whether two words with one meaning have another where they stand ("us" is no "usa", nor "old school" elderly)."""
    one, two = left[x], right[y]
    if one.text != two.text:
        return _has_other_sense(one, left[x + 1 : x + 3]) or _has_other_sense(two, right[y + 1 : y + 3])
    if one.text in _UNCERTAIN and x and y:
        return _has_article(one) != _has_article(two)
    return any(
        any(token.capital and token.word == "a" for token in mine.between) and not _has_article(yours)
        for mine, yours in ((one, two), (two, one))
    )


def _has_article(item: Item) -> bool:
    return any(token.word == "a" for token in item.between)


def _has_other_sense(item: Item, after: Sequence[Item]) -> bool:
    if item.text in SMALL_NAMES:
        return item.capital != is_listed(item.text)
    if item.text == "like":
        return not item.before or item.before[-1] not in _VERB_BEFORE
    if item.text not in _AGED:
        return False
    phrases = ((item.text, word) for other in after[:1] for word in other.text.split()[:1])
    return any(senses(phrase) is not None for phrase in phrases) or not any(
        "sex" in _categories(other.text) or _is_somebody(other) for other in after
    )


def _tense_differs(one: Item, two: Item) -> bool:
    if _is_past(one.text) != _is_past(two.text) and " " not in one.text + two.text:
        past, other = (one, two) if _is_past(one.text) else (two, one)
        if other.text in (base(past.text), base(other.text) + "s") or other.text.endswith(("s", "ing")):
            return True
    if (one.text in _PAST_NEGATIONS) != (two.text in _PAST_NEGATIONS):
        return True
    mine, yours = (not _PAST.isdisjoint(_last_clause(item)) for item in (one, two))
    if mine == yours:
        return False
    other = two if mine else one
    # "born in" is "was born in"
    return not (_is_participle(one.text) and _is_participle(two.text) and _BE.isdisjoint(_last_clause(other)))


def _voice_differs(one: Item, two: Item) -> bool:
    """Whether it is what the first is, and what the second does."""
    if " " in one.text or one.text.endswith("ing") or _BE.isdisjoint(_last_clause(one)):
        return False
    return bool(two.between) and two.between[-1].word in _RELATIVES


def _relation_differs(one: Item, two: Item, follow_the_same: bool) -> bool:
    mine, yours = (_relations(item) for item in (one, two))
    holds_its_own = one.text != two.text and " " in one.text + two.text
    if mine == yours or holds_its_own:
        return False
    if not (mine and yours):
        silent = _SILENT_BEFORE_A_PLACE if "place" in _categories(one.text) else _SOFT
        return follow_the_same and not (mine | yours) <= silent
    return True


def _relations(item: Item) -> frozenset[str]:
    clause = [token.word for token in item.between]
    if "been" in clause:
        clause = [word for word in clause if word not in ("has", "have", "had", "having", "with")]
    return frozenset(_RELATIONS[word] for word in clause if word in _RELATIONS)


def _last_clause(item: Item) -> list[str]:
    found = [token.word for token in item.between]
    start = max((index + 1 for index, word in enumerate(found) if word in _LINKS | _RELATIVES), default=0)
    return found[start:]


@lru_cache(maxsize=1 << 14)
def _is_past(word: str) -> bool:
    """Whether it is a form of a verb in the past, or its participle; words that are listed as they are are none."""
    return " " not in word and not is_listed(word) and _is_participle(word)


@lru_cache(maxsize=1 << 14)
def _is_participle(text: str) -> bool:
    """Whether it begins with a form of a verb in the past."""
    word = text.partition(" ")[0]
    if word.endswith("ed"):
        return base(word) != word
    return word == "born" or (is_irregular(word) and not word.endswith(_PLURALS))


@lru_cache(maxsize=1 << 14)
def _categories(text: str) -> frozenset[str]:
    words = tuple(text.split())
    found = (senses(words) or senses(words[-1:]) or ()) if words else ()
    return frozenset(sense.category for sense in found)


def _spoken(before: Item | None, item: Item) -> Iterator[str]:
    tokens = item.between
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        first = before if all(t.word not in _LINKS | _RELATIVES for t in tokens[:index]) else None
        if token.word == "a":
            if after is None and not item.text:
                yield token.word
        elif token.word == "too":
            if (after is None and item.text) or (after and after.word in praise()):
                yield token.word
        elif (kind := praise().get(token.word)) and _praise_speaks(token, kind, first, after, item):
            yield token.word


def _praise_speaks(token: Token, kind: str, before: Item | None, after: Token | None, item: Item) -> bool:
    """Whether it is negated or weakened, is done by or to others, or is a part of a name or of another word."""
    if before and not _WEAKENED.isdisjoint(_categories(before.text)):
        return True
    if kind != "degree" and after is not None and after.word in _RELATIONS:
        return True
    if after is not None or not item.text:
        return False
    if token.capital and item.capital:
        return True
    return kind == "praise_of_people" and not _is_somebody(item)


def _is_somebody(item: Item) -> bool:
    categories = _categories(item.text)
    if "kin" in categories:
        return False
    return not _PEOPLE.isdisjoint(categories) or item.said == "person" or item.text.endswith(_AGENT_ENDINGS)
