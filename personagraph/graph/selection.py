"""Which part of a graph is meant."""

from dataclasses import dataclass

from personagraph.errors import UsageError
from personagraph.vocabulary.relationships import TYPES


@dataclass(frozen=True, slots=True)
class Selection:
    """The whole graph, unless `around` or `ids` name the personas; always with every relationship between them.

    `around` is a persona's id: it and everyone within `hops`, whatever the direction. `types` leaves only relationships
    of these types, also to walk along; with neither `around` nor `ids`, only personas that have one are left too.
    Raises ConfigError when `around` and `ids` are both given, `hops` is below 1, or a type is not in the vocabulary.
    """

    around: str | None = None
    hops: int = 1
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.around is not None and self.ids is not None:
            raise UsageError("an export is either around one persona or of a list of personas; leave one of them out")
        if self.hops < 1:
            raise UsageError(f"--hops is {self.hops}; it must be 1 or more")
        for type in self.types:
            if type not in TYPES:
                raise UsageError(f"--type {type!r} is not known; it can be {', '.join(TYPES)}")
