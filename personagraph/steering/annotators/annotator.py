"""What every annotator is: a reader of descriptions that sees nothing else of a persona."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from personagraph.types import Attributes


@dataclass(frozen=True, slots=True)
class Annotator:
    """An annotator as it is registered.

    `read` gives what a description says of each attribute, unknown where it does not say it; the same description
    always gives the same. It never raises. `basis` is what the values are said to rest on, `about` says in a few words
    how it reads.
    """

    read: Callable[[str], Attributes]
    basis: str
    about: str

    def read_all(self, descriptions: Iterable[str]) -> Iterator[Attributes]:
        """What each description says, in their order, one at a time: memory does not grow with how many there are."""
        return map(self.read, descriptions)
