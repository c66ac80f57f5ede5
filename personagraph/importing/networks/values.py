"""Values of other people's networks in our closed vocabularies: attributes, natures, types of relationships."""

import re
from collections.abc import Mapping
from typing import Any

from personagraph.importing.networks.mapping import Cells, Column
from personagraph.text.descriptions import cleaned
from personagraph.text.rows import shown
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.relationships import ROLES, TYPES

NATURES = ("person", "group", "organisation", "animal")
LONGEST_LABEL = 200
EXACT = 1 << 53
"""Below it a whole number with a point is the same as without."""
_POINTED = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{0,17}|(?:\.[0-9]{1,17})?e\+[0-9]{2})")
_DIRECTIONS = ("directed", "undirected")
"""What Gephi writes into the column of types, and no type."""
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

        A column that has the name of an attribute is taken for it unless the mapping says otherwise.
        """
        found = {}
        for name in ATTRIBUTES:
            said = columns[name].read(cells) if name in columns else cells.get(name, "").strip()
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
        if len(said) > LONGEST_LABEL:
            return UNKNOWN
        if (name, said) not in self._known:
            self._known[name, said] = ATTRIBUTES[name].value(said)
        return self._known[name, said]


def formerly(said: str) -> tuple[bool, str]:
    """Whether a relationship is over, and what is wrong with what was said of it."""
    known = said.lower() in _FORMER + _NOT_FORMER
    return said.lower() in _FORMER, "" if known else f"whether it is former, {shown(said)}, is neither true nor false"


def relation(said: str, *, directed: bool | None) -> tuple[str, bool, str, str]:
    """The type, whether it points forward, its label, and what is wrong: TEACHES and "learns from" are known.

    What is none of ours is RELATED_TO, with its own words as label. `directed` is None when nobody said.
    """
    words = "" if said.lower() in _DIRECTIONS else cleaned(said)
    type, forward = (words, True) if words in TYPES else ROLES.get(words.lower(), ("RELATED_TO", True))
    if directed is False and not TYPES[type].symmetric:
        fault = f"{type} has a direction, and the network has none: map it to a symmetric type, or give --directed"
        return type, forward, "", fault
    label = words[:LONGEST_LABEL] if type == "RELATED_TO" and words != type else ""
    return type, forward, label, ""
