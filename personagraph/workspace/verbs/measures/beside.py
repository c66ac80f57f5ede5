"""Reads a network that exists, to be measured beside the graph; nothing of it is let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from personagraph.errors import UsageError

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class NetworkFiles:
    """A network as `import_graph` takes it: files of edges, and what says how they are read."""

    paths: Sequence[str | Path]
    nodes: str | Path | None = None
    mapping: str | Path | None = None
    directed: bool | None = None
    separator: str | None = None

    def __post_init__(self) -> None:
        if not self.paths and (self.nodes, self.mapping, self.directed, self.separator) != (None, None, None, None):
            raise UsageError("--nodes, --mapping, --directed and --separator say how --beside is read; name its files")


@dataclass(frozen=True, slots=True)
class ReadNetwork:
    """A network that was read; what it is called, and what is left out: loops, repeated edges, rows with a fault."""

    name: str
    snapshot: "Snapshot"
    self_loops: int
    repeated: int
    faults: tuple[tuple[str, int, str], ...]


def network_in(files: NetworkFiles) -> ReadNetwork:
    """The network, as an import would hold it. Raises InputError for files that cannot be used."""
    from personagraph.importing.networks.mapping import NetworkMapping, read_mapping
    from personagraph.importing.networks.reading import Network
    from personagraph.importing.networks.whole import whole
    from personagraph.text.rows.headers import separator_named

    mapping = read_mapping(Path(files.mapping)) if files.mapping else NetworkMapping()
    mapping = mapping.separated(separator_named(files.separator))
    nodes = Path(files.nodes) if files.nodes else None
    network = Network([Path(path) for path in files.paths], mapping, nodes=nodes, directed=files.directed)
    survey = network.survey()
    found = whole(survey)
    return ReadNetwork(network.name, found.snapshot, found.self_loops, found.repeated, tuple(survey.faults))
