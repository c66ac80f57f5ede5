"""The tables shipped with the package, and the form in which words are looked up in them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

_PREPOSITIONS = "of at in for with from on to by about like as into n not nec"
_RELATIVES = "who whom whose which that"
_PARTICIPLES = (
    "specializing specialising working running living studying teaching based turned interested focused dedicated"
)
_ENDS_HEAD_PHRASE = frozenset(f"{_PREPOSITIONS} {_RELATIVES} {_PARTICIPLES}".split())
_ARTICLES = frozenset({"a", "an", "the", "my", "your", "his", "her", "their"})


@lru_cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table, by the names in its first line, in the order of the file."""
    lines = (files(__name__) / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    return tuple(dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:])


def fold(text: str) -> str:
    """`text` composed (NFC), case-folded, with straight apostrophes."""
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")


@lru_cache(maxsize=4096)
def words(text: str, *, articles: bool = False) -> tuple[str, ...]:
    """The folded words of `text`, split at hyphens and punctuation; articles and possessives only if `articles`."""
    found = re.sub(r"[\W_]+", " ", fold(text).replace("'", "").replace(".", "").replace("&", " and ")).split()
    return tuple(found if articles else (word for word in found if word not in _ARTICLES))


def article(word: str) -> str:
    """The indefinite article before a word or a number of years: "a baker", "an editor", "a university", "an 18"."""
    if word[:1].isdigit():
        return "an" if word[0] == "8" or word in ("11", "18") else "a"
    return "an" if word[:1] in "aeiou" and not word.startswith(("uni", "eu", "one")) else "a"


def head_end(phrase: Sequence[str]) -> int:
    """Where the head phrase ends: before the first preposition, relative or participle that is not its first word."""
    return next((index for index, word in enumerate(phrase) if index and word in _ENDS_HEAD_PHRASE), len(phrase))


def singulars(word: str) -> list[str]:
    """`word` and all it may be a form of: "wives" → "wife", "firewomen" → "fireman"; some of them are no words."""
    forms = [word]
    for plural, singular in (
        ("ies", "y"),
        ("ves", "fe"),
        ("men", "man"),
        ("people", "person"),
        ("children", "child"),
        ("es", ""),
        ("s", ""),
    ):
        if word.endswith(plural) and len(word) > len(plural) + 2:
            forms.append(word[: -len(plural)] + singular)
    forms += [
        form.removesuffix(end) + "man" for form in forms for end in ("woman", "women", "person") if form.endswith(end)
    ]
    return forms
