"""The sexes that descriptions tell of, and how one is read from a description."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from personagraph.text.english import head_end, phrase
from personagraph.types import UNKNOWN
from personagraph.vocabulary.reference import table

SEXES: Final = ("female", "male", "other")
SEX_WORDS: Final[Mapping[str, str]] = MappingProxyType({"female": "female", "male": "male", "other": "non-binary"})
"""What stands before an occupation to tell each."""


def read_sex(text: str) -> str:
    """The sex that a description gives its subject: by a noun in its head phrase ("mother of two"), else by pronouns.

    "unknown" if neither says, or if pronouns of both sexes occur.
    """
    words = phrase(text, determiners=True)
    head = f" {' '.join(words[: head_end(words)])} "
    for sex in ("other", "female", "male"):
        if any(f" {noun} " in head for noun in sex_words()["noun", sex]) or (
            sex == "female" and re.search("wom[ae]n ", head)
        ):
            return sex
    pronouns = [sex for sex in SEXES if sex_words()["pronoun", sex] & set(words)]
    return pronouns[0] if len(pronouns) == 1 else UNKNOWN


def title_sex(occupation: str) -> str:
    """The sex that an occupation says, also by its last word alone ("stay-at-home father"); else "unknown"."""
    found = read_sex(occupation)
    return read_sex(occupation.split()[-1]) if found == UNKNOWN and occupation.split() else found


@lru_cache
def sex_words() -> Mapping[tuple[str, str], frozenset[str]]:
    rows = table("sexes")
    return {
        (kind, sex): frozenset(row["word"] for row in rows if row["kind"] == kind and row["sex"] == sex)
        for kind in ("noun", "pronoun")
        for sex in SEXES
    }
