"""The verbs that ask the graph, and change nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError, PersonaNotFoundError
from personagraph.stores.graph_store import Neighbour
from personagraph.types import Path, Paths, Persona, Relationship, Source, SourceLink, Stats
from personagraph.vocabulary.cells import UNKNOWN, VOCABULARIES
from personagraph.vocabulary.relationships import TYPES
from personagraph.workspace.opened import Opened, check_known, check_positive

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot
    from personagraph.steering.coverage import Coverage

AXES = ("activity", "region")
EVERYONE = 2**31 - 1
End = str | Sequence[Persona]
"""One persona by its name, or a group."""


class Browsing(Opened):
    """The asking verbs of a workspace."""

    _read: "tuple[list[int], Snapshot] | None" = None

    def stats(self) -> Stats:
        """Counts of the whole graph."""
        return self.store.stats()

    def components(self) -> int:
        """How many connected components the graph has, whatever the direction; a lone persona is one."""
        from personagraph.graph.traversal import components

        return components(self.store.snapshot())

    def search(self, text: str, *, limit: int = 10) -> list[Persona]:
        """Personas whose description has every word of the text."""
        check_positive(limit=limit)
        return self.store.search(text, limit=limit)

    def show(self, name: str) -> tuple[Persona, list[tuple[Relationship, Persona]], list[tuple[Source, SourceLink]]]:
        """A persona, each of its relationships with the persona at the other end, and the texts it comes from."""
        persona = self.resolve(name)
        ties = self.store.relationships_at([persona.id])
        others = self.store.personas([r.target if r.source == persona.id else r.source for r in ties])
        return persona, list(zip(ties, others, strict=True)), self.store.source_links(personas=[persona.id])

    def group(self, *, cell: str | None = None, search: str | None = None) -> list[Persona]:
        """Who is in a cell, has all these words in the description, or both; in order of entry.

        `cell` is of the form activity=agriculture,region=south_asia. Raises ConfigError for a cell that there is not,
        PersonaNotFoundError when nobody is in the group.
        """
        wanted = cell_named(cell) if cell is not None else {}
        if search is None:
            found = self.store.in_cell(wanted)
        else:
            everyone = sorted(self.store.search(search, limit=EVERYONE), key=lambda p: (p.entry, p.id))
            found = [p for p in everyone if all(getattr(p.stated, name) == value for name, value in wanted.items())]
        if not found:
            words = [f"the cell {cell}"] * (cell is not None) + [f"the search {search!r}"] * (search is not None)
            raise PersonaNotFoundError(
                f"nobody is in {' and '.join(words)}; `personagraph coverage` shows who is there"
            )
        return found

    def neighbours(
        self, of: End, *, hops: int = 1, types: Sequence[str] = (), directed: bool = False, limit: int | None = None
    ) -> list[Neighbour]:
        """Everyone within `hops` of a persona, or of the nearest of a group (who is not listed), nearest first."""
        check_positive(hops=hops, limit=limit)
        check_types(types)
        return self.store.neighbours(self._ids(of), hops=hops, types=types, directed=directed, limit=limit)

    def path(
        self,
        start: End,
        end: End,
        *,
        max_hops: int | None = None,
        types: Sequence[str] = (),
        directed: bool = False,
        avoid: Sequence[str] = (),
    ) -> Path | None:
        """One path with the fewest relationships between two personas or groups, or None.

        It leads through nobody of `avoid`; those are left out of groups too.
        """
        starts, ends, avoided = self._ends(start, end, max_hops, types, avoid)
        if isinstance(start, str) and isinstance(end, str):
            [one], [other] = starts, ends
            return self.store.shortest_path(
                one, other, max_hops=max_hops, types=types, directed=directed, avoid=avoided
            )
        found = self.store.shortest_paths(
            starts, ends, limit=1, max_hops=max_hops, types=types, directed=directed, avoid=avoided
        )
        return found.paths[0] if found.paths else None

    def paths(
        self,
        start: End,
        end: End,
        *,
        best: int | None = None,
        limit: int = 20,
        max_hops: int | None = None,
        types: Sequence[str] = (),
        directed: bool = False,
        avoid: Sequence[str] = (),
    ) -> Paths:
        """All shortest paths between two personas or groups, counted, `limit` of them told; or the `best` ones.

        The best are those of `personagraph.graph.paths.best_paths`: the most confident, with a price on passing through
        hubs. These read the whole graph into memory, where it stays until it changes.
        """
        check_positive(best=best, limit=limit)
        starts, ends, avoided = self._ends(start, end, max_hops, types, avoid)
        if best is None:
            return self.store.shortest_paths(
                starts, ends, limit=limit, max_hops=max_hops, types=types, directed=directed, avoid=avoided
            )
        from personagraph.graph.paths import best_paths
        from personagraph.stores.level_search import walks

        found = best_paths(
            self._whole(), starts, ends, best, types=types, directed=directed, avoid=avoided, max_hops=max_hops
        )
        walked = walks(self.store, [path.ids for path in found], types, directed=directed)
        return Paths(len(found), walked, tuple(path.cost for path in found))

    def coverage(self, axes: Sequence[str] = AXES) -> "tuple[Coverage, Coverage]":
        """Which cells the stated attributes cover: those of the seeds alone, and of everyone."""
        from personagraph.steering.coverage import coverage

        everyone = list(self.store.scan_personas())
        seeds = [p.stated for p in everyone if p.depth == 0]
        return coverage(seeds, axes), coverage([p.stated for p in everyone], axes)

    def _whole(self) -> "Snapshot":
        """The whole graph in memory, read again when a run has written since."""
        written = [self.store.applied(run.id) for run in self.ledger.runs.all()]
        if self._read is None or self._read[0] != written:
            self._read = written, self.store.snapshot()
        return self._read[1]

    def _ids(self, end: End) -> list[str]:
        return [self.resolve(end).id] if isinstance(end, str) else [p.id for p in end]

    def _ends(
        self, start: End, end: End, max_hops: int | None, types: Sequence[str], avoid: Sequence[str]
    ) -> tuple[list[str], list[str], list[str]]:
        """The ids at both ends and those to avoid. Raises ConfigError when they leave no question to ask."""
        check_positive(max_hops=max_hops)
        check_types(types)
        starts, ends, avoided = self._ids(start), self._ids(end), [self.resolve(name).id for name in avoid]
        for ids in (starts, ends):
            if not set(ids) - set(avoided):
                which = f"the persona {ids[0][:12]} is an end of the path" if len(ids) == 1 else "an end is left empty"
                raise ConfigError(f"--avoid: {which}; avoid others, or ask for other ends")
        return starts, ends, avoided


def cell_named(text: str) -> dict[str, str]:
    """The values of a cell such as activity=agriculture,region=south_asia. Raises ConfigError listing what is known."""
    cell: dict[str, str] = {}
    for part in text.split(","):
        attribute, _, value = (word.strip() for word in part.partition("="))
        if attribute not in VOCABULARIES or attribute in cell:
            shape = "attribute=value,… with different attributes"
            raise ConfigError(f"the cell {text!r} is not {shape}; these are {', '.join(VOCABULARIES)}")
        if value not in (*VOCABULARIES[attribute], UNKNOWN):
            known = ", ".join((*VOCABULARIES[attribute], UNKNOWN))
            raise ConfigError(f"the cell {text!r}: {value!r} is no {attribute}; it can be {known}")
        cell[attribute] = value
    return cell


def check_types(types: Sequence[str]) -> None:
    for type in types:
        check_known("type", type, TYPES)
