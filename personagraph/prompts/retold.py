"""Tells whether a reply says an example of its prompt again, in some words of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from personagraph.text.scripts import runs

EXAMPLE = "example"
"""The name of the guard."""
RUN = 6
"""Words in a row that are a copy: fewer are "from the United States who". Where no spaces are, as many letters as they
have."""
_NO_WORDS_OF_ITS_OWN = frozenset({"ask", "language", "relation", "label"})


def retells(text: str, examples: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], *, known: str) -> bool:
    """Whether RUN words in a row stand in an example, its question or its reply, and not in `known`, what was shown."""
    said = _joined(text)
    own = set(runs(said, RUN)).difference(runs(_joined(known), RUN, like=said))
    shown = (one for pair in examples for part in pair for one in _texts(part))
    return bool(own) and any(not own.isdisjoint(runs(_joined(one), RUN, like=said)) for one in shown)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from () if name in _NO_WORDS_OF_ITS_OWN else _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _joined(text: str) -> str:
    """With what hyphens join as one word: "51-year-old" tells no more than one."""
    return text.replace("-", "")
