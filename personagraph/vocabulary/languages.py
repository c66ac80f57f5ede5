"""The languages, by code, and how one is read from its name or tag."""

import re
from collections.abc import Mapping
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
