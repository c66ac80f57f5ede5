"""The vectors of a graph's descriptions, where its store looks for the nearest: derived, and brought up to date."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from personagraph.errors import ConfigError, PersonaNotFoundError
from personagraph.storage.atomic_files import check_folder
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Persona

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.meaning.encoders.encoder import Encoder
    from personagraph.meaning.nearest import Nearest

FOLDER = "index"
"""The folder in a workspace for what is derived from its graph, and is made anew when it is gone."""
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Seen:
    """Of which encoder the vectors are, how far the graph was read, how many it has, how many of them no encoder reads.

    `entry` and `id` are those of the last persona by entry.
    """

    encoder: str = ""
    entry: int = -1
    id: str = ""
    count: int = 0
    unread: int = 0


def seen_in(told: object) -> Seen:
    """What was kept of it, as an object of JSON; of no encoder when it is anything else."""
    types = {field.name: str if field.name in ("encoder", "id") else int for field in fields(Seen)}
    if not isinstance(told, dict) or told.keys() != types.keys():
        return Seen()
    return Seen(**told) if all(type(told[name]) is kind for name, kind in types.items()) else Seen()


class VectorIndex(Protocol):
    """The vectors of personas by id; what has a vector of zeros is kept, and near nothing.

    A cosine is that of `personagraph.meaning.nearest.numbers.scores`, whoever looks for the nearest.
    """

    def seen(self) -> Seen:
        """What `keep` was told last; of no encoder when nothing can be used."""

    def begin(self, encoder: str, dims: int) -> None:
        """Forget all, and expect vectors of that many numbers."""

    def lacking(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that have no vector."""

    def add(self, ids: Sequence[str], vectors: "NDArray[np.float32]") -> None:
        """Add the vectors (n, dims) of ids that have none."""

    def keep_only(self, ids: set[str]) -> None:
        """Remove what has none of these ids."""

    def unread(self) -> int:
        """How many vectors of zeros there are; may look at all."""

    def keep(self, seen: Seen) -> str:
        """Make what was added last, and remember how far it goes; where it cannot be written, why, else nothing."""

    def nearest(self, vector: "NDArray[np.float32]", k: int) -> list[tuple[str, float]]:
        """The ids of the `k` nearest, and their cosines, best first."""


class FileVectors:
    """A `VectorIndex` in files in a folder. In one that cannot be written to it is kept as long as the process lives.

    So it is when the disk is full: what was there is there as before. `keep` raises ConfigError for a link.
    """

    def __init__(self, folder: Path) -> None:
        from personagraph.meaning.nearest import Nearest

        check_folder(folder)
        self._folder = folder
        found = Nearest.open(folder)
        self._index = Nearest(0) if found is None else found

    @property
    def index(self) -> "Nearest":
        """What is in the files, and was added since."""
        return self._index

    def seen(self) -> Seen:
        """What was kept in the files."""
        seen = seen_in(self._index.note)
        return seen if seen.count == len(self._index) else Seen()

    def begin(self, encoder: str, dims: int) -> None:
        """Begin with an empty index."""
        from personagraph.meaning.nearest import Nearest

        self._index = Nearest(dims)

    def lacking(self, ids: Sequence[str]) -> set[str]:
        """Those that the index does not have."""
        import numpy as np

        given = np.array(ids, "S32")
        return {id.decode() for id in given[~np.isin(given, self._index.keys())].tolist()}

    def add(self, ids: Sequence[str], vectors: "NDArray[np.float32]") -> None:
        """Add them to the index."""
        self._index.add(ids, vectors)

    def keep_only(self, ids: set[str]) -> None:
        """Remove the others."""
        keys = (key.decode() for key in self._index.keys().tolist())
        self._index.remove([key for key in keys if key not in ids])

    def unread(self) -> int:
        """How many have no direction."""
        return self._index.unread()

    def keep(self, seen: Seen) -> str:
        """Save the index, with that in its note."""
        self._index.note = asdict(seen)
        try:
            if _is_writable(self._folder):
                self._index.save(self._folder)
        except ConfigError as error:
            if not isinstance(error.__cause__, OSError):
                raise
            return str(error)
        return ""

    def nearest(self, vector: "NDArray[np.float32]", k: int) -> list[tuple[str, float]]:
        """Every vector is compared."""
        keys, cosines = self._index.search(vector[None, :], k)
        return list(zip(keys[0], cosines[0], strict=True))


def bring_up_to_date(
    vectors: VectorIndex,
    store: GraphStore,
    encoder: "Encoder",
    *,
    whole: bool = False,
    note: Callable[[str], None] = lambda text: None,
) -> Seen:
    """Give every persona of the graph its vector: what the index then holds.

    What entered since is read; the whole graph only when somebody left it, when the index is of another encoder, or
    not whole, and when that is asked for. What was added is kept when the encoder fails half-way, whose error is
    raised. `note` hears when it cannot be kept: it can be asked all the same.
    """
    seen = before = vectors.seen()
    if seen.encoder != encoder.name:
        vectors.begin(encoder.name, encoder.dims)
        seen = Seen(encoder.name)
    extension = _Extension(vectors, encoder, seen)
    least = store.size()
    try:
        still = not whole and _still_there(store, seen)
        if still:
            extension.add(store.scan_personas(since=seen.entry + 1))
        if not still or not least <= extension.seen.count <= store.size():
            extension.add_lacking(store.scan_personas())
    finally:
        if (whole or extension.seen != before) and (why := vectors.keep(extension.seen)):
            note(f"{why}; make room there, or the next search makes {_vectors(extension.seen.count)} again")
    return extension.seen


class _Extension:
    """The index as it grows: `seen` is what it holds so far."""

    def __init__(self, vectors: VectorIndex, encoder: "Encoder", seen: Seen) -> None:
        self.seen = seen
        self._vectors, self._encoder = vectors, encoder

    def add(self, personas: Iterable[Persona]) -> None:
        """Add those who come behind all whom it has, in order of entry."""
        for some in _chunks(personas):
            unread = self.seen.unread + self._encode(some)
            count, last = self.seen.count + len(some), some[-1]
            self.seen = replace(self.seen, entry=last.entry, id=last.id, count=count, unread=unread)

    def add_lacking(self, everyone: Iterable[Persona]) -> None:
        """Add whoever lacks a vector, and take out who is no more there."""
        ids: set[str] = set()
        entry, id = -1, ""
        self.seen = Seen(self.seen.encoder)
        for some in _chunks(everyone):
            lacking = self._vectors.lacking([persona.id for persona in some])
            if chosen := [persona for persona in some if persona.id in lacking]:
                self._encode(chosen)
            ids.update(persona.id for persona in some)
            entry, id = some[-1].entry, some[-1].id
        self._vectors.keep_only(ids)
        self.seen = Seen(self.seen.encoder, entry, id, len(ids), self._vectors.unread())

    def _encode(self, personas: Sequence[Persona]) -> int:
        """Add vectors for these; how many of them are zeros."""
        vectors = self._encoder.encode([persona.description for persona in personas])
        self._vectors.add([persona.id for persona in personas], vectors)
        return int((~vectors.any(axis=1)).sum())


def _still_there(store: GraphStore, seen: Seen) -> bool:
    """Whether the last persona that was read is where it was: otherwise entries may have been given anew."""
    try:
        return not seen.count or store.personas([seen.id])[0].entry == seen.entry
    except PersonaNotFoundError:
        return False


def _vectors(count: int) -> str:
    return "the vector" if count == 1 else f"up to {count} vectors"


def _chunks(personas: Iterable[Persona]) -> Iterator[list[Persona]]:
    every = iter(personas)
    while some := list(islice(every, _CHUNK)):
        yield some


def _is_writable(folder: Path) -> bool:
    place = folder if os.path.lexists(folder) else folder.parent
    return os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
