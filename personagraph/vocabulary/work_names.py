"""Holds a small model to occupations of real words: left to itself, it spells words that do not exist."""

import re
from collections.abc import Iterable
from functools import lru_cache

from personagraph.text.english import head_end, phrase
from personagraph.vocabulary.reference import table

_WORD = re.compile(r"[a-z]{3,13}")
_NO_MODIFIERS = frozenset({"and", "for", "the", "late", "former", "aspiring", "with", "per"})
_FRAGMENTS = frozenset({"after", "laid", "non", "not", "off", "out", "pre"})
"""What says something only with the words that stand beside it in a title: "non commissioned", "laid off"."""


@lru_cache(maxsize=1024)
def occupation_pattern(*, without: frozenset[str] = frozenset()) -> str:
    """A regular expression for a name of work ("farmer") with up to two words before it, as known titles have them.

    Titles for hints that are built otherwise are alternatives. `without` are names of work that are left out.
    """
    names = trie_pattern(name for name in _names() if name not in without)
    return f"^(({_modifiers()} ({_modifiers()} )?)?{names}|{'|'.join(_other_titles())})$"


def names_of_work(description: str) -> frozenset[str]:
    """The names of work in the head phrase of a description: "A 25-year-old pastry baker from China" → baker."""
    words = phrase(description)
    return _names() & set(words[: head_end(words)])


def trie_pattern(known: Iterable[str]) -> str:
    """A regular expression for these words that branches at each letter, so that a decoder follows one way only."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in known:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(root)


def _branches(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    ways = [letter + _branches(after) for letter, after in sorted(node.items()) if letter]
    if not ways:
        return ""
    if len(ways) == 1 and "" not in node:
        return ways[0]
    return f"({'|'.join(ways)}){'?' if '' in node else ''}"


@lru_cache
def _names() -> frozenset[str]:
    return frozenset(row["name"] for row in table("work_names"))


@lru_cache
def _modifiers() -> str:
    """The words that stand before the last in known titles, and say something by themselves."""
    titles = (row["title"].lower().split() for row in table("occupations") if row["role"] in ("hint", "title"))
    known = {word for title in titles for word in title[:-1] if _WORD.fullmatch(word)}
    return trie_pattern(known - _NO_MODIFIERS - _FRAGMENTS)


@lru_cache
def _other_titles() -> tuple[str, ...]:
    """The titles for hints that are not a name of work after up to two modifiers."""
    built = re.compile(f"({_modifiers()} ({_modifiers()} )?)?{trie_pattern(_names())}")
    titles = (row["title"] for row in table("occupations") if row["role"] == "hint")
    return tuple(title for title in titles if not built.fullmatch(title))
