"""The languages, by code: how one is read from its name or tag, what it is called, and how it is written."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from personagraph.text.words import fold
from personagraph.types import UNKNOWN
from personagraph.vocabulary.reference import table

_LANGUAGE_CODES = (
    "af am ar as ay az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gn gu ha he hi hr ht hu hy id ig is it "
    "ja jv ka kk km kn ko ku ky lo lt lv mg mi mk ml mn mr ms my ne nl no ny om or pa pl ps pt qu ro ru rw sd si sk sl "
    "sn so sq sr su sv sw ta te tg th ti tk tl tr uk ur uz vi wo xh yo zh zu"
)
LANGUAGES: Final = tuple(_LANGUAGE_CODES.split())
_TAG = re.compile(r"([A-Za-z]{2})((?:-[A-Za-z0-9]{2,8}){0,3})")


def read_language(text: str) -> str:
    """The primary code of a language by its English name or BCP 47 tag ("Swahili", "pt-BR"); "unknown" if unlisted."""
    name = fold(text).strip()
    return _languages().get(name) or _languages().get(re.split(r"[-_]", name)[0], UNKNOWN)


def language_tag(text: str) -> str:
    """The BCP 47 tag of a language named by its English name or tag: "Swahili" is "sw", "pt-BR" stays.

    Raises ValueError naming the nearest one.
    """
    if (code := _languages().get(fold(text).strip())) is not None:
        return code
    tag = _TAG.fullmatch(text.strip().replace("_", "-"))
    if tag and (code := _languages().get(tag[1].lower())) is not None and code == tag[1].lower():
        return code + tag[2]
    by_name = {fold(name): f"{name} ({row['code']})" for row in table("languages") for name in row["names"].split(";")}
    by_name |= {row["code"]: f"{row['code']} ({row['names'].split(';')[0]})" for row in table("languages")}
    nearest = get_close_matches(fold(text).strip(), by_name, n=1, cutoff=0)
    raise ValueError(f"{text!r} is no language that is known; the nearest is {by_name[nearest[0]]}")


def language_name(tag: str) -> str:
    """The English name of the language with this tag, with the tag where that says more: "Portuguese (pt-BR)"."""
    name = _row(tag)["names"].partition(";")[0]
    return f"{name} ({tag})" if "-" in tag else name


def language_systems(tag: str) -> frozenset[str]:
    """The writing systems of the language with this tag, in the words of `personagraph.text.scripts`.

    Empty for a tag that names a script of its own ("zh-Latn").
    """
    own = any(len(part) == 4 and part.isalpha() for part in tag.split("-")[1:])
    return frozenset() if own else frozenset(_row(tag)["systems"].split(";"))


def _row(tag: str) -> Mapping[str, str]:
    return next(row for row in table("languages") if row["code"] == tag.partition("-")[0])


@lru_cache
def _languages() -> Mapping[str, str]:
    rows = table("languages")
    return {row["code"]: row["code"] for row in rows} | {
        fold(name): row["code"] for row in rows for name in row["names"].split(";")
    }
