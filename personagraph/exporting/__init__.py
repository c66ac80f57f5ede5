"""Writes the graph, or a part of it, for other tools; a format is functions from a subgraph to pieces of text or bytes.

A format that needs several files writes a folder. Beside the output stands OUTPUT.manifest.json, which says what it
holds, and the sha256 of every file.
"""

import json
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from personagraph.errors import ConfigError, UsageError
from personagraph.exporting import cypher, graphml, neo4j_admin, node_link, parquet, tables
from personagraph.exporting.format import Format
from personagraph.exporting.node_link import to_networkx
from personagraph.exporting.subgraph import Owner, Subgraph
from personagraph.graph.selection import Selection, ids_digest
from personagraph.storage.atomic_files import folder, replacing
from personagraph.stores.graph_store import GraphStore

if TYPE_CHECKING:
    from personagraph.graph.part import Part

__all__ = ["FORMATS", "Export", "ExportedFile", "Format", "Owner", "Selection", "export", "to_networkx"]

FORMATS: dict[str, Format] = {
    "graphml": graphml.FORMAT,
    "json": node_link.FORMAT,
    "csv": tables.FORMAT,
    "cypher": cypher.FORMAT,
    "neo4j-admin": neo4j_admin.FORMAT,
    "parquet": parquet.FORMAT,
}
"""By the name that `--format` takes."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export; `name` is relative to the folder of the manifest."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported, as the manifest has it: the same graph and selection make the same bytes.

    `runs` are those that let the personas in, sorted; `replaced_characters` counts what the format could not hold.
    `command`, run in the folder, loads the files into a database, for formats that have one. `ids_sha256` is the digest
    of the personas as a set.
    """

    format: str
    selection: Selection
    personas: int
    relationships: int
    runs: tuple[str, ...]
    replaced_characters: int
    files: tuple[ExportedFile, ...]
    command: str = ""
    ids_sha256: str = ""


def export(
    store: GraphStore,
    output: Path,
    format: str,
    selection: Selection | None = None,
    *,
    owner: Owner | None = None,
    part: "Part | None" = None,
) -> Export:
    """Write the selection, by default the whole graph, to `output`, and the manifest beside it.

    `owner` says whose graph it is, to formats that another store is filled from. `part` is who is selected, where that
    is known already. `command` is what loads the files.
    What is already there is replaced, but only by something complete. Raises PersonaNotFoundError, and ConfigError for
    an unknown format or an output that cannot be written.
    """
    if format not in FORMATS:
        raise UsageError(f"--format {format!r} is not known; it can be {', '.join(FORMATS)}")
    output = output.absolute() if output.name not in ("", "..") else Path(os.path.realpath(output))
    if not output.name:
        raise ConfigError(f"{output} is no place for an export; name a file or a folder as --output")
    FORMATS[format].check_can_be_written(format)
    chosen = selection or Selection()
    graph = Subgraph(store, chosen, owner, part)
    targets = {output / name if name else output: pieces for name, pieces in FORMATS[format].files.items()}
    with ExitStack() as opened:
        if FORMATS[format].is_folder:
            opened.enter_context(folder(output))
        manifest = output.with_name(output.name + ".manifest.json")
        *written, last = opened.enter_context(replacing([*targets, manifest]))
        entries = tuple(
            _write(pieces(graph), file, target.relative_to(output.parent).as_posix())
            for file, (target, pieces) in zip(written, targets.items(), strict=True)
        )
        done = Export(
            format=format,
            selection=chosen,
            personas=len(graph.ids),
            relationships=graph.relationship_count,
            runs=tuple(sorted(graph.runs)),
            replaced_characters=graph.replaced,
            files=entries,
            command=FORMATS[format].command,
            ids_sha256=ids_digest(graph.ids),
        )
        last.write((json.dumps(asdict(done), indent=2, ensure_ascii=False) + "\n").encode())
    return done


def _write(pieces: Iterator[str] | Iterator[bytes], file: BinaryIO, name: str) -> ExportedFile:
    """Write the pieces; what the manifest says of the file."""
    hashed, size = sha256(), 0
    try:
        for piece in pieces:
            data = piece if isinstance(piece, bytes) else piece.encode()
            hashed.update(data)
            size += file.write(data)
    finally:
        # What it reads of the store is let go before the store is closed.
        if isinstance(pieces, Generator):
            pieces.close()
    return ExportedFile(name, size, hashed.hexdigest())
