"""Which part of a graph is meant: what the user says of it, as exports, runs and manifests keep it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

from personagraph.errors import UsageError
from personagraph.vocabulary.cells import cell_named
from personagraph.vocabulary.relationships import TYPES

NO_DEPTH = "none"
_DEPTH = re.compile(r"([0-9]{1,9})(-([0-9]{1,9})?)?")
_DEEPEST = 2**31 - 1
_NESTED = 8


@dataclass(frozen=True, slots=True)
class Selection:
    """The whole graph, or who is meant by everything that is given here, with every relationship between them.

    `around` is a persona's id: it and everyone within `hops`, whatever the direction. `path` are two ids: everyone on a
    shortest path between them, whatever the direction. `community` is the number of one of the whole graph, as the
    metric of that name has it. `cell` are values of attributes, as activity=agriculture.
    `runs` let the personas in. `depth` is one, a range as 1-3 or 2-, or none, for who has no link to a seed. `search`
    are words of the description. `ids` are the personas themselves. `within` is another selection that holds too.

    `types` leaves only relationships of these types, which walks go along; where there is no walk (`around`, `path`),
    only personas that have one are left. Raises UsageError for `hops` below 1 and for what is in no vocabulary.
    """

    around: str | None = None
    hops: int = 1
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    path: tuple[str, str] | None = None
    community: int | None = None
    cell: str | None = None
    runs: tuple[str, ...] = ()
    depth: str | None = None
    search: str | None = None
    within: "Selection | None" = None

    def __post_init__(self) -> None:
        if self.hops < 1:
            raise UsageError(f"--hops is {self.hops}; it must be 1 or more")
        for type in self.types:
            if type not in TYPES:
                raise UsageError(f"--type {type!r} is not known; it can be {', '.join(TYPES)}")
        if self.cell is not None:
            cell_named(self.cell)
        if self.depth is not None:
            depths(self.depth)

    def to_json(self) -> dict[str, Any]:
        """What is given of it, in JSON's types; empty for the whole graph. `selection_from` reads it."""
        return {name: _plain(value) for name, value in asdict(self).items() if value != _DEFAULTS[name]}


_DEFAULTS = {field.name: field.default for field in fields(Selection)}


def selection_from(data: Mapping[str, Any]) -> Selection:
    """The selection that a manifest or a run has. Raises UsageError, without saying where, for what is none."""
    from pydantic import TypeAdapter, ValidationError

    held, level = data, 0
    while isinstance(held, Mapping):
        if unknown := [name for name in held if name not in _DEFAULTS]:
            raise UsageError(f"a selection has no {unknown[0]!r}; a newer version of personagraph may know it")
        held, level = held.get("within", ()), level + 1
        if level > _NESTED:
            raise UsageError(f"a selection holds more than {_NESTED} others, one in another; name the personas by ids")
    try:
        return TypeAdapter(Selection).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UsageError(f"a selection cannot be read: {place}: {first['msg']}") from None


def ids_digest(ids: Iterable[str]) -> str:
    """The SHA-256 of personas as a set: of their ids, sorted, a line each."""
    return sha256("".join(f"{id}\n" for id in sorted(ids)).encode()).hexdigest()


def depths(text: str) -> tuple[int, int]:
    """The least and the greatest depth of a range; -1 is that of personas without a link to a seed."""
    if text == NO_DEPTH:
        return -1, -1
    if found := _DEPTH.fullmatch(text):
        low = int(found[1])
        high = low if not found[2] else int(found[3]) if found[3] else _DEEPEST
        if low <= high:
            return low, high
    raise UsageError(f"--depth {text!r} is no range of depths; it can be as 2, 1-3, 2- or {NO_DEPTH}")


def _plain(value: Any) -> Any:
    """A value in JSON's types; of a selection in it only what is given."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each != _DEFAULTS[name]}
    return list(value) if isinstance(value, tuple) else value
