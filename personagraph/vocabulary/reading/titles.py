"""Titles of occupations as they stand in a sentence: by their last word, in the singular and the plural."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from personagraph.text.english import phrase
from personagraph.types import UNKNOWN
from personagraph.vocabulary.reference import table

_WITH_PREPOSITION = re.compile(r"(?<![\w-])(?:of|in|at|for|on|to)(?![\w-])")
_MEN = ("man", "woman", "person", "men", "women", "people", "persons")


def title_ends() -> Mapping[str, int]:
    """The last words of titles, with how many words the longest title has that ends so."""
    return _titles()[1]


def title_at(words: Sequence[str], start: int, last: int) -> tuple[str, int]:
    """The activity of the longest title that ends with the word at `last`, and where it begins, at `start` or later.

    "unknown" and `last` if there is none.
    """
    known, ends = _titles()
    for begin in range(max(start, last + 1 - ends.get(words[last], 0)), last + 1):
        found = known.get(words[last] if begin == last else " ".join(words[begin : last + 1]))
        if found:
            return found, begin
    return UNKNOWN, last


def title_through(words: Sequence[str], start: int, head: int) -> str:
    """The activity of the longest title that goes on with a preposition after the word at `head`: "member of
    parliament"."""
    known = _with_preposition().get(words[head])
    if known is None:
        return UNKNOWN
    for end in range(min(len(words), head + 6), head + 2, -1):
        for begin in range(max(start, head - 3), head + 1):
            if found := known.get(" ".join(words[begin:end])):
                return found
    return UNKNOWN


def title_by_ending(word: str) -> str:
    """The activity that the ending of a word tells, in the singular or the plural: "-ologist"."""
    pattern, activities = _endings()
    found = pattern.search(word)
    return activities[found[1]] if found else UNKNOWN


@lru_cache
def title_endings() -> tuple[str, ...]:
    """The endings that tell a title, in the singular and the plural."""
    return tuple(ending + plural for ending in _endings()[1] for plural in ("", "s"))


def is_business(words: Sequence[str], start: int, end: int) -> bool:
    """Whether a business is named between `start` and `end`: "a swimming school", "an insurance brokerage"."""
    known = _businesses()
    return any(
        word in known or (index and f"{words[index - 1]} {word}" in known)
        for index, word in enumerate(words[start:end], start)
    )


def _rows(role: str) -> Iterator[tuple[str, str]]:
    """Titles and activities of a role: of the table for sentences, then of the one for fields."""
    names = (role, "hint") if role == "title" else (role,)
    rows = [row for name in ("titles", "occupations") for row in table(name) if row["role"] in names]
    return ((row["title"], row["activity"]) for row in rows)


@lru_cache
def _titles() -> tuple[Mapping[str, str], Mapping[str, int]]:
    known: dict[str, str] = {}
    ends: dict[str, int] = {}
    alone = {title for title, _ in _rows("alone")}
    owners = [(f"{name} {who}", managers) for name, managers in _rows("business") for who in ("owner", "proprietor")]
    for title, activity in chain(_rows("title"), owners):
        if title in alone or _WITH_PREPOSITION.search(title):
            continue
        *stem, last = phrase(title)
        for form in _forms(last):
            known.setdefault(" ".join([*stem, form]), activity)
            ends[form] = max(ends.get(form, 0), len(stem) + 1)
    return known, ends


@lru_cache
def _with_preposition() -> Mapping[str, Mapping[str, str]]:
    """The word before the first preposition of a title → titles with it."""
    found: dict[str, dict[str, str]] = {}
    for title, activity in _rows("title"):
        words = " ".join(phrase(title))
        if (split := _WITH_PREPOSITION.search(words)) and split.start():
            found.setdefault(words[: split.start()].split()[-1], {})[words] = activity
    return found


@lru_cache
def _endings() -> tuple[re.Pattern[str], Mapping[str, str]]:
    never = {title for title, _ in _rows("no ending")}
    activities = {title: activity for title, activity in _rows("ending") if title not in never}
    return re.compile(f"[^\\W_]({'|'.join(activities)})s?$"), activities


@lru_cache
def _businesses() -> frozenset[str]:
    return frozenset(" ".join(phrase(title)) for title, _ in _rows("business"))


def _forms(word: str) -> list[str]:
    """A word in the singular and the plural, for women and men: "fireman" → "firewomen"."""
    stem = next((word.removesuffix(end) for end in _MEN[:3] if word.endswith(end) and len(word) > len(end) + 2), None)
    if stem is not None:
        return [word, *(stem + end for end in _MEN)]
    if word.endswith(("s", "x", "ch", "sh")):
        return [word, f"{word}es"]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return [word, f"{word[:-1]}ies"]
    if word.endswith("fe"):
        return [word, f"{word[:-2]}ves"]
    return [word, "children" if word == "child" else f"{word}s"]
