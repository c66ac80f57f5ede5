"""A network as personas and relationships: reads its files once, and keeps what they say as a survey."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TypeVar

from personagraph.errors import InputError
from personagraph.importing.fields import is_exported, is_simulated, kept, known, unguarded
from personagraph.importing.networks import documents, tables
from personagraph.importing.networks.files import Edge, Record, check_file, stem_of
from personagraph.importing.networks.mapping import CALLED, Cells, NetworkMapping
from personagraph.importing.networks.survey import NOTHING, Node, Statement, Survey
from personagraph.importing.networks.values import (
    Vocabulary,
    bare_number,
    direction,
    formerly,
    found_by,
    relation,
    unmarked,
)
from personagraph.text.descriptions import TOLD, checked
from personagraph.text.files import ending, opened, unpacked
from personagraph.text.rows import shown
from personagraph.text.rows.objects import is_array_or_lines
from personagraph.types import persona_id

DESCRIPTION = "Person {id} of the network {network}"
"""What a node without a description or a name is called."""
NAMED = "{name}, {id} of the network {network}"
"""What a node without a description is called: somebody else may have the name, in this network or in another."""
_Row = TypeVar("_Row")
_ADJACENCY = (".adj", ".adjlist")


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
        self._read, self._tell_at = 0, TOLD
        self._told: Callable[[int], None] = lambda count: None

    def digest(self) -> str:
        """A hash of all that decides what comes in: the files and the mapping."""
        hashed = sha256(f"{self.name}\n{self._directed}\n{self._mapping.model_dump_json()}".encode())
        for path in self._paths:
            with opened(path) as file:
                file_digest(file, lambda: hashed)
        return hashed.hexdigest()

    def survey(self, told: Callable[[int], None] = lambda count: None) -> Survey:
        """Read everything once. Raises InputError when nothing can be used, or two nodes have one description.

        `told` is called with how many nodes and edges are read, at TOLD and whenever they have doubled.
        """
        self._told = told
        found = Survey(unread=self._vocabulary.unread)
        described: dict[str, Node] = {}
        # Where all nodes are faults, those that the edges name are not there.
        implied = self._nodes is None
        for path, record in self._counted(self._node_records()):
            implied = False
            self._enter(found, described, path, record)
        if implied and (mapped := self._mapping.nodes.mapped):
            shown = ", ".join(sorted(map(str, mapped)))
            raise InputError(f"has no nodes with columns, and the mapping names {shown}; give --nodes", self._files[0])
        for path in self._files:
            self._take_edges(found, described, path, implied=implied)
        if not found.nodes:
            name, line, fault = next(iter(found.faults), (self._nodes or self._files[0], None, ""))
            why = f"the first fault is: {fault}" if fault else "it is empty"
            raise InputError(f"no node can be used; {why}", name, line)
        return found

    def _counted(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        for row in rows:
            self._read += 1
            if self._read == self._tell_at:
                self._told(self._read)
                self._tell_at *= 2
            yield row

    def _take_edges(self, found: Survey, described: dict[str, Node], path: Path, *, implied: bool) -> None:
        """Add the edges of a file, and where they are `implied`, the nodes that these name."""
        found.ties.begin(path.name)
        is_table, edges = ending(path) not in documents.KINDS, self._mapping.edges
        for edge in self._counted(self._edges_of(path)):
            record = edge.record
            ends = edges.source.read(record.cells), edges.target.read(record.cells)
            for end in map(bare_number, ends) if implied else ():
                if end and end not in found.nodes:
                    self._enter(found, described, path, Record(record.line, {"id": end}), id=end)
            source, target = map(found.known, ends)
            fault = record.fault
            if not fault and (source is None or target is None):
                end = ends[0] if source is None else ends[1]
                fault = f"there is no node {shown(end)}" if end else "an end is missing"
            said, confidence, number, other = NOTHING, 1.0, -1, -1
            if not fault and source is not None and target is not None:
                number, other = source.number, target.number
                said, confidence, fault = self._said(edge, source, target, is_table=is_table)
            if fault:
                found.faults.append((str(path), record.line, fault))
            if not edge.alone:
                found.ties.add(record.line, number, other, said, confidence, fault)

    def _said(self, edge: Edge, source: Node, target: Node, *, is_table: bool) -> tuple[Statement, float, str]:
        """What an edge says of its ends, how sure that is, and what is wrong with it."""
        cells, edges = edge.record.cells, self._mapping.edges
        type, label = edges.type.read(cells), edges.label.read(cells)
        directed = self._directed
        if directed is None and (directed := direction(type)) is None:
            directed = edge.directed
        if is_table:
            label = unmarked(label, edges.key.read(cells), source.id, type, target.id)
        type, forward, label, fault = relation(type, label, directed=directed)
        said = edges.confidence.read(cells)
        try:
            confidence = float(said or 1)
        except ValueError:
            confidence = -1
        if not 0 <= confidence <= 1:
            fault = f"the confidence {shown(said)} is no number from 0 to 1"
        former, unread = formerly(edges.former.read(cells))
        # Others may have a column of this name: it is ours between personas of our export, or where a mapping says so.
        is_ours = "via" in edges.model_fields_set or (source.exported and target.exported)
        via = found_by(edges.via.read(cells)) if is_ours else ""
        return Statement(type, forward, label, former, directed is True, via), confidence, fault or unread

    def _enter(
        self, found: Survey, described: dict[str, Node], path: Path, record: Record, *, id: str | None = None
    ) -> None:
        node, called, fault = self._node(len(found.nodes), path, record, id)
        if not fault and node.id in found.nodes:
            fault = f"its id {shown(node.id)} is also that of {found.nodes[node.id].row}"
        if fault:
            found.faults.append((str(path), record.line, fault))
            return
        same = described.setdefault(node.persona, node)
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

    def _node(self, number: int, path: Path, record: Record, id: str | None) -> tuple[Node, str, str]:
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
        said = self._vocabulary.attributes(nodes.attributes, cells)
        fields, too_much = kept(others, row.description)
        simulated = is_simulated(others, row.description)
        text, (stated, grounds) = row.description, known(said, others, row.description)
        own = text, nature, stated, fields, simulated, grounds, is_exported(others, text)
        return Node(number, path.name, line, id, persona_id(text), *own), called, row.fault or fault or too_much

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
