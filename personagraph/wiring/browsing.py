"""The verbs that ask the graph, and change nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from personagraph.protocols import Neighbour
from personagraph.relationships import TYPES
from personagraph.types import Path, Persona, Relationship, Source, SourceLink, Stats
from personagraph.wiring.opened import Opened, check_known, check_positive

if TYPE_CHECKING:
    from personagraph.coverage import Coverage

AXES = ("activity", "region")


class Browsing(Opened):
    """The asking verbs of a workspace."""

    def stats(self) -> Stats:
        """Counts of the whole graph."""
        return self.store.stats()

    def components(self) -> int:
        """How many connected components the graph has, whatever the direction; a lone persona is one."""
        from personagraph.traversal import components

        return components(self.store.snapshot())

    def search(self, text: str, *, limit: int = 10) -> list[Persona]:
        """Personas whose description has every word of the text."""
        check_positive(limit=limit)
        return self.store.search(text, limit=limit)

    def show(self, name: str) -> tuple[Persona, list[tuple[Relationship, Persona]], list[tuple[Source, SourceLink]]]:
        """A persona, each of its relationships with the persona at the other end, and the texts it comes from."""
        persona = self.resolve(name)
        ties = self.store.relationships_of(persona.id)
        others = self.store.personas([r.target if r.source == persona.id else r.source for r in ties])
        return persona, list(zip(ties, others, strict=True)), self.store.source_links(persona=persona.id)

    def neighbours(
        self, name: str, *, hops: int = 1, types: Sequence[str] = (), directed: bool = False, limit: int | None = None
    ) -> list[Neighbour]:
        """Everyone within `hops`, nearest first."""
        check_positive(hops=hops, limit=limit)
        check_types(types)
        return self.store.neighbours([self.resolve(name).id], hops=hops, types=types, directed=directed, limit=limit)

    def path(
        self,
        start: str,
        end: str,
        *,
        max_hops: int | None = None,
        types: Sequence[str] = (),
        directed: bool = False,
    ) -> Path | None:
        """One path with the fewest relationships, or None."""
        check_positive(max_hops=max_hops)
        check_types(types)
        ends = self.resolve(start).id, self.resolve(end).id
        return self.store.shortest_path(*ends, max_hops=max_hops, types=types, directed=directed)

    def coverage(self, axes: Sequence[str] = AXES) -> "tuple[Coverage, Coverage]":
        """Which cells the stated attributes cover: those of the seeds alone, and of everyone."""
        from personagraph.coverage import coverage

        everyone = list(self.store.scan_personas())
        seeds = [p.stated for p in everyone if p.depth == 0]
        return coverage(seeds, axes), coverage([p.stated for p in everyone], axes)


def check_types(types: Sequence[str]) -> None:
    for type in types:
        check_known("type", type, TYPES)
