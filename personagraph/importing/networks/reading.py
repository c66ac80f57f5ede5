"""A network as personas and relationships: reads its files twice, first to check them, then to stream the edges."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import InputError
from personagraph.importing.fields import is_simulated, kept, unguarded
from personagraph.importing.networks import documents, tables
from personagraph.importing.networks.files import Edge, Record, check_file, stem_of
from personagraph.importing.networks.mapping import CALLED, Cells, NetworkMapping
from personagraph.importing.networks.values import Vocabulary, bare_number, direction, formerly, relation, unmarked
from personagraph.text.descriptions import checked
from personagraph.text.files import ending, opened, unpacked
from personagraph.text.rows import shown
from personagraph.text.rows.objects import is_array_or_lines
from personagraph.types import Attributes, persona_id

DESCRIPTION = "Person {id} of the network {network}"
"""What a node without a description or a name is called."""
NAMED = "{name}, {id} of the network {network}"
"""What a node without a description is called: somebody else may have the name, in this network or in another."""
_ADJACENCY = (".adj", ".adjlist")


class Node(NamedTuple):
    """A node as a persona, and where it stands: `row` is "FILE, line N"; `fields` is what else that says."""

    row: str
    id: str
    description: str
    nature: str
    stated: Attributes
    fields: str = ""
    simulated: bool = False


class Tie(NamedTuple):
    """An edge as a relationship between two nodes, or what is wrong with it; `directed` if it is said to be."""

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


Fault = tuple[str, int, str]
"""The file, the line, and what is wrong."""


@dataclass(slots=True)
class Survey:
    """What a first reading found: the nodes by id, how many edges, what cannot be used, and values that none knows.

    `called` counts the nodes that have no description, by the column that stands in for it, "id" where none does.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: int = 0
    faults: list[Fault] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    called: Counter[str] = field(default_factory=Counter)
    _pointed: dict[str, str] = field(default_factory=dict)

    def enter(self, node: Node) -> None:
        """Add a node."""
        self.nodes[node.id] = node
        if (bare := bare_number(node.id)) != node.id:
            self._pointed[bare] = "" if bare in self._pointed else node.id

    def known(self, id: str) -> str:
        """The id of the node that is meant: as it is written, else as the same whole number; "" when there is none."""
        if id in self.nodes:
            return id
        bare = bare_number(id)
        return bare if bare in self.nodes else self._pointed.get(bare, "")


class Network:
    """A network in some files, a node table beside them or not, as the mapping says. Raises InputError for the files.

    `directed` goes before the mapping, that before what an edge says, that before what its file says; a table says
    nothing.
    """

    def __init__(
        self,
        files: Sequence[Path],
        mapping: NetworkMapping,
        *,
        nodes: Path | None = None,
        directed: bool | None = None,
    ) -> None:
        self._files, self._nodes, self._mapping = files, nodes, mapping
        self._directed = mapping.directed if directed is None else directed
        self.name = mapping.name or stem_of(files[0])
        self._vocabulary = Vocabulary()
        self._paths = [*files, *([nodes] if nodes else [])]
        for path in self._paths:
            check_file(path)

    def digest(self) -> str:
        """A hash of all that decides what comes in: the files and the mapping."""
        hashed = sha256(f"{self.name}\n{self._directed}\n{self._mapping.model_dump_json()}".encode())
        for path in self._paths:
            with opened(path) as file:
                file_digest(file, lambda: hashed)
        return hashed.hexdigest()

    def survey(self) -> Survey:
        """Read everything once. Raises InputError when nothing can be used, or two nodes have one description."""
        found = Survey(unread=self._vocabulary.unread)
        described: dict[str, Node] = {}
        # Where all nodes are faults, those that the edges name are not there.
        implied = self._nodes is None
        for path, record in self._node_records():
            implied = False
            self._enter(found, described, path, record)
        if implied and (mapped := self._mapping.nodes.mapped):
            shown = ", ".join(sorted(map(str, mapped)))
            raise InputError(f"has no nodes with columns, and the mapping names {shown}; give --nodes", self._files[0])
        for path, edge in self._edge_records():
            found.edges += not edge.alone
            for end in map(bare_number, self._ends(edge.record)) if implied else ():
                if end and end not in found.nodes:
                    self._enter(found, described, path, Record(edge.record.line, {"id": end}), id=end)
            if fault := self._tie(path, edge, found).fault:
                found.faults.append((str(path), edge.record.line, fault))
        if not found.nodes:
            name, line, fault = next(iter(found.faults), (self._nodes or self._files[0], None, ""))
            why = f"the first fault is: {fault}" if fault else "it is empty"
            raise InputError(f"no node can be used; {why}", name, line)
        return found

    def ties(self, survey: Survey) -> Iterator[Tie]:
        """Every edge in order, with what is wrong with it; `survey` knows the nodes."""
        for path, edge in self._edge_records():
            if not edge.alone:
                yield self._tie(path, edge, survey)

    def _ends(self, record: Record) -> tuple[str, str]:
        edges = self._mapping.edges
        return edges.source.read(record.cells), edges.target.read(record.cells)

    def _tie(self, path: Path, edge: Edge, survey: Survey) -> Tie:
        record, cells, edges = edge.record, edge.record.cells, self._mapping.edges
        row = f"{path.name}, line {record.line}"
        if record.fault:
            return Tie(row, fault=record.fault)
        ends = self._ends(record)
        source, target = map(survey.known, ends)
        if not source or not target:
            end = ends[0] if not source else ends[1]
            return Tie(row, fault=f"there is no node {shown(end)}" if end else "an end is missing")
        type, label = edges.type.read(cells), edges.label.read(cells)
        directed = next((one for one in (self._directed, direction(type), edge.directed) if one is not None), None)
        if ending(path) not in documents.KINDS:
            label = unmarked(label, edges.key.read(cells), source, type, target)
        type, forward, label, fault = relation(type, label, directed=directed)
        said = edges.confidence.read(cells)
        try:
            confidence = float(said or 1)
        except ValueError:
            confidence = -1
        if not 0 <= confidence <= 1:
            fault = f"the confidence {shown(said)} is no number from 0 to 1"
        former, unread = formerly(edges.former.read(cells))
        return Tie(row, source, target, type, forward, label, confidence, former, fault or unread, directed is True)

    def _enter(
        self, found: Survey, described: dict[str, Node], path: Path, record: Record, *, id: str | None = None
    ) -> None:
        node, called, fault = self._node(path, record, id)
        if not fault and node.id in found.nodes:
            fault = f"its id {shown(node.id)} is also that of {found.nodes[node.id].row}"
        if fault:
            found.faults.append((str(path), record.line, fault))
            return
        same = described.setdefault(persona_id(node.description), node)
        if same is not node:
            raise InputError(
                f"has the same description as {same.row}, but for case and spaces at most: {node.description!r}; two"
                " nodes must not become one persona: describe them otherwise in a table (--nodes), or in a mapping"
                ' (template = "… {id}" in [nodes.description])',
                path,
                record.line,
            )
        found.enter(node)
        if called:
            found.called[called] += 1

    def _node(self, path: Path, record: Record, id: str | None) -> tuple[Node, str, str]:
        """The node, the column that stands in for its description, and what is wrong with it."""
        nodes, line = self._mapping.nodes, record.line
        id = nodes.id.read(record.cells) if id is None else id
        cells = {**record.cells, "id": id, "network": self.name}
        text, called = nodes.description.read(cells), ""
        if not text:
            text, called = self._called(cells)
        others = {str(name): value for name, value in record.every.items()}
        row = checked(line, unguarded(text, others), record.fault or ("" if id else "it has no id"))
        nature = nodes.nature.read(cells) or "person"
        nature, fault = self._vocabulary.nature(nature)
        stated = self._vocabulary.attributes(nodes.attributes, cells)
        fields, too_much = kept(others, row.description)
        simulated = is_simulated(others, row.description)
        node = Node(f"{path.name}, line {line}", id, row.description, nature, stated, fields, simulated)
        return node, called, row.fault or fault or too_much

    def _called(self, cells: Cells) -> tuple[str, str]:
        """What a node without a description is called, and by which column: its name, if it has one beside its id."""
        described = {"id": cells["id"], "network": self.name}
        for column in CALLED if self._mapping.nodes.spare else ():
            name = cells.get(column, "").strip()
            if name != cells["id"] and any(map(str.isalpha, name)):
                return NAMED.format(name=name, **described), column
        return DESCRIPTION.format(**described), "id"

    def _node_records(self) -> Iterator[tuple[Path, Record]]:
        mapping = self._mapping.nodes
        if self._nodes is not None:
            yield from ((self._nodes, record) for record in tables.node_rows(self._nodes, mapping))
            return
        for path in self._files:
            if ending(path) in documents.KINDS and not self._is_list(path):
                yield from ((path, part.record) for part in documents.parts(path, "node", mapping))

    def _edge_records(self) -> Iterator[tuple[Path, Edge]]:
        for path in self._files:
            yield from ((path, edge) for edge in self._edges_of(path))

    def _edges_of(self, path: Path) -> Iterator[Edge]:
        mapping, kind = self._mapping.edges, ending(path)
        if kind in documents.THROUGH_NETWORKX:
            return self._with_ends_in_order(path)
        if kind in documents.KINDS and not self._is_list(path):
            return documents.parts(path, "edge", mapping)
        return (tables.adjacency_rows if kind in _ADJACENCY else tables.edge_rows)(path, mapping)

    def _is_list(self, path: Path) -> bool:
        """Whether a file of JSON is an edge list."""
        if ending(path) != ".json":
            return False
        with unpacked(path) as file:
            return is_array_or_lines(file)

    def _with_ends_in_order(self, path: Path) -> Iterator[Edge]:
        for edge in documents.parts(path, "edge", self._mapping.edges):
            if self._directed and not edge.directed:
                raise InputError(
                    "says that its edges have no direction, and which end comes first is lost in reading it: leave"
                    " --directed out, or write it as GraphML",
                    path,
                )
            yield edge
