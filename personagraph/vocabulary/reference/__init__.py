"""The tables shipped with the package."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table, by the names in its first line, in the order of the file."""
    lines = (files(__name__) / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    return tuple(dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:])


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Some 75,000 words and names of English in lower case, without apostrophes, with and without accents."""
    return frozenset((files(__name__) / "english.txt").read_text(encoding="utf-8").split())
