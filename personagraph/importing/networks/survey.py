"""What one reading of a network found: nodes by id, edges as columns, and what cannot be used."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from personagraph.importing.networks.values import bare_number
from personagraph.types import Attributes, normalise
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES

Fault = tuple[str, int, str]
"""The file, the line, and what is wrong."""


class Node(NamedTuple):
    """A node as a persona, whose id is `persona`, and where it stands; `fields` is what else its row says.

    `number` is its place among the nodes, from 0; `exported` says that an export of ours wrote the row.
    """

    number: int
    file: str
    line: int
    id: str
    persona: str
    description: str
    nature: str
    stated: Attributes
    fields: str = ""
    simulated: bool = False
    grounds: Attributes = Attributes()
    exported: bool = False

    @property
    def row(self) -> str:
        """Its place in the files, as "FILE, line N"."""
        return f"{self.file}, line {self.line}"


class Statement(NamedTuple):
    """What an edge says of its ends: most edges of a network say one of a few things.

    `directed` if the edge is said to be, whatever its type. `via` is as a relationship of ours has it.
    """

    type: str
    forward: bool = True
    label: str = ""
    former: bool = False
    directed: bool = False
    via: str = ""


class Tie(NamedTuple):
    """An edge as a relationship between two nodes, by their ids, or what is wrong with it; `row` is "FILE, line N"."""

    row: str
    source: str = ""
    target: str = ""
    type: str = ""
    forward: bool = True
    label: str = ""
    confidence: float = 1.0
    former: bool = False
    fault: str = ""
    directed: bool = False
    via: str = ""


NOTHING = Statement("")


class Ties:
    """The edges in the order of their files, as columns: 28 bytes for each, and what is said of them once.

    An edge is looked at when it is read, and need not be read again to be let in.
    """

    def __init__(self) -> None:
        self._files: list[tuple[int, str]] = []
        """From which edge on each file goes."""
        self._ids: list[str] = []
        self._lines, self._confidences = array("q"), array("d")
        self._sources, self._targets, self._said = array("i"), array("i"), array("i")
        self._kinds: list[Statement] = []
        self._numbers: dict[Statement, int] = {}
        self._faults: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def begin(self, file: str) -> None:
        """The edges that are added from now on are those of this file."""
        self._files.append((len(self), file))

    def add(self, line: int, source: int, target: int, said: Statement, confidence: float, fault: str) -> None:
        """Put an edge at the end: the numbers of its nodes, and what it says of them, or what is wrong with it."""
        if fault:
            self._faults[len(self)] = fault
            source, target, said = -1, -1, NOTHING
        self._lines.append(line)
        self._sources.append(source)
        self._targets.append(target)
        if (number := self._numbers.setdefault(said, len(self._kinds))) == len(self._kinds):
            self._kinds.append(said)
        self._said.append(number)
        self._confidences.append(confidence)

    def know(self, id: str) -> None:
        """The next number is that of the node with this id."""
        self._ids.append(id)

    def __iter__(self) -> Iterator[Tie]:
        return self.between(0, len(self))

    def between(self, first: int, last: int) -> Iterator[Tie]:
        """The edges first ≤ n < last that there are."""
        starts = [start for start, _ in self._files]
        for n in range(first, min(last, len(self))):
            row = f"{self._files[bisect_right(starts, n) - 1][1]}, line {self._lines[n]}"
            if fault := self._faults.get(n):
                yield Tie(row, fault=fault)
                continue
            type, forward, label, former, directed, via = self._kinds[self._said[n]]
            source, target = self._ids[self._sources[n]], self._ids[self._targets[n]]
            sure = self._confidences[n]
            yield Tie(row, source, target, type, forward, label, sure, former, directed=directed, via=via)

    def repeated(self) -> bytes:
        """A byte for each edge: whether one before it says the same of the same nodes.

        An edge with a fault, or from a node to itself, may count as one. Confidence is not compared, nor what is over;
        the label is where the type is one for own words. What a symmetric type says has no order.
        """
        if not self._kinds:
            return b""
        said, kinds = self._kinds, dict[tuple[str, str], int]()
        words = [(one.type, normalise(one.label) if one.type in OWN_WORDS else "") for one in said]
        kind = np.array([kinds.setdefault(word, len(kinds)) for word in words], np.int32)
        symmetric = np.array([one.type in TYPES and TYPES[one.type].symmetric for one in said])
        backward = np.array([not one.forward for one in said])
        of, a, b = (np.frombuffer(column, np.int32) for column in (self._said, self._sources, self._targets))
        swapped = np.where(symmetric[of], a > b, backward[of])
        one, other, what = np.where(swapped, b, a), np.where(swapped, a, b), kind[of]
        order = np.lexsort((what, other, one))
        before, after = order[:-1], order[1:]
        same = (one[before] == one[after]) & (other[before] == other[after]) & (what[before] == what[after])
        found = np.zeros(len(self), np.bool_)
        found[after[same]] = True  # the sort is stable: of those that are alike, the first in the files comes first
        return found.tobytes()


@dataclass(slots=True)
class Survey:
    """What a reading found: the nodes by id, the edges, what cannot be used, and values that none knows.

    `called` counts the nodes that have no description, by the column that stands in for it, "id" where none does.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    ties: Ties = field(default_factory=Ties)
    faults: list[Fault] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    called: Counter[str] = field(default_factory=Counter)
    _pointed: dict[str, Node | None] = field(default_factory=dict)

    @property
    def edges(self) -> int:
        """How many edges there are, with those that cannot be used."""
        return len(self.ties)

    def enter(self, node: Node) -> None:
        """Add the node, whose number is how many there are."""
        self.nodes[node.id] = node
        self.ties.know(node.id)
        if (bare := bare_number(node.id)) != node.id:
            self._pointed[bare] = None if bare in self._pointed else node

    def known(self, id: str) -> Node | None:
        """The node that is meant: as its id is written, else as the same whole number; None when there is none."""
        if (node := self.nodes.get(id)) is not None:
            return node
        bare = bare_number(id)
        return self.nodes.get(bare) or self._pointed.get(bare)
