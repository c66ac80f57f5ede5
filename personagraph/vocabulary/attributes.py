"""Reads attributes from words, and names titles and countries for hints.

Every reader gives "unknown" rather than a guess, and knows nothing of what was asked for.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from personagraph.text.english import head_end, phrase
from personagraph.text.words import fold
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.cells import SEXES, UNKNOWN, Cell, cell_of, cells
from personagraph.vocabulary.occupations import read_activity, titles
from personagraph.vocabulary.places import countries, country_name, read_region
from personagraph.vocabulary.reference import table

__all__ = [
    "Cell",
    "cell_of",
    "cells",
    "countries",
    "country_name",
    "read_activity",
    "read_age",
    "read_language",
    "read_region",
    "read_sex",
    "titles",
]


def read_sex(text: str) -> str:
    """The sex that a description gives its subject: by a noun in its head phrase ("mother of two"), else by pronouns.

    "unknown" if neither says, or if pronouns of both sexes occur.
    """
    words = phrase(text, determiners=True)
    head = f" {' '.join(words[: head_end(words)])} "
    for sex in ("other", "female", "male"):
        if any(f" {noun} " in head for noun in _sex_words()["noun", sex]) or (
            sex == "female" and re.search("wom[ae]n ", head)
        ):
            return sex
    pronouns = [sex for sex in SEXES if _sex_words()["pronoun", sex] & set(words)]
    return pronouns[0] if len(pronouns) == 1 else UNKNOWN


def read_language(text: str) -> str:
    """The primary code of a language by its English name or BCP 47 tag ("Swahili", "pt-BR"); "unknown" if unlisted."""
    name = fold(text).strip()
    return _languages().get(name) or _languages().get(re.split(r"[-_]", name)[0], UNKNOWN)


@lru_cache
def _languages() -> Mapping[str, str]:
    rows = table("languages")
    return {row["code"]: row["code"] for row in rows} | {
        fold(name): row["code"] for row in rows for name in row["names"].split(";")
    }


@lru_cache
def _sex_words() -> Mapping[tuple[str, str], frozenset[str]]:
    rows = table("sexes")
    return {
        (kind, sex): frozenset(row["word"] for row in rows if row["kind"] == kind and row["sex"] == sex)
        for kind in ("noun", "pronoun")
        for sex in SEXES
    }
