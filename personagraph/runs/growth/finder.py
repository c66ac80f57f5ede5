"""What finds who a description stands for, and how it is told of everyone who is there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Protocol

from personagraph.types import Merge, Persona

AT_ONCE = 1_000
"""Descriptions that the finder is given to read together."""


class Finder(Protocol):
    """Knows every description and the persona that it stands for."""

    def prepare(self, descriptions: Sequence[str]) -> None: ...
    def add(self, id: str, description: str) -> None: ...
    def find(self, description: str, *, apart: Callable[[str], bool]) -> tuple[str, str, float] | None: ...
    def decided(self, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, float] | None]: ...
    def description(self, id: str) -> str: ...


def know(
    finder: Finder,
    personas: Iterable[Persona],
    merges: Iterable[Merge] = (),
    after: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Have the finder know everyone (in order of entry) with their merges, in the order in which they came.

    `after` says behind whom each merge came, by its key; a merge of which it says nothing comes last.
    """
    behind: dict[str, list[tuple[str, str]]] = {}
    for merge in merges:
        behind.setdefault(after.get(merge.key, ""), []).append((merge.persona, merge.description))
    last = behind.pop("", [])

    def described() -> Iterator[tuple[str, str]]:
        for persona in personas:
            yield persona.id, persona.description
            yield from behind.pop(persona.id, ())
        for some in behind.values():
            yield from some
        yield from last

    add_all(finder, described())


def add_all(finder: Finder, described: Iterable[tuple[str, str]]) -> None:
    """Enter descriptions under the ids of their personas, many at once."""
    streamed = iter(described)
    while some := list(islice(streamed, AT_ONCE)):
        finder.prepare([description for _, description in some])
        for id, description in some:
            finder.add(id, description)
