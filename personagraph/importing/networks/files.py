"""What is read of the files of a network: a node or an edge, or a fault in them; and which files are not read."""

from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from personagraph.errors import InputError
from personagraph.importing.networks.mapping import Cells
from personagraph.text.files import STDIN, ending, unpacked
from personagraph.text.plain import has_half_character
from personagraph.text.rows.objects import LONGEST_WHOLE

DOCTYPE = "it declares a document type, which could define entities: take that out"
_NOT_READ = {".net": "Pajek", ".paj": "Pajek", ".mtx": "Matrix Market"}
"""What files are that could be taken for edge lists, and are none."""


class Record(NamedTuple):
    """One row of a file: its line (its number, in a document but GraphML), its cells, and what is wrong with it.

    `every` are all cells of a node but its description, also those that nobody asks for, by the names that the file
    gives them.
    """

    line: int
    cells: Cells
    fault: str = ""
    every: Cells = MappingProxyType({})


class Edge(NamedTuple):
    """A record of an edge, and whether the file says that it has a direction (None: it does not say).

    `alone` is the line of an adjacency list that has one node, and no edge.
    """

    record: Record
    directed: bool | None = None
    alone: bool = False


Part = tuple[str, Edge]
"""What a document has in order: "node" or "edge", and its record."""


def stem_of(path: Path) -> str:
    """The name of the file without its endings."""
    return path.name.partition(".")[0] or path.name


def check_file(path: Path) -> None:
    """Raises InputError for a format that is not read, the standard input, or a name that is no text."""
    if has_half_character(str(path)):
        raise InputError("has a name that is not UTF-8; rename it", repr(str(path)))
    if str(path) == STDIN:
        raise InputError("a network is read twice, and the standard input cannot be; save it as a file", path)
    if format := _NOT_READ.get(ending(path)):
        raise InputError(f"is {format} by its name, which is not read: write it as GraphML, or as an edge list", path)


def whole(path: Path) -> bytes:
    """All bytes of a document, unpacked. Raises InputError for one that is longer than LONGEST_WHOLE."""
    with unpacked(path) as file:
        content = file.read(LONGEST_WHOLE + 1)
    if len(content) > LONGEST_WHOLE:
        fault = f"is longer than {LONGEST_WHOLE:,} bytes, and this format is read as a whole"
        raise InputError(f"{fault}; write it as GraphML or as an edge list, which are streamed", path)
    return content
