"""Unicode's tables of numbers and countries in other languages, and the words that negate in any."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from personagraph.text.scripts import LETTERS_A_WORD, main_system


@lru_cache
def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of this folder."""
    text = (files(__package__) / f"{name}.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def numbers_of(code: str) -> Mapping[str, str]:
    """How a language spells numbers: words → digits, with a point if it is an ordinal."""
    found: dict[str, str] = {}
    for row in rows("numbers"):
        if row["tongue"] == code:
            for words in row["words"].split(";"):
                found.setdefault(words, row["number"])
    return found


def numbers_in(words: Sequence[str], text: str) -> Counter[str]:
    """The numbers of a text in any language: its digits, and the words that are numbers in a language of its script."""
    known, anywhere = _numbers_of(main_system(text))
    found = Counter(word for word in words if word[0].isdigit())
    found.update(known[word] for word in words if word in known)
    if anywhere:
        found.update(known[spelled] for spelled in anywhere.findall("".join(words)))
    return found


def negations_in(words: Sequence[str], text: str) -> Counter[str]:
    """The words, and the parts of words, of a text that negate in a language of its script."""
    system = main_system(text)
    single, anywhere = _negations_of(system)
    found = Counter(word for word in words if word in single)
    if anywhere:
        joined = ("" if system in LETTERS_A_WORD else " ").join(words)
        found.update(anywhere.findall(joined))
    return found


@lru_cache
def _numbers_of(system: str | None) -> tuple[Mapping[str, str], re.Pattern[str] | None]:
    found: dict[str, str] = {}
    for row in rows("numbers"):
        for spelled in row["words"].split(";"):
            if " " not in spelled and main_system(spelled) == system and not row["number"].endswith("."):
                found.setdefault(spelled.casefold(), row["number"])
    return found, _any_of(found) if system in LETTERS_A_WORD else None


@lru_cache
def _negations_of(system: str | None) -> tuple[frozenset[str], re.Pattern[str] | None]:
    data = tomllib.loads((files(__package__) / "negations.toml").read_text(encoding="utf-8"))
    words, parts = (data.get(kind, {}).get(system or "", "").split() for kind in ("words", "parts"))
    return frozenset(words), _any_of(parts)


def _any_of(parts: Sequence[str] | Mapping[str, str]) -> re.Pattern[str] | None:
    """Finds any of the parts, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(parts, key=len, reverse=True)))) if parts else None
