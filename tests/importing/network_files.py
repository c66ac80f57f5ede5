"""Networks as files, and what of them came in."""

import gzip
from pathlib import Path

from personagraph.workspace import Workspace

MAPPINGS = Path(__file__).parent / "mappings"


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def described(graph: Workspace) -> set[tuple[str, str, str, str]]:
    """Every relationship by the descriptions of its ends, its type and its label."""
    names = {p.id: p.description for p in graph.store.scan_personas()}
    return {(names[r.source], r.type, names[r.target], r.label) for r in graph.store.scan_relationships()}


def pairs(graph: Workspace) -> set[frozenset[str]]:
    """Who is connected, by the number that the default description ends in or has in it."""
    names = {p.id: p.description.split()[1] for p in graph.store.scan_personas()}
    return {frozenset((names[r.source], names[r.target])) for r in graph.store.scan_relationships()}


def graphml(folder: Path, keys: str, graph: str) -> Path:
    ours = "http://graphml.graphdrawing.org/xmlns"
    return file(
        folder, "a.graphml", f"<graphml xmlns='{ours}'>{keys}<graph edgedefault='undirected'>{graph}</graph></graphml>"
    )
