"""Values of other people's networks in our closed vocabularies: attributes, natures, types of relationships."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from personagraph.importing.networks.mapping import Cells, Column
from personagraph.text.descriptions import cleaned
from personagraph.text.rows import shown
from personagraph.types import UNKNOWN, Attributes, normalise
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.linked import VIA
from personagraph.vocabulary.relationships import TYPES, read_words, relationship_key

NATURES = ("person", "group", "organisation", "animal")
LONGEST_VALUE = 200
"""Characters of a value that may be that of an attribute."""
LONGEST_LABEL = 2_000
"""Characters of what is said of an edge."""
EXACT = 1 << 53
"""Below it a whole number with a point is the same as without."""
_POINTED = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{0,17}|(?:\.[0-9]{1,17})?e\+[0-9]{2})")
_DIRECTIONS = {"directed": True, "undirected": False}
"""What Gephi writes into the column of types, and no type: whether the edge has a direction."""
_FORMER = ("true", "1", "yes", "y")
_NOT_FORMER = ("false", "0", "no", "n", "")


def bare_number(id: str) -> str:
    """The id as a whole number, where it is one with a point: "2.0", as tables with gaps write what others call 2."""
    if not _POINTED.fullmatch(id):
        return id
    number = float(id)
    return str(int(number)) if number.is_integer() and abs(number) < EXACT else id


class Vocabulary:
    """Reads attributes; `unread` counts the values that were in nobody's vocabulary, by attribute."""

    def __init__(self) -> None:
        self.unread: dict[str, int] = {}
        self._known: dict[tuple[str, str], str] = {}

    def attributes(self, columns: Mapping[Any, Column], cells: Cells) -> Attributes:
        """The stated attributes of a row: its value where it is one of ours, or can be read as one, else unknown.

        A column that has the name of an attribute, or else another one under which it may stand, is taken for it unless
        the mapping says otherwise.
        """
        found = {}
        for name, attribute in ATTRIBUTES.items():
            if name in columns:
                said = columns[name].read(cells)
            else:
                under = (cells.get(column, "").strip() for column in (name, *attribute.columns))
                said = next(filter(None, under), "")
            if said and said != UNKNOWN:
                found[name] = self._value(name, said)
                if found[name] == UNKNOWN:
                    self.unread[name] = self.unread.get(name, 0) + 1
        return Attributes(**found)

    def nature(self, said: str) -> tuple[str, str]:
        """The nature, and what is wrong with it."""
        known = said in NATURES
        return (said, "") if known else ("person", f"its nature {shown(said)} is none of {', '.join(NATURES)}")

    def _value(self, name: str, said: str) -> str:
        if len(said) > LONGEST_VALUE:
            return UNKNOWN
        if (name, said) not in self._known:
            self._known[name, said] = ATTRIBUTES[name].value(said)
        return self._known[name, said]


def formerly(said: str) -> tuple[bool, str]:
    """Whether a relationship is over, and what is wrong with what was said of it."""
    known = said.lower() in _FORMER + _NOT_FORMER
    return said.lower() in _FORMER, "" if known else f"whether it is former, {shown(said)}, is neither true nor false"


def found_by(said: str) -> str:
    """How our own export says that two were found to be tied; empty for any other words."""
    return said if said in VIA else ""


def direction(said: str) -> bool | None:
    """Whether an edge has a direction by what stands in the column of types; None where that says something else."""
    return _DIRECTIONS.get(said.lower())


def relation(said: str, label: str = "", *, directed: bool | None) -> tuple[str, bool, str, str]:
    """The type, whether it points forward, its label, and what is wrong: TEACHES and "learns from" are known.

    Words that are none of ours are told of the source, unless the network has no direction; None says that nobody knows
    whether it has. Where an edge has no type, its label says what it is; where it has both, own words keep both; where
    it has neither, it keeps the direction that it is said to have.
    """
    # Most edges of a network say one of a few things; what is long is said once, and would fill the memory.
    read = _relation if len(said) + len(label) <= LONGEST_VALUE else _relation.__wrapped__
    return read(said, label, directed)


@lru_cache(maxsize=1_000)
def _relation(said: str, label: str, directed: bool | None) -> tuple[str, bool, str, str]:
    words, label = "" if said.lower() in _DIRECTIONS else cleaned(said), cleaned(label)
    type, forward, own = read_words(words or label, directed=directed is not False)
    if directed and not words and not label:
        type = "TIED_TO"
    if own and label and normalise(own) != normalise(label):
        label = f"{own} ({label})"
    if len(label := label or own) > LONGEST_LABEL:
        return type, forward, "", f"its label has {len(label):,} characters, at most {LONGEST_LABEL:,} are taken"
    if directed is False and not TYPES[type].symmetric:
        fault = f"{type} has a direction, and the network has none: map it to a symmetric type, or give --directed"
        return type, forward, "", fault
    return type, forward, label, ""


def unmarked(label: str, key: str, source: str, type: str, target: str) -> str:
    """The label in a row of a table without the apostrophe that our own have before it, for spreadsheets.

    That the row is one of ours, its key tells.
    """
    ours = len(label) > 1 and label[0] == "'" and key == relationship_key(source, type, target, label[1:])
    return label[1:] if ours else label
